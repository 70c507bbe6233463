package publish

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/errs"
	"sifara/internal/perm"
)

func TestWhatAPauseCovers(t *testing.T) {
	since := db.At(day)
	during, before, after := since.Add(time.Minute), since.Add(-time.Minute), since.Add(2*time.Hour)
	ended := func(p Pause) Pause { p.Since, p.EndedAt = since, since.Add(time.Hour); return p }
	tests := []struct {
		name  string
		p     Pause
		a     About
		stops bool
	}{
		{"all", Pause{Scope: PauseAll}, About{MissionID: paris}, true},
		{"all, the ministry itself", Pause{Scope: PauseAll}, About{}, true},
		{"the mission", Pause{Scope: PauseMission, Value: paris}, About{MissionID: paris}, true},
		{"another mission", Pause{Scope: PauseMission, Value: "x"}, About{MissionID: paris}, false},
		{"its country", Pause{Scope: PauseCountry, Value: "FR"}, About{MissionID: paris}, true},
		{"another country", Pause{Scope: PauseCountry, Value: "DE"}, About{MissionID: paris}, false},
		{"the topic", Pause{Scope: PauseTopic, Value: "t"}, About{TopicID: "t"}, true},
		{"another topic", Pause{Scope: PauseTopic, Value: "t"}, About{TopicID: "u"}, false},
		{"no topic", Pause{Scope: PauseTopic, Value: "t"}, About{}, false},
		{"exempt", Pause{Scope: PauseAll}, About{Exempt: Crisis}, false},
		{"exempt, but not on the list", Pause{Scope: PauseAll}, About{Exempt: Consular}, true},
		{"a kind on the list", Pause{Scope: PauseAll}, About{Kind: Speech}, false},
		{"ended, due now", ended(Pause{Scope: PauseAll}), About{}, false},
		{"ended, due in it", ended(Pause{Scope: PauseAll}), About{Due: during}, true},
		{"ended, due before", ended(Pause{Scope: PauseAll}), About{Due: before}, false},
		{"ended, due after", ended(Pause{Scope: PauseAll}), About{Due: after}, false},
		{"of a later version", Pause{Scope: "planet"}, About{}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, got := stops{pauses: []Pause{tt.p}, passes: []string{"crisis", "speech"}}.stop(tt.a, "FR")
			if got != tt.stops {
				t.Errorf("got %t", got)
			}
		})
	}
}

func TestPauseAndItsQueue(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if _, err := h.Pause(as(t, head), Pause{Scope: PauseAll, Reason: "r"}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("all, by who may in a mission only: got %v", err)
		}
		if _, err := h.Pause(as(t, writer), Pause{Scope: PauseMission, Value: paris, Reason: "r"}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("without the permission: got %v", err)
		}
		if _, err := h.Pause(as(t, chief), Pause{Scope: PauseCountry, Reason: "r"}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("no country: got %v", err)
		}
		planned, waits := h.planned(), h.approved()
		z := h.pause(Pause{Scope: PauseAll})
		if again := h.pause(Pause{Scope: PauseAll}); again.ID != z.ID || again.Since != z.Since {
			t.Errorf("paused twice: got %+v", again)
		}
		if _, err := h.Release(as(t, releaser), waits.ID, waits.Hash); !errors.Is(err, ErrPaused) {
			t.Errorf("by hand: got %v", err)
		}
		if _, err := h.Rush(as(t, head), waits.ID, waits.Hash, "now"); !errors.Is(err, ErrPaused) {
			t.Errorf("in an emergency: got %v", err)
		}
		sent := 0
		send := func(a About) error { return h.Pass(t.Context(), a, func(context.Context) error { sent++; return nil }) }
		if err := send(About{MessageID: waits.ID}); !errors.Is(err, ErrPaused) || sent != 0 {
			t.Errorf("by another sender: %v, sent %d", err, sent)
		}
		h.later(2 * time.Hour)
		h.resume(z)
		h.later(time.Hour)
		if held, err := h.Held(as(t, releaser)); err != nil || len(held) != 1 || held[0].ID != planned.ID {
			t.Fatalf("the queue: %+v, %v", held, err)
		}
		if held, err := h.Held(as(t, outsider)); err != nil || len(held) != 0 {
			t.Errorf("from elsewhere: %+v, %v", held, err)
		}
		if n, err := h.WaitingCount(as(t, releaser)); err != nil || n != 2 {
			t.Errorf("%d wait for the releaser, %v; want the held one and the approved one", n, err)
		}
		if err := send(About{MissionID: paris, Due: db.At(day.Add(time.Minute))}); !errors.Is(err, ErrPaused) {
			t.Errorf("another sender, due during the pause: %v", err)
		}
		if err := send(About{MessageID: waits.ID}); err != nil || sent != 1 {
			t.Errorf("another sender after the pause: %v, sent %d", err, sent)
		}
		if _, err := h.Drop(as(t, writer), planned.ID, "r"); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("dropped by the writer: %v", err)
		}
		if m := h.must(h.Drop(as(t, releaser), planned.ID, "over")); m.State != StateDraft || m.Approvals[0].VoidedWhy != VoidDropped {
			t.Errorf("dropped: %s %+v", m.State, m.Approvals)
		}
		if _, err := h.Drop(as(t, releaser), planned.ID, "r"); !errors.Is(err, ErrNotHeld) {
			t.Errorf("dropped twice: %v", err)
		}
	})
}

// TestResumingIsNoFlood lets out everything that a pause held up at one moment:
// it goes out one after the other.
func TestResumingIsNoFlood(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		var list []Message
		for range 5 {
			list = append(list, h.planned())
		}
		z := h.pause(Pause{Scope: PauseAll})
		h.later(2 * time.Hour)
		h.resume(z)
		rules, err := h.PauseRules(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		rules.Gap = 600
		if err := h.SetPauseRules(as(t, head), rules); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("rules set in a mission: %v", err)
		}
		if err := h.SetPauseRules(as(t, chief), rules); err != nil {
			t.Fatal(err)
		}
		if err := h.SetPauseRules(as(t, chief), rules); !errors.Is(err, ErrEdited) {
			t.Errorf("rules of an old page: %v", err)
		}
		for _, m := range list {
			h.must(h.Release(as(t, releaser), m.ID, m.Hash))
		}
		for i := range list {
			out := 0
			for _, m := range list {
				if h.reload(m.ID).State == StateReleased {
					out++
				}
			}
			if out != i+1 {
				t.Errorf("after %d gaps: %d out", i, out)
			}
			h.later(10 * time.Minute)
		}
	})
}

func TestExemptMessages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.draft(Routine)
		old := m.Hash
		to := m.Settings()
		to.Exempt = Crisis
		if _, err := h.Arrange(as(t, writer), m.ID, m.SettingsVersion, to); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("marked without the permission: %v", err)
		}
		m = h.must(h.Arrange(as(t, person("marker", MayDraft, MayExempt)), m.ID, m.SettingsVersion, to))
		if m.Hash == old {
			t.Error("the mark is not part of what is approved")
		}
		m = h.must(h.Submit(as(t, writer), m.ID, m.Hash))
		m = h.must(h.Approve(as(t, reviewer), m.ID, Judgement{Step: 0, Hash: m.Hash}))
		m = h.must(h.Approve(as(t, clearer), m.ID, Judgement{Step: 1, Hash: m.Hash}))
		h.pause(Pause{Scope: PauseAll})
		rules, err := h.PauseRules(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		rules.Passes = nil
		if err := h.SetPauseRules(as(t, chief), rules); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Release(as(t, releaser), m.ID, m.Hash); !errors.Is(err, ErrPaused) {
			t.Errorf("while nothing passes: %v", err)
		}
		rules.Version, rules.Passes = rules.Version+1, []string{"crisis"}
		if err := h.SetPauseRules(as(t, chief), rules); err != nil {
			t.Fatal(err)
		}
		if m = h.must(h.Release(as(t, releaser), m.ID, m.Hash)); m.State != StateReleased {
			t.Errorf("exempt: %s", m.State)
		}
	})
}

// TestOldHashesStayTrue holds the hash of a message as it was before messages
// could be exempt: approvals given then are bound to it.
func TestOldHashesStayTrue(t *testing.T) {
	m := Message{ID: "a", MissionID: "b", Kind: News, Sensitivity: Routine, SourceLang: "en", Variants: []Variant{{MessageID: "a", Lang: "en", Title: "T", Body: "B"}}}
	if got, want := m.ContentHash(), "ba75dc733a53428644eb18e39bed344619c45a72e4ff0fee847f8b959b3dbd00"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestNothingLeavesAfterAPause has two nodes release messages and call other
// programs as fast as they can, pauses on one, and wants that nothing of either
// happens once the pause is confirmed.
func TestNothingLeavesAfterAPause(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		other := build(t, h.db)
		ctx, end := context.WithCancel(t.Context())
		var gates sync.WaitGroup
		for _, n := range []*house{h, other} {
			gates.Go(func() { n.RunGate(ctx) })
		}
		defer gates.Wait()
		defer end()
		for round := range 3 {
			t.Run(fmt.Sprint(round), func(t *testing.T) { pauseUnderLoad(t, h, other) })
		}
	})
}

func pauseUnderLoad(t *testing.T, h, other *house) {
	var list []Message
	for range 8 {
		list = append(list, h.approved())
	}
	var confirmed atomic.Bool
	var sent, late, refused, released atomic.Int64
	var work sync.WaitGroup
	begun, first := make(chan struct{}, 100), make(chan struct{})
	var once sync.Once
	for i, n := range []*house{h, other} {
		work.Go(func() {
			for j := i; j < len(list); j += 2 {
				_, err := n.Release(perm.With(t.Context(), releaser), list[j].ID, list[j].Hash)
				switch {
				case err == nil:
					released.Add(1)
					begun <- struct{}{}
				case errors.Is(err, ErrPaused):
					refused.Add(1)
				default:
					t.Error(err)
				}
			}
		})
		work.Go(func() {
			for {
				err := n.Pass(t.Context(), About{MissionID: paris}, func(context.Context) error {
					if confirmed.Load() {
						late.Add(1)
					}
					time.Sleep(time.Millisecond)
					if confirmed.Load() {
						late.Add(1)
					}
					sent.Add(1)
					once.Do(func() { close(first) })
					return nil
				})
				if errors.Is(err, ErrPaused) {
					refused.Add(1)
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	<-begun
	<-first
	p, err := other.Pause(as(t, chief), Pause{Scope: PauseAll, Reason: "quake"})
	confirmed.Store(true)
	if err != nil {
		t.Error(err)
	}
	public := func() (n int) {
		for _, m := range list {
			if now := h.reload(m.ID); now.WasPublic() {
				n++
			}
		}
		return n
	}
	then := public()
	work.Wait()
	if now := public(); now != then || late.Load() > 0 {
		t.Errorf("%d released after the pause was confirmed, %d sendings", now-then, late.Load())
	}
	if sent.Load() == 0 || refused.Load() < 2 {
		t.Errorf("sent %d, refused %d: the test tests nothing", sent.Load(), refused.Load())
	}
	t.Logf("%d sendings, %d releases, %d refused", sent.Load(), released.Load(), refused.Load())
	h.resume(p)
}

// TestAPauseWaitsForWhatIsUnderWay holds a sending open and wants the pause to
// wait for it.
func TestAPauseWaitsForWhatIsUnderWay(t *testing.T) {
	d := dbtest.SQLite(t, schema()...)
	h, other := build(t, d), build(t, d)
	ctx, end := context.WithCancel(t.Context())
	var gates sync.WaitGroup
	gates.Go(func() { h.RunGate(ctx) })
	defer gates.Wait()
	defer end()
	inside, let := make(chan struct{}), make(chan struct{})
	sent := make(chan error, 1)
	go func() {
		sent <- h.Pass(t.Context(), About{MissionID: paris}, func(context.Context) error { close(inside); <-let; return nil })
	}()
	<-inside
	brief, stop := context.WithTimeout(as(t, chief), 3*leaseFor/2)
	defer stop()
	if _, err := other.Pause(brief, Pause{Scope: PauseAll, Reason: "r"}); !errors.Is(err, ErrUnconfirmed) {
		t.Errorf("confirmed while a sending was under way: %v", err)
	}
	if err := h.Pass(t.Context(), About{MissionID: paris}, func(context.Context) error { return nil }); !errors.Is(err, ErrPaused) {
		t.Errorf("a pause that is not confirmed is in force all the same: %v", err)
	}
	close(let)
	if err := <-sent; err != nil {
		t.Error(err)
	}
	if _, err := other.Pause(as(t, chief), Pause{Scope: PauseAll, Reason: "r"}); err != nil {
		t.Error(err)
	}
}
