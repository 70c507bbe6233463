package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"

	"sifara/internal/event"
)

// Cache keeps rendered public pages in memory, compressed, until something on
// the site changes or they grow old. It is safe for concurrent use; each node
// has its own and hears of changes by the live topic "site".
type Cache struct {
	ttl     time.Duration
	mu      sync.RWMutex
	pages   map[string]*cached
	bytes   int
	turn    int       // counts the times it was emptied
	cleared time.Time // when it was last
}

// SiteTopic is the live topic that empties the page cache on every node.
const SiteTopic = "site"

// youth is for how long after a change pages are not known by their date, which
// tells seconds only.
const youth = 2 * time.Second

// maxCacheBytes bounds the memory of the page cache.
const maxCacheBytes = 24 << 20

type cached struct {
	body, gzip, brotli []byte
	etag, contentType  string
	modified           time.Time
	young              bool // dated so near a change that the page before it may bear the same date
	until              time.Time
}

// NewCache gives an empty cache whose pages live at most ttl.
func NewCache(ttl time.Duration) *Cache {
	return &Cache{ttl: ttl, pages: map[string]*cached{}}
}

// Run empties the cache at each change of the site until ctx ends.
func (c *Cache) Run(ctx context.Context, live *event.Live) {
	sub := live.Subscribe(func(t string) bool { return t == SiteTopic || t == "" })
	defer sub.Close()
	for {
		select {
		case <-ctx.Done():
			return
		case <-sub.C():
			c.Clear()
		}
	}
}

// Clear forgets all pages.
func (c *Cache) Clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.pages)
	c.bytes = 0
	c.turn++
	c.cleared = time.Now()
}

// Serve answers with the page kept under the request's path and query, made by
// h when there is none. Only successful pages are kept. The page must depend on
// nothing but path and query. A handler that knows when its content last
// changed says so in Last-Modified; else it is the moment of rendering.
func (c *Cache) Serve(w http.ResponseWriter, r *http.Request, h Handler) error {
	if r.Context().Value(freshKey{}) != nil {
		return h(w, r)
	}
	key := r.Host + r.URL.Path + "?" + r.URL.RawQuery
	c.mu.RLock()
	page, turn := c.pages[key], c.turn
	c.mu.RUnlock()
	if page == nil || time.Now().After(page.until) {
		rec := &recorder{header: http.Header{}, status: http.StatusOK}
		if err := h(rec, r); err != nil {
			return err
		}
		if rec.status != http.StatusOK {
			rec.replay(w)
			return nil
		}
		page = c.keep(key, rec, turn)
	}
	page.serve(w, r)
	return nil
}

// keep makes a page of what was rendered and keeps it, unless the cache was
// emptied since the rendering began: it may show what was before the change.
func (c *Cache) keep(key string, rec *recorder, turn int) *cached {
	body := rec.body.Bytes()
	sum := sha256.Sum256(body)
	now := time.Now()
	p := &cached{
		body: body, gzip: gzipped(body), brotli: brotlied(body), contentType: rec.header.Get("Content-Type"),
		etag: `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`, modified: now.UTC().Truncate(time.Second), until: now.Add(c.ttl),
	}
	if t, err := http.ParseTime(rec.header.Get("Last-Modified")); err == nil {
		p.modified = t
	}
	size := len(p.body) + len(p.gzip) + len(p.brotli)
	c.mu.Lock()
	defer c.mu.Unlock()
	p.young = p.modified.Sub(c.cleared).Abs() < youth
	if c.bytes+size > maxCacheBytes || len(key) > 512 {
		clear(c.pages)
		c.bytes = 0
	}
	if len(key) <= 512 && turn == c.turn {
		c.pages[key] = p
		c.bytes += size
	}
	return p
}

func (p *cached) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", p.contentType)
	h.Set("Etag", p.etag)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "public, max-age=0, must-revalidate")
	h.Set("Last-Modified", p.modified.Format(http.TimeFormat))
	if p.unchanged(r) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := p.body
	switch accept := r.Header.Get("Accept-Encoding"); {
	case strings.Contains(accept, "br"):
		h.Set("Content-Encoding", "br")
		body = p.brotli
	case strings.Contains(accept, "gzip"):
		h.Set("Content-Encoding", "gzip")
		body = p.gzip
	}
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

// unchanged reports that the reader has this page: by its tag, or by its time
// when the reader sends no tag.
func (p *cached) unchanged(r *http.Request) bool {
	if match := r.Header.Get("If-None-Match"); match != "" {
		return strings.Contains(match, p.etag) || match == "*"
	}
	since, err := http.ParseTime(r.Header.Get("If-Modified-Since"))
	return err == nil && !p.young && !p.modified.After(since)
}

// presser compresses an answer that is written in one piece.
type presser struct {
	http.ResponseWriter
	encoding string
}

// Press makes a writer for a public answer that depends on more than its address,
// or needs no keeping, and is written in one piece. The cache compresses what it
// keeps itself.
func Press(w http.ResponseWriter, r *http.Request) http.ResponseWriter {
	if _, kept := w.(*recorder); kept {
		return w
	}
	w.Header().Add("Vary", "Accept-Encoding")
	for _, e := range []string{"br", "gzip"} {
		if strings.Contains(r.Header.Get("Accept-Encoding"), e) {
			return &presser{w, e}
		}
	}
	return w
}

func (p *presser) WriteHeader(code int) {
	p.Header().Set("Content-Encoding", p.encoding)
	p.ResponseWriter.WriteHeader(code)
}

func (p *presser) Write(b []byte) (int, error) {
	out := gzipped
	if p.encoding == "br" {
		out = brotlied
	}
	if _, err := p.ResponseWriter.Write(out(b)); err != nil {
		return 0, err
	}
	return len(b), nil
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, 6) // the level is valid
	_, _ = z.Write(b)
	_ = z.Close()
	return out.Bytes()
}

func brotlied(b []byte) []byte {
	var out bytes.Buffer
	z := brotli.NewWriterLevel(&out, 5)
	_, _ = z.Write(b)
	_ = z.Close()
	return out.Bytes()
}

// recorder keeps an answer.
type recorder struct {
	header http.Header
	body   bytes.Buffer
	status int
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(c int)           { r.status = c }
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

func (r *recorder) replay(w http.ResponseWriter) {
	for k, v := range r.header {
		w.Header()[k] = v
	}
	w.WriteHeader(r.status)
	_, _ = w.Write(r.body.Bytes())
}
