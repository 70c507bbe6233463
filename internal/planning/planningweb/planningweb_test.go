package planningweb

import (
	"io/fs"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/planning"
	"sifara/internal/planning/planningtest"
	"sifara/internal/web"
	"sifara/internal/web/webtest"
)

// place is a house with its pages.
type place struct {
	*planningtest.House
	site         *webtest.Site
	head, berlin *perm.Actor
}

func newPlace(t *testing.T) *place {
	t.Helper()
	h := planningtest.New(t, dbtest.SQLite(t, planningtest.Migrations...))
	m := Module(h.Service, h.Org)
	return &place{
		House: h, site: webtest.New(t, []fs.FS{m.Locales}, m.Routes...),
		head:   webtest.Official("head", perm.InMission(h.Paris), planning.View, planning.Open, planning.Decide, "listen.view"),
		berlin: webtest.Official("berliner", perm.InMission(h.Berlin), planning.View, planning.Open),
	}
}

func TestFromWarningToDecision(t *testing.T) {
	for _, l := range []i18n.Lang{i18n.Arabic, i18n.English, i18n.Sorani, i18n.Kurmanji} {
		t.Run(string(l), func(t *testing.T) {
			p := newPlace(t)
			head, berlin := p.site.As(p.head, l), p.site.As(p.berlin, l)
			a := head.Get(t, "/console/decisions/new?warning="+p.Warnings.W.ID)
			if a.Status != 200 || !strings.Contains(a.Text("#evidence"), "منشور") {
				t.Fatalf("got %d: %s", a.Status, a.Text("main"))
			}
			form := url.Values{"id": {a.Doc.Find("input[name=id]").AttrOr("value", "")}, "warning": {p.Warnings.W.ID}, "title": {"المياه <b>"}, "question": {""}, "due-day": {"١٠"}}
			if a := head.Post(t, "/console/decisions", form); a.Status != 422 || a.Doc.Find(".summary a").Length() != 2 || a.Doc.Find("#due-day").AttrOr("value", "") != "١٠" {
				t.Errorf("errors: got %d, %s", a.Status, a.Text(".summary"))
			}
			form.Set("question", "Do we speak today?\n<script>")
			form.Set("due-month", "3")
			form.Set("due-year", "2026")
			form.Set("due-time", "14:30")
			a = head.Post(t, "/console/decisions", form)
			path := a.Header.Get("Location")
			if a.Status != 303 || !strings.HasPrefix(path, "/console/decisions/") {
				t.Fatalf("got %d to %q: %s", a.Status, path, a.Text(".summary"))
			}
			if a := berlin.Get(t, path); a.Status != 404 {
				t.Errorf("another mission: got %d, want 404", a.Status)
			}
			post := func(c *webtest.Client, act string, want int, pairs ...string) webtest.Answer {
				t.Helper()
				v := url.Values{"id": {id.New()}}
				for i := 0; i < len(pairs); i += 2 {
					v.Set(pairs[i], pairs[i+1])
				}
				a := c.Post(t, path+"/"+act, v)
				if a.Status != want {
					t.Errorf("%s: got %d, want %d: %s", act, a.Status, want, a.Text(".summary"))
				}
				return a
			}
			post(head, "options", 422, "option_text", "")
			post(head, "options", 303, "option_text", "Speak")
			a = head.Get(t, path)
			option := a.Doc.Find("#argument-option option").AttrOr("value", "")
			post(head, "arguments", 303, "option", option, "side", "against", "argument", "Too early.")
			post(head, "parties", 422, "party", "mission:"+p.Berlin)
			post(head, "parties", 303, "party", "mission:"+p.Berlin, "party-due-day", "3", "party-due-month", "3", "party-due-year", "2026")
			a = berlin.Get(t, path)
			party := a.Doc.Find("form[action$='/position'] input[name=party]").AttrOr("value", "")
			if a.Status != 200 || party == "" {
				t.Fatalf("the party sees %d without a form", a.Status)
			}
			if a := post(berlin, "position", 422, "party", party, "stance", "objects", "statement", ""); a.Doc.Find("input[value=objects][checked]").Length() != 1 {
				t.Error("the stance was lost")
			}
			post(head, "position", 403, "party", party, "stance", "agrees")
			version := func() string {
				return head.Get(t, path).Doc.Find("form[action$='/decide'] input[name=version]").AttrOr("value", "")
			}
			a = post(head, "decide", 422, "option", option, "reasons", "Because.", "version", version())
			if a.Doc.Find("#unheard-error").Length() != 1 || a.Doc.Find("textarea[name=reasons]").Text() != "Because." {
				t.Errorf("unheard: %s", a.Text(".summary"))
			}
			old := version()
			post(berlin, "position", 303, "party", party, "stance", "agrees_if", "statement", "In two languages.")
			post(head, "decide", 409, "option", option, "reasons", "Because.", "version", old)
			post(berlin, "decide", 403, "option", option, "reasons", "Because.", "version", version())
			post(head, "decide", 303, "option", option, "reasons", "Because.", "version", version())
			a = head.Get(t, path)
			link := a.Doc.Find("a[href^='/console/messages/new']").AttrOr("href", "")
			if !strings.Contains(link, "decision=") || !strings.Contains(link, "warning="+p.Warnings.W.ID) || !strings.Contains(link, "mission="+p.Paris) || a.Doc.Find("main script:not([type])").Length() != 0 {
				t.Errorf("begins a message at %q", link)
			}
			post(head, "reopen", 422, "words", "")
			post(head, "close", 303, "words", "Published.")
			if a := head.Get(t, "/console/decisions?box=closed"); !strings.Contains(a.Text("table"), "المياه") {
				t.Errorf("list: %s", a.Text("main"))
			}
		})
	}
}

func TestWhoMayOpen(t *testing.T) {
	p := newPlace(t)
	for _, c := range []struct {
		name  string
		actor *perm.Actor
		path  string
		want  int
	}{
		{"nobody", nil, "/console/decisions", 303},
		{"without permission", webtest.Official("x", perm.Everywhere(), "org.view"), "/console/decisions", 403},
		{"a warning of another mission", p.berlin, "/console/decisions/new?warning=" + p.Warnings.W.ID, 404},
		{"no such file", p.head, "/console/decisions/" + id.New(), 404},
		{"no id", p.head, "/console/decisions/x", 404},
		{"new", p.head, "/console/decisions/new", 200},
	} {
		if a := p.site.As(c.actor, i18n.English).Get(t, c.path); a.Status != c.want {
			t.Errorf("%s: got %d, want %d", c.name, a.Status, c.want)
		}
	}
	form := url.Values{"id": {id.New()}, "title": {"t"}, "question": {"q"}, "unit": {"mission:" + p.Paris}}
	if a := p.site.As(p.berlin, i18n.English).Post(t, "/console/decisions", form); a.Status != 403 {
		t.Errorf("for another mission: got %d, want 403", a.Status)
	}
	form.Set("unit", "moon:1")
	if a := p.site.As(p.berlin, i18n.English).Post(t, "/console/decisions", form); a.Status != 422 {
		t.Errorf("no unit: got %d, want 422", a.Status)
	}
}

func TestEditKeepsTheDate(t *testing.T) {
	p := newPlace(t)
	file, _ := p.Begin(p.Head())
	head := p.site.As(p.head, i18n.Arabic)
	path := "/console/decisions/" + file + "/edit"
	a := head.Get(t, path)
	form := url.Values{}
	for _, s := range []string{"version", "title", "due-day", "due-month", "due-year", "due-time"} {
		form.Set(s, a.Doc.Find("input[name="+s+"]").AttrOr("value", ""))
	}
	form.Set("question", "Do we speak tomorrow?")
	before := p.Read(p.Head(), file)
	if a := head.Post(t, path, form); a.Status != 303 {
		t.Fatalf("got %d: %s", a.Status, a.Text(".summary"))
	}
	if f := p.Read(p.Head(), file); f.DueAt != before.DueAt || f.Question != "Do we speak tomorrow?" {
		t.Errorf("got %v %q, want %v", f.DueAt.Std(), f.Question, before.DueAt.Std())
	}
	if a := head.Post(t, path, form); a.Status != 422 {
		t.Errorf("stale: got %d", a.Status)
	}
}

func TestAPI(t *testing.T) {
	p := newPlace(t)
	a := web.NewAPI(p.site.Server, "test")
	Module(p.Service, p.Org).API(a)
	c := p.site.As(p.head, i18n.English)
	call := func(method, path, body string) webtest.Answer {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer token")
		return c.Do(t, r)
	}
	file := id.New()
	x := call("POST", "/api/v1/decisions", `{"id":"`+file+`","title":"Water","question":"What?","mission_id":"`+p.Paris+`","due_at":"2026-03-02T10:00:00Z"}`)
	if x.Status != 200 || !strings.Contains(x.Body, file) || !strings.Contains(x.Body, "2026-03-02T10:00:00Z") {
		t.Fatalf("open: got %d %s", x.Status, x.Body)
	}
	option := id.New()
	if x := call("POST", "/api/v1/decisions/"+file+"/options", `{"id":"`+option+`","text":"Speak"}`); x.Status != 200 {
		t.Errorf("option: got %d %s", x.Status, x.Body)
	}
	if x := call("POST", "/api/v1/decisions/"+file+"/decide", `{"option_id":"`+option+`","reasons":"So.","version":1}`); x.Status != 409 {
		t.Errorf("stale: got %d %s", x.Status, x.Body)
	}
	if x := call("POST", "/api/v1/decisions/"+file+"/decide", `{"option_id":"`+option+`","reasons":"So.","version":2}`); x.Status != 200 || !strings.Contains(x.Body, `"decided"`) {
		t.Errorf("decide: got %d %s", x.Status, x.Body)
	}
	if x := call("GET", "/api/v1/decisions?box=decided", ""); x.Status != 200 || !strings.Contains(x.Body, file) {
		t.Errorf("list: got %d %s", x.Status, x.Body)
	}
}

func TestPanel(t *testing.T) {
	p := newPlace(t)
	file, _ := p.Begin(p.Head())
	if err := p.AddParty(p.Head(), file, id.New(), planning.MissionParty, p.Berlin, db.At(p.Clock.Now())); err != nil {
		t.Fatal(err)
	}
	pg := &pages{svc: p.Service, org: p.Org}
	cat, err := i18n.Load(planning.Locales())
	if err != nil {
		t.Fatal(err)
	}
	ctx := perm.With(i18n.WithPrinter(t.Context(), cat.Printer(i18n.English)), p.berlin)
	c, err := pg.panel(httptest.NewRequest("GET", "/console", nil).WithContext(ctx))
	if err != nil || c == nil {
		t.Fatalf("got %v, %v", c, err)
	}
	if found, err := pg.find(ctx, "water", 5); err != nil || len(found) != 1 {
		t.Errorf("palette: got %v, %v", found, err)
	}
}
