package smoke

import (
	"fmt"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/chromedp"
)

// sitePages are the public pages; LANG and the rest are filled in.
var sitePages = []string{
	"/LANG", "/LANG/missions", "/LANG/missions/paris", "/LANG/statements", "/LANG/missions/paris/statements",
	"/LANG/events", "/LANG/travel-advice", "/LANG/profile", "/LANG/profile/history", "/LANG/missions/paris/pages/about", "/LANG/missions/paris/search", "/LANG/newsletter", "/LANG/missions/paris/events", "/LANG/missions/paris/contact",
	"/LANG/missions/london", "/LANG/missions/london/pages/services", "/LANG/missions/london/contact", "/LANG/missions/berlin", "/LANG/missions/berlin/pages/about", "/LANG/missions/berlin/statements",
	"/LANG/verify", "/LANG/search", "/LANG/questions", "/LANG/accounts", "/LANG/developers",
}

// consolePages are the pages of the console that need no object; those of
// objects are found by following the lists.
var consolePages = []string{
	"/console", "/console/listen", "/console/listen/search?q=passport", "/console/listen/topics", "/console/listen/warnings",
	"/console/listen/topics/new", "/console/listen/narratives", "/console/listen/narratives/new", "/console/listen/stories", "/console/listen/discovered",
	"/console/listen/sources", "/console/listen/imports", "/console/listen/campaigns", "/console/listen/campaigns/new", "/console/listen/groups",
	"/console/org/holidays", "/console/decisions", "/console/messages", "/console/messages/new", "/console/asked",
	"/console/calendar", "/console/inbox", "/console/answers", "/console/assess", "/console/org", "/console/org/missions",
	"/console/org/staff", "/console/org/roles", "/console/org/standins", "/console/accounts", "/console/routes", "/console/sites", "/console/sites/ministry/theme",
	"/console/audit", "/console/account", "/console/feeds", "/console/terms", "/console/terms/new", "/console/terms/import", "/console/calendar/hours", "/console/calendar/occasions", "/console/calendar/occasions/eid-fitr", "/console/calendar/hours/edit?unit=ministry", "/console/calendar/slots", "/console/calendar/slots/edit?unit=ministry", "/console/calendar/queue",
	"/console/campaigns", "/console/campaigns/new", "/console/pause", "/console/pause/new", "/console/held", "/console/routes/try", "/console/tone",
	"/console/newsletters", "/console/newsletters/lists/new", "/console/newsletters/letters/new", "/console/newsletters/settings",
}

// lists lead to objects: one link on each page is followed.
var lists = map[string]string{
	"/console/listen/narratives": "/console/listen/narratives/", "/console/listen/stories": "/console/listen/stories/",
	"/console/listen/topics": "/console/listen/topics/", "/console/listen/warnings": "/console/listen/warnings/",
	"/console/listen/campaigns": "/console/listen/campaigns/", "/console/listen/groups": "/console/listen/groups/",
	"/console/listen/sources": "/console/listen/sources/", "/console/decisions": "/console/decisions/", "/console/messages": "/console/messages/",
	"/console/inbox": "/console/inbox/", "/console/terms": "/console/terms/", "/console/org/missions": "/console/org/missions/", "/console/org/staff": "/console/org/staff/",
	"/console/accounts": "/console/accounts/", "/LANG/statements": "/LANG/statements/", "/console/campaigns": "/console/campaigns/",
	"/console/routes": "/console/routes/edit?", "/console/sites": "/console/sites/",
}

// parts are the further pages of an object that a list leads to.
var parts = map[string][]string{
	"/console/messages":  {"/edit", "/settings", "/preview", "/history", "/approve", "/shares"},
	"/console/sites":     {"/theme", "/theme/preview?accent=%231f3a5f&ink=%23ffffff&follows=yes&header=plain"},
	"/console/campaigns": {"/edit", "?view=board", "?view=calendar", "?view=money"},
}

// TestPages visits every page in four languages: nothing that axe calls
// serious, no script error, nothing refused by the content policy, no page
// wider than a phone, no message key in place of a text.
func TestPages(t *testing.T) {
	if testing.Short() {
		t.Skip("visits every page in a browser")
	}
	n := serveOwn(t, demonstration(t))
	checker := axe(t)
	for _, lang := range []string{"ar", "ckb", "kmr", "en"} {
		width := int64(390)
		if lang == "kmr" || lang == "ckb" {
			width = 1280
		}
		t.Run(fmt.Sprintf("%s at %d", lang, width), func(t *testing.T) {
			t.Parallel()
			b := newBrowser(t, n.base, width)
			b.open("/console/language?lang=" + lang + "&back=/console/signin")
			b.inspect(checker, lang, "/console/signin")
			b.signIn("unit_head", lang)
			b.tour(checker, lang, consolePages)
			b.lastPages(checker, lang)
			b.signOut()
			b.signIn("administrator", lang)
			b.tour(checker, lang, []string{"/console/log", "/console/webhooks", "/console/audit", "/console/account/people", "/console/org/roles"})
			b.signOut()
			b.tour(checker, lang, sitePages)
		})
	}
}

// tour visits pages and one object from each list.
func (b *browser) tour(checker, lang string, pages []string) {
	b.t.Helper()
	for _, p := range pages {
		path := strings.ReplaceAll(p, "LANG", lang)
		b.open(path)
		b.inspect(checker, lang, path)
		prefix := strings.ReplaceAll(lists[p], "LANG", lang)
		if prefix == "" {
			continue
		}
		href := b.firstLink(prefix)
		if href == "" {
			b.t.Errorf("%s leads to no object below %s", path, prefix)
			continue
		}
		for _, part := range append([]string{""}, parts[p]...) {
			b.open(href + part)
			b.inspect(checker, lang, href+part)
		}
	}
}

// lastPages visits the pages on which a message is released, rushed and withdrawn,
// and its versions compared.
func (b *browser) lastPages(checker, lang string) {
	b.t.Helper()
	ready := b.releasable()
	if ready == "" {
		b.t.Error("no message can be released")
		return
	}
	b.open("/console/messages?state=released")
	out := b.firstLink("/console/messages/")
	b.open("/console/messages?state=draft")
	draft := b.firstLink("/console/messages/")
	for _, path := range []string{ready + "/release", out + "/withdraw", out + "/history?lang=" + lang, draft + "/emergency", "/console/messages?state=draft&show=mine"} {
		b.open(path)
		b.inspect(checker, lang, path)
	}
}

// firstLink is the first link in the main part of the page to something below
// the prefix that is no form for a new one.
func (b *browser) firstLink(prefix string) string {
	b.t.Helper()
	doc := b.document()
	var found string
	doc.Find("main a[href]").EachWithBreak(func(_ int, a *goquery.Selection) bool {
		href := a.AttrOr("href", "")
		if rest, ok := strings.CutPrefix(href, prefix); ok && rest != "" && !strings.HasPrefix(rest, "new") && !strings.ContainsAny(rest, "/?") {
			found = href
		}
		return found == ""
	})
	return found
}

func (b *browser) document() *goquery.Document {
	b.t.Helper()
	html := ask(b, chromedp.Evaluate[string](`document.documentElement.outerHTML`))
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		b.t.Fatal(err)
	}
	return doc
}

// inspect holds the open page to what every page must keep.
func (b *browser) inspect(checker, lang, path string) {
	b.t.Helper()
	doc := b.document()
	html := doc.Find("html")
	wantDir := map[string]string{"ar": "rtl", "ckb": "rtl", "kmr": "ltr", "en": "ltr"}[lang]
	if html.AttrOr("lang", "") != lang || html.AttrOr("dir", "") != wantDir {
		b.t.Errorf("%s: lang %q dir %q, want %s %s", path, html.AttrOr("lang", ""), html.AttrOr("dir", ""), lang, wantDir)
	}
	if n := doc.Find("h1").Length(); n != 1 {
		b.t.Errorf("%s: %d h1, want 1", path, n)
	}
	if text, _ := doc.Html(); strings.Contains(text, "⟦") {
		i := strings.Index(text, "⟦")
		b.t.Errorf("%s shows a message key: %s", path, text[i:min(len(text), i+80)])
	}
	if b.overflows() {
		b.t.Errorf("%s is wider than the window", path)
	}
	for _, v := range b.check(checker) {
		b.t.Errorf("%s: axe %s (%s): %s", path, v.ID, v.Impact, v.Where)
	}
	for _, c := range b.heard() {
		b.t.Errorf("%s: the browser complains: %s", path, c)
	}
	b.picture(strings.Trim(strings.NewReplacer("/", "_", "?", "_", "=", "_").Replace(lang+path), "_"))
}
