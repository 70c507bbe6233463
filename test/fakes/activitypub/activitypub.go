// Package activitypub is somebody else's server: an actor with its outbox
// (w3.org/TR/activitypub), paged as Mastodon does. Among what it says are things
// that are not for everybody, that others wrote, or that are said in another's
// name.
package activitypub

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sifara/test/fakes"
)

const (
	public = "https://www.w3.org/ns/activitystreams#Public"
	size   = 20 // of a page
)

// Server is a running server.
type Server struct {
	URL    string // of the actor
	Faults *fakes.Injector
	// Type is the actor's type, "Organization" at the start; Signed makes the
	// server answer signed questions only. Set them before the server is asked.
	Type   string
	Signed bool

	set     fakes.Setup
	base    string
	visible atomic.Int64
	walked  atomic.Bool // somebody has read down to what was there first
}

// Start runs a server until the test ends.
func Start(t testing.TB, set fakes.Setup) *Server {
	t.Helper()
	s := &Server{set: set, Faults: set.Injector(), Type: "Organization"}
	s.visible.Store(int64(set.First))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /users/ministry", s.actor)
	mux.HandleFunc("GET /users/ministry/outbox", s.outbox)
	s.base = fakes.Serve(t, s.Faults.Answers(mux))
	s.URL = s.base + "/users/ministry"
	return s
}

// Publish makes all posts be written.
func (s *Server) Publish() { s.visible.Store(int64(s.set.Posts)) }

// asked refuses what is no question for a document, or is not signed.
func (s *Server) asked(w http.ResponseWriter, r *http.Request) bool {
	switch {
	case !strings.Contains(r.Header.Get("Accept"), "application/activity+json"):
		fmt.Fprint(w, "<!DOCTYPE html><title>Ministry</title>")
	case s.Signed && r.Header.Get("Signature") == "":
		fakes.Write(w, http.StatusUnauthorized, fakes.Doc{"error": "Request not signed"})
	default:
		return true
	}
	return false
}

func (s *Server) actor(w http.ResponseWriter, r *http.Request) {
	if !s.asked(w, r) {
		return
	}
	fakes.Write(w, http.StatusOK, fakes.Doc{
		"@context": []any{"https://www.w3.org/ns/activitystreams"}, "id": s.URL, "type": s.Type, "preferredUsername": "Ministry", "name": "Ministry", "inbox": s.URL + "/inbox", "outbox": s.URL + "/outbox",
	})
}

// outbox gives the collection, which leads to its pages, newest first.
func (s *Server) outbox(w http.ResponseWriter, r *http.Request) {
	if !s.asked(w, r) {
		return
	}
	q := r.URL.Query()
	visible := int(s.visible.Load())
	if q.Get("page") != "true" {
		if s.walked.Load() {
			s.Faults.Settle()
		}
		fakes.Write(w, http.StatusOK, fakes.Doc{"@context": "https://www.w3.org/ns/activitystreams", "id": s.URL + "/outbox", "type": "OrderedCollection", "totalItems": visible, "first": s.URL + "/outbox?page=true"})
		return
	}
	n := visible
	if v := q.Get("max_id"); v != "" {
		n, _ = strconv.Atoi(v)
	}
	var list []fakes.Doc
	for n--; n >= 0 && len(list) < size; n-- {
		if !s.Faults.Hidden(n, s.set.Posts) {
			list = append(list, s.create(n))
		}
		if extra := s.extra(n); extra != nil {
			list = append(list, extra)
		}
	}
	p := fakes.Doc{"@context": "https://www.w3.org/ns/activitystreams", "id": s.base + r.URL.String(), "type": "OrderedCollectionPage", "partOf": s.URL + "/outbox", "orderedItems": append([]fakes.Doc{}, fakes.Arrange(s.Faults, list)...)}
	if n >= 0 {
		p["next"] = fmt.Sprintf("%s/outbox?max_id=%d&page=true", s.URL, n+1)
	}
	if visible == s.set.Posts && n < s.set.First {
		s.walked.Store(true)
	}
	fakes.Write(w, http.StatusOK, p)
}

func (s *Server) create(n int) fakes.Doc {
	id := fmt.Sprintf("%s/statuses/%d", s.URL, n)
	return fakes.Doc{
		"id": id + "/activity", "type": "Create", "actor": s.URL, "published": s.set.At(n).Format(time.RFC3339), "to": []string{public}, "cc": []string{s.URL + "/followers"},
		"object": fakes.Doc{
			"id": id, "type": "Note", "attributedTo": s.URL, "content": "<p>" + fakes.Text(n) + "</p>", "contentMap": fakes.Doc{"en": "<p>" + fakes.Text(n) + "</p>"},
			"published": s.set.At(n).Format(time.RFC3339), "url": id, "to": []string{public}, "tag": []fakes.Doc{{"type": "Hashtag", "name": "#harbour"}}, "attachment": []any{},
		},
	}
}

// extra is what is there beside the posts and must not be taken for one.
func (s *Server) extra(n int) fakes.Doc {
	d := s.create(n)
	o := d["object"].(fakes.Doc)
	o["content"], d["id"] = "not for us", fmt.Sprintf("%s/extra/%d", s.URL, n)
	switch n % 12 {
	case 1: // for followers
		d["to"], d["cc"] = s.URL+"/followers", nil
	case 4: // of somebody else
		o["attributedTo"] = s.base + "/users/other"
	case 7: // told by somebody else
		d["actor"] = fakes.Doc{"id": s.base + "/users/other", "type": "Person"}
	case 10: // passed on: no more than an address
		d["type"], d["object"] = "Announce", "https://elsewhere.example/notes/1"
	default:
		return nil
	}
	return d
}
