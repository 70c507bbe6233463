package smoke

import (
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// weightLimit is what a first visit to a public page may weigh in all, in
// bytes as they travel: page, styles, scripts, fonts, pictures.
const weightLimit = 60 << 10

// TestPublicPagesAreLight opens every public page in four languages as one who
// was never here before, and adds up what the browser loads.
func TestPublicPagesAreLight(t *testing.T) {
	if testing.Short() {
		t.Skip("opens every public page in a browser")
	}
	n := serveOwn(t, demonstration(t))
	b := newBrowser(t, n.base, 390)
	if _, err := chromedp.Call(b.ctx, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true}); err != nil {
		t.Fatal(err)
	}
	w := &scale{}
	if err := chromedp.Listen(b.ctx, w.hear); err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"ar", "ckb", "kmr", "en"} {
		for _, page := range append(statementsOf(t, n.base, lang), sitePages...) {
			path := strings.ReplaceAll(page, "LANG", lang)
			w.reset()
			b.open(path)
			// to the end, so that pictures far below are loaded too
			ask(b, chromedp.Evaluate[bool](`new Promise(done => { scrollTo(0, document.body.scrollHeight); const imgs = [...document.images];
				Promise.all([document.fonts.ready, ...imgs.map(i => i.complete || new Promise(r => { i.onload = i.onerror = r }))]).then(() => setTimeout(() => done(true), 100)) })`, chromedp.EvalAwaitPromise))
			total, parts := w.read()
			t.Logf("%-60s %5.1f KB", path, float64(total)/1024)
			if total > weightLimit {
				t.Errorf("%s weighs %.1f KB, want at most %d: %v", path, float64(total)/1024, weightLimit>>10, parts)
			}
		}
	}
}

// statementsOf are the pages of statements that the list shows, the form for a
// question among them, and the newest with a picture.
func statementsOf(t testing.TB, base, lang string) []string {
	t.Helper()
	var pages []string
	v := visitor(t, base)
	plain, pictured := "", ""
	for _, a := range v.get("/" + lang + "/statements").Find(".entries a[href*=\"/statements/\"]").EachIter() {
		href := a.AttrOr("href", "")
		switch has := v.get(href).Find(".statement img").Length() > 0; {
		case has && pictured == "":
			pictured = href
		case !has && plain == "":
			plain = href
		}
	}
	if plain == "" || pictured == "" {
		t.Fatalf("%s: the demonstration shows no statement without (%q) and with (%q) a picture", lang, plain, pictured)
	}
	pages = append(pages, plain, plain+"/ask", pictured)
	tag := v.get("/"+lang+"/developers").Find("h3 a").First().AttrOr("href", "")
	return append(pages, tag)
}

// scale adds up what a browser loads.
type scale struct {
	mu    sync.Mutex
	names map[network.RequestID]string
	sizes map[string]int64
}

func (s *scale) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names, s.sizes = map[network.RequestID]string{}, map[string]int64{}
}

func (s *scale) hear(ev any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch e := ev.(type) {
	case *network.EventResponseReceived:
		s.names[e.RequestID] = e.Response.URL[strings.LastIndexByte(e.Response.URL, '/')+1:]
	case *network.EventLoadingFinished:
		// data: addresses travel within the style sheet
		if name, ok := s.names[e.RequestID]; ok && e.EncodedDataLength > 0 {
			s.sizes[name] += int64(e.EncodedDataLength)
		}
	}
}

func (s *scale) read() (total int64, parts map[string]int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	parts = map[string]int64{}
	for name, n := range s.sizes {
		parts[name] = n
		total += n
	}
	return total, parts
}
