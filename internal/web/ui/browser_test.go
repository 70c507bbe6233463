package ui_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"sifara/internal/i18n"
	"sifara/internal/web/static"
	"sifara/internal/web/ui"
)

// policy is the content security policy that every page must live under.
const policy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; form-action 'self'"

// printers are the four languages with the words of this package.
func printers(t *testing.T) map[string]*i18n.Printer {
	t.Helper()
	catalogue, err := i18n.Load(ui.Locales())
	if err != nil {
		t.Fatalf("i18n.Load: %v", err)
	}
	out := map[string]*i18n.Printer{}
	for _, l := range i18n.Langs {
		out[l.Tag()] = catalogue.Printer(l)
	}
	return out
}

// gallery serves the gallery's pages as /page?lang=ar.
func gallery(t *testing.T) *httptest.Server {
	t.Helper()
	words := printers(t)
	mux := http.NewServeMux()
	mux.Handle(static.Prefix, static.Handler())
	mux.HandleFunc("GET /console/palette", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `[{"title":"اليوم","hint":"/console","href":"/console?lang=ar","kind":"صفحة"},{"title":"رسالة جديدة","hint":"","href":"/form?lang=ar","kind":"إجراء"}]`)
	})
	mux.HandleFunc("GET /{page}", func(w http.ResponseWriter, r *http.Request) {
		p, ok := words[r.FormValue("lang")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := ui.Gallery(r.PathValue("page")).Render(i18n.WithPrinter(r.Context(), p), w); err != nil {
			t.Errorf("render %s: %v", r.URL, err)
		}
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return srv
}

// browser starts Chromium, or skips where it or the built files are missing.
func browser(t *testing.T) context.Context {
	t.Helper()
	if !static.Built() {
		t.Skip("the styles and scripts are not built: run `go run ./internal/assetbuild`")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("hide-scrollbars", true),
	)
	alloc, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	return ctx
}

// finding is what axe-core reports about a page.
type finding struct {
	ID     string
	Impact string
	Help   string
	Nodes  []struct {
		HTML           string
		FailureSummary string
	}
}

func TestGalleryInBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes a while")
	}
	axe, err := os.ReadFile(filepath.Join("..", "..", "..", "assets", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Skip("axe-core is not installed: run `npm ci` in assets")
	}
	ctx := browser(t)
	srv := gallery(t)
	pictures := os.Getenv("SIFARA_GALLERY")

	var mu sync.Mutex
	var complaints []string
	err = chromedp.Listen(ctx, func(ev any) {
		mu.Lock()
		defer mu.Unlock()
		switch e := ev.(type) {
		case *log.EventEntryAdded:
			if e.Entry.Level == log.EntryLevelError {
				complaints = append(complaints, e.Entry.Text)
			}
		case *runtime.EventExceptionThrown:
			complaints = append(complaints, e.ExceptionDetails.Text)
		}
	})
	if err != nil {
		t.Fatalf("listen to the browser: %v", err)
	}
	for _, page := range ui.GalleryPages {
		for _, lang := range i18n.Langs {
			for _, width := range []int64{1280, 390} {
				t.Run(fmt.Sprintf("%s/%s/%d", page, lang, width), func(t *testing.T) {
					mu.Lock()
					complaints = nil
					mu.Unlock()
					look(t, ctx, view{srv.URL + "/" + page + "?lang=" + lang.Tag(), width, lang, page, string(axe), pictures})
					mu.Lock()
					defer mu.Unlock()
					for _, c := range complaints {
						t.Errorf("the browser complains: %s", c)
					}
				})
			}
		}
	}
}

// view is one page as one reader sees it.
type view struct {
	url      string
	width    int64
	lang     i18n.Lang
	page     string
	axe      string
	pictures string
}

// look opens a page, checks that it fits and that axe finds nothing serious
// by day and by night, and takes a picture of it where one is wanted.
func look(t *testing.T, ctx context.Context, v view) {
	t.Helper()
	scheme(t, ctx, "light")
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(v.width, 900), chromedp.Navigate(v.url)); err != nil {
		t.Fatalf("open %s: %v", v.url, err)
	}
	overflow := evaluate[int64](t, ctx, `document.fonts.ready.then(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)`)
	if overflow > 0 {
		t.Errorf("%s at %d px: the page is %d px too wide", v.url, v.width, overflow)
	}
	if v.pictures != "" {
		picture(t, ctx, v, "")
	}
	audit(t, ctx, v)
	if v.width == 1280 && (v.lang == i18n.Arabic || v.lang == i18n.English) {
		scheme(t, ctx, "dark")
		// Opened anew, as by a reader who always has it dark: an open page that
		// changes is drawn in steps, which axe would catch half way.
		if err := chromedp.Do(ctx, chromedp.Navigate(v.url)); err != nil {
			t.Fatalf("open %s in the dark: %v", v.url, err)
		}
		if v.pictures != "" {
			picture(t, ctx, v, "-dark")
		}
		audit(t, ctx, v)
	}
}

func picture(t *testing.T, ctx context.Context, v view, suffix string) {
	t.Helper()
	time.Sleep(700 * time.Millisecond) // charts are drawn after the page has loaded
	// A window as high as the page: the browser's own pictures of more than the
	// window are shifted on right-to-left pages.
	height := evaluate[int64](t, ctx, `document.documentElement.scrollHeight`)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(v.width, max(height, 900)), chromedp.Sleep(200*time.Millisecond)); err != nil {
		t.Fatalf("enlarge the window: %v", err)
	}
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatalf("picture: %v", err)
	}
	name := filepath.Join(v.pictures, fmt.Sprintf("%s-%s-%d%s.png", v.page, v.lang, v.width, suffix))
	if err := os.WriteFile(name, png, 0o644); err != nil {
		t.Fatalf("picture: %v", err)
	}
}

// audit runs axe-core and reports what is serious or critical.
func audit(t *testing.T, ctx context.Context, v view) {
	t.Helper()
	evaluate[int](t, ctx, v.axe+";0")
	result := evaluate[string](t, ctx, `axe.run(document, {resultTypes: ["violations"]}).then(r => JSON.stringify(r.violations.map(v => ({ID: v.id, Impact: v.impact, Help: v.help, Nodes: v.nodes.slice(0, 3).map(n => ({HTML: n.html.slice(0, 300), FailureSummary: n.failureSummary}))}))))`)
	var findings []finding
	if err := json.Unmarshal([]byte(result), &findings); err != nil {
		t.Fatalf("axe's answer: %v", err)
	}
	for _, f := range findings {
		if f.Impact == "serious" || f.Impact == "critical" {
			t.Errorf("%s: axe %s (%s): %s: %+v", v.url, f.ID, f.Impact, f.Help, f.Nodes)
		} else {
			t.Logf("axe %s (%s): %s: %+v", f.ID, f.Impact, f.Help, f.Nodes)
		}
	}
}

// evaluate runs a script in the page and waits for what it promises.
func evaluate[T any](t *testing.T, ctx context.Context, script string) T {
	t.Helper()
	got, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("evaluate %.80s: %v", script, err)
	}
	return got
}

// scheme lets the reader prefer light or dark pages without motion.
func scheme(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features}); err != nil {
		t.Fatalf("prefer %s: %v", name, err)
	}
}
