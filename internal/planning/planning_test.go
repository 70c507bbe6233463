package planning_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/listen"
	"sifara/internal/mail"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/planning"
	"sifara/internal/web"
)

var migrations = []db.Migrations{audit.Migrations(), org.Migrations(), planning.Migrations()}

// house is the service with what it stands on.
type house struct {
	*planning.Service
	t             *testing.T
	clock         *clock.Manual
	queue         *jobs.Queue
	audit         *audit.Log
	org           *org.Service
	mail          *outbox
	warnings      *warnings
	paris, berlin string
	press         string // a person in Berlin
}

type outbox struct {
	mu   sync.Mutex
	sent []mail.Message
}

func (o *outbox) Send(_ context.Context, m mail.Message) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sent = append(o.sent, m)
	return nil
}

// warnings stands for the context that listens.
type warnings struct {
	w      listen.Warning
	marked map[string]string
}

func (w *warnings) Warning(ctx context.Context, id string) (listen.Warning, error) {
	if id != w.w.ID || !perm.From(ctx).MayIn("listen.view", perm.InMission(w.w.MissionID)) {
		return listen.Warning{}, errs.New(errs.NotFound, "")
	}
	return w.w, nil
}

func (w *warnings) Topic(context.Context, string) (listen.Topic, error) {
	return listen.Topic{Names: map[i18n.Lang]string{i18n.English: "Water", i18n.Arabic: "المياه"}}, nil
}

func (w *warnings) Posts(context.Context, []int64) ([]listen.Post, error) {
	return []listen.Post{{Lang: "ar", Text: "منشور \u202eعن المياه"}}, nil
}

func (w *warnings) MarkDecided(_ context.Context, _ bun.Tx, warning, decision string) error {
	w.marked[warning] = decision
	return nil
}

func catalogue(t testing.TB) *i18n.Catalogue {
	t.Helper()
	c, err := i18n.Load(web.Locales(), planning.Locales())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func sys(ctx context.Context) context.Context { return perm.With(ctx, perm.SystemActor("test")) }

func newHouse(t *testing.T, d *db.DB) *house {
	t.Helper()
	ctx := sys(t.Context())
	h := &house{t: t, clock: clock.At(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)), mail: &outbox{}, paris: id.New(), berlin: id.New(), press: id.New()}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	h.audit, h.queue = audit.New(d, h.clock), jobs.New(d, log)
	h.org = org.New(org.Deps{DB: d, Log: log, Clock: h.clock, Audit: h.audit})
	h.must(h.org.SyncRoles(ctx, planning.Permissions()))
	names := org.Names{i18n.Arabic: "بغداد", i18n.Sorani: "بەغدا", i18n.Kurmanji: "Bexda", i18n.English: "Baghdad"}
	_, err := h.org.Setup(ctx, org.MinistrySpec{
		Ministry: org.Ministry{Names: names, City: names, Country: "IQ", TimeZone: "Asia/Baghdad", Weekend: []time.Weekday{5, 6}, Languages: i18n.Langs},
		First:    org.Person{Name: "First", Post: names, Language: i18n.Arabic},
	})
	h.must(err)
	for _, m := range []struct{ id, slug, country string }{{h.paris, "paris", "FR"}, {h.berlin, "berlin", "DE"}} {
		h.must(h.org.CreateMission(ctx, org.Mission{ID: m.id, Slug: m.slug, Kind: org.Embassy, Names: names, City: names, Country: m.country, TimeZone: "Europe/Paris",
			Weekend: []time.Weekday{6, 0}, Languages: i18n.Langs, Open: true}))
	}
	h.must(h.org.AddPerson(ctx, org.Person{ID: h.press, Name: "Press officer", Post: names, MissionID: h.berlin, Email: "press@example.org", Language: i18n.Kurmanji, Active: true}))
	h.must(h.org.Grant(ctx, org.Assignment{ID: id.New(), PersonID: h.press, Role: org.Drafter, Level: perm.Mission, Unit: h.berlin}))
	h.warnings = &warnings{w: listen.Warning{ID: id.New(), TopicID: "topic", MissionID: h.paris, Observed: 900, Expected: 40, Score: 20}, marked: map[string]string{}}
	h.Service = planning.New(planning.Deps{DB: d, Log: log, Clock: h.clock, Audit: h.audit, Bus: event.NewBus(h.queue), Live: event.NewLive(d, log), Queue: h.queue,
		Org: h.org, Warnings: h.warnings, Mail: h.mail, Words: catalogue(t), BaseURL: "https://example.test"})
	h.Jobs(h.queue)
	return h
}

func each(t *testing.T, run func(t *testing.T, h *house)) {
	dbtest.Each(t, migrations, func(t *testing.T, d *db.DB) { run(t, newHouse(t, d)) })
}

func (h *house) official(name, mission string, p ...perm.Permission) context.Context {
	return perm.With(h.t.Context(), &perm.Actor{Kind: perm.Person, ID: name, Name: name, Grants: []perm.Grant{{Permissions: p, Scope: perm.InMission(mission)}}})
}

func (h *house) head() context.Context {
	return h.official("head", h.paris, planning.View, planning.Open, planning.Decide, "listen.view")
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

// open opens a file with two options and gives its id and theirs.
func (h *house) open(ctx context.Context) (file string, options [2]string) {
	h.t.Helper()
	file = id.New()
	h.must(h.Open(ctx, planning.Draft{ID: file, Title: "Water", Question: "Do we speak today?", MissionID: h.paris, DueAt: db.At(h.clock.Now().Add(6 * time.Hour))}))
	for i, words := range []string{"Speak", "Wait"} {
		options[i] = id.New()
		h.must(h.AddOption(ctx, file, options[i], words))
	}
	return file, options
}

func (h *house) read(ctx context.Context, file string) *planning.File {
	h.t.Helper()
	f, err := h.File(ctx, file)
	h.must(err)
	return f
}

func TestLocales(t *testing.T) {
	if err := catalogue(t).Check(); err != nil {
		t.Error(err)
	}
}

func TestOpenFromWarning(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		head := h.head()
		d, e, existing, err := h.FromWarning(head, h.warnings.w.ID)
		h.must(err)
		if existing != "" || d.MissionID != h.paris || e.Observed != 900 || strings.Contains(e.Samples[0].Text, "\u202e") {
			t.Errorf("got %+v, %+v, %q", d, e, existing)
		}
		d.Title, d.Question, d.MissionID = "Water", "Do we speak?", h.berlin // the warning says whose it is
		h.must(h.Open(head, d))
		h.must(h.Open(head, d))
		f := h.read(head, d.ID)
		if f.MissionID != h.paris || f.Evidence == nil || f.Evidence.Topic[i18n.Arabic] != "المياه" || h.warnings.marked[h.warnings.w.ID] != d.ID {
			t.Errorf("got %+v, marked %v", f.Decision, h.warnings.marked)
		}
		d.ID = id.New()
		h.wants(h.Open(head, d), errs.Conflict)
		h.wants(h.Open(h.official("b", h.berlin, planning.Open), d), errs.NotFound)
		h.wants(h.Open(h.official("b", h.berlin, planning.Open), planning.Draft{ID: id.New(), Title: "t", Question: "q", MissionID: h.paris}), errs.Forbidden)
		h.wants(h.Open(head, planning.Draft{ID: id.New(), MissionID: h.paris}), errs.Invalid)
	})
}

func TestWayToADecision(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		head := h.head()
		file, options := h.open(head)
		party := id.New()
		h.must(h.AddParty(head, file, party, planning.MissionParty, h.berlin, db.At(h.clock.Now().Add(time.Hour))))
		h.must(h.AddParty(head, file, party, planning.MissionParty, h.berlin, db.At(h.clock.Now().Add(time.Hour))))
		h.wants(h.AddParty(head, file, id.New(), planning.MissionParty, h.berlin, db.At(h.clock.Now())), errs.Invalid)
		h.wants(h.AddParty(head, file, id.New(), planning.PersonParty, id.New(), db.At(h.clock.Now())), errs.Invalid)
		argument := planning.Argument{ID: id.New(), OptionID: options[0], SpeaksFor: true, Text: "People ask."}
		h.must(h.AddArgument(head, file, argument))
		h.must(h.AddArgument(head, file, argument))

		berlin := h.official("berliner", h.berlin, planning.View, planning.Open)
		far := h.official("far", id.New(), planning.View, planning.Open)
		_, err := h.File(far, file)
		h.wants(err, errs.NotFound)
		if p, err := h.List(berlin, planning.Filter{Box: planning.BoxMine}); err != nil || len(p.Items) != 1 {
			t.Errorf("the party sees %d files, %v, want 1", len(p.Items), err)
		}
		if p, err := h.List(far, planning.Filter{}); err != nil || len(p.Items) != 0 {
			t.Errorf("a stranger sees %d files, %v", len(p.Items), err)
		}
		everywhere := h.official("unit", "", planning.View, planning.Open)
		h.wants(h.Record(everywhere, file, party, planning.Position{Stance: planning.Agrees}), errs.Forbidden)
		h.wants(h.Record(head, file, party, planning.Position{Stance: planning.Agrees}), errs.Forbidden)
		h.wants(h.Record(far, file, party, planning.Position{Stance: planning.Agrees}), errs.NotFound)
		h.wants(h.Record(berlin, file, party, planning.Position{Stance: planning.Objects}), errs.Invalid)
		h.wants(h.Record(berlin, file, party, planning.Position{Stance: "maybe"}), errs.Invalid)

		version := h.read(head, file).Version
		h.wants(h.Decide(head, file, planning.Ruling{OptionID: options[0], Reasons: "r", Version: version}), errs.Invalid)
		h.wants(h.Decide(berlin, file, planning.Ruling{OptionID: options[0], Reasons: "r", Version: version}), errs.Forbidden)
		h.must(h.Record(berlin, file, party, planning.Position{Stance: planning.AgreesIf, OptionID: options[0], Statement: "If in two languages."}))
		h.wants(h.Decide(head, file, planning.Ruling{OptionID: options[0], Reasons: "r", Version: version}), errs.Conflict)
		h.wants(h.RemoveParty(head, file, party), errs.Conflict)
		h.must(h.DropOption(head, file, options[1]))
		version = h.read(head, file).Version
		h.wants(h.Decide(head, file, planning.Ruling{OptionID: options[1], Reasons: "r", Version: version}), errs.Invalid)
		h.wants(h.Decide(head, file, planning.Ruling{OptionID: options[0], Version: version}), errs.Invalid)
		ruling := planning.Ruling{OptionID: options[0], Reasons: "Because.", Version: version}
		h.must(h.Decide(head, file, ruling))
		h.must(h.Decide(head, file, ruling)) // the form sent twice
		f := h.read(head, file)
		if f.State != planning.Decided || f.Chosen().Text != "Speak" || f.Unheard != 0 || len(f.Arguments) != 1 || len(f.Parties) != 1 {
			t.Errorf("got %+v", f)
		}
		h.wants(h.Record(berlin, file, party, planning.Position{Stance: planning.Agrees}), errs.Conflict)
		h.wants(h.AddOption(head, file, id.New(), "Late"), errs.Conflict)
		h.must(h.Reopen(head, file, "New facts."))
		h.must(h.Close(head, file, "Overtaken."))
		h.wants(h.Close(head, file, "Again."), errs.Conflict)
		if rep, err := h.audit.Verify(sys(t.Context())); err != nil || rep.Fault != nil {
			t.Errorf("audit: %+v, %v", rep, err)
		}
	})
}

func TestDecideUnheard(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		head := h.head()
		file, options := h.open(head)
		h.must(h.AddParty(head, file, id.New(), planning.PersonParty, h.press, db.At(h.clock.Now().Add(time.Hour))))
		r := planning.Ruling{OptionID: options[0], Reasons: "No time.", Version: h.read(head, file).Version, Unheard: true}
		h.must(h.Decide(head, file, r))
		if f := h.read(head, file); f.Unheard != 1 {
			t.Errorf("got %d unheard, want 1", f.Unheard)
		}
	})
}

func TestStandInSpeaks(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		head := h.head()
		file, _ := h.open(head)
		party := id.New()
		h.must(h.AddParty(head, file, party, planning.PersonParty, h.press, db.At(h.clock.Now().Add(time.Hour))))
		deputy := perm.With(t.Context(), &perm.Actor{Kind: perm.Person, ID: "deputy", Grants: []perm.Grant{{Permissions: []perm.Permission{planning.View}, Scope: perm.InMission(h.berlin), StandInFor: h.press}}})
		h.must(h.Record(deputy, file, party, planning.Position{Stance: planning.Agrees}))
		if p := h.read(head, file).Parties[0]; p.RecordedBy != "deputy" {
			t.Errorf("got %+v", p)
		}
	})
}

func TestReminders(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		head := h.head()
		file, _ := h.open(head)
		h.must(h.AddParty(head, file, id.New(), planning.MissionParty, h.berlin, db.At(h.clock.Now().Add(48*time.Hour))))
		remind := func(want int, what string) {
			t.Helper()
			h.must(planning.RunRemind(sys(t.Context()), h.Service))
			h.must(planning.RunRemind(sys(t.Context()), h.Service))
			h.must(h.queue.Drain(t.Context(), time.Now()))
			if len(h.mail.sent) != want {
				t.Errorf("%s: got %d letters, want %d", what, len(h.mail.sent), want)
			}
		}
		remind(0, "long before")
		h.clock.Advance(30 * time.Hour)
		remind(1, "a day before")
		h.clock.Advance(30 * time.Hour)
		remind(2, "after")
		if m := h.mail.sent[0]; m.Lang != "kmr" || !strings.Contains(m.Text, "https://example.test/console/decisions/"+file) || strings.Contains(m.Text, "Water") {
			t.Errorf("got %+v", m)
		}
		if p, err := h.List(head, planning.Filter{Box: planning.BoxOverdue}); err != nil || len(p.Items) != 1 {
			t.Errorf("got %d overdue, %v, want 1", len(p.Items), err)
		}
		if w, err := h.Waiting(head, 5); err != nil || len(w) != 1 {
			t.Errorf("got %d waiting, %v, want 1", len(w), err)
		}
	})
}

func TestList(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		head := h.head()
		for _, title := range []string{"Water and dams", "Visas for students", "100% of _everything_"} {
			h.must(h.Open(head, planning.Draft{ID: id.New(), Title: title, Question: "What?", MissionID: h.paris}))
		}
		for query, want := range map[string]int{"": 3, "WATER": 1, "visas what": 1, "100%": 1, "%": 1, "nothing": 0} {
			p, err := h.List(head, planning.Filter{Query: query})
			h.must(err)
			if len(p.Items) != want {
				t.Errorf("%q: got %d, want %d", query, len(p.Items), want)
			}
		}
		first, err := h.List(head, planning.Filter{Limit: 2})
		h.must(err)
		rest, err := h.List(head, planning.Filter{Limit: 2, Cursor: first.Next})
		h.must(err)
		if len(first.Items) != 2 || len(rest.Items) != 1 || rest.Next != "" {
			t.Errorf("got pages of %d and %d", len(first.Items), len(rest.Items))
		}
	})
}
