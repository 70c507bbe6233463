package org

import (
	"testing"
	"time"

	"sifara/internal/perm"
)

func TestSetup(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m, err := h.Ministry(t.Context())
		h.must(err)
		if m.Name("en") != "Ministry" || m.Location().String() != "Asia/Baghdad" || len(m.Weekend) != 2 {
			t.Errorf("ministry = %+v", m)
		}
		if _, err := h.Setup(h.system(), MinistrySpec{Ministry: m, First: Person{Name: "x", Post: four("x"), Language: "ar"}}); err == nil {
			t.Error("set up twice")
		}
		p, err := h.PersonByEmail(t.Context(), "FIRST@example.IQ")
		h.must(err)
		if p.ID != h.first.ID || p.DepartmentID != h.unit.ID {
			t.Errorf("first = %+v", p)
		}
		grants, err := h.Grants(t.Context(), p.ID)
		h.must(err)
		if len(grants) != len(StandardRoles()) {
			t.Errorf("%d grants", len(grants))
		}
		holders, err := h.Holders(t.Context(), "publish.draft", perm.InMission(h.paris.ID))
		h.must(err)
		if len(holders) != 1 || holders[0].ID != p.ID {
			t.Errorf("holders = %v", holders)
		}
		drafter := h.person("Drafter", h.paris.ID)
		h.give(drafter, Drafter, perm.InMission(h.paris.ID), time.Time{})
		if holders, _ = h.Holders(t.Context(), "publish.draft", perm.InMission(h.paris.ID)); len(holders) != 2 {
			t.Errorf("holders = %v", holders)
		}
		if holders, _ = h.Holders(t.Context(), "publish.draft", perm.InMission(h.geneva.ID)); len(holders) != 1 {
			t.Errorf("holders = %v", holders)
		}
	})
}
