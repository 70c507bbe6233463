package planning

import (
	"context"

	"sifara/internal/jobs"
)

// RunRemind runs the hourly job.
func RunRemind(ctx context.Context, s *Service) error {
	return s.runRemind(ctx, jobs.Job[remindArgs]{})
}
