package listen

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/errs"
	"sifara/internal/fetch"
	"sifara/internal/id"
	"sifara/internal/perm"
)

// town speaks Mastodon's API: a hashtag with n statuses, forty a page.
func town(n int, token string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/v1/timelines/tag/harbour" || token != "" && r.Header.Get("Authorization") != "Bearer "+token {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		from, _ := strconv.ParseInt(r.URL.Query().Get("min_id"), 10, 64)
		list := []map[string]any{}
		for i := n - 1; i >= 0; i-- {
			at := now.Add(time.Duration(i-n) * time.Minute)
			id := at.UnixMilli() << 16
			if id <= from {
				break
			}
			text := "harbour news"
			if i%2 == 1 {
				text = "harbour gossip"
			}
			list = append(list, map[string]any{"id": strconv.FormatInt(id, 10), "uri": fmt.Sprint("u", i), "visibility": "public", "language": "en", "created_at": at,
				"content": fmt.Sprintf("<p>%s %d @Private1Person</p>", text, i), "account": map[string]any{"acct": "Private1Person", "followers_count": 7}})
		}
		_ = json.NewEncoder(w).Encode(list[max(0, len(list)-40):])
	})
}

func loopback(t *testing.T) func(*Deps) {
	t.Helper()
	client, err := fetch.New(fetch.Options{Allow: []string{"127.0.0.0/8"}})
	if err != nil {
		t.Fatal(err)
	}
	return func(d *Deps) { d.Fetch = client }
}

// TestMastodonSource adds a source with a token, tests it, reads it twice and
// filters what was stored.
func TestMastodonSource(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		server := httptest.NewServer(town(100, "secret-token"))
		defer server.Close()
		h := newHouse(t, d, loopback(t))
		ctx := system()
		src := Source{ID: id.New(), Kind: MastodonSource, URL: server.URL, Asks: "#harbour", Every: 5, Grade: "C", Credibility: 3, Owner: "A city", Terms: "public"}
		if _, err := h.TestSource(ctx, src); err == nil {
			t.Error("the server refuses without a token, the test says nothing")
		}
		src.Token = h.SealToken(src.ID, "secret-token")
		if strings.Contains(src.Token, "secret") {
			t.Error("the token is not sealed")
		}
		f, err := h.TestSource(ctx, src)
		if err != nil || len(f.Items) == 0 || strings.Contains(f.Items[0].Text, "Private1") {
			t.Errorf("test: %+v, %v", f, err)
		}
		if err := h.AddSource(ctx, src); err != nil {
			t.Fatal(err)
		}
		total := 0
		for range 4 {
			n, err := h.PollNow(ctx, src.ID)
			if err != nil {
				t.Fatal(err)
			}
			total += n
		}
		got, err := h.Source(ctx, src.ID)
		if err != nil || got.Health() != Healthy || got.Posts != int64(total) || got.Credibility != 3 || got.Owner != "A city" {
			t.Errorf("source %+v, %v", got, err)
		}
		if b, _ := json.Marshal(got); strings.Contains(string(b), got.Token) {
			t.Error("the token is told")
		}
		found, err := h.Search(ctx, SearchQuery{Text: "harbour", Count: -1, Limit: 200})
		if err != nil || found.Total != total || total == 0 {
			t.Fatalf("%d posts found, %d stored, %v", found.Total, total, err)
		}
		for _, p := range found.Posts {
			if strings.Contains(p.Text, "Private1") || p.Author == 0 {
				t.Fatalf("post %+v", p.Post)
			}
		}
		// A kept token is sent to no other address, and by nobody of another desk.
		var told atomic.Int64
		thief := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "" {
				told.Add(1)
			}
		}))
		defer thief.Close()
		elsewhere := got
		elsewhere.Token, elsewhere.URL = "", thief.URL
		if _, err := h.TestSource(ctx, elsewhere); err == nil {
			t.Error("a server that is none passes the test")
		}
		other := perm.With(ctx, &perm.Actor{Kind: perm.Person, ID: "x", Grants: []perm.Grant{{Permissions: []perm.Permission{ManageSources}, Scope: perm.InMission("m")}}})
		if _, err := h.TestSource(other, got); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("another mission tries the source of the ministry: %v", err)
		}
		if told.Load() != 0 {
			t.Error("the token went to another address")
		}
		got.Token, got.DropIf = "", "gossip"
		tried, err := h.TestFilter(ctx, got)
		if err != nil || tried.Dropped == 0 || tried.Dropped >= tried.Looked {
			t.Errorf("filter: %+v, %v", tried, err)
		}
		if err := h.SaveSource(ctx, got); err != nil {
			t.Fatal(err)
		}
		if err := h.ApplyFilter(ctx, src.ID); err != nil {
			t.Fatal(err)
		}
		h.drain(t)
		left, err := h.Search(ctx, SearchQuery{Text: "harbour", Count: -1})
		if err != nil || left.Total != total-tried.Dropped {
			t.Errorf("%d posts left, %v, want %d", left.Total, err, total-tried.Dropped)
		}
		if n, err := h.PollNow(ctx, src.ID); err != nil || n != 0 {
			t.Errorf("after saving without a token: %d posts, %v", n, err)
		}
	})
}

func TestSourceKindsAreChecked(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t, all()...), loopback(t))
	for name, s := range map[string]Source{
		"unknown kind": {Kind: "spy"}, "no address": {Kind: MastodonSource}, "no token": {Kind: XSearchSource, Asks: "x"}, "no question": {Kind: YouTubeSource, Token: "x"},
		"firehose without filter": {Kind: BlueskySource}, "broken filter": {Kind: BlueskySource, KeepIf: "(a AND"}, "credibility": {Kind: BlueskySource, KeepIf: "a", Credibility: 9},
		"private address": {Kind: MastodonSource, URL: "http://10.1.1.1"}, "no wikis": {Kind: WikimediaSource},
	} {
		s.ID, s.Every = id.New(), 5
		if err := h.AddSource(system(), s); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// river speaks EventStreams: it goes on after Last-Event-ID and then waits.
func river(n int, open *atomic.Int64) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, _ := strconv.Atoi(r.Header.Get("Last-Event-ID"))
		open.Add(1)
		defer open.Add(-1)
		for i := from + 1; i <= n; i++ {
			fmt.Fprintf(w, "id: %d\ndata: {\"meta\":{\"id\":\"e%d\"},\"type\":\"edit\",\"title\":\"Harbour %d\",\"comment\":\"c\",\"wiki\":\"arwiki\",\"user\":\"Private1Person\",\"timestamp\":%d}\n\n", i, i, i, now.Unix()-int64(n-i))
			w.(http.Flusher).Flush()
		}
		<-r.Context().Done()
	})
}

// until waits for what happens in another goroutine.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for range 3000 {
		if done() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("never: %s", what)
}

// TestStreamHasOneReader lets two nodes tend one stream: one reads it, the
// other takes over when the first is gone, and nothing is lost or stored twice.
func TestStreamHasOneReader(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var open atomic.Int64
		server := httptest.NewServer(river(50, &open))
		defer server.Close()
		h := newHouse(t, d, loopback(t))
		ctx, cancel := context.WithCancel(system())
		defer cancel()
		src := Source{ID: id.New(), Kind: WikimediaSource, URL: server.URL, Asks: "arwiki", Every: 5}
		if err := h.AddSource(ctx, src); err != nil {
			t.Fatal(err)
		}
		one, two := h.newStreams("one"), h.newStreams("two")
		count := func() int {
			r, err := h.Search(system(), SearchQuery{Text: "harbour", Count: -1, Limit: 1})
			if err != nil {
				t.Fatal(err)
			}
			return r.Total
		}
		tend := func(a *streams) {
			t.Helper()
			if err := a.tend(ctx); err != nil {
				t.Fatal(err)
			}
		}
		tend(one)
		tend(two)
		if len(one.running) != 1 || len(two.running) != 0 {
			t.Fatalf("%d and %d readers", len(one.running), len(two.running))
		}
		until(t, "fifty posts", func() bool { return count() == 50 })
		// The first node dies without giving anything back; its reader lingers.
		h.clock.Advance(hold + time.Second)
		tend(two)
		if len(two.running) != 1 {
			t.Fatal("nobody took over")
		}
		until(t, "second reader", func() bool { return open.Load() == 2 })
		tend(one) // it comes back and finds that it lost the source
		if len(one.running) != 0 {
			t.Error("two nodes read one stream")
		}
		n, err := h.normaliser(ctx, mustSource(t, h, src.ID))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.storeItems(ctx, n, nil, "7", "one"); err == nil {
			t.Error("the node that lost the source can still store")
		}
		if c, err := h.cursorOf(ctx, n.source.Number); err != nil || c != "50" {
			t.Errorf("cursor %q, %v", c, err)
		}
		s := mustSource(t, h, src.ID)
		s.Paused = true
		if err := h.SaveSource(ctx, s); err != nil {
			t.Fatal(err)
		}
		tend(two)
		if len(two.running) != 0 {
			t.Error("a paused stream is read")
		}
		two.stop()
		if got := count(); got != 50 {
			t.Errorf("%d posts, want 50", got)
		}
	})
}

func mustSource(t *testing.T, h *house, id string) Source {
	t.Helper()
	s, err := h.Source(system(), id)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
