package publishweb

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/web/webtest"
)

func TestPausingAndWhatItHeldUp(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		m := o.act(t, o.releaser, o.approved(t), "release", url.Values{"when": {"later"}, "at-day": {"2"}, "at-month": {"3"}, "at-year": {"2026"}})
		second := o.act(t, o.releaser, o.approved(t), "release", url.Values{"when": {"later"}, "at-day": {"2"}, "at-month": {"3"}, "at-year": {"2026"}})
		head := o.site.As(o.head, i18n.English)
		if a := head.Post(t, "/console/pause/new", url.Values{"scope": {"all"}, "reason": {"r"}}); a.Status != http.StatusForbidden {
			t.Errorf("all, by the head of a mission: got %d", a.Status)
		}
		if a := head.Post(t, "/console/pause/new", url.Values{"scope": {"mission"}, "mission": {o.paris.ID}}); a.Status != 422 || a.Doc.Find("[role=alert] a[href='#reason']").Length() != 1 {
			t.Errorf("without a reason: got %d", a.Status)
		}
		if a := head.Get(t, "/console/pause/new"); a.Doc.Find("input[name=scope]").Length() != 1 {
			t.Errorf("the head of a mission is offered %d scopes, want 1", a.Doc.Find("input[name=scope]").Length())
		}
		if a := head.Post(t, "/console/pause/new", url.Values{"scope": {"mission"}, "mission": {o.paris.ID}, "reason": {"Earthquake"}}); a.Status != 303 {
			t.Fatalf("pause: %d %s", a.Status, a.Text("main"))
		}
		reader := o.site.As(o.reader, i18n.English)
		if a := reader.Get(t, messagePath(m.ID)); !strings.Contains(a.Text("main"), "Earthquake") {
			t.Error("the message does not say what stops it")
		}
		o.clock.Advance(48 * time.Hour)
		if err := o.svc.Sweep(perm.With(t.Context(), perm.SystemActor("test"))); err != nil {
			t.Fatal(err)
		}
		list, err := o.svc.Pauses(t.Context())
		if err != nil || len(list) != 1 {
			t.Fatalf("pauses: %+v, %v", list, err)
		}
		resume := "/console/pause/" + list[0].ID + "/resume"
		if a := o.site.As(o.abroad, i18n.English).Post(t, resume, url.Values{}); a.Status != http.StatusForbidden {
			t.Errorf("resumed from another mission: got %d", a.Status)
		}
		if a := head.Post(t, resume, url.Values{}); a.Header.Get("Location") != "/console/held" {
			t.Fatalf("resume: %d %s", a.Status, a.Header.Get("Location"))
		}
		queue := o.site.As(o.releaser, i18n.English).Get(t, "/console/held")
		if queue.Doc.Find("#queue form").Length() != 2 {
			t.Fatalf("the queue: %s", queue.Text("main"))
		}
		if a := reader.Get(t, "/console/held"); a.Doc.Find("#queue form").Length() != 0 {
			t.Error("who may not release is shown the queue")
		}
		m = o.act(t, o.releaser, m, "release", url.Values{"when": {"now"}})
		second = o.act(t, o.releaser, second, "release", url.Values{"when": {"now"}})
		if m.State != publish.StateReleased || second.State != publish.StateScheduled || second.Held() {
			t.Errorf("let out at one moment: %s and %s", m.State, second.State)
		}
	})
}

func TestDroppingWhatWasHeldUp(t *testing.T) {
	o := quick(t)
	m := o.act(t, o.releaser, o.approved(t), "release", url.Values{"when": {"later"}, "at-day": {"2"}, "at-month": {"3"}, "at-year": {"2026"}})
	if _, err := o.svc.Pause(perm.With(t.Context(), o.head), publish.Pause{Scope: publish.PauseMission, Value: o.paris.ID, Reason: "r"}); err != nil {
		t.Fatal(err)
	}
	o.clock.Advance(48 * time.Hour)
	if err := o.svc.Sweep(perm.With(t.Context(), perm.SystemActor("test"))); err != nil {
		t.Fatal(err)
	}
	form := url.Values{"source": {"message"}, "id": {m.ID}, "act": {"drop"}, "reason": {"It is over"}}
	if a := o.site.As(o.abroad, i18n.English).Post(t, "/console/held", form); a.Status != http.StatusNotFound {
		t.Errorf("dropped from another mission: got %d", a.Status)
	}
	if a := o.site.As(o.releaser, i18n.English).Post(t, "/console/held", form); a.Status != 303 || o.read(t, m.ID).State != publish.StateDraft {
		t.Errorf("dropped: got %d, %s", a.Status, o.read(t, m.ID).State)
	}
}

// TestTheMarkOfExemptMessages shows the choice to those who may make it, and
// keeps the mark when others change the settings.
func TestTheMarkOfExemptMessages(t *testing.T) {
	o := quick(t)
	m := o.draft(t)
	marker := webtest.Official("marker", perm.InMission(o.paris.ID), publish.MayView, publish.MayDraft, publish.MayExempt)
	if a := o.site.As(o.writer, i18n.English).Get(t, messagePath(m.ID)+"/settings"); a.Doc.Find("input[type=radio][name=exempt]").Length() != 0 {
		t.Error("a writer without the permission is offered the mark")
	}
	form := url.Values{"mission": {o.paris.ID}, "kind": {"statement"}, "sensitivity": {"routine"}, "version": {"1"}, "exempt": {"crisis"}}
	if a := o.site.As(o.writer, i18n.English).Post(t, messagePath(m.ID)+"/settings", form); a.Status != http.StatusForbidden {
		t.Errorf("marked without the permission: got %d", a.Status)
	}
	if a := o.site.As(marker, i18n.English).Post(t, messagePath(m.ID)+"/settings", form); a.Status != 303 || o.read(t, m.ID).Exempt != publish.Crisis {
		t.Fatalf("marked: got %d %s", a.Status, a.Text("main"))
	}
	page := o.site.As(o.writer, i18n.English).Get(t, messagePath(m.ID)+"/settings")
	if v, _ := page.Doc.Find("input[name=exempt]").Attr("value"); v != "crisis" {
		t.Errorf("another writer's form would take the mark away: %q", v)
	}
}
