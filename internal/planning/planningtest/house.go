// Package planningtest builds decision files for tests, on a real database,
// with a ministry, two missions and a warning.
package planningtest

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/i18n"
	"sifara/internal/i18n/i18ntest"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/listen"
	"sifara/internal/mail"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/planning"
)

// Migrations are those a House needs.
var Migrations = []db.Migrations{audit.Migrations(), org.Migrations(), planning.Migrations()}

// House is the service with what it stands on.
type House struct {
	*planning.Service
	T             *testing.T
	Clock         *clock.Manual
	Mail          *Outbox
	Warnings      *Warnings
	Paris, Berlin string
	Press         string // a person in Berlin
}

// Outbox keeps letters in place of a mail server.
type Outbox struct {
	mu   sync.Mutex
	Sent []mail.Message
}

// Send implements mail.Sender.
func (o *Outbox) Send(_ context.Context, m mail.Message) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.Sent = append(o.Sent, m)
	return nil
}

// Warnings stands for the context that listens.
type Warnings struct {
	W      listen.Warning
	Marked map[string]string
}

// Warning implements planning.Warnings.
func (w *Warnings) Warning(ctx context.Context, id string) (listen.Warning, error) {
	if id != w.W.ID || !perm.From(ctx).MayIn("listen.view", perm.InMission(w.W.MissionID)) {
		return listen.Warning{}, errs.New(errs.NotFound, "")
	}
	return w.W, nil
}

// Topic implements planning.Warnings.
func (w *Warnings) Topic(context.Context, string) (listen.Topic, error) {
	return listen.Topic{Names: map[i18n.Lang]string{i18n.English: "Water", i18n.Arabic: "المياه"}}, nil
}

// Posts implements planning.Warnings.
func (w *Warnings) Posts(context.Context, []int64) ([]listen.Post, error) {
	return []listen.Post{{Lang: "ar", Text: "منشور \u202eعن المياه"}}, nil
}

// MarkDecided implements planning.Warnings.
func (w *Warnings) MarkDecided(_ context.Context, _ bun.Tx, warning, decision string) error {
	w.Marked[warning] = decision
	return nil
}

// System gives the context of the house itself.
func System(ctx context.Context) context.Context { return perm.With(ctx, perm.SystemActor("test")) }

// New gives a House on a database with Migrations.
func New(t *testing.T, d *db.DB) *House {
	t.Helper()
	ctx := System(t.Context())
	h := &House{T: t, Clock: clock.At(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)), Mail: &Outbox{}, Paris: id.New(), Berlin: id.New(), Press: id.New()}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	record, queue := audit.New(d, h.Clock), jobs.New(d, log)
	o := org.New(org.Deps{DB: d, Log: log, Clock: h.Clock, Audit: record})
	h.Must(o.SyncRoles(ctx, planning.Permissions()))
	names := org.Names{i18n.Arabic: "بغداد", i18n.Sorani: "بەغدا", i18n.Kurmanji: "Bexda", i18n.English: "Baghdad"}
	_, err := o.Setup(ctx, org.MinistrySpec{
		Ministry: org.Ministry{Names: names, City: names, Country: "IQ", TimeZone: "Asia/Baghdad", Weekend: []time.Weekday{5, 6}, Languages: i18n.Langs},
		First:    org.Person{Name: "First", Post: names, Language: i18n.Arabic},
	})
	h.Must(err)
	for _, m := range []struct{ id, slug, country string }{{h.Paris, "paris", "FR"}, {h.Berlin, "berlin", "DE"}} {
		h.Must(o.CreateMission(ctx, org.Mission{ID: m.id, Slug: m.slug, Kind: org.Embassy, Names: names, City: names, Country: m.country, TimeZone: "Europe/Paris",
			Weekend: []time.Weekday{6, 0}, Languages: i18n.Langs, Open: true}))
	}
	h.Must(o.AddPerson(ctx, org.Person{ID: h.Press, Name: "Press officer", Post: names, MissionID: h.Berlin, Email: "press@example.org", Language: i18n.Kurmanji, Active: true}))
	h.Must(o.Grant(ctx, org.Assignment{ID: id.New(), PersonID: h.Press, Role: org.Drafter, Level: perm.Mission, Unit: h.Berlin}))
	h.Warnings = &Warnings{W: listen.Warning{ID: id.New(), TopicID: "topic", MissionID: h.Paris, Observed: 900, Expected: 40, Score: 20}, Marked: map[string]string{}}
	h.Service = planning.New(planning.Deps{DB: d, Log: log, Clock: h.Clock, Audit: record, Bus: event.NewBus(queue), Live: event.NewLive(d, log), Queue: queue,
		Org: o, Warnings: h.Warnings, Mail: h.Mail, Words: i18ntest.Words(t, planning.Locales()), BaseURL: "https://example.test"})
	h.Jobs(queue)
	return h
}

// Official gives the context of an official in a mission.
func (h *House) Official(name, mission string, p ...perm.Permission) context.Context {
	return perm.With(h.T.Context(), &perm.Actor{Kind: perm.Person, ID: name, Name: name, Grants: []perm.Grant{{Permissions: p, Scope: perm.InMission(mission)}}})
}

// Head is the head of the mission Paris.
func (h *House) Head() context.Context {
	return h.Official("head", h.Paris, planning.View, planning.Open, planning.Decide, "listen.view")
}

// Must ends the test on an error.
func (h *House) Must(err error) {
	h.T.Helper()
	if err != nil {
		h.T.Fatal(err)
	}
}

// Wants fails the test unless the error is of the kind.
func (h *House) Wants(err error, kind errs.Kind) {
	h.T.Helper()
	if err == nil || errs.KindOf(err) != kind {
		h.T.Errorf("got %v, want %v", err, kind)
	}
}

// Begin opens a file with two options and gives its id and theirs.
func (h *House) Begin(ctx context.Context) (file string, options [2]string) {
	h.T.Helper()
	file = id.New()
	h.Must(h.Open(ctx, planning.Draft{ID: file, Title: "Water", Question: "Do we speak today?", MissionID: h.Paris, DueAt: db.At(h.Clock.Now().Add(6 * time.Hour))}))
	for i, w := range []string{"Speak", "Wait"} {
		options[i] = id.New()
		h.Must(h.AddOption(ctx, file, options[i], w))
	}
	return file, options
}

// Read reads a file.
func (h *House) Read(ctx context.Context, file string) *planning.File {
	h.T.Helper()
	f, err := h.File(ctx, file)
	h.Must(err)
	return f
}
