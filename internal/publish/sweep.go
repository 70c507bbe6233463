package publish

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sifara/internal/db"
)

// sweepJob looks after what time alone changes.
type sweepJob struct{}

// Kind implements jobs.Args.
func (sweepJob) Kind() string { return "publish.sweep" }

// sweepBatch bounds one look; the next minute brings the next.
const sweepBatch = 200

// Sweep does what is due: planned releases whose job was lost, messages whose
// NotAfter has passed, held up or public, reminders of steps
// that will soon be late, and marks on those that are. It is idempotent; one
// message's failure does not hold up the others.
func (s *Service) Sweep(ctx context.Context) error {
	now := db.At(s.clock.Now())
	failed := []error{s.forgetSenders(ctx), s.forgetTyped(ctx)}
	for _, part := range []struct {
		where string
		args  []any
		do    func(context.Context, string) error
	}{
		{"state = ? AND release_at <= ? AND held_at = 0", []any{StateScheduled, now}, s.releaseDue},
		{"state = ? AND release_at <= ? AND held_at > 0 AND not_after > 0 AND not_after <= ?", []any{StateScheduled, now, now}, s.releaseDue},
		{"state = ? AND not_after > 0 AND not_after <= ?", []any{StateReleased, now}, s.expire},
		{"state IN (?, ?) AND step_due > 0 AND step_due <= ? AND overdue_at = 0", []any{StateInReview, StateApproved, now}, s.markLate},
		{"state IN (?, ?) AND emergency AND reviewed_at = 0 AND review_due <= ? AND overdue_at = 0", []any{StateReleased, StateWithdrawn, now}, s.markLate},
		{"state IN (?, ?) AND escalate_at > 0 AND escalate_at <= ?", []any{StateInReview, StateApproved, now}, s.escalate},
		{"state IN (?, ?) AND step_due > ? AND step_due <= ? AND reminded_at = 0", []any{StateInReview, StateApproved, now, now.Add(maxLead)}, s.remind},
	} {
		var ids []string
		q := s.db.Reader().NewRaw(`SELECT id FROM publish_message WHERE `+part.where+` ORDER BY updated_at, id LIMIT ?`, append(part.args, sweepBatch)...)
		if err := q.Scan(ctx, &ids); err != nil {
			return fmt.Errorf("publish: sweep: %w", err)
		}
		for _, id := range ids {
			if err := part.do(ctx, id); err != nil {
				failed = append(failed, err)
			}
		}
	}
	return errors.Join(failed...)
}

// maxLead bounds how long before the deadline people are reminded.
const maxLead = 12 * time.Hour

// remind tells the people of a step that it will soon be late: when a quarter
// of its time is left.
func (s *Service) remind(ctx context.Context, messageID string) error {
	_, err := s.do(ctx, messageID, "publish.remind", func(_ context.Context, a *act) error {
		step, ok := a.m.Current()
		left := a.m.StepDue.Sub(a.nowDB())
		if !ok || !a.m.RemindedAt.IsZero() || left <= 0 || left > min(maxLead, time.Duration(step.Hours)*time.Hour/4) {
			a.idle = true
			return nil
		}
		a.m.RemindedAt = a.nowDB()
		a.events = append(a.events, a.waiting(Waiting{Reminder: true})...)
		a.detail["publish_step"] = step.word()
		return nil
	})
	return err
}

// markLate raises the alarm once for a step, or for the judgement that an
// emergency release owes.
func (s *Service) markLate(ctx context.Context, messageID string) error {
	_, err := s.do(ctx, messageID, "publish.overdue", func(_ context.Context, a *act) error {
		if !a.m.OverdueAt.IsZero() || !a.m.Overdue(a.now) {
			a.idle = true
			return nil
		}
		a.m.OverdueAt = a.nowDB()
		late := Step{Kind: AfterReview}
		if step, ok := a.m.Current(); ok {
			late = step
			a.events = append(a.events, a.waiting(Waiting{Overdue: true})...)
		} else {
			e := a.reviewWaits()
			e.Overdue = true
			a.events = append(a.events, e)
		}
		a.detail["publish_step"] = late.word()
		return nil
	})
	return err
}
