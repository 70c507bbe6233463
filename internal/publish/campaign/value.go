package campaign

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
	"sifara/internal/text"
)

const hour = time.Hour

// Value is one measured value of a campaign's indicator.
type Value struct {
	bun.BaseModel `bun:"table:publish_campaign_value,alias:bv"`

	ID         string `bun:",pk"`
	CampaignID string
	Value      int64   // hundredths
	Day        db.Time // of the measurement
	Note       string  // where it comes from
	RecordedBy string
	RecordedAt db.Time
	StruckBy   string
	StruckAt   db.Time // zero while it counts
}

const maxValues = 1000

// Values gives the measured values of a campaign that the actor sees, the
// earliest first, struck ones too.
func (s *Service) Values(ctx context.Context, campaignID string) ([]Value, error) {
	if _, err := s.Campaign(ctx, campaignID); err != nil {
		return nil, err
	}
	var list []Value
	if err := s.DB.Reader().NewSelect().Model(&list).Where("bv.campaign_id = ?", campaignID).Order("bv.day", "bv.recorded_at", "bv.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("values of indicator: %w", err)
	}
	return list, nil
}

// Latest is the last value that counts; false when nothing was measured.
func Latest(list []Value) (Value, bool) {
	var last Value
	found := false
	for _, v := range list {
		if v.StruckAt.IsZero() {
			last, found = v, true
		}
	}
	return last, found
}

// Reached is how much of the way from baseline to target a value has gone, as
// a share of one; it can be negative or above one. False when the campaign
// names no way to go.
func (c Campaign) Reached(v Value) (float64, bool) {
	if len(c.Indicator) == 0 || c.Target == c.Baseline {
		return 0, false
	}
	return float64(v.Value-c.Baseline) / float64(c.Target-c.Baseline), true
}

// Measure enters a value of the indicator under the id it brings; the same id
// again changes nothing. Also when the campaign is over: effects come late.
func (s *Service) Measure(ctx context.Context, v Value) error {
	if err := s.past(v.Day); err != nil {
		return err
	}
	if err := checkAmount("value", v.Value); err != nil {
		return err
	}
	v.Note = text.Line(v.Note)
	var bad problems
	bad.long("note", v.Note, MaxNote)
	if err := errs.InvalidFields(bad...); err != nil {
		return err
	}
	return s.change(ctx, v.CampaignID, "publish.campaign.measure", func(ctx context.Context, tx bun.Tx, c *Campaign) (map[string]any, error) {
		if len(c.Indicator) == 0 {
			return nil, errs.New(errs.Conflict, "publish.campaign.error.no_indicator")
		}
		if err := room(ctx, tx, (*Value)(nil), c.ID, v.ID, maxValues); err != nil {
			return nil, err
		}
		v.Day, v.StruckBy, v.StruckAt = day(v.Day), "", 0
		v.RecordedBy, v.RecordedAt = perm.From(ctx).ID, db.At(s.Clock.Now())
		_, err := tx.NewInsert().Model(&v).On("CONFLICT (id) DO NOTHING").Exec(ctx)
		return map[string]any{"campaign_value": hundredths(v.Value)}, err
	})
}

// StrikeValue strikes out a wrong value.
func (s *Service) StrikeValue(ctx context.Context, campaignID, valueID string) error {
	return s.change(ctx, campaignID, "publish.campaign.strike_value", func(ctx context.Context, tx bun.Tx, c *Campaign) (map[string]any, error) {
		var v Value
		err := tx.NewRaw(`UPDATE publish_campaign_value SET struck_by = ?, struck_at = ? WHERE id = ? AND campaign_id = ? AND struck_at = 0 RETURNING *`,
			perm.From(ctx).ID, db.At(s.Clock.Now()), valueID, c.ID).Scan(ctx, &v)
		return map[string]any{"campaign_value": hundredths(v.Value)}, missing(err, "value", valueID)
	})
}

func hundredths(n int64) string { return fmt.Sprintf("%d.%02d", n/100, n%100) }

// room refuses one entry more than a campaign may have.
func room(ctx context.Context, tx bun.Tx, model any, campaignID, entryID string, most int) error {
	n, err := tx.NewSelect().Model(model).Where("campaign_id = ? AND id <> ?", campaignID, entryID).Count(ctx)
	if err != nil {
		return fmt.Errorf("count entries: %w", err)
	}
	if n >= int64(most) {
		return errs.New(errs.Conflict, "publish.campaign.many", "max", most)
	}
	return nil
}

// missing classifies the error of a query for one entry.
func missing(err error, what, id string) error {
	if db.IsNoRows(err) {
		return notFound(what, id)
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w", what, id, err)
	}
	return nil
}

// changed is NotFound when an update of one entry reached none.
func changed(res sql.Result, err error, what, id string) error {
	if err != nil {
		return fmt.Errorf("%s %s: %w", what, id, err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return firstOf(err, notFound(what, id))
	}
	return nil
}
