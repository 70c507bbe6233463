package collect

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Keeper reads a stream for as long as it may, through faults of its server.
type Keeper struct {
	// Load gives the cursor that was stored last. It is asked before each try.
	Load func(ctx context.Context) (string, error)
	// Deliver stores, see Deliver.
	Deliver Deliver
	// State is told of each change, if not nil: nil when items come, the error
	// and how many tries failed in a row when not.
	State func(ctx context.Context, failures int, err error)
	// Wait waits; nil is a timer.
	Wait func(ctx context.Context, d time.Duration) error
	// GiveUp is after how many failures in a row Run ends; 0 means 10.
	GiveUp int
}

// Waits between tries, as docs.x.com and the EventStreams ask for: doubled each
// time.
const (
	firstWait = time.Second
	mostWait  = 5 * time.Minute
)

// Run reads until ctx ends (its error), until the reader fails GiveUp times
// without anything delivered between, or in a way that does not pass by waiting
// (that error). Between tries it waits, each time twice as long, and never less
// than the source asks for. A failure to store is ours and ends Run at once.
func (k Keeper) Run(ctx context.Context, r Reader) error {
	wait, giveUp := k.Wait, k.GiveUp
	if wait == nil {
		wait = sleep
	}
	if giveUp == 0 {
		giveUp = 10
	}
	k.tell(ctx, 0, nil)
	for failures := 0; ; {
		cursor, err := k.Load(ctx)
		if err != nil {
			return fmt.Errorf("cursor: %w", err)
		}
		var mu sync.Mutex
		var storing error
		news := false
		err = r.Read(ctx, cursor, func(ctx context.Context, items []Item, cursor string) error {
			err := k.Deliver(ctx, items, cursor)
			mu.Lock()
			defer mu.Unlock()
			if err == nil && !news {
				news = true
				if failures > 0 {
					k.tell(ctx, 0, nil)
				}
			}
			storing = err
			return err
		})
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case storing != nil:
			return storing
		}
		if news {
			failures = 0
		}
		if err != nil || !news {
			failures++ // an end in good order without anything is no progress either
			k.tell(ctx, failures, err)
		}
		if err != nil && (Lasting(err) || failures >= giveUp) {
			return err
		}
		if err := wait(ctx, max(backoff(failures), RetryAfter(err))); err != nil {
			return err
		}
	}
}

func (k Keeper) tell(ctx context.Context, failures int, err error) {
	if k.State != nil {
		k.State(ctx, failures, err)
	}
}

// backoff is the wait after so many failures in a row.
func backoff(failures int) time.Duration {
	d := firstWait
	for range min(max(failures-1, 0), 10) {
		d *= 2
	}
	return min(d, mostWait)
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
