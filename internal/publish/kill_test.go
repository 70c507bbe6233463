package publish

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/event"
	"sifara/internal/jobs"
	"sifara/internal/perm"
)

// killedAddress names the database of the process that TestKilledWhileReleasing
// starts and kills.
const killedAddress = "PUBLISH_TEST_KILLED"

// TestReleaseUntilKilled is no test of its own: it is the process that is
// killed.
func TestReleaseUntilKilled(t *testing.T) {
	address := os.Getenv(killedAddress)
	if address == "" {
		t.Skip("started by TestKilledWhileReleasing")
	}
	ctx := perm.With(context.Background(), perm.SystemActor("job:publish.release"))
	d, err := db.Open(ctx, address, db.Options{MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	c := clock.At(day.Add(2 * time.Hour))
	q := jobs.New(d, log)
	s := New(Deps{DB: d, Log: log, Clock: c, Audit: audit.New(d, c), Bus: event.NewBus(q), Live: event.NewLive(d, log), Queue: q, Proof: &proofs{}})
	s.Jobs(q)
	fmt.Println("ready")
	if err := s.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	fmt.Println("done")
}

// TestKilledWhileReleasing kills a process at a random moment of its releases,
// twenty times, and wants each message released once.
func TestKilledWhileReleasing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		const kills, each = 20, 3
		var ids []string
		for range kills * each {
			ids = append(ids, h.planned().ID)
		}
		r := rand.New(rand.NewPCG(2016, 5))
		within := 15 * time.Millisecond // about five releases
		if h.db.Engine() == db.Postgres {
			within = 80 * time.Millisecond
		}
		for range kills {
			killAfter(t, h.db.Address(), time.Duration(r.Int64N(int64(within))))
		}
		left := 0
		for _, messageID := range ids {
			if m := h.reload(messageID); m.State != StateReleased {
				left++
			}
		}
		t.Logf("%d of %d messages were left to the survivor", left, len(ids))
		h.clock.Set(day.Add(3 * time.Hour))
		if err := h.Sweep(perm.With(t.Context(), perm.SystemActor("job:publish.sweep"))); err != nil {
			t.Fatal(err)
		}
		for _, messageID := range ids {
			m := h.reload(messageID)
			list, _, err := audit.New(h.db, h.clock).List(perm.With(t.Context(), perm.SystemActor("test")), audit.Filter{ObjectID: messageID, Act: "publish.release", Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			if m.State != StateReleased || len(list) != 1 {
				t.Errorf("%s: %s, recorded %d times", messageID, m.State, len(list))
			}
		}
		if report, err := audit.New(h.db, h.clock).Verify(t.Context()); err != nil || report.Fault != nil {
			t.Errorf("the record does not verify: %+v, %v", report, err)
		}
	})
}

// planned writes a message that waits for its planned release.
func (h *house) planned() Message {
	h.t.Helper()
	m := h.approved()
	return h.must(h.Schedule(as(h.t, releaser), m.ID, m.Hash, day.Add(time.Hour)))
}

func killAfter(t *testing.T, address string, d time.Duration) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestReleaseUntilKilled$", "-test.v")
	cmd.Env = append(os.Environ(), killedAddress+"="+address)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if lines.Text() == "ready" {
			break
		}
	}
	time.Sleep(d)
	_ = cmd.Process.Kill()
	_ = cmd.Wait() // it was killed
}
