package smoke

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser is a real one, with what it complained about.
type browser struct {
	ctx  context.Context
	t    testing.TB
	base string

	mu         sync.Mutex
	complaints []string
}

// newBrowser starts a browser at a width; the test skips where there is none.
func newBrowser(t testing.TB, base string, width int64) *browser {
	t.Helper()
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Skip("no chromium: test/tools installs it")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:0:0],
		chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("hide-scrollbars", true),
		// Under its own name it is a robot, whose readings are not counted.
		chromedp.UserAgent("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"),
		chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(int(width), 900),
	)
	alloc, cancelAlloc := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(alloc)
	b := &browser{ctx: ctx, t: t, base: base}
	t.Cleanup(func() {
		cancel()
		cancelAlloc()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.EmulateViewport(width, 900))
	for _, enable := range []func() error{
		func() error { _, err := chromedp.Call(ctx, cdplog.Enable, cdp.Empty{}); return err },
		func() error { _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); return err },
	} {
		if err := enable(); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// hear keeps script errors, refused content and failed requests.
func (b *browser) hear(ev any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := ev.(type) {
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, e.ExceptionDetails.Text)
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == "error" {
			b.complaints = append(b.complaints, fmt.Sprintf("%s %v", e.Entry.Text, e.Entry.URL))
		}
	}
}

// heard gives the complaints since it was last asked.
func (b *browser) heard() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.complaints
	b.complaints = nil
	return out
}

func (b *browser) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ask(b, chromedp.Steps(actions...))
}

// ask runs one action and gives its value; a failure ends the test with what
// the page shows.
func ask[T any](b *browser, action chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 45*time.Second)
	defer cancel()
	v, err := chromedp.Run(ctx, action)
	if err != nil {
		b.picture("failure")
		where, _ := chromedp.Run(b.ctx, chromedp.Location())
		text, _ := chromedp.Run(b.ctx, chromedp.Text(chromedp.CSS("body")))
		b.t.Fatalf("%v at %s\n%.1500s", err, where, squeeze(text))
	}
	return v
}

func (b *browser) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.base+path), chromedp.WaitReady(chromedp.CSS("body")))
}

// follow clicks and waits until the page that it leads to is there.
func (b *browser) follow(selector string) {
	b.t.Helper()
	b.leave()
	b.click(selector)
	b.arrive()
}

// click brings an element to the middle of the window, clear of bars at its
// edges, and clicks it.
func (b *browser) click(selector string) {
	b.t.Helper()
	s, _ := json.Marshal(selector)
	b.do(chromedp.WaitVisible(chromedp.CSS(selector)), chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelector(%s).scrollIntoView({block: "center", behavior: "instant"});0`, s)), chromedp.Click(chromedp.CSS(selector)))
}

// leave marks the page, so that arrive knows the next one from it.
func (b *browser) leave() {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](`window.sifaraOldPage = true;0`))
}

// arrive waits for the page after the marked one. A question that is asked
// while the page changes has no answer: it is asked again.
func (b *browser) arrive() {
	b.t.Helper()
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(b.ctx, 10*time.Second)
		there, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`!window.sifaraOldPage && document.readyState === "complete"`))
		cancel()
		if err == nil && there {
			return
		}
		if time.Since(began) > 40*time.Second {
			b.picture("failure")
			b.t.Fatalf("the next page does not come (%v)", err)
		}
	}
}

func (b *browser) fill(selector, value string) {
	b.t.Helper()
	s, _ := json.Marshal(selector)
	b.do(chromedp.WaitVisible(chromedp.CSS(selector)), chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelector(%s).value = "";0`, s)), chromedp.SendKeys(chromedp.CSS(selector), value))
}

func (b *browser) text(selector string) string {
	b.t.Helper()
	return squeeze(ask(b, chromedp.Text(chromedp.CSS(selector))))
}

func (b *browser) attribute(selector, name string) string {
	b.t.Helper()
	return ask(b, chromedp.AttributeValue(chromedp.CSS(selector), name)).Value
}

func (b *browser) has(selector string) bool {
	b.t.Helper()
	s, _ := json.Marshal(selector)
	return ask(b, chromedp.Evaluate[int](fmt.Sprintf(`document.querySelectorAll(%s).length`, s))) > 0
}

func (b *browser) path() string {
	b.t.Helper()
	return strings.TrimPrefix(ask(b, chromedp.Location()), b.base)
}

// signIn signs in with the demonstration's button of a role, in a language.
func (b *browser) signIn(role, lang string) {
	b.t.Helper()
	b.open("/console/language?lang=" + lang + "&back=/console/signin")
	b.follow(`button[data-role="` + role + `"]`)
}

func (b *browser) signOut() {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, network.ClearBrowserCookies, cdp.Empty{}); err != nil {
		b.t.Fatal(err)
	}
}

// picture keeps a picture of the page in the folder SIFARA_PICTURES, if set.
func (b *browser) picture(name string) {
	dir := os.Getenv("SIFARA_PICTURES")
	if dir == "" {
		return
	}
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Logf("picture %s: %v", name, err)
		return
	}
	if err := errors.Join(os.MkdirAll(dir, 0o755), os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644)); err != nil {
		b.t.Log(err)
	}
}

// axe is the accessibility checker; the test skips where it is not installed.
func axe(t testing.TB) string {
	t.Helper()
	source, err := os.ReadFile("../../assets/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Skip("no axe-core: make assets installs it")
	}
	return string(source)
}

// violation is what axe found.
type violation struct {
	ID     string `json:"id"`
	Impact string `json:"impact"`
	Where  string `json:"where"`
}

// check runs axe on the open page and gives what is serious or worse.
func (b *browser) check(axe string) []violation {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](axe + `;0`))
	return ask(b, chromedp.Evaluate[[]violation](`axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations
		.filter(v => v.impact === "serious" || v.impact === "critical")
		.map(v => ({id: v.id, impact: v.impact, where: v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(" | ")})))`, chromedp.EvalAwaitPromise))
}

// overflows reports whether the page is wider than the window.
func (b *browser) overflows() bool {
	b.t.Helper()
	return ask(b, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > window.innerWidth + 1`))
}
