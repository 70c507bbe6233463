package smoke

import (
	"fmt"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// TestEmbargoedReaders shares a planned message with a reader outside, in a browser,
// and reads it as that reader: what every page must keep holds of these too.
func TestEmbargoedReaders(t *testing.T) {
	if testing.Short() {
		t.Skip("walks pages in a browser")
	}
	n := serveOwn(t, demonstration(t))
	checker := axe(t)
	for lang, width := range map[string]int64{"ar": 390, "ckb": 1280, "kmr": 390, "en": 1280} {
		t.Run(fmt.Sprintf("%s at %d", lang, width), func(t *testing.T) {
			b := newBrowser(t, n.base, width)
			b.signIn("unit_head", lang)
			b.open("/console/messages?state=scheduled")
			message := b.firstLink("/console/messages/")
			if message == "" {
				t.Fatal("the demonstration plans no release")
			}
			shares := message + "/shares"
			b.open(shares)
			b.fill("#name", "Amina Reader")
			b.fill("#organisation", "Paper of Record")
			b.fill("#email", "amina@paper.example")
			b.set("#zone", "Asia/Tokyo")
			b.press(`form[action$="/shares"] button`)
			b.wants("the link that is shown once", "#share-link")
			b.inspect(checker, lang, "/shares-made")
			link := b.text("#share-link")
			b.open(message)
			b.wants("the readers of the message", "#shares .badge")
			title := b.text("h1")
			b.signOut()
			path := "/" + lang + link[strings.Index(link, "/embargo/"):]
			b.open(path)
			b.inspect(checker, lang, "/embargo-asked")
			b.follow("main form button")
			b.wants("the text", "article.statement h1")
			b.inspect(checker, lang, "/embargo-text")
			if offered := b.document().Find(".site-langs [lang]"); offered.Length() == 0 || !offered.Is("[lang="+lang+"]") {
				t.Errorf("%s is not among the languages offered", lang)
			}
			if got := b.text("article h1"); got != title {
				t.Errorf("shows %q, not %q", got, title)
			}
			b.signIn("unit_head", lang)
			b.open(shares)
			b.wants("what the reader did", "#list .k-success")
			b.inspect(checker, lang, "/shares-read")
			b.document().Find("#list form[action$='/revoke']").EachWithBreak(func(_ int, f *goquery.Selection) bool {
				b.press(fmt.Sprintf("form[action=%q] button", f.AttrOr("action", "")))
				return false
			})
			b.open(path)
			b.picture(lang + "_embargo-gone")
			if b.has("article, .embargo") || !b.has("main [role=status]") {
				t.Errorf("the link still shows %s", b.text("main"))
			}
		})
	}
}
