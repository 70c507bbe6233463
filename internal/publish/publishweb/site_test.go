package publishweb

import (
	"context"
	"encoding/json"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/blob"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/event"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/module"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/vault"
	"sifara/internal/web"
	"sifara/internal/web/webtest"
)

const testBase = "https://example.test"

// public is the public site of a ministry with a mission in Paris, on a real
// database.
type public struct {
	*webtest.Site
	t       testing.TB
	db      *db.DB
	svc     *publish.Service
	log     *publish.PublicLog
	org     *org.Service
	clock   *clock.Manual
	pages   *web.Cache
	paris   org.Mission
	options SiteOptions
	deps    publish.Deps
}

// sections stands for the inbox, which draws questions under a statement.
type sections struct{}

func (sections) Section(_ *http.Request, _, slug string) (templ.Component, error) {
	return templ.Raw(`<section id="questions">` + slug + `</section>`), nil
}

func four(ar, ckb, kmr, en string) org.Names {
	return org.Names{i18n.Arabic: ar, i18n.Sorani: ckb, i18n.Kurmanji: kmr, i18n.English: en}
}

func newPublic(t testing.TB, d *db.DB) *public {
	t.Helper()
	c := clock.At(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC))
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	q := jobs.New(d, log)
	live := event.NewLive(d, log)
	record := audit.New(d, c)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	keys, err := vault.Create(filepath.Join(t.TempDir(), "keys"))
	must(err)
	blobs, err := blob.Open(t.TempDir())
	must(err)
	p := &public{t: t, db: d, clock: c, pages: web.NewCache(time.Minute)}
	p.log, err = publish.NewPublicLog(d, keys, c, testBase)
	must(err)
	p.deps = publish.Deps{DB: d, Log: log, Clock: c, Audit: record, Bus: event.NewBus(q), Live: live, Queue: q, Blobs: blobs, Proof: p.log, MaxMedia: 20 << 20}
	p.svc = publish.New(p.deps)
	p.org = org.New(org.Deps{DB: d, Log: log, Clock: c, Audit: record, Live: live})
	ctx := p.system()
	must(p.org.SyncRoles(ctx, append(org.Permissions(), publish.Permissions()...)))
	_, err = p.org.Setup(ctx, org.MinistrySpec{
		Ministry: org.Ministry{Names: four("وزارة الخارجية العراقية", "وەزارەتی دەرەوەی عێراق", "Wezareta Derve ya Iraqê", "Ministry of Foreign Affairs of Iraq"), City: four("بغداد", "بەغدا", "Bexda", "Baghdad"),
			Country: "IQ", TimeZone: "Asia/Baghdad", Weekend: []time.Weekday{5, 6}, Languages: i18n.Langs, Email: "press@mofa.example"},
		First: org.Person{Name: "First", Post: four("رئيس", "سەرۆک", "Serok", "Head"), Email: "first@mofa.example", Language: i18n.Arabic},
	})
	must(err)
	p.paris = org.Mission{ID: id.New(), Slug: "paris", Kind: org.Embassy, Names: four("سفارة جمهورية العراق في باريس", "باڵیۆزخانەی عێراق لە پاریس", "Balyozxaneya Iraqê ya Parîsê", "Embassy of Iraq in Paris"),
		City: four("باريس", "پاریس", "Parîs", "Paris"), Country: "FR", Jurisdiction: []string{"MC"}, TimeZone: "Europe/Paris", Weekend: []time.Weekday{6, 0}, Languages: []i18n.Lang{i18n.Arabic, i18n.English},
		Lat: 48.86, Lon: 2.35, Email: "paris@mofa.example", Phone: "+33 1 45 53 33 70", Open: true}
	must(p.org.CreateMission(ctx, p.paris))
	p.options = SiteOptions{Service: p.svc, Log: p.log, Org: p.org, Clock: c, Pages: p.pages, Blobs: blobs, BaseURL: testBase, Questions: sections{}}
	p.open()
	return p
}

// open opens the site with the options as they are.
func (p *public) open() {
	m := AddSite(module.Module{}, p.options)
	p.Site = webtest.New(p.t, []fs.FS{publish.Locales(), org.Locales(), blob.Locales()}, m.Routes...)
	m.API(web.NewAPI(p.Server, "test"))
}

func eachPublic(t *testing.T, run func(t *testing.T, p *public)) {
	dbtest.Each(t, []db.Migrations{audit.Migrations(), org.Migrations(), publish.Migrations()}, func(t *testing.T, d *db.DB) { run(t, newPublic(t, d)) })
}

func (p *public) system() context.Context {
	return perm.With(p.t.Context(), perm.SystemActor("test"))
}

// as is an official who may take every step in Paris and the ministry.
func (p *public) as(name string) context.Context {
	return perm.With(p.t.Context(), webtest.Official(name, perm.Everywhere(), publish.MayView, publish.MayDraft, publish.MayReview, publish.MayClear, publish.MayRelease, publish.MayWithdraw))
}

// say makes a text public in the languages given, the way officials do.
func (p *public) say(mission string, words map[i18n.Lang]publish.Words) publish.Message {
	p.t.Helper()
	return p.sayAs(mission, publish.Statement, publish.Details{}, words)
}

// sayAs is say for a kind with its details.
func (p *public) sayAs(mission string, kind publish.Kind, details publish.Details, words map[i18n.Lang]publish.Words) publish.Message {
	p.t.Helper()
	source := i18n.English
	for _, l := range i18n.Langs {
		if words[l].Title != "" {
			source = l
			break
		}
	}
	must := func(m publish.Message, err error) publish.Message {
		p.t.Helper()
		if err != nil {
			p.t.Fatal(err)
		}
		return m
	}
	writer := p.as("writer")
	m := must(p.svc.Create(writer, publish.Beginning{ID: id.New(), MissionID: mission, Kind: kind, Sensitivity: publish.Routine, SourceLang: source, Words: words[source]}))
	m = must(p.svc.Arrange(writer, m.ID, m.SettingsVersion, publish.Settings{MissionID: mission, Kind: kind, Sensitivity: publish.Routine, Details: details}))
	src, _ := m.Source()
	for _, l := range i18n.Langs {
		if l != source && words[l].Title != "" {
			m = must(p.svc.Write(writer, m.ID, l, publish.Edit{Words: words[l], SourceHash: src.Hash}))
		}
	}
	m = must(p.svc.Submit(writer, m.ID, m.Hash))
	m = must(p.svc.Approve(p.as("reviewer"), m.ID, publish.Judgement{Step: m.Step, Hash: m.Hash}))
	m = must(p.svc.Approve(p.as("clearer"), m.ID, publish.Judgement{Step: m.Step, Hash: m.Hash}))
	m = must(p.svc.Release(p.as("releaser"), m.ID, m.Hash))
	p.pages.Clear()
	return m
}

var visit = map[i18n.Lang]publish.Words{
	i18n.Arabic:   {Title: "الوزير يزور باريس", Summary: "زيارة عمل ليومين.", Body: "زار وزير الخارجية **باريس** اليوم والتقى نظيره الفرنسي، وبحثا العلاقات الثنائية.\n\n> نحن شركاء."},
	i18n.Sorani:   {Title: "وەزیر سەردانی پاریسی کرد", Body: "وەزیری دەرەوە ئەمڕۆ سەردانی پاریسی کرد و لەگەڵ هاوتا فەرەنسییەکەی کۆبووەوە."},
	i18n.Kurmanji: {Title: "Wezîr serdana Parîsê kir", Body: "Wezîrê derve îro serdana Parîsê kir û bi hevtayê xwe yê fransî re civiya."},
	i18n.English:  {Title: "Minister visits Paris", Body: "The foreign minister visited **Paris** today and met his French counterpart to discuss bilateral relations.\n\n<script>alert(1)</script>\n\n- [programme](https://mofa.example/p)\n- [bad](javascript:alert(1))"},
}

func TestWordsAreComplete(t *testing.T) {
	cat, err := i18n.Load(publish.Locales())
	if err != nil {
		t.Fatal(err)
	}
	if err := cat.Check(); err != nil {
		t.Error(err)
	}
}

func TestPublicPagesInEveryLanguage(t *testing.T) {
	eachPublic(t, func(t *testing.T, p *public) {
		m := p.say(p.paris.ID, visit)
		for _, l := range i18n.Langs {
			c := p.As(nil, l)
			at := "/" + string(l)
			tests := []struct{ path, selector, want string }{
				{at, "h1", p.ministry(l)},
				{at, ".entries h3 a", visit[l].Title},
				{at, ".regions dd a", p.paris.Name(l)},
				{at + "/missions", ".map-point title", ""},
				{at + "/missions", ".regions dd a", p.paris.Name(l)},
				{at + "/missions/paris", "h1", p.paris.Name(l)},
				{at + "/missions/paris", ".entries h3 a", visit[l].Title},
				{at + "/missions/paris", ".facts a[href='mailto:paris@mofa.example']", "paris@mofa.example"},
				{at + "/statements", ".entries h3 a", visit[l].Title},
				{at + "/missions/paris/statements", ".entries h3 a", visit[l].Title},
				{at + "/statements/" + m.Slug, "h1", visit[l].Title},
				{at + "/statements/" + m.Slug, ".page-meta a", p.paris.Name(l)},
				{at + "/statements/" + m.Slug, "#questions", m.Slug},
				{at + "/verify", "label[for=q]", ""},
				{at + "/search", "label[for=q]", ""},
			}
			for _, tt := range tests {
				a := c.Get(t, tt.path)
				if a.Status != http.StatusOK {
					t.Errorf("%s: got status %d", tt.path, a.Status)
					continue
				}
				if got := a.Text(tt.selector); tt.want != "" && !strings.Contains(got, tt.want) || tt.want == "" && a.Doc.Find(tt.selector).Length() == 0 {
					t.Errorf("%s %s: got %q, want %q", tt.path, tt.selector, got, tt.want)
				}
				if got, _ := a.Doc.Find("html").Attr("dir"); got != l.Dir() {
					t.Errorf("%s: got direction %q, want %q", tt.path, got, l.Dir())
				}
			}
		}
	})
}

func (p *public) ministry(l i18n.Lang) string {
	m, err := p.org.Ministry(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	return m.Name(l)
}

func TestStatementPage(t *testing.T) {
	p := newPublic(t, dbtest.SQLite(t, audit.Migrations(), org.Migrations(), publish.Migrations()))
	two := map[i18n.Lang]publish.Words{i18n.Arabic: visit[i18n.Arabic], i18n.English: visit[i18n.English]}
	m := p.say(p.paris.ID, two)
	path := "/en/statements/" + m.Slug
	a := p.As(nil, i18n.English).Get(t, path)
	for selector, want := range map[string]string{
		"article .prose strong": "Paris",
		"time":                  "1 March 2026",
		"link[rel=canonical][href='" + testBase + path + "']":                     "",
		"link[hreflang=ar][href='" + testBase + "/ar/statements/" + m.Slug + "']": "",
		"link[type='application/atom+xml'][href='/en/missions/paris/feed.atom']":  "",
		"meta[property='og:type'][content=article]":                               "",
		"meta[property='article:published_time']":                                 "",
		".also a[hreflang=ar]":                                                    "العربية",
		".proof a[href='/log/proof/1']":                                           "",
		".site-langs .lang-missing[hreflang=ckb]":                                 "",
	} {
		if a.Doc.Find(selector).Length() == 0 || !strings.Contains(a.Text(selector), want) {
			t.Errorf("%s: got %q, want %q", selector, a.Text(selector), want)
		}
	}
	if strings.Contains(a.Body, "alert(1)") {
		t.Error("script of the text reached the page")
	}
	if got := a.Text("time"); !strings.Contains(a.Text(".page-meta"), "1447") || !strings.Contains(got, "09:00") {
		t.Errorf("dates: got %q, want the Hijri year and the time in Paris", a.Text(".page-meta"))
	}
	var data map[string]any
	if err := json.Unmarshal([]byte(a.Doc.Find("script[type='application/ld+json']").Text()), &data); err != nil || data["@type"] != "NewsArticle" || data["headline"] != "Minister visits Paris" {
		t.Errorf("structured data: got %v, %v", data, err)
	}
	b := p.As(nil, i18n.Kurmanji).Get(t, "/kmr/statements/"+m.Slug)
	if b.Doc.Find(".entries a").Length() != 2 || b.Doc.Find("meta[name=robots]").Length() != 1 || b.Doc.Find(".prose").Length() != 0 {
		t.Errorf("a language without the text: got %q", b.Text("main"))
	}
	if got := p.As(nil, i18n.English).Get(t, "/en/statements/nothing").Status; got != http.StatusNotFound {
		t.Errorf("no such statement: got %d, want 404", got)
	}
}

func TestWithdrawnStaysWithItsNote(t *testing.T) {
	p := newPublic(t, dbtest.SQLite(t, audit.Migrations(), org.Migrations(), publish.Migrations()))
	m := p.say("", visit)
	if _, err := p.svc.Withdraw(p.as("releaser"), m.ID, publish.Texts{i18n.Arabic: "ورد تاريخ خاطئ."}); err != nil {
		t.Fatal(err)
	}
	p.pages.Clear()
	a := p.As(nil, i18n.English).Get(t, "/en/statements/"+m.Slug)
	if a.Text("h1 del") != "Minister visits Paris" || a.Text(".note[lang=ar]") != "ورد تاريخ خاطئ." || strings.Contains(a.Body, "bilateral") {
		t.Errorf("got %q", a.Text("main"))
	}
	if got := p.As(nil, i18n.English).Get(t, "/en/statements").Doc.Find(".entries li").Length(); got != 0 {
		t.Errorf("list: got %d entries, want none", got)
	}
}

func TestListsAreReadPageByPage(t *testing.T) {
	p := newPublic(t, dbtest.SQLite(t, audit.Migrations(), org.Migrations(), publish.Migrations()))
	for range perPage + 3 {
		p.say("", map[i18n.Lang]publish.Words{i18n.English: visit[i18n.English]})
		p.clock.Advance(time.Hour)
	}
	c := p.As(nil, i18n.English)
	a := c.Get(t, "/en/statements?utm_source=x")
	older, ok := a.Doc.Find("a[href*='before=']").Attr("href")
	if n := a.Doc.Find(".entries li").Length(); n != perPage || !ok {
		t.Fatalf("first page: got %d entries, next %v", n, ok)
	}
	if n := c.Get(t, older).Doc.Find(".entries li").Length(); n != 3 {
		t.Errorf("second page: got %d entries, want 3", n)
	}
	if got := c.Get(t, "/en/statements?kind=speech").Doc.Find(".entries li").Length(); got != 0 {
		t.Errorf("speeches: got %d, want none", got)
	}
	if got := c.Get(t, "/en/statements?before=1.x").Status; got != http.StatusNotFound {
		t.Errorf("broken place: got %d, want 404", got)
	}
}

func TestVerifyPage(t *testing.T) {
	eachPublic(t, func(t *testing.T, p *public) {
		p.say(p.paris.ID, visit)
		body := "The foreign minister visited Paris today and met his French counterpart to discuss bilateral relations. programme bad"
		for _, l := range i18n.Langs {
			c := p.As(nil, l)
			tests := []struct{ name, q, kind, sel string }{
				{"unchanged", body, "success", ".entries h2 a[lang=en]"},
				{"altered", strings.Replace(body, "met his French", "refused his British", 1), "danger", ".diff ins"},
				{"part", "visited Paris today and met his French counterpart", "success", ".shown mark"},
				{"not found", "Quite another text about the weather in the mountains", "warning", ".verdict"},
				{"hostile", "<script>alert(1)</script>\u202e'\"", "warning", ".verdict"},
			}
			if l == i18n.Sorani || l == i18n.Kurmanji {
				tests = tests[1:3] // one network may not check much more
			}
			for _, tt := range tests {
				a := c.Post(t, "/"+string(l)+"/verify", url.Values{"q": {tt.q}})
				if a.Status != http.StatusOK || a.Doc.Find(".verdict .k-"+tt.kind).Length() != 1 || a.Doc.Find(tt.sel).Length() == 0 {
					t.Errorf("%s %s: got status %d: %s", l, tt.name, a.Status, a.Text("main"))
				}
				if a.Doc.Find("main script").Length() != 0 {
					t.Errorf("%s %s: a script reached the page", l, tt.name)
				}
			}
		}
		c := p.As(nil, i18n.Arabic)
		if a := c.Get(t, "/ar/verify?q="+url.QueryEscape("example.test/en/statements/nothing")); !strings.Contains(a.Text(".verdict"), "لا صفحة فيه") {
			t.Errorf("our host without page: got %q", a.Text(".verdict"))
		}
	})
}

// TestVerifyTooLong asks at the border, and far beyond it, where the body is
// not read to its end.
func TestVerifyTooLong(t *testing.T) {
	p := newPublic(t, dbtest.SQLite(t, audit.Migrations(), org.Migrations(), publish.Migrations()))
	says := map[i18n.Lang]string{i18n.Arabic: "النص أطول مما يمكن فحصه", i18n.Sorani: "دەقەکە زۆر درێژە", i18n.Kurmanji: "Nivîs zêde dirêj e", i18n.English: "This text is too long"}
	for _, l := range i18n.Langs {
		c := p.As(nil, l)
		for _, tt := range []struct {
			name string
			q    string
			want int
		}{
			{"as long as may be", strings.Repeat("س", publish.MaxPasted), http.StatusOK},
			{"with white space around", " \r\n" + strings.Repeat("س", publish.MaxPasted) + "\r\n", http.StatusOK},
			{"one too many", strings.Repeat("س", publish.MaxPasted+1), http.StatusUnprocessableEntity},
			{"far too long", strings.Repeat("س", 2*maxPastedBody), http.StatusRequestEntityTooLarge},
		} {
			if tt.want == http.StatusOK && l != i18n.Arabic {
				continue // whatever the language, it is looked up in the same way
			}
			a := c.Post(t, "/"+string(l)+"/verify", url.Values{"q": {tt.q}})
			if a.Status != tt.want || a.Doc.Find("#q").Length() != 1 {
				t.Errorf("%s %s: got status %d, want %d", l, tt.name, a.Status, tt.want)
			}
			if got := a.Text("#q-error"); strings.Contains(got, says[l]) != (tt.want != http.StatusOK) {
				t.Errorf("%s %s: the field says %q", l, tt.name, got)
			}
		}
	}
}

func TestVerifyTooLongByAPI(t *testing.T) {
	p := newPublic(t, dbtest.SQLite(t, audit.Migrations(), org.Migrations(), publish.Migrations()))
	for _, tt := range []struct {
		chars, want int
		says        string
	}{
		{publish.MaxPasted, http.StatusOK, ""},
		{publish.MaxPasted + 1, http.StatusUnprocessableEntity, "100,000"},
		{maxPastedBody, http.StatusRequestEntityTooLarge, "larger than allowed"},
	} {
		// escaped, as some clients send every letter that is not ASCII
		r := httptest.NewRequest(http.MethodPost, "/api/v1/verify", strings.NewReader(`{"text":"`+strings.Repeat(`\u0633`, tt.chars)+`"}`))
		r.Header.Set("Content-Type", "application/json")
		if a := p.As(nil, i18n.English).Do(t, r); a.Status != tt.want || !strings.Contains(a.Body, tt.says) {
			t.Errorf("%d characters: got %d %.300s, want %d with %q", tt.chars, a.Status, a.Body, tt.want, tt.says)
		}
	}
}

func TestVerifyIsLimited(t *testing.T) {
	p := newPublic(t, dbtest.SQLite(t, audit.Migrations(), org.Migrations(), publish.Migrations()))
	c := p.As(nil, i18n.English)
	got := 0
	for range verifyBurst + 1 {
		got = c.Post(t, "/en/verify", url.Values{"q": {"some words to check here"}}).Status
	}
	if got != http.StatusTooManyRequests {
		t.Errorf("got %d, want 429", got)
	}
}

func TestVerifyByAPI(t *testing.T) {
	p := newPublic(t, dbtest.SQLite(t, audit.Migrations(), org.Migrations(), publish.Migrations()))
	m := p.say(p.paris.ID, visit)
	r := httptest.NewRequest(http.MethodPost, "/api/v1/verify", strings.NewReader(`{"text":"The foreign minister visited London today and met his French counterpart to discuss bilateral relations."}`))
	r.Header.Set("Content-Type", "application/json")
	a := p.As(nil, i18n.English).Do(t, r)
	var out struct {
		Verdict  string `json:"verdict"`
		Address  string `json:"address"`
		Proof    string `json:"proof"`
		Language string `json:"language"`
	}
	if err := json.Unmarshal([]byte(a.Body), &out); err != nil || out.Verdict != "altered" || out.Address != testBase+"/en/statements/"+m.Slug || out.Proof != testBase+"/log/proof/3" {
		t.Errorf("got %d %s, %v", a.Status, a.Body, err)
	}
	a = p.As(nil, i18n.English).Get(t, "/api/v1/statements?language=en&mission=paris")
	if !strings.Contains(a.Body, `"title":"Minister visits Paris"`) {
		t.Errorf("list: got %d %s", a.Status, a.Body)
	}
}

func TestLogIsPublic(t *testing.T) {
	p := newPublic(t, dbtest.SQLite(t, audit.Migrations(), org.Migrations(), publish.Migrations()))
	p.say("", visit)
	c := p.As(nil, i18n.English)
	key := strings.TrimSpace(c.Get(t, "/log/key").Body)
	proven, err := publish.VerifyProof(strings.NewReader(c.Get(t, "/log/proof/0").Body), "الوزير يزور باريس\nزيارة عمل ليومين.\nزار وزير الخارجية باريس اليوم والتقى نظيره الفرنسي، وبحثا العلاقات الثنائية.\nنحن شركاء.", key)
	if err != nil || proven.Verdict != publish.Unchanged {
		t.Errorf("proof by the published key: got %s, %v", proven.Verdict, err)
	}
	if got := c.Get(t, "/log/checkpoint").Body; !strings.HasPrefix(got, "example.test/log\n4\n") {
		t.Errorf("checkpoint: got %q", got)
	}
	var e entriesAnswer
	if err := json.Unmarshal([]byte(c.Get(t, "/log/entries?start=1&end=2").Body), &e); err != nil || e.Start != 1 || len(e.Records) != 2 {
		t.Errorf("entries: got %+v, %v", e, err)
	}
	for path, want := range map[string]int{"/log/proof/99": 404, "/log/proof/x": 404, "/log/entries?start=-1": 422, "/log/entries?start=5&end=1": 422, "/log/entries?start=9": 200} {
		if got := c.Get(t, path).Status; got != want && !(want == 422 && got == 400) {
			t.Errorf("%s: got %d, want %d", path, got, want)
		}
	}
}

func TestFilesForPrograms(t *testing.T) {
	p := newPublic(t, dbtest.SQLite(t, audit.Migrations(), org.Migrations(), publish.Migrations()))
	m := p.say("", visit)
	c := p.As(nil, i18n.Kurmanji)
	if a := c.Get(t, "/"); a.Status != http.StatusSeeOther || a.Header.Get("Location") != "/kmr" {
		t.Errorf("front: got %d to %q", a.Status, a.Header.Get("Location"))
	}
	for path, want := range map[string]string{
		"/sitemap-ministry.xml":     `<loc>https://example.test/kmr/statements/` + m.Slug + `</loc>`,
		"/robots.txt":               "Sitemap: https://example.test/sitemap.xml",
		"/.well-known/security.txt": "Contact: mailto:press@mofa.example\nExpires: 2027-01-01T00:00:00Z",
	} {
		if a := c.Get(t, path); a.Status != http.StatusOK || !strings.Contains(a.Body, want) {
			t.Errorf("%s: got %d %s", path, a.Status, a.Body)
		}
	}
	if a := c.Get(t, "/favicon.ico"); a.Status != http.StatusFound || !strings.HasPrefix(a.Header.Get("Location"), "/static/") {
		t.Errorf("favicon: got %d to %q", a.Status, a.Header.Get("Location"))
	}
}

func TestSearchPage(t *testing.T) {
	eachPublic(t, func(t *testing.T, p *public) {
		p.say("", visit)
		for l, q := range map[i18n.Lang]string{i18n.Arabic: "العلاقات", i18n.Sorani: "فەرەنسی", i18n.Kurmanji: "hevtaye", i18n.English: "relations"} {
			a := p.As(nil, l).Get(t, "/"+string(l)+"/search?q="+url.QueryEscape(q))
			if got := a.Text(".entries h3 a"); got != visit[l].Title {
				t.Errorf("%s: got %q, want %q", l, got, visit[l].Title)
			}
		}
		if a := p.As(nil, i18n.English).Get(t, `/en/search?q="%22)-*<b>`); a.Status != http.StatusOK || a.Doc.Find("main b").Length() != 0 {
			t.Errorf("hostile question: got %d", a.Status)
		}
	})
}

func TestReadingsAreCounted(t *testing.T) {
	eachPublic(t, func(t *testing.T, p *public) {
		m := p.say(p.paris.ID, visit)
		path := "/ar/statements/" + m.Slug
		ask := func(path, agent string, header ...string) {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Header.Set("User-Agent", agent)
			for i := 0; i+1 < len(header); i += 2 {
				r.Header.Set(header[i], header[i+1])
			}
			p.As(nil, i18n.Arabic).Do(t, r)
		}
		const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
		for range 3 {
			ask(path, firefox)
		}
		ask(path, "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")
		ask(path, "curl/8.0")
		ask(path, "")
		ask(path, firefox, "Sec-Purpose", "prefetch")
		ask("/ar/feed.rss", "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 42 subscribers; like FeedFetcher-Google)")
		ask("/ar/feed.rss", "NetNewsWire (RSS Reader; https://netnewswire.com/)")
		if err := p.svc.FlushViews(t.Context()); err != nil {
			t.Fatal(err)
		}
		got, err := p.svc.MessageFigures(t.Context(), m.ID)
		if want := (publish.Reading{Views: 3, Readers: 1, FeedViews: 2, FeedReaders: 43}); err != nil || got[m.ID] != want {
			t.Errorf("got %+v, %v; want %+v", got[m.ID], err, want)
		}
		dump := p.dump("publish_view") + p.dump("publish_reader")
		for _, secret := range []string{"192.0.2.1", "Firefox", "Feedly"} {
			if strings.Contains(dump, secret) {
				t.Errorf("the database holds %q", secret)
			}
		}
	})
}

// dump reads a table as text.
func (p *public) dump(table string) string {
	var rows []map[string]any
	if err := p.db.Reader().NewSelect().TableExpr("?", bun.Ident(table)).Scan(p.t.Context(), &rows); err != nil {
		p.t.Fatal(err)
	}
	b, err := json.Marshal(rows)
	if err != nil {
		p.t.Fatal(err)
	}
	return string(b)
}

func TestWorkingDays(t *testing.T) {
	cat, err := i18n.Load(publish.Locales())
	if err != nil {
		t.Fatal(err)
	}
	p := cat.Printer(i18n.English)
	for want, weekend := range map[string][]time.Weekday{"Sunday to Thursday": {5, 6}, "Monday to Friday": {6, 0}, "Saturday to Thursday": {5}} {
		if got := workingDays(p, weekend); got != want {
			t.Errorf("weekend %v: got %q, want %q", weekend, got, want)
		}
	}
	if got := workingDays(p, []time.Weekday{3, 6}); !strings.Contains(got, " and ") {
		t.Errorf("a divided week: got %q", got)
	}
}

func TestEveryCountryHasOneRegion(t *testing.T) {
	cat, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, key := range regionOrder {
		for _, c := range strings.Fields(regionCodes[key]) {
			if seen[c] != "" {
				t.Errorf("%s is in %s and %s", c, seen[c], key)
			}
			seen[c] = key
		}
	}
	for _, c := range cat.Countries() {
		if seen[c] == "" && !slices.Contains([]string{"AQ", "BV", "HM", "IO", "TF", "GS", "XX", "EU", "UN"}, c) {
			t.Errorf("%s is in no region", c)
		}
	}
}
