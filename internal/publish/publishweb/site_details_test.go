package publishweb

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/publish"
)

func linkedData(t *testing.T, text string) map[string]any {
	t.Helper()
	var data map[string]any
	if err := json.Unmarshal([]byte(text), &data); err != nil {
		t.Fatal(err)
	}
	return data
}

func TestEventPage(t *testing.T) {
	p := newPublic(t, dbtest.SQLite(t, audit.Migrations(), org.Migrations(), publish.Migrations()))
	starts := time.Date(2026, 7, 3, 17, 0, 0, 0, time.UTC)
	m := p.sayAs(p.paris.ID, publish.Event, publish.Details{Starts: db.At(starts), Ends: db.At(starts.Add(2 * time.Hour)), Zone: "Europe/Paris", Register: "https://register.example/x",
		Venue: publish.Texts{i18n.English: "Embassy, Paris"}}, map[i18n.Lang]publish.Words{i18n.English: {Title: "Concert", Body: "Come, and bring friends."}})
	c := p.As(nil, i18n.English)
	a := c.Get(t, "/en/statements/"+m.Slug)
	if got := a.Text(".details"); !strings.Contains(got, "19:00") || !strings.Contains(got, "21:00") || !strings.Contains(got, "UTC+2") || !strings.Contains(got, "Embassy, Paris") {
		t.Errorf("got %q", got)
	}
	if a.Doc.Find(".details a[href='https://register.example/x']").Length() != 1 {
		t.Error("nobody can register")
	}
	data := linkedData(t, a.Doc.Find("script[type='application/ld+json']").Text())
	if data["@type"] != "Event" || data["startDate"] != "2026-07-03T19:00:00+02:00" {
		t.Errorf("schema.org: %v", data)
	}
	ics := c.Get(t, a.Doc.Find(".details a[download]").AttrOr("href", ""))
	for _, want := range []string{"BEGIN:VCALENDAR\r\n", "DTSTART:20260703T170000Z\r\n", "DTEND:20260703T190000Z\r\n", "LOCATION:Embassy\\, Paris\r\n"} {
		if !strings.Contains(ics.Body, want) {
			t.Errorf("%q is not in the calendar file:\n%s", want, ics.Body)
		}
	}
	for _, ending := range []string{"rss", "atom", "json"} {
		if got := c.Get(t, "/en/missions/paris/feed."+ending).Body; !strings.Contains(got, "Embassy, Paris") || !strings.Contains(got, "/event.ics") {
			t.Errorf("%s does not say where the event is", ending)
		}
	}
	other := p.say(p.paris.ID, visit)
	if got := c.Get(t, "/en/statements/"+other.Slug+"/event.ics").Status; got != http.StatusNotFound {
		t.Errorf("calendar of a statement: got %d, want 404", got)
	}
}

func TestAdviceIsReplacedAndGrowsOld(t *testing.T) {
	p := newPublic(t, dbtest.SQLite(t, audit.Migrations(), org.Migrations(), publish.Migrations()))
	words := map[i18n.Lang]publish.Words{i18n.English: {Title: "Nepal", Body: "Take care."}}
	d := publish.Details{Country: "NP", Level: 3, ValidUntil: db.At(p.clock.Now().AddDate(0, 1, 0))}
	old := p.sayAs("", publish.TravelAdvice, d, words)
	c := p.As(nil, i18n.English)
	a := c.Get(t, "/en/statements/"+old.Slug)
	if a.Doc.Find(".details.level-3").Length() != 1 || linkedData(t, a.Doc.Find("script[type='application/ld+json']").Text())["@type"] != "SpecialAnnouncement" || a.Doc.Find(".notice").Length() != 0 {
		t.Errorf("advice in force: %q", a.Text("main"))
	}
	p.clock.Advance(32 * 24 * time.Hour)
	p.pages.Clear()
	if got := c.Get(t, "/en/statements/"+old.Slug).Text(".notice"); !strings.Contains(got, "past its date") {
		t.Errorf("late: got %q", got)
	}
	d.ValidUntil = db.At(p.clock.Now().AddDate(0, 1, 0))
	newer := p.sayAs("", publish.TravelAdvice, d, words)
	if n := c.Get(t, "/en/statements/"+old.Slug).Doc.Find(".notice a[href='/en/statements/" + newer.Slug + "']").Length(); n != 1 {
		t.Error("the old advice does not lead to the one in force")
	}
}

func TestThreadIsAListAndPageHasNoDate(t *testing.T) {
	p := newPublic(t, dbtest.SQLite(t, audit.Migrations(), org.Migrations(), publish.Migrations()))
	m := p.sayAs("", publish.Thread, publish.Details{}, map[i18n.Lang]publish.Words{i18n.English: {Title: "Three things", Body: "One.\n---\nTwo.\n---\nThree."}})
	c := p.As(nil, i18n.English)
	if got := c.Get(t, "/en/statements/"+m.Slug).Doc.Find("ol.thread > li").Length(); got != 3 {
		t.Errorf("got %d parts, want 3", got)
	}
	page := p.sayAs("", publish.Page, publish.Details{Section: publish.AboutPage}, visit)
	a := c.Get(t, "/en/statements/"+page.Slug)
	if a.Doc.Find("article time").Length() != 0 || linkedData(t, a.Doc.Find("script[type='application/ld+json']").Text())["@type"] != "WebPage" {
		t.Errorf("a page: %q", a.Text(".page-meta"))
	}
	if got := c.Get(t, "/en/statements").Doc.Find(".entries li").Length(); got != 1 {
		t.Errorf("the list has %d texts, want the thread alone", got)
	}
}
