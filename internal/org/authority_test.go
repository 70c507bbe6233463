package org

import (
	"errors"
	"testing"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/perm"
)

func TestMayGive(t *testing.T) {
	june, july := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	grant := func(scope perm.Scope, until time.Time, p ...perm.Permission) perm.Grant {
		return perm.Grant{Permissions: p, Scope: scope, Until: until}
	}
	paris, rome, unit := perm.InMission("paris"), perm.InMission("rome"), perm.InDepartment("unit")
	for _, tc := range []struct {
		name  string
		held  []perm.Grant
		give  []perm.Permission
		scope perm.Scope
		until time.Time
		want  bool
	}{
		{"the same", []perm.Grant{grant(paris, june, "a", "b")}, []perm.Permission{"a", "b"}, paris, june, true},
		{"a part", []perm.Grant{grant(paris, june, "a", "b")}, []perm.Permission{"a"}, paris, june, true},
		{"shorter", []perm.Grant{grant(paris, july, "a")}, []perm.Permission{"a"}, paris, june, true},
		{"longer", []perm.Grant{grant(paris, june, "a")}, []perm.Permission{"a"}, paris, july, false},
		{"one moment longer", []perm.Grant{grant(paris, june, "a")}, []perm.Permission{"a"}, paris, june.Add(time.Microsecond), false},
		{"without end from a bounded grant", []perm.Grant{grant(paris, june, "a")}, []perm.Permission{"a"}, paris, time.Time{}, false},
		{"without end from one without end", []perm.Grant{grant(paris, time.Time{}, "a")}, []perm.Permission{"a"}, paris, time.Time{}, true},
		{"bounded from one without end", []perm.Grant{grant(paris, time.Time{}, "a")}, []perm.Permission{"a"}, paris, july, true},
		{"one permission more", []perm.Grant{grant(paris, time.Time{}, "a")}, []perm.Permission{"a", "b"}, paris, june, false},
		{"other mission", []perm.Grant{grant(rome, time.Time{}, "a")}, []perm.Permission{"a"}, paris, june, false},
		{"everywhere from a mission", []perm.Grant{grant(paris, time.Time{}, "a")}, []perm.Permission{"a"}, perm.Everywhere(), june, false},
		{"a mission from everywhere", []perm.Grant{grant(perm.Everywhere(), time.Time{}, "a")}, []perm.Permission{"a"}, paris, june, true},
		{"a department from everywhere", []perm.Grant{grant(perm.Everywhere(), time.Time{}, "a")}, []perm.Permission{"a"}, unit, june, true},
		{"a mission from a department", []perm.Grant{grant(unit, time.Time{}, "a")}, []perm.Permission{"a"}, paris, june, false},
		{"a department of a mission's id", []perm.Grant{grant(perm.InMission("x"), time.Time{}, "a")}, []perm.Permission{"a"}, perm.InDepartment("x"), june, false},
		{"from two grants together", []perm.Grant{grant(paris, time.Time{}, "a"), grant(perm.Everywhere(), july, "b")}, []perm.Permission{"a", "b"}, paris, june, true},
		{"two grants, one too short", []perm.Grant{grant(paris, time.Time{}, "a"), grant(perm.Everywhere(), june, "b")}, []perm.Permission{"a", "b"}, paris, july, false},
		{"long in one scope, short in another", []perm.Grant{grant(rome, time.Time{}, "a"), grant(paris, june, "a")}, []perm.Permission{"a"}, paris, july, false},
		{"borrowed, within its time", []perm.Grant{{Permissions: []perm.Permission{"a"}, Scope: paris, Until: june, StandInFor: "boss"}}, []perm.Permission{"a"}, paris, june, true},
		{"borrowed, beyond its time", []perm.Grant{{Permissions: []perm.Permission{"a"}, Scope: paris, Until: june, StandInFor: "boss"}}, []perm.Permission{"a"}, paris, july, false},
		{"nothing held", nil, []perm.Permission{"a"}, paris, june, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := mayGive(&perm.Actor{Kind: perm.Person, Grants: tc.held}, tc.give, tc.scope, tc.until)
			if got := err == nil; got != tc.want {
				t.Errorf("may give = %t, want %t", got, tc.want)
			}
		})
	}
}

// TestNobodyGrantsMoreThanTheyHold tries through the service what mayGive
// decides, with authority that came about by assignments and stand-ins.
func TestNobodyGrantsMoreThanTheyHold(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		now := h.clock.Now()
		paris, geneva := perm.InMission(h.paris.ID), perm.InMission(h.geneva.ID)
		head := h.person("Head", h.paris.ID)
		h.give(head, HeadOfMission, paris, time.Time{})
		deputy := h.person("Deputy", h.paris.ID)
		h.must(h.AppointStandIn(h.as(head), StandIn{ID: id.New(), PersonID: deputy.ID, ForPersonID: head.ID, Until: db.At(now.Add(48 * time.Hour)), Reason: "leave"}))
		visiting := h.person("Visiting", h.paris.ID)
		h.give(visiting, HeadOfMission, paris, now.Add(24*time.Hour))
		drafter := h.person("Drafter", h.paris.ID)
		h.give(drafter, Drafter, paris, time.Time{})
		newcomer := h.person("Newcomer", h.paris.ID)
		abroad := h.person("Abroad", h.geneva.ID)

		for _, tc := range []struct {
			name  string
			by    Person
			to    Person
			role  string
			scope perm.Scope
			until time.Time
			want  error
			kind  errs.Kind
		}{
			{"a role within their own", head, newcomer, Drafter, paris, time.Time{}, nil, 0},
			{"their own role", head, newcomer, HeadOfMission, paris, time.Time{}, nil, 0},
			{"in another mission", head, newcomer, Drafter, geneva, time.Time{}, nil, errs.Forbidden},
			{"in the whole ministry", head, newcomer, Drafter, perm.Everywhere(), time.Time{}, nil, errs.Forbidden},
			{"a role with a permission they lack", head, newcomer, Analyst, paris, time.Time{}, ErrMoreThanHeld, errs.Forbidden},
			{"the administrator's role", head, newcomer, UnitHead, geneva, time.Time{}, nil, errs.Forbidden},
			{"someone out of their sight", head, abroad, Drafter, paris, time.Time{}, nil, errs.NotFound},
			{"to themselves", head, head, Drafter, paris, time.Time{}, nil, errs.Forbidden},
			{"for longer than their own", visiting, newcomer, Drafter, paris, now.Add(25 * time.Hour), ErrMoreThanHeld, errs.Forbidden},
			{"without end from a bounded authority", visiting, newcomer, Drafter, paris, time.Time{}, ErrMoreThanHeld, errs.Forbidden},
			{"until the very end of their own", visiting, newcomer, Drafter, paris, now.Add(24 * time.Hour), nil, 0},
			{"as stand-in within the time", deputy, newcomer, Drafter, paris, now.Add(48 * time.Hour), nil, 0},
			{"as stand-in beyond the time", deputy, newcomer, Drafter, paris, now.Add(49 * time.Hour), ErrMoreThanHeld, errs.Forbidden},
			{"as stand-in without end", deputy, newcomer, Drafter, paris, time.Time{}, ErrMoreThanHeld, errs.Forbidden},
			{"without the right to grant", drafter, newcomer, Drafter, paris, time.Time{}, nil, errs.Forbidden},
			{"a role that does not exist", head, newcomer, "nothing", paris, time.Time{}, nil, errs.NotFound},
			{"in a mission that does not exist", h.first, newcomer, Drafter, perm.InMission(id.New()), time.Time{}, nil, errs.Invalid},
			{"at a level that does not exist", h.first, newcomer, Drafter, perm.Scope{Level: "planet"}, time.Time{}, nil, errs.Invalid},
			{"with an end that is past", head, newcomer, Drafter, paris, now, nil, errs.Invalid},
			{"everything by the first official", h.first, newcomer, Auditor, perm.Everywhere(), time.Time{}, nil, 0},
		} {
			t.Run(tc.name, func(t *testing.T) {
				err := h.Grant(h.as(tc.by), Assignment{ID: id.New(), PersonID: tc.to.ID, Role: tc.role, Level: tc.scope.Level, Unit: tc.scope.Unit, Until: db.At(tc.until)})
				switch {
				case tc.kind == 0 && err != nil:
					t.Errorf("refused: %v", err)
				case tc.kind != 0 && errs.KindOf(err) != tc.kind:
					t.Errorf("error %v, want kind %v", err, tc.kind)
				case tc.want != nil && !errors.Is(err, tc.want):
					t.Errorf("error %v, want %v", err, tc.want)
				}
			})
		}
	})
}

func TestGrantOnceForAReplayedForm(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.person("Drafter", h.paris.ID)
		a := Assignment{ID: id.New(), PersonID: p.ID, Role: Drafter, Level: perm.Mission, Unit: h.paris.ID}
		h.must(h.Grant(h.system(), a))
		h.must(h.Grant(h.system(), a))
		all, err := h.Assignments(t.Context(), p.ID)
		h.must(err)
		if len(all) != 1 {
			t.Errorf("%d assignments", len(all))
		}
		records, _, err := h.audit.List(h.system(), auditOf(p.ID, "org.assignment.grant"))
		h.must(err)
		if len(records) != 1 {
			t.Errorf("%d audit records", len(records))
		}
	})
}

func TestAuthorityBeginsAndEndsByTheClock(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		now := h.clock.Now()
		scope := perm.InMission(h.paris.ID)
		p := h.person("Drafter", h.paris.ID)
		h.must(h.Grant(h.system(), Assignment{ID: id.New(), PersonID: p.ID, Role: Drafter, Level: perm.Mission, Unit: h.paris.ID, From: db.At(now.Add(time.Hour)), Until: db.At(now.Add(2 * time.Hour))}))
		for _, tc := range []struct {
			name  string
			after time.Duration
			want  bool
		}{
			{"before", time.Hour - time.Microsecond, false}, {"from the first moment", time.Hour, true},
			{"to the last", 2*time.Hour - time.Microsecond, true}, {"not after", 2 * time.Hour, false},
		} {
			h.clock.Set(now.Add(tc.after))
			grants, err := h.Grants(t.Context(), p.ID)
			h.must(err)
			holders, err := h.Holders(t.Context(), "publish.draft", scope)
			h.must(err)
			if got := len(grants) == 1; got != tc.want {
				t.Errorf("%s: has authority %t", tc.name, got)
			}
			if got := len(holders) == 2; got != tc.want { // beside the first official
				t.Errorf("%s: %d holders", tc.name, len(holders))
			}
		}
	})
}

func TestDepartmentAuthorityCoversThoseBelow(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		section := Department{ID: id.New(), ParentID: h.unit.ID, Kind: UnitKind, Names: four("Section")}
		h.must(h.CreateDepartment(h.system(), section))
		p := h.person("Lead", "")
		h.give(p, Drafter, perm.InDepartment(h.unit.ID), time.Time{})
		ctx := h.as(p)
		for _, tc := range []struct {
			scope perm.Scope
			want  bool
		}{{perm.InDepartment(h.unit.ID), true}, {perm.InDepartment(section.ID), true}, {perm.Everywhere(), false}, {perm.InMission(h.paris.ID), false}} {
			if got := perm.From(ctx).MayIn("publish.draft", tc.scope); got != tc.want {
				t.Errorf("may draft in %v: %t", tc.scope, got)
			}
		}
		holders, err := h.Holders(t.Context(), "publish.draft", perm.InDepartment(section.ID))
		h.must(err)
		if len(holders) != 2 {
			t.Errorf("%d holders below", len(holders))
		}
	})
}

func TestHouseCannotLockItselfOut(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		assignments, err := h.Assignments(t.Context(), h.first.ID)
		h.must(err)
		ended := 0
		for _, a := range assignments {
			if err := h.EndAssignment(h.system(), a.ID, "tidy"); err == nil {
				ended++
			} else if errs.KindOf(err) != errs.Conflict {
				t.Error(err)
			}
		}
		if ended != len(assignments)-1 {
			t.Errorf("%d of %d ended, one that can grant must stay", ended, len(assignments))
		}
		if err := h.Activate(h.system(), h.first.ID, false, h.first.Version); errs.KindOf(err) != errs.Conflict {
			t.Errorf("the last administrator left: %v", err)
		}
		grants, err := h.Grants(t.Context(), h.first.ID)
		h.must(err)
		if len(grants) != 1 {
			t.Errorf("%d grants left", len(grants))
		}
		next := h.person("Next", "")
		h.give(next, Administrator, perm.Everywhere(), h.clock.Now().Add(time.Hour))
		if err := h.Activate(h.system(), h.first.ID, false, h.first.Version); errs.KindOf(err) != errs.Conflict {
			t.Errorf("left in the hands of one whose authority ends: %v", err)
		}
		h.give(next, Administrator, perm.Everywhere(), time.Time{})
		h.must(h.Activate(h.system(), h.first.ID, false, h.first.Version))
	})
}
