package campaign

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/text"
)

// Event is something that takes place for a campaign: a reception, an
// exhibition, a press conference.
type Event struct {
	bun.BaseModel `bun:"table:publish_campaign_event,alias:be"`

	ID         string `bun:",pk"`
	CampaignID string
	Titles     publish.Texts
	Place      string
	StartsAt   db.Time
	EndsAt     db.Time // zero: not said
	Attended   int64   // how many came; -1 while nobody has counted
	CreatedBy  string
	CreatedAt  db.Time
}

const maxEvents = 200

// Events gives the events of a campaign that the actor sees, the earliest
// first.
func (s *Service) Events(ctx context.Context, campaignID string) ([]Event, error) {
	if _, err := s.Campaign(ctx, campaignID); err != nil {
		return nil, err
	}
	var list []Event
	if err := s.DB.Reader().NewSelect().Model(&list).Where("be.campaign_id = ?", campaignID).Order("be.starts_at", "be.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("events of campaign: %w", err)
	}
	return list, nil
}

// Dated is an event with its campaign.
type Dated struct {
	Event    Event
	Campaign Campaign
}

// EventsBetween lists the events of all campaigns that the actor sees which
// begin between two moments, the earliest first.
func (s *Service) EventsBetween(ctx context.Context, from, to db.Time) ([]Dated, error) {
	var list []Event
	if err := s.DB.Reader().NewSelect().Model(&list).Where("be.starts_at BETWEEN ? AND ?", from, to).Order("be.starts_at", "be.id").Limit(1000).Scan(ctx); err != nil {
		return nil, fmt.Errorf("events: %w", err)
	}
	if len(list) == 0 {
		return nil, nil
	}
	var ids []string
	for _, e := range list {
		ids = append(ids, e.CampaignID)
	}
	var seen []Campaign
	if err := inSight(s.DB.Reader().NewSelect().Model(&seen), perm.From(ctx)).Where("c.id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("campaigns of events: %w", err)
	}
	by := map[string]Campaign{}
	for _, c := range seen {
		by[c.ID] = c
	}
	var out []Dated
	for _, e := range list {
		if c, ok := by[e.CampaignID]; ok {
			out = append(out, Dated{e, c})
		}
	}
	return out, nil
}

// PutEvent adds an event under the id it brings, or changes the one that is
// there. How many came is counted also when the campaign is over.
func (s *Service) PutEvent(ctx context.Context, e Event) error {
	if err := e.check(); err != nil {
		return err
	}
	return s.change(ctx, e.CampaignID, "publish.campaign.event", func(ctx context.Context, tx bun.Tx, c *Campaign) (map[string]any, error) {
		if err := room(ctx, tx, (*Event)(nil), c.ID, e.ID, maxEvents); err != nil {
			return nil, err
		}
		e.CreatedBy, e.CreatedAt = perm.From(ctx).ID, db.At(s.Clock.Now())
		res, err := tx.NewInsert().Model(&e).On("CONFLICT (id) DO UPDATE").
			Set("titles = EXCLUDED.titles, place = EXCLUDED.place, starts_at = EXCLUDED.starts_at, ends_at = EXCLUDED.ends_at, attended = EXCLUDED.attended").
			Where("be.campaign_id = EXCLUDED.campaign_id").Exec(ctx)
		return map[string]any{"title": e.Titles}, changed(res, err, "event", e.ID)
	})
}

func (e *Event) check() error {
	var bad problems
	if !id.Valid(e.ID) {
		bad.add("id", "web.field.required")
	}
	e.Titles = bad.texts("title", e.Titles, MaxName, text.Line)
	if len(e.Titles) == 0 {
		bad.add("title-"+string(i18n.Langs[0]), "publish.campaign.no_name")
	}
	e.Place = text.Line(e.Place)
	bad.long("place", e.Place, MaxName)
	if e.StartsAt.IsZero() {
		bad.add("at", "web.field.required")
	}
	if !e.EndsAt.IsZero() && (e.EndsAt.Before(e.StartsAt) || e.EndsAt.Sub(e.StartsAt) > 60*24*time.Hour) {
		bad.add("until", "publish.campaign.bad_until")
	}
	if e.Attended < -1 || e.Attended > 10_000_000 {
		bad.add("attended", "web.field.number", "min", 0, "max", 10_000_000)
	}
	return errs.InvalidFields(bad...)
}

// DropEvent removes an event that will not take place.
func (s *Service) DropEvent(ctx context.Context, campaignID, eventID string) error {
	return s.change(ctx, campaignID, "publish.campaign.drop_event", func(ctx context.Context, tx bun.Tx, c *Campaign) (map[string]any, error) {
		var e Event
		err := tx.NewRaw(`DELETE FROM publish_campaign_event WHERE id = ? AND campaign_id = ? RETURNING *`, eventID, c.ID).Scan(ctx, &e)
		return map[string]any{"title": e.Titles}, missing(err, "event", eventID)
	})
}
