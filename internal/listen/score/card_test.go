package score

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/listen"
	"sifara/internal/perm"
	"sifara/internal/vault"
)

var now = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

func as(mission string, p ...perm.Permission) context.Context {
	return perm.With(context.Background(), &perm.Actor{Kind: perm.Person, ID: "p-" + mission, Grants: []perm.Grant{{Permissions: p, Scope: perm.InMission(mission)}}})
}

func service(t *testing.T, d *db.DB) *Service {
	t.Helper()
	v, err := vault.Create(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	c := clock.At(now)
	a := audit.New(d, c)
	l := listen.New(listen.Deps{DB: d, Store: d, Log: slog.New(slog.DiscardHandler), Clock: c, Audit: a, Vault: v})
	return New(Deps{DB: d, Clock: c, Audit: a, Listen: l})
}

// warned stores warnings, each with a peak so long after its alarm, and judges
// them.
func warned(t *testing.T, s *Service, list ...listen.Warning) {
	t.Helper()
	system := perm.With(context.Background(), perm.SystemActor("test"))
	for _, w := range list {
		w.Series, w.State = "s:"+w.ID, listen.WarningOpen
		w.Since = w.AlarmedAt
		verdict := w.Reason
		w.Reason = ""
		err := s.DB.Tx(system, func(ctx context.Context, tx bun.Tx) error {
			_, err := tx.NewInsert().Model(&w).Exec(ctx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if verdict != "" {
			if err := s.Listen.Judge(system, w.ID, verdict, "because"); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func peak(alarm time.Time, later time.Duration) listen.Evidence {
	return listen.Evidence{Bins: []listen.EvidenceBin{
		{From: alarm.Add(-5 * time.Hour), Posts: 900}, {From: alarm, Posts: 10, Burst: true}, {From: alarm.Add(later - 30*time.Minute), Posts: 50, Burst: true},
	}}
}

func TestCard(t *testing.T) {
	dbtest.Each(t, []db.Migrations{audit.Migrations(), listen.Migrations(), listen.StoreMigrations()}, func(t *testing.T, d *db.DB) {
		s := service(t, d)
		system := perm.With(context.Background(), perm.SystemActor("test"))
		for id, mission := range map[string]string{"t-fr": "fr", "t-be": "be"} {
			if err := s.Listen.AddTopic(system, listen.Topic{ID: id, Names: map[i18n.Lang]string{i18n.English: id}, Terms: []string{id}, MissionID: mission, Watched: true}); err != nil {
				t.Fatal(err)
			}
		}
		at := func(days int) db.Time { return db.At(now.AddDate(0, 0, -days)) }
		warned(t, s,
			listen.Warning{ID: "a", TopicID: "t-fr", MissionID: "fr", AlarmedAt: at(10), Reason: listen.VerdictRight, Evidence: peak(at(10).Std(), 2*time.Hour)},
			listen.Warning{ID: "b", TopicID: "t-fr", MissionID: "fr", AlarmedAt: at(20), Reason: listen.VerdictRight, Evidence: peak(at(20).Std(), 4*time.Hour)},
			listen.Warning{ID: "c", TopicID: "t-fr", MissionID: "fr", AlarmedAt: at(45), Reason: listen.VerdictWrong},
			listen.Warning{ID: "d", TopicID: "t-be", MissionID: "be", AlarmedAt: at(12), Reason: listen.VerdictUnclear},
			listen.Warning{ID: "e", Term: "#x", AlarmedAt: at(12)},
			listen.Warning{ID: "f", TopicID: "t-fr", MissionID: "fr", AlarmedAt: at(90), Reason: listen.VerdictWrong},
		)
		fr := as("fr", listen.View, listen.Warn)
		for _, e := range []Event{
			{ID: "1", Title: "warned of", TopicID: "t-fr", BeganAt: at(10).Add(5 * time.Hour), Origin: "a cable"},
			{ID: "2", Title: "missed", TopicID: "t-fr", BeganAt: at(30), Origin: "a cable"},
			{ID: "3", Title: "missed abroad", Country: "DE", BeganAt: at(30), Origin: "a cable"},
			{ID: "4", Title: "by mistake", Country: "DE", BeganAt: at(30), Origin: "a cable"},
		} {
			for range 2 {
				if err := s.Enter(fr, e); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := s.Withdraw(as("be", listen.View, listen.Warn), "4"); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("another's event: %v, want Forbidden", err)
		}
		for range 2 {
			if err := s.Withdraw(fr, "4"); err != nil {
				t.Fatal(err)
			}
		}

		c, err := s.Card(as("be", listen.View), now.AddDate(0, 0, -60), now)
		if err != nil {
			t.Fatal(err)
		}
		n := c.Total
		if n.Hits != 2 || n.FalseAlarms != 1 || n.Unclear != 1 || n.Unjudged != 1 || n.Warned != 1 || n.Missed != 2 || n.PerMonth != 0.5 {
			t.Errorf("total %+v", n)
		}
		if n.Lead == nil || *n.Lead != (Leads{Of: 2, Median: 180, Least: 120, Most: 240}) || n.EventLead == nil || n.EventLead.Median != 300 {
			t.Errorf("leads %+v and %+v, want 2 and 4 hours, and 5 before the event", n.Lead, n.EventLead)
		}
		keys := map[string]Line{}
		for _, l := range c.Topics {
			keys[l.Key] = l
		}
		if len(keys) != 4 || keys[OtherDesks].Hits != 2 || keys["t-be"].Unclear != 1 || keys["t-be"].Rate != listen.DefaultRate || keys[listen.RateOfTags].Unjudged != 1 || keys[listen.RateOfPlaces].Missed != 1 {
			t.Errorf("topics as Brussels sees them: %+v", c.Topics)
		}
		if len(c.Months) != 2 || c.Months[0].Key != "2026-03" || c.Months[0].FalseAlarms != 1 || c.Months[1].Hits != 2 {
			t.Errorf("months %+v", c.Months)
		}
		if list, err := s.Events(as("be", listen.View), now.AddDate(0, 0, -60), now); err != nil || len(list) != 1 || list[0].ID != "3" {
			t.Errorf("Brussels sees the events %+v, %v", list, err)
		}
		if _, err := s.Card(as("fr"), now.AddDate(0, 0, -60), now); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("who may not listen: %v, want Forbidden", err)
		}
	})
}

func TestEnterRefuses(t *testing.T) {
	d := dbtest.SQLite(t, audit.Migrations(), listen.Migrations(), listen.StoreMigrations())
	s := service(t, d)
	good := Event{ID: "1", Title: "x", Country: "FR", BeganAt: db.At(now.Add(-time.Hour)), Origin: "a cable"}
	for _, c := range []struct {
		name string
		ctx  context.Context
		edit func(*Event)
		want errs.Kind
	}{
		{"reader", as("fr", listen.View), func(*Event) {}, errs.Forbidden},
		{"no title", nil, func(e *Event) { e.Title = " " }, errs.Invalid},
		{"no origin", nil, func(e *Event) { e.Origin = "" }, errs.Invalid},
		{"of nothing", nil, func(e *Event) { e.Country = "" }, errs.Invalid},
		{"to come", nil, func(e *Event) { e.BeganAt = db.At(now.Add(time.Hour)) }, errs.Invalid},
		{"no such topic", nil, func(e *Event) { e.TopicID = "x" }, errs.NotFound},
	} {
		e := good
		c.edit(&e)
		if c.ctx == nil {
			c.ctx = as("fr", listen.View, listen.Warn)
		}
		if err := s.Enter(c.ctx, e); errs.KindOf(err) != c.want {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}
