package assess_test

import (
	"context"
	"testing"
	"time"

	"sifara/internal/assess"
	"sifara/internal/assess/assesstest"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/errs"
	"sifara/internal/perm"
	"sifara/internal/publish"
)

func each(t *testing.T, run func(t *testing.T, h *assesstest.House)) {
	dbtest.Each(t, assesstest.Migrations, func(t *testing.T, d *db.DB) { run(t, assesstest.New(t, d)) })
}

func as(t *testing.T, scope perm.Scope, ps ...perm.Permission) context.Context {
	return perm.With(t.Context(), &perm.Actor{Kind: perm.Person, ID: "x", Grants: []perm.Grant{{Permissions: append(ps, assess.View), Scope: scope}}})
}

func TestOverviewComparesWhatTheReaderMaySee(t *testing.T) {
	each(t, func(t *testing.T, h *assesstest.House) {
		paris, berlin := h.Talk.Paris, h.Talk.Berlin
		h.Read(h.Release(paris, "Visas"), 5)
		h.AskAndAnswer(3 * time.Hour)
		h.AskAndAnswer(5 * time.Hour)
		h.Read(h.Release(berlin, "Trade"), 2)
		h.Read(h.Release("", "Ministry"), 1)
		all, one := as(t, perm.Everywhere()), as(t, perm.InMission(paris))
		p := h.Period(all, 7, time.Time{})
		o, err := h.Overview(all, p, "")
		if err != nil || len(o.Missions) != 3 || !o.Whole || o.Listen == nil {
			t.Fatalf("overview of all: %+v, %v", o, err)
		}
		if o.Total.Released != 3 || o.Total.Reading.Views != 8 || o.Total.Questions.Asked != 2 || o.Total.Questions.Answered != 2 {
			t.Errorf("total %+v", o.Total)
		}
		if s := o.Total; s.Emergencies != 3 || s.EmergencyShare() != 1 || o.Rushed == nil || *o.Rushed != (assess.Rushed{Open: 3}) || o.Missions[0].Emergencies != 1 {
			t.Errorf("emergency releases: %d of %d, %+v", s.Emergencies, s.Released, o.Rushed)
		}
		if got := o.Total.Questions.MedianHours; got < 3.9 || got > 4.1 {
			t.Errorf("median %v hours, want about 4", got)
		}
		o, err = h.Overview(one, p, "")
		if err != nil || len(o.Missions) != 1 || o.Whole || o.Listen != nil || o.Total.Reading.Views != 5 || o.Total.Questions.Answered != 2 {
			t.Errorf("overview of Paris: %+v, %v", o, err)
		}
		for _, other := range []string{berlin, "-", "nothing"} {
			if _, err := h.Overview(one, p, other); errs.KindOf(err) != errs.NotFound {
				t.Errorf("Paris asks for %q: %v, want NotFound", other, err)
			}
			if _, _, err := h.Statements(one, p, other, publish.Place{}); errs.KindOf(err) != errs.NotFound {
				t.Errorf("Paris asks for statements of %q: %v, want NotFound", other, err)
			}
		}
		if o, err = h.Overview(all, p, "-"); err != nil || len(o.Missions) != 1 || o.Total.Released != 1 {
			t.Errorf("the ministry itself: %+v, %v", o, err)
		}
		earlier := h.Period(all, 7, h.Talk.Clock.Now().AddDate(0, 0, -30))
		if o, err = h.Overview(all, earlier, ""); err != nil || o.Total.Released != 0 || o.Total.Reading.Views != 0 {
			t.Errorf("a month ago: %+v, %v", o.Total, err)
		}
	})
}

func TestStatementsCarryTheirTopicsVolume(t *testing.T) {
	each(t, func(t *testing.T, h *assesstest.House) {
		h.Heard.Before, h.Heard.After = 10, 25
		m := h.Release(h.Talk.Paris, "Visas")
		h.Read(m, 3)
		ctx := as(t, perm.InMission(h.Talk.Paris))
		x, err := h.Statement(ctx, m.ID)
		if err != nil || x.Topic == nil || x.Topic.TopicID != h.Topic || x.Topic.Before != 70 || x.Topic.After != 175 || x.Topic.Complete {
			t.Fatalf("%+v %+v, %v", x, x.Topic, err)
		}
		if _, ok := x.Topic.Change(); ok {
			t.Error("a change is told before the days after are over")
		}
		h.Talk.Clock.Advance(8 * 24 * time.Hour)
		if x, err = h.Statement(ctx, m.ID); err != nil || !x.Topic.Complete {
			t.Fatalf("%+v, %v", x.Topic, err)
		}
		if share, ok := x.Topic.Change(); !ok || share != 1.5 {
			t.Errorf("change %v %v, want 1.5", share, ok)
		}
		if _, err := h.Statement(as(t, perm.InMission(h.Talk.Berlin)), m.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("from Berlin: %v, want NotFound", err)
		}
		list, next, err := h.Statements(ctx, h.Period(ctx, 28, time.Time{}), "", publish.Place{})
		if err != nil || len(list) != 1 || next.At != 0 || list[0].Reading.Views != 3 || list[0].Reading.Readers != 3 {
			t.Errorf("list %+v, next %v, %v", list, next, err)
		}
	})
}

func TestStatementsPage(t *testing.T) {
	dbtest.Each(t, assesstest.Migrations, func(t *testing.T, d *db.DB) {
		h := assesstest.New(t, d)
		for range 53 {
			h.Talk.Clock.Advance(time.Minute)
			h.Release(h.Talk.Paris, "Visas")
		}
		h.Release(h.Talk.Berlin, "Trade")
		ctx := as(t, perm.InMission(h.Talk.Paris))
		p := h.Period(ctx, 7, time.Time{})
		first, next, err := h.Statements(ctx, p, "", publish.Place{})
		if err != nil || len(first) != 50 || next.At == 0 {
			t.Fatalf("%d statements, next %v, %v", len(first), next, err)
		}
		second, next, err := h.Statements(ctx, p, "", next)
		if err != nil || len(second) != 3 || next.At != 0 {
			t.Fatalf("then %d, next %v, %v", len(second), next, err)
		}
		seen := map[string]bool{}
		for _, x := range append(first, second...) {
			seen[x.ID] = true
		}
		if len(seen) != 53 {
			t.Errorf("%d different statements, want 53", len(seen))
		}
	})
}

func TestLoopTellsTheWholeWay(t *testing.T) {
	each(t, func(t *testing.T, h *assesstest.House) {
		m := h.Release(h.Talk.Paris, "Visas")
		h.Read(m, 2)
		h.AskAndAnswer(time.Hour)
		l, err := h.Loop(as(t, perm.InMission(h.Talk.Paris), "listen.view"), m.ID)
		if err != nil {
			t.Fatal(err)
		}
		order := []assess.Stage{assess.Listened, assess.Decided, assess.Drafted, assess.Approved, assess.Published, assess.Conversed, assess.Measured}
		at, stages := 0, map[assess.Stage]bool{}
		for _, mark := range l.Marks {
			stages[mark.Stage] = true
			for at < len(order) && order[at] != mark.Stage {
				at++
			}
			if at == len(order) {
				t.Fatalf("%s comes too late in %+v", mark.Stage, l.Marks)
			}
		}
		for _, s := range []assess.Stage{assess.Listened, assess.Decided, assess.Drafted, assess.Published, assess.Conversed, assess.Measured} {
			if !stages[s] {
				t.Errorf("stage %s is missing", s)
			}
		}
		if l.Marks[0].Href == "" || len(l.Daily) != 1 || l.Daily[0].Views != 2 {
			t.Errorf("first mark %+v, daily %+v", l.Marks[0], l.Daily)
		}
		// Who may not see the warning reads of it without a way to it.
		l, err = h.Loop(as(t, perm.InMission(h.Talk.Paris)), m.ID)
		if err != nil || l.Marks[0].Href != "" {
			t.Errorf("without listen.view: %+v, %v", l.Marks[0], err)
		}
	})
}

// TestFunnelFollowsTheWarning wants the one warning at each step that it came
// to, with the times between, and nothing of it for those who see one mission.
func TestFunnelFollowsTheWarning(t *testing.T) {
	each(t, func(t *testing.T, h *assesstest.House) {
		all := as(t, perm.Everywhere())
		look := func() map[assess.Step]assess.FunnelStep {
			t.Helper()
			o, err := h.Overview(all, h.Period(all, 7, time.Time{}), "")
			if err != nil || len(o.Funnel) != 7 || o.Funnel[0].Step != assess.StepRaised {
				t.Fatalf("%+v, %v", o.Funnel, err)
			}
			out := map[assess.Step]assess.FunnelStep{}
			for _, f := range o.Funnel {
				out[f.Step] = f
			}
			return out
		}
		f := look()
		if f[assess.StepRaised].Count != 1 || f[assess.StepRight].Hours != 1 || f[assess.StepOpened].Hours != 1 || f[assess.StepDrafted].Count != 0 || f[assess.StepDrafted].Timed != 0 {
			t.Errorf("before anything is written: %+v", f)
		}
		h.Release(h.Talk.Paris, "Water")
		h.AskAndAnswer(3 * time.Hour)
		f = look()
		// Released in an emergency: the approval is not given yet.
		if f[assess.StepDrafted].Count != 1 || f[assess.StepApproved].Count != 0 || f[assess.StepReleased].Count != 1 || f[assess.StepReleased].Timed != 0 {
			t.Errorf("after an emergency release: %+v", f)
		}
		if a := f[assess.StepAnswered]; a.Count != 1 || a.Timed != 1 || a.Hours < 2.9 || a.Hours > 3.1 || a.Since != assess.StepReleased {
			t.Errorf("answered: %+v", a)
		}
		if d := f[assess.StepDrafted]; d.Timed != 1 || d.Since != assess.StepOpened || d.Hours < 0.9 || d.Hours > 1.1 {
			t.Errorf("drafted: %+v", d)
		}
		one := as(t, perm.InMission(h.Talk.Paris))
		if o, err := h.Overview(one, h.Period(one, 7, time.Time{}), ""); err != nil || o.Funnel != nil {
			t.Errorf("Paris sees the funnel of the house: %+v, %v", o.Funnel, err)
		}
	})
}
