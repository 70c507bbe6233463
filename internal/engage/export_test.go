package engage

import (
	"context"

	"sifara/internal/jobs"
)

// RunRetain runs the daily job.
func RunRetain(ctx context.Context, s *Service) error {
	return s.runRetain(ctx, jobs.Job[retainArgs]{})
}
