package timing

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/prayer"
)

// house is the service on a real database: a ministry in Baghdad, a mission in
// Paris.
type house struct {
	*Service
	t     *testing.T
	paris string
}

func each(t *testing.T, run func(t *testing.T, h *house)) {
	dbtest.Each(t, []db.Migrations{audit.Migrations(), org.Migrations(), publish.Migrations()}, func(t *testing.T, d *db.DB) {
		log := slog.New(slog.NewTextHandler(t.Output(), nil))
		c := clock.At(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
		a := audit.New(d, c)
		h := &house{t: t, paris: id.New()}
		h.Service = New(Deps{DB: d, Clock: c, Audit: a, Org: org.New(org.Deps{DB: d, Log: log, Clock: c, Audit: a, Live: event.NewLive(d, log)})})
		words, err := i18n.Load(org.Locales(), audit.Locales(), publish.Locales())
		if err != nil {
			t.Fatal(err)
		}
		ctx := i18n.WithPrinter(h.system(), words.Printer(i18n.English))
		four := func(s string) org.Names {
			return org.Names{i18n.Arabic: s, i18n.Sorani: s, i18n.Kurmanji: s, i18n.English: s}
		}
		if err := h.Org.SyncRoles(ctx, append(org.Permissions(), publish.Permissions()...)); err != nil {
			t.Fatal(err)
		}
		_, err = h.Org.Setup(ctx, org.MinistrySpec{Ministry: org.Ministry{Names: four("Ministry"), City: four("Baghdad"), Country: "IQ", TimeZone: "Asia/Baghdad", Weekend: []time.Weekday{5, 6}, Languages: i18n.Langs},
			First: org.Person{Name: "First", Post: four("Head"), Email: "first@mofa.example", Language: i18n.Arabic}})
		if err == nil {
			err = h.Org.CreateMission(ctx, org.Mission{ID: h.paris, Slug: "paris", Kind: org.Embassy, Names: four("Paris"), City: four("Paris"), Country: "FR", TimeZone: "Europe/Paris", Languages: i18n.Langs,
				Weekend: []time.Weekday{6, 0}, Lat: 48.86, Lon: 2.35, Open: true})
		}
		if err == nil {
			err = h.Org.AddHoliday(ctx, org.Holiday{ID: id.New(), MissionID: h.paris, Names: four("Bastille Day"), Calendar: org.Yearly, Month: 7, Day: 14, Days: 1})
		}
		if err != nil {
			t.Fatal(err)
		}
		run(t, h)
	})
}

func (h *house) system() context.Context { return perm.With(h.t.Context(), perm.SystemActor("test")) }

func (h *house) as(mission string, p ...perm.Permission) context.Context {
	scope := perm.InMission(mission)
	if mission == "" {
		scope = perm.Everywhere()
	}
	return perm.With(h.t.Context(), &perm.Actor{Kind: perm.Person, ID: "head", Name: "head", Grants: []perm.Grant{{Role: "test", Scope: scope, Permissions: p}}})
}

func at(t *testing.T, zone *time.Location, s string) time.Time {
	t.Helper()
	x, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// TestSigns walks through days of Ramadan 1447 (from 18 February 2026) in
// Baghdad, by the standard hours of Iraq, and through a year in Paris, where no
// prayers are reckoned.
func TestSigns(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		baghdad, err := h.Place(h.system(), "")
		if err != nil {
			t.Fatal(err)
		}
		paris, err := h.Place(h.system(), h.paris)
		if err != nil {
			t.Fatal(err)
		}
		// On 20 February 2026, a Friday, it is noon in Baghdad at 12:17 and the
		// sun sets at 17:52, by the same table as in package prayer.
		for _, c := range []struct {
			place Place
			when  string
			want  []Sign
		}{
			{baghdad, "2026-02-22 10:00", nil},
			{baghdad, "2026-02-22 06:59", []Sign{Night}},
			{baghdad, "2026-02-22 22:00", []Sign{Night}},
			{baghdad, "2026-02-20 12:01", []Sign{Weekend}},
			{baghdad, "2026-02-20 12:02", []Sign{Weekend, Friday}},
			{baghdad, "2026-02-20 13:16", []Sign{Weekend, Friday}},
			{baghdad, "2026-02-20 13:17", []Sign{Weekend}},
			{baghdad, "2026-02-20 17:21", []Sign{Weekend}},
			{baghdad, "2026-02-20 17:22", []Sign{Weekend, Iftar}},
			{baghdad, "2026-02-20 18:36", []Sign{Weekend, Iftar}},
			{baghdad, "2026-02-20 18:37", []Sign{Weekend}},
			{baghdad, "2026-03-30 18:20", nil}, // at sunset, but not in Ramadan
			{paris, "2026-02-20 12:17", nil},
			{paris, "2026-07-14 10:00", []Sign{Holiday}},
			{paris, "2026-07-11 10:00", []Sign{Weekend}},
		} {
			here := c.place.Look(at(t, c.place.Zone(), c.when))
			if !slices.Equal(here.Signs, c.want) {
				t.Errorf("%s at %s: %v, want %v", c.place.Name(i18n.English), c.when, here.Signs, c.want)
			}
			if here.Grave() != slices.ContainsFunc(c.want, Sign.Grave) || here.Prays() != (c.place.MissionID == "") {
				t.Errorf("%s: grave %v, prays %v", c.when, here.Grave(), here.Prays())
			}
		}
	})
}

func TestSaveHours(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		head := h.as(h.paris, Manage)
		x, err := h.Hours(head, h.paris)
		if err != nil || x.Version != 0 || x.Method != NoPrayers {
			t.Fatalf("standard hours %+v, %v", x, err)
		}
		x.Method, x.PrayerAfter = "mwl", 20
		if err := h.SaveHours(h.as("elsewhere", Manage), x); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("from elsewhere: %v", err)
		}
		if err := h.SaveHours(head, x); err != nil {
			t.Fatal(err)
		}
		if err := h.SaveHours(head, x); !errors.Is(err, publish.ErrEdited) {
			t.Errorf("over what somebody saved meanwhile: %v", err)
		}
		p, err := h.Place(head, h.paris)
		if err != nil {
			t.Fatal(err)
		}
		noon := p.Look(at(t, p.Zone(), "2026-03-02 12:00")).Times[prayer.Dhuhr]
		if got := p.Look(noon.Add(19 * time.Minute)).Signs; !slices.Equal(got, []Sign{Prayer}) {
			t.Errorf("19 minutes after noon: %v", got)
		}
		if got := p.Look(noon.Add(20 * time.Minute)).Signs; len(got) != 0 {
			t.Errorf("20 minutes after noon: %v", got)
		}
		again := p.Hours
		again.DayFrom, again.DayUntil = 600, 610
		if err := h.SaveHours(head, again); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a day of ten minutes: %v", err)
		}
		again = p.Hours
		again.Method = "none"
		if err := h.SaveHours(head, again); err != nil {
			t.Errorf("a second change: %v", err)
		}
	})
}

func TestPlaces(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, c := range []struct {
			speaker   string
			partners  []string
			countries []string
			want      []string
		}{
			{"", nil, []string{"FR", "JP"}, []string{"", h.paris}},
			{h.paris, []string{"gone"}, []string{"FR"}, []string{h.paris, ""}},
		} {
			list, err := h.Places(h.system(), c.speaker, c.partners, c.countries)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range list {
				got = append(got, p.MissionID)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("places of %q: %q, want %q", c.speaker, got, c.want)
			}
		}
	})
}
