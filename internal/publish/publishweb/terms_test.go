package publishweb

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/term"
	"sifara/internal/web/webtest"
)

// TestTermsOnThePages writes a term, sees a text marked for it, also where a
// translation leaves it out, corrects it, exports and removes it.
func TestTermsOnThePages(t *testing.T) {
	o := quick(t)
	keeper := webtest.Official("keeper", perm.Everywhere(), publish.MayView, term.Edit)
	w, one := o.site.As(keeper, i18n.English), termPath(id.New())
	form := url.Values{"kind": {"institution"}, "mission": {""}, "preferred-ar": {"وزارة الخارجية"}, "wrong-ar": {"وزارة الشؤون الخارجية\nالوزارة الخارجية"}, "preferred-en": {"Ministry of Foreign Affairs"}, "also-en": {"MoFA"}, "lang-more": {"xx-not-a-language"}, "preferred-more": {"X"}}
	if a := w.Post(t, one, form); a.Status != 422 || !strings.Contains(a.Text("[role=alert]"), "xx-not-a-language") {
		t.Errorf("no language: %d %s", a.Status, a.Text("main"))
	}
	form.Set("lang-more", "fr")
	form.Set("preferred-more", "Ministère des Affaires étrangères")
	if a := w.Post(t, one, form); a.Status != 303 {
		t.Fatalf("got %d: %s", a.Status, a.Text("main"))
	}
	if a := w.Get(t, one); a.Doc.Find("input[name=preferred-fr]").AttrOr("value", "") != "Ministère des Affaires étrangères" || a.Text("textarea[name=wrong-ar]") != "وزارة الشؤون الخارجية الوزارة الخارجية" {
		t.Errorf("the form: %s", a.Body)
	}
	if a := w.Get(t, termsPath+"?q=affaires"); !strings.Contains(a.Text("table"), "Ministry of Foreign Affairs") {
		t.Errorf("the list: %s", a.Text("main"))
	}
	m := o.draft(t)
	writer := o.site.As(o.writer, i18n.English)
	typed := func(lang, body string) string {
		return writer.Post(t, "/console/messages/preview", url.Values{"message": {m.ID}, "lang": {lang}, "title": {"بيان"}, "body": {body}}).Text("#tone-findings")
	}
	if s := typed("ar", "قالت وزارة الشؤون الخارجية"); !strings.Contains(s, "official name") || !strings.Contains(s, "وزارة الخارجية") {
		t.Errorf("the wrong wording: %s", s)
	}
	if s := typed("ar", "قالت وزارة الخارجية"); strings.Contains(s, "official name") {
		t.Errorf("the right wording: %s", s)
	}
	v, _ := m.Source()
	if _, err := o.svc.Write(perm.With(t.Context(), o.writer), m.ID, i18n.Arabic, publish.Edit{Words: publish.Words{Title: v.Title, Body: "قالت وزارة الخارجية"}, Version: v.Version}); err != nil {
		t.Fatal(err)
	}
	if s := typed("en", "The ministry said"); !strings.Contains(s, "its official counterpart is missing") || !strings.Contains(s, "Ministry of Foreign Affairs") {
		t.Errorf("a translation without it: %s", s)
	}
	if s := typed("en", "MoFA said"); strings.Contains(s, "counterpart") {
		t.Errorf("a translation with it: %s", s)
	}
	form.Set("version", "0")
	if a := w.Post(t, one, form); a.Status != 303 {
		t.Errorf("the same again: %d", a.Status)
	}
	form.Set("preferred-en", "MFA")
	if a := w.Post(t, one, form); a.Status != 409 {
		t.Errorf("an old version: %d", a.Status)
	}
	for _, format := range []string{"csv", "tbx"} {
		if a := w.Get(t, termsPath+"/export?format="+format); a.Status != 200 || !strings.Contains(a.Body, "MoFA") {
			t.Errorf("%s: %d %s", format, a.Status, a.Body)
		}
	}
	if a := o.site.As(o.reader, i18n.English).Get(t, one); a.Status != 200 || a.Doc.Find("input[name=preferred-en]").Length() > 0 || !strings.Contains(a.Text("#lang-en"), "MoFA") {
		t.Errorf("a reader is offered the form: %d", a.Status)
	}
	if a := w.Post(t, one+"/remove", url.Values{"version": {"1"}}); a.Status != 303 {
		t.Errorf("remove: %d", a.Status)
	}
	if a := w.Get(t, one); a.Status != 404 {
		t.Errorf("removed: %d", a.Status)
	}
}

func TestTermsAreImported(t *testing.T) {
	o := quick(t)
	w := o.site.As(webtest.Official("keeper", perm.Everywhere(), publish.MayView, term.Edit), i18n.Arabic)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	file, err := form.CreateFormFile("file", "terms.csv")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write([]byte("ar,en,en wrong\nأربيل,Erbil,Arbil\n")); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, termsPath+"/import", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if a := w.Do(t, r); a.Status != 303 {
		t.Fatalf("import: %d %s", a.Status, a.Text("main"))
	}
	if a := w.Post(t, termsPath+"/starter", url.Values{}); a.Status != 303 {
		t.Fatalf("starter: %d %s", a.Status, a.Text("main"))
	}
	if a := w.Get(t, termsPath+"?kind=place&q=erbil"); strings.Count(a.Text("table"), "أربيل") != 1 {
		t.Errorf("not merged: %s", a.Text("table"))
	}
	if a := w.Get(t, termsPath+"?missing=kmr"); a.Status != 200 || a.Doc.Find("table").Length() != 0 {
		t.Errorf("missing: %s", a.Text("main"))
	}
}
