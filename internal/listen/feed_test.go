package listen

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/fetch"
	"sifara/internal/id"
)

func rss(titles ...string) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>https://news.example/</link><language>en</language>`)
	for i, s := range titles {
		fmt.Fprintf(&b, `<item><guid>%s</guid><title>%s</title><description>&lt;p&gt;Told by @somebody&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;</description><link>https://news.example/%d</link></item>`, s, s, i)
	}
	b.WriteString(`</channel></rss>`)
	return b.String()
}

// station is somebody else's server.
type station struct {
	body   atomic.Value
	status atomic.Int64
	asked  atomic.Int64
	unsaid atomic.Int64 // answered 304
}

func (s *station) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.asked.Add(1)
	if r.URL.Path == "/old" {
		http.Redirect(w, r, "/feed", http.StatusMovedPermanently)
		return
	}
	if c := int(s.status.Load()); c != 0 {
		w.Header().Set("Retry-After", "7200")
		w.WriteHeader(c)
		return
	}
	tag := fmt.Sprintf(`"%d"`, len(s.body.Load().(string)))
	if r.Header.Get("If-None-Match") == tag {
		s.unsaid.Add(1)
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("ETag", tag)
	fmt.Fprint(w, s.body.Load())
}

func TestPoll(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		st := &station{}
		st.body.Store(rss("One", "Two"))
		server := httptest.NewServer(st)
		defer server.Close()
		client, err := fetch.New(fetch.Options{Allow: []string{"127.0.0.0/8"}})
		if err != nil {
			t.Fatal(err)
		}
		h := newHouse(t, d, func(d *Deps) { d.Fetch = client })
		ctx := system()
		// Through the database, because the form refuses private addresses.
		src := Source{ID: id.New(), Name: "News", URL: "https://news.example/feed", Every: 15}
		for range 2 {
			if err := h.AddSource(ctx, src); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.AddSource(ctx, Source{ID: id.New(), URL: src.URL}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("the same address again: %v, want Invalid", err)
		}
		if err := h.AddSource(ctx, Source{ID: id.New(), URL: "http://10.0.0.1/"}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a private address: %v, want Invalid", err)
		}
		if err := h.AddSource(ctx, Source{ID: id.New(), Name: "Inside", URL: server.URL + "/allowed", Every: 15}); err != nil {
			t.Errorf("a private address that is allowed: %v", err)
		}
		if _, err := d.Writer().Exec(`UPDATE listen_source SET url = ? WHERE id = ?`, server.URL+"/old", src.ID); err != nil {
			t.Fatal(err)
		}
		h.drain(t)
		got := func() Source {
			t.Helper()
			s, err := h.Source(ctx, src.ID)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		s := got()
		if s.Posts != 2 || s.Health() != Healthy || s.URL != server.URL+"/feed" || s.MovedFrom != server.URL+"/old" || s.Site != "https://news.example/" {
			t.Fatalf("after the first poll %+v", s)
		}
		poll := func(after time.Duration) int {
			t.Helper()
			h.clock.Advance(after)
			n, err := h.PollNow(ctx, src.ID)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := poll(time.Hour); n != 0 || st.unsaid.Load() != 1 {
			t.Errorf("unchanged feed gave %d, with %d conditional answers, want 0 and 1", n, st.unsaid.Load())
		}
		// Items without dates come again on later days, and are the same.
		st.body.Store(rss("Two", "One", "Three"))
		if n := poll(24 * time.Hour); n != 1 {
			t.Errorf("one new item gave %d", n)
		}
		st.status.Store(503)
		poll(time.Hour)
		s = got()
		if s.Health() != Failing || s.LastError == "" || s.NextAt < s.LastTryAt.Add(2*time.Hour) {
			t.Errorf("after a failure %+v, want a wait of two hours", s)
		}
		st.status.Store(410)
		poll(time.Hour)
		if s = got(); s.Health() != Dead {
			t.Errorf("after Gone %s", s.Health())
		}
		st.status.Store(0)
		st.body.Store("no feed")
		poll(time.Hour)
		if s = got(); s.LastError != "listen.feed.unreadable" {
			t.Errorf("error %q", s.LastError)
		}
		found, err := h.Search(ctx, SearchQuery{Text: "three"})
		if err != nil || len(found.Posts) != 1 || strings.Contains(found.Posts[0].Text, "somebody") || strings.Contains(found.Posts[0].Text, "x()") {
			t.Errorf("search %+v, %v", found.Posts, err)
		}
	})
}

func TestWait(t *testing.T) {
	s := Source{Every: 15}
	for failures, want := range map[int]time.Duration{0: 15 * time.Minute, 1: 30 * time.Minute, 3: 2 * time.Hour, 50: 24 * time.Hour} {
		s.Failures = failures
		if got := s.wait(0, 0); got != want {
			t.Errorf("after %d failures %s, want %s", failures, got, want)
		}
	}
	if got := s.wait(48*time.Hour, 1); got != 48*time.Hour {
		t.Errorf("asked for two days: %s", got)
	}
}
