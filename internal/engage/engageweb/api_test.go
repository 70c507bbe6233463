package engageweb

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"sifara/internal/engage"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/web"
	"sifara/internal/web/webtest"
)

func TestAPI(t *testing.T) {
	p := newPlace(t)
	a := web.NewAPI(p.site.Server, "test")
	Module(p.Service, p.Org, nil).API(a)
	secret, qid := p.AskAs(func(in *engage.AskInput) { in.Email = "asker@example.org" })
	officer := p.site.As(p.officer, i18n.English)
	call := func(c *webtest.Client, method, path, body string) webtest.Answer {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer token")
		return c.Do(t, r)
	}
	list := call(officer, "GET", "/api/v1/questions", "")
	var got struct {
		Items []engageQuestion `json:"items"`
	}
	if err := json.Unmarshal([]byte(list.Body), &got); err != nil || list.Status != 200 || len(got.Items) != 1 || got.Items[0].ID != qid {
		t.Fatalf("got %d %s, %v", list.Status, list.Body, err)
	}
	if strings.Contains(list.Body, "asker@") || strings.Contains(list.Body, secret) {
		t.Error("the list gives an address or a secret away")
	}
	if x := call(officer, "POST", "/api/v1/questions/"+qid+"/answer", `{"body":"Two weeks.","publish":true,"version":0}`); x.Status != 200 || !strings.Contains(x.Body, `"answered"`) {
		t.Errorf("answer: got %d %s", x.Status, x.Body)
	}
	public := p.site.As(nil, i18n.English).Get(t, "/api/v1/public/questions?lang=en")
	if public.Status != 200 || !strings.Contains(public.Body, "Two weeks.") {
		t.Errorf("public: got %d %s", public.Status, public.Body)
	}
	if x := p.site.As(nil, i18n.English).Get(t, "/api/v1/questions"); x.Status != 401 {
		t.Errorf("nobody: got %d, want 401", x.Status)
	}
	berlin := &perm.Actor{Kind: perm.Token, ID: "b", Grants: []perm.Grant{{Permissions: p.officer.Grants[0].Permissions, Scope: perm.InMission(p.Berlin)}}}
	if x := call(p.site.As(berlin, i18n.Arabic), "GET", "/api/v1/questions/"+qid, ""); x.Status != 404 || x.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("another mission: got %d %s", x.Status, x.Header.Get("Content-Type"))
	}
}

func TestPanelAndPalette(t *testing.T) {
	p := newPlace(t)
	_, qid := p.AskAs(nil)
	pg := &pages{svc: p.Service, org: p.Org}
	ctx := perm.With(i18nContext(t, i18n.English), p.officer)
	c, err := pg.panel(httptest.NewRequest("GET", "/console", nil).WithContext(ctx))
	if err != nil || c == nil {
		t.Fatalf("got %v, %v", c, err)
	}
	var b strings.Builder
	if err := c.Render(i18nContext(t, i18n.English), &b); err != nil || !strings.Contains(b.String(), qid) {
		t.Errorf("panel: %v %s", err, b.String())
	}
	for _, query := range []string{"visa", "1", "١"} {
		if found, err := pg.find(ctx, query, 5); err != nil || len(found) != 1 || !strings.HasSuffix(found[0].Href, qid) {
			t.Errorf("%q: got %v, %v", query, found, err)
		}
	}
	if found, _ := pg.find(perm.With(t.Context(), &perm.Actor{Kind: perm.Person, ID: "x"}), "visa", 5); len(found) != 0 {
		t.Errorf("a stranger finds %v", found)
	}
	if n, err := pg.badge(ctx); err != nil || n != 1 {
		t.Errorf("badge: got %d, %v", n, err)
	}
}

func TestBelow(t *testing.T) {
	p := newPlace(t)
	_, qid := p.AskAs(nil)
	if _, err := p.Submit(p.Officer("officer"), qid, engage.Writing{Body: "Two weeks.", Publish: true}); err != nil {
		t.Fatal(err)
	}
	c, err := NewTalk(p.Service, p.Org).Below(i18nContext(t, i18n.English), p.St.ID, p.St.Slug, "Visas")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := c.Render(i18nContext(t, i18n.English), &b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Two weeks.", "/en/statements/visas/ask", "How long"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in %s", want, b.String())
		}
	}
}

func i18nContext(t *testing.T, l i18n.Lang) context.Context {
	t.Helper()
	c, err := i18n.Load(engage.Locales())
	if err != nil {
		t.Fatal(err)
	}
	return i18n.WithPrinter(t.Context(), c.Printer(l))
}
