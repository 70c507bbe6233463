package websub_test

import (
	"context"
	"crypto/hmac"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
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
	"sifara/internal/fetch"
	"sifara/internal/i18n"
	"sifara/internal/jobs"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/websub"
	"sifara/internal/vault"
)

const (
	base    = "https://mofa.example"
	arabic  = base + "/ar/feed.atom"
	english = base + "/en/missions/paris/feed.rss"
	paris   = "00000000-0000-7000-8000-00000000aaaa"
)

// house is a hub with feeds whose content the test sets.
type house struct {
	*websub.Hub
	t      *testing.T
	db     *db.DB
	clock  *clock.Manual
	queue  *jobs.Queue
	bus    *event.Bus
	feeds  map[string]websub.Feed
	body   string
	paused bool
}

func (h *house) Feed(_ context.Context, address string) (websub.Feed, bool, error) {
	f, ok := h.feeds[address]
	return f, ok, nil
}

func (h *house) Content(context.Context, string) ([]byte, string, error) {
	return []byte(h.body), "application/atom+xml; charset=utf-8", nil
}

func (h *house) Pass(ctx context.Context, _ publish.About, send func(ctx context.Context) error) error {
	if h.paused {
		return publish.ErrPaused
	}
	return send(ctx)
}

func build(t *testing.T, d *db.DB) *house {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	h := &house{t: t, db: d, clock: clock.At(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)), queue: jobs.New(d, log), body: "<feed/>",
		feeds: map[string]websub.Feed{arabic: {Lang: i18n.Arabic}, english: {Lang: i18n.English, MissionID: paris}}}
	h.bus = event.NewBus(h.queue)
	keys, err := vault.Create(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	out, err := fetch.New(fetch.Options{Allow: []string{"127.0.0.0/8"}, Clock: h.clock, Stall: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	h.Hub = websub.New(websub.Deps{DB: d, Log: log, Clock: h.clock, Audit: audit.New(d, h.clock), Bus: h.bus, Queue: h.queue, Vault: keys, Fetch: out, Feeds: h, Gate: h, Address: base + websub.Path})
	h.Jobs(h.queue)
	return h
}

func each(t *testing.T, run func(t *testing.T, h *house)) {
	dbtest.Each(t, []db.Migrations{audit.Migrations(), publish.Migrations()}, func(t *testing.T, d *db.DB) { run(t, build(t, d)) })
}

// released says that something became public, and does what is due.
func (h *house) released(mission string, langs ...i18n.Lang) {
	h.t.Helper()
	ctx := perm.With(h.t.Context(), perm.SystemActor("test"))
	err := h.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return h.bus.Emit(ctx, tx, publish.Released{MessageID: "m", MissionID: mission, Langs: langs})
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.work()
}

// work runs the jobs that are due. What a job fails at is its own matter.
func (h *house) work() {
	h.t.Helper()
	if err := h.queue.Drain(perm.With(h.t.Context(), perm.SystemActor("test")), h.clock.Now()); err != nil {
		h.t.Log(err)
	}
}

func (h *house) list() []websub.Subscription {
	h.t.Helper()
	list, _, err := h.List(h.t.Context(), "", 100)
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

// reader is a program that wants to be told.
type reader struct {
	*httptest.Server
	mu     sync.Mutex
	refuse bool // does not confirm
	status int  // answers to what it is told; 0 is 200
	asked  []url.Values
	told   []told
}

type told struct {
	header http.Header
	body   string
}

func start(t *testing.T) *reader {
	r := &reader{}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

// ServeHTTP implements http.Handler.
func (r *reader) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if q.Method == http.MethodGet {
		r.asked = append(r.asked, q.URL.Query())
		if r.refuse {
			http.NotFound(w, q)
			return
		}
		_, _ = io.WriteString(w, q.URL.Query().Get("hub.challenge"))
		return
	}
	body, _ := io.ReadAll(q.Body)
	r.told = append(r.told, told{q.Header, string(body)})
	if r.status != 0 {
		w.WriteHeader(r.status)
	}
}

func (r *reader) heard() []told {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.told)
}

func (h *house) ask(r websub.Request) {
	h.t.Helper()
	if err := h.Ask(h.t.Context(), r); err != nil {
		h.t.Fatal(err)
	}
	h.work()
}

func TestSubscriberIsTold(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		r := start(t)
		h.ask(websub.Request{Mode: websub.Subscribe, Topic: arabic, Callback: r.URL + "/told?key=1", Secret: "between us"})
		if len(r.asked) != 1 || r.asked[0].Get("key") != "1" || r.asked[0].Get("hub.mode") != "subscribe" || r.asked[0].Get("hub.topic") != arabic || r.asked[0].Get("hub.lease_seconds") != "864000" || len(r.asked[0].Get("hub.challenge")) < 20 {
			t.Fatalf("asked %v", r.asked)
		}
		h.body = "<feed>one</feed>"
		h.released(paris, i18n.Arabic, i18n.English)
		h.released(paris, i18n.English) // not in its language
		got := r.heard()
		if len(got) != 1 || got[0].body != h.body || got[0].header.Get("Content-Type") != "application/atom+xml; charset=utf-8" {
			t.Fatalf("told %v", got)
		}
		if link := got[0].header.Get("Link"); link != `<https://mofa.example/hub>; rel="hub", <https://mofa.example/ar/feed.atom>; rel="self"` {
			t.Errorf("link %s", link)
		}
		if sign := got[0].header.Get("X-Hub-Signature"); !hmac.Equal([]byte(sign), []byte(websub.Signature([]byte("between us"), []byte(h.body)))) || !strings.HasPrefix(sign, "sha256=") {
			t.Errorf("signature %s", sign)
		}
		if s := h.list(); len(s) != 1 || s[0].State() != websub.Told || strings.Contains(s[0].Secret, "between us") {
			t.Errorf("subscriptions %+v", s)
		}

		// A renewal goes on with a new secret, and asks again.
		h.ask(websub.Request{Mode: websub.Subscribe, Topic: arabic, Callback: r.URL + "/told?key=1", Secret: "newer", Lease: 400 * 24 * time.Hour})
		h.released(paris, i18n.Arabic)
		if got := r.heard(); len(got) != 2 || got[1].header.Get("X-Hub-Signature") != websub.Signature([]byte("newer"), []byte(h.body)) {
			t.Errorf("after the renewal: %v", got)
		}
		if s := h.list(); len(s) != 1 || s[0].UntilAt != db.At(h.clock.Now().Add(30*24*time.Hour)) {
			t.Errorf("subscriptions %+v", s)
		}
		h.clock.Advance(31 * 24 * time.Hour)
		h.released(paris, i18n.Arabic)
		if got := r.heard(); len(got) != 2 {
			t.Errorf("told after its lease: %d", len(got))
		}
		h.ask(websub.Request{Mode: websub.Subscribe, Topic: english, Callback: r.URL + "/told"})
		h.ask(websub.Request{Mode: websub.Unsubscribe, Topic: english, Callback: r.URL + "/told"})
		h.released(paris, i18n.English)
		if got := r.heard(); len(got) != 2 {
			t.Errorf("told after it left: %d", len(got))
		}
	})
}

// TestNobodyIsToldUnasked wants no call but the one question to an address
// whose owner did not ask, and none at all to addresses inside.
func TestNobodyIsToldUnasked(t *testing.T) {
	h := build(t, dbtest.SQLite(t, audit.Migrations(), publish.Migrations()))
	victim := start(t)
	victim.refuse = true
	h.ask(websub.Request{Mode: websub.Subscribe, Topic: arabic, Callback: victim.URL})
	h.released(paris, i18n.Arabic)
	if len(h.list()) != 0 || len(victim.heard()) != 0 || len(victim.asked) != 1 {
		t.Errorf("%d subscriptions, told %d, asked %d", len(h.list()), len(victim.heard()), len(victim.asked))
	}
	// Nor can anyone else end a subscription.
	victim.refuse = false
	h.ask(websub.Request{Mode: websub.Subscribe, Topic: arabic, Callback: victim.URL})
	victim.refuse = true
	h.ask(websub.Request{Mode: websub.Unsubscribe, Topic: arabic, Callback: victim.URL})
	if len(h.list()) != 1 {
		t.Error("a stranger ended a subscription")
	}
	for name, r := range map[string]websub.Request{
		"mode":     {Mode: "publish", Topic: arabic, Callback: victim.URL},
		"topic":    {Mode: websub.Subscribe, Topic: "https://elsewhere.example/feed", Callback: victim.URL},
		"inside":   {Mode: websub.Subscribe, Topic: arabic, Callback: "http://169.254.169.254/latest"},
		"scheme":   {Mode: websub.Subscribe, Topic: arabic, Callback: "file:///etc/passwd"},
		"secret":   {Mode: websub.Subscribe, Topic: arabic, Callback: victim.URL, Secret: strings.Repeat("x", 200)},
		"too long": {Mode: websub.Subscribe, Topic: arabic, Callback: victim.URL + "/" + strings.Repeat("x", 1000)},
	} {
		if err := h.Ask(t.Context(), r); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestFaultsOfSubscribers wants every change in a final state: told, given up
// after a day, or the subscriber gone.
func TestFaultsOfSubscribers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		r := start(t)
		h.ask(websub.Request{Mode: websub.Subscribe, Topic: arabic, Callback: r.URL})
		r.status = http.StatusServiceUnavailable
		h.released(paris, i18n.Arabic)
		if s := h.list(); s[0].State() != websub.Waiting || s[0].Status != 503 {
			t.Fatalf("after 503: %+v", s)
		}
		h.body = "<feed>newer</feed>"
		h.released(paris, i18n.Arabic) // takes the place of the first
		r.status = 0
		h.clock.Advance(time.Minute)
		h.work()
		got := r.heard()
		if last := got[len(got)-1]; len(got) != 3 || last.body != h.body || h.list()[0].State() != websub.Told {
			t.Errorf("told %d times, %+v", len(got), h.list())
		}

		r.status = http.StatusInternalServerError
		h.released(paris, i18n.Arabic)
		for range 60 {
			h.clock.Advance(time.Hour)
			h.work()
		}
		if s := h.list(); s[0].State() != websub.Failed {
			t.Errorf("after a day and more: %+v", s)
		}
		n := len(r.heard())
		r.status = 0
		official := perm.With(t.Context(), &perm.Actor{Kind: perm.Person, ID: "00000000-0000-7000-8000-00000000000b", Name: "official", Grants: []perm.Grant{{Permissions: []perm.Permission{publish.MayRelease}, Scope: perm.Everywhere()}}})
		stranger := perm.With(t.Context(), &perm.Actor{Kind: perm.Person, ID: "00000000-0000-7000-8000-00000000000c", Name: "stranger", Grants: []perm.Grant{{Permissions: []perm.Permission{publish.MayRelease}, Scope: perm.InMission(paris)}}})
		if err := h.TellNow(stranger, h.list()[0].ID); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("an official of one mission: %v", err)
		}
		if err := h.TellNow(official, h.list()[0].ID); err != nil {
			t.Fatal(err)
		}
		h.work()
		if got := r.heard(); len(got) != n+1 || h.list()[0].State() != websub.Told {
			t.Errorf("told now: %d, %+v", len(got)-n, h.list())
		}

		h.paused = true
		h.released(paris, i18n.Arabic)
		h.clock.Advance(2 * time.Minute)
		h.work()
		if got := r.heard(); len(got) != n+1 || h.list()[0].State() != websub.Waiting {
			t.Errorf("told during a pause: %d", len(got)-n-1)
		}
		h.paused = false
		h.clock.Advance(time.Hour)
		h.work()
		if got := r.heard(); len(got) != n+2 {
			t.Errorf("told %d times after the pause", len(got)-n-1)
		}
		r.status = http.StatusGone
		h.released(paris, i18n.Arabic)
		if len(h.list()) != 0 {
			t.Error("who is gone stays subscribed")
		}
	})
}

// TestManySubscribers reaches all, in batches, once.
func TestManySubscribers(t *testing.T) {
	h := build(t, dbtest.SQLite(t, audit.Migrations(), publish.Migrations()))
	r := start(t)
	rows := make([]websub.Subscription, 620)
	for i := range rows {
		id := "00000000-0000-7000-8000-" + strings.Repeat("0", 8) + string([]byte{byte('a' + i/100%26), byte('0' + i/10%10), byte('0' + i%10), 'z'})
		rows[i] = websub.Subscription{ID: id, Topic: arabic, Callback: r.URL + "/" + id, Lang: i18n.Arabic, UntilAt: db.At(h.clock.Now().Add(time.Hour)), CreatedAt: db.At(h.clock.Now())}
	}
	if _, err := h.db.Writer().NewInsert().Model(&rows).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.released(paris, i18n.Arabic)
	if got := len(r.heard()); got != len(rows) {
		t.Errorf("told %d of %d", got, len(rows))
	}
}
