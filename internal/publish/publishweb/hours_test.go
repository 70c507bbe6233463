package publishweb

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/timing"
	"sifara/internal/web/webtest"
)

// TestPlanningSeesWhatSpeaksAgainst: who plans a release sees the local times,
// and a silence of the mission is planned over only on purpose.
func TestPlanningSeesWhatSpeaksAgainst(t *testing.T) {
	o := quick(t)
	head := webtest.Official("head", perm.InMission(o.paris.ID), publish.MayView, timing.Manage)
	w := o.site.As(head, i18n.English)
	edit := hoursPath + "/edit"
	a := w.Get(t, edit+"?unit="+o.paris.ID)
	if a.Status != 200 || a.Doc.Find("select[name=method] option[selected]").AttrOr("value", "") != timing.NoPrayers {
		t.Fatalf("form of hours: %d %s", a.Status, a.Text("main"))
	}
	f := url.Values{"unit": {o.paris.ID}, "version": {"0"}, "method": {"mwl"}, "shadow": {"standard"}, "high_latitude": {"angle"}, "day_from": {"٧"}, "day_until": {"22"},
		"friday_before": {"15"}, "friday_after": {"60"}, "prayer_after": {"0"}, "iftar_before": {"30"}, "iftar_after": {"45"}}
	if a := w.Post(t, edit, f); a.Status != 303 {
		t.Fatalf("save hours: %d %s", a.Status, a.Text("main"))
	}
	if a := w.Post(t, edit, f); a.Status != 409 || a.Doc.Find("input[name=version]").AttrOr("value", "") != "1" {
		t.Errorf("saved over another's change: %d", a.Status)
	}
	if a := w.Get(t, hoursPath); !strings.Contains(a.Text("main"), "Muslim World League") {
		t.Errorf("list of hours: %s", a.Text("main"))
	}
	if a := w.Get(t, edit+"?unit="+ministryChoice); a.Status != 404 {
		t.Errorf("the ministry's hours open to Paris: %d", a.Status)
	}

	m := o.approved(t)
	path := messagePath(m.ID) + "/release"
	friday := url.Values{"when": {"later"}, "hash": {m.Hash}, "at-day": {"6"}, "at-month": {"3"}, "at-year": {"2026"}, "at-time": {"13:00"}}
	r := o.site.As(o.releaser, i18n.English)
	if a := r.Get(t, path); !strings.Contains(a.Text("#here"), "Baghdad") || !strings.Contains(a.Text("#here"), "Maghrib") {
		t.Errorf("the page of the release says: %s", a.Text("#here"))
	}
	look := url.Values{"act": {"look"}}
	for k, v := range friday {
		look[k] = v
	}
	if a := r.Post(t, path, look); a.Status != 200 || !strings.Contains(a.Text("#here"), "Friday prayer") || a.Doc.Find("input[name=at-day]").AttrOr("value", "") != "6" {
		t.Errorf("look: %d %s", a.Status, a.Text("#here"))
	}
	if a := r.Post(t, path, friday); a.Status != 200 || a.Doc.Find("input[name=anyway]").Length() != 1 {
		t.Fatalf("planned into a silence: %d %s", a.Status, a.Text("main"))
	}
	if got := o.read(t, m.ID); got.State != publish.StateApproved {
		t.Fatalf("it is %s", got.State)
	}
	friday.Set("anyway", "1")
	if a := r.Post(t, path, friday); a.Status != 303 {
		t.Fatalf("all the same: %d %s", a.Status, a.Text("main"))
	}
	if got := o.read(t, m.ID); !got.ReleaseAt.Std().Equal(time.Date(2026, 3, 6, 12, 0, 0, 0, time.UTC)) {
		t.Errorf("planned for %v", got.ReleaseAt.Std())
	}
}
