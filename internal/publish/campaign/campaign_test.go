package campaign

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
	"sifara/internal/jobs"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
)

// house is the service on a real database, with two missions.
type house struct {
	*Service
	t             *testing.T
	clock         *clock.Manual
	audit         *audit.Log
	paris, berlin string
	asked         asked
}

// asked stands for what other contexts count.
type asked map[string]Asked

func (a asked) CampaignQuestions(context.Context, []string) (map[string]Asked, error) { return a, nil }

// objectives stand for the strategy.
type objectives map[string]publish.Texts

func (o objectives) Objective(_ context.Context, id string) (publish.Texts, error) {
	if o[id] == nil {
		return nil, errs.New(errs.NotFound, "")
	}
	return o[id], nil
}

var today = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func each(t *testing.T, run func(t *testing.T, h *house)) {
	dbtest.Each(t, []db.Migrations{audit.Migrations(), org.Migrations(), publish.Migrations()}, func(t *testing.T, d *db.DB) {
		log := slog.New(slog.NewTextHandler(t.Output(), nil))
		h := &house{t: t, clock: clock.At(today), asked: asked{}}
		h.audit = audit.New(d, h.clock)
		live, q := event.NewLive(d, log), jobs.New(d, log)
		o := org.New(org.Deps{DB: d, Log: log, Clock: h.clock, Audit: h.audit, Live: live})
		system := perm.With(t.Context(), perm.SystemActor("test"))
		four := func(s string) org.Names {
			return org.Names{i18n.Arabic: s, i18n.Sorani: s, i18n.Kurmanji: s, i18n.English: s}
		}
		for slug, at := range map[string]*string{"paris": &h.paris, "berlin": &h.berlin} {
			*at = id.New()
			country := map[string]string{"paris": "FR", "berlin": "DE"}[slug]
			if err := o.CreateMission(i18n.WithPrinter(system, words(t).Printer(i18n.English)), org.Mission{ID: *at, Slug: slug, Kind: org.Embassy, Names: four(slug), City: four(slug), Country: country,
				TimeZone: "Europe/Paris", Languages: i18n.Langs, Weekend: []time.Weekday{time.Saturday, time.Sunday}}); err != nil {
				t.Fatal(err)
			}
		}
		pub := publish.New(publish.Deps{DB: d, Log: log, Clock: h.clock, Audit: h.audit, Bus: event.NewBus(q), Live: live, Queue: q, Org: o})
		pub.Jobs(q)
		h.Service = New(Deps{DB: d, Clock: h.clock, Audit: h.audit, Live: live, Org: o, Publish: pub, Questions: h.asked, Strategy: objectives{"o1": {i18n.English: "Trade"}}})
		run(t, h)
	})
}

func words(t *testing.T) *i18n.Catalogue {
	t.Helper()
	c, err := i18n.Load(publish.Locales(), audit.Locales(), org.Locales())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (h *house) as(name, mission string, p ...perm.Permission) context.Context {
	h.t.Helper()
	scope := perm.InMission(mission)
	a := &perm.Actor{Kind: perm.Person, ID: name, Name: name, Grants: []perm.Grant{{Role: "test", Scope: scope, Permissions: append(p, publish.MayView)}}}
	return perm.With(h.t.Context(), a)
}

func days(y int, m time.Month, d int) db.Time { return db.At(time.Date(y, m, d, 0, 0, 0, 0, time.UTC)) }

func sample(mission string) Campaign {
	return Campaign{ID: id.New(), MissionID: mission, Names: publish.Texts{i18n.Arabic: " أسبوع الثقافة\nالعراقية ", i18n.English: "Iraqi culture week"},
		Objective: publish.Texts{i18n.English: "More visitors of the museum"}, KeyMessages: publish.Texts{i18n.English: "First\r\n\n  Second "},
		Publics: []Public{{"culture", "curators"}, {"diaspora", ""}}, Countries: []string{"FR", "BE", "FR"}, Langs: []i18n.Lang{i18n.English, i18n.Arabic},
		Channels: []string{"events", "site"}, StartsOn: days(2026, 4, 1), EndsOn: days(2026, 4, 20),
		Indicator: publish.Texts{i18n.English: "Visitors"}, Baseline: 10000, Target: 30000, Currency: "IQD"}
}

func (h *house) begun(ctx context.Context, c Campaign) Campaign {
	h.t.Helper()
	if err := h.Begin(ctx, c); err != nil {
		h.t.Fatal(err)
	}
	got, err := h.Campaign(ctx, c.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return got
}

// acts are the last acts of the record, the latest first.
func (h *house) acts(n int) []string {
	h.t.Helper()
	list, _, err := h.audit.List(perm.With(h.t.Context(), perm.SystemActor("test")), audit.Filter{Limit: n})
	if err != nil {
		h.t.Fatal(err)
	}
	var out []string
	for _, r := range list {
		out = append(out, r.Act)
	}
	return out
}

func TestCampaignIsKeptAsItWasMeant(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := h.as("head", h.paris, Manage)
		c := h.begun(ctx, sample(h.paris))
		if c.Name(i18n.Arabic) != "أسبوع الثقافة العراقية" || !slices.Equal(c.Messages(i18n.English), []string{"First", "Second"}) || c.Messages(i18n.Sorani) != nil {
			t.Errorf("texts: %q %q", c.Name(i18n.Arabic), c.Messages(i18n.English))
		}
		if !slices.Equal(c.Countries, []string{"BE", "FR"}) || !slices.Equal(c.Langs, []i18n.Lang{i18n.Arabic, i18n.English}) || !slices.Equal(c.Channels, []string{"site", "events"}) || c.Publics[0].Segment != "diaspora" {
			t.Errorf("lists: %+v", c)
		}
		if c.State != Planned || c.OwnerID != "head" || c.Version != 1 {
			t.Errorf("got %s of %s, version %d", c.State, c.OwnerID, c.Version)
		}
		again := c
		again.Names = publish.Texts{i18n.English: "Replayed"}
		if h.begun(ctx, again).Name(i18n.English) != "Iraqi culture week" {
			t.Error("a replayed form changed the campaign")
		}
		c.Objective, c.ObjectiveID = publish.Texts{i18n.English: "Anew"}, "o1"
		c.OwnerID = ""
		if err := h.Edit(ctx, c); err != nil {
			t.Fatal(err)
		}
		if err := h.Edit(ctx, c); !errors.Is(err, ErrChanged) {
			t.Errorf("an old version: %v, want ErrChanged", err)
		}
		c.ObjectiveID = "nowhere"
		if err := h.Edit(ctx, c); errs.KindOf(err) != errs.Invalid {
			t.Errorf("an objective that there is not: %v", err)
		}
		if got := h.acts(2); !slices.Equal(got, []string{"publish.campaign.edit", "publish.campaign.begin"}) {
			t.Errorf("record: %v", got)
		}
	})
}

func TestCampaignRefusesWhatIsWrong(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := h.as("head", h.paris, Manage)
		for field, spoil := range map[string]func(*Campaign){
			"names-ar":     func(c *Campaign) { c.Names = nil },
			"objective-ar": func(c *Campaign) { c.Objective = publish.Texts{i18n.Arabic: "\u202e "} },
			"publics":      func(c *Campaign) { c.Publics = nil },
			"langs":        func(c *Campaign) { c.Langs = nil },
			"ends":         func(c *Campaign) { c.EndsOn = days(2026, 3, 31) },
			"starts":       func(c *Campaign) { c.StartsOn = 0 },
			"currency":     func(c *Campaign) { c.Currency = "XXX" },
			"mission":      func(c *Campaign) { c.Partners = []string{id.New()} },
			"id":           func(c *Campaign) { c.ID = "x" },
		} {
			c := sample(h.paris)
			spoil(&c)
			e, ok := errs.Find(h.Begin(ctx, c))
			if !ok || e.Kind != errs.Invalid || !slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Name == field }) {
				t.Errorf("%s: got %+v", field, e)
			}
		}
	})
}

func TestWhoSeesAndRunsACampaign(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := sample(h.paris)
		c.Partners = []string{h.berlin}
		c = h.begun(h.as("head", h.paris, Manage), c)
		ministry := h.begun(h.as("unit", "", Manage), sample(""))
		for _, x := range []struct {
			name      string
			ctx       context.Context
			sees, run errs.Kind
			list      int
		}{
			{"its head", h.as("head", h.paris, Manage), fine, fine, 1},
			{"a reader there", h.as("reader", h.paris), fine, errs.Forbidden, 1},
			{"the head of one that takes part", h.as("b", h.berlin, Manage), fine, errs.Forbidden, 1},
			{"someone elsewhere", h.as("c", "elsewhere", Manage), errs.NotFound, errs.NotFound, 0},
			{"a visitor", t.Context(), errs.NotFound, errs.NotFound, 0},
			{"the ministry", h.as("unit", "", Manage), fine, fine, 2},
		} {
			if _, err := h.Campaign(x.ctx, c.ID); kind(err) != x.sees {
				t.Errorf("%s sees: %v, want %v", x.name, err, x.sees)
			}
			if list, err := h.List(x.ctx, Filter{}); err != nil || len(list) != x.list {
				t.Errorf("%s lists %d, %v, want %d", x.name, len(list), err, x.list)
			}
			for act, do := range map[string]func() error{
				"event": func() error {
					return h.PutEvent(x.ctx, Event{ID: id.New(), CampaignID: c.ID, Titles: publish.Texts{i18n.English: "x"}, StartsAt: db.At(today), Attended: -1})
				},
				"line": func() error { return h.PutLine(x.ctx, Line{ID: id.New(), CampaignID: c.ID, Title: "x", Planned: 1}) },
				"measure": func() error {
					return h.Measure(x.ctx, Value{ID: id.New(), CampaignID: c.ID, Value: 1, Day: db.At(today)})
				},
			} {
				if err := do(); kind(err) != x.run {
					t.Errorf("%s: %s: %v, want %v", x.name, act, err, x.run)
				}
			}
			for read, do := range map[string]func() error{
				"money":  func() error { _, err := h.Money(x.ctx, c.ID); return err },
				"values": func() error { _, err := h.Values(x.ctx, c.ID); return err },
				"events": func() error { _, err := h.Events(x.ctx, c.ID); return err },
				"texts":  func() error { _, _, err := h.Messages(x.ctx, c.ID); return err },
			} {
				if err := do(); kind(err) != x.sees {
					t.Errorf("%s: reads %s: %v, want %v", x.name, read, err, x.sees)
				}
			}
		}
		if err := h.Begin(h.as("head", h.paris, Manage), sample("")); kind(err) != errs.Forbidden {
			t.Errorf("a mission leads for the ministry: %v", err)
		}
		moved := ministry
		moved.MissionID = h.paris
		if err := h.Edit(h.as("head", h.paris, Manage), moved); kind(err) != errs.NotFound {
			t.Errorf("a mission takes the ministry's campaign: %v", err)
		}
	})
}

// fine is the kind of no error.
const fine errs.Kind = 255

// kind is the kind of an error.
func kind(err error) errs.Kind {
	if err == nil {
		return fine
	}
	return errs.KindOf(err)
}

func TestStates(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := h.as("head", h.paris, Manage)
		c := h.begun(ctx, sample(h.paris))
		for _, x := range []struct {
			to     State
			reason string
			want   errs.Kind
		}{
			{Ended, "", errs.Conflict}, {Running, "", fine}, {Running, "", errs.Conflict}, {Stopped, " ", errs.Invalid},
			{Stopped, "The museum closed", fine}, {Running, "", errs.Conflict}, {Planned, "", errs.Conflict},
		} {
			if err := h.Move(ctx, c.ID, x.to, x.reason); kind(err) != x.want {
				t.Errorf("to %s: %v, want %v", x.to, err, x.want)
			}
		}
		c, _ = h.Campaign(ctx, c.ID)
		if c.State != Stopped || c.Reason != "The museum closed" {
			t.Errorf("got %s: %q", c.State, c.Reason)
		}
		if err := h.Edit(ctx, c); !errors.Is(err, ErrState) {
			t.Errorf("a stopped campaign is edited: %v", err)
		}
	})
}

func TestMoney(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := h.as("head", h.paris, Manage)
		c := h.begun(ctx, sample(h.paris))
		other := h.begun(ctx, sample(h.paris))
		line := Line{ID: id.New(), CampaignID: c.ID, Title: "Posters", Planned: 5_000_000}
		second := Line{ID: id.New(), CampaignID: c.ID, Title: "Hall", Planned: 2_000_000}
		must(t, h.PutLine(ctx, line))
		must(t, h.PutLine(ctx, second))
		line.Planned = 6_000_000
		must(t, h.PutLine(ctx, line))
		stolen := line
		stolen.CampaignID = other.ID
		if err := h.PutLine(ctx, stolen); kind(err) != errs.NotFound {
			t.Errorf("a line of another campaign: %v", err)
		}
		paid := Spend{ID: id.New(), CampaignID: c.ID, LineID: line.ID, Amount: 1_500_250, Day: days(2026, 2, 27), Note: "Printer, bill 12"}
		must(t, h.Pay(ctx, paid))
		must(t, h.Pay(ctx, paid)) // replayed
		wrong := paid
		wrong.ID, wrong.Amount = id.New(), 9
		must(t, h.Pay(ctx, wrong))
		must(t, h.StrikeSpend(ctx, c.ID, wrong.ID))
		if err := h.StrikeSpend(ctx, c.ID, wrong.ID); kind(err) != errs.NotFound {
			t.Errorf("struck twice: %v", err)
		}
		m, err := h.Money(ctx, c.ID)
		if err != nil || m.Planned != 8_000_000 || m.Spent != 1_500_250 || len(m.Spends) != 2 || m.Lines[0].Title != "Posters" || m.Lines[0].Spent != 1_500_250 {
			t.Errorf("got %+v, %v", m, err)
		}
		for name, x := range map[string]Spend{
			"no note":          {ID: id.New(), CampaignID: c.ID, LineID: line.ID, Amount: 1, Day: db.At(today)},
			"nothing":          {ID: id.New(), CampaignID: c.ID, LineID: line.ID, Day: db.At(today), Note: "x"},
			"negative":         {ID: id.New(), CampaignID: c.ID, LineID: line.ID, Amount: -1, Day: db.At(today), Note: "x"},
			"too much":         {ID: id.New(), CampaignID: c.ID, LineID: line.ID, Amount: maxAmount + 1, Day: db.At(today), Note: "x"},
			"ahead":            {ID: id.New(), CampaignID: c.ID, LineID: line.ID, Amount: 1, Day: days(2026, 3, 4), Note: "x"},
			"a line elsewhere": {ID: id.New(), CampaignID: other.ID, LineID: line.ID, Amount: 1, Day: db.At(today), Note: "x"},
		} {
			if err := h.Pay(ctx, x); kind(err) != errs.Invalid {
				t.Errorf("%s: %v, want Invalid", name, err)
			}
		}
		if err := h.DropLine(ctx, c.ID, line.ID); kind(err) != errs.Conflict {
			t.Errorf("a line of which was paid goes: %v", err)
		}
		must(t, h.DropLine(ctx, c.ID, second.ID))
		c, _ = h.Campaign(ctx, c.ID)
		c.Currency = "EUR"
		if err := h.Edit(ctx, c); !errors.Is(err, ErrMoney) {
			t.Errorf("the currency changes under the amounts: %v", err)
		}
		if got := Written(1_500_250, "IQD") + Written(7, "JPY") + Written(7, "EUR"); got != "1500250 IQD7 JPY0.07 EUR" {
			t.Errorf("got %q", got)
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestMeasuredValues(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := h.as("head", h.paris, Manage)
		c := h.begun(ctx, sample(h.paris))
		first := Value{ID: id.New(), CampaignID: c.ID, Value: 15000, Day: days(2026, 2, 1)}
		must(t, h.Measure(ctx, Value{ID: id.New(), CampaignID: c.ID, Value: 25000, Day: days(2026, 2, 20), Note: "door"}))
		must(t, h.Measure(ctx, first))
		wrong := Value{ID: id.New(), CampaignID: c.ID, Value: 90000, Day: days(2026, 2, 25)}
		must(t, h.Measure(ctx, wrong))
		must(t, h.StrikeValue(ctx, c.ID, wrong.ID))
		list, err := h.Values(ctx, c.ID)
		if err != nil || len(list) != 3 || list[0].ID != first.ID {
			t.Fatalf("got %+v, %v", list, err)
		}
		last, ok := Latest(list)
		if share, known := c.Reached(last); !ok || !known || last.Value != 25000 || share != 0.75 {
			t.Errorf("latest %d, reached %v %v", last.Value, share, known)
		}
		bare := sample(h.paris)
		bare.Indicator = nil
		bare = h.begun(ctx, bare)
		if err := h.Measure(ctx, Value{ID: id.New(), CampaignID: bare.ID, Value: 1, Day: db.At(today)}); kind(err) != errs.Conflict {
			t.Errorf("measured without an indicator: %v", err)
		}
	})
}

func (h *house) message(ctx context.Context, mission string) publish.Message {
	h.t.Helper()
	m, err := h.Publish.Create(ctx, publish.Beginning{ID: id.New(), MissionID: mission, Kind: publish.News, Sensitivity: publish.Routine, SourceLang: i18n.English, Words: publish.Words{Title: "Exhibition opens", Body: "On Monday."}})
	if err != nil {
		h.t.Fatal(err)
	}
	return m
}

func TestMessagesJoin(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		head, drafter := h.as("head", h.paris, Manage), h.as("drafter", h.paris, publish.MayDraft)
		berlin := h.as("b", h.berlin, publish.MayDraft)
		c := sample(h.paris)
		c.Partners = []string{h.berlin}
		c = h.begun(head, c)
		other := h.begun(head, sample(h.paris))
		m, theirs := h.message(drafter, h.paris), h.message(berlin, h.berlin)
		if err := h.Join(h.as("reader", h.paris), m.ID, c.ID); kind(err) != errs.Forbidden {
			t.Errorf("a reader joins a message: %v", err)
		}
		must(t, h.Join(drafter, m.ID, c.ID))
		must(t, h.Join(drafter, m.ID, c.ID))
		must(t, h.Join(berlin, theirs.ID, c.ID))
		if err := h.Join(berlin, theirs.ID, other.ID); kind(err) != errs.NotFound {
			t.Errorf("a campaign that Berlin does not see: %v", err)
		}
		list, hidden, err := h.Messages(head, c.ID)
		if err != nil || len(list) != 1 || list[0].ID != m.ID || hidden != 1 {
			t.Errorf("Paris sees %d and %d hidden, %v", len(list), hidden, err)
		}
		of, err := h.Of(drafter, m.ID, theirs.ID)
		if err != nil || of[m.ID].ID != c.ID {
			t.Errorf("got %v, %v", of, err)
		}
		must(t, h.Join(head, m.ID, other.ID))
		if ids, err := h.Members(head, c.ID); err != nil || len(ids) != 1 {
			t.Errorf("members %v, %v", ids, err)
		}
		if after, _ := h.Publish.Message(drafter, m.ID); after.Version != m.Version {
			t.Error("joining is an edit")
		}
		must(t, h.Join(head, m.ID, ""))
		must(t, h.Join(head, m.ID, ""))
		if got := h.acts(1); got[0] != "publish.campaign.leave" {
			t.Errorf("record: %v", got)
		}
		must(t, h.Move(head, other.ID, Stopped, "no money"))
		if err := h.Join(head, m.ID, other.ID); !errors.Is(err, ErrState) {
			t.Errorf("joins a campaign that is over: %v", err)
		}
		if open, err := h.Open(head, h.paris, i18n.English); err != nil || len(open) != 1 || open[0].ID != c.ID {
			t.Errorf("open: %v, %v", open, err)
		}
	})
}

func TestFigures(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := h.as("all", h.paris, Manage, publish.MayDraft, publish.MayEmergency)
		c := h.begun(ctx, sample(h.paris))
		m, draft := h.message(ctx, h.paris), h.message(ctx, h.paris)
		must(t, h.Join(ctx, m.ID, c.ID))
		must(t, h.Join(ctx, draft.ID, c.ID))
		if _, err := h.Publish.Rush(ctx, m.ID, m.Hash, "Test"); err != nil {
			t.Fatal(err)
		}
		h.asked[m.ID] = Asked{3, 2}
		for i := range 5 {
			h.Publish.Count(publish.View{MissionID: h.paris, MessageID: m.ID, Lang: i18n.English, Kind: publish.PageView, Visitor: uint64(i) * 0x9e3779b97f4a7c15})
		}
		must(t, h.Publish.FlushViews(t.Context()))
		list, _, err := h.Messages(ctx, c.ID)
		must(t, err)
		f, err := h.Figures(ctx, list)
		if err != nil || f.Released != 1 || f.Reading.Views != 5 || f.Asked != (Asked{3, 2}) || f.ByMessage[m.ID].Reading.Views != 5 || len(f.ByMessage) != 1 {
			t.Errorf("got %+v, %v", f, err)
		}
	})
}

func TestCopyMovesTheDays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := h.as("head", h.paris, Manage)
		old := sample(h.paris)
		old.Partners = []string{h.berlin}
		old = h.begun(ctx, old)
		line := Line{ID: id.New(), CampaignID: old.ID, Title: "Posters", Planned: 5000}
		must(t, h.PutLine(ctx, line))
		must(t, h.Pay(ctx, Spend{ID: id.New(), CampaignID: old.ID, LineID: line.ID, Amount: 100, Day: db.At(today), Note: "x"}))
		at := time.Date(2026, 4, 3, 18, 0, 0, 0, time.UTC)
		must(t, h.PutEvent(ctx, Event{ID: id.New(), CampaignID: old.ID, Titles: publish.Texts{i18n.English: "Opening"}, StartsAt: db.At(at), EndsAt: db.At(at.Add(2 * time.Hour)), Attended: 120}))
		must(t, h.Move(ctx, old.ID, Running, ""))
		must(t, h.Move(ctx, old.ID, Ended, ""))
		newID := id.New()
		must(t, h.Copy(ctx, old.ID, newID, h.paris, days(2027, 4, 1)))
		must(t, h.Copy(ctx, old.ID, newID, h.paris, days(2027, 4, 1))) // replayed
		c, err := h.Campaign(ctx, newID)
		if err != nil || c.State != Planned || c.StartsOn != days(2027, 4, 1) || c.EndsOn != days(2027, 4, 20) || c.CopiedFrom != old.ID || !slices.Equal(c.Partners, []string{h.berlin}) {
			t.Fatalf("got %+v, %v", c, err)
		}
		m, _ := h.Money(ctx, newID)
		events, err := h.Events(ctx, newID)
		if err != nil || len(m.Lines) != 1 || m.Spent != 0 || m.Planned != 5000 || len(events) != 1 || events[0].Attended != -1 || !events[0].StartsAt.Std().Equal(at.AddDate(1, 0, 0)) || events[0].EndsAt.Sub(events[0].StartsAt) != 2*time.Hour {
			t.Errorf("got %+v %+v, %v", m, events, err)
		}
		berlin := h.as("b", h.berlin, Manage)
		copied := id.New()
		must(t, h.Copy(berlin, old.ID, copied, h.berlin, days(2027, 5, 1)))
		if c, err := h.Campaign(berlin, copied); err != nil || c.MissionID != h.berlin || len(c.Partners) != 0 {
			t.Errorf("Berlin's copy: %+v, %v", c, err)
		}
		if err := h.Copy(berlin, old.ID, id.New(), h.paris, days(2027, 5, 1)); kind(err) != errs.Forbidden {
			t.Errorf("Berlin copies into Paris: %v", err)
		}
		dated, err := h.EventsBetween(ctx, db.At(at), db.At(at.AddDate(2, 0, 0)))
		if err != nil || len(dated) != 2 || dated[0].Campaign.ID != old.ID {
			t.Errorf("events of all: %+v, %v", dated, err)
		}
	})
}

func TestListFilters(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := h.as("unit", "", Manage)
		a, b := sample(h.paris), sample("")
		b.Names, b.Countries, b.Langs, b.Publics = publish.Texts{i18n.English: "100% water_talks"}, []string{"TR"}, []i18n.Lang{i18n.Sorani}, []Public{{Segment: "media"}}
		b.StartsOn, b.EndsOn = days(2026, 9, 1), days(2026, 9, 2)
		a.Partners = []string{h.berlin}
		a, b = h.begun(ctx, a), h.begun(ctx, b)
		must(t, h.Move(ctx, a.ID, Running, ""))
		for name, x := range map[string]struct {
			f    Filter
			want []string
		}{
			"state": {Filter{State: Running}, []string{a.ID}}, "lead": {Filter{MissionID: h.paris}, []string{a.ID}}, "part": {Filter{MissionID: h.berlin}, []string{a.ID}},
			"ministry": {Filter{Ministry: true}, []string{b.ID}}, "country": {Filter{Country: "TR"}, []string{b.ID}}, "lang": {Filter{Lang: i18n.English}, []string{a.ID}},
			"segment": {Filter{Segment: "media"}, []string{b.ID}}, "arabic spelling": {Filter{Query: "اسبوع"}, []string{a.ID}}, "percent": {Filter{Query: "0% w"}, []string{b.ID}},
			"underscore": {Filter{Query: "_"}, []string{b.ID}}, "days": {Filter{From: days(2026, 4, 20), To: days(2026, 8, 1)}, []string{a.ID}}, "none": {Filter{From: days(2027, 1, 1)}, nil},
		} {
			list, err := h.List(ctx, x.f)
			var got []string
			for _, c := range list {
				got = append(got, c.ID)
			}
			if err != nil || !slices.Equal(got, x.want) {
				t.Errorf("%s: got %v, want %v, %v", name, got, x.want, err)
			}
		}
	})
}
