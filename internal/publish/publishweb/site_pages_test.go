package publishweb

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/publish"
)

// TestMissionSite walks the parts of a mission's site.
func TestMissionSite(t *testing.T) {
	eachPublic(t, func(t *testing.T, p *public) {
		starts := db.At(p.clock.Now().Add(72 * time.Hour))
		venue := publish.Texts{i18n.English: "Embassy"}
		event := p.sayAs(p.paris.ID, publish.Event, publish.Details{Starts: starts, Ends: starts.Add(time.Hour), Zone: "Europe/Paris", Venue: venue}, map[i18n.Lang]publish.Words{i18n.English: {Title: "Concert", Body: "Come."}})
		about := p.sayAs(p.paris.ID, publish.Page, publish.Details{Section: publish.AboutPage}, map[i18n.Lang]publish.Words{i18n.English: {Title: "About us", Body: "We are here."}})
		p.sayAs("", publish.Page, publish.Details{Section: publish.ProfilePage, Address: "history", Order: 1}, map[i18n.Lang]publish.Words{i18n.English: {Title: "History", Body: "Long."}})
		d := publish.Details{Country: "FR", Level: 1, ValidUntil: starts}
		p.sayAs("", publish.TravelAdvice, d, map[i18n.Lang]publish.Words{i18n.English: {Title: "France", Body: "Go."}})
		d.Country = "NP"
		p.sayAs("", publish.TravelAdvice, d, map[i18n.Lang]publish.Words{i18n.English: {Title: "Nepal", Body: "Climb."}})
		c := p.As(nil, i18n.English)
		home := c.Get(t, "/en/missions/paris")
		for _, path := range []string{"/pages/about", "/events", "/travel-advice", "/profile", "/search"} {
			if home.Doc.Find(".site-menu a[href='/en/missions/paris"+path+"']").Length() != 1 {
				t.Errorf("the first page does not lead to %s", path)
			}
		}
		for path, want := range map[string]string{
			"/missions/paris/pages/about": "We are here.", "/missions/paris/profile": "History", "/profile/history": "Long.", "/missions/paris/travel-advice": "France",
			"/travel-advice": "Nepal", "/missions/paris/events": "Concert", "/events": "Concert", "/missions/paris/contact": "48.86, 2.35", "/missions/paris/search?q=concert": "Concert",
			"/missions/paris/events.ics": "SUMMARY:Concert",
		} {
			if a := c.Get(t, "/en"+path); a.Status != http.StatusOK || !strings.Contains(a.Body, want) {
				t.Errorf("%s: %d, without %q", path, a.Status, want)
			}
		}
		for _, path := range []string{"/en/missions/paris/pages/about", "/en/statements/" + about.Slug} {
			if got := c.Get(t, path).Doc.Find("link[rel=canonical]").AttrOr("href", ""); got != testBase+"/en/missions/paris/pages/about" {
				t.Errorf("%s stands first at %q", path, got)
			}
		}
		if got := c.Get(t, "/en/missions/paris/travel-advice").Text("main"); strings.Contains(got, "Nepal") {
			t.Error("Paris shows advice about Nepal")
		}
		if a := c.Get(t, "/en/missions/paris/contact"); a.Doc.Find("a[href='geo:48.86,2.35']").Length() != 1 || linkedData(t, a.Doc.Find("script[type='application/ld+json']").Text())["geo"] == nil {
			t.Error("the place is not told to maps")
		}
		for _, path := range []string{"/pages/about", "/profile/nothing", "/missions/nowhere/events", "/contact"} {
			if got := c.Get(t, "/en"+path).Status; got != http.StatusNotFound {
				t.Errorf("%s: got %d, want 404", path, got)
			}
		}
		if got := c.Get(t, "/sitemap.xml").Body; !strings.Contains(got, testBase+"/sitemaps/paris.xml") || !strings.Contains(got, testBase+"/sitemap-ministry.xml") {
			t.Errorf("index of site maps: %s", got)
		}
		if got := c.Get(t, "/sitemaps/paris.xml").Body; !strings.Contains(got, event.Slug) || !strings.Contains(got, "/en/missions/paris/pages/about") || strings.Contains(got, "/ar/missions/paris/pages/about") {
			t.Errorf("site map of Paris: %s", got)
		}
		if got := c.Get(t, "/sitemap-ministry.xml").Body; !strings.Contains(got, testBase+"/en/profile/history") || strings.Contains(got, event.Slug) {
			t.Errorf("site map of the ministry: %s", got)
		}
		// What is over stands apart.
		p.clock.Advance(96 * time.Hour)
		p.pages.Clear()
		if got := c.Get(t, "/en/events").Text("main h2:not(li h2)"); !strings.Contains(got, "Past events") {
			t.Errorf("past events: %q", got)
		}
	})
}
