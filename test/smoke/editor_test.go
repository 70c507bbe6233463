package smoke

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"sifara/internal/id"
)

// TestEditorsScripts writes in the editor as people do, with keys and a pointer, in
// both directions: the toolbar of Markdown, what is kept while one types and the
// server comes and goes, two who write at once, names after "@", the point that
// crops of a picture keep.
func TestEditorsScripts(t *testing.T) {
	if testing.Short() {
		t.Skip("writes in a browser")
	}
	house, data := t, demonstration(t)
	n := serveOwn(t, data)
	people := staff(t, data)
	o := openOffice(t, n.base, people, "paris")
	colleague := machine{t, n.base, signedIn(t, n.base, people["unit-head"]).token("publish.view", "publish.draft")}
	b := newBrowser(t, n.base, 1280)
	for _, lang := range []string{"ar", "en"} {
		t.Run(lang, func(t *testing.T) {
			w := editing{browser: b, t: t, house: house, n: &n, data: data, lang: lang, office: o, colleague: colleague, said: written[lang]}
			b.t = t
			b.as(people["press-paris"], lang)
			w.begin()
			w.toolbar()
			w.keptWhileOffline()
			w.keptInTheHouse()
			w.joinsAndClashes()
			w.callsColleague()
			w.setsFocus()
		})
	}
}

// written are the texts of a language: a first and a last paragraph, and words to add.
var written = map[string]struct{ title, first, last, more, again, instead string }{
	"ar": {"زيارة الوزير", "زار الوزير باريس", "التقى الجالية العراقية", "صباحا", "ومساء", "بغداد"},
	"en": {"A visit", "The minister visited Paris", "He met the community", "this morning", "and tonight", "Baghdad"},
}

// editing goes through the editor of one message.
type editing struct {
	*browser
	t, house  *testing.T // house has the server
	n         **node
	data      string
	lang      string
	office    office
	colleague machine
	said      struct{ title, first, last, more, again, instead string }
	message   string
}

const body = `#editor-form textarea[name=body]`

// begin makes the message by the API, so that two paragraphs are there.
func (w *editing) begin() {
	w.message = id.New()
	call[message](w.office.drafter, http.MethodPost, "/messages", map[string]any{"id": w.message, "mission_id": w.office.mission, "kind": "news", "source_lang": w.lang, "title": w.said.title, "body": w.said.first + "\n\n" + w.said.last})
}

func (w *editing) edit() { w.open("/console/messages/" + w.message + "/edit?lang=" + w.lang) }

func (w *editing) value(selector string) string {
	return ask(w.browser, chromedp.Evaluate[string](`document.querySelector(`+quote(selector)+`).value`))
}

// marked is what is selected in the text.
func (w *editing) marked() string {
	return ask(w.browser, chromedp.Evaluate[string](`(e => e.value.slice(e.selectionStart, e.selectionEnd))(document.querySelector(`+quote(body)+`))`))
}

func (w *editing) focused() string {
	return ask(w.browser, chromedp.Evaluate[string](`document.activeElement.dataset.mark ?? document.activeElement.name ?? ""`))
}

func (w *editing) key(keys string, held ...chromedp.Modifier) {
	w.do(chromedp.KeyEvent(keys, chromedp.KeyModifiers(held...)))
}

// toTools goes to the toolbar from the text by the keyboard, which stops there once.
func (w *editing) toTools(mark string) {
	w.t.Helper()
	w.key("\t", chromedp.ModifierShift)
	forward := map[string]string{"ar": kb.ArrowLeft, "en": kb.ArrowRight}[w.lang]
	for range 8 {
		if w.focused() == mark {
			return
		}
		w.key(forward)
	}
	w.t.Fatalf("the arrow keys do not lead to %s, but to %s", mark, w.focused())
}

// mark selects a word of the text, as a pointer would.
func (w *editing) mark(word string) {
	w.script(fmt.Sprintf(`(e => { e.focus(); const i = e.value.indexOf(%s); e.setSelectionRange(i, i + %s.length) })(document.querySelector(%s))`, quote(word), quote(word), quote(body)))
}

// toolbar writes each mark, by keyboard and by pointer, and takes it back.
func (w *editing) toolbar() {
	t := w.t
	w.edit()
	before := w.value(body)
	word := strings.Fields(w.said.first)[0]
	for _, x := range []struct{ mark, text, selected string }{
		{"bold", "**" + word + "**", word}, {"heading", "## " + w.said.first, ""}, {"list", "- " + w.said.first, ""}, {"link", "[" + word + "](https://)", "https://"},
	} {
		w.mark(word)
		w.toTools(x.mark)
		w.key("\r")
		if got := w.value(body); !strings.HasPrefix(got, x.text) || !strings.HasSuffix(got, w.said.last) {
			t.Errorf("%s: %q", x.mark, got)
		}
		if got := w.marked(); got != x.selected || w.focused() != "body" {
			t.Errorf("%s leaves %q selected and the keyboard at %s", x.mark, got, w.focused())
		}
		w.key("z", chromedp.ModifierCtrl)
		if got := w.value(body); got != before {
			t.Errorf("%s is not taken back: %q", x.mark, got)
		}
	}
	w.mark(word)
	w.toTools("link")
	w.key(kb.Home)
	if w.focused() != "bold" {
		t.Errorf("Home leads to %s", w.focused())
	}
	w.mark(word)
	w.click(`[data-mark=bold]`)
	w.key("b", chromedp.ModifierCtrl) // what is bold is made plain again
	if got := w.value(body); got != before {
		t.Errorf("bold on and off: %q", got)
	}
}

// atEnd goes on writing at the end of the text.
func (w *editing) atEnd(words string) {
	w.click(body)
	w.key(kb.End, chromedp.ModifierCtrl)
	w.key(" " + words)
}

// state waits until the form says something about what is kept.
func (w *editing) state(what, selector string, ok func(string) bool) string {
	w.t.Helper()
	said := ""
	eventually(w.t, 30*time.Second, what, func() bool {
		said = squeeze(ask(w.browser, chromedp.Evaluate[string](`document.querySelector(`+quote(selector)+`)?.textContent ?? ""`)))
		return ok(said)
	})
	return said
}

const onDevice, inHouse = "[data-autosave-state]", "#kept-state"

func says(word string) func(string) bool {
	return func(s string) bool { return strings.Contains(s, word) }
}

var lostWord = map[string]string{"ar": "لا اتصال", "en": "No connection"}

// restart serves the house again at the address where the browser knows it.
func (w *editing) restart() {
	*w.n = serveAt(w.house, strings.TrimPrefix((*w.n).base, "http://"), []string{"SIFARA_DATA=" + w.data}, "--base-url", ownAddress, "--trusted-proxies", "127.0.0.1,::1")
}

// keptWhileOffline writes while the server is gone: the form says so, keeps the words
// on the device, and brings them to the house by itself when it is back.
func (w *editing) keptWhileOffline() {
	w.edit()
	w.atEnd(w.said.more)
	w.state("the mark that it is kept", inHouse, func(s string) bool { return s != "" })
	(*w.n).kill()
	w.atEnd(w.said.again)
	w.state("that the line is gone", onDevice, says(lostWord[w.lang]))
	w.key("!")
	time.Sleep(time.Second) // longer than the device waits before it keeps
	w.state("that the line is still gone", onDevice, says(lostWord[w.lang]))
	w.restart()
	w.state("that the line is back", onDevice, func(s string) bool { return s != "" && !strings.Contains(s, lostWord[w.lang]) })
	w.heard() // requests that failed while there was no server
}

// keptInTheHouse opens the page again on a device that remembers nothing, and then
// once more after it was closed while there was no server.
func (w *editing) keptInTheHouse() {
	t := w.t
	want := w.said.last + " " + w.said.more + " " + w.said.again + "!"
	w.script(`localStorage.clear()`)
	w.do(chromedp.Navigate("about:blank"))
	w.edit()
	w.follow(`[data-draft-kept] a[href*="typed=1"]`)
	if got := w.value(body); !strings.HasSuffix(got, want) {
		t.Fatalf("the house kept %q, want %q", got, want)
	}
	(*w.n).kill()
	w.atEnd(w.said.more)
	w.state("that the line is gone", onDevice, says(lostWord[w.lang]))
	w.do(chromedp.Navigate("about:blank"))
	w.restart()
	w.edit()
	w.click(`#editor-form > .notice button:not(.btn-quiet)`)
	if got := w.value(body); !strings.HasSuffix(got, want+" "+w.said.more) {
		t.Fatalf("the device kept %q", got)
	}
	w.press(`#editor-form button[type=submit]:not([name])`)
	w.done("saving what was kept")
	w.edit()
	if w.has(`[data-draft-kept], #editor-form > .notice`) {
		t.Error("what is saved is still offered")
	}
	w.heard()
}

// stored is the text as it is, and its version.
func (w *editing) stored() (string, int) {
	m := call[struct {
		Variants []struct {
			Body    string
			Version int
		}
	}](w.colleague, http.MethodGet, "/messages/"+w.message, nil)
	return m.Variants[0].Body, m.Variants[0].Version
}

// other has a colleague save the text with other words.
func (w *editing) other(old, now string) {
	text, version := w.stored()
	call[message](w.colleague, http.MethodPut, "/messages/"+w.message+"/variants/"+w.lang, map[string]any{"title": w.said.title, "body": strings.Replace(text, old, now, 1), "version": version})
}

// joinsAndClashes writes while a colleague saves: other words are put together, of
// the same words both are shown, and the writer decides.
func (w *editing) joinsAndClashes() {
	t := w.t
	w.edit()
	words := strings.Fields(w.said.first)
	w.other(words[len(words)-1], w.said.instead)
	w.atEnd("A1")
	w.state("what the colleague changed", "#meanwhile", says(w.said.instead))
	w.press(`#editor-form button[type=submit]:not([name])`)
	if got := w.value(body); !strings.Contains(got, w.said.instead) || !strings.HasSuffix(got, "A1") {
		t.Fatalf("not joined: %q", got)
	}
	w.press(`#editor-form button[type=submit]:not([name])`)
	w.done("saving both")
	if got, _ := w.stored(); !strings.Contains(got, w.said.instead) || !strings.HasSuffix(got, "A1") {
		t.Errorf("stored %q", got)
	}
	w.edit()
	w.other("A1", "B2")
	w.mark("A1")
	w.key("C3")
	w.press(`#editor-form button[type=submit]:not([name])`)
	if got := w.text("#clash"); !strings.Contains(got, "B2") || !strings.Contains(got, "C3") || !strings.HasSuffix(w.value(body), "C3") {
		t.Fatalf("the clash shows %q", got)
	}
	w.press(`#editor-form button[type=submit]:not([name])`)
	w.done("deciding")
	if got, _ := w.stored(); !strings.HasSuffix(got, "C3") {
		t.Errorf("decided, stored %q", got)
	}
	w.heard()
}

// callsColleague chooses a name after "@" and finds them called.
func (w *editing) callsColleague() {
	t := w.t
	w.open("/console/messages/" + w.message)
	w.click(`#comments details.more summary`)
	names := ask(w.browser, chromedp.Evaluate[[]string](`[...document.querySelectorAll("#comment-call option")].filter(o => o.value).map(o => o.label.trim())`))
	if len(names) < 2 {
		t.Fatalf("only %d colleagues", len(names))
	}
	name := names[len(names)-1]
	w.click("#comment-body")
	w.key("@")
	w.do(chromedp.WaitVisible(chromedp.CSS(`.mentions [role=option]`)))
	w.key(string([]rune(name)[:3]))
	for range 8 {
		if at := ask(w.browser, chromedp.Evaluate[string](`document.getElementById(document.querySelector("#comment-body").getAttribute("aria-activedescendant"))?.textContent ?? ""`)); at == name {
			break
		}
		w.key(kb.ArrowDown)
	}
	w.picture("editor-" + w.lang + "-names")
	w.key("\r")
	if got := w.value("#comment-body"); got != "@"+name+" " || w.has(".mentions:not([hidden])") {
		t.Fatalf("chosen: %q", got)
	}
	w.key("?")
	w.press(`form[action$="/comments"] button[type=submit]`)
	w.done("the comment")
	if got := w.text("#comments .comment"); strings.Count(got, name) != 2 {
		t.Errorf("%s is not called: %s", name, got)
	}
}

// setsFocus sets the point that crops keep by a click and moves it by keys.
func (w *editing) setsFocus() {
	t := w.t
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewRGBA(image.Rect(0, 0, 400, 200))); err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, (*w.n).base+"/api/v1/messages/"+w.message+"/files?name=a.png", &picture)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+w.office.drafter.token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("attach: %s", res.Status)
	}
	w.edit()
	w.do(chromedp.WaitVisible(chromedp.CSS(`.focal img`)))
	w.script(`document.querySelector(".focal img").scrollIntoView({block: "center", behavior: "instant"})`)
	eventually(t, 10*time.Second, "the picture", func() bool {
		return ask(w.browser, chromedp.Evaluate[bool](`(e => e.complete && e.naturalWidth > 0)(document.querySelector(".focal img"))`))
	})
	at := ask(w.browser, chromedp.Evaluate[struct{ X, Y float64 }](`(r => ({x: r.left + r.width / 4, y: r.top + r.height * .8}))(document.querySelector(".focal img").getBoundingClientRect())`))
	w.do(chromedp.MouseClickXY(at.X, at.Y))
	const x, y = `input[name=focus_x]`, `input[name=focus_y]`
	want := map[string][]string{"ar": {"٢٥", "٢٦", "٧٩", "٨٠", "٨١"}, "en": {"25", "26", "79", "80", "81"}}[w.lang] // a pixel is half a hundredth
	down := w.value(y)
	if w.value(x) != want[0] || !slices.Contains(want[2:], down) {
		t.Errorf("clicked at %s, %s; want %s, %s", w.value(x), down, want[0], want[3])
	}
	w.picture("editor-" + w.lang + "-focus")
	w.script(`document.querySelector("` + x + `").focus()`)
	w.key(kb.ArrowUp)
	if ring := ask(w.browser, chromedp.Evaluate[string](`document.querySelector(".focal-ring").style.left`)); ring != "26%" {
		t.Errorf("the ring stands at %s", ring)
	}
	w.leave()
	w.key("\r")
	w.arrive()
	w.done("describing the picture")
	if w.value(x) != want[1] || w.value(y) != down {
		t.Errorf("stored %s, %s", w.value(x), w.value(y))
	}
	for _, c := range w.heard() {
		t.Errorf("the browser complains: %s", c)
	}
}
