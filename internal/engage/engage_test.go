package engage_test

import (
	"context"
	"io/fs"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
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
	"sifara/internal/web"
)

var migrations = []db.Migrations{audit.Migrations(), org.Migrations(), engage.Migrations()}

// house is the service with what it stands on.
type house struct {
	*engage.Service
	t      *testing.T
	db     *db.DB
	clock  *clock.Manual
	queue  *jobs.Queue
	audit  *audit.Log
	mail   *outbox
	route  *route
	st     engage.Statement
	paris  string
	berlin string
}

// outbox keeps letters in place of a mail server.
type outbox struct {
	mu   sync.Mutex
	sent []mail.Message
	err  error
}

func (o *outbox) Send(_ context.Context, m mail.Message) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return o.err
	}
	o.sent = append(o.sent, m)
	return nil
}

// route stands for the context that publishes.
type route struct {
	approval bool
	st       engage.Statement
}

func (r *route) AnswerNeedsApproval(context.Context, string) (bool, error) { return r.approval, nil }

func (r *route) ReleasedStatement(_ context.Context, slug string) (engage.Statement, error) {
	if slug != r.st.Slug {
		return engage.Statement{}, errs.New(errs.NotFound, "")
	}
	return r.st, nil
}

func catalogue(t testing.TB) *i18n.Catalogue {
	t.Helper()
	c, err := i18n.Load(web.Locales(), engage.Locales())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func sys(ctx context.Context) context.Context { return perm.With(ctx, perm.SystemActor("test")) }

func newHouse(t *testing.T, d *db.DB) *house {
	t.Helper()
	ctx := sys(t.Context())
	// Sunday noon in Baghdad.
	h := &house{t: t, db: d, clock: clock.At(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)), mail: &outbox{}, paris: id.New(), berlin: id.New()}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	v, err := vault.Create(filepath.Join(t.TempDir(), "key"))
	if err != nil {
		t.Fatal(err)
	}
	h.audit = audit.New(d, h.clock)
	h.queue = jobs.New(d, log)
	live := event.NewLive(d, log)
	o := org.New(org.Deps{DB: d, Log: log, Clock: h.clock, Audit: h.audit})
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
	for _, m := range []struct{ id, slug, country, zone string }{{h.paris, "paris", "FR", "Europe/Paris"}, {h.berlin, "berlin", "DE", "Europe/Berlin"}} {
		err := o.CreateMission(ctx, org.Mission{ID: m.id, Slug: m.slug, Kind: org.Embassy, Names: names, City: names, Country: m.country, TimeZone: m.zone,
			Weekend: []time.Weekday{6, 0}, Languages: i18n.Langs, Open: true})
		if err != nil {
			t.Fatal(err)
		}
	}
	h.st = engage.Statement{ID: id.New(), Slug: "visas", MissionID: h.paris, Titles: map[i18n.Lang]string{i18n.Arabic: "التأشيرات", i18n.English: "Visas"}}
	h.route = &route{st: h.st}
	h.Service = engage.New(engage.Deps{
		DB: d, Log: log, Clock: h.clock, Audit: h.audit, Bus: event.NewBus(h.queue), Live: live, Queue: h.queue, Vault: v, Org: o,
		Statements: h.route, Approvals: h.route, Mail: h.mail, Words: catalogue(t), BaseURL: "https://example.test",
	})
	h.Jobs(h.queue)
	return h
}

func each(t *testing.T, run func(t *testing.T, h *house)) {
	dbtest.Each(t, migrations, func(t *testing.T, d *db.DB) { run(t, newHouse(t, d)) })
}

// official gives the context of an official in a mission.
func (h *house) official(name, mission string, p ...perm.Permission) context.Context {
	return perm.With(h.t.Context(), &perm.Actor{Kind: perm.Person, ID: name, Name: name, Grants: []perm.Grant{{Permissions: p, Scope: perm.InMission(mission)}}})
}

func (h *house) officer(name string) context.Context {
	return h.official(name, h.paris, engage.View, engage.Answer, engage.Moderate)
}

// input is a form filled by a person who needed ten seconds.
func (h *house) input(change func(*engage.AskInput)) engage.AskInput {
	h.t.Helper()
	f, err := h.NewForm(h.st)
	if err != nil {
		h.t.Fatal(err)
	}
	h.clock.Advance(10 * time.Second)
	in := engage.AskInput{Ticket: f.Ticket, Sum: f.A + f.B, Lang: i18n.English, Text: "How long does a visa take?", Agreed: true}
	if change != nil {
		change(&in)
	}
	return in
}

// ask asks as a visitor and gives the secret and the id.
func (h *house) ask(change func(*engage.AskInput)) (secret, qid string) {
	h.t.Helper()
	r, err := h.Ask(h.t.Context(), h.st, h.input(change))
	if err != nil {
		h.t.Fatal(err)
	}
	p, err := h.Follow(h.t.Context(), r.Secret)
	if err != nil {
		h.t.Fatal(err)
	}
	return r.Secret, p.ID
}

func (h *house) file(ctx context.Context, qid string) *engage.File {
	h.t.Helper()
	f, err := h.Question(ctx, qid)
	if err != nil {
		h.t.Fatal(err)
	}
	return f
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) wants(err error, kind errs.Kind) {
	h.t.Helper()
	if err == nil || errs.KindOf(err) != kind {
		h.t.Errorf("got %v, want %v", err, kind)
	}
}

func TestLocales(t *testing.T) {
	if err := catalogue(t).Check(); err != nil {
		t.Error(err)
	}
	var _ fs.FS = engage.Locales()
}
