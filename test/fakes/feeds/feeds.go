// Package feeds is somebody else's server: a feed in RSS 2.0 and a site's map
// with news (sitemaps.org, Google's news extension), which show the newest posts
// only and move on.
package feeds

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"sifara/test/fakes"
)

const (
	shown = 50 // how many a document shows
	fresh = 30 // how many are written each time it was read
)

// Server is a running server.
type Server struct {
	URL    string
	Faults *fakes.Injector

	set     fakes.Setup
	mu      sync.Mutex
	written int
}

// Start runs a server with /feed.xml and /news.xml until the test ends. A test
// uses one of the two.
func Start(t testing.TB, set fakes.Setup) *Server {
	t.Helper()
	s := &Server{set: set, Faults: set.Injector(), written: min(set.First, shown)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /feed.xml", s.feed)
	mux.HandleFunc("GET /news.xml", s.news)
	s.URL = fakes.Serve(t, s.Faults.Answers(mux))
	return s
}

// Read tells that what is shown has been read: newer posts take its place.
func (s *Server) Read() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.written == s.set.Posts {
		s.Faults.Settle()
	}
	s.written = min(s.written+fresh, s.set.Posts)
}

// show gives the numbers of the posts that are shown, newest first.
func (s *Server) show() []int {
	s.mu.Lock()
	written := s.written
	s.mu.Unlock()
	var row []int
	for n := written - 1; n >= max(0, written-shown); n-- {
		if !s.Faults.Hidden(n, s.set.Posts) {
			row = append(row, n)
		}
	}
	return fakes.Arrange(s.Faults, row)
}

func (s *Server) feed(w http.ResponseWriter, r *http.Request) {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>News</title><link>https://news.example/</link><language>en</language>`)
	for _, n := range s.show() {
		fmt.Fprintf(&b, `<item><guid isPermaLink="false">n%d</guid><title>%s</title><link>https://news.example/%d</link><pubDate>%s</pubDate></item>`, n, fakes.Text(n), n, s.set.At(n).Format(time.RFC1123Z))
	}
	b.WriteString(`</channel></rss>`)
	s.write(w, r, "application/rss+xml", b.String())
}

func (s *Server) news(w http.ResponseWriter, r *http.Request) {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">`)
	for _, n := range s.show() {
		fmt.Fprintf(&b, `<url><loc>https://news.example/%d</loc><news:news><news:publication><news:name>News</news:name><news:language>en</news:language></news:publication><news:publication_date>%s</news:publication_date><news:title>%s</news:title></news:news></url>`, n, s.set.At(n).Format(time.RFC3339), fakes.Text(n))
	}
	b.WriteString(`</urlset>`)
	s.write(w, r, "application/xml", b.String())
}

// write answers 304 to who has the same already.
func (s *Server) write(w http.ResponseWriter, r *http.Request, kind, body string) {
	tag := fmt.Sprintf(`"%d-%x"`, len(body), sum(body))
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("ETag", tag)
	w.Header().Set("Content-Type", kind+"; charset=utf-8")
	fmt.Fprint(w, body)
}

func sum(s string) (h uint32) {
	for i := range len(s) {
		h = h*16777619 ^ uint32(s[i])
	}
	return h
}
