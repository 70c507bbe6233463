package org

import (
	"strings"
	"testing"
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
)

func TestRotationKeepsHistory(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.person("Consul", h.paris.ID)
		h.give(p, Drafter, perm.InMission(h.paris.ID), time.Time{})
		h.give(p, Reader, perm.Everywhere(), time.Time{})
		h.clock.Advance(400 * 24 * time.Hour)
		h.must(h.Rotate(h.system(), Rotation{PersonID: p.ID, MissionID: h.geneva.ID, Post: four("Counsellor"), Version: p.Version}))
		moved, err := h.Person(t.Context(), p.ID)
		h.must(err)
		if moved.MissionID != h.geneva.ID || moved.Post.In(i18n.English) != "Counsellor" {
			t.Errorf("person = %+v", moved)
		}
		history, err := h.History(t.Context(), p.ID)
		h.must(err)
		if len(history) != 2 || history[0].MissionID != h.geneva.ID || !history[0].Until.IsZero() || history[1].MissionID != h.paris.ID || history[1].Until != history[0].From || history[1].Post.In(i18n.English) != "Consul" {
			t.Errorf("history = %+v", history)
		}
		grants, err := h.Grants(t.Context(), p.ID)
		h.must(err)
		if len(grants) != 1 || grants[0].Role != Reader {
			t.Errorf("grants = %+v: the old mission's end, the ministry's stay", grants)
		}
		if then, err := h.MissionHistory(t.Context(), h.paris.ID); err != nil || len(then) != 1 {
			t.Errorf("history of the mission = %v, %v", then, err)
		}
		if err := h.Rotate(h.system(), Rotation{PersonID: p.ID, MissionID: h.paris.ID, Post: four("x"), Version: p.Version}); errs.KindOf(err) != errs.Conflict {
			t.Errorf("rotated an old version: %v", err)
		}
		if err := h.Rotate(h.system(), Rotation{PersonID: p.ID, MissionID: h.geneva.ID, Post: four("x"), Version: moved.Version}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("rotated to the same place: %v", err)
		}
	})
}

func TestWhoMayManageStaff(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		head, drafter := h.person("Head", h.paris.ID), h.person("Drafter", h.paris.ID)
		h.give(head, HeadOfMission, perm.InMission(h.paris.ID), time.Time{})
		h.give(drafter, Drafter, perm.InMission(h.paris.ID), time.Time{})
		strong := h.person("Strong", h.paris.ID)
		h.give(strong, Administrator, perm.Everywhere(), time.Time{})
		abroad := h.person("Abroad", h.geneva.ID)
		add := func(by Person, mission string) error {
			return h.AddPerson(h.as(by), Person{ID: id.New(), Name: "New", Post: four("New"), MissionID: mission, Language: "ar"})
		}
		edit := func(by, p Person, email string) error {
			p.Email = email
			return h.EditPerson(h.as(by), p)
		}
		for _, tc := range []struct {
			name string
			err  error
			kind errs.Kind
		}{
			{"add in own mission", add(head, h.paris.ID), 0},
			{"add in another", add(head, h.geneva.ID), errs.Forbidden},
			{"add in the ministry", add(head, ""), errs.Forbidden},
			{"add without the right", add(drafter, h.paris.ID), errs.Forbidden},
			{"add in no mission", add(h.first, id.New()), errs.Invalid},
			{"edit own staff", edit(head, drafter, "drafter@example.iq"), 0},
			{"edit staff elsewhere", edit(head, abroad, "x@example.iq"), errs.NotFound},
			{"address of one who holds more", edit(head, strong, "thief@example.iq"), errs.Forbidden},
			{"address taken", edit(h.first, abroad, "drafter@example.iq"), errs.Invalid},
			{"no address", edit(h.first, abroad, "nonsense"), errs.Invalid},
			{"stale", edit(h.first, Person{ID: drafter.ID, Name: "x", Post: four("x"), Language: "ar", Version: drafter.Version}, ""), errs.Conflict},
			{"send away one who holds more", h.Activate(h.as(head), strong.ID, false, strong.Version), errs.Forbidden},
			{"rotate to another mission", h.Rotate(h.as(head), Rotation{PersonID: drafter.ID, MissionID: h.geneva.ID, Post: four("x"), Version: 2}), errs.Forbidden},
			{"pull from another mission", h.Rotate(h.as(head), Rotation{PersonID: abroad.ID, MissionID: h.paris.ID, Post: four("x"), Version: 1}), errs.NotFound},
		} {
			if tc.kind == 0 && tc.err != nil || tc.kind != 0 && errs.KindOf(tc.err) != tc.kind {
				t.Errorf("%s: error %v, want kind %v", tc.name, tc.err, tc.kind)
			}
		}
		if err := h.MayHandle(h.as(head), strong.ID); err == nil {
			t.Error("may handle the sign-in of one who holds more")
		}
		h.must(h.MayHandle(h.as(head), drafter.ID))
	})
}

func TestLeaving(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.person("Drafter", h.paris.ID)
		h.give(p, Drafter, perm.InMission(h.paris.ID), time.Time{})
		h.must(h.Activate(h.system(), p.ID, false, p.Version))
		if grants, err := h.Grants(t.Context(), p.ID); err != nil || grants != nil {
			t.Errorf("grants = %v, %v", grants, err)
		}
		if people, _ := h.People(h.system(), PeopleFilter{MissionID: h.paris.ID}); len(people) != 0 {
			t.Errorf("people = %v", people)
		}
		h.must(h.Activate(h.system(), p.ID, true, p.Version+1))
		if grants, _ := h.Grants(t.Context(), p.ID); len(grants) != 0 {
			t.Error("authority came back with the person")
		}
		history, err := h.History(t.Context(), p.ID)
		h.must(err)
		if len(history) != 2 {
			t.Errorf("%d posts", len(history))
		}
	})
}

func TestPeople(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("أحمد الكَرْخي", h.paris.ID)
		h.person("Zoë 100%", h.geneva.ID)
		lead := h.person("Lead", h.paris.ID)
		h.give(lead, HeadOfMission, perm.InMission(h.paris.ID), time.Time{})
		for _, tc := range []struct {
			name string
			f    PeopleFilter
			want int
		}{
			{"all", PeopleFilter{}, 4},
			{"mission", PeopleFilter{MissionID: h.paris.ID}, 2},
			{"department", PeopleFilter{DepartmentID: h.unit.ID}, 1},
			{"other spelling", PeopleFilter{Query: "احمد الكرخي"}, 1},
			{"percent is a sign", PeopleFilter{Query: "100%"}, 1},
			{"underscore is a sign", PeopleFilter{Query: "1_0"}, 0},
			{"address", PeopleFilter{Query: "FIRST@example"}, 1},
			{"limit", PeopleFilter{Limit: 2}, 2},
		} {
			if got, err := h.People(h.system(), tc.f); err != nil || len(got) != tc.want {
				t.Errorf("%s: %d people, want %d (%v)", tc.name, len(got), tc.want, err)
			}
		}
		own, err := h.People(h.as(lead), PeopleFilter{Visible: true})
		h.must(err)
		if len(own) != 2 {
			t.Errorf("a head of mission sees %d", len(own))
		}
		var seen []string
		f := PeopleFilter{Limit: 2}
		for {
			page, err := h.People(h.system(), f)
			h.must(err)
			if len(page) == 0 {
				break
			}
			for _, p := range page {
				seen = append(seen, p.ID)
			}
			f.After = page[len(page)-1]
		}
		if len(seen) != 4 {
			t.Errorf("pages gave %d", len(seen))
		}
	})
}

func TestCalledByPost(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := Person{ID: id.New(), Name: four("Consul")[i18n.Arabic], Post: four("Consul"), MissionID: h.paris.ID, Language: i18n.Arabic}
		h.must(h.AddPerson(h.system(), p))
		then := p.Name
		for _, l := range i18n.Langs {
			if got := p.Called(l); got != p.Post[l] {
				t.Errorf("%s: called %q, want %q", l, got, p.Post[l])
			}
		}
		if got := (Person{Name: "Layla", Post: four("Consul")}).Called(i18n.English); got != "Layla" {
			t.Errorf("a name of one's own: %q", got)
		}
		h.must(h.Rotate(h.system(), Rotation{PersonID: p.ID, MissionID: h.geneva.ID, Post: four("Envoy"), Version: 1}))
		words, err := i18n.Load(Locales())
		h.must(err)
		ctx := i18n.WithPrinter(t.Context(), words.Printer(i18n.English))
		got, err := h.CalledThen(ctx, map[string][]string{p.ID: {then, "Another"}})
		h.must(err)
		if len(got[p.ID]) != 1 || got[p.ID][then] != four("Consul")[i18n.English] {
			t.Errorf("called then: %v", got)
		}
	})
}

// Each reader turns the pages of a list in the order of the names they read,
// even when the last person of a page has left it meanwhile.
func TestPeopleByTheNamesThatAreRead(t *testing.T) {
	posts := []Names{
		{i18n.Arabic: "ناطق", i18n.Sorani: "وتەبێژ", i18n.Kurmanji: "Berdevk", i18n.English: "Spokesperson"},
		{i18n.Arabic: "قنصل", i18n.Sorani: "کونسوڵ", i18n.Kurmanji: "Konsul", i18n.English: "Consul"},
		{i18n.Arabic: "أمين المكتبة", i18n.Sorani: "پەرتووکخانەوان", i18n.Kurmanji: "Çavdêrê pirtûkan", i18n.English: "Librarian"},
		{i18n.Arabic: "محلل", i18n.Sorani: "شیکەرەوە", i18n.Kurmanji: "Şîrovekar", i18n.English: "Analyst"},
		{i18n.Arabic: "سائق", i18n.Sorani: "شۆفێر", i18n.Kurmanji: "Ajokar", i18n.English: "Driver"},
	}
	each(t, func(t *testing.T, h *house) {
		for i, post := range posts {
			stored := []i18n.Lang{i18n.Arabic, i18n.English, i18n.Sorani}[i%3]
			h.must(h.AddPerson(h.system(), Person{ID: id.New(), Name: post[stored], Post: post, MissionID: h.paris.ID, Language: stored}))
		}
		for lang, want := range map[i18n.Lang]string{
			i18n.Arabic:   "أمين المكتبة سائق قنصل محلل ناطق",
			i18n.Sorani:   "پەرتووکخانەوان شۆفێر شیکەرەوە کونسوڵ وتەبێژ",
			i18n.Kurmanji: "Ajokar Berdevk Çavdêrê pirtûkan Konsul Şîrovekar",
			i18n.English:  "Analyst Consul Driver Librarian Spokesperson",
		} {
			f := PeopleFilter{MissionID: h.paris.ID, Lang: lang, Limit: 2}
			var got []string
			for {
				page, err := h.People(h.system(), f)
				h.must(err)
				if len(page) == 0 {
					break
				}
				for _, p := range page {
					got = append(got, p.Called(lang))
				}
				f.After = page[len(page)-1]
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%s: got %v, want %s", lang, got, want)
			}
		}
		all, err := h.People(h.system(), PeopleFilter{MissionID: h.paris.ID, Lang: i18n.English})
		h.must(err)
		h.must(h.Activate(h.system(), all[1].ID, false, all[1].Version))
		rest, err := h.People(h.system(), PeopleFilter{MissionID: h.paris.ID, Lang: i18n.English, After: all[1]})
		h.must(err)
		if len(rest) != 3 || rest[0].ID != all[2].ID {
			t.Errorf("after one who left: got %d, want the three behind", len(rest))
		}
	})
}
