package org

import (
	"errors"
	"testing"
	"time"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/perm"
)

func auditOf(object, act string) audit.Filter { return audit.Filter{ObjectID: object, Act: act} }

func TestStandIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		now, scope := h.clock.Now(), perm.InMission(h.paris.ID)
		ambassador, charge, third := h.person("Ambassador", h.paris.ID), h.person("Chargé", h.paris.ID), h.person("Third", h.paris.ID)
		h.give(ambassador, HeadOfMission, scope, now.Add(72*time.Hour))
		h.give(charge, Drafter, scope, time.Time{})
		in := StandIn{ID: id.New(), PersonID: charge.ID, ForPersonID: ambassador.ID, From: db.At(now.Add(time.Hour)), Until: db.At(now.Add(100 * time.Hour)), Reason: "leave"}
		h.must(h.AppointStandIn(h.as(ambassador), in))
		if perm.From(h.as(charge)).MayIn("publish.release", scope) {
			t.Error("acts before the time")
		}
		h.clock.Advance(time.Hour)
		g, ok := perm.From(h.as(charge)).Authority("publish.release", scope)
		if !ok || g.StandInFor != ambassador.ID || !g.Until.Equal(now.Add(72*time.Hour)) {
			t.Errorf("authority = %+v %t: ends with the ambassador's own", g, ok)
		}
		if g, _ := perm.From(h.as(charge)).Authority("publish.draft", scope); g.StandInFor != "" {
			t.Error("borrowed authority was used where the own suffices")
		}
		// What is borrowed is not lent on.
		h.must(h.AppointStandIn(h.as(charge), StandIn{ID: id.New(), PersonID: third.ID, ForPersonID: charge.ID, Until: db.At(now.Add(50 * time.Hour)), Reason: "leave"}))
		if a := perm.From(h.as(third)); a.MayIn("publish.release", scope) || !a.MayIn("publish.draft", scope) {
			t.Error("the third has what the second borrowed, or not what the second owns")
		}
		holders, err := h.Holders(t.Context(), "publish.release", scope)
		h.must(err)
		if len(holders) != 3 { // ambassador, chargé, the first official
			t.Errorf("%d holders", len(holders))
		}
		// An act done as stand-in is recorded so.
		h.must(h.EditMission(h.as(charge), func() Mission { m := h.paris; m.Phone = "+33 1 23 45 67 89"; return m }()))
		records, _, err := h.audit.List(h.system(), auditOf(h.paris.ID, "org.mission.edit"))
		h.must(err)
		if len(records) != 1 || records[0].For != ambassador.ID || records[0].Actor != charge.ID {
			t.Errorf("records = %+v", records)
		}
		h.must(h.EndStandIn(h.as(charge), in.ID))
		if perm.From(h.as(charge)).MayIn("publish.release", scope) {
			t.Error("acts after the end")
		}
		h.clock.Advance(71 * time.Hour)
		if grants, _ := h.Grants(t.Context(), ambassador.ID); len(grants) != 0 {
			t.Error("the ambassador's own has not ended")
		}
	})
}

func TestWhoMayAppointStandIns(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		now, scope := h.clock.Now(), perm.InMission(h.paris.ID)
		head, deputy, drafter := h.person("Head", h.paris.ID), h.person("Deputy", h.paris.ID), h.person("Drafter", h.paris.ID)
		analyst, empty := h.person("Analyst", h.paris.ID), h.person("Empty", h.paris.ID)
		h.give(head, HeadOfMission, scope, time.Time{})
		h.give(drafter, Drafter, scope, time.Time{})
		h.give(analyst, Analyst, scope, time.Time{})
		until := db.At(now.Add(24 * time.Hour))
		for _, tc := range []struct {
			name string
			by   Person
			in   StandIn
			kind errs.Kind
		}{
			{"one's own", drafter, StandIn{PersonID: deputy.ID, ForPersonID: drafter.ID, Until: until, Reason: "r"}, 0},
			{"for a subordinate", head, StandIn{PersonID: deputy.ID, ForPersonID: drafter.ID, Until: until, Reason: "r"}, 0},
			{"for one who holds more", head, StandIn{PersonID: deputy.ID, ForPersonID: analyst.ID, Until: until, Reason: "r"}, errs.Forbidden},
			{"for one's superior", drafter, StandIn{PersonID: deputy.ID, ForPersonID: head.ID, Until: until, Reason: "r"}, errs.Forbidden},
			{"oneself for a subordinate", head, StandIn{PersonID: head.ID, ForPersonID: drafter.ID, Until: until, Reason: "r"}, errs.Forbidden},
			{"for oneself by oneself", head, StandIn{PersonID: head.ID, ForPersonID: head.ID, Until: until, Reason: "r"}, errs.Invalid},
			{"for nobody's authority", head, StandIn{PersonID: deputy.ID, ForPersonID: empty.ID, Until: until, Reason: "r"}, errs.Conflict},
			{"for someone out of sight", head, StandIn{PersonID: deputy.ID, ForPersonID: h.first.ID, Until: until, Reason: "r"}, errs.NotFound},
			{"without end", drafter, StandIn{PersonID: deputy.ID, ForPersonID: drafter.ID, Reason: "r"}, errs.Invalid},
			{"without reason", drafter, StandIn{PersonID: deputy.ID, ForPersonID: drafter.ID, Until: until}, errs.Invalid},
			{"for more than a year", drafter, StandIn{PersonID: deputy.ID, ForPersonID: drafter.ID, Until: db.At(now.Add(367 * 24 * time.Hour)), Reason: "r"}, errs.Invalid},
			{"in the past", drafter, StandIn{PersonID: deputy.ID, ForPersonID: drafter.ID, Until: db.At(now), Reason: "r"}, errs.Invalid},
		} {
			t.Run(tc.name, func(t *testing.T) {
				tc.in.ID = id.New()
				err := h.AppointStandIn(h.as(tc.by), tc.in)
				if tc.kind == 0 && err != nil || tc.kind != 0 && errs.KindOf(err) != tc.kind {
					t.Errorf("error %v, want kind %v", err, tc.kind)
				}
			})
		}
		if err := h.AppointStandIn(h.as(head), StandIn{ID: id.New(), PersonID: deputy.ID, ForPersonID: analyst.ID, Until: until, Reason: "r"}); !errors.Is(err, ErrMoreThanHeld) {
			t.Errorf("error %v", err)
		}
	})
}

func TestWhoSeesAndEndsStandIns(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		scope := perm.InMission(h.paris.ID)
		head, deputy, other := h.person("Head", h.paris.ID), h.person("Deputy", h.geneva.ID), h.person("Other", h.geneva.ID)
		h.give(head, HeadOfMission, scope, time.Time{})
		h.give(other, HeadOfMission, perm.InMission(h.geneva.ID), time.Time{})
		in := StandIn{ID: id.New(), PersonID: deputy.ID, ForPersonID: head.ID, Until: db.At(h.clock.Now().Add(time.Hour)), Reason: "r"}
		h.must(h.AppointStandIn(h.as(head), in))
		for _, tc := range []struct {
			name string
			by   Person
			want int
		}{{"absent", head, 1}, {"deputy", deputy, 1}, {"another mission", other, 0}, {"the ministry", h.first, 1}} {
			list, err := h.StandIns(h.as(tc.by))
			h.must(err)
			if len(list) != tc.want {
				t.Errorf("%s sees %d", tc.name, len(list))
			}
		}
		if err := h.EndStandIn(h.as(other), in.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("ended by another mission: %v", err)
		}
		h.must(h.EndStandIn(h.as(head), in.ID))
		h.must(h.EndStandIn(h.as(head), in.ID)) // again changes nothing
	})
}
