package publishweb

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"sifara/internal/audit"
	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/ledger"
	"sifara/internal/org"
	"sifara/internal/publish"
	"sifara/internal/text"
	"sifara/internal/web/static"
	"sifara/internal/web/webtest"
)

// offlineSite is a house with the page that the site gives away.
type offlineSite struct {
	*public
	*webtest.Client
}

// newOffline skips the test where there is no browser, or no page.
func newOffline(t *testing.T) offlineSite {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes a while")
	}
	if !static.Built() {
		t.Skip("the page is not built: run `make assets`")
	}
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Skip("chromium is not installed")
	}
	p := newPublic(t, dbtest.SQLite(t, audit.Migrations(), org.Migrations(), publish.Migrations()))
	return offlineSite{p, p.As(nil, i18n.English)}
}

// proof is what the site offers for download beside a text.
func (p offlineSite) proof(t *testing.T, m publish.Message, l i18n.Lang) string {
	t.Helper()
	return p.Get(t, publish.ProofPath(m.ID, l)).Body
}

// browse downloads the page and starts a browser for it, which may make no
// request.
func (p offlineSite) browse(t *testing.T) (ctx context.Context, file string) {
	t.Helper()
	page := p.Get(t, "/en/verify/offline")
	if page.Status != http.StatusOK || !strings.Contains(page.Header.Get("Content-Disposition"), "verify.html") {
		t.Fatalf("got %d %q", page.Status, page.Header.Get("Content-Disposition"))
	}
	for _, bad := range []string{"https://", "http://", "<link", " src="} {
		if strings.Contains(page.Body, bad) {
			t.Errorf("the page leads outside: %s", bad)
		}
	}
	file = filepath.Join(t.TempDir(), "verify.html")
	if err := os.WriteFile(file, []byte(page.Body), 0o600); err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath("chromium"), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()))
	alloc, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	if err := chromedp.Listen(ctx, func(ev any) {
		if e, ok := ev.(*network.EventRequestWillBeSent); ok && !strings.HasPrefix(e.Request.URL, "file:") && !strings.HasPrefix(e.Request.URL, "data:") {
			t.Errorf("the page asked for %s", e.Request.URL)
		}
	}); err != nil {
		t.Fatal(err)
	}
	return ctx, file
}

// TestOfflinePage opens the page that the site gives away from a file, in the
// real browser, and has it check proofs: with the browser's own Ed25519 and with
// ours.
func TestOfflinePage(t *testing.T) {
	p := newOffline(t)
	ctx, file := p.browse(t)
	m := p.say(p.paris.ID, visit)
	proof, arabic := p.proof(t, m, i18n.English), p.proof(t, m, i18n.Arabic)
	english := text.Canonical(visit[i18n.English].Title + " The foreign minister visited Paris today and met his French counterpart to discuss bilateral relations.")
	forged := strings.Replace(proof, `"index": `, `"index": 1`, 1)
	tests := []struct{ name, proof, text, want string }{
		{"proof alone", proof, "", "proof"},
		{"signs that nobody sees", proof, " \u202e\n", "proof"},
		{"longer than can be checked", proof, strings.Repeat("a ", publish.MaxPasted/2) + "bc", "too_long"},
		{"a passage", proof, "The foreign minister visited Paris today and met his French counterpart", "part"},
		{"title and beginning", proof, english, "part"},
		{"two words changed", proof, "The foreign minister left Paris today and insulted his French counterpart to discuss bilateral relations.", "altered"},
		{"Arabic, two words changed", arabic, "زار وزير الخارجية باريس أمس والتقى نظيره الفرنسي، وبحثا الخلافات الثنائية.", "altered"},
		{"Arabic, whole body", arabic, "زار وزير الخارجية باريس اليوم والتقى نظيره الفرنسي، وبحثا العلاقات الثنائية.\n\nنحن شركاء.", "unchanged"},
		{"another text", proof, "Rain is expected tomorrow in the whole of the country, the experts say.", "not_found"},
		{"another place", forged, "", "x.proof"},
		{"no proof", "{}", "", "x.form"},
		{"false signature", strings.Replace(proof, `\n\n— example.test/log `, `\n\n— example.test/other `, 1), "", "x.unsigned"},
	}
	for _, own := range []bool{false, true} {
		open(t, ctx, file, own)
		for _, tt := range tests {
			if got := ask(t, ctx, tt.proof, tt.text); got != tt.want {
				t.Errorf("%s (own code: %v): got %q, want %q", tt.name, own, got, tt.want)
			}
		}
	}
	ask(t, ctx, proof, "")
	if said, want := run(t, ctx, `document.getElementById("answer").textContent`), m.ReleasedAt.Std().UTC().Format("2006-01-02 15:04 UTC"); !strings.Contains(said, want) {
		t.Errorf("published %s: %s", want, said)
	}
	// A witness's line is checked when its key is known, and a false one told.
	b, err := ledger.ReadBundle(strings.NewReader(proof))
	if err != nil {
		t.Fatal(err)
	}
	b.Record = []byte(strings.Replace(string(b.Record), "visited", "avoided", 1))
	changed, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	if got := ask(t, ctx, string(changed), ""); got != "x.proof" {
		t.Errorf("a changed record: got %q", got)
	}
	for _, l := range i18n.Langs {
		if err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS(`[data-lang="`+string(l)+`"]`))); err != nil {
			t.Fatal(err)
		}
		dir, title := run(t, ctx, `document.documentElement.dir`), run(t, ctx, `document.querySelector("h1").textContent`)
		if dir != l.Dir() || title == "" {
			t.Errorf("%s: got %q in direction %q", l, title, dir)
		}
	}
	// Both programs even out the same.
	for _, s := range []string{"a\u200cb  “x” – ١٢٣…", "e\u0301 \u2028 x", "«نص»\u202e ٪١٢", "\ufeffA\u00a0\u3000b", "ك\u0640ت"} {
		js, _ := json.Marshal(s)
		got := run(t, ctx, "sifara.canonical("+string(js)+")")
		if want := text.Canonical(s); got != want {
			t.Errorf("%q: got %q, want %q", s, got, want)
		}
	}
}

// run evaluates a script that gives a text.
func run(t *testing.T, ctx context.Context, script string) string {
	t.Helper()
	got, err := chromedp.Run(ctx, chromedp.Evaluate[string](script))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// open loads the page; with own it takes Ed25519 away from the browser.
func open(t *testing.T, ctx context.Context, file string, own bool) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.Navigate("file://"+file+"?lang=en")); err != nil {
		t.Fatal(err)
	}
	if own {
		run(t, ctx, `{ const real = crypto.subtle.importKey.bind(crypto.subtle); crypto.subtle.importKey = (f, k, a, ...r) => a.name === "Ed25519" ? Promise.reject(new Error("unknown")) : real(f, k, a, ...r); "" }`)
	}
}

// ask fills in the form and gives the verdict.
func ask(t *testing.T, ctx context.Context, proof, words string) string {
	t.Helper()
	in, err := json.Marshal([]string{proof, words})
	if err != nil {
		t.Fatal(err)
	}
	run(t, ctx, `{ const [p, t] = `+string(in)+`; document.getElementById("proof").value = p; document.getElementById("text").value = t; const a = document.getElementById("answer"); a.hidden = true; delete a.dataset.verdict; document.getElementById("form").requestSubmit(); "" }`)
	if err := chromedp.Do(ctx, chromedp.WaitVisible(chromedp.CSS(`#answer[data-verdict]`))); err != nil {
		t.Fatal(err)
	}
	return run(t, ctx, `document.getElementById("answer").dataset.verdict`)
}
