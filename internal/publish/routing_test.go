package publish

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"testing"
	"time"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
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
		{"two at once, one suffices", Route{Sensitivity: Routine, Steps: Steps{{Kind: Clearance, Permission: MayClear, AnyOf: true}, {Kind: Clearance, Permission: MayClear, Parallel: true}, release}, ReviewWithin: 1}, true},
		{"one suffices of one", Route{Sensitivity: Routine, Steps: Steps{{Kind: Clearance, Permission: MayClear, AnyOf: true}, release}, ReviewWithin: 1}, false},
		{"the first with the one before", Route{Sensitivity: Routine, Steps: Steps{{Kind: Clearance, Permission: MayClear, Parallel: true}, release}, ReviewWithin: 1}, false},
		{"the release with the one before", Route{Sensitivity: Routine, Steps: Steps{clear, {Kind: ReleaseStep, Permission: MayRelease, Parallel: true}}, ReviewWithin: 1}, false},
		{"two people", Route{Sensitivity: Routine, Steps: Steps{clear, release}, TwoPeople: true, ReviewWithin: 1}, true},
		{"two people without a clearance", Route{Sensitivity: Routine, Steps: Steps{NewStep(LanguageReview, 1, false), release}, TwoPeople: true, ReviewWithin: 1}, false},
		{"two people, clearance avoidable", Route{Sensitivity: Routine, Steps: Steps{{Kind: Clearance, Permission: MayClear, AnyOf: true}, {Kind: LanguageReview, Permission: MayReview, Parallel: true}, release}, TwoPeople: true, ReviewWithin: 1}, false},
		{"for any sensitivity of a kind", Route{Kind: News, Steps: Steps{clear, release}, ReviewWithin: 1}, true},
		{"for anything of the ministry", Route{Steps: Steps{clear, release}, ReviewWithin: 1}, false},
		{"unknown kind", Route{Kind: "x", Steps: Steps{clear, release}, ReviewWithin: 1}, false},
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
		got, err := h.RouteFor(t.Context(), Match{MissionID: paris, Kind: Statement, Sensitivity: Routine})
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
		if err := h.DropRoute(as(t, ministry), Match{Sensitivity: Routine}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("the ministry's route dropped: got %v", err)
		}
		if err := h.DropRoute(as(t, keeper), Match{MissionID: paris, Sensitivity: Routine}); err != nil {
			t.Fatal(err)
		}
		if all, err := h.Routes(as(t, keeper)); err != nil || len(all) != 3 {
			t.Errorf("routes: got %d, %v", len(all), err)
		}
	})
}

func TestTheMostSpecificRouteIsTaken(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		steps := Steps{NewStep(Clearance, 1, false), NewStep(ReleaseStep, 1, false)}
		made := map[Match]string{}
		for _, m := range []Match{{Kind: News}, {TopicID: "t"}, {TopicID: "t", Kind: News}, {MissionID: paris}, {MissionID: paris, Kind: News}, {MissionID: paris, Sensitivity: High}} {
			r, err := h.SaveRoute(as(t, chief), Route{MissionID: m.MissionID, TopicID: m.TopicID, Kind: m.Kind, Sensitivity: m.Sensitivity, Steps: steps, ReviewWithin: 1})
			if err != nil {
				t.Fatal(err)
			}
			made[m] = r.ID
		}
		for _, tt := range []struct{ of, want Match }{
			{Match{"elsewhere", "", Statement, "", High}, Match{Sensitivity: High}},
			{Match{"elsewhere", "", News, "", High}, Match{Kind: News}},
			{Match{"elsewhere", "t", Speech, "", High}, Match{TopicID: "t"}},
			{Match{"elsewhere", "t", News, "", High}, Match{TopicID: "t", Kind: News}},
			{Match{paris, "", Statement, "", Routine}, Match{MissionID: paris}},
			{Match{paris, "t", News, "", High}, Match{MissionID: paris, Kind: News}},
			{Match{paris, "", Statement, "", High}, Match{MissionID: paris, Sensitivity: High}},
			{Match{"", "", Statement, "", Routine}, Match{Sensitivity: Routine}},
		} {
			got, err := h.RouteFor(t.Context(), tt.of)
			if err != nil || got.Match() != tt.want || made[tt.want] != "" && got.ID != made[tt.want] {
				t.Errorf("%+v took %+v, want %+v (%v)", tt.of, got.Match(), tt.want, err)
			}
		}
		if err := h.DropRoute(as(t, chief), Match{MissionID: paris}); err != nil {
			t.Fatal(err)
		}
		if got, err := h.RouteFor(t.Context(), Match{paris, "", Statement, "", Routine}); err != nil || got.Match() != (Match{Sensitivity: Routine}) {
			t.Errorf("after dropping: %+v, %v", got.Match(), err)
		}
	})
}

// TestStepsAtTheSameTime walks a route of two groups: a review and a clearance
// together, then either of two named clearers.
func TestStepsAtTheSameTime(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		steps := Steps{
			{Kind: LanguageReview, Permission: MayReview, Hours: 9}, {Kind: Clearance, Permission: MayClear, Hours: 3, Parallel: true},
			{Kind: Clearance, Permission: MayClear, AnyOf: true, Named: Named{People: []string{"head"}}}, {Kind: Clearance, Permission: MayClear, Parallel: true, Named: Named{Roles: []string{"legal"}}},
			NewStep(ReleaseStep, 1, false),
		}
		if _, err := h.SaveRoute(as(t, chief), Route{MissionID: paris, Steps: steps, TwoPeople: true, ReviewWithin: 1}); err != nil {
			t.Fatal(err)
		}
		m := h.submitted(Routine)
		begun := m.StepDue
		if got := m.Open(); len(got) != 2 || begun != db.At(day.Add(3*time.Hour)) {
			t.Fatalf("open %v, due %v", got, begun.Std())
		}
		if n, err := h.WaitingCount(as(t, reviewer)); err != nil || n != 1 {
			t.Errorf("%d wait for the reviewer, %v", n, err)
		}
		m = h.must(h.Approve(as(t, clearer), m.ID, Judgement{Step: 1, Hash: m.Hash}))
		if got := m.Open(); len(got) != 1 || got[0] != 0 || m.StepDue != db.At(day.Add(9*time.Hour)) || m.State != StateInReview {
			t.Errorf("after the clearance: open %v, due %v", got, m.StepDue.Std())
		}
		if n, err := h.WaitingCount(as(t, clearer)); err != nil || n != 0 {
			t.Errorf("%d wait for the clearer who is done, %v", n, err)
		}
		if _, err := h.Approve(as(t, head), m.ID, Judgement{Step: 2, Hash: m.Hash}); err == nil {
			t.Error("a step that does not wait yet was taken")
		}
		m = h.must(h.Approve(as(t, reviewer), m.ID, Judgement{Step: 0, Hash: m.Hash}))
		if got := m.Open(); len(got) != 2 || got[0] != 2 {
			t.Fatalf("open %v", got)
		}
		if _, err := h.Approve(as(t, clearer), m.ID, Judgement{Step: 2, Hash: m.Hash}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a clearer who is not named: %v", err)
		}
		lawyer := &perm.Actor{Kind: perm.Person, ID: "lawyer", Grants: []perm.Grant{{Role: "legal", Scope: perm.InMission(paris), Permissions: []perm.Permission{MayView, MayClear, MayRelease}}}}
		if acts := h.Allowed(as(t, lawyer), m); !acts.Approve || acts.Step != 3 {
			t.Errorf("the lawyer may %+v", acts)
		}
		m = h.must(h.Approve(as(t, lawyer), m.ID, Judgement{Step: 3, Hash: m.Hash}))
		if m.State != StateApproved || m.Step != 4 {
			t.Fatalf("one of two suffices: %s at %d", m.State, m.Step)
		}
		m = h.must(h.Release(as(t, lawyer), m.ID, m.Hash)) // cleared by another, too
		if m.State != StateReleased {
			t.Errorf("got %s", m.State)
		}
	})
}

// TestTwoPeople has nobody release what they alone cleared, nor in the name of
// who cleared it.
func TestTwoPeople(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if _, err := h.SaveRoute(as(t, chief), Route{MissionID: paris, Steps: Steps{NewStep(Clearance, 1, false), NewStep(ReleaseStep, 1, false)}, TwoPeople: true, ReviewWithin: 1}); err != nil {
			t.Fatal(err)
		}
		m := h.submitted(Routine)
		m = h.must(h.Approve(as(t, omnipower), m.ID, Judgement{Hash: m.Hash}))
		if _, err := h.Release(as(t, omnipower), m.ID, m.Hash); !errors.Is(err, ErrTwoPeople) {
			t.Errorf("released by who cleared it: %v", err)
		}
		if acts := h.Allowed(as(t, omnipower), m); acts.Release || !errors.Is(acts.Barred, ErrTwoPeople) {
			t.Errorf("may %+v", acts)
		}
		for _, deputy := range []*perm.Actor{standIn(person("deputy"), "omnipower", MayRelease), standIn(person("omnipower"), "absent", MayRelease)} {
			if _, err := h.Release(as(t, deputy), m.ID, m.Hash); !errors.Is(err, ErrTwoPeople) {
				t.Errorf("released for or by who cleared it: %v", err)
			}
		}
		if m = h.must(h.Release(as(t, releaser), m.ID, m.Hash)); m.State != StateReleased {
			t.Errorf("got %s", m.State)
		}
	})
}

// TestHousesOfBefore brings a database of the form before pauses and routes grew
// up to this one: routes, pauses and messages under way are as they were.
func TestHousesOfBefore(t *testing.T) {
	before := Migrations()
	before.FS = older{before.FS, "0110"}
	dbtest.Each(t, []db.Migrations{audit.Migrations(), before}, func(t *testing.T, d *db.DB) {
		for _, q := range []string{
			`INSERT INTO publish_pause (mission_id, reason, actor_id, since) VALUES ('', 'all', 'a', 5), ('m', 'one', 'a', 6)`,
			`INSERT INTO publish_route (id, mission_id, sensitivity, steps, one_step_each, answer_needs_approval, review_within, version, updated_by, updated_at)
				VALUES ('r', 'm', 'sensitive', '[{"kind":"language_review","permission":"publish.review","hours":1},{"kind":"release","permission":"publish.release","hours":1}]', FALSE, FALSE, 9, 4, 'a', 7)`,
			`INSERT INTO publish_message (id, slug, mission_id, kind, sensitivity, source_lang, state, version, settings_version, hash, route, round, step, step_due, created_by, created_at, updated_at)
				VALUES ('x', 'x', 'm', 'news', 'sensitive', 'en', 'in_review', 1, 1, 'h', '{"route_id":"r","steps":[{"kind":"clear","permission":"publish.clear","hours":1},{"kind":"release","permission":"publish.release","hours":1}],"one_step_each":true}', 1, 0, 99, 'a', 1, 50)`,
		} {
			if _, err := d.Writer().ExecContext(t.Context(), q); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Migrate(t.Context(), false, audit.Migrations(), Migrations()); err != nil {
			t.Fatal(err)
		}
		h := build(t, d)
		pauses, err := h.Pauses(t.Context())
		if err != nil || len(pauses) != 2 || pauses[0].Scope != PauseAll || pauses[1].Scope != PauseMission || pauses[1].Value != "m" || pauses[1].Since != 6 {
			t.Errorf("pauses %+v, %v", pauses, err)
		}
		routes, err := h.Routes(t.Context())
		if err != nil || len(routes) != 4 {
			t.Fatalf("routes %+v, %v", routes, err)
		}
		own, err := h.RouteFor(t.Context(), Match{MissionID: "m", Sensitivity: Sensitive})
		if err != nil || own.ID != "r" || own.TwoPeople || own.Version != 4 || own.Check() != nil {
			t.Errorf("a mission's own: %+v, %v, %v", own, err, own.Check())
		}
		high, err := h.RouteFor(t.Context(), Match{Sensitivity: High})
		if err != nil || !high.TwoPeople || high.Check() != nil {
			t.Errorf("the ministry's for high: %+v, %v", high, err)
		}
		m := h.reload("x")
		if len(m.Open()) != 1 || m.Route.TwoPeople || !m.Route.OneStepEach || m.StepDue != 99 || m.StepAt != 50 {
			t.Errorf("under way: %+v", m)
		}
	})
}

// older shows of a folder of migrations those before a number.
type older struct {
	fs.FS
	before string
}

func (o older) ReadDir(name string) ([]fs.DirEntry, error) {
	list, err := fs.ReadDir(o.FS, name)
	return slices.DeleteFunc(list, func(e fs.DirEntry) bool { return e.Name() >= o.before }), err
}

func TestRouteByChannel(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		two := Steps{NewStep(Clearance, 1, false), NewStep(ReleaseStep, 1, false)}
		three := Steps{NewStep(Clearance, 1, false), NewStep(Clearance, 1, true), NewStep(ReleaseStep, 1, false)}
		for c, steps := range map[Channel]Steps{Newsletter: three, "x": two} {
			if _, err := h.SaveRoute(as(t, chief), Route{MissionID: paris, Channel: c, Steps: steps, ReviewWithin: 1}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := h.SaveRoute(as(t, chief), Route{MissionID: paris, Channel: "pigeon", Steps: two, ReviewWithin: 1}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("an unknown channel: %v", err)
		}
		for _, tt := range []struct {
			channels Channels
			want     Channel
		}{
			{"", Newsletter},             // may go out by any: the longer way counts
			{"x", "x"},                   // that of its channel
			{"newsletter,x", Newsletter}, // the longer of both
			{"press", ""},                // there is none for it: the ministry's
		} {
			m := h.draft(Routine)
			m = h.must(h.Arrange(as(t, writer), m.ID, m.SettingsVersion, Settings{MissionID: paris, Kind: Statement, Sensitivity: Routine, Channels: tt.channels}))
			m = h.must(h.Submit(as(t, writer), m.ID, m.Hash))
			if got := m.Route.Match.Channel; got != tt.want {
				t.Errorf("a message for %q took the route for %q, want %q", tt.channels, got, tt.want)
			}
			changed := m
			changed.Channels = "facebook"
			if changed.ContentHash() == m.Hash {
				t.Error("the channels are not part of what is approved")
			}
		}
		m := h.draft(Routine)
		if _, err := h.Arrange(as(t, writer), m.ID, m.SettingsVersion, Settings{MissionID: paris, Kind: Statement, Sensitivity: Routine, Channels: "x,pigeon"}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a message for no channel: %v", err)
		}
	})
}

func TestOfficesTakeSteps(t *testing.T) {
	legal := Office{Role: "clearer", Unit: "legal-department"}
	m := &Message{MissionID: paris, State: StateInReview, Route: Path{Steps: []Step{{Kind: Clearance, Permission: MayClear, Named: Named{Offices: []Office{legal}}}, NewStep(ReleaseStep, 1, false)}}}
	everywhere := perm.Grant{Role: "clearer", Scope: perm.Everywhere(), Permissions: []perm.Permission{MayClear}}
	office := perm.Grant{Role: legal.Role, Scope: perm.InDepartment(legal.Unit), Permissions: []perm.Permission{MayClear}}
	lent := func(g perm.Grant) perm.Grant { g.StandInFor = "lawyer"; return g }
	for _, tt := range []struct {
		name   string
		grants []perm.Grant
		ok     bool
	}{
		{"holds the office and the permission", []perm.Grant{everywhere, office}, true},
		{"permission without the office", []perm.Grant{everywhere}, false},
		{"office without the permission there", []perm.Grant{office}, false},
		{"another role in the same unit", []perm.Grant{everywhere, {Role: "reader", Scope: office.Scope}}, false},
		{"stands in for who holds both", []perm.Grant{lent(everywhere), lent(office)}, true},
		{"own permission, borrowed office", []perm.Grant{everywhere, lent(office)}, false},
	} {
		_, err := m.admit(&perm.Actor{Kind: perm.Person, ID: "p", Grants: tt.grants}, MayClear, perm.InMission(paris), 0)
		if (err == nil) != tt.ok {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// TestEscalation passes a step on when nobody takes it, to who is named and no
// earlier.
func TestEscalation(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		steps := Steps{
			{Kind: Clearance, Permission: MayClear, Hours: 6, Named: Named{People: []string{"clearer"}}, Escalate: &Escalation{After: 4, Named: Named{People: []string{"head"}}}},
			NewStep(ReleaseStep, 1, false),
		}
		h.routed(func(r *Route) { r.Steps = steps })
		bad := Route{MissionID: paris, Kind: News, Steps: Steps{{Kind: Clearance, Permission: MayClear, Escalate: &Escalation{After: 4}}, steps[1]}, ReviewWithin: 1}
		if _, err := h.SaveRoute(as(t, chief), bad); errs.KindOf(err) != errs.Invalid {
			t.Errorf("passed on to nobody: %v", err)
		}
		boss := person("head", MayClear) // wrote nothing
		m := h.submitted(Routine)
		if m.EscalateAt != db.At(day.Add(4*time.Hour)) || h.Allowed(as(t, boss), m).Approve {
			t.Fatalf("passed on at %v", m.EscalateAt.Std())
		}
		h.later(3 * time.Hour)
		if _, err := h.Approve(as(t, boss), m.ID, Judgement{Hash: m.Hash}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("before its time: %v", err)
		}
		h.told = nil
		h.later(time.Hour)
		h.later(time.Minute)
		if n := len(h.told); n != 1 {
			t.Errorf("told %v, want once", h.told)
		}
		m = h.reload(m.ID)
		if !slices.Equal(m.Escalated, Indexes{0}) || !m.EscalateAt.IsZero() {
			t.Errorf("escalated %v, next %v", m.Escalated, m.EscalateAt)
		}
		if n, err := h.WaitingCount(as(t, boss)); err != nil || n != 1 {
			t.Errorf("%d wait for whom it was passed on to, %v", n, err)
		}
		if !h.Allowed(as(t, clearer), m).Approve {
			t.Error("who is asked for first may not take it any more")
		}
		m = h.must(h.Approve(as(t, boss), m.ID, Judgement{Hash: m.Hash}))
		if m.State != StateApproved || len(m.Escalated) != 0 {
			t.Errorf("%s, escalated %v", m.State, m.Escalated)
		}
	})
}

// school certifies whom the test says.
type school struct{ held map[string][]string }

func (s school) Certificates(context.Context) ([]Certificate, error) {
	return []Certificate{{Key: "media-law"}}, nil
}

func (s school) Held(_ context.Context, personID string) ([]string, error) {
	return s.held[personID], nil
}

func TestStepsThatAskForACertificate(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		step := NewStep(Clearance, 6, false)
		step.Certificate = "media-law"
		r := Route{MissionID: paris, Steps: Steps{step, NewStep(ReleaseStep, 1, false)}, ReviewWithin: 1}
		if _, err := h.SaveRoute(as(t, chief), r); errs.KindOf(err) != errs.Invalid {
			t.Errorf("nobody certifies, but a route asks for it: %v", err)
		}
		h.certifier = school{map[string][]string{"head": {"media-law"}}}
		h.routed(func(x *Route) { x.Steps = r.Steps })
		m := h.submitted(Routine)
		if acts := h.Allowed(as(t, clearer), m); acts.Approve || !errors.Is(acts.Barred, ErrUncertified) {
			t.Errorf("without a certificate: %+v", acts)
		}
		if _, err := h.Approve(as(t, standIn(person("deputy"), "head", MayClear)), m.ID, Judgement{Hash: m.Hash}); !errors.Is(err, ErrUncertified) {
			t.Errorf("a stand-in without one: %v", err)
		}
		h.certifier = nil
		if _, err := h.Approve(as(t, person("head", MayClear)), m.ID, Judgement{Hash: m.Hash}); !errors.Is(err, ErrUncertified) {
			t.Errorf("where nobody certifies any more: %v", err)
		}
		h.certifier = school{map[string][]string{"head": {"media-law"}}}
		h.must(h.Approve(as(t, person("head", MayClear)), m.ID, Judgement{Hash: m.Hash}))
	})
}

func TestHeatRaisesARouteForAnySensitivity(t *testing.T) {
	clear := func(ministry bool) Step { return NewStep(Clearance, 1, ministry) }
	release := NewStep(ReleaseStep, 1, false)
	either := Steps{clear(false), clear(false), release}
	either[0].AnyOf, either[1].Parallel = true, true
	for _, tt := range []struct {
		name     string
		path, by Path
		want     []bool // the clearances, which of them for the whole ministry
		two      bool
	}{
		{"as much", Path{Steps: Steps{clear(false), release}}, Path{Steps: Steps{clear(false), release}, TwoPeople: true}, []bool{false}, true},
		{"one more, the ministry's", Path{Steps: Steps{clear(false), release}}, Path{Steps: Steps{clear(false), clear(true), release}}, []bool{false, true}, false},
		{"the ministry's counts for any", Path{Steps: Steps{clear(true), release}}, Path{Steps: Steps{clear(false), release}}, []bool{true}, false},
		{"one for both of them", Path{Steps: Steps{clear(true), release}}, Path{Steps: Steps{clear(false), clear(true), release}}, []bool{true, false}, false},
		{"one that can be avoided counts for none", Path{Steps: either}, Path{Steps: Steps{clear(false), release}}, []bool{false, false, false}, false},
		{"none at all", Path{Steps: Steps{NewStep(LanguageReview, 1, false), release}}, Path{Steps: Steps{clear(false), release}, TwoPeople: true}, []bool{false}, true},
	} {
		got := tt.path.raised(tt.by)
		var clears []bool
		for _, s := range got.Steps {
			if s.Kind == Clearance {
				clears = append(clears, s.Ministry)
			}
		}
		if !slices.Equal(clears, tt.want) || got.TwoPeople != tt.two || !got.Raised || got.Steps[len(got.Steps)-1].Kind != ReleaseStep {
			t.Errorf("%s: got %v, two people %v", tt.name, clears, got.TwoPeople)
		}
	}
}
