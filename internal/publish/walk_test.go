package publish

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/perm"
)

// walker does acts at random and keeps books of its own about who wrote what
// and who vouched for which words. It shares no rule with the service.
type walker struct {
	h     *house
	next  func(n int) int
	m     Message
	wrote map[string]bool
	vouch []vouch
	rush  bool
	seen  []string // hashes of all contents so far
	stop  []Pause  // in force, as the walker made them
	due   db.Time  // the plan that fell due during a pause and that nobody has looked at since
	gave  string   // the hash that the act gave, if it gave one
}

// vouch is an approval that the service took.
type vouch struct {
	step       int
	kind       StepKind
	langs      []i18n.Lang
	people     []string
	words      string
	rejected   bool
	route      Path
	generation int
}

// words reads all that would go out, straight from the tables.
func (w *walker) words() string {
	w.h.t.Helper()
	var rows []struct{ Lang, Title, Body, Summary string }
	if err := w.h.db.Reader().NewRaw(`SELECT lang, title, body, summary FROM publish_variant WHERE message_id = ? ORDER BY lang`, w.m.ID).Scan(w.h.t.Context(), &rows); err != nil {
		w.h.t.Fatal(err)
	}
	m := w.h.reload(w.m.ID)
	return fmt.Sprint(rows, m.MissionID, m.Kind, m.Sensitivity, m.EmbargoUntil, m.NotAfter, m.Exempt)
}

func (w *walker) actor() *perm.Actor {
	a := all[w.next(len(all))]
	switch w.next(6) {
	case 0:
		return standIn(a, "writer", MayReview, MayClear, MayRelease)
	case 1:
		return standIn(a, "clearer", MayClear)
	case 2:
		return standIn(a, "head", MayDraft, MayEmergency)
	}
	return a
}

func (w *walker) hash() string {
	w.gave = w.m.Hash
	if w.next(8) == 0 {
		w.gave = w.seen[w.next(len(w.seen))]
	}
	return w.gave
}

// people are those whose hands or authority an act of the actor can carry: the
// service says which authority it used.
func people(p Approval) []string {
	return slices.DeleteFunc([]string{p.ActorID, p.OnBehalfOf}, func(s string) bool { return s == "" })
}

func (w *walker) step() {
	h, t := w.h, w.h.t
	a := w.actor()
	ctx := as(t, a)
	id := w.m.ID
	before := w.words()
	was := h.reload(id)
	w.gave = was.Hash
	var err error
	act := w.next(16)
	if w.next(5) > 0 {
		act, a = w.forward(was)
		ctx = as(t, a)
	}
	switch act {
	case 0, 1:
		l := i18n.Langs[w.next(4)]
		v, _ := was.Variant(l)
		words := Words{Title: "T", Body: fmt.Sprint("text ", w.next(5))}
		if w.next(8) == 0 {
			words = Words{}
		}
		src, _ := was.Source()
		_, err = h.Write(ctx, id, l, Edit{Words: words, Version: v.Version, SourceHash: src.Hash, Matches: true})
	case 2:
		to := Settings{MissionID: paris, Kind: Kinds[w.next(2)], Sensitivity: Sensitivities[w.next(3)], Exempt: was.Exempt}
		if w.next(4) == 0 {
			to.Exempt, a = Crisis, standIn(a, "chief", MayDraft, MayExempt)
			ctx = as(t, a)
		}
		if w.next(3) == 0 {
			to.EmbargoUntil = db.At(h.clock.Now().Add(time.Duration(w.next(10)) * time.Hour))
		}
		if w.next(3) == 0 {
			to.NotAfter = db.At(h.clock.Now().Add(time.Duration(10+w.next(20)) * time.Hour))
		}
		_, err = h.Arrange(ctx, id, was.SettingsVersion, to)
	case 3, 4:
		_, err = h.Submit(ctx, id, w.hash())
	case 5:
		_, err = h.Recall(ctx, id)
	case 6, 7, 8, 9:
		j := Judgement{Step: was.Step + w.next(2), Hash: w.hash()}
		if w.next(8) == 0 {
			j.Step = w.next(4)
		}
		if w.next(2) == 0 {
			j.Langs = []i18n.Lang{i18n.Langs[w.next(4)]}
		}
		_, err = h.Approve(ctx, id, j)
	case 10:
		_, err = h.Reject(ctx, id, Judgement{Step: was.Step, Hash: w.hash(), Reason: "no"})
	case 11:
		_, err = h.Release(ctx, id, w.hash())
	case 12, 13:
		_, err = h.Schedule(ctx, id, w.hash(), h.clock.Now().Add(time.Duration(1+w.next(5))*time.Hour))
	case 14:
		if w.next(10) == 0 {
			_, err = h.Rush(ctx, id, w.hash(), "urgent")
			w.rush = w.rush || err == nil
		} else {
			_, err = h.Unschedule(ctx, id)
		}
	case 15:
		switch w.next(4) {
		case 0:
			w.pause()
		case 1:
			w.resume()
		default:
			h.later(time.Duration(1+w.next(4)) * time.Hour)
		}
	}
	now := h.reload(id)
	w.m = now
	if now.WasPublic() && !was.WasPublic() && w.paused() {
		t.Fatalf("act %d made it public while paused: %+v", act, w.stop)
	}
	if was.State == StateScheduled && now.State == StateScheduled && was.ReleaseAt == now.ReleaseAt && w.paused() && now.ReleaseAt <= db.At(h.clock.Now()) {
		w.due = now.ReleaseAt
	}
	if w.due != 0 && now.WasPublic() && !was.WasPublic() && act == 15 && now.ReleaseAt == w.due {
		t.Fatal("what a pause held up went out by itself")
	}
	w.seen = append(w.seen, now.Hash)
	if err == nil && w.gave != was.Hash {
		t.Fatalf("act %d counted for a content that the actor had not seen", act)
	}
	if err == nil && act <= 2 && w.words() != before {
		w.wrote[a.ID] = true
		for _, p := range now.Authors {
			if !w.wrote[p] && slices.ContainsFunc(a.Grants, func(g perm.Grant) bool { return g.StandInFor == p }) {
				w.wrote[p] = true
			}
		}
		if now.WasPublic() {
			t.Fatal("edited after it was public")
		}
	}
	for _, p := range now.Approvals[len(was.Approvals):] {
		w.vouch = append(w.vouch, vouch{step: p.Step, kind: p.Kind, langs: []i18n.Lang{p.Lang}, people: people(p), words: before, rejected: p.Decision == Reject, route: was.Route, generation: now.Round})
	}
	w.check(was)
}

// pause stops publishing somewhere, as the walker notes too.
func (w *walker) pause() {
	p := []Pause{{Scope: PauseAll}, {Scope: PauseMission, Value: paris}, {Scope: PauseMission, Value: "elsewhere"}, {Scope: PauseTopic, Value: "t"}}[w.next(4)]
	p.Reason = "quiet"
	p, err := w.h.Pause(as(w.h.t, chief), p)
	if err != nil {
		w.h.t.Fatal(err)
	}
	w.stop = append(slices.DeleteFunc(w.stop, func(x Pause) bool { return x.ID == p.ID }), p)
}

func (w *walker) resume() {
	if len(w.stop) == 0 {
		return
	}
	i := w.next(len(w.stop))
	w.h.resume(w.stop[i])
	w.stop = slices.Delete(w.stop, i, i+1)
}

// paused is the walker's own idea of whether the message may leave.
func (w *walker) paused() bool {
	return w.m.Exempt != Crisis && slices.ContainsFunc(w.stop, func(p Pause) bool { return p.Scope == PauseAll || p.Value == paris })
}

// forward chooses an act that the message waits for and someone who might do
// it, so that walks get somewhere.
func (w *walker) forward(m Message) (act int, a *perm.Actor) {
	switch m.State {
	case StateDraft, StateRejected:
		return 3, all[w.next(2)]
	case StateInReview:
		return 6, []*perm.Actor{reviewer, clearer, ministry, omnipower, head}[w.next(5)]
	case StateApproved:
		return 11 + w.next(2), []*perm.Actor{releaser, omnipower, standIn(releaser, "writer", MayRelease)}[w.next(3)]
	}
	return 15, head
}

// check holds the books against what is public.
func (w *walker) check(was Message) {
	t, m := w.h.t, w.m
	if !m.WasPublic() {
		if len(w.h.proofs.texts) > 0 {
			t.Fatal("in the public log but not public")
		}
		return
	}
	if was.WasPublic() {
		return
	}
	if len(w.h.proofs.texts) != len(m.Variants) {
		t.Fatalf("%d texts went out, the public log has %d", len(m.Variants), len(w.h.proofs.texts))
	}
	if now := db.At(w.h.clock.Now()); now < m.EmbargoUntil || m.NotAfter > 0 && m.ReleasedAt >= m.NotAfter {
		t.Fatalf("out at the wrong time: %v, embargo %v, not after %v", m.ReleasedAt.Std(), m.EmbargoUntil.Std(), m.NotAfter.Std())
	}
	if m.Emergency {
		if !w.rush {
			t.Fatal("an emergency that nobody declared")
		}
		return
	}
	words := w.words()
	took := map[string]int{}
	var done []bool
	cleared, released := [][]string{}, [][]string{}
	for i, step := range m.Route.Steps {
		need := map[i18n.Lang]bool{"": true}
		if step.Kind == LanguageReview {
			need = map[i18n.Lang]bool{}
			for _, l := range m.Langs() {
				need[l] = true
			}
		}
		for _, v := range w.vouch {
			if v.step != i || v.kind != step.Kind || v.words != words || v.rejected || v.generation != m.Round {
				continue
			}
			for _, p := range v.people {
				if w.wrote[p] {
					t.Fatalf("%s wrote the message and vouched for it at step %d", p, i)
				}
				if at, ok := took[p]; ok && at != i && m.Route.OneStepEach {
					t.Fatalf("%s took steps %d and %d", p, at, i)
				}
				took[p] = i
			}
			if !step.asksFor(v.people) {
				t.Fatalf("%v took step %d, which asks for %v", v.people, i, step.People)
			}
			switch step.Kind {
			case Clearance:
				cleared = append(cleared, v.people)
			case ReleaseStep:
				released = append(released, v.people)
			}
			for _, l := range v.langs {
				delete(need, l)
			}
		}
		done = append(done, len(need) == 0)
	}
	w.fulfilled(done)
	if m.Route.TwoPeople && !slices.ContainsFunc(released, func(r []string) bool {
		return slices.ContainsFunc(cleared, func(c []string) bool {
			return !slices.ContainsFunc(c, func(p string) bool { return slices.Contains(r, p) })
		})
	}) {
		t.Fatalf("cleared by %v and released by %v, not two people", cleared, released)
	}
}

// fulfilled wants every step done, or one of those of a group that says so.
func (w *walker) fulfilled(done []bool) {
	steps := w.m.Route.Steps
	for i := 0; i < len(steps); {
		n, any, all := i+1, done[i], done[i]
		for ; n < len(steps) && steps[n].Parallel; n++ {
			any, all = any || done[n], all && done[n]
		}
		if !all && !(any && steps[i].AnyOf) {
			w.h.t.Fatalf("out without steps %d to %d of %+v\nvouched: %+v", i, n-1, steps, w.vouch)
		}
		i = n
	}
}

// asksFor reports whether a step asks for one of the people.
func (s Step) asksFor(people []string) bool {
	return len(s.People) == 0 || slices.ContainsFunc(people, func(p string) bool { return slices.Contains(s.People, p) })
}

// shapes are routes of Paris that walks try, besides the ministry's.
func shapes() []Route {
	review, clear, release := NewStep(LanguageReview, 1, false), NewStep(Clearance, 1, false), NewStep(ReleaseStep, 1, false)
	with := func(s Step, fn func(*Step)) Step { fn(&s); return s }
	beside := with(clear, func(s *Step) { s.Parallel = true })
	either := with(clear, func(s *Step) { s.AnyOf = true })
	named := with(beside, func(s *Step) { s.People = []string{"head"} })
	return []Route{
		{Steps: Steps{review, beside, release}, TwoPeople: true},
		{Steps: Steps{either, named, release}},
		{Steps: Steps{clear, named, release}, OneStepEach: true},
		{Steps: Steps{with(review, func(s *Step) { s.AnyOf = true }), beside, clear, release}, TwoPeople: true},
	}
}

func walk(t testing.TB, d *db.DB, steps int, next func(n int) int) (public bool) {
	h := build(t, d)
	w := &walker{h: h, next: next, wrote: map[string]bool{"writer": true}}
	if routes := shapes(); next(3) > 0 {
		r := routes[next(len(routes))]
		r.MissionID, r.ReviewWithin = paris, 1
		if _, err := h.SaveRoute(as(t, chief), r); err != nil {
			t.Fatal(err)
		}
	}
	w.m = h.draft(Sensitivities[next(2)])
	w.seen = []string{w.m.Hash}
	for range steps {
		w.step()
	}
	return w.m.WasPublic() && !w.m.Emergency
}

// TestNothingUnapprovedGoesOut does acts at random, as anybody, with right and
// with wrong hashes, and wants that whatever goes out was vouched for, word by
// word, at every step, by people who did not write it.
func TestNothingUnapprovedGoesOut(t *testing.T) {
	walks, released := 40, 0
	if testing.Short() {
		walks = 8
	}
	for i := range walks {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(i), 2016))
			if walk(t, dbtest.SQLite(t, schema()...), 60, r.IntN) {
				released++
			}
		})
	}
	t.Logf("%d of %d walks ended in a regular release", released, walks)
	if released == 0 {
		t.Error("no walk ever released anything: the test tests nothing")
	}
	t.Run("postgres", func(t *testing.T) {
		r := rand.New(rand.NewPCG(7, 7))
		walk(t, dbtest.Postgres(t, schema()...), 40, r.IntN)
	})
}

// FuzzNothingUnapprovedGoesOut lets the fuzzer choose the acts.
func FuzzNothingUnapprovedGoesOut(f *testing.F) {
	f.Add([]byte("submit, approve, release"))
	f.Add([]byte(strings.Repeat("\x03\x07\x0b", 20)))
	f.Fuzz(func(t *testing.T, choices []byte) {
		if len(choices) > 400 {
			return
		}
		i := 0
		next := func(n int) int {
			if i >= len(choices) {
				i++
				return i % n
			}
			i++
			return int(choices[i-1]) % n
		}
		walk(t, dbtest.SQLite(t, schema()...), 25, next)
	})
}
