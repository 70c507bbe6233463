// Package meta is somebody else's server: Meta's Graph API with a Facebook page
// and an Instagram account (developers.facebook.com/docs/graph-api), their posts
// and what is said under them, with paging by cursors, field expansion and the
// API's own errors and headers. Every fourth text is a post, the others are said
// under one: also under those that are old.
package meta

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"sifara/test/fakes"
)

const (
	// Page is the id of the page, User that of the account.
	Page = "100200300"
	User = "17841400000000000"

	version = "/v24.0"
	posts   = 6 // on a page, at most
	inline  = 5 // comments that stand with a post
)

// Server is a running server.
type Server struct {
	URL    string // with the version
	Faults *fakes.Injector

	set     fakes.Setup
	visible atomic.Int64
	usage   atomic.Int64 // in percent
}

// Start runs a server until the test ends.
func Start(t testing.TB, set fakes.Setup) *Server {
	t.Helper()
	s := &Server{set: set, Faults: set.Injector()}
	s.visible.Store(int64(set.First))
	s.Faults.SayBusy(func(w http.ResponseWriter, _ *http.Request) {
		usage(w, 100, fakes.RetryAfter/60)
		refuse(w, http.StatusBadRequest, 32, 0, "Page request limit reached")
	})
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+version+"/{id}/posts", s.facebook)
	mux.HandleFunc("GET "+version+"/{id}/media", s.instagram)
	mux.HandleFunc("GET "+version+"/{id}/comments", s.comments)
	mux.HandleFunc("GET "+version+"/{id}/replies", s.comments)
	s.URL = fakes.Serve(t, s.Faults.Answers(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !set.Bearer(r) {
			refuse(w, http.StatusBadRequest, 190, 463, "Error validating access token: Session has expired")
			return
		}
		usage(w, s.usage.Load(), 0)
		mux.ServeHTTP(w, r)
	}))) + version
	return s
}

// Publish makes all texts be written.
func (s *Server) Publish() { s.visible.Store(int64(s.set.Posts)) }

// Used sets how much of what may be used is used, in percent.
func (s *Server) Used(percent int64) { s.usage.Store(percent) }

func usage(w http.ResponseWriter, percent int64, regain int) {
	w.Header().Set("X-App-Usage", fmt.Sprintf(`{"call_count":%d,"total_cputime":1,"total_time":1}`, percent))
	w.Header().Set("X-Business-Use-Case-Usage", fmt.Sprintf(`{"%s":[{"type":"pages","call_count":1,"total_cputime":1,"total_time":1,"estimated_time_to_regain_access":%d}]}`, Page, regain))
}

func refuse(w http.ResponseWriter, status, code, subcode int, message string) {
	fakes.Write(w, status, fakes.Doc{"error": fakes.Doc{"message": message, "type": "OAuthException", "code": code, "error_subcode": subcode, "fbtrace_id": "A"}})
}

// post is the post under which a text is said; -1 for a post.
func post(n int) int {
	if n%4 == 0 {
		return -1
	}
	return n * 5 % (n/4 + 1) * 4
}

// answered is the comment that a text answers; -1 for one that answers none. All
// answers of sixteen texts go to one comment.
func answered(n int) int {
	if n%4 != 3 {
		return -1
	}
	return n - n%16 + 1
}

// under is the post of a comment or of an answer.
func under(n int) int {
	if a := answered(n); a >= 0 {
		return post(a)
	}
	return post(n)
}

func (s *Server) facebook(w http.ResponseWriter, r *http.Request) {
	fields := r.URL.Query().Get("fields")
	if r.PathValue("id") != Page {
		refuse(w, http.StatusBadRequest, 100, 33, "Unsupported get request. Object does not exist")
		return
	}
	s.list(w, r, func(n int) fakes.Doc {
		d := fakes.Doc{"id": id(n), "message": fakes.Text(n), "created_time": s.created(n), "permalink_url": "https://www.facebook.com/" + Page + "/posts/" + strconv.Itoa(n)}
		if strings.Contains(fields, "comments.filter(stream).order(reverse_chronological)") {
			d["comments"] = s.page(s.said(n, true), "", inline, s.facebookComment)
		}
		return d
	})
}

func (s *Server) instagram(w http.ResponseWriter, r *http.Request) {
	fields := r.URL.Query().Get("fields")
	if r.PathValue("id") != User {
		refuse(w, http.StatusBadRequest, 100, 33, "Unsupported get request. Object does not exist")
		return
	}
	s.list(w, r, func(n int) fakes.Doc {
		d := fakes.Doc{"id": id(n), "caption": fakes.Text(n), "timestamp": s.created(n), "permalink": "https://www.instagram.com/p/" + strconv.Itoa(n), "username": "ministry"}
		if strings.Contains(fields, "comments") {
			d["comments"] = s.page(s.said(n, false), "", inline, s.instagramComment)
		}
		return d
	})
}

// comments gives what is said under a post, or the answers to a comment. A page
// of the two networks tells from the fields that are asked for.
func (s *Server) comments(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	n := number(r.PathValue("id"))
	facebook := strings.Contains(q.Get("fields"), "created_time")
	list, show := s.said(n, facebook), s.instagramComment
	if facebook {
		show = s.facebookComment
	}
	if strings.HasSuffix(r.URL.Path, "/replies") {
		list = s.answers(n)
	}
	fakes.Write(w, http.StatusOK, s.page(list, q.Get("after"), 4, show))
}

// list answers with posts, newest first.
func (s *Server) list(w http.ResponseWriter, r *http.Request, show func(n int) fakes.Doc) {
	q := r.URL.Query()
	var all []int
	visible := int(s.visible.Load())
	for n := visible - 1; n >= 0; n-- {
		if post(n) < 0 && !s.Faults.Hidden(n, s.set.Posts) {
			all = append(all, n)
		}
	}
	limit, err := strconv.Atoi(q.Get("limit"))
	if err != nil || limit < 1 || limit > 100 {
		limit = 25
	}
	p := s.page(all, q.Get("after"), min(limit, posts), show)
	if visible == s.set.Posts && p["paging"].(fakes.Doc)["next"] == nil {
		s.Faults.Settle()
	}
	fakes.Write(w, http.StatusOK, p)
}

// said are the comments under a post, newest first, with the answers where all
// levels are asked for.
func (s *Server) said(post int, all bool) []int {
	var list []int
	for n := int(s.visible.Load()) - 1; n >= 0; n-- {
		if n%4 != 0 && under(n) == post && (all || answered(n) < 0) && !s.Faults.Hidden(n, s.set.Posts) {
			list = append(list, n)
		}
	}
	return list
}

// answers are those to a comment, oldest first.
func (s *Server) answers(comment int) []int {
	var list []int
	for n := range int(s.visible.Load()) {
		if n%4 != 0 && answered(n) == comment && !s.Faults.Hidden(n, s.set.Posts) {
			list = append(list, n)
		}
	}
	return list
}

func (s *Server) facebookComment(n int) fakes.Doc {
	d := fakes.Doc{"id": id(n), "message": fakes.Text(n), "created_time": s.created(n), "permalink_url": "https://www.facebook.com/" + Page + "/posts/1?comment_id=" + strconv.Itoa(n), "from": fakes.Doc{"id": "900800700600"}}
	if a := answered(n); a >= 0 {
		d["parent"] = fakes.Doc{"id": id(a)}
	}
	return d
}

func (s *Server) instagramComment(n int) fakes.Doc {
	d := fakes.Doc{"id": id(n), "text": fakes.Text(n), "timestamp": s.created(n), "username": "private_writer", "from": fakes.Doc{"id": "900800700600", "username": "private_writer"}}
	if answered(n) < 0 && len(s.answers(n)) > 0 {
		list := s.answers(n)
		d["replies"] = s.page(list, "", 2, s.instagramComment)
	}
	return d
}

// page is a page of a list behind a cursor, which names the last text before.
func (s *Server) page(list []int, after string, limit int, show func(n int) fakes.Doc) fakes.Doc {
	if after != "" {
		last := number(after)
		for i, n := range list {
			if n == last {
				list = list[i+1:]
				break
			}
		}
	}
	more := len(list) > limit
	list = list[:min(limit, len(list))]
	data := []json.RawMessage{}
	for _, n := range fakes.Arrange(s.Faults, list) {
		b, _ := json.Marshal(show(n)) // plain values
		data = append(data, b)
	}
	paging := fakes.Doc{}
	if len(list) > 0 {
		paging["cursors"] = fakes.Doc{"before": id(list[0]), "after": id(list[len(list)-1])}
	}
	if more {
		paging["next"] = "https://graph.facebook.com" + version + "/next?access_token=secret"
	}
	return fakes.Doc{"data": data, "paging": paging}
}

// created is a moment as the API writes it.
func (s *Server) created(n int) string { return s.set.At(n).Format("2006-01-02T15:04:05-0700") }

func id(n int) string { return Page + "_" + strconv.Itoa(n) }

var digits = regexp.MustCompile(`[0-9]+$`)

func number(id string) int {
	n, _ := strconv.Atoi(digits.FindString(id))
	return n
}
