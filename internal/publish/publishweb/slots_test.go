package publishweb

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/timing"
	"sifara/internal/web/webtest"
)

// TestSlotsAndQueue: the head sets slots, the releaser puts messages into the
// queue, moves one and takes one out, and the pages say so.
func TestSlotsAndQueue(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		head := o.site.As(webtest.Official("head", perm.InMission(o.paris.ID), publish.MayView, timing.Manage), i18n.English)
		unit := "?unit=" + o.paris.ID
		if a := head.Get(t, slotsPath+unit); a.Status != 200 || !strings.Contains(a.Text("main"), "No slots yet") {
			t.Fatalf("no slots: %d %s", a.Status, a.Text("main"))
		}
		add := func(weekday, at string) {
			t.Helper()
			f := url.Values{"id": {id.New()}, "unit": {o.paris.ID}, "version": {"0"}, "weekday": {weekday}, "at-time": {at}, "places": {"١"}, "kind": {""}, "channel": {""}}
			if a := head.Post(t, slotsPath+"/edit", f); a.Status != 303 {
				t.Fatalf("add: %d %s", a.Status, a.Text("main"))
			}
		}
		add("1", "١٠:٠٠")
		add("3", "10:00")
		page := head.Get(t, slotsPath+unit)
		if got := page.Text("#slots"); !strings.Contains(got, "Monday 10:00") || !strings.Contains(got, "Wednesday 10:00") {
			t.Fatalf("slots: %s", got)
		}
		r := o.site.As(o.releaser, i18n.English)
		var list []publish.Message
		for range 3 {
			m := o.approved(t)
			if a := r.Get(t, messagePath(m.ID)+"/release"); a.Doc.Find(`input[name=when][value=queue]`).Length() != 1 {
				t.Fatalf("the queue is not offered: %s", a.Text("#release"))
			}
			list = append(list, o.act(t, o.releaser, m, "release", url.Values{"when": {"queue"}}))
		}
		at := func(m publish.Message) string {
			m = o.read(t, m.ID)
			if !m.Queued() {
				return string(m.State)
			}
			return m.ReleaseAt.In(o.org.Zone(t.Context(), o.paris.ID)).Format("2 Jan 15:04")
		}
		for i, want := range []string{"2 Mar 10:00", "4 Mar 10:00", "9 Mar 10:00"} {
			if got := at(list[i]); got != want {
				t.Errorf("%d waits for %s, want %s", i, got, want)
			}
		}
		act := func(a *perm.Actor, m publish.Message, what string) int {
			return o.site.As(a, i18n.English).Post(t, queuePath, url.Values{"message": {m.ID}, "act": {what}, "unit": {o.paris.ID}}).Status
		}
		if got := act(o.abroad, list[2], "earlier"); got != 404 {
			t.Errorf("from abroad: %d", got)
		}
		if got := act(o.releaser, list[2], "sideways"); got != 422 {
			t.Errorf("no act: %d", got)
		}
		if got := act(o.releaser, list[2], "earlier"); got != 303 || at(list[2]) != "4 Mar 10:00" || at(list[1]) != "9 Mar 10:00" {
			t.Errorf("earlier: %d, %s, %s", got, at(list[2]), at(list[1]))
		}
		if got := act(o.releaser, list[0], "out"); got != 303 || at(list[0]) != "approved" || at(list[2]) != "2 Mar 10:00" || at(list[1]) != "4 Mar 10:00" {
			t.Errorf("out: %d, %s, %s, %s", got, at(list[0]), at(list[2]), at(list[1]))
		}
		if a := o.site.As(o.reader, i18n.Arabic).Get(t, queuePath+unit); a.Status != 200 || a.Doc.Find("#queue li").Length() != 2 || a.Doc.Find("#queue form").Length() != 0 {
			t.Errorf("who only reads: %d %s", a.Status, a.Text("#queue"))
		}
		program := func(who *perm.Actor, method, path, body string) (int, string) {
			q := httptest.NewRequest(method, "/api/v1"+path, strings.NewReader(body))
			q.Header.Set("Content-Type", "application/json")
			q.Header.Set("Authorization", "Bearer test")
			a := o.site.As(who, i18n.English).Do(t, q)
			return a.Status, a.Body
		}
		if status, body := program(o.reader, "GET", "/queue?mission="+o.paris.ID, ""); status != 200 || !strings.Contains(body, `"at":"10:00"`) || strings.Index(body, list[2].ID) > strings.Index(body, list[1].ID) {
			t.Errorf("read by a program: %d %s", status, body)
		}
		if status, _ := program(o.abroad, "GET", "/queue?mission="+o.paris.ID, ""); status != 404 {
			t.Errorf("read from abroad: %d", status)
		}
		if status, body := program(o.releaser, "POST", "/messages/"+list[0].ID+"/enqueue", `{"hash":"`+list[0].Hash+`"}`); status != 200 || at(list[0]) != "9 Mar 10:00" {
			t.Errorf("put in by a program: %d %s", status, body)
		}
		if status, body := program(o.releaser, "POST", "/messages/"+list[0].ID+"/queue", `{"act":"out"}`); status != 200 || at(list[0]) != "approved" {
			t.Errorf("taken out by a program: %d %s", status, body)
		}
		// The queue follows its slots: without Monday's the first waits for Wednesday.
		href := page.Doc.Find(`#slots a`).First().AttrOr("href", "")
		form := head.Get(t, href)
		slotID := form.Doc.Find(`form[action$="/remove"] input[name=id]`).AttrOr("value", "")
		if a := head.Post(t, slotsPath+"/remove", url.Values{"id": {slotID}}); a.Status != 303 || at(list[2]) != "4 Mar 10:00" || at(list[1]) != "11 Mar 10:00" {
			t.Errorf("removed: %d, %s, %s", a.Status, at(list[2]), at(list[1]))
		}
	})
}

func TestSlotFormRefuses(t *testing.T) {
	o := quick(t)
	head := o.site.As(webtest.Official("head", perm.InMission(o.paris.ID), publish.MayView, timing.Manage), i18n.English)
	good := func() url.Values {
		return url.Values{"id": {id.New()}, "unit": {o.paris.ID}, "version": {"0"}, "weekday": {"1"}, "at-time": {"10:00"}, "places": {"1"}}
	}
	first := good()
	if a := head.Post(t, slotsPath+"/edit", first); a.Status != 303 {
		t.Fatalf("good: %d %s", a.Status, a.Text("main"))
	}
	for _, tt := range []struct {
		name   string
		change func(url.Values)
		want   int
	}{
		{"the same again", func(url.Values) {}, 422},
		{"another's version", func(f url.Values) { f.Set("id", first.Get("id")); f.Set("version", "7"); f.Set("weekday", "2") }, 409},
		{"weekday", func(f url.Values) { f.Set("weekday", "9") }, 422},
		{"time", func(f url.Values) { f.Set("at-time", "25:00") }, 422},
		{"places", func(f url.Values) { f.Set("weekday", "2"); f.Set("places", "999") }, 422},
		{"kind", func(f url.Values) { f.Set("weekday", "2"); f.Set("kind", "<b>") }, 422},
		{"the ministry's", func(f url.Values) { f.Set("unit", ministryChoice) }, 403},
		{"no mission", func(f url.Values) { f.Set("unit", id.New()) }, 404},
	} {
		f := good()
		tt.change(f)
		if a := head.Post(t, slotsPath+"/edit", f); a.Status != tt.want {
			t.Errorf("%s: %d, want %d: %s", tt.name, a.Status, tt.want, a.Text("main"))
		}
	}
	stranger := o.site.As(webtest.Official("other", perm.InMission("elsewhere"), publish.MayView, timing.Manage), i18n.English)
	for _, path := range []string{slotsPath + "?unit=" + o.paris.ID, slotsPath + "/edit?id=" + first.Get("id"), slotsPath + "/edit?unit=" + o.paris.ID, queuePath + "?unit=" + o.paris.ID} {
		if a := stranger.Get(t, path); a.Status != 404 {
			t.Errorf("%s from elsewhere: %d", path, a.Status)
		}
	}
	if a := stranger.Post(t, slotsPath+"/remove", url.Values{"id": {first.Get("id")}}); a.Status != 404 {
		t.Errorf("removed from elsewhere: %d", a.Status)
	}
}

// TestAdviceOnTheReleasePage: with few releases it says so; with many it names
// the hour that was read most, which leads to the form.
func TestAdviceOnTheReleasePage(t *testing.T) {
	o := quick(t)
	m := o.approved(t)
	r := o.site.As(o.releaser, i18n.English)
	path := messagePath(m.ID) + "/release"
	if a := r.Get(t, path); !strings.Contains(a.Text("#best"), "Not enough data") {
		t.Fatalf("few: %s", a.Text("#best"))
	}
	o.clock.Set(time.Date(2026, 1, 4, 0, 0, 0, 0, time.UTC))
	for n := range 90 {
		hour := []int{9, 12, 15}[n%3]
		o.clock.Set(time.Date(2026, 1, 5+n/3%5+7*(n/15), hour-1, 10, 0, 0, time.UTC)) // Paris is an hour ahead
		x := o.plannedIn(t, o.paris, "Read", o.clock.Now().Add(time.Minute))
		o.clock.Set(x.ReleaseAt.Std())
		if err := o.svc.Sweep(o.system()); err != nil {
			t.Fatal(err)
		}
		views := map[int]int{9: 20, 12: 20, 15: 60}[hour] + n%7
		for range views {
			o.svc.Count(publish.View{MissionID: o.paris.ID, MessageID: x.ID, Lang: i18n.English, Kind: publish.PageView})
		}
		if err := o.svc.FlushViews(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	o.clock.Set(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC))
	a := r.Get(t, path)
	first := a.Doc.Find("#best tbody tr").First()
	href := first.Find("a").AttrOr("href", "")
	if a.Doc.Find("#best tbody tr").Length() != 3 || !strings.Contains(first.Text(), "15:") || !strings.Contains(a.Text("#best"), "From 90 releases") || href == "" {
		t.Fatalf("advice: %s", a.Text("#best"))
	}
	if b := r.Get(t, href); b.Doc.Find("input[name=at-time]").AttrOr("value", "") != "15:00" || b.Doc.Find("input[name=when][value=later][checked]").Length() != 1 {
		t.Errorf("the advice leads to %s: %s", href, b.Text("#release"))
	}
	if got := o.read(t, m.ID); got.State != publish.StateApproved {
		t.Errorf("advice alone made it %s", got.State)
	}
}
