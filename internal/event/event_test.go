package event_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/event"
	"sifara/internal/jobs"
)

type opened struct{ ID string }

func (opened) EventName() string { return "test.opened" }

func TestEmitReachesEachSubscriberOnlyAfterCommit(t *testing.T) {
	dbtest.Each(t, nil, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		q := jobs.New(d, slog.New(slog.DiscardHandler))
		bus := event.NewBus(q)
		var got []string
		event.On(bus, "a", func(_ context.Context, e opened) error { got = append(got, "a:"+e.ID); return nil })
		event.On(bus, "b", func(_ context.Context, e opened) error { got = append(got, "b:"+e.ID); return nil })
		emit := func(id string, after error) error {
			return d.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
				if err := bus.Emit(ctx, tx, opened{ID: id}); err != nil {
					return err
				}
				return after
			})
		}
		if err := emit("1", nil); err != nil {
			t.Fatal(err)
		}
		if err := emit("2", errors.New("rolled back")); err == nil {
			t.Fatal("Tx = nil, want the error")
		}
		if err := q.Drain(ctx, time.Now()); err != nil {
			t.Fatal(err)
		}
		if want := "a:1 b:1"; strings.Join(got, " ") != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestLiveTopicsCrossTheDatabase(t *testing.T) {
	dbtest.Each(t, nil, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		live := event.NewLive(d, slog.New(slog.DiscardHandler))
		sub := live.Subscribe(func(topic string) bool { return topic == "" || strings.HasPrefix(topic, "mine:") })
		defer sub.Close()
		go live.Run(ctx)
		if d.Engine() == db.Postgres {
			<-sub.C() // listening has begun
		}
		err := d.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return live.Notify(ctx, tx, "other:1", "mine:2") })
		if err != nil {
			t.Fatal(err)
		}
		select {
		case got := <-sub.C():
			if got != "mine:2" {
				t.Errorf("got %q, want mine:2", got)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("the topic never came")
		}
	})
}

// TestHeard asks whether anything changed: once for however many topics, also
// where more were told than wait.
func TestHeard(t *testing.T) {
	d := dbtest.SQLite(t)
	live := event.NewLive(d, slog.New(slog.DiscardHandler))
	sub := live.Subscribe(func(topic string) bool { return topic == "mine" })
	defer sub.Close()
	tell := func(times int, topic string) {
		t.Helper()
		for range times {
			if err := d.Tx(context.Background(), func(ctx context.Context, tx bun.Tx) error { return live.Notify(ctx, tx, topic) }); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, tt := range []struct {
		times int
		topic string
		want  bool
	}{{0, "", false}, {1, "mine", true}, {3, "mine", true}, {200, "mine", true}, {1, "other", false}} {
		tell(tt.times, tt.topic)
		if got := sub.Heard(); got != tt.want {
			t.Errorf("after %d of %q: %v", tt.times, tt.topic, got)
		}
		if sub.Heard() {
			t.Errorf("after %d of %q: heard twice", tt.times, tt.topic)
		}
	}
	if (*event.Subscription)(nil).Heard() {
		t.Error("a nil subscription hears")
	}
}
