package publish

import (
	"testing"
	"time"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/event"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/perm"
)

// A step given on a Thursday evening waits for the mission's next working day:
// the same hours end on other days where the weekend is another.
func TestDeadlinesCountWorkingDays(t *testing.T) {
	for _, tc := range []struct {
		name, zone string
		weekend    []time.Weekday
		want       time.Time
	}{
		{"Friday and Saturday", "Asia/Baghdad", []time.Weekday{time.Friday, time.Saturday}, time.Date(2016, 5, 8, 18, 0, 0, 0, time.UTC)},
		{"Saturday and Sunday", "Europe/Paris", []time.Weekday{time.Saturday, time.Sunday}, time.Date(2016, 5, 6, 18, 0, 0, 0, time.UTC)},
		{"Sunday", "Europe/Paris", []time.Weekday{time.Sunday}, time.Date(2016, 5, 6, 18, 0, 0, 0, time.UTC)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dbtest.Each(t, append(schema(), org.Migrations()), func(t *testing.T, d *db.DB) {
				h := build(t, d)
				h.clock.Set(time.Date(2016, 5, 5, 18, 0, 0, 0, time.UTC)) // a Thursday
				h.settle(tc.zone, tc.weekend)
				m := h.submitted(Routine)
				if m.StepDue != db.At(tc.want) {
					t.Fatalf("due %v, want %v", m.StepDue.Std(), tc.want)
				}
				h.later(tc.want.Sub(h.clock.Now()) - time.Minute)
				if got := h.reload(m.ID); !got.OverdueAt.IsZero() {
					t.Errorf("late at %v", got.OverdueAt.Std())
				}
				h.later(2 * time.Minute)
				if got := h.reload(m.ID); got.OverdueAt.IsZero() {
					t.Error("not late after its deadline")
				}
			})
		})
	}
}

// settle makes a ministry and the mission in Paris with a week of its own.
func (h *house) settle(zone string, weekend []time.Weekday) {
	h.t.Helper()
	names := org.Names{i18n.Arabic: "باريس", i18n.Sorani: "پاریس", i18n.Kurmanji: "Parîs", i18n.English: "Paris"}
	ctx := perm.With(h.t.Context(), perm.SystemActor("test"))
	h.org = org.New(org.Deps{DB: h.db, Log: h.log, Clock: h.clock, Audit: audit.New(h.db, h.clock), Live: event.NewLive(h.db, h.log)})
	steps := []func() error{
		func() error { return h.org.SyncRoles(ctx, append(org.Permissions(), Permissions()...)) },
		func() error {
			_, err := h.org.Setup(ctx, org.MinistrySpec{
				Ministry: org.Ministry{Names: names, City: names, Country: "IQ", TimeZone: "Asia/Baghdad", Languages: i18n.Langs},
				First:    org.Person{Name: "First", Post: names, Email: "first@mofa.example", Language: i18n.Arabic},
			})
			return err
		},
		func() error {
			return h.org.CreateMission(ctx, org.Mission{ID: paris, Slug: "paris", Kind: org.Embassy, Names: names, City: names, Country: "FR", TimeZone: zone, Weekend: weekend, Languages: i18n.Langs, Open: true})
		},
	}
	for _, step := range steps {
		if err := step(); err != nil {
			h.t.Fatal(err)
		}
	}
}
