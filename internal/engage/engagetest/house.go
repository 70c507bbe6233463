// Package engagetest builds the talk with the public for tests, on a real
// database, with a ministry and two missions.
package engagetest

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/engage"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/mail"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/vault"
)

// Migrations are those a House needs.
var Migrations = []db.Migrations{audit.Migrations(), org.Migrations(), engage.Migrations()}

// House is the service with what it stands on: St is a released statement of the
// mission Paris.
type House struct {
	*engage.Service
	T      *testing.T
	Clock  *clock.Manual
	Mail   *Outbox
	Route  *Route
	St     engage.Statement
	Paris  string
	Berlin string
}

// Outbox keeps letters in place of a mail server.
type Outbox struct {
	mu   sync.Mutex
	Sent []mail.Message
	Err  error
}

// Send implements mail.Sender.
func (o *Outbox) Send(_ context.Context, m mail.Message) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.Err != nil {
		return o.Err
	}
	o.Sent = append(o.Sent, m)
	return nil
}

// Route stands for the context that publishes.
type Route struct {
	Approval bool
	St       engage.Statement
}

// AnswerNeedsApproval implements engage.Approvals.
func (r *Route) AnswerNeedsApproval(context.Context, string) (bool, error) { return r.Approval, nil }

// ReleasedStatement implements engage.Statements.
func (r *Route) ReleasedStatement(_ context.Context, slug string) (engage.Statement, error) {
	if slug != r.St.Slug {
		return engage.Statement{}, errs.New(errs.NotFound, "")
	}
	return r.St, nil
}

// System gives the context of the house itself.
func System(ctx context.Context) context.Context { return perm.With(ctx, perm.SystemActor("test")) }

// New gives a House on a database with Migrations.
func New(t *testing.T, d *db.DB) *House {
	t.Helper()
	ctx := System(t.Context())
	// Sunday noon in Baghdad.
	h := &House{T: t, Clock: clock.At(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)), Mail: &Outbox{}, Paris: id.New(), Berlin: id.New()}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	v, err := vault.Create(filepath.Join(t.TempDir(), "key"))
	if err != nil {
		t.Fatal(err)
	}
	record, queue := audit.New(d, h.Clock), jobs.New(d, log)
	live := event.NewLive(d, log)
	o := org.New(org.Deps{DB: d, Log: log, Clock: h.Clock, Audit: record})
	if err := o.SyncRoles(ctx, engage.Permissions()); err != nil {
		t.Fatal(err)
	}
	names := org.Names{i18n.Arabic: "بغداد", i18n.Sorani: "بەغدا", i18n.Kurmanji: "Bexda", i18n.English: "Baghdad"}
	if _, err := o.Setup(ctx, org.MinistrySpec{
		Ministry: org.Ministry{Names: names, City: names, Country: "IQ", TimeZone: "Asia/Baghdad", Weekend: []time.Weekday{5, 6}, Languages: i18n.Langs},
		First:    org.Person{Name: "First", Post: names, Language: i18n.Arabic},
	}); err != nil {
		t.Fatal(err)
	}
	for _, m := range []struct{ id, slug, country, zone string }{{h.Paris, "paris", "FR", "Europe/Paris"}, {h.Berlin, "berlin", "DE", "Europe/Berlin"}} {
		err := o.CreateMission(ctx, org.Mission{ID: m.id, Slug: m.slug, Kind: org.Embassy, Names: names, City: names, Country: m.country, TimeZone: m.zone,
			Weekend: []time.Weekday{6, 0}, Languages: i18n.Langs, Open: true})
		if err != nil {
			t.Fatal(err)
		}
	}
	h.St = engage.Statement{ID: id.New(), Slug: "visas", MissionID: h.Paris, Titles: map[i18n.Lang]string{i18n.Arabic: "التأشيرات", i18n.English: "Visas"}}
	h.Route = &Route{St: h.St}
	h.Service = engage.New(engage.Deps{
		DB: d, Log: log, Clock: h.Clock, Audit: record, Bus: event.NewBus(queue), Live: live, Queue: queue, Vault: v, Org: o,
		Statements: h.Route, Approvals: h.Route, Mail: h.Mail, Words: words(t), BaseURL: "https://example.test",
	})
	h.Jobs(queue)
	return h
}

// Official gives the context of an official in a mission.
func (h *House) Official(name, mission string, p ...perm.Permission) context.Context {
	return perm.With(h.T.Context(), &perm.Actor{Kind: perm.Person, ID: name, Name: name, Grants: []perm.Grant{{Permissions: p, Scope: perm.InMission(mission)}}})
}

// Officer is an official of Paris who answers and moderates.
func (h *House) Officer(name string) context.Context {
	return h.Official(name, h.Paris, engage.View, engage.Answer, engage.Moderate)
}

// Input is a form filled by a person who needed ten seconds.
func (h *House) Input(change func(*engage.AskInput)) engage.AskInput {
	h.T.Helper()
	f, err := h.NewForm(h.St)
	if err != nil {
		h.T.Fatal(err)
	}
	h.Clock.Advance(10 * time.Second)
	in := engage.AskInput{Ticket: f.Ticket, Sum: f.A + f.B, Lang: i18n.English, Text: "How long does a visa take?", Agreed: true}
	if change != nil {
		change(&in)
	}
	return in
}

// AskAs asks as a visitor and gives the secret and the id.
func (h *House) AskAs(change func(*engage.AskInput)) (secret, qid string) {
	h.T.Helper()
	r, err := h.Ask(h.T.Context(), h.St, h.Input(change))
	if err != nil {
		h.T.Fatal(err)
	}
	p, err := h.Follow(h.T.Context(), r.Secret)
	if err != nil {
		h.T.Fatal(err)
	}
	return r.Secret, p.ID
}

// File reads a question.
func (h *House) File(ctx context.Context, qid string) *engage.File {
	h.T.Helper()
	f, err := h.Question(ctx, qid)
	if err != nil {
		h.T.Fatal(err)
	}
	return f
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

func words(t testing.TB) *i18n.Catalogue {
	t.Helper()
	c, err := i18n.Load(engage.Locales())
	if err != nil {
		t.Fatal(err)
	}
	return c
}
