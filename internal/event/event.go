// Package event tells other contexts what happened, in two ways.
//
// A durable Event is emitted in the transaction of the act; each subscriber
// gets a job of its own and hears of it at least once. A live topic says only
// "look again": pages that are open and caches on every node hear of it, and
// nothing is kept.
package event

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/jobs"
)

// Event is something that happened, as JSON-encodable facts. EventName names
// it for ever: "publish.released".
type Event interface{ EventName() string }

// Bus hands events to their subscribers.
type Bus struct {
	queue *jobs.Queue
	subs  map[string][]subscriber
	wild  []func(ctx context.Context, tx bun.Tx, name string, payload json.RawMessage) error
}

type subscriber struct {
	name string
	run  func(context.Context, json.RawMessage) error
}

// delivery is the job that brings one event to one subscriber.
type delivery struct {
	Event      string          `json:"event"`
	Subscriber string          `json:"subscriber"`
	Payload    json.RawMessage `json:"payload"`
}

// Kind implements jobs.Args.
func (delivery) Kind() string { return "event.deliver" }

// NewBus gives a bus whose deliveries run on q.
func NewBus(q *jobs.Queue) *Bus {
	b := &Bus{queue: q, subs: map[string][]subscriber{}}
	jobs.Handle(q, func(ctx context.Context, job jobs.Job[delivery]) error {
		for _, s := range b.subs[job.Args.Event] {
			if s.name == job.Args.Subscriber {
				return s.run(ctx, job.Args.Payload)
			}
		}
		return jobs.Cancel(fmt.Errorf("nobody named %q listens to %q any more", job.Args.Subscriber, job.Args.Event))
	})
	return b
}

// On subscribes fn to an event while the house is wired. The name is kept in
// the queue, so it must stay the same between versions. fn is idempotent.
func On[T Event](b *Bus, name string, fn func(ctx context.Context, e T) error) {
	var zero T
	b.subs[zero.EventName()] = append(b.subs[zero.EventName()], subscriber{name: name, run: func(ctx context.Context, p json.RawMessage) error {
		var e T
		if err := json.Unmarshal(p, &e); err != nil {
			return jobs.Cancel(fmt.Errorf("event %s: %w", zero.EventName(), err))
		}
		return fn(ctx, e)
	}})
}

// OnAny has fn called inside the transaction of every event; webhooks are
// queued by it.
func (b *Bus) OnAny(fn func(ctx context.Context, tx bun.Tx, name string, payload json.RawMessage) error) {
	b.wild = append(b.wild, fn)
}

// Emit records the event for each subscriber in the transaction of the act.
func (b *Bus) Emit(ctx context.Context, tx bun.Tx, e Event) error {
	payload, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode event %s: %w", e.EventName(), err)
	}
	for _, s := range b.subs[e.EventName()] {
		if err := b.queue.Insert(ctx, tx, delivery{Event: e.EventName(), Subscriber: s.name, Payload: payload}); err != nil {
			return err
		}
	}
	for _, fn := range b.wild {
		if err := fn(ctx, tx, e.EventName(), payload); err != nil {
			return fmt.Errorf("event %s: %w", e.EventName(), err)
		}
	}
	return nil
}
