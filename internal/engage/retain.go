package engage

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/jobs"
)

// retainArgs are those of the daily job that deletes what has served its
// purpose.
type retainArgs struct{}

// Kind implements jobs.Args.
func (retainArgs) Kind() string { return "engage.retain" }

const retainBatch = 100

// runRetain deletes texts of questions that were closed without an answer, and
// addresses that are left after an answer, when their time has come. It works in
// batches and goes on until nothing is left.
func (s *Service) runRetain(ctx context.Context, _ jobs.Job[retainArgs]) error {
	now := s.now()
	for _, what := range []struct {
		act   string
		where string
		arg   any
		do    func(context.Context, bun.Tx, *Question) error
	}{
		{"engage.erased", "q.state = 'closed' AND q.answered_at = 0 AND q.erased_at = 0 AND q.closed_at < ?", now.Add(-s.Options.RetainText), s.erase},
		{"engage.address_deleted", "q.email <> '' AND ((q.answered_at > 0 AND q.answered_at < ?0) OR (q.closed_at > 0 AND q.closed_at < ?0))", now.Add(-s.Options.RetainEmail), s.dropAddress},
	} {
		for {
			var ids []string
			if err := s.DB.Reader().NewSelect().Model((*Question)(nil)).Column("id").Where(what.where, what.arg).Limit(retainBatch).Scan(ctx, &ids); err != nil {
				return fmt.Errorf("find what to delete: %w", err)
			}
			for _, id := range ids {
				if err := s.retainOne(ctx, id, what.act, what.do); err != nil {
					return fmt.Errorf("%s %s: %w", what.act, id, err)
				}
			}
			if len(ids) < retainBatch {
				break
			}
		}
	}
	return nil
}

func (s *Service) retainOne(ctx context.Context, id, act string, do func(context.Context, bun.Tx, *Question) error) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		q, err := s.lockQuestion(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := do(ctx, tx, q); err != nil {
			return err
		}
		if err := s.Live.Notify(ctx, tx, QuestionTopic(id)); err != nil {
			return err
		}
		return s.record(ctx, tx, act, q, nil)
	})
}

func (s *Service) dropAddress(ctx context.Context, tx bun.Tx, q *Question) error {
	q.Email = ""
	return s.saveQuestion(ctx, tx, q)
}
