package newsletter

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/perm"
	"sifara/internal/publish"
)

// Held implements publish.HeldSource: the letters that the house's pause
// stopped and the actor may send.
func (s *Service) Held(ctx context.Context, limit int) ([]publish.Held, error) {
	var all []Letter
	q := s.DB.Reader().NewSelect().Model(&all).Where("t.state = ?", Paused).Where("t.why = ?", WhyHouse)
	if ids, everywhere := perm.From(ctx).Missions(MaySend); !everywhere {
		if len(ids) == 0 {
			return nil, nil
		}
		q = q.Where("t.mission_id IN (?)", bun.List(ids))
	}
	if err := q.Order("t.started_at").Limit(int64(limit)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("newsletter: held letters: %w", err)
	}
	var out []publish.Held
	for _, t := range all {
		l, err := s.list(ctx, s.DB.Reader(), t.ListID)
		if err != nil {
			return nil, err
		}
		out = append(out, publish.Held{ID: t.ID, Title: l.Names, MissionID: t.MissionID, DueAt: t.StartedAt, Href: "/console/newsletters/letters/" + t.ID})
	}
	return out, nil
}

// heldReason stands in the record where an official lets a letter go out of the
// queue of what a pause held up.
const heldReason = "newsletter.letgo"

// LetGo implements publish.HeldSource. A letter goes on at once: each is let go
// by an act of its own.
func (s *Service) LetGo(ctx context.Context, letterID string, _ time.Time) error {
	_, err := s.Resume(ctx, letterID, audit.Word(heldReason))
	return err
}

// Drop implements publish.HeldSource.
func (s *Service) Drop(ctx context.Context, letterID, reason string) error {
	_, err := s.Cancel(ctx, letterID, reason)
	return err
}
