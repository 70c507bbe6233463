package channels

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/event"
	"sifara/internal/fetch"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/vault"
)

// house is a ministry of a test with two missions and three officials.
type house struct {
	*Service
	t             *testing.T
	clock         *clock.Manual
	paris, geneva org.Mission
	owner, keeper org.Person
	outsider      org.Person // serves in Geneva
}

func each(t *testing.T, run func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.Each(t, []db.Migrations{audit.Migrations(), org.Migrations(), Migrations()}, func(t *testing.T, d *db.DB) { run(t, build(t, d)) })
}

func build(t *testing.T, d *db.DB) *house {
	t.Helper()
	c := clock.At(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC))
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	live := event.NewLive(d, log)
	records := audit.New(d, c)
	v, err := vault.Create(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := fetch.New(fetch.Options{Allow: []string{"127.0.0.1"}, Timeout: 2 * time.Second, Stall: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	q := jobs.New(d, log)
	h := &house{t: t, clock: c}
	o := org.New(org.Deps{DB: d, Log: log, Clock: c, Audit: records, Live: live})
	h.Service = New(Deps{DB: d, Log: log, Clock: c, Audit: records, Bus: event.NewBus(q), Live: live, Queue: q, Vault: v, Org: o, Fetch: f})
	h.Jobs(q)
	ctx := h.system()
	h.must(o.SyncRoles(ctx, append(Permissions(), org.Permissions()...)))
	_, err = o.Setup(ctx, org.MinistrySpec{
		Ministry: org.Ministry{Names: four("Ministry"), City: four("Baghdad"), Country: "IQ", TimeZone: "Asia/Baghdad", Weekend: []time.Weekday{5, 6}, Languages: i18n.Langs},
		First:    org.Person{Name: "First", Post: four("Head"), Email: "first@example.iq", Language: i18n.Arabic},
	})
	h.must(err)
	h.paris, h.geneva = h.mission("paris", "FR"), h.mission("geneva", "CH")
	h.owner, h.keeper, h.outsider = h.person("Press officer", h.paris.ID), h.person("Keeper", h.paris.ID), h.person("Other", h.geneva.ID)
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) system() context.Context { return perm.With(h.t.Context(), perm.SystemActor("test")) }

// as gives the context of a person with permissions in a mission, or
// everywhere when it is empty.
func (h *house) as(p org.Person, mission string, ps ...perm.Permission) context.Context {
	return perm.With(h.t.Context(), &perm.Actor{Kind: perm.Person, ID: p.ID, Name: p.Name, Grants: []perm.Grant{{Role: "test", Permissions: ps, Scope: perm.InMission(mission)}}})
}

func (h *house) mission(slug, country string) org.Mission {
	h.t.Helper()
	m := org.Mission{ID: id.New(), Slug: slug, Kind: org.Embassy, Names: four(slug), City: four(slug), Country: country, TimeZone: "Europe/Paris", Weekend: []time.Weekday{0, 6}, Languages: []i18n.Lang{i18n.English}}
	h.must(h.Org.CreateMission(h.system(), m))
	return m
}

func (h *house) person(name, mission string) org.Person {
	h.t.Helper()
	p := org.Person{ID: id.New(), Name: name, Post: four(name), MissionID: mission, Language: i18n.English}
	h.must(h.Org.AddPerson(h.system(), p))
	return p
}

// account registers one and gives it as it is kept.
func (h *house) account(d Draft, states ...State) Account {
	h.t.Helper()
	d.ID = id.New()
	if d.OwnerID == "" {
		d.OwnerID, d.CustodianID = h.owner.ID, h.keeper.ID
	}
	h.must(h.Register(h.system(), d))
	a, err := h.Account(h.system(), d.ID)
	h.must(err)
	for _, s := range states {
		h.must(h.SetState(h.system(), a.ID, s, "because", a.Version))
		a, err = h.Account(h.system(), a.ID)
		h.must(err)
	}
	return a
}

func (h *house) drain() {
	h.t.Helper()
	h.must(h.Queue.Drain(h.t.Context(), h.clock.Now()))
}

func four(s string) org.Names {
	return org.Names{i18n.Arabic: s, i18n.Sorani: s, i18n.Kurmanji: s, i18n.English: s}
}

var sweepRun = jobs.Job[sweepJob]{}
