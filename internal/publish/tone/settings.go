package tone

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
	"sifara/internal/publish"
)

// Settings say what heat leads to. Heat is in thousandths.
type Settings struct {
	bun.BaseModel `bun:"table:publish_tone_setting,alias:ts" json:"-"`

	Version   int     `bun:",pk" json:"version"`
	RaiseAt   int     `json:"raise_at"`   // from here on the route is at least that of the next sensitivity
	CoolFrom  int     `json:"cool_from"`  // from here on a message cools off
	CoolHours int     `json:"cool_hours"` // at full heat
	EditedBy  string  `json:"edited_by"`
	EditedAt  db.Time `json:"edited_at"`
}

// Standard are the settings of a house that has changed none.
var Standard = Settings{RaiseAt: 500, CoolFrom: 300, CoolHours: 24}

// Bounds of the settings: a ministry cannot switch the consequences of heat off,
// nor stop itself from speaking.
var (
	RaiseBounds = [2]int{300, 700}
	CoolBounds  = [2]int{200, 500}
	HourBounds  = [2]int{1, 72}
)

// leastCool is the shortest cooling-off.
const leastCool = 15 * time.Minute

// Check holds the bounds.
func (s Settings) Check() error {
	var bad []errs.Field
	for _, f := range []struct {
		name   string
		value  int
		bounds [2]int
		unit   int
	}{{"raise_at", s.RaiseAt, RaiseBounds, 10}, {"cool_from", s.CoolFrom, CoolBounds, 10}, {"cool_hours", s.CoolHours, HourBounds, 1}} {
		if f.value < f.bounds[0] || f.value > f.bounds[1] {
			bad = append(bad, errs.Field{Name: f.name, Key: "web.field.number", Args: []any{"min", f.bounds[0] / f.unit, "max", f.bounds[1] / f.unit}})
		}
	}
	return errs.InvalidFields(bad...)
}

// Cool is how long a message of some heat cools off: not at all below CoolFrom,
// then from leastCool evenly up to CoolHours at full heat.
func (s Settings) Cool(heat int) time.Duration {
	if heat < s.CoolFrom {
		return 0
	}
	most := time.Duration(s.CoolHours) * time.Hour
	share := float64(heat-s.CoolFrom) / float64(1000-s.CoolFrom)
	return (leastCool + time.Duration(share*float64(most-leastCool))).Round(time.Minute)
}

// Weigh says what a heat leads to for a message of a sensitivity.
func (s Settings) Weigh(heat int, sens publish.Sensitivity) publish.Weight {
	w := publish.Weight{Heat: heat, Least: sens, Cool: s.Cool(heat)}
	if heat >= s.RaiseAt {
		w.Least = sens.Next()
	}
	return w
}

func readSettings(ctx context.Context, q bun.IDB) (Settings, error) {
	var s Settings
	err := q.NewSelect().Model(&s).Order("ts.version DESC").Limit(1).Scan(ctx)
	if db.IsNoRows(err) {
		return Standard, nil
	}
	if err != nil {
		return s, fmt.Errorf("publish: settings of tone: %w", err)
	}
	return s, nil
}

// Settings gives the settings in force.
func (s *Service) Settings(ctx context.Context) (Settings, error) {
	return readSettings(ctx, s.DB.Reader())
}

// SaveSettings changes them. Version is that which the actor had before them;
// another one stored is publish.ErrEdited.
func (s *Service) SaveSettings(ctx context.Context, to Settings) (Settings, error) {
	actor := perm.From(ctx)
	if !actor.MayIn(publish.MayTone, perm.Everywhere()) {
		return to, fmt.Errorf("publish: settings of tone: %w", errs.New(errs.Forbidden, ""))
	}
	if err := to.Check(); err != nil {
		return to, err
	}
	err := s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := renew(ctx, tx); err != nil {
			return err
		}
		now, err := readSettings(ctx, tx)
		if err != nil {
			return err
		}
		if now.Version != to.Version {
			return publish.ErrEdited
		}
		to.Version, to.EditedBy, to.EditedAt = now.Version+1, actor.ID, db.At(s.Clock.Now())
		if _, err := tx.NewInsert().Model(&to).Exec(ctx); err != nil {
			return fmt.Errorf("write: %w", err)
		}
		return s.changed(ctx, tx, "publish.tone_settings", map[string]any{"publish_raise_at": to.RaiseAt, "publish_cool_from": to.CoolFrom, "publish_cool_hours": to.CoolHours})
	})
	if err != nil {
		return to, fmt.Errorf("publish: settings of tone: %w", err)
	}
	return to, nil
}

// changed tells open pages and records the act.
func (s *Service) changed(ctx context.Context, tx bun.Tx, act string, detail map[string]any) error {
	if err := s.Live.Notify(ctx, tx, publish.TopicMessages); err != nil {
		return err
	}
	return s.Audit.Record(ctx, tx, audit.Entry{Act: act, Object: "tone", ObjectID: "tone", Permission: publish.MayTone, Detail: detail})
}
