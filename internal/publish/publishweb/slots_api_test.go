package publishweb

import (
	"net/http"
	"net/url"
	"testing"

	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/timing"
	"sifara/internal/web/webtest"
)

type slotList struct {
	Zone  string
	Items []apiSlot
}

// timekeeper is who sets the slots of Paris, as a program.
func (o *office) timekeeper() *webtest.Client {
	return o.program(webtest.Official("planner", perm.InMission(o.paris.ID), publish.MayView, timing.Manage))
}

// slotJSON is a slot of a unit in the API.
func slotJSON(unit, weekday, at, version string) string {
	return `{"mission_id":"` + unit + `","weekday":` + weekday + `,"at":"` + at + `","places":1,"version":` + version + `}`
}

// TestSlotsAreSetByAPI makes, changes and removes slots; what waits follows.
func TestSlotsAreSetByAPI(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		p, here := o.timekeeper(), "/slots?mission="+o.paris.ID
		if got := want[slotList](t, p, "GET", here, ""); len(got.Items) != 0 || got.Zone != "Europe/Paris" {
			t.Fatalf("at first: %+v", got)
		}
		monday, friday := "/slots/"+id.New(), "/slots/"+id.New()
		want[slotList](t, p, "PUT", friday, slotJSON(o.paris.ID, "5", "9:30", "0"))
		got := want[slotList](t, p, "PUT", monday, slotJSON(o.paris.ID, "1", "١٠:٠٠", "0"))
		if len(got.Items) != 2 || "/slots/"+got.Items[0].ID != monday || got.Items[0].At != "10:00" || got.Items[1].At != "09:30" || got.Items[1].Version != 1 || got.Items[1].MissionID != o.paris.ID {
			t.Fatalf("made: %+v", got)
		}
		m := o.act(t, o.releaser, o.approved(t), "release", url.Values{"when": {"queue"}})
		at := func() string {
			return o.read(t, m.ID).ReleaseAt.In(o.org.Zone(t.Context(), o.paris.ID)).Format("2 Jan 15:04")
		}
		if at() != "2 Mar 10:00" {
			t.Fatalf("it waits for %s", at())
		}
		change := `{"mission_id":"` + o.paris.ID + `","weekday":2,"at":"11:15","places":3,"kind":"statement","channel":"x","version":1}`
		if got = want[slotList](t, p, "PUT", monday, change); got.Items[0].Weekday != 2 || got.Items[0].Places != 3 || got.Items[0].Kind != "statement" || got.Items[0].Channel != "x" || got.Items[0].Version != 2 {
			t.Errorf("changed: %+v", got)
		}
		if at() != "3 Mar 11:15" {
			t.Errorf("after the change it waits for %s", at())
		}
		if a := asJSON(t, p, "PUT", "/api/v1"+monday, change); a.Status != http.StatusConflict {
			t.Errorf("an old version: %d %s", a.Status, a.Body)
		}
		if got = want[slotList](t, p, "DELETE", monday, ""); len(got.Items) != 1 || at() != "6 Mar 09:30" {
			t.Errorf("removed: %+v, it waits for %s", got, at())
		}
		if a := asJSON(t, p, "DELETE", "/api/v1"+monday, ""); a.Status != http.StatusNotFound {
			t.Errorf("removed twice: %d", a.Status)
		}
		if n, gone := o.recorded(t, "publish.slot", o.paris.ID), o.recorded(t, "publish.slot_remove", o.paris.ID); n != 3 || gone != 1 {
			t.Errorf("%d changes and %d removals are recorded, want 3 and 1", n, gone)
		}
	})
}

// TestSlotsOfOthersByAPI calls the operations in every role, from another mission
// and about the ministry.
func TestSlotsOfOthersByAPI(t *testing.T) {
	o := quick(t)
	const stored = "018f0000-0000-7000-8000-000000000001"
	want[slotList](t, o.timekeeper(), "PUT", "/slots/"+stored, slotJSON(o.paris.ID, "1", "10:00", "0"))
	planner := webtest.Official("planner", perm.InMission(o.paris.ID), publish.MayView, timing.Manage)
	elsewhere := webtest.Official("elsewhere", perm.InMission("elsewhere"), publish.MayView, timing.Manage)
	type calls struct{ get, make, change, remove int }
	for _, x := range []struct {
		name string
		who  *perm.Actor
		want calls
	}{
		{"nobody", nil, calls{401, 401, 401, 401}},
		{"writer", o.writer, calls{200, 403, 403, 403}}, {"reviewer", o.reviewer, calls{200, 403, 403, 403}}, {"clearer", o.clearer, calls{200, 403, 403, 403}},
		{"releaser", o.releaser, calls{200, 403, 403, 403}}, {"head", o.head, calls{200, 403, 403, 403}}, {"reader", o.reader, calls{200, 403, 403, 403}},
		{"abroad", o.abroad, calls{404, 403, 403, 403}}, {"a planner abroad", elsewhere, calls{404, 403, 403, 404}}, {"planner", planner, calls{200, 200, 200, 200}},
	} {
		c := o.site.As(nil, "en")
		if x.who != nil {
			c = o.program(x.who)
		}
		got := calls{
			get:    asJSON(t, c, "GET", "/api/v1/slots?mission="+o.paris.ID, "").Status,
			make:   asJSON(t, c, "PUT", "/api/v1/slots/"+id.New(), slotJSON(o.paris.ID, "3", "10:00", "0")).Status,
			change: asJSON(t, c, "PUT", "/api/v1/slots/"+stored, slotJSON(o.paris.ID, "2", "10:00", "1")).Status,
			remove: asJSON(t, c, "DELETE", "/api/v1/slots/"+stored, "").Status,
		}
		if got != x.want {
			t.Errorf("%s: %+v, want %+v", x.name, got, x.want)
		}
	}
	want[slotList](t, o.timekeeper(), "PUT", "/slots/"+stored, slotJSON(o.paris.ID, "1", "10:00", "0"))
	mission := o.timekeeper()
	for name, x := range map[string]struct {
		method, path, body string
		want               int
	}{
		"the ministry's are not the mission's to see":    {"GET", "/slots?mission=ministry", "", 404},
		"the ministry's are not the mission's to make":   {"PUT", "/slots/" + id.New(), slotJSON("", "1", "10:00", "0"), 403},
		"a slot does not go from one mission to another": {"PUT", "/slots/" + stored, slotJSON("", "1", "10:00", "1"), 403},
		"no such mission": {"PUT", "/slots/" + id.New(), slotJSON(id.New(), "1", "10:00", "0"), 404},
		"no such slot":    {"PUT", "/slots/" + id.New(), slotJSON(o.paris.ID, "4", "10:00", "3"), 404},
	} {
		if a := asJSON(t, mission, x.method, "/api/v1"+x.path, x.body); a.Status != x.want {
			t.Errorf("%s: %d, want %d: %s", name, a.Status, x.want, a.Body)
		}
	}
	// Who plans for another mission learns nothing of a slot of Paris by its id.
	rome, _ := o.rome(t)
	roman := o.program(webtest.Official("roman", perm.InMission(rome.ID), publish.MayView, timing.Manage))
	for _, version := range []string{"0", "1"} {
		if a := asJSON(t, roman, "PUT", "/api/v1/slots/"+stored, slotJSON(rome.ID, "1", "10:00", version)); a.Status != http.StatusNotFound {
			t.Errorf("the slot of Paris in Rome, version %s: %d %s", version, a.Status, a.Body)
		}
	}
	// Not even who plans for all moves a slot from one unit to another.
	everywhere := o.program(webtest.Official("ministry", perm.Everywhere(), publish.MayView, timing.Manage))
	if a := asJSON(t, everywhere, "PUT", "/api/v1/slots/"+stored, slotJSON("", "1", "10:00", "1")); a.Status != http.StatusConflict {
		t.Errorf("moved to the ministry: %d %s", a.Status, a.Body)
	}
	if got := want[slotList](t, o.timekeeper(), "GET", "/slots?mission="+o.paris.ID, ""); len(got.Items) != 2 {
		t.Errorf("in the end: %+v", got)
	}
}

// TestBadSlotsByAPI wants refusals that name the fields of the form.
func TestBadSlotsByAPI(t *testing.T) {
	o := quick(t)
	p := o.timekeeper()
	want[slotList](t, p, "PUT", "/slots/"+id.New(), slotJSON(o.paris.ID, "1", "10:00", "0"))
	with := func(field string) string { // a good slot but for one field
		return `{"mission_id":"` + o.paris.ID + `","weekday":2,"at":"10:00","places":1,"version":0,` + field + `}`
	}
	for name, x := range map[string]struct{ path, body, want string }{
		"the same again":  {id.New(), slotJSON(o.paris.ID, "1", "10:00", "0"), "at"},
		"no such day":     {id.New(), slotJSON(o.paris.ID, "9", "10:00", "0"), "weekday"},
		"no such time":    {id.New(), slotJSON(o.paris.ID, "2", "25:00", "0"), "at"},
		"no time":         {id.New(), slotJSON(o.paris.ID, "2", "", "0"), "at"},
		"too many places": {id.New(), with(`"places":999`), "places"},
		"no places":       {id.New(), with(`"places":0`), "places"},
		"no such kind":    {id.New(), with(`"kind":"<b>"`), "kind"},
		"no such channel": {id.New(), with(`"channel":"pigeon"`), "channel"},
		"no id":           {"x", slotJSON(o.paris.ID, "2", "10:00", "0"), "id"},
		"no version":      {id.New(), `{"weekday":2,"at":"10:00","places":1}`, "version"},
	} {
		a := asJSON(t, p, "PUT", "/api/v1/slots/"+x.path, x.body)
		if got := faults(t, a); a.Status != http.StatusUnprocessableEntity || got != x.want {
			t.Errorf("%s: %d %q, want %q: %s", name, a.Status, got, x.want, a.Body)
		}
	}
	if a := asJSON(t, p, "GET", "/api/v1/slots", ""); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("slots of nobody: %d", a.Status)
	}
	if got := want[slotList](t, p, "GET", "/slots?mission="+o.paris.ID, ""); len(got.Items) != 1 {
		t.Errorf("in the end: %+v", got)
	}
}
