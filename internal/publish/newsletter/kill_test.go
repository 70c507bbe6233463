package newsletter_test

import (
	"bufio"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/publish/newsletter"
	"sifara/internal/publish/newsletter/newslettertest"
	"sifara/internal/vault"
)

// What the process that TestKilledWhileSending starts and kills is told.
const (
	killedDatabase = "NEWSLETTER_TEST_KILLED"
	killedKeys     = "NEWSLETTER_TEST_KEYS"
	killedServer   = "NEWSLETTER_TEST_SERVER"
	killedLetter   = "NEWSLETTER_TEST_LETTER"
)

// TestSendUntilKilled is no test of its own: it is the process that is killed.
func TestSendUntilKilled(t *testing.T) {
	address := os.Getenv(killedDatabase)
	if address == "" {
		t.Skip("started by TestKilledWhileSending")
	}
	d, err := db.Open(t.Context(), address, db.Options{MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := vault.Open(os.Getenv(killedKeys))
	if err != nil {
		t.Fatal(err)
	}
	carrier, err := newslettertest.CarrierTo(os.Getenv(killedServer), 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	// Its clock stands where the letter was let out, and an hour later at each
	// start: the lease of the killed one is over.
	at, err := time.Parse(time.RFC3339, os.Getenv("NEWSLETTER_TEST_CLOCK"))
	if err != nil {
		t.Fatal(err)
	}
	h, err := newslettertest.Open(d, keys, clock.At(at), slog.New(slog.DiscardHandler), carrier)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("ready")
	if _, err := h.SendFor(newslettertest.System(t), os.Getenv(killedLetter), time.Minute); err != nil {
		t.Fatal(err)
	}
	fmt.Println("done")
}

// TestKilledWhileSending kills a process with kill -9 at random moments of its
// sending, ten times, and wants nobody to get two letters, everyone but the few
// in flight to get one, and no more than one of each worker to be unknown.
func TestKilledWhileSending(t *testing.T) {
	dbtest.Each(t, newslettertest.Migrations(), func(t *testing.T, d *db.DB) {
		const kills, people, workers = 10, 3000, 8
		keyFile := filepath.Join(t.TempDir(), "keys")
		keys, err := vault.Create(keyFile)
		if err != nil {
			t.Fatal(err)
		}
		now := clock.At(day)
		sink := newslettertest.NewSink(t)
		h := newslettertest.Build(t, d, keys, now, sink.Carrier(t))
		set, err := h.Settings(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		set.Workers = workers
		if err := h.Configure(newslettertest.As(t, "head"), set); err != nil {
			t.Fatal(err)
		}
		l := h.Newsletter(t, "press", "")
		all := newslettertest.Addresses(people)
		h.Enlist(t, l, i18n.English, all...)
		letter := h.WriteLetter(t, l, h.Say(t, "", newslettertest.Words()), nil)
		if _, err := h.Send(newslettertest.As(t, "sender"), letter.ID); err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(20, 26))
		for i := range kills {
			cmd := exec.Command(os.Args[0], "-test.run=^TestSendUntilKilled$", "-test.v")
			cmd.Env = append(os.Environ(), killedDatabase+"="+d.Address(), killedKeys+"="+keyFile, killedServer+"="+sink.Address, killedLetter+"="+letter.ID,
				"NEWSLETTER_TEST_CLOCK="+day.Add(time.Duration(i)*time.Hour).Format(time.RFC3339))
			killAfter(t, cmd, sink, 1+r.IntN(people/kills))
		}
		now.Set(day.Add(kills * time.Hour))
		for again := time.Duration(0); again == 0; {
			if again, err = h.SendFor(newslettertest.System(t), letter.ID, time.Minute); err != nil {
				t.Fatal(err)
			}
		}
		rows, err := h.Progress(newslettertest.System(t), letter.ID)
		if err != nil {
			t.Fatal(err)
		}
		got := sink.Counts()
		for _, a := range all {
			if got[a] > 1 {
				t.Errorf("%s got %d letters", a, got[a])
			}
		}
		missing := people - len(got)
		t.Logf("%v; %d of the unknown did not get it", rows, missing)
		if rows[newsletter.RowUnknown] > kills*workers || rows[newsletter.RowSent]+rows[newsletter.RowUnknown] != people || missing > int(rows[newsletter.RowUnknown]) {
			t.Errorf("%v, %d did not get it", rows, missing)
		}
	})
}

// killAfter kills a process when the mail server has taken so many letters of
// it.
func killAfter(t *testing.T, cmd *exec.Cmd, sink *newslettertest.Sink, letters int) {
	t.Helper()
	var mu sync.Mutex
	taken := 0
	enough := make(chan struct{})
	sink.Listen(func(string) {
		mu.Lock()
		defer mu.Unlock()
		if taken++; taken == letters {
			close(enough)
		}
	})
	defer sink.Listen(nil)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if lines.Text() == "done" {
				return
			}
		}
	}()
	select {
	case <-enough:
	case <-ended:
	case <-time.After(time.Minute):
		t.Error("a process sent nothing for a minute")
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait() // it was killed
}
