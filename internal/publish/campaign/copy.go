package campaign

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/perm"
)

// Copy makes a new campaign out of one that the actor sees, in any state: what
// it says, its budget lines as planned and its events, with every day moved as
// far as its beginning. What was spent, measured, counted and said in messages
// stays with the old one. The new one is led by missionID; the missions that take
// part stay when that led the old one too. newID is that of the form: a
// replay makes one copy.
func (s *Service) Copy(ctx context.Context, campaignID, newID, missionID string, starts db.Time) error {
	old, err := s.Campaign(ctx, campaignID)
	if err != nil {
		return err
	}
	if starts = day(starts); starts.IsZero() || !id.Valid(newID) {
		return errs.InvalidFields(errs.Field{Name: "starts", Key: "web.field.required"})
	}
	lines, events, err := s.parts(ctx, campaignID)
	if err != nil {
		return err
	}
	shift := starts.Sub(old.StartsOn)
	c := old
	c.ID, c.MissionID, c.CopiedFrom, c.OwnerID = newID, missionID, old.ID, perm.From(ctx).ID
	c.StartsOn, c.EndsOn = starts, old.EndsOn.Add(shift)
	if missionID != old.MissionID {
		c.Partners = nil // others are asked anew
	}
	if err := s.checked(ctx, &c); err != nil {
		return err
	}
	if !perm.From(ctx).MayIn(Manage, c.Scope()) {
		return errs.New(errs.Forbidden, "")
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		fresh, err := s.insert(ctx, tx, &c, "publish.campaign.copy")
		if err != nil || !fresh {
			return err
		}
		return s.copyParts(ctx, tx, c, lines, events, shift)
	})
}

func (s *Service) parts(ctx context.Context, campaignID string) ([]Line, []Event, error) {
	m, err := s.Money(ctx, campaignID)
	if err != nil {
		return nil, nil, err
	}
	events, err := s.Events(ctx, campaignID)
	return m.Lines, events, err
}

func (s *Service) copyParts(ctx context.Context, tx bun.Tx, c Campaign, lines []Line, events []Event, shift time.Duration) error {
	now := db.At(s.Clock.Now())
	for i, l := range lines {
		l.ID, l.CampaignID, l.CreatedAt = id.New(), c.ID, now+db.Time(i) // in their order
		if _, err := tx.NewInsert().Model(&l).Exec(ctx); err != nil {
			return fmt.Errorf("copy budget line: %w", err)
		}
	}
	for _, e := range events {
		e.ID, e.CampaignID, e.CreatedBy, e.CreatedAt, e.Attended = id.New(), c.ID, perm.From(ctx).ID, now, -1
		e.StartsAt = e.StartsAt.Add(shift)
		if !e.EndsAt.IsZero() {
			e.EndsAt = e.EndsAt.Add(shift)
		}
		if _, err := tx.NewInsert().Model(&e).Exec(ctx); err != nil {
			return fmt.Errorf("copy event: %w", err)
		}
	}
	return nil
}
