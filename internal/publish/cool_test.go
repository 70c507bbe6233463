package publish

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
)

// thermometer finds texts hot that say so: a degree for each "hot", which makes
// them cool off for two hours, and from two on they take the next route.
type thermometer struct{ hours int }

func degrees(m Message) (n int) {
	for _, v := range m.Variants {
		n = max(n, strings.Count(v.Body, "hot"))
	}
	return n
}

func (t *thermometer) Weigh(_ context.Context, _ bun.IDB, m Message) (Weight, error) {
	n := degrees(m)
	w := Weight{Heat: 250 * n, Least: m.Sensitivity, Cool: time.Duration(n*t.hours) * time.Hour}
	if n >= 2 {
		w.Least = m.Sensitivity.Next()
	}
	return w, nil
}

// director may end a cooling-off and release; deputy may end one.
var (
	director = person("director", MayCool, MayRelease)
	deputy   = person("deputy", MayCool)
)

// heated gives a routine message in the house with a text of some heat.
func (h *house) heated(n int) Message {
	h.t.Helper()
	m := h.draft(Routine)
	v, _ := m.Variant(i18n.English)
	return h.must(h.Write(as(h.t, writer), m.ID, i18n.English, Edit{Words: Words{Title: v.Title, Body: v.Body + strings.Repeat(" hot", n)}, Version: v.Version}))
}

// cleared walks a message up to its release, by people who took no other step.
func (h *house) cleared(m Message) Message {
	h.t.Helper()
	m = h.must(h.Submit(as(h.t, writer), m.ID, m.Hash))
	for i := 0; m.State == StateInReview; i++ {
		by := []*perm.Actor{reviewer, clearer, ministry}[i]
		m = h.must(h.Approve(as(h.t, by), m.ID, Judgement{Step: m.Step, Hash: m.Hash}))
	}
	return m
}

func TestHeatRaisesTheRouteAndCoolsOff(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.tone = &thermometer{2}
		m := h.cleared(h.heated(3))
		if !m.Route.OneStepEach {
			t.Error("a hot routine message took the routine route")
		}
		c, ok, err := h.Cooling(as(t, releaser), m)
		if err != nil || !ok || c.Heat != 750 || c.Sensitivity != Sensitive || c.Until != db.At(day.Add(6*time.Hour)) {
			t.Fatalf("cooling-off: %+v %v %v", c, ok, err)
		}
		if _, err := h.Release(as(t, releaser), m.ID, m.Hash); !errors.Is(err, ErrCooling) {
			t.Errorf("release while it cools: got %v, want ErrCooling", err)
		}
		if _, err := h.Schedule(as(t, releaser), m.ID, m.Hash, day.Add(5*time.Hour)); !errors.Is(err, ErrCooling) {
			t.Errorf("plan before it has cooled: got %v, want ErrCooling", err)
		}
		m = h.must(h.Schedule(as(t, releaser), m.ID, m.Hash, day.Add(6*time.Hour)))
		h.later(5 * time.Hour)
		if got := h.reload(m.ID); got.State != StateScheduled {
			t.Fatalf("an hour before: %s", got.State)
		}
		h.later(time.Hour)
		if got := h.reload(m.ID); got.State != StateReleased {
			t.Errorf("after it cooled: %s, %s", got.State, got.Failure)
		}
	})
}

func TestCalmTextsDoNotWait(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.tone = &thermometer{2}
		m := h.cleared(h.heated(0))
		if m = h.must(h.Release(as(t, releaser), m.ID, m.Hash)); m.State != StateReleased || m.Route.OneStepEach {
			t.Errorf("got %s on the route %+v", m.State, m.Route)
		}
	})
}

func TestWhoEndsACoolingOff(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.tone = &thermometer{2}
		for _, tt := range []struct {
			name  string
			actor *perm.Actor
			want  error
		}{
			{"second person", deputy, nil},
			{"without the permission", clearer, errNotPermitted},
			{"author with the permission", person("writer", MayDraft, MayCool), ErrSecondPerson},
			{"stand-in of the author", standIn(person("x"), "writer", MayCool), ErrSecondPerson},
			{"author as stand-in", standIn(writer, "deputy", MayCool), ErrSecondPerson},
			{"a job", perm.SystemActor("job"), ErrInPerson},
			{"another mission", official("y", perm.InMission("elsewhere"), MayCool), errs.New(errs.NotFound, "")},
		} {
			t.Run(tt.name, func(t *testing.T) {
				m := h.cleared(h.heated(1))
				_, err := h.EndCooling(as(t, tt.actor), m.ID, m.Hash, "the vote is today")
				if !errors.Is(err, tt.want) {
					t.Fatalf("got %v, want %v", err, tt.want)
				}
				_, err = h.Release(as(t, releaser), m.ID, m.Hash)
				if want := map[bool]error{true: nil, false: ErrCooling}[tt.want == nil]; !errors.Is(err, want) {
					t.Errorf("release afterwards: got %v, want %v", err, want)
				}
			})
		}
	})
}

func TestEndedCoolingOffHoldsForOneContentAndOnePerson(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.tone = &thermometer{2}
		m := h.cleared(h.heated(1))
		if _, err := h.EndCooling(as(t, deputy), m.ID, m.Hash, " "); errs.KindOf(err) != errs.Invalid {
			t.Errorf("without a reason: got %v", err)
		}
		if _, err := h.EndCooling(as(t, deputy), m.ID, "other", "now"); !errors.Is(err, ErrChanged) {
			t.Errorf("another content: got %v", err)
		}
		m = h.must(h.EndCooling(as(t, director), m.ID, m.Hash, "the vote is today"))
		if c, _, err := h.Cooling(as(t, writer), m); err != nil || c.EndedBy != "director" || c.EndedWhy != "the vote is today" || c.Lasts(day) {
			t.Errorf("record: %+v, %v", c, err)
		}
		if _, err := h.EndCooling(as(t, deputy), m.ID, m.Hash, "again"); !errors.Is(err, ErrState) {
			t.Errorf("ended twice: got %v, want ErrState", err)
		}
		if _, err := h.Release(as(t, director), m.ID, m.Hash); !errors.Is(err, ErrSecondPerson) {
			t.Errorf("release by who ended it: got %v, want ErrSecondPerson", err)
		}
		v, _ := m.Variant(i18n.English)
		m = h.must(h.Write(as(t, writer), m.ID, i18n.English, Edit{Words: Words{Title: "Other", Body: v.Body}, Version: v.Version}))
		m = h.cleared(m)
		if _, err := h.Release(as(t, releaser), m.ID, m.Hash); !errors.Is(err, ErrCooling) {
			t.Errorf("after an edit: got %v, want ErrCooling", err)
		}
		h.later(2 * time.Hour)
		h.must(h.Release(as(t, director), m.ID, m.Hash))
	})
}

// Who has planned the release does not end the cooling-off that stands before it.
func TestWhoPlansDoesNotEndTheCoolingOff(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.tone = &thermometer{2}
		m := h.cleared(h.heated(1))
		m = h.must(h.Schedule(as(t, director), m.ID, m.Hash, day.Add(2*time.Hour)))
		if _, err := h.EndCooling(as(t, director), m.ID, m.Hash, "now"); !errors.Is(err, ErrSecondPerson) {
			t.Errorf("got %v, want ErrSecondPerson", err)
		}
		if err := h.MayEndCooling(as(t, director), m); !errors.Is(err, ErrSecondPerson) {
			t.Errorf("button: got %v, want ErrSecondPerson", err)
		}
	})
}

// Lists that became stricter after the submission count at the release.
func TestHeatIsWeighedAgainAtTheRelease(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.cleared(h.heated(2)) // nothing is hot yet
		late := h.cleared(h.heated(1))
		late = h.must(h.Schedule(as(t, releaser), late.ID, late.Hash, day.Add(time.Hour)))
		h.tone = &thermometer{2}
		if _, err := h.Release(as(t, releaser), m.ID, m.Hash); !errors.Is(err, ErrHotter) {
			t.Errorf("on too low a route: got %v, want ErrHotter", err)
		}
		h.later(time.Hour)
		if got := h.reload(late.ID); got.State != StateApproved || got.Failure != "publish.error.cooling" {
			t.Errorf("planned within the new cooling-off: %s, %q", got.State, got.Failure)
		}
		m = h.must(h.Recall(as(t, writer), m.ID))
		if m = h.cleared(m); !m.Route.OneStepEach {
			t.Error("submitted again it took the routine route")
		}
	})
}

func TestEmergencyReleaseRecordsItsHeat(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.tone = &thermometer{2}
		m := h.heated(3)
		m = h.must(h.Rush(as(t, head), m.ID, m.Hash, "lives"))
		c, ok, err := h.Cooling(as(t, head), m)
		if err != nil || !ok || m.State != StateReleased || c.Heat != 750 || !c.Emergency || c.Lasts(day) {
			t.Errorf("got %s, %+v, %v, %v", m.State, c, ok, err)
		}
	})
}

// hotWalker is the walker of TestNothingUnapprovedGoesOut among heated texts. It
// keeps books of its own about when which words were submitted and who let them
// out early.
type hotWalker struct {
	walker
	since   time.Time // of the last submission
	degrees int       // of the words that were submitted
	let     map[string]bool
}

func (w *hotWalker) act() {
	was := w.h.reload(w.m.ID)
	switch w.next(6) {
	case 0:
		w.heat(was)
	case 1:
		w.end(was)
	default:
		w.step()
	}
	w.note(was)
}

// heat writes a text of some heat.
func (w *hotWalker) heat(was Message) {
	a, before := w.actor(), w.words()
	v, _ := was.Variant(i18n.English)
	body := "text " + strings.Repeat("hot ", w.next(4))
	_, err := w.h.Write(as(w.h.t, a), was.ID, i18n.English, Edit{Words: Words{Title: "T", Body: body}, Version: v.Version, SourceHash: v.SourceHash, Matches: true})
	w.m = w.h.reload(was.ID)
	w.seen = append(w.seen, w.m.Hash)
	if err == nil && w.words() != before {
		w.wrote[a.ID] = true
		for _, p := range w.m.Authors {
			w.wrote[p] = w.wrote[p] || slices.ContainsFunc(a.Grants, func(g perm.Grant) bool { return g.StandInFor == p })
		}
	}
}

// end tries to end the cooling-off.
func (w *hotWalker) end(was Message) {
	a := []*perm.Actor{deputy, director, releaser, writer, standIn(deputy, "writer", MayCool), standIn(writer, "director", MayCool), person("second", MayDraft, MayCool)}[w.next(7)]
	m, err := w.h.EndCooling(as(w.h.t, a), was.ID, w.hash(), "now")
	if err != nil {
		return
	}
	if w.gave != was.Hash {
		w.h.t.Fatal("the cooling-off of a content was ended that the actor had not seen")
	}
	w.m = m
	w.let = map[string]bool{a.ID: true}
	for _, g := range a.Grants {
		if g.StandInFor != "" && slices.Contains(g.Permissions, MayCool) && len(a.Grants) > 1 {
			if c, _, err := w.h.Cooling(as(w.h.t, a), m); err == nil && c.EndedFor == g.StandInFor {
				w.let[g.StandInFor] = true
			}
		}
	}
	for p := range w.let {
		if w.wrote[p] {
			w.h.t.Fatalf("%s wrote the message and ended its cooling-off", p)
		}
	}
}

// note keeps the books and holds them against what went out.
func (w *hotWalker) note(was Message) {
	t, m := w.h.t, w.h.reload(w.m.ID)
	if m.Round > was.Round {
		w.since, w.degrees, w.let = w.h.clock.Now(), degrees(m), nil
	}
	if m.Emergency || !m.WasPublic() || was.WasPublic() {
		return
	}
	if n := degrees(m); n != w.degrees {
		t.Fatalf("submitted with %d degrees, out with %d", w.degrees, n)
	}
	if w.degrees >= 2 && m.Sensitivity == Routine && !m.Route.OneStepEach {
		t.Fatal("a hot routine message went out on the routine route")
	}
	cooled := w.since.Add(time.Duration(2*w.degrees) * time.Hour)
	if !m.ReleasedAt.Std().Before(cooled) {
		return
	}
	if len(w.let) == 0 {
		t.Fatalf("out at %v, cooling until %v, and nobody ended it", m.ReleasedAt.Std(), cooled)
	}
	for _, p := range m.Approvals {
		if p.Kind == ReleaseStep && p.inForce(&m) && (w.let[p.ActorID] || w.let[p.OnBehalfOf]) {
			t.Fatalf("who ended the cooling-off released it: %+v", p)
		}
	}
}

func walkHot(t testing.TB, d *db.DB, steps int, next func(n int) int) (early, cooled bool) {
	h := build(t, d)
	h.tone = &thermometer{2}
	w := &hotWalker{walker: walker{h: h, next: next, wrote: map[string]bool{"writer": true}}}
	w.m = h.heated(next(4))
	w.seen = []string{w.m.Hash}
	w.words()
	for range steps {
		w.act()
	}
	m := w.h.reload(w.m.ID)
	out := m.WasPublic() && !m.Emergency && w.degrees > 0
	return out && len(w.let) > 0, out && len(w.let) == 0
}

// TestNothingHeatedGoesOutBeforeItCooled does acts at random, among them heated
// edits and endings of cooling-offs by anybody, and wants that what goes out was
// vouched for as ever, took the route that its heat needs, and has cooled off
// unless a second person said that it should not.
func TestNothingHeatedGoesOutBeforeItCooled(t *testing.T) {
	walks, early, cooled := 40, 0, 0
	if testing.Short() {
		walks = 12
	}
	for i := range walks {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(i), 2017))
			e, c := walkHot(t, dbtest.SQLite(t, schema()...), 80, r.IntN)
			if e {
				early++
			}
			if c {
				cooled++
			}
		})
	}
	t.Logf("of %d walks %d released a heated message after it cooled and %d before, by a second person", walks, cooled, early)
	if !testing.Short() && (early == 0 || cooled == 0) {
		t.Error("no walk released a heated message in one of the two ways: the test tests nothing")
	}
	t.Run("postgres", func(t *testing.T) {
		r := rand.New(rand.NewPCG(8, 8))
		walkHot(t, dbtest.Postgres(t, schema()...), 40, r.IntN)
	})
}
