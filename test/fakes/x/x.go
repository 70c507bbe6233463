// Package x is somebody else's server: recent search and the filtered stream of
// X's API v2 (docs.x.com). What is posted while nobody is connected to the
// stream is only found by search.
package x

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"sifara/test/fakes"
)

// Query is the one search and rule that finds something.
const Query = "harbour lang:en"

// missed is how many posts are written while nobody is connected.
const missed = 7

// Server is a running server.
type Server struct {
	URL    string
	Faults *fakes.Injector

	set      fakes.Setup
	mu       sync.Mutex
	written  int
	streamed bool // somebody reads the stream; search hides nothing then
	reader   int  // counts those who have opened the stream
	rules    []rule
	last     int // number of the newest rule
}

type rule struct {
	ID    string `json:"id"`
	Value string `json:"value"`
	Tag   string `json:"tag,omitempty"`
}

// Start runs a server until the test ends. It holds a rule of somebody else.
func Start(t testing.TB, set fakes.Setup) *Server {
	t.Helper()
	s := &Server{set: set, Faults: set.Injector(), written: set.First, rules: []rule{{ID: "1", Value: "cats", Tag: "theirs"}}, last: 1}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2/tweets/search/recent", s.search)
	mux.HandleFunc("GET /2/tweets/search/stream/rules", s.listRules)
	mux.HandleFunc("POST /2/tweets/search/stream/rules", s.changeRules)
	all := http.NewServeMux()
	all.Handle("/", s.Faults.Answers(mux))
	all.Handle("GET /2/tweets/search/stream", s.Faults.Streams(http.HandlerFunc(s.stream)))
	s.URL = fakes.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !set.Bearer(r) {
			fakes.Write(w, http.StatusUnauthorized, fakes.Doc{"title": "Unauthorized", "status": 401, "detail": "Unauthorized", "type": "about:blank"})
			return
		}
		all.ServeHTTP(w, r)
	}))
	return s
}

// Publish makes all posts be written.
func (s *Server) Publish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.written = s.set.Posts
}

// Rules are the values of the rules that are set.
func (s *Server) Rules() (out []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.rules {
		out = append(out, r.Value)
	}
	return out
}

// ID is the id of a post: milliseconds since 4 November 2010 above 22 bits.
func (s *Server) ID(n int) int64 {
	const epoch = 1288834974657
	return (s.set.At(n).UnixMilli() - epoch) << 22
}

func (s *Server) tweet(n int) fakes.Doc {
	return fakes.Doc{"id": strconv.FormatInt(s.ID(n), 10), "text": fakes.Text(n), "lang": "en", "author_id": "42", "created_at": s.set.At(n).Format(time.RFC3339Nano)}
}

var users = fakes.Doc{"users": []fakes.Doc{{"id": "42", "username": "PrivateWriter", "public_metrics": fakes.Doc{"followers_count": 7}}}}

// search answers with the newest first, at most a hundred.
func (s *Server) search(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	size, err := strconv.Atoi(q.Get("max_results"))
	from, err2 := strconv.Atoi(q.Get("next_token"))
	if err != nil || size < 10 || size > 100 || q.Get("next_token") != "" && err2 != nil {
		bad(w)
		return
	}
	since, _ := strconv.ParseInt(q.Get("since_id"), 10, 64)
	s.mu.Lock()
	written, hides := s.written, !s.streamed
	s.mu.Unlock()
	var list []fakes.Doc
	for n := written - 1; n >= 0 && q.Get("query") == Query && s.ID(n) > since; n-- {
		if !hides || !s.Faults.Hidden(n, s.set.Posts) {
			list = append(list, s.tweet(n))
		}
	}
	list = list[min(from, len(list)):]
	meta := fakes.Doc{"result_count": min(len(list), size)}
	if len(list) > size {
		meta["next_token"] = strconv.Itoa(from + size)
		list = list[:size]
	} else if written == s.set.Posts {
		s.Faults.Settle()
	}
	a := fakes.Doc{"meta": meta}
	if len(list) > 0 {
		a["data"], a["includes"] = fakes.Arrange(s.Faults, list), users
	}
	fakes.Write(w, http.StatusOK, a)
}

func bad(w http.ResponseWriter) {
	fakes.Write(w, http.StatusBadRequest, fakes.Doc{"title": "Invalid Request", "status": 400, "type": "https://api.twitter.com/2/problems/invalid-request"})
}

func (s *Server) listRules(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fakes.Write(w, http.StatusOK, fakes.Doc{"data": slices.Clone(s.rules), "meta": fakes.Doc{"result_count": len(s.rules)}})
}

func (s *Server) changeRules(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Add    []rule `json:"add"`
		Delete struct {
			IDs []string `json:"ids"`
		} `json:"delete"`
	}
	if json.NewDecoder(r.Body).Decode(&in) != nil {
		bad(w)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = slices.DeleteFunc(s.rules, func(r rule) bool { return slices.Contains(in.Delete.IDs, r.ID) })
	for _, a := range in.Add {
		if slices.ContainsFunc(s.rules, func(r rule) bool { return r.Value == a.Value }) {
			fakes.Write(w, http.StatusOK, fakes.Doc{"errors": []fakes.Doc{{"title": "DuplicateRule", "value": a.Value}}, "meta": fakes.Doc{"summary": fakes.Doc{"created": 0, "not_created": 1}}})
			return
		}
		s.last++
		a.ID = strconv.Itoa(s.last)
		s.rules = append(s.rules, a)
	}
	fakes.Write(w, http.StatusCreated, fakes.Doc{"data": s.rules, "meta": fakes.Doc{"summary": fakes.Doc{"created": len(in.Add)}}})
}

// stream tells what is written from now on, one line each, and after a
// connection has ended lets some pass. A new reader ends the one before, which
// may not have noticed yet that nobody listens.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) {
	if !slices.Contains(s.Rules(), Query) {
		fakes.Live(r.Context(), func() error { return line(w, nil) })
		return
	}
	s.mu.Lock()
	s.reader++
	mine := s.reader
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.reader == mine {
			s.written = min(s.written+missed, s.set.Posts)
		}
	}()
	for {
		s.mu.Lock()
		if s.reader != mine {
			s.mu.Unlock()
			return
		}
		from := s.written
		to := min(from+2, s.set.Posts)
		s.written, s.streamed = to, true
		s.mu.Unlock()
		if from == to {
			break
		}
		var row []int
		for n := from; n < to; n++ {
			row = append(row, n)
		}
		for _, n := range fakes.Arrange(s.Faults, row) {
			if line(w, fakes.Doc{"data": s.tweet(n), "includes": users, "matching_rules": []fakes.Doc{{"id": "2"}}}) != nil {
				return
			}
		}
	}
	fakes.Live(r.Context(), func() error { return line(w, nil) })
}

// line writes one line; without a post it is a sign of life.
func line(w http.ResponseWriter, v any) error {
	var b []byte
	if v != nil {
		b, _ = json.Marshal(v) // plain values
	}
	_, err := fmt.Fprintf(w, "%s\r\n", b)
	w.(http.Flusher).Flush()
	return err
}
