package app

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/theme"
)

// seenWithin is how long a change may take until every node shows it. A kept page
// lives for a minute at most, so what is seen sooner was heard of.
const seenWithin = 30 * time.Second

// newsroom is a house of two nodes on one database, or of one node on SQLite.
type newsroom struct {
	t     *testing.T
	nodes []*House
	paris org.Mission
	doors []http.Handler
	staff map[string]string // name to id
}

// as is an official of the test: whoever takes a step is another person.
func (n *newsroom) as(name string) context.Context {
	a := &perm.Actor{Kind: perm.Person, ID: n.staff[name], Name: name, Grants: []perm.Grant{{Role: "test", Scope: perm.Everywhere(),
		Permissions: []perm.Permission{publish.MayView, publish.MayDraft, publish.MayReview, publish.MayClear, publish.MayRelease, publish.MayWithdraw}}}}
	return i18n.WithPrinter(perm.With(n.t.Context(), a), n.nodes[0].Words.Printer(i18n.English))
}

func newNewsroom(t *testing.T, c Config, count int) *newsroom {
	t.Helper()
	n := &newsroom{t: t, staff: map[string]string{}}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	t.Cleanup(stop)
	for range count {
		h := openedHouse(t, c)
		ended := make(chan struct{}, 2)
		go func() { h.Live.Run(ctx); ended <- struct{}{} }()
		go func() { h.pages.Run(ctx, h.Live); ended <- struct{}{} }()
		t.Cleanup(func() { stop(); <-ended; <-ended })
		n.nodes, n.doors = append(n.nodes, h), append(n.doors, h.Server.Handler())
	}
	system := perm.With(t.Context(), perm.SystemActor("test"))
	a := n.nodes[0]
	if _, err := a.Initialise(system, Beginning{Country: "IQ", Names: everyName("Ministry"), Zone: "Asia/Baghdad", Admin: "admin@mofa.example"}); err != nil {
		t.Fatal(err)
	}
	name := func(s string) org.Names {
		return org.Names{i18n.Arabic: s, i18n.Sorani: s, i18n.Kurmanji: s, i18n.English: s}
	}
	n.paris = org.Mission{ID: id.New(), Slug: "paris", Kind: org.Embassy, Names: name("Embassy in Paris"), City: name("Paris"), Country: "FR", TimeZone: "Europe/Paris", Weekend: []time.Weekday{6, 0},
		Languages: []i18n.Lang{i18n.English}, Email: "paris@mofa.example", Open: true}
	if err := a.Org.CreateMission(system, n.paris); err != nil {
		t.Fatal(err)
	}
	for i, who := range []string{"writer", "approver 0", "approver 1", "approver 2", "releaser"} {
		p := org.Person{ID: id.New(), Name: who, Post: name(who), Email: fmt.Sprintf("official%d@mofa.example", i), Language: i18n.English, MissionID: n.paris.ID}
		if err := a.Org.AddPerson(system, p); err != nil {
			t.Fatal(err)
		}
		n.staff[who] = p.ID
	}
	return n
}

// say makes a text public on the first node.
func (n *newsroom) say(kind publish.Kind, details publish.Details, title, body string) publish.Message {
	n.t.Helper()
	s := n.nodes[0].Publish
	must := func(m publish.Message, err error) publish.Message {
		n.t.Helper()
		if err != nil {
			n.t.Fatal(err)
		}
		return m
	}
	m := must(s.Create(n.as("writer"), publish.Beginning{ID: id.New(), MissionID: n.paris.ID, Kind: kind, Sensitivity: publish.Routine, SourceLang: i18n.English, Words: publish.Words{Title: title, Body: body}}))
	m = must(s.Arrange(n.as("writer"), m.ID, m.SettingsVersion, publish.Settings{MissionID: n.paris.ID, Kind: kind, Sensitivity: publish.Routine, Details: details}))
	m = must(s.Submit(n.as("writer"), m.ID, m.Hash))
	for i := 0; m.State == publish.StateInReview; i++ {
		m = must(s.Approve(n.as(fmt.Sprint("approver ", i)), m.ID, publish.Judgement{Step: m.Step, Hash: m.Hash}))
	}
	return must(s.Release(n.as("releaser"), m.ID, m.Hash))
}

// ask asks a node as a visitor, with a header if one is given.
func (n *newsroom) ask(node int, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Host = "localhost"
	if len(header) > 0 {
		r.Header.Set(header[0], header[1])
	}
	w := httptest.NewRecorder()
	n.doors[node].ServeHTTP(w, r)
	return w
}

// change lets something happen on the first node after both have kept the pages,
// and wants every page on every node to show it in time, and never the old again.
func (n *newsroom) change(name string, pages []string, act func(), shows func(body string) bool) {
	n.t.Helper()
	tags, dates := map[string]string{}, map[string]string{}
	for node := range n.nodes {
		for _, p := range pages {
			for range 2 {
				a := n.ask(node, p)
				tags[fmt.Sprint(node, p)], dates[fmt.Sprint(node, p)] = a.Header().Get("Etag"), a.Header().Get("Last-Modified")
				if shows(a.Body.String()) {
					n.t.Fatalf("%s: %s shows it before it happened", name, p)
				}
			}
		}
	}
	act()
	for node := range n.nodes {
		for _, p := range pages {
			until := time.Now().Add(seenWithin)
			for !shows(n.ask(node, p).Body.String()) {
				if time.Now().After(until) {
					n.t.Fatalf("%s: %s on node %d does not show it", name, p, node)
				}
				time.Sleep(5 * time.Millisecond)
			}
		}
	}
	for range 10 {
		for node := range n.nodes {
			for _, p := range pages {
				if !shows(n.ask(node, p).Body.String()) {
					n.t.Errorf("%s: %s on node %d is old again", name, p, node)
				}
				for _, header := range [][2]string{{"If-None-Match", tags[fmt.Sprint(node, p)]}, {"If-Modified-Since", dates[fmt.Sprint(node, p)]}} {
					if header[1] == "" {
						continue // there was no such page
					}
					if a := n.ask(node, p, header[:]...); a.Code != http.StatusOK {
						n.t.Errorf("%s: %s on node %d tells the holder of the old page %d by %s", name, p, node, a.Code, header)
					}
				}
			}
		}
	}
}

// TestChangesAreSeenOnEveryNode keeps pages on two nodes over PostgreSQL, and on one
// over SQLite, and changes what they show in each way in which it can change.
func TestChangesAreSeenOnEveryNode(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		newNewsroom(t, Config{Data: t.TempDir(), MailFrom: "sifara@mofa.example"}, 1).changes()
	})
	t.Run("postgres", func(t *testing.T) {
		server := os.Getenv(dbtest.Variable)
		if server == "" {
			t.Skip("no PostgreSQL: " + dbtest.Variable + " is not set (make test sets it)")
		}
		newNewsroom(t, Config{Data: t.TempDir(), MailFrom: "sifara@mofa.example", DatabaseURL: emptyDatabase(t, server, "pages")}, 2).changes()
	})
}

func (n *newsroom) changes() {
	t, a := n.t, n.nodes[0]
	has := func(s string) func(string) bool { return func(body string) bool { return strings.Contains(body, s) } }
	lists := []string{"/en", "/en/statements", "/en/missions/paris", "/en/missions/paris/statements", "/en/feed.rss", "/en/missions/paris/feed.atom", "/en/feed.json", "/sitemaps/paris.xml"}
	var m publish.Message
	n.change("released", lists, func() { m = n.say(publish.News, publish.Details{}, "Ferries sail again", "From Monday on.") }, func(body string) bool { return m.Slug != "" && strings.Contains(body, m.Slug) })
	n.change("withdrawn", []string{"/en", "/en/statements", "/en/missions/paris"}, func() {
		if _, err := a.Publish.Withdraw(n.as("releaser"), m.ID, publish.Texts{i18n.English: "The day was wrong."}); err != nil {
			t.Fatal(err)
		}
	}, func(body string) bool { return !strings.Contains(body, m.Slug) })
	for node := range n.nodes {
		if body := n.ask(node, "/en/statements/"+m.Slug).Body.String(); !strings.Contains(body, "The day was wrong.") || strings.Contains(body, "From Monday on.") {
			t.Errorf("node %d shows the text that was withdrawn", node)
		}
	}
	n.change("corrected", []string{"/en", "/en/missions/paris/statements", "/en/feed.atom"}, func() {
		n.say(publish.News, publish.Details{}, "Ferries sail again on Tuesday", "From Tuesday on.")
	}, has("again on Tuesday"))

	about := publish.Details{Section: publish.AboutPage}
	n.change("a page", []string{"/en/missions/paris/pages/about"}, func() { n.say(publish.Page, about, "About us", "We are in the Avenue Foch.") }, has("Avenue Foch"))
	n.change("a page corrected", []string{"/en/missions/paris/pages/about"}, func() { n.say(publish.Page, about, "About us", "We have moved to the Rue de Varenne.") },
		func(body string) bool {
			return strings.Contains(body, "Rue de Varenne") && !strings.Contains(body, "Avenue Foch")
		})
	n.change("hours", []string{"/en/missions/paris/contact"}, func() {
		if _, err := a.Publish.SaveSite(n.as("releaser"), publish.Site{MissionID: n.paris.ID, Opens: "09:15", Closes: "14:45"}); err != nil {
			t.Fatal(err)
		}
	}, has("09:15"))
	n.themeChanges()
	n.change("renamed", []string{"/en/missions", "/en/missions/paris", "/en/missions/paris/contact", "/en"}, func() {
		to, err := a.Org.Mission(t.Context(), n.paris.ID)
		if err != nil {
			t.Fatal(err)
		}
		to.Names = org.Names{i18n.Arabic: "x", i18n.Sorani: "x", i18n.Kurmanji: "x", i18n.English: "Embassy at the Seine"}
		if err := a.Org.EditMission(perm.With(t.Context(), perm.SystemActor("test")), to); err != nil {
			t.Fatal(err)
		}
	}, has("Embassy at the Seine"))
}

var sheetLink = regexp.MustCompile(`/theme/[0-9a-f]{32}\.css`)

// themeChanges gives the ministry and the mission their looks: pages link to the new
// sheet, and every node has it by then.
func (n *newsroom) themeChanges() {
	for _, x := range []struct {
		name, mission string
		accent        theme.Colour
		pages         []string
	}{
		{"the ministry's look", "", theme.Colour{0x1a, 0x3a, 0x6a}, []string{"/en", "/en/statements", "/en/missions/paris", "/en/missions/paris/pages/about"}},
		{"the mission's look", n.paris.ID, theme.Colour{0x8a, 0x1c, 0x2c}, []string{"/en/missions/paris", "/en/missions/paris/contact", "/en/missions/paris/pages/about"}},
	} {
		t := theme.Theme{MissionID: x.mission, Own: true, Accent: x.accent, Ink: theme.White, Follows: true, Header: theme.Full}
		sheet := "/theme/" + theme.Tokens{Accent: x.accent, Ink: theme.White, Header: theme.Full}.Complete().Digest() + ".css"
		n.change(x.name, x.pages, func() {
			if _, err := n.nodes[0].Themes.Save(n.as("releaser"), t); err != nil {
				n.t.Fatal(err)
			}
		}, func(body string) bool { return sheetLink.FindString(body) == sheet })
		for node := range n.nodes {
			if a := n.ask(node, sheet); a.Code != http.StatusOK || !strings.Contains(a.Body.String(), "--brand:"+x.accent.String()) {
				n.t.Errorf("%s: node %d answers for its sheet %d", x.name, node, a.Code)
			}
		}
	}
}
