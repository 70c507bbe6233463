package publish

import (
	"errors"
	"slices"
	"testing"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
)

// hourly places one message an hour from the next full hour on, none before it
// may go out. What is due keeps its moment.
func hourly(list []InQueue, now time.Time) []db.Time {
	out, taken := make([]db.Time, len(list)), map[db.Time]bool{}
	for i, x := range list {
		if !x.QueueAt.IsZero() && x.QueueAt <= db.At(now) && !x.Missed(now) {
			out[i] = x.QueueAt
			continue
		}
		for t := db.At(now.Truncate(time.Hour)); out[i].IsZero(); {
			t = t.Add(time.Hour)
			if !taken[t] && !t.Before(x.NotBefore) {
				out[i], taken[t] = t, true
			}
		}
	}
	return out
}

func full([]InQueue, time.Time) []db.Time { return make([]db.Time, 100) }

// queued puts n approved messages into the queue.
func (h *house) queued(n int) []Message {
	h.t.Helper()
	var out []Message
	for range n {
		m := h.approved()
		out = append(out, h.must(h.Enqueue(as(h.t, releaser), m.ID, m.Hash, hourly)))
	}
	return out
}

// slots are the hours from the beginning at which messages wait to go out; -1
// for one that waits for nothing.
func (h *house) slots(list []Message) (out []int) {
	h.t.Helper()
	for _, m := range list {
		m = h.reload(m.ID)
		if !m.Queued() || m.QueueAt != m.ReleaseAt {
			out = append(out, -1)
			continue
		}
		out = append(out, int(m.QueueAt.Std().Sub(day).Hours()))
	}
	return out
}

func (h *house) makeUp() {
	h.t.Helper()
	ctx := perm.With(h.t.Context(), perm.SystemActor("job:publish.slots"))
	missions, err := h.MissedQueues(ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, m := range missions {
		if err := h.ArrangeQueue(ctx, m, hourly, nil); err != nil {
			h.t.Fatal(err)
		}
	}
}

func TestQueueGoesOutInOrder(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		list := h.queued(3)
		if got := h.slots(list); !slices.Equal(got, []int{1, 2, 3}) {
			t.Fatalf("they wait for the hours %v", got)
		}
		h.later(time.Hour)
		h.later(time.Hour)
		for i, want := range []State{StateReleased, StateReleased, StateScheduled} {
			if m := h.reload(list[i].ID); m.State != want {
				t.Errorf("after two hours the message %d is %s", i+1, m.State)
			}
		}
		if m := h.reload(list[0].ID); m.Queued() || !m.QueueAt.IsZero() || m.ReleasedAt != db.At(day.Add(time.Hour)) {
			t.Errorf("what went out stands in the queue: %v, out %v", m.QueueAt, m.ReleasedAt.Std())
		}
	})
}

func TestQueueKeepsTheRules(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.approved()
		for _, tt := range []struct {
			name  string
			actor *perm.Actor
			hash  string
			place Placing
			want  error
		}{
			{"another content", releaser, "x", hourly, ErrChanged},
			{"its author", person("writer", MayRelease), m.Hash, hourly, ErrOwnWork},
			{"who may not release", reviewer, m.Hash, hourly, errNotPermitted},
			{"from elsewhere", outsider, m.Hash, hourly, errs.New(errs.NotFound, "")},
			{"no slot", releaser, m.Hash, full, ErrNoSlot},
		} {
			if _, err := h.Enqueue(as(t, tt.actor), m.ID, tt.hash, tt.place); !errors.Is(err, tt.want) {
				t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
			}
		}
		if got := h.reload(m.ID); got.State != StateApproved || got.Queued() {
			t.Fatalf("it is %s", got.State)
		}
		draft := h.draft(Routine)
		if _, err := h.Enqueue(as(t, releaser), draft.ID, draft.Hash, hourly); !errors.Is(err, ErrState) {
			t.Errorf("a draft: %v", err)
		}
		m = h.must(h.Enqueue(as(t, releaser), m.ID, m.Hash, hourly))
		if err := h.ArrangeQueue(as(t, reviewer), paris, hourly, nil); !errors.Is(err, errNotPermitted) {
			t.Errorf("arranged by who may not: %v", err)
		}
		if _, err := h.Service.Queue(as(t, outsider), paris); errs.KindOf(err) != errs.NotFound {
			t.Errorf("read from elsewhere: %v", err)
		}
		// An edit voids the approvals and ends the waiting, as with every plan.
		src, _ := m.Source()
		m = h.must(h.Write(as(t, writer), m.ID, m.SourceLang, Edit{Words: Words{Title: src.Title, Body: src.Body + " !"}, Version: src.Version}))
		if m.Queued() || !m.QueueAt.IsZero() {
			t.Errorf("an edited message waits in the queue: %s", m.State)
		}
	})
}

func TestPlanningAnewLeavesTheQueue(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		list := h.queued(2)
		h.must(h.Schedule(as(t, releaser), list[0].ID, list[0].Hash, day.Add(30*time.Hour)))
		if got := h.slots(list); !slices.Equal(got, []int{-1, 2}) {
			t.Fatalf("after planning anew: %v", got)
		}
		h.must(h.Unschedule(as(t, releaser), list[1].ID))
		if m := h.reload(list[1].ID); m.State != StateApproved || !m.QueueAt.IsZero() {
			t.Errorf("taken out: %s, %v", m.State, m.QueueAt)
		}
	})
}

func TestQueueIsReordered(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		list := h.queued(3)
		// Who wrote one of them may move it: nothing is vouched for anew.
		mover := person("writer", MayRelease)
		err := h.ArrangeQueue(as(t, mover), paris, hourly, func(q []InQueue) ([]InQueue, error) {
			return []InQueue{q[2], q[0], q[1]}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := h.slots(list); !slices.Equal(got, []int{2, 3, 1}) {
			t.Fatalf("reordered: %v", got)
		}
		m := h.reload(list[2].ID)
		last := m.Approvals[len(m.Approvals)-1]
		if last.Kind != ReleaseStep || !last.inForce(&m) || last.ActorID != "releaser" {
			t.Errorf("the release that was given is gone: %+v", m.Approvals)
		}
		h.later(time.Hour)
		if m := h.reload(list[2].ID); m.State != StateReleased {
			t.Errorf("at its new hour it is %s %s", m.State, m.Failure)
		}
		if m := h.reload(list[0].ID); m.State != StateScheduled {
			t.Errorf("at its old hour the first is %s", m.State)
		}
		refused := errors.New("no")
		if err := h.ArrangeQueue(as(t, mover), paris, hourly, func([]InQueue) ([]InQueue, error) { return nil, refused }); !errors.Is(err, refused) {
			t.Errorf("refused order: %v", err)
		}
	})
}

// TestOutageIsNoFlood: nothing runs for hours; then what missed its slot takes
// the next ones, in its order, and those behind it follow.
func TestOutageIsNoFlood(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		list := h.queued(4)
		h.clock.Advance(2*time.Hour + QueueGrace + time.Minute) // missed: the first two
		h.later(0)
		for _, m := range list {
			if got := h.reload(m.ID); got.State != StateScheduled {
				t.Fatalf("after an outage one is %s", got.State)
			}
		}
		h.makeUp()
		if got := h.slots(list); !slices.Equal(got, []int{3, 4, 5, 6}) {
			t.Fatalf("they take the hours %v", got)
		}
		h.makeUp()
		if got := h.slots(list); !slices.Equal(got, []int{3, 4, 5, 6}) {
			t.Errorf("made up for twice: %v", got)
		}
		h.later(time.Hour - QueueGrace - time.Minute)
		if a, b := h.reload(list[0].ID), h.reload(list[1].ID); a.State != StateReleased || b.State != StateScheduled {
			t.Errorf("at the next slot: %s, %s", a.State, b.State)
		}
	})
}

// TestShortStopIsMadeUpForAtOnce: within the grace a message goes out late.
func TestShortStopIsMadeUpForAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		list := h.queued(2)
		h.clock.Advance(time.Hour + QueueGrace)
		h.makeUp()
		h.later(0)
		if a, b := h.reload(list[0].ID), h.reload(list[1].ID); a.State != StateReleased || b.State != StateScheduled {
			t.Errorf("%s, %s", a.State, b.State)
		}
	})
}

// TestPauseIsNoFlood: what a pause holds up waits for an official; put back, it
// comes first, and the others a slot later each.
func TestPauseIsNoFlood(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		list := h.queued(3)
		z := h.pause(Pause{Scope: PauseAll})
		h.later(time.Hour)
		first := h.reload(list[0].ID)
		if !first.Held() || !first.Queued() {
			t.Fatalf("in the pause the first is %s, held %v", first.State, first.HeldAt)
		}
		h.resume(z)
		h.later(0)
		h.makeUp()
		if got := h.reload(list[0].ID); !got.Held() {
			t.Fatal("it goes on without an official")
		}
		if q, err := h.Service.Queue(as(t, releaser), paris); err != nil || len(q) != 2 {
			t.Fatalf("the queue has %d, %v", len(q), err)
		}
		h.must(h.Enqueue(as(t, releaser), first.ID, first.Hash, hourly))
		if got := h.slots(list); !slices.Equal(got, []int{2, 3, 4}) {
			t.Errorf("put back: %v", got)
		}
	})
}

// TestMissedWithoutSlotWaits: what finds no slot any more waits for its release,
// and its people are told; what has its slot before it keeps it.
func TestMissedWithoutSlotWaits(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		list := h.queued(2)
		h.clock.Advance(time.Hour + QueueGrace + time.Minute)
		if err := h.ArrangeQueue(perm.With(t.Context(), perm.SystemActor("x")), paris, full, nil); err != nil {
			t.Fatal(err)
		}
		if m := h.reload(list[0].ID); m.State != StateApproved || m.Failure != ErrNoSlot.Key {
			t.Errorf("%s, %q", m.State, m.Failure)
		}
		if got := h.slots(list[1:]); !slices.Equal(got, []int{2}) {
			t.Errorf("the other: %v", got)
		}
	})
}

func TestQueueWaitsUntilItHasCooled(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.tone = &thermometer{2}
		hot := h.cleared(h.heated(1))
		calm := h.approved()
		hot = h.must(h.Enqueue(as(t, releaser), hot.ID, hot.Hash, hourly))
		calm = h.must(h.Enqueue(as(t, releaser), calm.ID, calm.Hash, hourly))
		if got := h.slots([]Message{hot, calm}); !slices.Equal(got, []int{2, 1}) {
			t.Errorf("%v", got)
		}
	})
}

// TestResponses counts the pages opened in the hours after a release, and those
// only.
func TestResponses(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		read := func(m Message, n int) {
			for range n {
				h.Count(View{MissionID: paris, MessageID: m.ID, Lang: "ar", Kind: PageView}, View{MissionID: paris, MessageID: m.ID, Lang: "ar", Kind: FeedView})
			}
			if err := h.FlushViews(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		h.clock.Advance(20 * time.Minute)
		m := h.approved()
		m = h.must(h.Release(as(t, releaser), m.ID, m.Hash))
		h.approved()
		read(m, 3)
		h.clock.Advance(23 * time.Hour)
		read(m, 2)
		if list, err := h.Responses(as(t, releaser), paris, 0, 24); err != nil || len(list) != 0 {
			t.Fatalf("before the hours are over: %v, %v", list, err)
		}
		h.clock.Advance(time.Hour)
		read(m, 7)
		list, err := h.Responses(as(t, releaser), paris, 0, 24)
		if err != nil || len(list) != 1 || list[0].Views["ar"] != 5 || list[0].Total() != 5 || list[0].ReleasedAt != m.ReleasedAt {
			t.Fatalf("%+v, %v", list, err)
		}
		if n, has := list[0].Views["en"]; n != 0 || !has {
			t.Errorf("a text that nobody read: %d, %v", n, has)
		}
		if _, err := h.Responses(as(t, outsider), paris, 0, 24); errs.KindOf(err) != errs.NotFound {
			t.Errorf("from elsewhere: %v", err)
		}
		if list, err := h.Responses(as(t, releaser), paris, db.At(h.clock.Now()), 24); err != nil || len(list) != 0 {
			t.Errorf("released later: %v, %v", list, err)
		}
	})
}

// TestBesides tells of messages of all missions, and who may know which.
func TestBesides(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		m := h.approved()
		m = h.must(h.Schedule(as(t, releaser), m.ID, m.Hash, day.Add(time.Hour)))
		out := h.approved()
		out = h.must(h.Release(as(t, releaser), out.ID, out.Hash))
		h.approved()
		list, err := h.Besides(as(t, outsider), db.At(day), db.At(day.Add(2*time.Hour)), "")
		if err != nil || len(list) != 2 || list[0].ID != out.ID || !list[0].Out || list[1].ID != m.ID || list[1].Out || list[0].Seen || list[1].MissionID != paris {
			t.Fatalf("%+v, %v", list, err)
		}
		list, err = h.Besides(as(t, releaser), db.At(day), db.At(day.Add(2*time.Hour)), m.ID)
		if err != nil || len(list) != 1 || !list[0].Seen {
			t.Errorf("%+v, %v", list, err)
		}
		if list, _ := h.Besides(as(t, releaser), db.At(day.Add(2*time.Hour)), db.At(day.Add(3*time.Hour)), ""); len(list) != 0 {
			t.Errorf("later: %+v", list)
		}
	})
}
