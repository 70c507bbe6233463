package event

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"github.com/uptrace/bun"

	"sifara/internal/db/dbtest"
)

func TestKept(t *testing.T) {
	d := dbtest.SQLite(t)
	live := NewLive(d, slog.New(slog.NewTextHandler(t.Output(), nil)))
	reads, broken := 0, errors.New("no database")
	var fail error
	during := func() {}
	k := Keep(live, func(context.Context) (int, error) {
		reads++
		n := reads
		during()
		return n, fail
	}, "a", "b")
	notify := func(topic string) {
		t.Helper()
		if err := d.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) error { return live.Notify(ctx, tx, topic) }); err != nil {
			t.Fatal(err)
		}
	}
	want := func(what string, n int, wrong error) {
		t.Helper()
		if got, err := k.Get(t.Context()); got != n || !errors.Is(err, wrong) {
			t.Errorf("%s: got %d, %v, want %d, %v", what, got, err, n, wrong)
		}
	}
	want("first", 1, nil)
	want("kept", 1, nil)
	notify("c")
	want("another topic", 1, nil)
	notify("b")
	want("told", 2, nil)
	live.lostAll()
	want("told that something may have been missed", 3, nil)
	k.Forget()
	fail = broken
	want("not to be read", 3, broken)
	fail = nil
	want("to be read again", 5, nil)
	k.Forget()
	during = k.Forget
	want("changed while it was read", 6, nil)
	during = func() {}
	want("after that", 7, nil)
	want("kept again", 7, nil)
}
