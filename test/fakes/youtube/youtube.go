// Package youtube is somebody else's server: commentThreads and comments of
// YouTube's Data API v3 (developers.google.com/youtube/v3/docs). Some
// threads have seven answers, of which the thread itself shows two.
package youtube

import (
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sifara/test/fakes"
)

// Video is the video under which comments are.
const Video = "harbourVid1"

// group is how many posts a thread with answers has, the thread itself too.
const group = 8

// Server is a running server.
type Server struct {
	URL    string
	Faults *fakes.Injector

	set     fakes.Setup
	visible atomic.Int64
}

// Start runs a server until the test ends. The number of posts must be a
// multiple of eight.
func Start(t testing.TB, set fakes.Setup) *Server {
	t.Helper()
	s := &Server{set: set, Faults: set.Injector()}
	s.visible.Store(int64(set.First))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /commentThreads", s.threads)
	mux.HandleFunc("GET /comments", s.answers)
	s.URL = fakes.Serve(t, s.Faults.Answers(mux))
	return s
}

// Publish makes all posts be written.
func (s *Server) Publish() { s.visible.Store(int64(s.set.Posts)) }

// Of eighty posts the first eight are one thread with answers, the others
// threads without.
func answered(n int) bool { return n%(10*group) < group }

func (s *Server) threads(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if !s.known(w, r) {
		return
	}
	if q.Get("videoId") != Video {
		refuse(w, http.StatusNotFound, "videoNotFound")
		return
	}
	from, err := strconv.Atoi(strings.TrimPrefix(q.Get("pageToken"), "p"))
	if q.Get("pageToken") != "" && err != nil {
		refuse(w, http.StatusBadRequest, "invalidPageToken")
		return
	}
	var list []fakes.Doc
	visible := int(s.visible.Load())
	for n := visible - 1; n >= 0; n-- {
		switch {
		case s.Faults.Hidden(n, s.set.Posts) && !answered(n):
		case !answered(n):
			list = append(list, s.thread(n, 0))
		case n%group == 0:
			list = append(list, s.thread(n, group-1))
		}
	}
	size := min(max(1, atoi(q.Get("maxResults"))), 100)
	a := fakes.Doc{"kind": "youtube#commentThreadListResponse", "pageInfo": fakes.Doc{"resultsPerPage": size}}
	rest := list[min(from, len(list)):]
	if len(rest) > size {
		a["nextPageToken"] = "p" + strconv.Itoa(from+size)
		rest = rest[:size]
	} else if visible == s.set.Posts {
		s.Faults.Settle()
	}
	a["items"] = append([]fakes.Doc{}, fakes.Arrange(s.Faults, rest)...)
	fakes.Write(w, http.StatusOK, a)
}

func (s *Server) thread(n, answers int) fakes.Doc {
	d := fakes.Doc{"kind": "youtube#commentThread", "id": id(n), "snippet": fakes.Doc{"videoId": Video, "totalReplyCount": answers, "topLevelComment": s.comment(n)}}
	if answers > 0 {
		d["replies"] = fakes.Doc{"comments": []fakes.Doc{s.comment(n + 1), s.comment(n + 2)}}
	}
	return d
}

// answers gives the answers to one thread, four a page.
func (s *Server) answers(w http.ResponseWriter, r *http.Request) {
	if !s.known(w, r) {
		return
	}
	thread := atoi(strings.TrimPrefix(r.URL.Query().Get("parentId"), "Ug"))
	from := atoi(r.URL.Query().Get("pageToken"))
	var list []fakes.Doc
	for n := thread + 1 + from; n < thread+group && len(list) < 4; n++ {
		list = append(list, s.comment(n))
	}
	a := fakes.Doc{"kind": "youtube#commentListResponse", "items": fakes.Arrange(s.Faults, list)}
	if from+4 < group-1 {
		a["nextPageToken"] = strconv.Itoa(from + 4)
	}
	fakes.Write(w, http.StatusOK, a)
}

func (s *Server) comment(n int) fakes.Doc {
	sn := fakes.Doc{"videoId": Video, "textDisplay": fakes.Text(n), "authorDisplayName": "PrivateWriter", "publishedAt": s.set.At(n).Format(time.RFC3339), "updatedAt": s.set.At(n).Format(time.RFC3339)}
	if answered(n) && n%group != 0 {
		sn["parentId"] = id(n - n%group)
	}
	return fakes.Doc{"kind": "youtube#comment", "id": id(n), "snippet": sn}
}

// known refuses who has no key.
func (s *Server) known(w http.ResponseWriter, r *http.Request) bool {
	if s.set.Token == "" || r.Header.Get("X-Goog-Api-Key") == s.set.Token {
		return true
	}
	refuse(w, http.StatusForbidden, "forbidden")
	return false
}

func refuse(w http.ResponseWriter, code int, reason string) {
	fakes.Write(w, code, fakes.Doc{"error": fakes.Doc{"code": code, "message": reason, "errors": []fakes.Doc{{"domain": "youtube", "reason": reason}}}})
}

func id(n int) string { return "Ug" + strconv.Itoa(n) }

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
