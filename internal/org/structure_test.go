package org

import (
	"slices"
	"testing"
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
)

func TestMissionRules(t *testing.T) {
	good := Mission{ID: id.New(), Slug: "rome", Kind: Embassy, Names: four("Rome"), City: four("Rome"), Country: "IT", TimeZone: "Europe/Rome",
		Weekend: []time.Weekday{6, 0}, Languages: []i18n.Lang{"en", "ar"}, Lat: 41.9, Lon: 12.5}
	for _, tc := range []struct {
		name   string
		change func(m *Mission)
		field  string
	}{
		{"good", func(*Mission) {}, ""},
		{"slug with capitals is lowered", func(m *Mission) { m.Slug = "Rome" }, ""},
		{"slug with spaces", func(m *Mission) { m.Slug = "new rome" }, "slug"},
		{"slug in Arabic", func(m *Mission) { m.Slug = "روما" }, "slug"},
		{"no slug", func(m *Mission) { m.Slug = "" }, "slug"},
		{"slug with a slash", func(m *Mission) { m.Slug = "../x" }, "slug"},
		{"kind", func(m *Mission) { m.Kind = "castle" }, "kind"},
		{"a name missing", func(m *Mission) { m.Names = Names{"ar": "x", "en": "y", "kmr": "z", "ckb": " \u202e "} }, "names-ckb"},
		{"no city", func(m *Mission) { m.City = nil }, "city-ar"},
		{"country unknown", func(m *Mission) { m.Country = "XX" }, "country"},
		{"country by name", func(m *Mission) { m.Country = "Italy" }, "country"},
		{"jurisdiction unknown", func(m *Mission) { m.Jurisdiction = []string{"MT", "??"} }, "jurisdiction"},
		{"zone unknown", func(m *Mission) { m.TimeZone = "Europe/Nowhere" }, "zone"},
		{"zone of the machine", func(m *Mission) { m.TimeZone = "Local" }, "zone"},
		{"zone as a path", func(m *Mission) { m.TimeZone = "../../etc/passwd" }, "zone"},
		{"no zone", func(m *Mission) { m.TimeZone = "" }, "zone"},
		{"weekend that is no day", func(m *Mission) { m.Weekend = []time.Weekday{7} }, "weekend"},
		{"too long a weekend", func(m *Mission) { m.Weekend = []time.Weekday{0, 1, 2, 3, 4} }, "weekend"},
		{"no weekend", func(m *Mission) { m.Weekend = nil }, ""},
		{"no language", func(m *Mission) { m.Languages = nil }, "languages"},
		{"other language", func(m *Mission) { m.Languages = []i18n.Lang{"fr"} }, "languages"},
		{"latitude", func(m *Mission) { m.Lat = 91 }, "lat"},
		{"longitude", func(m *Mission) { m.Lon = -181 }, "lon"},
		{"email", func(m *Mission) { m.Email = "a@b@c" }, "email"},
		{"phone in Arabic digits", func(m *Mission) { m.Phone = "+٣٩ ٠٦ ١٢٣٤٥٦" }, ""},
		{"phone with letters", func(m *Mission) { m.Phone = "call me" }, "phone"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := good
			tc.change(&m)
			m.normalise()
			err := m.check(t.Context())
			e, _ := errs.Find(err)
			switch {
			case tc.field == "" && err != nil:
				t.Errorf("refused: %v", err)
			case tc.field != "" && (e == nil || !slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Name == tc.field })):
				t.Errorf("error %v, want field %s", err, tc.field)
			}
		})
	}
}

func TestForCountry(t *testing.T) {
	all := []Mission{
		{ID: "un", Kind: PermanentMission, Country: "CH", Open: true},
		{ID: "bern", Kind: Embassy, Country: "CH", Jurisdiction: []string{"LI"}, Open: true},
		{ID: "zurich", Kind: ConsulateGeneral, Country: "CH", Open: true},
		{ID: "milan", Kind: Consulate, Country: "IT", Open: true},
		{ID: "valletta", Kind: Embassy, Country: "MT", Open: false},
		{ID: "rome", Kind: Embassy, Country: "VA", Jurisdiction: []string{"MT", "IT"}, Open: true},
		{ID: "honorary", Kind: HonoraryConsulate, Country: "IS", Open: true},
	}
	for _, tc := range []struct{ code, want string }{
		{"CH", "bern"}, {"LI", "bern"}, {"IT", "milan"}, {"MT", "rome"}, {"IS", "honorary"}, {"FR", ""},
	} {
		m, ok := forCountry(all, tc.code)
		if m.ID != tc.want || ok != (tc.want != "") {
			t.Errorf("%s: %q, want %q", tc.code, m.ID, tc.want)
		}
	}
}

func TestDepartmentTree(t *testing.T) {
	all := []Department{{ID: "a", Open: true}, {ID: "b", ParentID: "a", Open: true}, {ID: "c", ParentID: "b", Open: true}, {ID: "d", Open: true}, {ID: "e", ParentID: "a", Open: true}}
	var got string
	for _, b := range Tree(all) {
		got += b.ID + string(rune('0'+b.Depth))
	}
	if got != "a0b1c2e1d0" {
		t.Errorf("tree %s", got)
	}
	if below := Below(all, "a"); len(below) != 4 {
		t.Errorf("below a: %v", below)
	}
	d := Department{ID: "a", ParentID: "c", Kind: UnitKind, Names: four("x"), Open: true}
	if err := d.check(all); errs.KindOf(err) != errs.Invalid {
		t.Errorf("a department below itself: %v", err)
	}
}

func TestMissionActs(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		head := h.person("Head", h.paris.ID)
		h.give(head, HeadOfMission, perm.InMission(h.paris.ID), time.Time{})
		paris := h.paris
		paris.Phone = "+33 1 22 33 44 55"
		h.must(h.EditMission(h.as(head), paris))
		if now, _ := h.Mission(t.Context(), paris.ID); now.Phone != paris.Phone || now.Version != paris.Version+1 {
			t.Errorf("mission = %+v: a change is seen at once", now)
		}
		geneva := h.geneva
		fresh := Mission{ID: id.New(), Slug: "paris", Kind: Embassy, Names: four("x"), City: four("x"), Country: "FR", TimeZone: "Europe/Paris", Languages: []i18n.Lang{"ar"}}
		again := paris
		again.ID = paris.ID
		for _, tc := range []struct {
			name string
			err  error
			kind errs.Kind
		}{
			{"another's mission", h.EditMission(h.as(head), geneva), errs.Forbidden},
			{"an old version", h.EditMission(h.as(head), paris), errs.Conflict},
			{"close one's own", h.OpenMission(h.as(head), paris.ID, false, 2), errs.Forbidden},
			{"close with staff", h.OpenMission(h.as(h.first), paris.ID, false, 2), errs.Conflict},
			{"new by a head of mission", h.CreateMission(h.as(head), fresh), errs.Forbidden},
			{"slug taken", h.CreateMission(h.as(h.first), fresh), errs.Invalid},
			{"replayed", h.CreateMission(h.as(h.first), again), 0},
			{"unknown", h.EditMission(h.as(h.first), fresh), errs.NotFound},
			{"close an empty one", h.OpenMission(h.as(h.first), geneva.ID, false, 1), 0},
			{"post to a closed one", h.AddPerson(h.system(), Person{ID: id.New(), Name: "x", Post: four("x"), MissionID: geneva.ID, Language: "ar"}), errs.Invalid},
			{"grant in a closed one", h.Grant(h.system(), Assignment{ID: id.New(), PersonID: head.ID, Role: Drafter, Level: perm.Mission, Unit: geneva.ID}), errs.Invalid},
			{"reopen", h.OpenMission(h.as(h.first), geneva.ID, true, 2), 0},
		} {
			if tc.kind == 0 && tc.err != nil || tc.kind != 0 && errs.KindOf(tc.err) != tc.kind {
				t.Errorf("%s: error %v, want kind %v", tc.name, tc.err, tc.kind)
			}
		}
		if m, ok, err := h.MissionForCountry(t.Context(), "MC"); err != nil || !ok || m.Slug != "paris" {
			t.Errorf("Monaco: %v %t %v", m.Slug, ok, err)
		}
		if err := h.EditMinistry(h.as(head), Ministry{}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("ministry: %v", err)
		}
	})
}

func TestRoles(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		limited := h.person("Limited", "")
		h.give(limited, Administrator, perm.Everywhere(), time.Time{})
		bounded := h.person("Bounded", "")
		h.give(bounded, UnitHead, perm.Everywhere(), h.clock.Now().Add(time.Hour))
		role := func(key string, p ...perm.Permission) Role { return Role{Key: key, Names: four(key), Permissions: p} }
		for _, tc := range []struct {
			name string
			err  error
			kind errs.Kind
		}{
			{"by who holds all", h.CreateRole(h.as(h.first), role("press", "publish.draft", View)), 0},
			{"key taken", h.CreateRole(h.as(h.first), role("press", View)), errs.Invalid},
			{"permission not held", h.CreateRole(h.as(limited), role("more", "publish.draft")), errs.Forbidden},
			{"held for a time only", h.CreateRole(h.as(bounded), role("more", "publish.draft")), errs.Forbidden},
			{"unknown permission", h.CreateRole(h.as(h.first), role("more", "publish.everything")), errs.Invalid},
			{"no permission", h.CreateRole(h.as(h.first), role("more")), errs.Invalid},
			{"bad key", h.CreateRole(h.as(h.first), role("More!", View)), errs.Invalid},
			{"widened by who holds less", h.EditRole(h.as(limited), func() Role { r := role("press", "publish.draft", "publish.release", View); r.Version = 1; return r }()), errs.Forbidden},
			{"narrowed by who holds less", h.EditRole(h.as(limited), func() Role { r := role("press", "publish.draft"); r.Version = 1; return r }()), 0},
			{"stale", h.EditRole(h.as(h.first), func() Role { r := role("press", View); r.Version = 1; return r }()), errs.Conflict},
			{"standard", h.EditRole(h.as(h.first), role(Drafter, View)), errs.Conflict},
			{"delete standard", h.DeleteRole(h.as(h.first), Drafter), errs.Conflict},
		} {
			if tc.kind == 0 && tc.err != nil || tc.kind != 0 && errs.KindOf(tc.err) != tc.kind {
				t.Errorf("%s: error %v, want kind %v", tc.name, tc.err, tc.kind)
			}
		}
		p := h.person("Press", h.paris.ID)
		h.give(p, "press", perm.InMission(h.paris.ID), time.Time{})
		if err := h.DeleteRole(h.as(h.first), "press"); errs.KindOf(err) != errs.Conflict {
			t.Errorf("deleted a role that was given: %v", err)
		}
		// A later version of the program adds one permission and drops another.
		defs := append(definitions()[:5], perm.Definition{Permission: "publish.schedule", Roles: []string{Releaser, Drafter}})
		h.must(h.SyncRoles(h.system(), defs))
		h.must(h.SyncRoles(h.system(), defs))
		drafter, err := h.Role(t.Context(), Drafter)
		h.must(err)
		if !drafter.Holds("publish.schedule") || drafter.Holds("publish.draft") || !drafter.Holds(View) {
			t.Errorf("drafter holds %v", drafter.Permissions)
		}
		if own, _ := h.Role(t.Context(), "press"); own.Holds("publish.draft") {
			t.Errorf("press holds %v", own.Permissions)
		}
		if err := h.SyncRoles(h.system(), []perm.Definition{{Permission: "x.y"}}); err == nil {
			t.Error("a permission nobody can ever hold")
		}
	})
}
