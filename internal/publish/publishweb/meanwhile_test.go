package publishweb

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/web/webtest"
)

// TestTwoWriteAtOnce holds that of two who edit one text neither loses a word.
func TestTwoWriteAtOnce(t *testing.T) {
	o := quick(t)
	m := o.draft(t)
	other := webtest.Official("other", perm.InMission(o.paris.ID), publish.MayView, publish.MayDraft)
	mine, theirs := o.site.As(o.writer, i18n.English), o.site.As(other, i18n.English)
	v, _ := m.Source()
	form := func(title, body string) url.Values {
		return url.Values{"message": {m.ID}, "lang": {"ar"}, "version": {itoa(v.Version)}, "title": {title}, "body": {body}}
	}
	typing := form(v.Title, "زار الوزير **باريس**. والتقى نظيره.")
	if a := mine.Post(t, "/console/messages/preview", typing); a.Text("#kept-state") == "" || a.Doc.Find("#meanwhile[hx-swap-oob]").Length() != 1 {
		t.Fatalf("typing is not kept: %s", a.Body)
	}
	// The tab was closed: the page offers what was typed.
	page := mine.Get(t, messagePath(m.ID)+"/edit?lang=ar")
	if page.Doc.Find("[data-draft-kept] ins").Length() != 1 || strings.Contains(page.Doc.Find("#body").Text(), "نظيره") {
		t.Fatalf("nothing is offered: %s", page.Text("main"))
	}
	if a := theirs.Get(t, messagePath(m.ID)+"/edit?lang=ar"); !strings.Contains(a.Text("#meanwhile"), "is writing here too") || a.Doc.Find("#meanwhile ins").Length() != 1 || a.Doc.Find("[data-draft-kept]").Length() != 0 {
		t.Errorf("a colleague does not see who writes: %s", a.Text("main"))
	}
	if a := theirs.Post(t, messagePath(m.ID)+"/edit", form("بيان عن زيارة باريس", "زار الوزير **باريس**.")); a.Status != http.StatusSeeOther {
		t.Fatalf("save: %d", a.Status)
	}
	if a := mine.Post(t, "/console/messages/preview", typing); !strings.Contains(a.Text("#meanwhile"), "saved this text while you were writing") {
		t.Errorf("the writer is not told: %s", a.Body)
	}
	joined := mine.Post(t, messagePath(m.ID)+"/edit", typing)
	if joined.Status != http.StatusConflict || joined.Doc.Find("#title").AttrOr("value", "") != "بيان عن زيارة باريس" || !strings.Contains(joined.Doc.Find("#body").Text(), "نظيره") || joined.Doc.Find("#clash").Length() != 0 {
		t.Errorf("not put together: %d %s", joined.Status, joined.Text("main"))
	}
	back := mine.Get(t, messagePath(m.ID)+"/edit?lang=ar&typed=1")
	version := back.Doc.Find("#editor-form input[name=version]").AttrOr("value", "")
	if back.Doc.Find("#title").AttrOr("value", "") != "بيان عن زيارة باريس" || !strings.Contains(back.Doc.Find("#body").Text(), "نظيره") {
		t.Errorf("what was typed does not come back: %s", back.Text("main"))
	}
	clash := mine.Post(t, messagePath(m.ID)+"/edit", form("بيان عن اللقاء", "زار الوزير **باريس**."))
	if clash.Status != http.StatusConflict || clash.Doc.Find("#clash del").Length() == 0 || clash.Doc.Find("#title").AttrOr("value", "") != "بيان عن اللقاء" {
		t.Errorf("the same words: %d %s", clash.Status, clash.Text("main"))
	}
	typing.Set("version", version)
	typing.Set("title", "بيان عن زيارة باريس")
	if a := mine.Post(t, messagePath(m.ID)+"/edit", typing); a.Status != http.StatusSeeOther {
		t.Errorf("saving both: %d %s", a.Status, a.Text("main"))
	}
	if a := mine.Get(t, messagePath(m.ID)+"/edit?lang=ar"); a.Doc.Find("[data-draft-kept]").Length() != 0 {
		t.Error("what was saved is offered as unsaved")
	}
	mine.Post(t, "/console/messages/preview", form("x", "y"))
	if a := mine.Post(t, messagePath(m.ID)+"/forget", url.Values{"lang": {"ar"}}); a.Status != http.StatusSeeOther {
		t.Errorf("forget: %d", a.Status)
	}
	if a := mine.Get(t, messagePath(m.ID)+"/edit?lang=ar"); a.Doc.Find("[data-draft-kept]").Length() != 0 {
		t.Error("what was discarded is still offered")
	}
	if a := o.site.As(o.abroad, i18n.English).Post(t, messagePath(m.ID)+"/forget", url.Values{"lang": {"ar"}}); a.Status != http.StatusNotFound {
		t.Errorf("from another mission: %d", a.Status)
	}
}

func TestVersionsAreComparedAndBroughtBack(t *testing.T) {
	o := quick(t)
	m := o.draft(t)
	w := o.site.As(o.writer, i18n.Arabic)
	v, _ := m.Source()
	w.Post(t, messagePath(m.ID)+"/edit", url.Values{"lang": {"ar"}, "version": {itoa(v.Version)}, "title": {"بيان آخر"}, "body": {"نص آخر"}})
	m = o.read(t, m.ID)
	now, _ := m.Source()
	page := w.Get(t, messagePath(m.ID)+"/history?lang=ar&from="+itoa(v.Version)+"&to="+itoa(now.Version))
	if d := page.Doc.Find("#compare .diff[dir=rtl][lang=ar]"); d.Find("ins").Length() == 0 || d.Find("del").Length() == 0 {
		t.Errorf("no difference: %s", page.Text("#compare"))
	}
	if n := page.Doc.Find("#history form").Length(); n != 1 {
		t.Errorf("%d versions can be brought back, want 1", n)
	}
	if a := o.site.As(o.reader, i18n.Arabic).Get(t, messagePath(m.ID)+"/history?lang=ar"); a.Doc.Find("#history form").Length() != 0 {
		t.Error("a reader is offered to bring a version back")
	}
	back := url.Values{"version": {itoa(v.Version)}, "over": {itoa(now.Version)}}
	if a := o.site.As(o.abroad, i18n.Arabic).Post(t, messagePath(m.ID)+"/restore", back); a.Status != http.StatusNotFound {
		t.Errorf("from another mission: %d", a.Status)
	}
	if a := w.Post(t, messagePath(m.ID)+"/restore", back); a.Status != http.StatusSeeOther {
		t.Fatalf("restore: %d", a.Status)
	}
	m = o.read(t, m.ID)
	if got, _ := m.Source(); got.Title != v.Title || got.Body != v.Body {
		t.Errorf("got %+v", got)
	}
}
