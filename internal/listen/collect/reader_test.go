package collect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"sifara/internal/clock"
	"sifara/internal/fetch"
)

const total = 300

var began = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func xID(i int) string {
	return strconv.FormatInt((began.UnixMilli()+int64(i)*1000-xEpoch)<<xBits, 10)
}

// spoil answers every third request with a fault, in turn.
func spoil(h http.Handler) http.Handler {
	var n atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch c := n.Add(1); {
		case c%3 != 1:
			h.ServeHTTP(w, r)
		case c%12 == 1:
			w.Header().Set("Retry-After", "77")
			w.WriteHeader(429)
		case c%12 == 4:
			w.WriteHeader(503)
		case c%12 == 7:
			fmt.Fprint(w, "\n{\"data\": [{]")
		default:
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, "{")
		}
	})
}

func write(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }

type doc = map[string]any

func mastodonServer(w http.ResponseWriter, r *http.Request) {
	from, _ := strconv.ParseInt(r.URL.Query().Get("min_id"), 10, 64)
	var list []doc
	for i := total - 1; i >= 0; i-- {
		id := (began.UnixMilli() + int64(i)*1000) << 16
		if id > from {
			list = append(list, doc{"id": strconv.FormatInt(id, 10), "uri": fmt.Sprint("n", i), "content": "<p>x</p>", "visibility": "public", "created_at": began})
		}
	}
	write(w, list[max(0, len(list)-40):])
}

func telegramServer(w http.ResponseWriter, r *http.Request) {
	from, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	list := []doc{}
	for i := max(from, 1); i <= total && len(list) < 100; i++ {
		list = append(list, doc{"update_id": i, "channel_post": doc{"message_id": i, "date": began.Unix(), "chat": doc{"id": -1}, "text": "x"}})
	}
	write(w, doc{"ok": true, "result": list})
}

func xSearchServer(w http.ResponseWriter, r *http.Request) {
	from, _ := strconv.Atoi(r.URL.Query().Get("next_token"))
	var list []doc
	i := from
	for ; i < total && len(list) < 100 && laterID(xID(total-1-i), r.URL.Query().Get("since_id")); i++ {
		list = append(list, doc{"id": xID(total - 1 - i), "text": "x", "created_at": began})
	}
	meta := doc{}
	if len(list) == 100 {
		meta["next_token"] = strconv.Itoa(i)
	}
	write(w, doc{"data": list, "meta": meta})
}

func youtubeServer(w http.ResponseWriter, r *http.Request) {
	from, _ := strconv.Atoi(r.URL.Query().Get("pageToken"))
	var list []doc
	for i := from; i < min(from+100, total); i++ {
		at := began.Add(time.Duration(total-i) * time.Second)
		list = append(list, doc{"id": fmt.Sprint(i), "snippet": doc{"videoId": "v", "topLevelComment": doc{"id": fmt.Sprint(i), "snippet": doc{"textDisplay": "x", "publishedAt": at, "updatedAt": at}}}})
	}
	next := ""
	if from+100 < total {
		next = strconv.Itoa(from + 100)
	}
	write(w, doc{"items": list, "nextPageToken": next})
}

// wikimediaServer repeats an event now and then and drops the connection.
func wikimediaServer(w http.ResponseWriter, r *http.Request) {
	from, _ := strconv.Atoi(r.Header.Get("Last-Event-ID"))
	fmt.Fprint(w, ":ok\n\n")
	for i := from + 1; i <= total; i++ {
		for range 1 + i%7/6 {
			fmt.Fprintf(w, "event: message\r\nid: %d\r\ndata: {\"meta\":{\"id\":\"%d\"},\ndata: \"type\":\"edit\",\"title\":\"T\",\"wiki\":\"arwiki\"}\r\n\r\n", i, i)
		}
		if i%70 == 0 {
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}
	}
}

// jetstreamServer sends events in pairs that have changed places.
func jetstreamServer(w http.ResponseWriter, r *http.Request) {
	c, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer c.CloseNow()
	from, _ := strconv.ParseInt(r.URL.Query().Get("cursor"), 10, 64)
	for i := range total {
		i ^= 1
		at := began.Add(time.Duration(i) * time.Second).UnixMicro()
		if at < from {
			continue
		}
		if i%90 == 89 && from < at-20_000_000 {
			return
		}
		b, _ := json.Marshal(doc{"did": "did:plc:a", "time_us": at, "kind": "commit", "commit": doc{"operation": "create", "collection": postCollection, "rkey": fmt.Sprint(i), "record": doc{"text": "x", "createdAt": began.Format(time.RFC3339)}}})
		if c.Write(r.Context(), websocket.MessageText, b) != nil {
			return
		}
	}
	_ = c.Close(websocket.StatusNormalClosure, "")
}

var errCrash = errors.New("crash")

// TestNothingIsLost reads each source through faults, with a crash at every
// fifth delivery before and after storing, and wants each item once by its key.
func TestNothingIsLost(t *testing.T) {
	start := `{"seen":"2026-06-01T11:00:00Z"}`
	for _, c := range []struct {
		name, cursor string
		serve        http.HandlerFunc
		reader       func(f *fetch.Client, k clock.Clock, url string) Reader
	}{
		{"mastodon", strconv.FormatInt(began.Add(-time.Hour).UnixMilli()<<16, 10), mastodonServer, func(f *fetch.Client, k clock.Clock, u string) Reader { return Mastodon{Fetch: f, Clock: k, Base: u} }},
		{"telegram", "", telegramServer, func(f *fetch.Client, k clock.Clock, u string) Reader { return Telegram{Fetch: f, Clock: k, Base: u} }},
		{"x search", "", xSearchServer, func(f *fetch.Client, k clock.Clock, u string) Reader { return XSearch{Fetch: f, Clock: k, Base: u} }},
		{"youtube", start, youtubeServer, func(f *fetch.Client, k clock.Clock, u string) Reader {
			return YouTube{Fetch: f, Clock: k, Base: u, Video: "v"}
		}},
		{"wikimedia", "", wikimediaServer, func(f *fetch.Client, k clock.Clock, u string) Reader { return Wikimedia{Fetch: f, Clock: k, URL: u} }},
		{"jetstream", "", jetstreamServer, func(f *fetch.Client, k clock.Clock, u string) Reader {
			return Jetstream{Fetch: f, URL: strings.Replace(u, "http", "ws", 1)}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := httptest.NewServer(spoil(c.serve))
			defer server.Close()
			f, err := fetch.New(fetch.Options{Allow: []string{"127.0.0.0/8"}})
			if err != nil {
				t.Fatal(err)
			}
			k := clock.At(began.Add(time.Hour))
			stored, cursor, deliveries, asked := map[string]int{}, c.cursor, 0, false
			for tries := 0; len(stored) < total && tries < 200; tries++ {
				keep := Keeper{
					Load: func(context.Context) (string, error) { return cursor, nil },
					Deliver: func(_ context.Context, items []Item, next string) error {
						deliveries++
						if deliveries%5 == 4 {
							return errCrash
						}
						for _, it := range items {
							stored[it.Key()]++
						}
						cursor = next
						if deliveries%5 == 3 {
							return errCrash
						}
						return nil
					},
					Wait: func(_ context.Context, d time.Duration) error {
						asked = asked || d == 77*time.Second
						if len(stored) == total {
							return context.Canceled
						}
						return nil
					},
				}
				_ = keep.Run(t.Context(), c.reader(f, k, server.URL))
			}
			if len(stored) != total || !asked {
				t.Errorf("%d of %d items after %d deliveries, Retry-After kept: %v", len(stored), total, deliveries, asked)
			}
		})
	}
}

// TestGiveUp wants an end that can be seen.
func TestGiveUp(t *testing.T) {
	status := 503
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	defer server.Close()
	f, err := fetch.New(fetch.Options{Allow: []string{"127.0.0.0/8"}})
	if err != nil {
		t.Fatal(err)
	}
	for code, want := range map[int]int{503: 10, 401: 1, 410: 1} {
		status = code
		failures := 0
		err := Keeper{
			Load:    func(context.Context) (string, error) { return "", nil },
			Deliver: func(context.Context, []Item, string) error { return nil },
			State:   func(_ context.Context, n int, _ error) { failures = n },
			Wait:    func(context.Context, time.Duration) error { return nil },
		}.Run(t.Context(), Wikimedia{Fetch: f, Clock: clock.At(began), URL: server.URL})
		if failures != want || err == nil {
			t.Errorf("%d: gave up after %d with %v, want after %d", code, failures, err, want)
		}
	}
}

// TestGiganticEvents wants an endless line refused, not kept.
func TestGiganticEvents(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "data: ")
		for range 4 << 10 {
			if _, err := fmt.Fprint(w, strings.Repeat("x", 1024)); err != nil {
				return
			}
		}
	}))
	defer server.Close()
	f, err := fetch.New(fetch.Options{Allow: []string{"127.0.0.0/8"}})
	if err != nil {
		t.Fatal(err)
	}
	err = Wikimedia{Fetch: f, Clock: clock.At(began), URL: server.URL}.Read(t.Context(), "", func(context.Context, []Item, string) error { return nil })
	if !errors.Is(err, fetch.ErrTooLarge) {
		t.Errorf("%v, want ErrTooLarge", err)
	}
	guarded, err := fetch.New(fetch.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]Reader{"websocket": Jetstream{Fetch: guarded, URL: strings.Replace(server.URL, "http", "ws", 1)}, "stream": Wikimedia{Fetch: guarded, Clock: clock.At(began), URL: server.URL}} {
		if err := r.Read(t.Context(), "", nil); !errors.Is(err, fetch.ErrAddress) {
			t.Errorf("%s to a private address: %v, want ErrAddress", name, err)
		}
	}
}

func FuzzParseEvents(f *testing.F) {
	f.Add([]byte(`{"did":"d","time_us":1,"kind":"commit","commit":{"operation":"create","collection":"app.bsky.feed.post","rkey":"a","record":{"text":"x"}}}`))
	f.Add([]byte(`{"data":{"id":"1","text":"x"}}`))
	f.Add([]byte(`{"meta":{"id":"1"},"type":"edit","title":"x"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if it, at, err := parseJetstream(b); err == nil && at <= 0 || err != nil && it.ID != "" {
			t.Fatalf("%+v at %d, %v", it, at, err)
		}
		if it, ok, err := parseXLine(b); ok && (it.ID == "" || err != nil) {
			t.Fatalf("%+v, %v", it, err)
		}
		if it, ok, err := (Wikimedia{}).parse(b); ok && (it.ID == "" || err != nil) {
			t.Fatalf("%+v, %v", it, err)
		}
		var m telegramMessage
		if json.Unmarshal(b, &m) == nil {
			m.item()
		}
	})
}
