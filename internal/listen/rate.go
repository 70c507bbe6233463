package listen

import (
	"context"
	"fmt"
	"math"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
)

// Subjects of a rate of false alarms beside topics, which are named by their
// ids: the families of series nobody has chosen.
const (
	RateOfTags   = "hashtags"
	RateOfPlaces = "places" // countries and groups of sources
)

// Bounds of a rate of false alarms in a month (30 days).
const (
	DefaultRate = 1.0
	LeastRate   = 0.01
	MostRate    = 30.0
)

// AlarmRate says how many false alarms a month are borne of a topic, all its
// countries together, or of a family. It is the threshold of their warnings.
type AlarmRate struct {
	bun.BaseModel `bun:"table:listen_alarm_rate,alias:r" json:"-"`

	Subject string  `bun:",pk" json:"subject"`
	Rate    float64 `json:"rate"`
	Version int64   `json:"version"` // 0 where the default holds
	SetBy   string  `json:"set_by,omitempty"`
	SetAt   db.Time `json:"set_at"`
}

// AlarmRates gives the rates that were set, by subject. Others are DefaultRate.
func (s *Service) AlarmRates(ctx context.Context) (map[string]AlarmRate, error) {
	if err := may(ctx, View); err != nil {
		return nil, err
	}
	return s.alarmRates(ctx)
}

func (s *Service) alarmRates(ctx context.Context) (map[string]AlarmRate, error) {
	var list []AlarmRate
	if err := s.db.Reader().NewSelect().Model(&list).Scan(ctx); err != nil {
		return nil, fmt.Errorf("rates of false alarms: %w", err)
	}
	m := map[string]AlarmRate{}
	for _, r := range list {
		m[r.Subject] = r
	}
	return m, nil
}

// rateOf is the rate in force.
func rateOf(rates map[string]AlarmRate, subject string) float64 {
	if r, ok := rates[subject]; ok {
		return r.Rate
	}
	return DefaultRate
}

// SetAlarmRate sets how many false alarms a month are borne of a topic or, by
// those who keep the topics of the whole ministry, of a family. It holds from
// the next look on.
func (s *Service) SetAlarmRate(ctx context.Context, subject string, rate float64) error {
	if math.IsNaN(rate) || rate < LeastRate || rate > MostRate {
		return errs.InvalidFields(errs.Field{Name: "rate", Key: "listen.rate.bounds", Args: []any{"least", LeastRate, "most", MostRate}})
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		scope := perm.Everywhere()
		if subject != RateOfTags && subject != RateOfPlaces {
			t, err := topicByID(ctx, tx, subject)
			if err != nil || !sees(perm.From(ctx), t.Scope()) {
				return notFound("topic", subject)
			}
			scope = t.Scope()
		}
		if err := allowed(ctx, ManageTopics, scope); err != nil {
			return err
		}
		r := AlarmRate{Subject: subject, Rate: rate, Version: 1, SetBy: perm.From(ctx).ID, SetAt: db.At(s.clock.Now())}
		_, err := tx.NewInsert().Model(&r).On("CONFLICT (subject) DO UPDATE").
			Set("rate = excluded.rate, version = r.version + 1, set_by = excluded.set_by, set_at = excluded.set_at").Exec(ctx)
		if err != nil {
			return fmt.Errorf("set rate: %w", err)
		}
		return s.record(ctx, tx, ManageTopics, scope, "listen.rate.set", "topic", subject, map[string]any{"rate": rate})
	})
}

// RateIn is the rate in force of a subject.
func RateIn(rates map[string]AlarmRate, subject string) float64 { return rateOf(rates, subject) }
