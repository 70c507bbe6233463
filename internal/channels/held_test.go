package channels

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
)

// barrier is a gate of a test.
type barrier struct {
	closed bool
	asked  []string
}

func (b *barrier) Pass(ctx context.Context, data json.RawMessage, _ db.Time, send func(ctx context.Context) error) error {
	b.asked = append(b.asked, string(data))
	if b.closed {
		return ErrHeld
	}
	return send(ctx)
}

func TestDeliveriesWaitDuringAPause(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		r := newReceiver(t)
		b := &barrier{closed: true}
		h.Gate = b
		w, _ := h.webhook(r.URL, AllEvents)
		h.account(Draft{MissionID: h.paris.ID, Platform: X, Handle: "first"})
		h.account(Draft{MissionID: h.paris.ID, Platform: X, Handle: "second"})
		h.drain()
		if len(r.bodies) != 0 {
			t.Fatalf("%d calls left during a pause", len(r.bodies))
		}
		if len(b.asked) != 2 || !strings.Contains(b.asked[0], h.paris.ID) {
			t.Errorf("the gate was asked %q", b.asked)
		}
		b.closed = false
		h.clock.Advance(26 * time.Hour)
		h.drain()
		h.must(h.runSweep(h.system(), sweepRun))
		h.drain()
		held, err := h.Held(h.system(), 10)
		if err != nil || len(held) != 2 || len(r.bodies) != 0 || len(held[0].Tries) != 0 {
			t.Fatalf("after the pause: held %+v, %v, calls %d", held, err, len(r.bodies))
		}
		if err := h.LetGo(h.as(h.owner, "", View), held[0].ID, h.clock.Now()); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("let go by who may not: %v", err)
		}
		at := h.clock.Now().Add(time.Minute)
		h.must(h.LetGo(h.system(), held[0].ID, at))
		h.must(h.LetGo(h.system(), held[0].ID, at)) // the button pressed twice
		h.must(h.DropHeld(h.system(), held[1].ID, "over"))
		h.drain()
		if len(r.bodies) != 0 {
			t.Error("let out before its turn")
		}
		h.clock.Set(at)
		h.drain()
		if len(r.bodies) != 1 {
			t.Errorf("%d calls in its turn, want 1", len(r.bodies))
		}
		states := map[DeliveryState]int{}
		for _, d := range h.deliveries(w.ID) {
			states[d.State]++
		}
		if states[Delivered] != 1 || states[Failed] != 1 {
			t.Errorf("states %v", states)
		}
	})
}
