package planning_test

import (
	"strings"
	"testing"
	"time"

	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/planning"
	"sifara/internal/planning/planningtest"
	"sifara/internal/web"
)

type house = planningtest.House

func each(t *testing.T, run func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.Each(t, planningtest.Migrations, func(t *testing.T, d *db.DB) { run(t, planningtest.New(t, d)) })
}

func TestLocales(t *testing.T) {
	c, err := i18n.Load(web.Locales(), planning.Locales())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Check(); err != nil {
		t.Error(err)
	}
}

func TestOpenFromWarning(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		head := h.Head()
		d, e, existing, err := h.FromWarning(head, h.Warnings.W.ID)
		h.Must(err)
		if existing != "" || d.MissionID != h.Paris || e.Observed != 900 || strings.Contains(e.Samples[0].Text, "\u202e") {
			t.Errorf("got %+v, %+v, %q", d, e, existing)
		}
		d.Title, d.Question, d.MissionID = "Water", "Do we speak?", h.Berlin // the warning says whose it is
		h.Must(h.Open(head, d))
		h.Must(h.Open(head, d))
		f := h.Read(head, d.ID)
		if f.MissionID != h.Paris || f.Evidence == nil || f.Evidence.Topic[i18n.Arabic] != "المياه" || h.Warnings.Marked[h.Warnings.W.ID] != d.ID {
			t.Errorf("got %+v, marked %v", f.Decision, h.Warnings.Marked)
		}
		files, err := h.Answering(t.Context(), []string{h.Warnings.W.ID, "x"})
		if err != nil || len(files) != 1 || files[0].ID != d.ID || files[0].WarningID != h.Warnings.W.ID || files[0].CreatedAt != f.CreatedAt {
			t.Errorf("files of the warning: %+v, %v", files, err)
		}
		d.ID = id.New()
		h.Wants(h.Open(head, d), errs.Conflict)
		h.Wants(h.Open(h.Official("b", h.Berlin, planning.Open), d), errs.NotFound)
		h.Wants(h.Open(h.Official("b", h.Berlin, planning.Open), planning.Draft{ID: id.New(), Title: "t", Question: "q", MissionID: h.Paris}), errs.Forbidden)
		h.Wants(h.Open(head, planning.Draft{ID: id.New(), MissionID: h.Paris}), errs.Invalid)
	})
}

func TestWayToADecision(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		head := h.Head()
		file, options := h.Begin(head)
		party := id.New()
		h.Must(h.AddParty(head, file, party, planning.MissionParty, h.Berlin, db.At(h.Clock.Now().Add(time.Hour))))
		h.Must(h.AddParty(head, file, party, planning.MissionParty, h.Berlin, db.At(h.Clock.Now().Add(time.Hour))))
		h.Wants(h.AddParty(head, file, id.New(), planning.MissionParty, h.Berlin, db.At(h.Clock.Now())), errs.Invalid)
		h.Wants(h.AddParty(head, file, id.New(), planning.PersonParty, id.New(), db.At(h.Clock.Now())), errs.Invalid)
		argument := planning.Argument{ID: id.New(), OptionID: options[0], SpeaksFor: true, Text: "People ask."}
		h.Must(h.AddArgument(head, file, argument))
		h.Must(h.AddArgument(head, file, argument))

		berlin := h.Official("berliner", h.Berlin, planning.View, planning.Open)
		far := h.Official("far", id.New(), planning.View, planning.Open)
		_, err := h.File(far, file)
		h.Wants(err, errs.NotFound)
		if p, err := h.List(berlin, planning.Filter{Box: planning.BoxMine}); err != nil || len(p.Items) != 1 {
			t.Errorf("the party sees %d files, %v, want 1", len(p.Items), err)
		}
		if p, err := h.List(far, planning.Filter{}); err != nil || len(p.Items) != 0 {
			t.Errorf("a stranger sees %d files, %v", len(p.Items), err)
		}
		everywhere := h.Official("unit", "", planning.View, planning.Open)
		h.Wants(h.Record(everywhere, file, party, planning.Position{Stance: planning.Agrees}), errs.Forbidden)
		h.Wants(h.Record(head, file, party, planning.Position{Stance: planning.Agrees}), errs.Forbidden)
		h.Wants(h.Record(far, file, party, planning.Position{Stance: planning.Agrees}), errs.NotFound)
		h.Wants(h.Record(berlin, file, party, planning.Position{Stance: planning.Objects}), errs.Invalid)
		h.Wants(h.Record(berlin, file, party, planning.Position{Stance: "maybe"}), errs.Invalid)

		version := h.Read(head, file).Version
		h.Wants(h.Decide(head, file, planning.Ruling{OptionID: options[0], Reasons: "r", Version: version}), errs.Invalid)
		h.Wants(h.Decide(berlin, file, planning.Ruling{OptionID: options[0], Reasons: "r", Version: version}), errs.Forbidden)
		h.Must(h.Record(berlin, file, party, planning.Position{Stance: planning.AgreesIf, OptionID: options[0], Statement: "If in two languages."}))
		h.Wants(h.Decide(head, file, planning.Ruling{OptionID: options[0], Reasons: "r", Version: version}), errs.Conflict)
		h.Wants(h.RemoveParty(head, file, party), errs.Conflict)
		h.Must(h.DropOption(head, file, options[1]))
		version = h.Read(head, file).Version
		h.Wants(h.Decide(head, file, planning.Ruling{OptionID: options[1], Reasons: "r", Version: version}), errs.Invalid)
		h.Wants(h.Decide(head, file, planning.Ruling{OptionID: options[0], Version: version}), errs.Invalid)
		ruling := planning.Ruling{OptionID: options[0], Reasons: "Because.", Version: version}
		h.Must(h.Decide(head, file, ruling))
		h.Must(h.Decide(head, file, ruling)) // the form sent twice
		f := h.Read(head, file)
		if f.State != planning.Decided || f.Chosen().Text != "Speak" || f.Unheard != 0 || len(f.Arguments) != 1 || len(f.Parties) != 1 {
			t.Errorf("got %+v", f)
		}
		h.Wants(h.Record(berlin, file, party, planning.Position{Stance: planning.Agrees}), errs.Conflict)
		h.Wants(h.AddOption(head, file, id.New(), "Late"), errs.Conflict)
		h.Must(h.Reopen(head, file, "New facts."))
		h.Must(h.Close(head, file, "Overtaken."))
		h.Wants(h.Close(head, file, "Again."), errs.Conflict)
		if rep, err := h.Audit.Verify(planningtest.System(t.Context())); err != nil || rep.Fault != nil {
			t.Errorf("audit: %+v, %v", rep, err)
		}
	})
}

func TestDecideUnheard(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		head := h.Head()
		file, options := h.Begin(head)
		h.Must(h.AddParty(head, file, id.New(), planning.PersonParty, h.Press, db.At(h.Clock.Now().Add(time.Hour))))
		r := planning.Ruling{OptionID: options[0], Reasons: "No time.", Version: h.Read(head, file).Version, Unheard: true}
		h.Must(h.Decide(head, file, r))
		if f := h.Read(head, file); f.Unheard != 1 {
			t.Errorf("got %d unheard, want 1", f.Unheard)
		}
	})
}

func TestStandInSpeaks(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		head := h.Head()
		file, _ := h.Begin(head)
		party := id.New()
		h.Must(h.AddParty(head, file, party, planning.PersonParty, h.Press, db.At(h.Clock.Now().Add(time.Hour))))
		deputy := perm.With(t.Context(), &perm.Actor{Kind: perm.Person, ID: "deputy", Grants: []perm.Grant{{Permissions: []perm.Permission{planning.View}, Scope: perm.InMission(h.Berlin), StandInFor: h.Press}}})
		h.Must(h.Record(deputy, file, party, planning.Position{Stance: planning.Agrees}))
		if p := h.Read(head, file).Parties[0]; p.RecordedBy != "deputy" {
			t.Errorf("got %+v", p)
		}
	})
}

func TestReminders(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		head := h.Head()
		file, _ := h.Begin(head)
		h.Must(h.AddParty(head, file, id.New(), planning.MissionParty, h.Berlin, db.At(h.Clock.Now().Add(48*time.Hour))))
		remind := func(want int, what string) {
			t.Helper()
			h.Must(planning.RunRemind(planningtest.System(t.Context()), h.Service))
			h.Must(planning.RunRemind(planningtest.System(t.Context()), h.Service))
			h.Must(h.Queue.Drain(t.Context(), time.Now()))
			if len(h.Mail.Sent) != want {
				t.Errorf("%s: got %d letters, want %d", what, len(h.Mail.Sent), want)
			}
		}
		remind(0, "long before")
		h.Clock.Advance(30 * time.Hour)
		remind(1, "a day before")
		h.Clock.Advance(30 * time.Hour)
		remind(2, "after")
		if m := h.Mail.Sent[0]; m.Lang != "kmr" || !strings.Contains(m.Text, "https://example.test/console/decisions/"+file) || strings.Contains(m.Text, "Water") {
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
		head := h.Head()
		for _, title := range []string{"Water and dams", "Visas for students", "100% of _everything_"} {
			h.Must(h.Open(head, planning.Draft{ID: id.New(), Title: title, Question: "What?", MissionID: h.Paris}))
		}
		for query, want := range map[string]int{"": 3, "WATER": 1, "visas what": 1, "100%": 1, "%": 1, "nothing": 0} {
			p, err := h.List(head, planning.Filter{Query: query})
			h.Must(err)
			if len(p.Items) != want {
				t.Errorf("%q: got %d, want %d", query, len(p.Items), want)
			}
		}
		first, err := h.List(head, planning.Filter{Limit: 2})
		h.Must(err)
		rest, err := h.List(head, planning.Filter{Limit: 2, Cursor: first.Next})
		h.Must(err)
		if len(first.Items) != 2 || len(rest.Items) != 1 || rest.Next != "" {
			t.Errorf("got pages of %d and %d", len(first.Items), len(rest.Items))
		}
	})
}
