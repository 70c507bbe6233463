package event

import (
	"context"
	"slices"
	"sync"
)

// Kept is a value read from the database once and kept until a live topic says that
// it changed, on any node. It is safe for concurrent use. The value is shared by all
// who ask and must not be changed.
type Kept[T any] struct {
	read func(ctx context.Context) (T, error)
	sub  *Subscription

	mu         sync.Mutex
	value      T
	fresh      bool
	generation int
}

// Keep keeps what read gives until one of the topics is told. Without live topics (a
// nil Live) only Forget has it read again.
func Keep[T any](l *Live, read func(ctx context.Context) (T, error), topics ...string) *Kept[T] {
	k := &Kept[T]{read: read}
	if l != nil {
		k.sub = l.Subscribe(func(topic string) bool { return slices.Contains(topics, topic) })
	}
	return k
}

// Get gives the value as last committed: changes of this node once they called
// Forget, those of others when their notice arrives. Beside an error it is what was
// read last.
func (k *Kept[T]) Get(ctx context.Context) (T, error) {
	k.mu.Lock()
	if k.sub.Heard() {
		k.forget()
	}
	value, fresh, generation := k.value, k.fresh, k.generation
	k.mu.Unlock()
	if fresh {
		return value, nil
	}
	now, err := k.read(ctx)
	if err != nil {
		return value, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.generation == generation { // nothing changed while it was read
		k.value, k.fresh = now, true
	}
	return now, nil
}

// Forget has the value read again by whoever asks next.
func (k *Kept[T]) Forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.forget()
}

func (k *Kept[T]) forget() { k.fresh, k.generation = false, k.generation+1 }
