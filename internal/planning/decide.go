package planning

import (
	"context"
	"strings"

	"github.com/uptrace/bun"

	"sifara/internal/errs"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// Decide decides a file: see File.MayDecide. It needs Decide where the file
// belongs.
func (s *Service) Decide(ctx context.Context, fileID string, r Ruling) error {
	r.Reasons = strings.TrimSpace(text.Clean(r.Reasons))
	if r.Reasons != "" {
		if err := errs.InvalidFields(required("reasons", r.Reasons, MaxText)...); err != nil {
			return err
		}
	}
	c := &change{id: fileID, act: "decided", need: Decide, note: r.Reasons}
	return once(s.do(ctx, c, func(ctx context.Context, tx bun.Tx, f *File, _ units) error {
		if f.State == Decided && f.ChosenID == r.OptionID && f.Reasons == r.Reasons && f.DecidedBy == perm.From(ctx).ID {
			return errReplay // the same form sent twice
		}
		if err := f.MayDecide(r); err != nil {
			return err
		}
		f.State, f.ChosenID, f.Reasons = Decided, r.OptionID, r.Reasons
		f.DecidedBy, f.DecidedAt, f.Unheard = perm.From(ctx).ID, s.now(), int64(len(f.UnheardParties()))
		c.subject, c.detail = f.Chosen().Text, map[string]any{"unheard": f.Unheard}
		return s.Bus.Emit(ctx, tx, Made{DecisionID: f.ID, WarningID: f.WarningID, TopicID: f.TopicID, MissionID: f.MissionID, DepartmentID: f.DepartmentID})
	}))
}

// Close ends a file, decided or not, with what came of it.
func (s *Service) Close(ctx context.Context, fileID, outcome string) error {
	return s.end(ctx, &change{id: fileID, act: "closed", need: Decide}, outcome, func(f *File) error {
		if f.State == Closed {
			return ErrState
		}
		f.State, f.Outcome, f.ClosedBy, f.ClosedAt = Closed, outcome, perm.From(ctx).ID, s.now()
		return nil
	})
}

// Reopen opens a file again for a reason. A decision that had been made no
// longer stands; the history keeps it.
func (s *Service) Reopen(ctx context.Context, fileID, reason string) error {
	return s.end(ctx, &change{id: fileID, act: "reopened", need: Decide}, reason, func(f *File) error {
		if f.State == Opened {
			return ErrState
		}
		f.State, f.ChosenID, f.Reasons, f.DecidedBy, f.DecidedAt, f.Unheard = Opened, "", "", "", 0, 0
		f.Outcome, f.ClosedBy, f.ClosedAt = "", "", 0
		return nil
	})
}

func (s *Service) end(ctx context.Context, c *change, words string, rule func(f *File) error) error {
	words = strings.TrimSpace(text.Clean(words))
	if err := errs.InvalidFields(required("words", words, MaxText)...); err != nil {
		return err
	}
	c.note = words
	return s.do(ctx, c, func(_ context.Context, _ bun.Tx, f *File, _ units) error { return rule(f) })
}
