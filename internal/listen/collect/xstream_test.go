package collect

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"sifara/internal/clock"
	"sifara/internal/fetch"
)

// TestXStreamFillsGaps drops the stream after each ten tweets and lets twenty
// pass while nobody is connected: search must bring them.
func TestXStreamFillsGaps(t *testing.T) {
	var reached, rules atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2/tweets/search/stream/rules", func(w http.ResponseWriter, _ *http.Request) {
		write(w, doc{"data": []doc{{"id": "1", "value": "old", "tag": "ours"}, {"id": "2", "value": "theirs", "tag": "theirs"}}})
	})
	mux.HandleFunc("POST /2/tweets/search/stream/rules", func(w http.ResponseWriter, _ *http.Request) { rules.Add(1); write(w, doc{}) })
	mux.HandleFunc("GET /2/tweets/search/stream", func(w http.ResponseWriter, _ *http.Request) {
		from := reached.Load()
		for i := from; i < min(from+10, total); i++ {
			fmt.Fprintf(w, "\r\n{\"data\":{\"id\":\"%s\",\"text\":\"x\"}}\r\n", xID(int(i)))
		}
		w.(http.Flusher).Flush()
		reached.Store(min(from+30, total))
		panic(http.ErrAbortHandler)
	})
	mux.HandleFunc("GET /2/tweets/search/recent", func(w http.ResponseWriter, r *http.Request) {
		var list []doc
		for i := reached.Load() - 1; i >= 0 && laterID(xID(int(i)), r.URL.Query().Get("since_id")); i-- {
			list = append(list, doc{"id": xID(int(i)), "text": "x"})
		}
		write(w, doc{"data": list})
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	f, err := fetch.New(fetch.Options{Allow: []string{"127.0.0.0/8"}})
	if err != nil {
		t.Fatal(err)
	}
	stored, cursor, tries := map[string]int{}, "", 0
	_ = Keeper{
		Load: func(context.Context) (string, error) { return cursor, nil },
		Deliver: func(_ context.Context, items []Item, next string) error {
			for _, it := range items {
				stored[it.Key()]++
			}
			cursor = next
			return nil
		},
		Wait: func(context.Context, time.Duration) error {
			if tries++; tries > 40 || len(stored) == total {
				return context.Canceled
			}
			return nil
		},
	}.Run(t.Context(), XStream{Fetch: f, Clock: clock.At(began.Add(time.Hour)), Base: server.URL, Query: "q", Tag: "ours"})
	if len(stored) != total || rules.Load() < 2 {
		t.Errorf("%d of %d tweets, %d changes of rules", len(stored), total, rules.Load())
	}
}
