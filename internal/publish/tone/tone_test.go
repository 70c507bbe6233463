package tone_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/blob"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/fetch"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/tone"
	engine "sifara/internal/text/tone"
	"sifara/internal/vault"
)

var day = time.Date(2016, 5, 3, 9, 0, 0, 0, time.UTC)

// servers answer for other people's servers.
type servers struct {
	mu     sync.Mutex
	status map[string]int
	asked  []string
}

func (s *servers) Do(_ context.Context, r *http.Request) (*fetch.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, r.Method+" "+r.URL.String())
	n := s.status[r.URL.String()]
	if n == 0 {
		return nil, fetch.ErrUnreachable
	}
	return &fetch.Response{Status: n}, nil
}

type house struct {
	*tone.Service
	publish *publish.Service
	clock   *clock.Manual
	queue   *jobs.Queue
	servers *servers
}

func build(t *testing.T, d *db.DB) *house {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	c := clock.At(day)
	q := jobs.New(d, log)
	bus := event.NewBus(q)
	v, err := vault.Create(t.TempDir() + "/keys")
	if err != nil {
		t.Fatal(err)
	}
	proof, err := publish.NewPublicLog(d, v, c, "https://mofa.example")
	if err != nil {
		t.Fatal(err)
	}
	h := &house{clock: c, queue: q, servers: &servers{status: map[string]int{}}}
	live, record := event.NewLive(d, log), audit.New(d, c)
	h.Service = tone.New(tone.Deps{DB: d, Clock: c, Audit: record, Live: live, Bus: bus, Fetch: h.servers, Released: proof, BaseURL: "https://mofa.example",
		Load: func(ctx context.Context, id string) (publish.Message, error) { return h.publish.Message(ctx, id) }})
	bus.OnAny(func(context.Context, bun.Tx, string, json.RawMessage) error { return nil })
	blobs, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h.publish = publish.New(publish.Deps{DB: d, Log: log, Blobs: blobs, MaxMedia: 1 << 20, Clock: c, Audit: record, Bus: bus, Live: live, Queue: q, Proof: proof, Tone: h.Service})
	h.publish.Jobs(q)
	return h
}

func each(t *testing.T, run func(t *testing.T, h *house)) {
	dbtest.Each(t, []db.Migrations{audit.Migrations(), publish.Migrations()}, func(t *testing.T, d *db.DB) { run(t, build(t, d)) })
}

func as(t *testing.T, id string, p ...perm.Permission) context.Context {
	return perm.With(t.Context(), &perm.Actor{Kind: perm.Person, ID: id, Name: id, Grants: []perm.Grant{{Role: "test", Scope: perm.Everywhere(), Permissions: append(p, publish.MayView)}}})
}

func (h *house) draft(t *testing.T, body string) publish.Message {
	t.Helper()
	m, err := h.publish.Create(as(t, "writer", publish.MayDraft), publish.Beginning{ID: id.New(), Kind: publish.Statement, Sensitivity: publish.Routine, SourceLang: i18n.English,
		Words: publish.Words{Title: "Statement of the Ministry", Body: body}})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// cleared walks a message up to its release.
func (h *house) cleared(t *testing.T, m publish.Message) publish.Message {
	t.Helper()
	m, err := h.publish.Submit(as(t, "writer", publish.MayDraft), m.ID, m.Hash)
	for i := 0; err == nil && m.State == publish.StateInReview; i++ {
		m, err = h.publish.Approve(as(t, []string{"a", "b", "c"}[i], publish.MayReview, publish.MayClear), m.ID, publish.Judgement{Step: m.Step, Hash: m.Hash})
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestHeatDecides(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		hot := h.cleared(t, h.draft(t, "Their minister is an idiot."))
		if !hot.Route.OneStepEach {
			t.Error("an insult went the routine route")
		}
		if _, err := h.publish.Release(as(t, "r", publish.MayRelease), hot.ID, hot.Hash); !errors.Is(err, publish.ErrCooling) {
			t.Errorf("release of an insult at once: got %v, want ErrCooling", err)
		}
		c, _, err := h.publish.Cooling(as(t, "r"), hot)
		if err != nil || c.Heat < 500 || c.Until.Sub(c.Since) != tone.Standard.Cool(c.Heat) {
			t.Errorf("cooling-off %+v, %v", c, err)
		}
		calm := h.cleared(t, h.draft(t, "The ministry thanks its hosts."))
		if _, err := h.publish.Release(as(t, "r", publish.MayRelease), calm.ID, calm.Hash); err != nil {
			t.Errorf("release of a calm text: %v", err)
		}
	})
}

func TestCoolingGrowsWithHeat(t *testing.T) {
	last := time.Duration(-1)
	for heat := 0; heat <= 1000; heat += 50 {
		d := tone.Standard.Cool(heat)
		if d < last || heat < tone.Standard.CoolFrom && d != 0 || heat > tone.Standard.CoolFrom && d <= last {
			t.Errorf("heat %d cools for %v, less heat for %v", heat, d, last)
		}
		last = d
	}
	if last != 24*time.Hour || tone.Standard.Cool(tone.Standard.CoolFrom) != 15*time.Minute {
		t.Errorf("bounds: %v and %v", tone.Standard.Cool(300), last)
	}
}

func TestListsAreTheMinistrys(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := as(t, "head", publish.MayTone)
		heat := func(s string) float64 {
			r, err := h.Check(ctx, i18n.English, s)
			if err != nil {
				t.Fatal(err)
			}
			return r.Heat
		}
		if heat("A wombat and an idiot.") < 0.5 || heat("A wombat.") != 0 {
			t.Fatal("the shipped lists do not count")
		}
		if _, err := h.SaveList(as(t, "writer", publish.MayDraft), i18n.English, engine.Insults, 0, "wombat"); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("without the permission: %v", err)
		}
		if _, err := h.SaveList(ctx, i18n.English, engine.Insults, 0, "# ours\nwombat*\nx*"); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a term open to everything: %v", err)
		}
		l, err := h.SaveList(ctx, i18n.English, engine.Insults, 0, "# ours\nwombat* = animal")
		if err != nil || l.Version != 1 || l.Count() != 1 {
			t.Fatalf("saved %+v, %v", l, err)
		}
		if heat("Two wombats.") < 0.5 || heat("An idiot.") != 0 {
			t.Error("the changed list does not count")
		}
		if _, err := h.SaveList(ctx, i18n.English, engine.Insults, 0, "other"); !errors.Is(err, publish.ErrEdited) {
			t.Errorf("an older version saved: %v", err)
		}
		now, before, err := h.List(ctx, i18n.English, engine.Insults)
		if err != nil || now.Version != 1 || len(before) != 1 || before[0].Version != 0 || before[0].Count() < 20 {
			t.Errorf("history: %+v, %d, %v", now, len(before), err)
		}
		if _, _, err := h.List(ctx, i18n.English, "nonsense"); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a list that is none: %v", err)
		}
	})
}

func TestThresholdsHaveBounds(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := as(t, "head", publish.MayTone)
		for _, s := range []tone.Settings{{RaiseAt: 900, CoolFrom: 300, CoolHours: 24}, {RaiseAt: 500, CoolFrom: 900, CoolHours: 24}, {RaiseAt: 500, CoolFrom: 300, CoolHours: 0}, {RaiseAt: 500, CoolFrom: 300, CoolHours: 1000}} {
			if _, err := h.SaveSettings(ctx, s); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%+v: got %v, want invalid", s, err)
			}
		}
		if _, err := h.SaveSettings(as(t, "x"), tone.Standard); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("without the permission: %v", err)
		}
		s, err := h.SaveSettings(ctx, tone.Settings{RaiseAt: 700, CoolFrom: 500, CoolHours: 1})
		if err != nil || s.Version != 1 {
			t.Fatalf("saved %+v, %v", s, err)
		}
		if _, err := h.SaveSettings(ctx, tone.Settings{RaiseAt: 700, CoolFrom: 500, CoolHours: 2}); !errors.Is(err, publish.ErrEdited) {
			t.Errorf("an older version saved: %v", err)
		}
		m := h.cleared(t, h.draft(t, "Their minister is an idiot."))
		if c, _, err := h.publish.Cooling(ctx, m); err != nil || c.Until.Sub(c.Since) > time.Hour || m.Route.OneStepEach {
			t.Errorf("%+v, %v", c, err)
		}
	})
}

func TestContradictsAReleasedStatement(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		old := h.cleared(t, h.draft(t, "The ministry welcomes all guests.\n\nThe embassy in Amman will open on **5 June** at its new address in the city."))
		if _, err := h.publish.Release(as(t, "r", publish.MayRelease), old.ID, old.Hash); err != nil {
			t.Fatal(err)
		}
		m := h.draft(t, "We thank everyone.\n\nThe embassy in Amman will open on 12 June at its new address in the city.")
		v, _ := m.Source()
		got, err := h.Words(as(t, "writer"), m, i18n.English, publish.Words{Title: v.Title, Body: v.Body})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(got.Notes, func(n tone.Note) bool { return n.Kind == engine.Contradicts })
		if i < 0 {
			t.Fatalf("no contradiction among %+v", got.Notes)
		}
		n := got.Notes[i]
		if n.Field != "body" || n.Released == nil || n.Released.MessageID != old.ID || !strings.Contains(n.Released.Sentence, "5 June") || !strings.HasPrefix(v.Body[n.From:n.To], "The embassy") || n.Reason != "publish.tone.why.contradiction_date" {
			t.Errorf("%+v %+v", n, n.Released)
		}
		same, err := h.Words(as(t, "writer"), m, i18n.English, publish.Words{Title: v.Title, Body: "The embassy in Amman will open on 5 June at its new address in the city."})
		if err != nil || slices.ContainsFunc(same.Notes, func(n tone.Note) bool { return n.Kind == engine.Contradicts }) {
			t.Errorf("the same sentence again: %+v, %v", same.Notes, err)
		}
	})
}

func TestLinksAreAsked(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.servers.status = map[string]int{"https://good.example/a": 200, "https://gone.example/b": 404, "https://shy.example/c": 403}
		m := h.draft(t, "See [a](https://good.example/a), [b](https://gone.example/b), https://shy.example/c and https://mute.example/d. Ours: https://mofa.example/en/statements/x")
		if err := h.AskLinks(as(t, "stranger"), m); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a reader asks: %v", err)
		}
		h.cleared(t, m)
		if err := h.queue.Drain(t.Context(), day.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		v, _ := m.Source()
		got, err := h.Words(as(t, "writer"), m, i18n.English, publish.Words{Title: v.Title, Body: v.Body})
		if err != nil {
			t.Fatal(err)
		}
		var dead []string
		for _, n := range got.Notes {
			if n.Kind == engine.Link {
				dead = append(dead, v.Body[n.From:n.To])
			}
		}
		if want := []string{"https://gone.example/b", "https://mute.example/d"}; !slices.Equal(dead, want) {
			t.Errorf("dead links: got %v, want %v; asked %v", dead, want, h.servers.asked)
		}
		if slices.ContainsFunc(h.servers.asked, func(s string) bool { return strings.Contains(s, "mofa.example") }) {
			t.Errorf("our own page was asked: %v", h.servers.asked)
		}
		n := len(h.servers.asked)
		if err := h.AskLinks(as(t, "writer", publish.MayDraft), m); err != nil || len(h.servers.asked) != n {
			t.Errorf("asked again at once: %v, %v", h.servers.asked[n:], err)
		}
	})
}
