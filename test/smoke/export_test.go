package smoke

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/brotli"
	"github.com/chromedp/chromedp"
)

// TestCopyOfTheSite writes the demonstration's site into a folder and reads it
// from the disk and from a plain web server: every address within leads to a file
// of the copy, pages look as they should, and a second copy writes only what is
// new.
func TestCopyOfTheSite(t *testing.T) {
	data := demonstration(t)
	dir := filepath.Join(t.TempDir(), "copy")
	type report struct{ Pages, Files, Written, Removed int }
	first := decode[report](t, must(t, data, "publish", "export", dir, "--json", "--base-url", ownAddress))
	if first.Pages < 100 || first.Written != first.Files || first.Removed != 0 {
		t.Fatalf("the first copy: %+v", first)
	}
	if again := decode[report](t, must(t, data, "publish", "export", dir, "--json", "--base-url", ownAddress)); again.Written != 0 || again.Removed != 0 || again.Files != first.Files {
		t.Errorf("nothing changed, the second copy: %+v", again)
	}
	whole(t, dir)

	n := serveOwn(t, data)
	o := openOffice(t, n.base, staff(t, data), "paris")
	m := o.release(o.approved("Released between two copies", "The copy is to show it."), time.Time{})
	n.stop(t)
	later := decode[report](t, must(t, data, "publish", "export", dir, "--json", "--base-url", ownAddress))
	if later.Files <= first.Files || later.Written > 60 {
		t.Errorf("one statement was released, %d files of %d were written", later.Written, later.Files)
	}
	statement := "en/statements/" + m.Slug + "/index.html"
	if b, err := os.ReadFile(filepath.Join(dir, statement)); err != nil || !bytes.Contains(b, []byte("The copy is to show it.")) {
		t.Errorf("the new statement: %v", err)
	}
	if r := run(t, data, "publish", "export", data); r.code != 2 || !strings.Contains(r.stderr, "holds something else") {
		t.Errorf("over the data of the house: exit %d %s", r.code, r.stderr)
	}
	if testing.Short() {
		t.Skip("opens the copy in a browser")
	}
	server := httptest.NewServer(http.FileServer(http.Dir(dir)))
	defer server.Close()
	for _, at := range []struct{ name, base string }{{"disk", "file://" + dir}, {"server", server.URL}} {
		for lang, width := range map[string]int64{"ar": 390, "en": 1280} {
			t.Run(at.name+" "+lang, func(t *testing.T) {
				b := newBrowser(t, at.base, width)
				b.open("/" + lang + "/index.html")
				b.looksRight()
				b.picture("copy-" + at.name + "-" + lang)
				b.follow(`main a[href*="statements/"]`)
				b.looksRight()
				b.picture("copy-statement-" + at.name + "-" + lang)
				b.open("/" + lang + "/missions/index.html")
				b.looksRight()
				b.follow(`main a[href*="paris/index.html"]`)
				b.looksRight()
			})
		}
	}
}

// looksRight wants the styles and the letters of the house, no page wider than
// the window, and every picture.
func (b *browser) looksRight() {
	b.t.Helper()
	if got := ask(b, chromedp.Evaluate[string](`document.fonts.ready.then(() => [...document.fonts].some(f => f.status === "loaded") ? getComputedStyle(document.querySelector(".site-head")).borderTopStyle && "yes" : "no letters")`, chromedp.EvalAwaitPromise)); got != "yes" {
		b.t.Errorf("%s: %s", b.path(), got)
	}
	if got := ask(b, chromedp.Evaluate[string](`[...document.images].filter(i => i.complete && i.naturalWidth === 0).map(i => i.src).join(" ")`)); got != "" {
		b.t.Errorf("%s: no picture at %s", b.path(), got)
	}
	if b.overflows() {
		b.t.Errorf("%s is wider than the window", b.path())
	}
}

// whole wants every relative address on the pages of a copy to lead to one of
// its files, no address that begins at a server's root, and a light first page.
func whole(t *testing.T, dir string) {
	t.Helper()
	pages := 0
	tree := os.DirFS(dir)
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".html" {
			return err
		}
		pages++
		f, err := tree.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		doc, err := goquery.NewDocumentFromReader(f)
		if err != nil {
			return err
		}
		for _, s := range doc.Find("[href], [src], [action]").EachIter() {
			for _, key := range []string{"href", "src", "action"} {
				value, ok := s.Attr(key)
				u, err := url.Parse(value)
				if !ok || value == "" || err == nil && (u.Scheme != "" || u.Path == "") {
					continue
				}
				if err != nil || strings.HasPrefix(value, "/") {
					return fmt.Errorf("%s leads to %q: %v", name, value, err)
				}
				if _, err := fs.Stat(tree, path.Join(path.Dir(name), u.Path)); err != nil {
					return fmt.Errorf("%s leads to %q: %w", name, value, err)
				}
			}
		}
		return nil
	})
	if err != nil || pages < 100 {
		t.Errorf("%d pages: %v", pages, err)
	}
	for _, lang := range []string{"ar", "ckb", "kmr", "en"} {
		home, err := fs.ReadFile(tree, lang+"/index.html")
		if err != nil {
			t.Fatal(err)
		}
		var packed bytes.Buffer
		w := brotli.NewWriter(&packed)
		if _, err := w.Write(home); err != nil || w.Close() != nil {
			t.Fatal(err)
		}
		if packed.Len() > weightLimit/4 {
			t.Errorf("the first page in %s has %d bytes, packed", lang, packed.Len())
		}
	}
}
