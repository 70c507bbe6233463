package collect

import "context"

// happening is one event of a stream. An event that is not wanted has no item;
// its cursor still says how far the stream is.
type happening struct {
	item   Item
	wanted bool
	cursor string
}

const (
	// ahead is how many events are read while others are being stored.
	ahead = 64
	// batchBytes is how much text is delivered at once, at most.
	batchBytes = 4 << 20
	// silent is after how many unwanted events progress is told.
	silent = 2000
)

// flow reads a stream by next until it fails and delivers what comes in
// batches: one event at once when the stream is slow, as many as are waiting
// when storing is. What was read before the failure is delivered first. When
// storing fails, hangUp must end a next that waits: a stream may be silent for
// hours.
func flow(ctx context.Context, hangUp func(), next func(ctx context.Context) (happening, error), deliver Deliver) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	events := make(chan happening, ahead)
	ended := make(chan error, 1)
	go func() {
		defer close(events)
		for {
			h, err := next(ctx)
			if err != nil {
				ended <- err
				return
			}
			h.item = h.item.bound()
			select {
			case events <- h:
			case <-ctx.Done():
				ended <- ctx.Err()
				return
			}
		}
	}()
	skipped := 0
	for h := range events {
		items, cursor, taken := gather(events, h)
		if skipped += taken; len(items) == 0 && skipped < silent {
			continue
		}
		skipped = 0
		if err := deliver(ctx, items, cursor); err != nil {
			cancel()
			hangUp()
			for range events { // until the reading goroutine has ended
			}
			return err
		}
	}
	return <-ended
}

// gather takes what is waiting, up to a batch.
func gather(events <-chan happening, h happening) (items []Item, cursor string, taken int) {
	size := 0
	for taken = 1; ; taken++ {
		if h.wanted {
			items = append(items, h.item)
			size += len(h.item.Text)
		}
		cursor = h.cursor
		if taken == batch || size > batchBytes {
			return items, cursor, taken
		}
		select {
		case next, ok := <-events:
			if !ok {
				return items, cursor, taken
			}
			h = next
		default:
			return items, cursor, taken
		}
	}
}
