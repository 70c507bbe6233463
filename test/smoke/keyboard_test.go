package smoke

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// stop is where the keyboard stands.
type stop struct {
	Name   string  `json:"name"`
	ID     string  `json:"id"`
	X      float64 `json:"x"` // the edge at which a line begins, from the page's beginning of lines
	Y      float64 `json:"y"`
	Shown  bool    `json:"shown"`  // it can be seen and marks the focus
	Inside bool    `json:"inside"` // in the main part
}

const whereAmI = `(() => {
	const e = document.activeElement;
	if (!e || e === document.body) return {name: ""};
	const r = (e.closest("label, .choice") ?? e).getBoundingClientRect(), s = getComputedStyle(e);
	const rtl = document.documentElement.dir === "rtl";
	return {
		name: (e.innerText || e.getAttribute("aria-label") || e.name || e.id || e.tagName).trim().slice(0, 40), id: e.id,
		x: rtl ? innerWidth - r.right : r.left, y: r.top + scrollY,
		shown: r.width > 0 && r.height > 0 && r.bottom > 0 && r.top < innerHeight && (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 || !!e.closest(":has(:focus-visible)") && s.boxShadow !== "none"),
		inside: !!e.closest("main"),
	};
})()`

// tab goes on by the keyboard and tells where that led.
func (b *browser) tab() stop {
	b.t.Helper()
	b.do(chromedp.KeyEvent("\t"))
	return ask(b, chromedp.Evaluate[stop](whereAmI))
}

// walk goes through a page by Tab until its end. Every stop can be seen and is
// marked, none comes twice, no field holds the keyboard, and within the main
// part stops come in the order of reading: downwards, and along a line from
// its beginning, whichever side that is.
func (b *browser) walk(what string) []stop {
	b.t.Helper()
	b.script(`document.documentElement.style.scrollBehavior = "auto"; document.activeElement?.blur(); scrollTo(0, 0); window.sifaraSeen = new Set()`)
	var stops []stop
	for range 300 {
		s := b.tab()
		if s.Name == "" {
			break
		}
		if again := ask(b, chromedp.Evaluate[bool](`(e => sifaraSeen.has(e) || (sifaraSeen.add(e), false))(document.activeElement)`)); again {
			if len(stops) < 10 {
				b.t.Errorf("%s: the keyboard is held at %q", what, s.Name)
			}
			break
		}
		if !s.Shown && s.Inside {
			b.t.Errorf("%s: the focus on %q (%s) cannot be seen", what, s.Name, s.ID)
		}
		if n := len(stops); n > 0 && s.Inside && stops[n-1].Inside && b.backwards(stops[n-1], s) {
			b.t.Errorf("%s: from %q at %.0f,%.0f the keyboard goes back to %q at %.0f,%.0f", what, stops[n-1].Name, stops[n-1].X, stops[n-1].Y, s.Name, s.X, s.Y)
		}
		stops = append(stops, s)
	}
	return stops
}

// backwards reports a step against the order of reading. A column beside the
// main one is read after it, from its top.
func (b *browser) backwards(from, to stop) bool {
	const line = 24
	switch {
	case to.Y > from.Y+line:
		return false
	case to.Y > from.Y-line:
		return to.X < from.X-1
	}
	return to.X < from.X+200
}

// reach goes on by Tab until it stands on what a selector names.
func (b *browser) reach(selector string) {
	b.t.Helper()
	for range 300 {
		b.do(chromedp.KeyEvent("\t"))
		if ask(b, chromedp.Evaluate[bool](`!!document.activeElement?.matches(`+quote(selector)+`)`)) {
			return
		}
	}
	b.picture("unreachable")
	b.t.Fatalf("Tab does not reach %s at %s", selector, b.path())
}

// releasable finds a message whose page offers the release.
func (b *browser) releasable() string {
	b.t.Helper()
	for _, state := range []string{"approved", "scheduled", "in_review"} {
		b.open("/console/messages?state=" + state)
		for _, a := range b.document().Find(`main a[href^="/console/messages/"]`).EachIter() {
			href := a.AttrOr("href", "")
			if strings.Count(href, "/") != 3 || strings.Contains(href, "?") || strings.HasSuffix(href, "/new") {
				continue
			}
			b.open(href)
			if b.has(`main a[href$="/release"]`) {
				return href
			}
		}
	}
	return ""
}

// TestEditorAndReleaseByKeyboard writes in the editor, releases a message and
// draws back from releasing it, without a pointer, in both directions.
func TestEditorAndReleaseByKeyboard(t *testing.T) {
	if testing.Short() {
		t.Skip("walks pages in a browser")
	}
	n := serveOwn(t, demonstration(t))
	for _, lang := range []string{"ar", "en"} {
		t.Run(lang, func(t *testing.T) {
			b := newBrowser(t, n.base, 1280)
			b.signIn("unit_head", lang)
			b.open("/console/messages?state=draft")
			draft := b.firstLink("/console/messages/")
			b.open(draft + "/edit?lang=" + lang)
			if stops := b.walk("editor"); len(stops) < 15 {
				t.Errorf("the editor has only %d stops", len(stops))
			}
			b.reach(`input[name=title]`)
			b.do(chromedp.KeyEvent(" !"))
			b.reach(`textarea[name=body]`)
			b.do(chromedp.KeyEvent("\rx")) // Enter makes a line and sends nothing
			if body := ask(b, chromedp.Evaluate[string](`document.activeElement.value`)); !strings.Contains(body, "\nx") || !strings.Contains(b.path(), "/edit") {
				t.Fatalf("after Enter in the text: %s, %.80q", b.path(), body)
			}
			b.reach(`main form button[type=submit]`)
			b.leave()
			b.do(chromedp.KeyEvent("\r"))
			b.arrive()
			b.done("saving by Enter")

			ready := b.releasable()
			if ready == "" {
				t.Fatal("the demonstration has no message that unit_head may release")
			}
			b.open(ready + "/release")
			b.walk("release")
			button := `form[action$="/release"] button[type=submit]`
			b.script(`document.activeElement?.blur()`)
			b.reach(button)
			b.do(chromedp.KeyEvent("\r"), chromedp.WaitVisible(chromedp.CSS("#confirm-ok")))
			for range 4 { // the question holds the keyboard until it is answered
				b.do(chromedp.KeyEvent("\t"))
				if ask(b, chromedp.Evaluate[bool](`!document.activeElement.closest("dialog") && document.activeElement !== document.body`)) {
					t.Error("the keyboard leaves the open question")
				}
			}
			b.do(chromedp.KeyEvent("\u001b"), chromedp.WaitNotVisible(chromedp.CSS("#confirm-ok")))
			if !ask(b, chromedp.Evaluate[bool](`document.activeElement.matches(`+quote(button)+`)`)) {
				t.Error("after Escape the focus is not where the question came from")
			}
			if got := b.path(); !strings.HasSuffix(got, "/release") {
				t.Fatalf("Escape led to %s", got)
			}
			b.do(chromedp.KeyEvent("\r"), chromedp.WaitVisible(chromedp.CSS("#confirm-ok")))
			b.reach("#confirm-ok")
			b.leave()
			b.do(chromedp.KeyEvent("\r"))
			b.arrive()
			b.done("release by Enter")
		})
	}
}
