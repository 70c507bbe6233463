package org

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/event"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
)

// house is a ministry of a test with two missions and a few people.
type house struct {
	*Service
	db     *db.DB
	clock  *clock.Manual
	first  Person // holds every standard role everywhere
	paris  Mission
	geneva Mission
	unit   Department
	t      *testing.T
}

// each runs a test on both engines in a house of its own.
func each(t *testing.T, run func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.Each(t, []db.Migrations{audit.Migrations(), Migrations()}, func(t *testing.T, d *db.DB) { run(t, build(t, d)) })
}

// definitions are the permissions of the test's contexts.
func definitions() []perm.Definition {
	return append(Permissions(), audit.Permissions()[0],
		perm.Definition{Permission: "publish.draft", Roles: []string{UnitHead, HeadOfMission, Drafter}},
		perm.Definition{Permission: "publish.release", Roles: []string{UnitHead, HeadOfMission, Releaser}},
		perm.Definition{Permission: "listen.sources", Roles: []string{Analyst}},
	)
}

func build(t *testing.T, d *db.DB) *house {
	t.Helper()
	c := clock.At(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC))
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	h := &house{db: d, clock: c, t: t, Service: New(Deps{DB: d, Log: log, Clock: c, Audit: audit.New(d, c), Live: event.NewLive(d, log)})}
	ctx := h.system()
	h.must(h.SyncRoles(ctx, definitions()))
	first, err := h.Setup(ctx, MinistrySpec{
		Ministry: Ministry{Names: four("Ministry"), City: four("Baghdad"), Country: "IQ", TimeZone: "Asia/Baghdad", Weekend: []time.Weekday{5, 6}, Languages: i18n.Langs},
		First:    Person{Name: "First", Post: four("Head"), Email: "First@Example.iq", Language: i18n.Arabic},
	})
	h.must(err)
	h.first = first
	h.paris = h.mission(Mission{Slug: "paris", Kind: Embassy, Country: "FR", Jurisdiction: []string{"MC"}, TimeZone: "Europe/Paris", Lat: 48.86, Lon: 2.35})
	h.geneva = h.mission(Mission{Slug: "geneva", Kind: PermanentMission, Country: "CH", TimeZone: "Europe/Zurich", Lat: 46.2, Lon: 6.14})
	departments, err := h.Departments(ctx)
	h.must(err)
	h.unit = departments[0]
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) system() context.Context { return perm.With(h.t.Context(), perm.SystemActor("test")) }

// as gives the context of a person with the authority they have now.
func (h *house) as(p Person) context.Context {
	h.t.Helper()
	grants, err := h.Grants(h.t.Context(), p.ID)
	h.must(err)
	return perm.With(h.t.Context(), &perm.Actor{Kind: perm.Person, ID: p.ID, Name: p.Name, Grants: grants})
}

func (h *house) mission(m Mission) Mission {
	h.t.Helper()
	m.ID, m.Names, m.City = id.New(), four(m.Slug), four(m.Slug)
	m.Weekend, m.Languages = []time.Weekday{0, 6}, []i18n.Lang{i18n.English, i18n.Arabic}
	h.must(h.CreateMission(h.system(), m))
	m, err := h.Mission(h.system(), m.ID)
	h.must(err)
	return m
}

func (h *house) person(name, mission string) Person {
	h.t.Helper()
	p := Person{ID: id.New(), Name: name, Post: four(name), MissionID: mission, Language: i18n.English}
	h.must(h.AddPerson(h.system(), p))
	p, err := h.Person(h.system(), p.ID)
	h.must(err)
	return p
}

// give grants a role as the system and returns the assignment's id.
func (h *house) give(p Person, role string, scope perm.Scope, until time.Time) string {
	h.t.Helper()
	a := Assignment{ID: id.New(), PersonID: p.ID, Role: role, Level: scope.Level, Unit: scope.Unit, Until: db.At(until)}
	h.must(h.Grant(h.system(), a))
	return a.ID
}

func four(s string) Names {
	return Names{i18n.Arabic: s + " ar", i18n.Sorani: s + " ckb", i18n.Kurmanji: s + " kmr", i18n.English: s}
}
