package campaign

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// Line is one line of a campaign's budget.
type Line struct {
	bun.BaseModel `bun:"table:publish_campaign_line,alias:bl"`

	ID         string `bun:",pk"`
	CampaignID string
	Title      string
	Planned    int64 // in the smallest unit of the currency
	CreatedAt  db.Time

	Spent int64 `bun:"-"` // what was paid of it, without struck entries
}

// Spend is something that was paid.
type Spend struct {
	bun.BaseModel `bun:"table:publish_campaign_spend,alias:bs"`

	ID         string `bun:",pk"`
	CampaignID string
	LineID     string
	Amount     int64   // in the smallest unit of the currency
	Day        db.Time // when it was paid
	Note       string  // for what, to whom, by which paper
	RecordedBy string
	RecordedAt db.Time
	StruckBy   string
	StruckAt   db.Time // zero while it counts
}

// Money is a campaign's budget and what was spent of it.
type Money struct {
	Lines   []Line  // in the order in which they were made
	Spends  []Spend // the latest day first, struck ones too
	Planned int64
	Spent   int64
}

// maxAmount bounds one amount, so that sums of thousands of them fit.
const maxAmount = 1_000_000_000_000_000

const (
	maxLines  = 60
	maxSpends = 2000
)

// needed is a text that must be given, on one line.
func needed(field, s string, most int) (string, error) {
	var bad problems
	if s = text.Line(s); s == "" {
		bad.add(field, "web.field.required")
	}
	bad.long(field, s, most)
	return s, errs.InvalidFields(bad...)
}

func checkAmount(field string, n int64) error {
	if n < 0 || n > maxAmount {
		return errs.InvalidFields(errs.Field{Name: field, Key: "publish.campaign.bad_amount"})
	}
	return nil
}

// Money gives the budget of a campaign that the actor sees.
func (s *Service) Money(ctx context.Context, campaignID string) (Money, error) {
	var m Money
	if _, err := s.Campaign(ctx, campaignID); err != nil {
		return m, err
	}
	if err := s.DB.Reader().NewSelect().Model(&m.Lines).Where("bl.campaign_id = ?", campaignID).Order("bl.created_at", "bl.id").Scan(ctx); err != nil {
		return m, fmt.Errorf("budget lines: %w", err)
	}
	if err := s.DB.Reader().NewSelect().Model(&m.Spends).Where("bs.campaign_id = ?", campaignID).Order("bs.day DESC", "bs.id DESC").Scan(ctx); err != nil {
		return m, fmt.Errorf("spend: %w", err)
	}
	paid := map[string]int64{}
	for _, x := range m.Spends {
		if x.StruckAt.IsZero() {
			paid[x.LineID] += x.Amount
			m.Spent += x.Amount
		}
	}
	for i := range m.Lines {
		m.Lines[i].Spent = paid[m.Lines[i].ID]
		m.Planned += m.Lines[i].Planned
	}
	return m, nil
}

// PutLine adds a budget line under the id it brings, or changes title and plan
// of the one that is there.
func (s *Service) PutLine(ctx context.Context, l Line) error {
	title, err := needed("title", l.Title, MaxName)
	if err == nil {
		err = checkAmount("planned", l.Planned)
	}
	if err != nil {
		return err
	}
	if !id.Valid(l.ID) {
		return errs.InvalidFields(errs.Field{Name: "id", Key: "web.field.required"})
	}
	return s.change(ctx, l.CampaignID, "publish.campaign.line", func(ctx context.Context, tx bun.Tx, c *Campaign) (map[string]any, error) {
		if c.State.Over() {
			return nil, ErrState
		}
		l.Title, l.CreatedAt = title, db.At(s.Clock.Now())
		if err := room(ctx, tx, (*Line)(nil), c.ID, l.ID, maxLines); err != nil {
			return nil, err
		}
		res, err := tx.NewInsert().Model(&l).On("CONFLICT (id) DO UPDATE").Set("title = EXCLUDED.title, planned = EXCLUDED.planned").Where("bl.campaign_id = EXCLUDED.campaign_id").Exec(ctx)
		return map[string]any{"campaign_line": title}, changed(res, err, "budget line", l.ID)
	})
}

// DropLine removes a budget line of which nothing was ever entered as paid.
func (s *Service) DropLine(ctx context.Context, campaignID, lineID string) error {
	return s.change(ctx, campaignID, "publish.campaign.drop_line", func(ctx context.Context, tx bun.Tx, c *Campaign) (map[string]any, error) {
		if c.State.Over() {
			return nil, ErrState
		}
		var l Line
		if err := tx.NewSelect().Model(&l).Where("bl.id = ? AND bl.campaign_id = ?", lineID, c.ID).Scan(ctx); err != nil {
			return nil, missing(err, "budget line", lineID)
		}
		used, err := tx.NewSelect().Model((*Spend)(nil)).Where("bs.line_id = ?", lineID).Exists(ctx)
		if err != nil || used {
			return nil, firstOf(err, errs.New(errs.Conflict, "publish.campaign.error.line_used"))
		}
		_, err = tx.NewDelete().Model(&l).WherePK().Exec(ctx)
		return map[string]any{"campaign_line": l.Title}, err
	})
}

// Pay enters something that was paid, under the id it brings; the same id
// again changes nothing. The day may not lie ahead. Also when the campaign is
// over: bills come late.
func (s *Service) Pay(ctx context.Context, x Spend) error {
	note, err := needed("note", x.Note, MaxNote)
	if err == nil {
		err = checkAmount("amount", x.Amount)
	}
	if err == nil && x.Amount == 0 {
		err = errs.InvalidFields(errs.Field{Name: "amount", Key: "publish.campaign.bad_amount"})
	}
	if err == nil {
		err = s.past(x.Day)
	}
	if err != nil {
		return err
	}
	return s.change(ctx, x.CampaignID, "publish.campaign.pay", func(ctx context.Context, tx bun.Tx, c *Campaign) (map[string]any, error) {
		known, err := tx.NewSelect().Model((*Line)(nil)).Where("bl.id = ? AND bl.campaign_id = ?", x.LineID, c.ID).Exists(ctx)
		if err != nil || !known {
			return nil, firstOf(err, errs.InvalidFields(errs.Field{Name: "line", Key: "web.field.choice"}))
		}
		if err := room(ctx, tx, (*Spend)(nil), c.ID, x.ID, maxSpends); err != nil {
			return nil, err
		}
		x.Note, x.Day, x.StruckBy, x.StruckAt = note, day(x.Day), "", 0
		x.RecordedBy, x.RecordedAt = perm.From(ctx).ID, db.At(s.Clock.Now())
		_, err = tx.NewInsert().Model(&x).On("CONFLICT (id) DO NOTHING").Exec(ctx)
		return map[string]any{"campaign_amount": Written(x.Amount, c.Currency), "campaign_note": note}, err
	})
}

// StrikeSpend strikes out a wrong entry; it stays to be seen and counts no
// more.
func (s *Service) StrikeSpend(ctx context.Context, campaignID, spendID string) error {
	return s.change(ctx, campaignID, "publish.campaign.strike_spend", func(ctx context.Context, tx bun.Tx, c *Campaign) (map[string]any, error) {
		var x Spend
		err := tx.NewRaw(`UPDATE publish_campaign_spend SET struck_by = ?, struck_at = ? WHERE id = ? AND campaign_id = ? AND struck_at = 0 RETURNING *`,
			perm.From(ctx).ID, db.At(s.Clock.Now()), spendID, c.ID).Scan(ctx, &x)
		return map[string]any{"campaign_amount": Written(x.Amount, c.Currency), "campaign_note": x.Note}, missing(err, "spend", spendID)
	})
}

// past refuses a day that is missing or lies ahead; in the zone furthest east
// today begins fourteen hours before UTC's.
func (s *Service) past(at db.Time) error {
	const east = 14
	switch {
	case at.IsZero():
		return errs.InvalidFields(errs.Field{Name: "day", Key: "web.field.required"})
	case at.Std().After(s.Clock.Now().Add(east * hour)):
		return errs.InvalidFields(errs.Field{Name: "day", Key: "publish.campaign.day_ahead"})
	}
	return nil
}

// Written is an amount as records keep it: "1250.500 IQD".
func Written(n int64, currency string) string {
	digits, _ := Exponent(currency)
	s := fmt.Sprintf("%0*d", digits+1, n)
	if digits > 0 {
		s = s[:len(s)-digits] + "." + s[len(s)-digits:]
	}
	return strings.TrimSpace(s + " " + currency)
}
