package listen

import (
	"context"
	"fmt"
	"time"

	"sifara/internal/db"
)

// Raised is a warning by its moments. RightAt is zero unless the judgement in
// force says that it was right.
type Raised struct {
	ID       string
	RaisedAt db.Time
	RightAt  db.Time
}

// Raised gives the warnings raised in a period over the whole house: from
// inclusive, to exclusive. The caller shows numbers only.
func (s *Service) Raised(ctx context.Context, from, to time.Time) ([]Raised, error) {
	var out []Raised
	err := s.db.Reader().NewRaw(`SELECT w.id, w.raised_at, coalesce((SELECT j.judged_at FROM listen_judgement AS j WHERE j.warning_id = w.id AND j.verdict = ?
		AND j.version = (SELECT max(version) FROM listen_judgement WHERE warning_id = w.id)), 0) AS right_at
		FROM listen_warning AS w WHERE w.raised_at >= ? AND w.raised_at < ? ORDER BY w.id`, VerdictRight, db.At(from), db.At(to)).Scan(ctx, &out)
	if err != nil {
		return nil, fmt.Errorf("warnings raised: %w", err)
	}
	return out, nil
}
