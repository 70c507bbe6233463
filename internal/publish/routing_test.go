package publish

import (
	"errors"
	"testing"

	"sifara/internal/errs"
	"sifara/internal/perm"
)

func TestRouteRules(t *testing.T) {
	release := NewStep(ReleaseStep, 1, false)
	clear := NewStep(Clearance, 1, false)
	tests := []struct {
		name string
		r    Route
		ok   bool
	}{
		{"good", Route{Sensitivity: Routine, Steps: Steps{clear, release}, ReviewWithin: 1}, true},
		{"only a release", Route{Sensitivity: Routine, Steps: Steps{release}, ReviewWithin: 1}, false},
		{"no release", Route{Sensitivity: Routine, Steps: Steps{clear, clear}, ReviewWithin: 1}, false},
		{"release in the middle", Route{Sensitivity: Routine, Steps: Steps{clear, release, release}, ReviewWithin: 1}, false},
		{"foreign permission", Route{Sensitivity: Routine, Steps: Steps{{Kind: Clearance, Permission: MayView}, release}, ReviewWithin: 1}, false},
		{"unknown step", Route{Sensitivity: Routine, Steps: Steps{{Kind: "wave", Permission: MayClear}, release}, ReviewWithin: 1}, false},
		{"unknown sensitivity", Route{Sensitivity: "x", Steps: Steps{clear, release}, ReviewWithin: 1}, false},
		{"no time for the judgement", Route{Sensitivity: Routine, Steps: Steps{clear, release}}, false},
		{"endless deadline", Route{Sensitivity: Routine, Steps: Steps{NewStep(Clearance, 100_000, false), release}, ReviewWithin: 1}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.r.Check(); (err == nil) != tt.ok {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestRouteOfAMission(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		keeper := person("keeper", MayRoutes)
		r := Route{MissionID: paris, Sensitivity: Routine, Steps: Steps{NewStep(Clearance, 2, true), NewStep(ReleaseStep, 1, false)}, OneStepEach: true, ReviewWithin: 3}
		if _, err := h.SaveRoute(as(t, clearer), r); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("without the permission: got %v", err)
		}
		under := h.submitted(Routine) // keeps the route it was promised
		saved, err := h.SaveRoute(as(t, keeper), r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.SaveRoute(as(t, keeper), r); !errors.Is(err, ErrEdited) {
			t.Errorf("made twice: got %v, want ErrEdited", err)
		}
		if got := h.reload(under.ID); len(got.Route.Steps) != 3 {
			t.Errorf("a message on its way changed its route: %d steps", len(got.Route.Steps))
		}
		got, err := h.RouteFor(t.Context(), paris, Routine)
		if err != nil || got.ID != saved.ID || len(got.Steps) != 2 || !got.Steps[0].Ministry {
			t.Errorf("route of the mission: got %+v, %v", got, err)
		}
		if needs, err := h.AnswerNeedsApproval(t.Context(), paris); err != nil || needs {
			t.Errorf("answers of the mission: got %v, %v", needs, err)
		}
		if needs, err := h.AnswerNeedsApproval(t.Context(), "elsewhere"); err != nil || !needs {
			t.Errorf("answers elsewhere: got %v, %v", needs, err)
		}
		saved.OneStepEach = false
		if saved, err = h.SaveRoute(as(t, keeper), saved); err != nil || saved.Version != 2 {
			t.Errorf("changed: got version %d, %v", saved.Version, err)
		}
		ministry := official("ministry", perm.Everywhere(), MayRoutes)
		if err := h.DropRoute(as(t, ministry), "", Routine); errs.KindOf(err) != errs.Invalid {
			t.Errorf("the ministry's route dropped: got %v", err)
		}
		if err := h.DropRoute(as(t, keeper), paris, Routine); err != nil {
			t.Fatal(err)
		}
		if all, err := h.Routes(as(t, keeper)); err != nil || len(all) != 3 {
			t.Errorf("routes: got %d, %v", len(all), err)
		}
	})
}
