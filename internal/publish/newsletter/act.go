package newsletter

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/errs"
	"sifara/internal/jobs"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/text"
)

// change is one act on a letter in one transaction: it locks the letter, asks
// for the permission, lets do change it, saves and records it.
func (s *Service) change(ctx context.Context, letterID, act string, p perm.Permission, do func(ctx context.Context, tx bun.Tx, t *Letter, detail map[string]any) error) (Letter, error) {
	var out Letter
	err := s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var t Letter
		err := tx.NewRaw(`UPDATE publish_newsletter_letter SET version = version + 1 WHERE id = ? RETURNING *`, letterID).Scan(ctx, &t)
		if err != nil {
			return notFound(err, "letter", letterID)
		}
		if err := allowed(ctx, p, t.MissionID); err != nil {
			return err
		}
		l, err := s.list(ctx, tx, t.ListID)
		if err != nil {
			return err
		}
		detail := map[string]any{}
		if err := do(ctx, tx, &t, detail); err != nil {
			return err
		}
		// What the sending process counts meanwhile is not overwritten.
		_, err = tx.NewUpdate().Model(&t).Column("state", "why", "trouble", "not_after", "started_at", "ended_at", "sent_by", "decide_at", "winner", "outcome", "base_sent", "base_dead", "messages").WherePK().Exec(ctx)
		if err != nil {
			return fmt.Errorf("newsletter: save letter: %w", err)
		}
		out = t
		return s.recordLetter(ctx, tx, p, act, t, l, detail)
	})
	if err != nil {
		return Letter{}, fmt.Errorf("%s letter %s: %w", act, letterID, err)
	}
	return out, nil
}

// Send lets a letter out. Words of the subject that somebody wrote must be let
// out by somebody else. The editions are fixed in the same transaction.
func (s *Service) Send(ctx context.Context, letterID string) (Letter, error) {
	t, err := s.letter(ctx, s.DB.Reader(), letterID)
	if err != nil {
		return Letter{}, err
	}
	if err := allowed(ctx, MaySend, t.MissionID); err != nil {
		return Letter{}, err
	}
	if n, err := s.Reach(ctx, t.ListID, t.Segment); err != nil {
		return Letter{}, err
	} else if n == 0 {
		return Letter{}, ErrNobody
	}
	editions, err := s.editions(ctx, t)
	if err != nil {
		return Letter{}, err
	}
	return s.change(ctx, letterID, "send", MaySend, func(ctx context.Context, tx bun.Tx, t *Letter, _ map[string]any) error {
		me := perm.From(ctx)
		if t.State != Draft {
			return ErrState
		}
		if t.WordedBy != "" && t.WordedBy == me.ID {
			return ErrOwnWords
		}
		return s.begin(ctx, tx, t, editions, me.ID)
	})
}

// begin fixes the editions and has the ledger written.
func (s *Service) begin(ctx context.Context, tx bun.Tx, t *Letter, editions []Edition, by string) error {
	if err := s.stillPublic(ctx, tx, t.Messages); err != nil {
		return err
	}
	for _, e := range editions {
		if err := e.store(ctx, tx); err != nil {
			return err
		}
	}
	t.State, t.SentBy, t.StartedAt, t.NotAfter = Preparing, by, s.now(), s.now().Add(usualHours*time.Hour)
	if t.Tested() {
		t.DecideAt = t.StartedAt.Add(time.Duration(t.TestHours) * time.Hour)
		t.NotAfter = t.NotAfter.Add(time.Duration(t.TestHours) * time.Hour)
	}
	if err := s.Live.Notify(ctx, tx, siteTopic); err != nil {
		return err
	}
	return s.Queue.Insert(ctx, tx, sendArgs{LetterID: t.ID}, jobs.Unique())
}

// stillPublic is ErrNotPublic when one of the messages is not released any more.
func (s *Service) stillPublic(ctx context.Context, q bun.IDB, ids []string) error {
	var n int
	if err := q.NewRaw(`SELECT count(*) FROM publish_message WHERE id IN (?) AND state = ?`, bun.List(ids), publish.StateReleased).Scan(ctx, &n); err != nil {
		return fmt.Errorf("newsletter: messages of a letter: %w", err)
	}
	if n != len(ids) {
		return ErrNotPublic
	}
	return nil
}

// Pause stops a letter. What is being handed over at this moment, one letter a
// worker, still goes.
func (s *Service) Pause(ctx context.Context, letterID, reason string) (Letter, error) {
	return s.change(ctx, letterID, "pause", MaySend, func(_ context.Context, _ bun.Tx, t *Letter, detail map[string]any) error {
		reason, err := because(reason)
		if err != nil {
			return err
		}
		if t.State != Sending && t.State != Preparing {
			return ErrState
		}
		t.State, t.Why, detail["reason"] = Paused, WhyOfficial, reason
		return nil
	})
}

// because is a reason that must be given.
func because(reason string) (string, error) {
	if reason = text.Line(reason); reason == "" {
		return "", errs.InvalidFields(errs.Field{Name: "reason", Key: "web.field.required"})
	}
	if n := utf8.RuneCountInString(reason); n > 500 {
		return "", errs.InvalidFields(errs.Field{Name: "reason", Key: "web.field.long", Args: []any{"max", 500, "count", n - 500}})
	}
	return reason, nil
}

// Resume goes on with a paused letter: an official looked at it and says why.
// Bounces are measured anew from here.
func (s *Service) Resume(ctx context.Context, letterID, reason string) (Letter, error) {
	return s.change(ctx, letterID, "resume", MaySend, func(ctx context.Context, tx bun.Tx, t *Letter, detail map[string]any) error {
		reason, err := because(reason)
		if err != nil {
			return err
		}
		if t.State != Paused {
			return ErrState
		}
		if err := s.stillPublic(ctx, tx, t.Messages); err != nil {
			return err
		}
		t.State, t.Why, t.Trouble, t.BaseSent, t.BaseDead = Preparing, "", "", t.Sent, t.Dead
		if t.Ready {
			t.State = Sending
		}
		if left := s.now().Add(usualHours * time.Hour); t.NotAfter < left && left.Sub(t.StartedAt) < maxNotAfter {
			t.NotAfter = left
		}
		detail["reason"] = reason
		return s.Queue.Insert(ctx, tx, sendArgs{LetterID: t.ID}, jobs.Unique())
	})
}

// Cancel ends a letter. Who has it has it; nobody else gets it.
func (s *Service) Cancel(ctx context.Context, letterID, reason string) (Letter, error) {
	return s.change(ctx, letterID, "cancel", MaySend, func(ctx context.Context, tx bun.Tx, t *Letter, detail map[string]any) error {
		reason, err := because(reason)
		if err != nil {
			return err
		}
		if t.State == Done || t.State == Cancelled {
			return ErrState
		}
		detail["reason"] = reason
		return s.end(ctx, tx, t, Cancelled, WhyOfficial)
	})
}

// end gives every row that waits its final state.
func (s *Service) end(ctx context.Context, tx bun.Tx, t *Letter, state State, why string) error {
	rest := RowCancelled
	if state == Done {
		rest = RowExpired
	}
	_, err := tx.ExecContext(ctx, `UPDATE publish_newsletter_delivery SET state = ?, at = ? WHERE letter_id = ? AND state IN (?, ?)`, rest, s.now(), t.ID, RowQueued, RowLater)
	if err != nil {
		return fmt.Errorf("newsletter: end letter: %w", err)
	}
	t.State, t.Why, t.Trouble, t.EndedAt = state, why, "", s.now()
	return nil
}

// Retry tries again those whom a finished letter did not reach for a reason that
// may have passed. Who has it, and those of whom nobody knows, get nothing.
func (s *Service) Retry(ctx context.Context, letterID, reason string) (Letter, error) {
	return s.requeue(ctx, letterID, "retry", reason, RowExpired)
}

// RetryUnknown sends once more to those of whom nobody knows whether they have
// the letter: they may get it twice, and an official says why.
func (s *Service) RetryUnknown(ctx context.Context, letterID, reason string) (Letter, error) {
	return s.requeue(ctx, letterID, "retry_unknown", reason, RowUnknown)
}

func (s *Service) requeue(ctx context.Context, letterID, act, reason, from string) (Letter, error) {
	return s.change(ctx, letterID, act, MaySend, func(ctx context.Context, tx bun.Tx, t *Letter, detail map[string]any) error {
		reason, err := because(reason)
		if err != nil {
			return err
		}
		if t.State != Done || s.now().Sub(t.StartedAt) > maxNotAfter {
			return ErrState
		}
		if err := s.stillPublic(ctx, tx, t.Messages); err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `UPDATE publish_newsletter_delivery SET state = ?, due_at = 0, slotted = FALSE, attempts = 0 WHERE letter_id = ? AND state = ?`, RowQueued, t.ID, from)
		if err != nil {
			return fmt.Errorf("newsletter: try again: %w", err)
		}
		n, err := res.RowsAffected()
		if err != nil || n == 0 {
			return ErrNobody
		}
		t.State, t.EndedAt, t.NotAfter, t.BaseSent, t.BaseDead = Sending, 0, s.now().Add(usualHours*time.Hour), t.Sent, t.Dead
		detail["reason"], detail["newsletter_count"] = reason, n
		return s.Queue.Insert(ctx, tx, sendArgs{LetterID: t.ID}, jobs.Unique())
	})
}

// onWithdrawn stops the letters that carry a message which was taken back.
func (s *Service) onWithdrawn(ctx context.Context, e publish.Withdrawn) error {
	var ids []string
	err := s.DB.Reader().NewRaw(`SELECT id FROM publish_newsletter_letter WHERE state IN (?, ?, ?, ?) AND messages LIKE ?`,
		Draft, Preparing, Sending, Paused, `%"`+strings.Trim(e.MessageID, "%_")+`"%`).Scan(ctx, &ids)
	if err != nil {
		return fmt.Errorf("newsletter: letters of message %s: %w", e.MessageID, err)
	}
	for _, letterID := range ids {
		_, err := s.change(ctx, letterID, "cancel", MaySend, func(ctx context.Context, tx bun.Tx, t *Letter, detail map[string]any) error {
			if !slices.Contains(t.Messages, e.MessageID) || t.State == Done || t.State == Cancelled {
				return nil
			}
			detail["reason"] = audit.Word("newsletter.why." + WhyWithdrawn)
			return s.end(ctx, tx, t, Cancelled, WhyWithdrawn)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Delete removes a draft.
func (s *Service) Delete(ctx context.Context, letterID string) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		t, err := s.letter(ctx, tx, letterID)
		if err != nil {
			return err
		}
		if err := allowed(ctx, MayWrite, t.MissionID); err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `DELETE FROM publish_newsletter_letter WHERE id = ? AND state = ?`, letterID, Draft)
		if err != nil {
			return fmt.Errorf("newsletter: delete draft: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return ErrState
		}
		l, err := s.list(ctx, tx, t.ListID)
		if err != nil {
			return err
		}
		return s.recordLetter(ctx, tx, MayWrite, "delete", t, l, nil)
	})
}
