package collect

import (
	"context"
	"errors"
	"time"
)

// descent is the cursor of a source that tells the newest first, page by page.
// A walk goes down from the newest item to what an earlier walk has seen. When
// it is interrupted it goes on at its page; only at its end does Seen move, so
// nothing between can be lost.
type descent struct {
	Seen string `json:"seen,omitempty"` // all up to this mark is delivered
	Top  string `json:"top,omitempty"`  // of an unfinished walk: Seen at its end
	Next string `json:"next,omitempty"` // of an unfinished walk: its next page
}

// page is one step of a walk.
type page struct {
	items   []Item
	newest  string        // mark of the newest item on it
	next    string        // empty on the last
	reached bool          // it reaches down to what was seen
	rest    time.Duration // for which the source wants to be left alone after it
}

const (
	// firstPages is how far back a source is read the first time.
	firstPages = 5
	// pagesAtOnce bounds one Read; the rest is for the next.
	pagesAtOnce = 100
	// slack is how long after its time an item may appear: sources are made of
	// many machines, whose order is not that of the times.
	slack = 10 * time.Minute
)

// errPage means that the server does not know the page of an unfinished walk
// any more.
var errPage = errors.New("page expired")

// walk goes down by the pages that ask gives for a token.
func (d *descent) walk(ctx context.Context, ask func(ctx context.Context, token string) (page, error), deliver Deliver) error {
	first := d.Seen == ""
	for pages := 1; pages <= pagesAtOnce; pages++ {
		p, err := ask(ctx, d.Next)
		if errors.Is(err, errPage) && d.Next != "" {
			d.Next, d.Top = "", "" // the walk begins anew
			continue
		}
		if err != nil {
			return err
		}
		if d.Top == "" {
			d.Top = p.newest
		}
		last := p.next == "" || p.next == d.Next || p.reached || first && pages >= firstPages
		if d.Next = p.next; last {
			if d.Top != "" {
				d.Seen = d.Top
			}
			d.Top, d.Next = "", ""
		}
		if err := deliver(ctx, p.items, formatCursor(d)); err != nil || last {
			return err
		}
		if p.rest > 0 {
			return waiting(ErrBusy, p.rest)
		}
	}
	return nil
}

// byTime fills in what a page tells by the times of its items.
func (d *descent) byTime(p *page) {
	seen, known := d.seen()
	var newest time.Time
	for _, it := range p.items {
		if it.At.After(newest) {
			newest = it.At
		}
		if known && !it.At.IsZero() && it.At.Before(seen.Add(-slack)) {
			p.reached = true
		}
	}
	p.newest = d.mark(newest)
}

// seen is the mark of a source whose marks are times.
func (d *descent) seen() (at time.Time, known bool) {
	at, err := time.Parse(time.RFC3339Nano, d.Seen)
	return at, err == nil
}

// mark is the mark of a page whose newest item is of that time: never one before
// what was seen, empty without a time.
func (d *descent) mark(newest time.Time) string {
	if seen, known := d.seen(); known && newest.Before(seen) {
		newest = seen
	}
	if newest.IsZero() {
		return ""
	}
	return newest.Format(time.RFC3339Nano)
}
