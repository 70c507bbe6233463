package publishweb

import (
	"net/url"
	"strings"
	"testing"

	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/timing"
	"sifara/internal/web/webtest"
)

// TestPlanningFromAnOccasion: an occasion stands in the calendar and its list,
// and a campaign and a message are planned from it; only the ministry changes
// the list.
func TestPlanningFromAnOccasion(t *testing.T) {
	o := quick(t)
	w := o.site.As(o.writer, i18n.English)
	if a := w.Get(t, calendarPath+"?month=2026-03"); !strings.Contains(a.Text("main"), "Newroz") {
		t.Error("the calendar of March lacks Newroz")
	}
	if a := w.Get(t, calendarPath+"?month=2026-10&mission="+o.paris.ID); strings.Contains(a.Text("main"), "German Unity") {
		t.Error("Paris is shown a day of Germany")
	}
	if a := w.Get(t, occasionsPath); a.Status != 200 || !strings.Contains(a.Text("#occasions"), "French National Day") {
		t.Errorf("list: %d %s", a.Status, a.Text("main"))
	}
	page := occasionPath("fr-national")
	a := w.Get(t, page)
	href := a.Doc.Find(`a[href^="/console/messages/new?"]`).First().AttrOr("href", "")
	if a.Status != 200 || href == "" || a.Doc.Find("#edit").Length() != 0 {
		t.Fatalf("page: %d, message by %q: %s", a.Status, href, a.Text("main"))
	}
	f := url.Values{"id": {id.New()}, "mission": {o.paris.ID}, "kind": {"statement"}, "sensitivity": {"routine"}, "source_lang": {"en"}}
	form := w.Get(t, href)
	for _, name := range []string{"occasion", "day"} {
		f.Set(name, form.Doc.Find("input[name="+name+"]").AttrOr("value", ""))
	}
	if a := w.Post(t, "/console/messages", f); a.Status != 303 {
		t.Fatalf("message: %d %s", a.Status, a.Text("main"))
	}
	m := o.read(t, f.Get("id"))
	if title, _ := m.Title(i18n.English); title != "French National Day" || m.EmbargoUntil.Std().Format("2006-01-02 15:04") != "2026-07-14 05:00" {
		t.Errorf("message %q, embargo until %v", title, m.EmbargoUntil.Std())
	}
	p := o.site.As(o.planner(), i18n.English)
	c := p.Get(t, campaignsPath+"/new?occasion=fr-national&day=2026-07-14")
	if c.Doc.Find("input[name=names-en]").AttrOr("value", "") != "French National Day" || c.Doc.Find("input[name=starts-day]").AttrOr("value", "") != "7" {
		t.Errorf("campaign: %s", c.Text("main"))
	}
	head := o.site.As(webtest.Official("chief", perm.Everywhere(), publish.MayView, timing.Manage), i18n.English)
	mission := o.site.As(webtest.Official("head", perm.InMission(o.paris.ID), publish.MayView, timing.Manage), i18n.English)
	edit := url.Values{"version": {"0"}, "kind": {"host"}, "country": {"FR"}, "rule": {"nonsense"}, "days": {"1"}, "names-en": {"Bastille Day"}}
	if a := head.Post(t, page, edit); a.Status != 422 {
		t.Errorf("a rule that is none: %d", a.Status)
	}
	edit.Set("rule", "07-14")
	if a := mission.Post(t, page, edit); a.Status != 403 {
		t.Errorf("changed by a mission: %d", a.Status)
	}
	if a := head.Post(t, page, edit); a.Status != 303 || !strings.Contains(w.Get(t, page).Text("h1"), "Bastille Day") {
		t.Errorf("changed by the ministry: %d", a.Status)
	}
	if a := head.Post(t, occasionPath("eid-fitr")+"/day", url.Values{"year": {"1447"}, "day": {"2026-03-21"}}); a.Status != 303 || !strings.Contains(w.Get(t, occasionPath("eid-fitr")).Text("#coming"), "Corrected by hand") {
		t.Errorf("correction: %d", a.Status)
	}
	if a := w.Get(t, occasionPath("no-such")); a.Status != 404 {
		t.Errorf("no such occasion: %d", a.Status)
	}
	if a := head.Get(t, occasionPath(newOccasion)); a.Status != 200 {
		t.Errorf("a new one: %d %s", a.Status, a.Text("main"))
	}
}
