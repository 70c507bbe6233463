// Package eventstreams is somebody else's server: recent changes of Wikimedia's
// EventStreams (wikitech.wikimedia.org/wiki/Event_Platform/EventStreams) over
// Server-Sent Events. Events come from two data centres; the id of one says how
// far the stream was in both.
package eventstreams

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"sifara/test/fakes"
)

// Wiki is the wiki whose edits are posts; there are others.
const Wiki = "enwiki"

// Server is a running server.
type Server struct {
	URL    string // "…/v2/stream/recentchange"
	Faults *fakes.Injector

	set     fakes.Setup
	visible atomic.Int64
}

// Start runs a server until the test ends.
func Start(t testing.TB, set fakes.Setup) *Server {
	t.Helper()
	s := &Server{set: set, Faults: set.Injector()}
	s.visible.Store(int64(set.First))
	mux := http.NewServeMux()
	mux.Handle("GET /v2/stream/recentchange", s.Faults.Streams(http.HandlerFunc(s.stream)))
	s.URL = fakes.Serve(t, mux) + "/v2/stream/recentchange"
	return s
}

// Publish makes all posts be written.
func (s *Server) Publish() { s.visible.Store(int64(s.set.Posts)) }

// position is how far a topic is; -1 is before its beginning.
type position struct {
	Topic     string `json:"topic"`
	Partition int    `json:"partition"`
	Offset    int    `json:"offset"`
}

var topics = []string{"eqiad.mediawiki.recentchange", "codfw.mediawiki.recentchange"}

// next are the offsets of the next events in the two topics.
type next [2]int

// resume is where a reader goes on; false for an id that is none.
func resume(id string) (next, bool) {
	var n next
	if id == "" {
		return n, true
	}
	var list []position
	if json.Unmarshal([]byte(id), &list) != nil {
		return n, false
	}
	for _, p := range list {
		for i, t := range topics {
			if p.Topic == t {
				n[i] = p.Offset + 1
			}
		}
	}
	return n, true
}

// stream tells what the two topics hold, by turns: under Disorder not in the
// order of time, as the centres lie apart.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) {
	at, ok := resume(r.Header.Get("Last-Event-ID"))
	if !ok {
		http.Error(w, "Last-Event-ID", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	sign := func(text string) error {
		_, err := fmt.Fprint(w, text)
		w.(http.Flusher).Flush()
		return err
	}
	if sign(":ok\n\n") != nil {
		return
	}
	var all []fakes.Doc
	written := -1
	fakes.Live(r.Context(), func() error {
		if now := int(s.visible.Load()); now != written {
			written, all = now, s.changes(now)
		}
		for at[0]+at[1] < len(all) {
			text := s.event(&at, all)
			for range s.Faults.Times() {
				if err := sign(text); err != nil {
					return err
				}
			}
			time.Sleep(s.set.Pace)
		}
		return sign(":\n\n")
	})
}

// event writes the next change.
func (s *Server) event(at *next, all []fakes.Doc) string {
	turn := (at[0] + at[1]) % 2
	if s.set.Fault == fakes.Disorder {
		turn = (at[0] + at[1]) / 3 % 2
	}
	if 2*at[turn]+turn >= len(all) {
		turn = 1 - turn
	}
	data, _ := json.Marshal(all[2*at[turn]+turn]) // plain values
	at[turn]++
	id, _ := json.Marshal([]position{{topics[0], 0, at[0] - 1}, {topics[1], 0, at[1] - 1}})
	return fmt.Sprintf("event: message\nid: %s\ndata: %s\n\n", id, data)
}

// changes are so many edits and, now and then, what nobody wants.
func (s *Server) changes(edits int) []fakes.Doc {
	var list []fakes.Doc
	for n := range edits {
		change := func(id, wiki, domain string, namespace int, bot bool) {
			list = append(list, fakes.Doc{
				"$schema": "/mediawiki/recentchange/1.0.0", "meta": fakes.Doc{"id": fmt.Sprint(id, n), "domain": domain, "dt": s.set.At(n).Format(time.RFC3339), "stream": "mediawiki.recentchange"},
				"type": "edit", "namespace": namespace, "title": fakes.Text(n), "title_url": "https://en.wikipedia.org/wiki/Harbour", "comment": "", "timestamp": s.set.At(n).Unix(), "user": "PrivateWriter", "bot": bot, "wiki": wiki,
			})
		}
		change("e", Wiki, "en.wikipedia.org", 0, false)
		switch n % 8 {
		case 1:
			change("c", Wiki, "canary", 0, false)
		case 3:
			change("o", "dewiki", "de.wikipedia.org", 0, false)
		case 5:
			change("b", Wiki, "en.wikipedia.org", 0, true)
		case 7:
			change("t", Wiki, "en.wikipedia.org", 1, false)
		}
	}
	return list
}
