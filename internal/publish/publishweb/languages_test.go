package publishweb

import (
	"net/url"
	"strings"
	"testing"

	"sifara/internal/audit"
	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/web/webtest"
)

// incomplete has messages of Paris go out without their languages.
func (p *public) incomplete(required ...i18n.Lang) {
	p.t.Helper()
	keeper := perm.With(p.t.Context(), webtest.Official("keeper", perm.Everywhere(), publish.MayRoutes))
	r, err := p.svc.RouteFor(keeper, publish.Match{Sensitivity: publish.Routine})
	if err != nil {
		p.t.Fatal(err)
	}
	r.ID, r.Version, r.MissionID, r.Sensitivity = "", 0, p.paris.ID, ""
	r.Required, r.Incomplete = required, publish.AlwaysIncomplete
	if _, err := p.svc.SaveRoute(keeper, r); err != nil {
		p.t.Fatal(err)
	}
}

func TestPublicPageSaysWhichLanguagesWereNotReady(t *testing.T) {
	p := newPublic(t, dbtest.SQLite(t, audit.Migrations(), org.Migrations(), publish.Migrations()))
	p.incomplete(i18n.Kurmanji)
	whole := p.say(p.paris.ID, visit)
	writer := p.as("writer")
	words := map[i18n.Lang]publish.Words{i18n.Arabic: visit[i18n.Arabic], i18n.English: visit[i18n.English]}
	m, err := p.svc.Create(writer, publish.Beginning{ID: "00000000-0000-7000-8000-0000000000aa", MissionID: p.paris.ID, Kind: publish.News, Sensitivity: publish.Routine, SourceLang: i18n.Arabic, Words: words[i18n.Arabic]})
	must := func(next publish.Message, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		m = next
	}
	must(m, err)
	must(p.svc.Write(writer, m.ID, i18n.English, publish.Edit{Words: words[i18n.English]}))
	src, _ := m.Source()
	must(p.svc.Write(writer, m.ID, i18n.Arabic, publish.Edit{Words: publish.Words{Title: src.Title, Body: src.Body + " ثم عاد."}, Version: src.Version}))
	must(p.svc.Submit(writer, m.ID, m.Hash))
	must(p.svc.Approve(p.as("reviewer"), m.ID, publish.Judgement{Hash: m.Hash}))
	must(p.svc.Approve(p.as("clearer"), m.ID, publish.Judgement{Step: 1, Hash: m.Hash}))
	must(p.svc.Release(p.as("releaser"), m.ID, m.Hash))
	for _, tt := range []struct {
		lang i18n.Lang
		want []string
	}{
		{i18n.Arabic, []string{"هذه الترجمات أقدم من آخر تعديل للأصل: الإنجليزية", "قبل أن تجهز ترجماته إلى: الكردية الكرمانجية"}},
		{i18n.English, []string{"This translation was made before the original text (Arabic) was last changed", "before these translations were ready: Kurdish (Kurmanji)"}},
		{i18n.Kurmanji, []string{"berî ku wergera wê ya kurmancî amade bibe"}},
		{i18n.Sorani, []string{"ئەم دەقە بەم زمانە بڵاو نەکراوەتەوە"}},
	} {
		got := p.As(nil, tt.lang).Get(t, "/"+string(tt.lang)+"/statements/"+m.Slug).Text("main")
		for _, want := range tt.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q is not said in %q", tt.lang, want, got)
			}
		}
		if a := p.As(nil, tt.lang).Get(t, "/"+string(tt.lang)+"/statements/"+whole.Slug); a.Doc.Find("main .notice").Length() != 0 {
			t.Errorf("%s: the page of a whole text warns: %s", tt.lang, a.Text("main .notice"))
		}
	}
}

func TestRequiredLanguagesInTheConsole(t *testing.T) {
	o := quick(t)
	head := o.site.As(o.head, i18n.English)
	form := url.Values{"mission": {o.paris.ID}, "version": {"0"}, "kind-0": {"clear"}, "hours-0": {"5"}, "hours-release": {"2"}, "review_within": {"4"},
		"required": {"en", "ar"}, "incomplete": {"emergency"}}
	if a := head.Post(t, "/console/routes/edit", form); a.Status != 303 {
		t.Fatalf("save: %d %s", a.Status, a.Text("main"))
	}
	again := head.Get(t, "/console/routes/edit?"+url.Values{"mission": {o.paris.ID}}.Encode())
	chosen := again.Doc.Find("select[name=incomplete] option[selected]").AttrOr("value", "")
	if n := again.Doc.Find("input[name=required][checked]").Length(); n != 2 || chosen != "emergency" {
		t.Errorf("the form shows %d required languages, %q", n, chosen)
	}
	if list := head.Get(t, "/console/routes").Text("main"); !strings.Contains(list, "Only in an emergency release") {
		t.Errorf("the list of routes does not say it: %s", list)
	}
	m := o.draft(t)
	page := o.site.As(o.writer, i18n.English).Get(t, messagePath(m.ID))
	if got := page.Text("#lang-en"); !strings.Contains(got, "No text – required") {
		t.Errorf("message page: %s", got)
	}
	if got := page.Text("main"); !strings.Contains(got, "Languages that are not ready") || page.Doc.Find("form[action$='/submit']").Length() != 0 {
		t.Errorf("an incomplete message can be submitted: %s", got)
	}
	if got := o.site.As(o.writer, i18n.English).Get(t, messagePath(m.ID)+"/edit").Text(".lang-tabs"); !strings.Contains(got, "No text – required") {
		t.Errorf("editor: %s", got)
	}
}
