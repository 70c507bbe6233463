// Package mastodon is somebody else's server: public timelines of Mastodon's
// REST API (docs.joinmastodon.org/methods/timelines).
package mastodon

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sifara/test/fakes"
)

// Tag is the one hashtag that is used here.
const Tag = "harbour"

// Server is a running server.
type Server struct {
	URL    string
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
	mux.HandleFunc("GET /api/v1/timelines/public", s.timeline)
	mux.HandleFunc("GET /api/v1/timelines/tag/{tag}", s.timeline)
	s.URL = fakes.Serve(t, s.Faults.Answers(mux))
	return s
}

// Publish makes all posts be written.
func (s *Server) Publish() { s.visible.Store(int64(s.set.Posts)) }

// snowflake is an id as Mastodon makes them: milliseconds above 16 bits.
func (s *Server) snowflake(n int) int64 { return s.set.At(n).UnixMilli() << 16 }

// timeline answers with the newest that are asked for, newest first; with
// min_id, with those right after it.
func (s *Server) timeline(w http.ResponseWriter, r *http.Request) {
	if !s.set.Bearer(r) {
		fakes.Write(w, http.StatusUnauthorized, fakes.Doc{"error": "This method requires an authenticated user"})
		return
	}
	list := []fakes.Doc{}
	if tag := r.PathValue("tag"); tag != "" && !strings.EqualFold(tag, Tag) {
		fakes.Write(w, http.StatusOK, list)
		return
	}
	q := r.URL.Query()
	limit := number(q.Get("limit"), 20)
	minID, sinceID, maxID := number(q.Get("min_id"), 0), number(q.Get("since_id"), 0), number(q.Get("max_id"), 1<<62)
	visible := int(s.visible.Load())
	for n := range visible {
		if id := s.snowflake(n); id > max(minID, sinceID) && id < maxID && !s.Faults.Hidden(n, s.set.Posts) {
			list = append(list, s.status(n))
		}
	}
	limit = min(limit, 40, int64(len(list)))
	if minID > 0 {
		if int64(len(list)) == limit && visible == s.set.Posts {
			s.Faults.Settle() // the newest are on this page
		}
		list = list[:limit]
	} else {
		list = list[int64(len(list))-limit:]
	}
	slices.Reverse(list)
	fakes.Write(w, http.StatusOK, fakes.Arrange(s.Faults, list))
}

func (s *Server) status(n int) fakes.Doc {
	id := strconv.FormatInt(s.snowflake(n), 10)
	return fakes.Doc{
		"id": id, "uri": s.URL + "/users/writer/statuses/" + id, "url": s.URL + "/@writer/" + id, "created_at": s.set.At(n).Format(time.RFC3339Nano), "edited_at": nil,
		"content": "<p>" + fakes.Text(n) + "</p>", "spoiler_text": "", "language": "en", "visibility": "public", "in_reply_to_id": nil, "reblog": nil,
		"account": fakes.Doc{"id": "1", "acct": "PrivateWriter", "followers_count": 7}, "tags": []fakes.Doc{{"name": Tag}}, "media_attachments": []fakes.Doc{},
	}
}

func number(s string, otherwise int64) int64 {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n
	}
	return otherwise
}
