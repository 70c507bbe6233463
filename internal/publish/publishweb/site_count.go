package publishweb

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"sifara/internal/publish"
	"sifara/internal/web"
)

// mark says what one reading of the page at hand counts.
func (s *site) mark(r *http.Request, views ...publish.View) { s.marks.Store(r.URL.Path, views) }

// read counts one reading of a page that was served.
func (s *site) read(r *http.Request, code int) {
	if r.Method != http.MethodGet || code != 0 && code != http.StatusOK && code != http.StatusNotModified || prefetched(r) {
		return
	}
	kept, ok := s.marks.Load(r.URL.Path)
	if !ok {
		return
	}
	agent := r.UserAgent()
	marked, _ := kept.([]publish.View)
	if len(marked) == 0 || robot(agent, marked[0].Kind) {
		return
	}
	visitor := web.Visitor(r.Context())
	name, subscribers := aggregator(agent)
	views := make([]publish.View, len(marked))
	for i, v := range marked {
		v.Visitor = visitor
		if v.Kind == publish.FeedView {
			v.Again = code == http.StatusNotModified
			v.Aggregator, v.Subscribers = name, subscribers
		}
		views[i] = v
	}
	s.Service.Count(views...)
}

// prefetched reports a page that a browser loads in case someone wants it.
func prefetched(r *http.Request) bool {
	for _, h := range []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		if v := strings.ToLower(r.Header.Get(h)); strings.Contains(v, "prefetch") || strings.Contains(v, "prerender") || strings.Contains(v, "preview") {
			return true
		}
	}
	return false
}

// robots are parts of the names by which honest programs call themselves.
// Dishonest ones count as readers: nothing without spying could tell them.
var robots = []string{"bot", "crawl", "spider", "slurp", "facebookexternalhit", "whatsapp", "preview", "archive", "scrapy", "semrush", "ahrefs", "gpt", "claude", "perplexity", "bytespider", "baidu", "yandex", "monitor", "uptime", "pingdom", "lighthouse", "headless"}

// programs fetch pages but read none; for feeds they are readers.
var programs = []string{"curl/", "wget/", "python", "go-http-client", "java/", "okhttp", "libwww", "httpclient", "axios", "node-fetch", "ruby", "php/", "feed", "rss"}

func robot(agent string, kind publish.ViewKind) bool {
	agent = strings.ToLower(agent)
	if agent == "" {
		return true
	}
	if _, n := aggregator(agent); kind == publish.FeedView && n > 0 {
		return false
	}
	if containsAny(agent, robots) {
		return true
	}
	return kind == publish.PageView && containsAny(agent, programs)
}

func containsAny(s string, parts []string) bool {
	for _, p := range parts {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

// subscribed is how aggregators say for how many readers they fetch a feed:
// "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 42 subscribers)".
var subscribed = regexp.MustCompile(`(?i)\b(\d{1,9}) (?:subscribers?|readers?)\b`)

// aggregator gives the name of an aggregator and for how many it asks.
func aggregator(agent string) (name string, subscribers int) {
	m := subscribed.FindStringSubmatch(agent)
	if m == nil {
		return "", 0
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return "", 0
	}
	name, _, _ = strings.Cut(strings.ToLower(agent), "/")
	name, _, _ = strings.Cut(name, " ")
	return name, n
}
