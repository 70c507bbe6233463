package engage

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/errs"
)

// Close ends an open question without an answer, for a reason that the asker
// reads on their page and a note that they do not. Its text is deleted after
// the retention time.
func (s *Service) Close(ctx context.Context, id string, reason Reason, note string) error {
	if !slices.Contains(Reasons, reason) {
		return errs.InvalidFields(errs.Field{Name: "reason", Key: "web.field.choice"})
	}
	a := &act{id: id, need: Answer, name: "closed", note: note, subject: string(reason), detail: map[string]any{"reason": audit.Word("engage.reason." + string(reason))}}
	return s.do(ctx, a, func(ctx context.Context, tx bun.Tx, q *Question) error {
		if !q.State.Open() {
			return ErrState
		}
		if err := s.unsubmit(ctx, tx, q.ID); err != nil {
			return err
		}
		q.State, q.Reason, q.ClosedAt = Closed, reason, s.now()
		return nil
	})
}

// Reopen takes up a closed question again. One whose text has been deleted, by
// its asker or for its age, cannot be reopened.
func (s *Service) Reopen(ctx context.Context, id, note string) error {
	return s.do(ctx, &act{id: id, need: Answer, name: "reopened", note: note}, func(_ context.Context, _ bun.Tx, q *Question) error {
		if q.State != Closed || !q.ErasedAt.IsZero() {
			return ErrState
		}
		q.Reason, q.ClosedAt, q.State = "", 0, Fresh
		if q.AssigneeID != "" {
			q.State = Assigned
		}
		return nil
	})
}

// SetPublic shows a question with its answer on the public pages or takes it
// down. Showing needs the asker's agreement; both need Moderate.
func (s *Service) SetPublic(ctx context.Context, id string, public bool) error {
	name := "hidden"
	if public {
		name = "shown"
	}
	return s.do(ctx, &act{id: id, need: Moderate, name: name}, func(_ context.Context, _ bun.Tx, q *Question) error {
		if q.State != Answered || public && !q.AgreedPublic {
			return ErrState
		}
		q.Public = public
		return nil
	})
}
