package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"sifara/internal/i18n"
	"sifara/internal/perm"
)

// event is something that happens in the demonstration's weeks.
type event struct {
	at   time.Time
	name string
	run  func(ctx context.Context) error
}

// plan has something happen at a time.
func (b *builder) plan(at time.Time, name string, run func(ctx context.Context) error) {
	b.events = append(b.events, event{at, name, run})
}

// by has an official do something at a time.
func (b *builder) by(at time.Time, key, name string, run func(ctx context.Context) error) {
	b.plan(at, name, func(ctx context.Context) error {
		ctx, err := b.as(ctx, key)
		if err != nil {
			return err
		}
		return run(ctx)
	})
}

// day is an hour, in UTC, of the day that lies so many days before the last.
func (b *builder) day(before int, hour float64) time.Time {
	return b.end.UTC().Truncate(24*time.Hour).AddDate(0, 0, -before).Add(time.Duration(hour * float64(time.Hour)))
}

// before is a moment so long before the end.
func (b *builder) before(d time.Duration) time.Time { return b.end.Add(-d) }

// happen lets everything happen in its order, with what it causes.
func (b *builder) happen(ctx context.Context) error {
	for at := b.start.Add(time.Hour); at.Before(b.end); at = at.Add(8 * time.Hour) {
		b.plan(at, "sweep", b.house.Publish.Sweep)
	}
	b.plan(b.end, "sweep", b.house.Publish.Sweep)
	slices.SortStableFunc(b.events, func(x, y event) int { return cmp.Compare(x.at.UnixMicro(), y.at.UnixMicro()) })
	for _, e := range b.events {
		if e.at.After(b.end) || e.at.Before(b.start) {
			return fmt.Errorf("%s: %s lies outside the demonstration's weeks", e.name, e.at)
		}
		b.clock.Set(e.at)
		if err := e.run(ctx); err != nil {
			return fmt.Errorf("%s at %s: %w", e.name, e.at.Format(time.DateTime), err)
		}
		if err := b.house.Queue.Drain(ctx, time.Now()); err != nil {
			return fmt.Errorf("after %s at %s: %w", e.name, e.at.Format(time.DateTime), err)
		}
	}
	return nil
}

// nobody is the context of a visitor of the public site.
func (b *builder) nobody(ctx context.Context, l i18n.Lang) context.Context {
	return i18n.WithPrinter(perm.With(ctx, &perm.Actor{Kind: perm.Nobody}), b.house.Words.Printer(l))
}
