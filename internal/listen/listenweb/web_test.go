package listenweb_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/event"
	"sifara/internal/fetch"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/listen"
	"sifara/internal/listen/brief"
	"sifara/internal/listen/campaign"
	"sifara/internal/listen/discover"
	"sifara/internal/listen/group"
	"sifara/internal/listen/influence"
	"sifara/internal/listen/listenweb"
	"sifara/internal/listen/score"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/vault"
	"sifara/internal/web"
	"sifara/internal/web/webtest"
)

var now = time.Date(2016, 6, 1, 12, 0, 0, 0, time.UTC)

// handle is a private person of the test's file.
var handle = regexp.MustCompile(`(?i)private\d+person`)

type house struct {
	*listen.Service
	found  *discover.Service
	groups *group.Service
	actors *influence.Service
	site   *webtest.Site
	queue  *jobs.Queue
}

func system() context.Context { return perm.With(context.Background(), perm.SystemActor("test")) }

// officer may do everything in listening.
func officer() *perm.Actor {
	return webtest.Official("officer", perm.Everywhere(), listen.View, listen.ImportFiles, listen.ManageSources, listen.ManageTopics, listen.Warn, campaign.Manage, group.Manage, influence.Manage, "planning.open")
}

func newHouse(t *testing.T, d *db.DB) *house {
	t.Helper()
	v, err := vault.Create(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	c := clock.At(now)
	q := jobs.New(d, log)
	a := audit.New(d, c)
	live := event.NewLive(d, log)
	o := org.New(org.Deps{DB: d, Log: log, Clock: c, Audit: a, Live: live})
	client, err := fetch.New(fetch.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var actors *influence.Service
	s := listen.New(listen.Deps{DB: d, Store: d, Log: log, Clock: c, Audit: a, Bus: event.NewBus(q), Live: live, Queue: q, Vault: v, Fetch: client, Files: listen.FolderFiles{Dir: t.TempDir()}, Missions: o, PublicActor: func(handle string) bool { return actors.Registered(handle) }})
	actors = influence.New(influence.Deps{DB: d, Log: log, Clock: c, Audit: a, Live: live, Queue: q, Listen: s})
	b := brief.New(brief.Deps{DB: d, Log: log, Clock: c, Audit: a, Queue: q, Listen: s, Org: o})
	found := discover.New(discover.Deps{DB: d, Clock: c, Audit: a, Listen: s})
	files := campaign.New(campaign.Deps{DB: d, Clock: c, Audit: a, Live: live, Listen: s})
	groups := group.New(group.Deps{DB: d, Log: log, Clock: c, Audit: a, Live: live, Queue: q, Listen: s, Campaigns: files})
	m := listenweb.Module(listenweb.Services{
		Listen: s, Scores: score.New(score.Deps{DB: d, Clock: c, Audit: a, Listen: s}), Org: o, Campaigns: files, Briefs: b, Discover: found, Groups: groups, Influence: actors,
	})
	m.Jobs(q)
	site := webtest.New(t, []fs.FS{listen.Locales(), fetch.Locales()}, m.Routes...)
	m.API(web.NewAPI(site.Server, "test"))
	return &house{Service: s, found: found, groups: groups, actors: actors, site: site, queue: q}
}

func (h *house) drain(t *testing.T) {
	t.Helper()
	if err := h.queue.Drain(context.Background(), time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
}

// file is four quiet weeks, a burst, and a line that is refused.
func file() string {
	var b strings.Builder
	b.WriteString("time,author,text,lang\n")
	for i := range 28 * 8 {
		fmt.Fprintf(&b, "%s,Private%dPerson,quiet words of Brussels <b>%d</b> #eu,en\n", now.AddDate(0, 0, -30).Add(time.Duration(i)*3*time.Hour).Format(time.RFC3339), i, i)
	}
	for i := range 60 {
		fmt.Fprintf(&b, "%s,Private%dPerson,\"<script>alert(1)</script> انفجار في بروكسل Brussels @Private%dPerson \u202e %d\",ar\n", now.Add(-5*time.Hour).Add(time.Duration(i)*time.Minute).Format(time.RFC3339), i, i+1, i)
	}
	b.WriteString("2099-01-01T00:00:00Z,Private1Person,later,en\n")
	return b.String()
}

func upload(t *testing.T, c *webtest.Client, id, name, content string) webtest.Answer {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	_ = w.WriteField("id", id)
	f, err := w.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = f.Write([]byte(content))
	w.Close()
	r := httptest.NewRequest(http.MethodPost, "/console/listen/imports", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return c.Do(t, r)
}

// TestWay walks from a topic and a file to an answered warning, and then looks
// at every page in every language.
func TestWay(t *testing.T) {
	dbtest.Each(t, []db.Migrations{audit.Migrations(), org.Migrations(), listen.Migrations(), listen.StoreMigrations()}, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		c := h.site.As(officer(), i18n.English)

		topic := id.New()
		form := url.Values{"id": {topic}, "name_en": {"Brussels"}, "name_ar": {"بروكسل"}, "terms": {"Brussels\r\nبروكسل"}, "countries": {"Belgium, FR"}, "owner": {""}, "watched": {"yes"}}
		for range 2 {
			if a := c.Post(t, "/console/listen/topics", form); a.Status != http.StatusSeeOther {
				t.Fatalf("new topic: %d %s", a.Status, a.Text("main"))
			}
		}
		form.Set("countries", "Atlantis")
		form.Set("terms", "@")
		if a := c.Post(t, "/console/listen/topics", form); a.Status != http.StatusUnprocessableEntity || a.Doc.Find(".summary li").Length() != 1 || !strings.Contains(a.Body, "Atlantis") {
			t.Errorf("wrong topic: %d %s", a.Status, a.Text(".summary"))
		}

		imp := id.New()
		if a := upload(t, c, imp, "../posts.csv", file()); a.Status != http.StatusSeeOther {
			t.Fatalf("upload: %d %s", a.Status, a.Text("main"))
		}
		path := "/console/listen/imports/" + imp
		if a := c.Get(t, path); a.Status != http.StatusOK || a.Doc.Find(`select[name=map_time] option[selected]`).AttrOr("value", "") != "time" || handle.MatchString(a.Body) {
			t.Errorf("mapping: %d %s", a.Status, a.Text("main"))
		}
		if a := c.Post(t, path+"/start", url.Values{"map_time": {""}, "map_text": {"nothing"}}); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("wrong mapping: %d", a.Status)
		}
		if a := c.Post(t, path+"/start", url.Values{"map_time": {"time"}, "map_text": {"text"}, "map_author": {"author"}, "map_lang": {"lang"}, "source": {"Archive"}}); a.Status != http.StatusSeeOther {
			t.Fatalf("start: %d %s", a.Status, a.Text("main"))
		}
		if a := c.Get(t, path); a.Doc.Find("progress").Length() != 1 {
			t.Errorf("running import shows no progress: %s", a.Text("main"))
		}
		h.drain(t)
		if a := c.Get(t, path); a.Doc.Find("#rejects tbody tr").Length() != 1 {
			t.Errorf("outcome: %s", a.Text("main"))
		}
		if a := c.Get(t, path+"/rejects"); a.Status != http.StatusOK || !strings.Contains(a.Body, `"reason":"time_future"`) {
			t.Errorf("rejects: %d %s", a.Status, a.Body)
		}

		list, err := h.OpenWarnings(system(), 100)
		if err != nil || len(list) != 1 {
			t.Fatalf("%d warnings, %v", len(list), err)
		}
		warning := "/console/listen/warnings/" + list[0].ID
		a := c.Get(t, warning)
		if a.Doc.Find(`a[href="/console/decisions/new?warning=`+list[0].ID+`"]`).Length() != 1 || a.Doc.Find("mark").Length() == 0 {
			t.Errorf("warning: %s", a.Text("main"))
		}
		sources, err := h.Sources(system())
		if err != nil || len(sources) != 1 {
			t.Fatal(err)
		}
		pages := []string{
			"", "?span=day", "?span=month", "?span=year", "/search", "/search?q=Brussels", "/search?q=%D8%A8%D8%B1%D9%88%D9%83%D8%B3%D9%84&lang=ar&from-day=1&from-month=5&from-year=2016",
			"/search?q=nothing", "/topics", "/topics/new", "/topics/" + topic, "/topics/" + topic + "/edit", "/warnings", "/warnings?show=answered", "/warnings?show=all",
			"/warnings/" + list[0].ID, "/sources", "/sources/new", "/sources/" + sources[0].ID, "/sources/" + sources[0].ID + "/edit", "/imports", "/imports/new", "/imports/" + imp,
		}
		for _, l := range i18n.Langs {
			c := h.site.As(officer(), l)
			for _, p := range pages {
				a := c.Get(t, "/console/listen"+p)
				if a.Status != http.StatusOK {
					t.Errorf("%s in %s: %d", p, l, a.Status)
				}
				if handle.MatchString(a.Body) || strings.Contains(a.Body, "<script>alert") || strings.Contains(a.Body, "\u202e") {
					t.Errorf("%s in %s shows a handle, a script or an override", p, l)
				}
				if strings.Contains(a.Body, "&lt;no value&gt;") || strings.Contains(a.Body, "%!") {
					t.Errorf("%s in %s is badly written", p, l)
				}
			}
		}
		if a := c.Get(t, "/console/listen/search?from-day=31&from-month=2&from-year=2016"); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("a day that does not exist: %d", a.Status)
		}
		if a := c.Post(t, warning+"/dismiss", url.Values{"reason": {" "}}); a.Status != http.StatusUnprocessableEntity || a.Doc.Find("#reason-error").Length() != 1 {
			t.Errorf("no reason: %d", a.Status)
		}
		if a := c.Post(t, warning+"/judge", url.Values{"note": {" "}}); a.Status != http.StatusUnprocessableEntity || a.Doc.Find("#verdict-error, #note-error").Length() != 2 {
			t.Errorf("no verdict: %d", a.Status)
		}
		if a := c.Post(t, warning+"/judge", url.Values{"verdict": {"wrong"}, "note": {"a fair"}}); a.Status != http.StatusSeeOther {
			t.Errorf("judge: %d", a.Status)
		}
		if got := c.Get(t, warning).Doc.Find("#judgement input[checked]").AttrOr("value", ""); got != "wrong" {
			t.Errorf("verdict on the page %q, want wrong", got)
		}
		for _, act := range []string{"/acknowledge", "/acknowledge", "/dismiss"} {
			if a := c.Post(t, warning+act, url.Values{"reason": {"a fair"}}); a.Status != http.StatusSeeOther {
				t.Errorf("%s: %d", act, a.Status)
			}
		}
	})
}

// TestWho wants every route refused to nobody and to those without its
// permission, and the objects of other desks not to be found.
func TestWho(t *testing.T) {
	d := dbtest.SQLite(t, audit.Migrations(), org.Migrations(), listen.Migrations(), listen.StoreMigrations())
	h := newHouse(t, d)
	topic := listen.Topic{ID: id.New(), Names: map[i18n.Lang]string{i18n.English: "Paris"}, Terms: []string{"Paris"}, MissionID: id.New()}
	if err := h.AddTopic(system(), topic); err != nil {
		t.Fatal(err)
	}
	reader := webtest.Official("reader", perm.InMission(id.New()), listen.View)
	for _, tt := range []struct {
		actor  *perm.Actor
		method string
		path   string
		want   int
	}{
		{nil, "GET", "", http.StatusSeeOther},
		{nil, "POST", "/topics", http.StatusUnauthorized},
		{webtest.Official("other", perm.Everywhere(), "org.view"), "GET", "", http.StatusForbidden},
		{reader, "GET", "", http.StatusOK},
		{reader, "GET", "/topics/new", http.StatusForbidden},
		{reader, "POST", "/topics", http.StatusForbidden},
		{reader, "GET", "/imports", http.StatusForbidden},
		{reader, "POST", "/sources", http.StatusForbidden},
		{reader, "GET", "/topics/" + topic.ID, http.StatusNotFound},
		{reader, "GET", "/warnings/" + id.New(), http.StatusNotFound},
		{reader, "GET", "/sources/x", http.StatusNotFound},
		{officer(), "GET", "/topics/" + topic.ID, http.StatusOK},
	} {
		c := h.site.As(tt.actor, i18n.English)
		var a webtest.Answer
		if tt.method == "GET" {
			a = c.Get(t, "/console/listen"+tt.path)
		} else {
			a = c.Post(t, "/console/listen"+tt.path, url.Values{})
		}
		if a.Status != tt.want {
			t.Errorf("%s %s: %d, want %d", tt.method, tt.path, a.Status, tt.want)
		}
	}
}

// TestFormKeepsTheAddress changes a source whose address was set by API, which
// the form does not show: address and token stay.
func TestFormKeepsTheAddress(t *testing.T) {
	d := dbtest.SQLite(t, audit.Migrations(), org.Migrations(), listen.Migrations(), listen.StoreMigrations())
	h := newHouse(t, d)
	src := listen.Source{ID: id.New(), Kind: listen.TelegramSource, URL: "https://bots.example", Every: 5}
	src.Token = h.SealToken(src.ID, "secret")
	if err := h.AddSource(system(), src); err != nil {
		t.Fatal(err)
	}
	form := url.Values{"version": {"1"}, "name": {"Harbour"}, "grade": {"B"}}
	if a := h.site.As(officer(), i18n.English).Post(t, "/console/listen/sources/"+src.ID, form); a.Status != http.StatusSeeOther {
		t.Fatalf("change: %d %s", a.Status, a.Text("main"))
	}
	if s, err := h.Source(system(), src.ID); err != nil || s.URL != src.URL || s.Token == "" || s.Name != "Harbour" {
		t.Errorf("source %+v, %v", s, err)
	}
}

func TestSourceForm(t *testing.T) {
	d := dbtest.SQLite(t, audit.Migrations(), org.Migrations(), listen.Migrations(), listen.StoreMigrations())
	h := newHouse(t, d)
	c := h.site.As(officer(), i18n.Arabic)
	src := id.New()
	form := url.Values{"id": {src}, "url": {"http://127.0.0.1/feed"}, "grade": {"B"}, "every": {"٣٠"}, "do": {"test"}}
	if a := c.Post(t, "/console/listen/sources", form); a.Status != http.StatusUnprocessableEntity || a.Doc.Find("#url-error").Length() != 1 {
		t.Errorf("test of a private address: %d", a.Status)
	}
	form.Del("do")
	if a := c.Post(t, "/console/listen/sources", form); a.Status != http.StatusUnprocessableEntity || a.Doc.Find("#url-error").Length() != 1 {
		t.Errorf("private address: %d", a.Status)
	}
	form.Set("url", "https://news.example/feed")
	if a := c.Post(t, "/console/listen/sources", form); a.Status != http.StatusSeeOther {
		t.Fatalf("source: %d %s", a.Status, a.Text("main"))
	}
	s, err := h.Source(system(), src)
	if err != nil || s.Every != 30 || s.Name != "news.example" || s.Grade != "B" {
		t.Errorf("source %+v, %v", s, err)
	}
	for _, pause := range []string{"yes", "no"} {
		if a := c.Post(t, "/console/listen/sources/"+src+"/pause", url.Values{"pause": {pause}}); a.Status != http.StatusSeeOther {
			t.Errorf("pause %s: %d", pause, a.Status)
		}
		if s, err := h.Source(system(), src); err != nil || s.Paused != (pause == "yes") {
			t.Errorf("pause %s: %+v, %v", pause, s, err)
		}
	}
}
