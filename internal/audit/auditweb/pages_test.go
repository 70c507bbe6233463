package auditweb

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/web"
	"sifara/internal/web/webtest"
)

// table is the directory of a test.
type table struct{}

func (table) MissionNames(context.Context) (map[string]string, error) {
	return map[string]string{"paris": "Embassy in Paris", "rome": "Embassy in Rome"}, nil
}

func (table) RoleNames(context.Context) (map[string]string, error) {
	return map[string]string{"head_of_mission": "Head of mission"}, nil
}

func (table) CalledThen(context.Context, map[string][]string) (map[string]map[string]string, error) {
	return nil, nil
}

func (table) PersonNames(_ context.Context, ids []string) (map[string]string, error) {
	out := map[string]string{}
	for _, id := range ids {
		if id == "boss" {
			out[id] = "The ambassador"
		}
	}
	return out, nil
}

func (table) Zone(_ context.Context, mission string) *time.Location {
	if mission == "paris" {
		return time.FixedZone("Paris", 3600)
	}
	return time.FixedZone("Baghdad", 3*3600)
}

// house is a record with its pages.
type house struct {
	t    *testing.T
	d    *db.DB
	log  *audit.Log
	site *webtest.Site
}

func open(t *testing.T) *house {
	t.Helper()
	d := dbtest.SQLite(t, audit.Migrations())
	h := &house{t: t, d: d, log: audit.New(d, clock.At(time.Date(2026, 3, 3, 22, 30, 0, 0, time.UTC)))}
	m := Module(Deps{Audit: h.log, Directory: table{}, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Links: map[string]string{"message": "/console/messages/{id}"}})
	h.site = webtest.New(t, []fs.FS{audit.Locales()}, m.Routes...)
	m.API(web.NewAPI(h.site.Server, "test"))
	deputy := &perm.Actor{Kind: perm.Person, ID: "deputy", Name: "القائم بالأعمال", Grants: []perm.Grant{{Role: "head_of_mission", Permissions: []perm.Permission{"publish.clear"}, Scope: perm.InMission("paris"), Source: "a1", StandInFor: "boss"}}}
	h.write(deputy, audit.Entry{Act: "publish.clear", Object: "message", ObjectID: "m1", Mission: "paris", Detail: map[string]any{"title": "=1+1", "count": 3}})
	h.write(&perm.Actor{Kind: perm.Person, ID: "omar", Name: "<b>Omar</b>"}, audit.Entry{Act: "audit.export", Object: "record", Mission: "rome"})
	h.write(perm.SystemActor("job:x"), audit.Entry{Act: "x.y"})
	return h
}

func (h *house) write(a *perm.Actor, e audit.Entry) {
	h.t.Helper()
	err := h.d.Tx(perm.With(h.t.Context(), a), func(ctx context.Context, tx bun.Tx) error { return h.log.Record(ctx, tx, e) })
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) as(l i18n.Lang, scope perm.Scope) *webtest.Client {
	return h.site.As(webtest.Official("auditor", scope, audit.View), l)
}

func TestPage(t *testing.T) {
	h := open(t)
	for _, l := range i18n.Langs {
		c := h.as(l, perm.Everywhere())
		for _, path := range []string{listPath, listPath + "?actor=deputy&act=publish.clear&object=message&id=m1&mission=paris&from-day=3&from-month=3&from-year=2026", listPath + "?act=none"} {
			a := c.Get(t, path)
			if a.Status != http.StatusOK || a.Doc.Find("html").AttrOr("dir", "") != l.Dir() || a.Doc.Find("h1").Length() != 1 {
				t.Errorf("%s in %s: %d", path, l, a.Status)
			}
		}
	}
	a := h.as(i18n.English, perm.Everywhere()).Get(t, listPath)
	if n := a.Doc.Find("#records tbody tr").Length(); n != 3 {
		t.Errorf("%d records", n)
	}
	first := a.Doc.Find("#records tbody tr").Last()
	text := strings.Join(strings.Fields(first.Text()), " ")
	for _, want := range []string{"01:30", "4 March 2026", "publish.clear", "On the authority of The ambassador, as Head of mission", "Embassy in Paris"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %q", want, text)
		}
	}
	if href := first.Find("a").First().AttrOr("href", ""); href != "/console/messages/m1" {
		t.Errorf("link %q", href)
	}
	if strings.Contains(a.Body, "<b>Omar") {
		t.Error("a name is taken for markup")
	}
	if got := h.as(i18n.English, perm.Everywhere()).Get(t, listPath+"?mission=paris").Text("#records tbody tr"); !strings.Contains(got, "23:30 3 March 2026") {
		t.Errorf("in the mission's own time: %s", got)
	}
	// A day is that of the mission: 22:30 UTC is already 4 March in Baghdad.
	for query, want := range map[string]int{
		"mission=paris&from-day=4&from-month=3&from-year=2026": 0, "mission=paris&to-day=3&to-month=3&to-year=2026": 1,
		"mission=rome&from-day=٤&from-month=٣&from-year=٢٠٢٦": 1, "actor=omar": 1, "object=message": 1, "id=m1": 1,
	} {
		if n := h.as(i18n.English, perm.Everywhere()).Get(t, listPath+"?"+query).Doc.Find("#records tbody tr").Length(); n != want {
			t.Errorf("%s: %d records, want %d", query, n, want)
		}
	}
	wrong := h.as(i18n.English, perm.Everywhere()).Get(t, listPath+"?from-day=31&from-month=2&from-year=2026")
	if wrong.Status != http.StatusUnprocessableEntity || wrong.Doc.Find("#from-error").Length() != 1 || wrong.Doc.Find("#from-day").AttrOr("value", "") != "31" {
		t.Errorf("a day that does not exist: %d", wrong.Status)
	}
}

func TestWhoMaySee(t *testing.T) {
	h := open(t)
	paris := h.as(i18n.Arabic, perm.InMission("paris"))
	a := paris.Get(t, listPath)
	if n := a.Doc.Find("#records tbody tr").Length(); n != 1 {
		t.Errorf("%d records", n)
	}
	if strings.Contains(a.Body, "Omar") || strings.Contains(a.Body, "Embassy in Rome") || a.Doc.Find(`form[action="`+listPath+`/verify"]`).Length() != 0 {
		t.Error("shows what belongs to others")
	}
	if a := paris.Post(t, listPath+"/verify", nil); a.Status != http.StatusForbidden {
		t.Errorf("verify: %d", a.Status)
	}
	if a := h.site.As(webtest.Official("x", perm.Everywhere(), "org.view"), i18n.Arabic).Get(t, listPath); a.Status != http.StatusForbidden {
		t.Errorf("wrong role: %d", a.Status)
	}
	if a := h.site.As(nil, i18n.Arabic).Get(t, listPath); a.Status != http.StatusSeeOther {
		t.Errorf("nobody: %d", a.Status)
	}
	if a := h.site.As(nil, i18n.Arabic).Post(t, listPath+"/export", nil); a.Status != http.StatusUnauthorized {
		t.Errorf("nobody exports: %d", a.Status)
	}
}

func TestVerifyOnThePage(t *testing.T) {
	h := open(t)
	c := h.as(i18n.English, perm.Everywhere())
	if got := c.Get(t, listPath).Text("#state"); !strings.Contains(got, "not been verified") {
		t.Errorf("before: %s", got)
	}
	if a := c.Post(t, listPath+"/verify", nil); a.Status != http.StatusSeeOther {
		t.Fatalf("verify: %d", a.Status)
	}
	if got := c.Get(t, listPath).Text("#state"); !strings.Contains(got, "intact") || !strings.Contains(got, "3 entries") {
		t.Errorf("after: %s", got)
	}
	if _, err := h.d.Writer().ExecContext(t.Context(), `UPDATE audit_entry SET actor_id = 'x' WHERE seq = 1`); err != nil {
		t.Fatal(err)
	}
	c.Post(t, listPath+"/verify", nil)
	page := c.Get(t, listPath)
	if got := page.Text("#state"); !strings.Contains(got, "number 1") || page.Doc.Find(".notice.k-danger").Length() != 1 {
		t.Errorf("after tampering: %s", got)
	}
}

func TestExport(t *testing.T) {
	h := open(t)
	c := h.as(i18n.Arabic, perm.Everywhere())
	a := c.Post(t, listPath+"/export?object=message", url.Values{"format": {"csv"}})
	if a.Status != http.StatusOK || !strings.HasPrefix(a.Body, "\ufeff") || !strings.Contains(a.Header.Get("Content-Disposition"), "audit.csv") {
		t.Fatalf("csv: %d %v", a.Status, a.Header)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.Body, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][3] != "deputy" || rows[1][5] != "boss" {
		t.Errorf("rows = %v, %v", rows, err)
	}
	a = c.Post(t, listPath+"/export", url.Values{"format": {"json"}})
	lines := strings.Split(strings.TrimSpace(a.Body), "\n")
	var last audit.Record
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil || last.Act != "publish.clear" || len(lines) != 5 { // two exports are recorded
		t.Errorf("%d lines, %+v, %v", len(lines), last, err)
	}
	if a := c.Post(t, listPath+"/export", url.Values{"format": {"exe"}}); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("unknown format: %d", a.Status)
	}
}

func TestPlainCell(t *testing.T) {
	for in, want := range map[string]string{"": "", "a": "a", "=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "ب=": "ب="} {
		if got := plainCell(in); got != want {
			t.Errorf("plainCell(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPagination(t *testing.T) {
	h := open(t)
	for i := range 60 {
		h.write(perm.SystemActor("job:x"), audit.Entry{Act: "x.y", ObjectID: fmt.Sprint(i)})
	}
	c := h.as(i18n.English, perm.Everywhere())
	first := c.Get(t, listPath+"?actor=job:x")
	older := first.Doc.Find(`a[rel=next]`).AttrOr("href", "")
	if first.Doc.Find("#records tbody tr").Length() != 50 || older == "" {
		t.Fatalf("first page: %d, older %q", first.Doc.Find("#records tbody tr").Length(), older)
	}
	second := c.Get(t, older)
	if n := second.Doc.Find("#records tbody tr").Length(); n != 11 || second.Doc.Find("a[rel=prev]").Length() != 1 {
		t.Errorf("second page: %d", n)
	}
}

func TestAPI(t *testing.T) {
	h := open(t)
	get := func(c *webtest.Client, path string, into any) int {
		t.Helper()
		r := httptest.NewRequest(http.MethodGet, "/api/v1"+path, nil)
		r.Header.Set("Authorization", "Bearer test")
		a := c.Do(t, r)
		if into != nil {
			if err := json.Unmarshal([]byte(a.Body), into); err != nil {
				t.Fatalf("%s: %v in %s", path, err, a.Body)
			}
		}
		return a.Status
	}
	var page web.List[auditRecord]
	get(h.as(i18n.English, perm.Everywhere()), "/audit?limit=2", &page)
	if len(page.Items) != 2 || page.Next == "" || page.Items[1].Sentence != "<b>Omar</b> exported entries of the record" {
		t.Errorf("page = %+v", page)
	}
	next := page.Next
	page = web.List[auditRecord]{}
	get(h.as(i18n.English, perm.Everywhere()), "/audit?limit=2&cursor="+next, &page)
	if len(page.Items) != 1 || page.Next != "" || page.Items[0].For != "boss" {
		t.Errorf("page = %+v", page)
	}
	page = web.List[auditRecord]{}
	get(h.as(i18n.English, perm.InMission("rome")), "/audit", &page)
	if len(page.Items) != 1 || page.Items[0].Mission != "rome" {
		t.Errorf("page = %+v", page)
	}
	var head audit.Head
	if get(h.as(i18n.English, perm.Everywhere()), "/audit/head", &head); head.Size != 3 || head.Root == "" {
		t.Errorf("head = %+v", head)
	}
	if got := get(h.as(i18n.English, perm.Everywhere()), "/audit?cursor=nonsense", nil); got != http.StatusUnprocessableEntity {
		t.Errorf("wrong cursor: %d", got)
	}
	if got := get(h.site.As(webtest.Official("x", perm.Everywhere(), "org.view"), i18n.English), "/audit", nil); got != http.StatusForbidden {
		t.Errorf("wrong role: %d", got)
	}
}
