package publishweb

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/brotli"

	"sifara/internal/audit"
	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/publish"
	"sifara/internal/publish/theme"
	"sifara/internal/web/static"
)

// weightLimit is what a first visit may weigh in all.
const weightLimit = 60 << 10

// themeWeight is what the look of a site may add: its sheet, which travels as it is,
// and the heaviest emblem that is taken.
var themeWeight = len(theme.Standard("").Tokens().Sheet()) + theme.MaxLogo

// fonts are those that the text of a page in a language needs, by their plain
// names, with the names of the languages in the head of the page.
var fonts = map[i18n.Lang][]string{
	i18n.Arabic:   {"font-ar-400.woff2", "font-ar-600.woff2", "font-latin-words.woff2"},
	i18n.Sorani:   {"font-ckb-400.woff2", "font-ckb-600.woff2", "font-latin-words.woff2"},
	i18n.Kurmanji: {"font-latin-400.woff2", "font-latin-600.woff2", "font-latin-more-400.woff2", "font-latin-more-600.woff2", "font-names-ar.woff2"},
	i18n.English:  {"font-latin-400.woff2", "font-latin-600.woff2", "font-names-ar.woff2"},
}

// TestPublicPagesAreLight adds up all that a first visit to a page loads; the
// test of the same name in test/smoke asks a browser about every public page.
func TestPublicPagesAreLight(t *testing.T) {
	if !static.Built() {
		t.Skip("the assets are not built")
	}
	p := newPublic(t, dbtest.SQLite(t, audit.Migrations(), org.Migrations(), publish.Migrations()))
	m := p.say(p.paris.ID, visit)
	for range 9 {
		p.say("", visit)
	}
	for _, l := range i18n.Langs {
		for _, path := range []string{"", "/missions", "/missions/paris", "/statements", "/statements/" + m.Slug, "/verify", "/search", "/events", "/travel-advice", "/profile", "/missions/paris/contact"} {
			path = "/" + string(l) + path
			r := httptest.NewRequest(http.MethodGet, path, nil)
			a := p.As(nil, l).Do(t, r)
			total := travels(t, []byte(a.Body))
			a.Doc.Find("link[rel=stylesheet], script[src], link[rel=icon], link[rel=preload], svg use").Each(func(_ int, s *goquery.Selection) {
				for _, attr := range []string{"href", "src"} {
					if v, ok := s.Attr(attr); ok && strings.HasPrefix(v, static.Prefix) && !strings.Contains(v, "font-") {
						total += weight(t, plainName(v))
					}
				}
			})
			for _, f := range fonts[l] {
				total += weight(t, f)
			}
			total += themeWeight
			t.Logf("%s: %.1f KB", path, float64(total)/1024)
			if total > weightLimit {
				t.Errorf("%s: got %d bytes, want at most %d", path, total, weightLimit)
			}
		}
	}
}

// plainName turns the address of a static file into the name that static.Read
// knows.
func plainName(address string) string {
	address, _, _ = strings.Cut(address, "#")
	for _, name := range static.Names() {
		if static.Path(name) == address {
			return name
		}
	}
	return address
}

// weight is the size of a static file as it travels.
func weight(t *testing.T, name string) int {
	t.Helper()
	b, err := static.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(name, ".woff2") {
		return len(b)
	}
	return travels(t, b)
}

func travels(t *testing.T, b []byte) int {
	t.Helper()
	var out strings.Builder
	w := brotli.NewWriterLevel(&out, 5)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}
