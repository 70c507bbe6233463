package export

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// living is a site whose answers a test sets.
type living map[string]reply

type reply struct {
	media, body string
	status      int
}

func page(body string) reply {
	return reply{"text/html; charset=utf-8", `<!DOCTYPE html><html lang="en" dir="ltr"><head><link rel="canonical" href="https://mofa.example/en"><link rel="stylesheet" href="/static/site.css"></head><body>` + body + `<footer></footer></body></html>`, 0}
}

// ServeHTTP implements http.Handler.
func (l living) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, ok := l[r.URL.RequestURI()]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", a.media)
	if a.status != 0 {
		w.WriteHeader(a.status)
	}
	_, _ = w.Write([]byte(a.body))
}

func site() living {
	return living{
		"/en":                                page(`<a href="/en/statements?kind=news&amp;before=12">news</a> <a href="/en/missions/paris#hours">Paris</a> <a href="/en/search?q=x">search</a> <a href="https://other.example/x">other</a> <a href="https://mofa.example/en/missions/paris">whole</a> <img src="/media/a1/b2" srcset="/media/a1/b2 1x, /media/a1/c3 2x"> <form action="/en/search"></form> <a href="#main">on the page</a> <a href="/en/gone">gone</a> <a href="mailto:press@mofa.example">mail</a>`),
		"/en/missions/paris":                 page(`<a href="/en">home</a> <a href="../statements">below</a>`),
		"/en/statements":                     page(`one`),
		"/en/statements?before=12&kind=news": page(`two`),
		"/static/site.css":                   {media: "text/css; charset=utf-8", body: `@font-face{src:url("/static/a.woff2")}b{background:url('data:image/svg+xml,x')}`},
		"/static/a.woff2":                    {media: "font/woff2", body: "letters"},
		"/media/a1/b2":                       {media: "image/jpeg", body: "small"},
		"/media/a1/c3":                       {media: "image/jpeg", body: "large"},
		"/sitemap.xml":                       {media: "application/xml; charset=utf-8", body: `<urlset><url><loc>https://mofa.example/en/only-in-the-map</loc></url><url><loc>https://other.example/en</loc></url></urlset>`},
		"/en/only-in-the-map":                page(`hidden`),
		"/en/search?q=x":                     page(`must not be copied`),
	}
}

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func options(l http.Handler) Options {
	return Options{
		Handler: l, BaseURL: "https://mofa.example", Starts: []string{"/en", "/sitemap.xml"}, Front: "/en", Now: noon,
		Keep: func(p string) bool { return path.Base(p) != "search" },
		Note: func(lang string) string { return "a copy in " + lang },
	}
}

func write(t *testing.T, dir string, l http.Handler) Report {
	t.Helper()
	r, err := Write(t.Context(), dir, options(l))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// names are the files of a folder.
func names(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "copy")
	r := write(t, dir, site())
	want := []string{
		"en/index.html", "en/missions/paris/index.html", "en/only-in-the-map/index.html", "en/statements/before-12_kind-news.html", "en/statements/index.html",
		"index.html", "media/a1/b2.jpg", "media/a1/c3.jpg", "sifara-export.json", "sitemap.xml", "static/a.woff2", "static/site.css",
	}
	if got := names(t, dir); !slices.Equal(got, want) {
		t.Errorf("files %q, want %q", got, want)
	}
	if r.Pages != 5 || r.Files != len(want)-1 || r.Written != r.Files || !slices.Equal(r.Missing, []string{"/en/gone"}) {
		t.Errorf("report %+v", r)
	}
	home, err := os.ReadFile(filepath.Join(dir, "en/index.html"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(home)))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	doc.Find("a, form, img, link").Each(func(_ int, s *goquery.Selection) {
		for _, k := range []string{"href", "action", "src", "srcset"} {
			if v, ok := s.Attr(k); ok {
				got = append(got, v)
			}
		}
	})
	if wanted := []string{
		"https://mofa.example/en", "../static/site.css", "statements/before-12_kind-news.html", "missions/paris/index.html#hours", "https://mofa.example/en/search?q=x",
		"https://other.example/x", "missions/paris/index.html", "../media/a1/b2.jpg", "../media/a1/b2.jpg 1x, ../media/a1/c3.jpg 2x", "https://mofa.example/en/search", "#main",
		"https://mofa.example/en/gone", "mailto:press@mofa.example",
	}; !slices.Equal(got, wanted) {
		t.Errorf("addresses %q\nwant %q", got, wanted)
	}
	if foot := doc.Find("footer").Text(); foot != "a copy in en" {
		t.Errorf("the foot says %q", foot)
	}
	css, _ := os.ReadFile(filepath.Join(dir, "static/site.css"))
	if !strings.Contains(string(css), `url("./a.woff2")`) {
		t.Errorf("style sheet %s", css)
	}
	front, _ := os.ReadFile(filepath.Join(dir, "index.html"))
	if !strings.Contains(string(front), `href="en/index.html"`) {
		t.Errorf("front page %s", front)
	}
}

// TestWriteAgain brings a copy up to date: what is the same stays untouched,
// what is gone goes, with its folder, and what others put there stays.
func TestWriteAgain(t *testing.T) {
	dir := t.TempDir()
	l := site()
	write(t, dir, l)
	if r := write(t, dir, l); r.Written != 0 || r.Removed != 0 {
		t.Errorf("nothing changed: %+v", r)
	}
	if err := os.WriteFile(filepath.Join(dir, "en", "CNAME"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	l = maps.Clone(l)
	l["/en/statements"] = page("three")
	l["/sitemap.xml"] = reply{media: "application/xml", body: "<urlset/>"}
	if r := write(t, dir, l); r.Written != 2 || r.Removed != 1 {
		t.Errorf("one page and the map changed, one page is gone: %+v", r)
	}
	got := names(t, dir)
	if slices.Contains(got, "en/only-in-the-map/index.html") || !slices.Contains(got, "en/CNAME") {
		t.Errorf("files %q", got)
	}
	if _, err := os.Stat(filepath.Join(dir, "en/only-in-the-map")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the empty folder: %v", err)
	}
}

// TestWriteRefuses wants no harm done to a folder of something else, through
// links, or to an earlier copy when the house fails.
func TestWriteRefuses(t *testing.T) {
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "thesis.txt"), []byte("years of work"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(t.Context(), other, options(site())); !errors.Is(err, ErrNotOurs) {
		t.Errorf("a folder of something else: %v", err)
	}

	dir := t.TempDir()
	write(t, dir, site())
	l := site()
	l["/en/missions/paris"] = reply{"text/html", "", http.StatusInternalServerError}
	if _, err := Write(t.Context(), dir, options(l)); err == nil {
		t.Error("a house that fails makes a copy")
	}
	if got := names(t, dir); !slices.Contains(got, "en/missions/paris/index.html") {
		t.Errorf("the earlier copy lost what failed: %q", got)
	}

	linked := t.TempDir()
	write(t, linked, site())
	if err := errors.Join(os.RemoveAll(filepath.Join(linked, "en")), os.Symlink(other, filepath.Join(linked, "en"))); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(t.Context(), linked, options(site())); err == nil {
		t.Error("a link leads out of the copy")
	}
	if got := names(t, other); !slices.Equal(got, []string{"thesis.txt"}) {
		t.Errorf("written through a link: %q", got)
	}
}

// TestWriteTakesUp goes on where a copy was broken off.
func TestWriteTakesUp(t *testing.T) {
	dir := t.TempDir()
	l := site()
	l["/en/missions/paris"] = reply{"text/html", "", http.StatusInternalServerError}
	if _, err := Write(t.Context(), dir, options(l)); err == nil {
		t.Fatal("a house that fails makes a copy")
	}
	if r := write(t, dir, site()); r.Pages != 5 {
		t.Errorf("report %+v", r)
	}
}

func FuzzFileOf(f *testing.F) {
	for _, s := range []string{"/en", "/en/statements?kind=news&before=1", "/a/../../b", "/%2e%2e/%2e%2e/etc/passwd", "/media/a/b", "/x\\..\\y", "/en/%00", "//host/x"} {
		f.Add(s, "text/html")
		f.Add(s, "image/png")
	}
	f.Fuzz(func(t *testing.T, address, media string) {
		file, err := fileOf(address, media)
		if err != nil {
			return
		}
		if file != "" && !filepath.IsLocal(filepath.FromSlash(file)) {
			t.Errorf("%q of %s makes %q", address, media, file)
		}
		// A page in any folder reaches it.
		for _, from := range []string{".", "en", "en/statements/x"} {
			u, err := url.Parse(relative(from, file))
			if err != nil {
				t.Fatalf("%q from %s: %v", file, from, err)
			}
			if got := path.Join(from, u.Path); file != "" && got != path.Clean(file) {
				t.Errorf("from %s %q leads to %q", from, file, got)
			}
		}
	})
}

func FuzzLocations(f *testing.F) {
	f.Add([]byte(`<urlset><url><loc>https://a.example/x</loc></url></urlset>`))
	f.Add([]byte(`<loc><loc>x</loc>`))
	f.Fuzz(func(_ *testing.T, b []byte) {
		locations(b)
		quoted(b, "/static/")
	})
}

// TestLargeFilesComeInParts holds that a film is copied byte by byte, is left alone
// when it is there, and is missing when it is taken back while it is copied.
func TestLargeFilesComeInParts(t *testing.T) {
	film := bytes.Repeat([]byte("0123456789abcdef"), partSize/16*2+1)
	asked, most := 0, 9
	l := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/media/a/film" {
			living{"/en": page(`<video src="/media/a/film"><track src="/media/a/captions/ar.vtt"></video>`), "/media/a/captions/ar.vtt": {media: "text/vtt", body: "WEBVTT"}}.ServeHTTP(w, r)
			return
		}
		if asked++; asked > most {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "video/mp4")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(film))
	})
	dir := filepath.Join(t.TempDir(), "copy")
	r := write(t, dir, l)
	got, err := os.ReadFile(filepath.Join(dir, "media/a/film.mp4"))
	if err != nil || !bytes.Equal(got, film) || asked != 3 || r.Bytes < int64(len(film)) {
		t.Fatalf("%d of %d bytes in %d parts, %v", len(got), len(film), asked, err)
	}
	home, err := os.ReadFile(filepath.Join(dir, "en/index.html"))
	if err != nil || !strings.Contains(string(home), `<video src="../media/a/film.mp4"><track src="../media/a/captions/ar.vtt"/>`) {
		t.Errorf("the page: %s, %v", home, err)
	}
	if r := write(t, dir, l); r.Written != 0 {
		t.Errorf("again: %d files written", r.Written)
	}
	most = asked + 1
	if r := write(t, dir, l); !slices.Contains(r.Missing, "/media/a/film") || r.Removed != 1 {
		t.Errorf("taken back: %+v", r)
	}
	for _, name := range names(t, dir) {
		if strings.Contains(name, "film") {
			t.Errorf("%s is left", name)
		}
	}
}
