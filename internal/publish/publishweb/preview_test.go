package publishweb

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sifara/internal/i18n"
	"sifara/internal/publish"
)

// TestPreviewOnEveryChannel holds that who writes, who reads and who approves see
// the same posts, each language in its direction, and that nobody abroad does.
func TestPreviewOnEveryChannel(t *testing.T) {
	o := quick(t)
	m := o.draft(t)
	w := o.site.As(o.writer, i18n.English)
	typed := url.Values{"message": {m.ID}, "lang": {"en"}, "title": {"On the visit"}, "body": {strings.Repeat("The minister visited Paris. ", 12)}}
	live := w.Post(t, "/console/messages/preview", typed)
	on := live.Doc.Find("#preview-networks[hx-swap-oob] #out-on-x")
	if on.Find("[lang=ar][dir=rtl]").Length() != 1 || on.Find("[lang=en][dir=ltr]").Length() != 1 {
		t.Fatalf("the languages are not side by side: %s", live.Body)
	}
	if got := on.Find(".post[lang=en]").Text(); got != "On the visit\n\nhttps://example.test/en/statements/"+m.Slug {
		t.Errorf("on X: %q", got)
	}
	if got := live.Text("#out-on-bluesky"); !strings.Contains(got, "no room") || !strings.Contains(got, "300") {
		t.Errorf("on Bluesky: %s", got)
	}
	if again := o.read(t, m.ID); again.Version != m.Version {
		t.Error("a preview saved something")
	}
	typed.Set("version", "0")
	look := w.Post(t, messagePath(m.ID)+"/preview", typed)
	if look.Status != http.StatusOK || look.Doc.Find("#editor-form input[name=title]").AttrOr("value", "") != "On the visit" || look.Doc.Find("#out-on-x .post[lang=en]").Length() != 1 {
		t.Errorf("without scripts: %d %s", look.Status, look.Text("main"))
	}
	typed.Set("lang", "de")
	if a := w.Post(t, messagePath(m.ID)+"/preview", typed); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("another language: %d", a.Status)
	}
	m = o.act(t, o.writer, m, "submit", url.Values{})
	for _, path := range []string{"/approve", "/preview"} {
		page := o.site.As(o.reviewer, i18n.Arabic).Get(t, messagePath(m.ID)+path)
		if got := page.Doc.Find("#out-on-x .post").Text(); got != "بيان عن الزيارة\n\nزار الوزير باريس.\n\nhttps://example.test/ar/statements/"+m.Slug {
			t.Errorf("%s shows on X %q", path, got)
		}
		if !strings.Contains(page.Text(".k-success"), m.Hash) {
			t.Errorf("%s does not say that the texts are bound: %s", path, page.Text("main"))
		}
	}
	if a := o.site.As(o.abroad, i18n.English).Get(t, messagePath(m.ID)+"/preview"); a.Status != http.StatusNotFound {
		t.Errorf("from another mission: %d", a.Status)
	}
	// Somebody changes the text behind the program's back.
	if _, err := o.db.Writer().ExecContext(t.Context(), "UPDATE publish_variant SET body = ? WHERE message_id = ?", "زار الوزير لندن.", m.ID); err != nil {
		t.Fatal(err)
	}
	page := o.site.As(o.reviewer, i18n.English).Get(t, messagePath(m.ID)+"/approve")
	if page.Doc.Find(".k-danger[role=alert]").Length() != 1 || strings.Contains(page.Text(".k-success"), m.Hash) {
		t.Errorf("a changed text is said to be bound: %s", page.Text("main"))
	}
	refused := o.site.As(o.reviewer, i18n.English).Post(t, messagePath(m.ID)+"/approve", url.Values{"act": {"approve"}, "step": {"0"}, "langs": {"ar"}, "hash": {m.Hash}})
	if refused.Status != http.StatusConflict || o.read(t, m.ID).State != publish.StateInReview {
		t.Errorf("a changed text was approved: %d", refused.Status)
	}
}
