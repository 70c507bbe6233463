package assessweb

import (
	"encoding/csv"
	"encoding/json"
	"io/fs"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sifara/internal/assess"
	"sifara/internal/assess/assesstest"
	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/web"
	"sifara/internal/web/webtest"
)

type house struct {
	*assesstest.House
	site  *webtest.Site
	api   *web.API
	paris publish.Message
}

func open(t *testing.T) *house {
	h := &house{House: assesstest.New(t, dbtest.SQLite(t, assesstest.Migrations...))}
	h.Heard.Before, h.Heard.After = 10, 25
	h.paris = h.Release(h.Talk.Paris, "=Visas")
	h.Read(h.paris, 4)
	h.AskAndAnswer(2 * time.Hour)
	h.Read(h.Release(h.Talk.Berlin, "Trade"), 2)
	m := Module(h.Service)
	h.site = webtest.New(t, []fs.FS{assess.Locales()}, m.Routes...)
	h.api = web.NewAPI(h.site.Server, "test")
	m.API(h.api)
	return h
}

func TestPagesInEveryLanguage(t *testing.T) {
	h := open(t)
	all := webtest.Official("a", perm.Everywhere(), assess.View, "engage.view", "listen.view", "planning.view", "publish.view")
	for _, lang := range i18n.Langs {
		c := h.site.As(all, lang)
		page := c.Get(t, "/console/assess")
		if page.Status != 200 || page.Doc.Find("#mission-table tbody tr").Length() != 3 || page.Doc.Find("#statement-table tbody tr").Length() != 2 {
			t.Errorf("%s: %d %s", lang, page.Status, page.Text("main"))
		}
		if page.Doc.Find(`a[href="/console/listen/warnings/`+h.Warning+`"]`).Length() != 2 || page.Doc.Find(`a[href="/console/decisions/`+h.File+`"]`).Length() != 2 {
			t.Errorf("%s: the way back is missing", lang)
		}
		if page.Doc.Find("#def-views dd").Text() == "" || page.Doc.Find("#missions-chart").Length() != 1 {
			t.Errorf("%s: definitions or chart are missing", lang)
		}
		loop := c.Get(t, "/console/assess/statements/"+h.paris.ID)
		if loop.Status != 200 || loop.Doc.Find("#loop .step").Length() < 8 || loop.Doc.Find("#volume-chart, #daily-chart").Length() != 2 {
			t.Errorf("%s: loop %d with %d steps", lang, loop.Status, loop.Doc.Find("#loop .step").Length())
		}
		for _, path := range []string{"?days=7", "?days=365&mission=-", "?days=x&end=nonsense&after=1.2", "?mission=" + h.Talk.Paris, "?end=2025-01-01"} {
			if a := c.Get(t, "/console/assess"+path); a.Status != 200 {
				t.Errorf("%s: %s %d", lang, path, a.Status)
			}
		}
	}
	ar := h.site.As(all, i18n.Arabic).Get(t, "/console/assess?mission="+h.Talk.Paris)
	if got := ar.Text("#statement-table"); !strings.Contains(got, "٤") || !strings.Contains(got, "ساعتان") {
		t.Errorf("Arabic figures: %s", got)
	}
}

func TestPermissions(t *testing.T) {
	h := open(t)
	berlin := webtest.Official("b", perm.InMission(h.Talk.Berlin), assess.View)
	for _, tc := range []struct {
		name  string
		actor *perm.Actor
		path  string
		want  int
	}{
		{"nobody", nil, "/console/assess", 303},
		{"without permission", webtest.Official("x", perm.Everywhere(), "other.view"), "/console/assess", 403},
		{"own mission", berlin, "/console/assess", 200},
		{"other mission", berlin, "/console/assess?mission=" + h.Talk.Paris, 404},
		{"the ministry", berlin, "/console/assess?mission=-", 404},
		{"other's statement", berlin, "/console/assess/statements/" + h.paris.ID, 404},
		{"unknown statement", berlin, "/console/assess/statements/" + id.New(), 404},
		{"other's export", berlin, "/console/assess/export?what=statements&format=csv&mission=" + h.Talk.Paris, 404},
		{"no such export", berlin, "/console/assess/export?what=people&format=csv", 422},
	} {
		if got := h.site.As(tc.actor, i18n.English).Get(t, tc.path); got.Status != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, got.Status, tc.want)
		}
	}
	page := h.site.As(berlin, i18n.English).Get(t, "/console/assess")
	if strings.Contains(page.Body, h.Talk.Paris) || strings.Contains(page.Body, "=Visas") {
		t.Error("Berlin sees figures of Paris")
	}
	if strings.Contains(page.Body, "/console/listen/warnings/") || strings.Contains(page.Body, `href="/console/inbox`) {
		t.Error("links lead where the reader may not go")
	}
}

func TestExports(t *testing.T) {
	h := open(t)
	c := h.site.As(webtest.Official("a", perm.Everywhere(), assess.View), i18n.English)
	a := c.Get(t, "/console/assess/export?what=statements&format=csv")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.Body, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatalf("%v, %d rows: %s", err, len(rows), a.Body)
	}
	if rows[2][7] != "'=Visas" {
		t.Errorf("title %q, want it guarded against spreadsheets", rows[2][7])
	}
	if a = c.Get(t, "/console/assess/export?what=missions&format=csv"); a.Status != 200 || !strings.Contains(a.Body, h.Talk.Paris) {
		t.Errorf("missions: %d %s", a.Status, a.Body)
	}
	var list []assess.Statement
	a = c.Get(t, "/console/assess/export?what=statements&format=json")
	if err := json.Unmarshal([]byte(a.Body), &list); err != nil || len(list) != 2 || list[1].Reading.Views != 4 {
		t.Errorf("JSON: %v %s", err, a.Body)
	}
}

func TestPanel(t *testing.T) {
	h := open(t)
	r := httptest.NewRequest("GET", "/console", nil)
	ctx := perm.With(r.Context(), webtest.Official("a", perm.Everywhere(), assess.View))
	body, err := pages{h.Service}.panel(r.WithContext(ctx))
	if err != nil || body == nil {
		t.Fatalf("%v, %v", body, err)
	}
	var out strings.Builder
	if err := body.Render(ctx, &out); err != nil || strings.Count(out.String(), `class="stat"`) < 6 {
		t.Errorf("%v: %s", err, out.String())
	}
}

func TestAPI(t *testing.T) {
	h := open(t)
	if err := h.api.Check(); err != nil {
		t.Error(err)
	}
	call := func(actor *perm.Actor, path string, into any) int {
		r := httptest.NewRequest("GET", "/api/v1"+path, nil)
		r.Header.Set("Authorization", "Bearer test")
		a := h.site.As(actor, i18n.English).Do(t, r)
		if into != nil {
			if err := json.Unmarshal([]byte(a.Body), into); err != nil {
				t.Fatalf("%s: %v in %s", path, err, a.Body)
			}
		}
		return a.Status
	}
	all := webtest.Official("a", perm.Everywhere(), assess.View)
	var o assess.Overview
	if got := call(all, "/assess?days=7", &o); got != 200 || o.Total.Reading.Views != 6 {
		t.Errorf("overview: %d %+v", got, o)
	}
	var list web.List[assess.Statement]
	if got := call(all, "/assess/statements", &list); got != 200 || len(list.Items) != 2 || list.Items[0].Topic == nil {
		t.Errorf("statements: %d %+v", got, list)
	}
	if got := call(all, "/assess?days=8", nil); got != 422 {
		t.Errorf("a length that is not offered: %d", got)
	}
	if got := call(webtest.Official("b", perm.InMission(h.Talk.Berlin), assess.View), "/assess/statements/"+h.paris.ID, nil); got != 404 {
		t.Errorf("statement of another mission: %d", got)
	}
}
