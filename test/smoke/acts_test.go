package smoke

import (
	"encoding/json"
	"fmt"

	"github.com/chromedp/chromedp"
)

// as signs an official in, with the demonstration's button.
func (b *browser) as(personID, lang string) {
	b.t.Helper()
	b.signOut()
	b.open("/console/language?lang=" + lang + "&back=/console/signin")
	b.script(fmt.Sprintf(`document.querySelector("button[data-role]").value = %s`, quote(personID)))
	b.follow("button[data-role]")
}

func (b *browser) script(code string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](code + `;0`))
}

func quote(s string) string {
	q, _ := json.Marshal(s) // a string cannot fail
	return string(q)
}

// set puts a value into a field, as pasting does.
func (b *browser) set(selector, value string) {
	b.t.Helper()
	b.do(chromedp.WaitReady(chromedp.CSS(selector)))
	b.script(fmt.Sprintf(`(e => { e.focus(); e.value = %s; e.dispatchEvent(new Event("input", {bubbles: true})); e.dispatchEvent(new Event("change", {bubbles: true})) })(document.querySelector(%s))`, quote(value), quote(selector)))
}

// tick chooses a radio button or a box.
func (b *browser) tick(selector string) {
	b.t.Helper()
	b.do(chromedp.WaitReady(chromedp.CSS(selector)))
	b.script(fmt.Sprintf(`(e => { if (!e.checked) e.click() })(document.querySelector(%s))`, quote(selector)))
}

// unfold opens the parts of the page behind sentences.
func (b *browser) unfold() {
	b.t.Helper()
	b.script(`document.querySelectorAll("main details").forEach(d => d.open = true)`)
}

// press sends a form by a button, answers the question that the page may ask
// before, and waits for the page after.
func (b *browser) press(selector string) {
	b.t.Helper()
	s := quote(selector)
	if ask(b, chromedp.Evaluate[bool](fmt.Sprintf(`!!document.querySelector(%s)?.closest("[data-confirm]") && !!document.getElementById("confirm")`, s))) {
		b.leave()
		b.click(selector)
		b.do(chromedp.WaitVisible(chromedp.CSS("#confirm-ok")), chromedp.Click(chromedp.CSS("#confirm-ok")))
		b.arrive()
		return
	}
	b.follow(selector)
}

// wants ends the walk where the page lacks something.
func (b *browser) wants(what, selector string) {
	b.t.Helper()
	if b.has(selector) {
		return
	}
	b.picture("missing")
	b.t.Fatalf("%s: nothing matches %s at %s\n%.1500s", what, selector, b.path(), b.text("body"))
}

// done wants an act to have been taken: no errors, and the message of success.
func (b *browser) done(what string) {
	b.t.Helper()
	if b.has(".summary, .error-summary, .error-body, #summary-title") {
		b.picture("refused")
		b.t.Fatalf("%s was refused at %s\n%.1500s", what, b.path(), b.text("main"))
	}
}
