package newsletter_test

import (
	"path/filepath"
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

var day = time.Date(2026, 5, 3, 9, 0, 0, 0, time.UTC)

type house struct {
	*newslettertest.House
	t     *testing.T
	sink  *newslettertest.Sink
	clock *clock.Manual
	list  newsletter.List
}

func build(t *testing.T, d *db.DB) *house {
	t.Helper()
	keys, err := vault.Create(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, sink: newslettertest.NewSink(t), clock: clock.At(day)}
	h.House = newslettertest.Build(t, d, keys, h.clock, h.sink.Carrier(t))
	h.list = h.Newsletter(t, "press", "")
	return h
}

func each(t *testing.T, run func(t *testing.T, h *house)) {
	dbtest.Each(t, newslettertest.Migrations(), func(t *testing.T, d *db.DB) { run(t, build(t, d)) })
}

// send lets a letter with a statement out and sends until nothing is due.
func (h *house) send(change func(*newsletter.Plan)) newsletter.Letter {
	h.t.Helper()
	letter := h.WriteLetter(h.t, h.list, h.Say(h.t, "", newslettertest.Words()), change)
	if _, err := h.Send(newslettertest.As(h.t, "sender"), letter.ID); err != nil {
		h.t.Fatal(err)
	}
	return h.turn(letter.ID)
}

// turn sends on until there is nothing to do now.
func (h *house) turn(letterID string) newsletter.Letter {
	h.t.Helper()
	for range 50 {
		again, err := h.SendFor(newslettertest.System(h.t), letterID, time.Minute)
		if err != nil {
			h.t.Fatal(err)
		}
		if again != 0 {
			break
		}
	}
	return h.letter(letterID)
}

func (h *house) letter(letterID string) newsletter.Letter {
	h.t.Helper()
	t, err := h.Letter(newslettertest.System(h.t), letterID)
	if err != nil {
		h.t.Fatal(err)
	}
	return t
}

// rows are the figures of a letter's ledger.
func (h *house) rows(letterID string) newsletter.Progress {
	h.t.Helper()
	p, err := h.Progress(newslettertest.System(h.t), letterID)
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

func TestEveryoneGetsOne(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		all := newslettertest.Addresses(2500)
		h.Enlist(t, h.list, i18n.Arabic, all[:2000]...)
		h.Enlist(t, h.list, i18n.English, all[2000:]...)
		letter := h.send(nil)
		if letter.State != newsletter.Done || letter.Sent != 2500 || h.rows(letter.ID)[newsletter.RowSent] != 2500 {
			t.Errorf("%s, %d sent, %v", letter.State, letter.Sent, h.rows(letter.ID))
		}
		got := h.sink.Counts()
		for _, a := range all {
			if got[a] != 1 {
				t.Errorf("%s got %d letters", a, got[a])
			}
		}
	})
}

// quick builds a house on SQLite, for tests of what no engine changes.
func quick(t *testing.T) *house {
	t.Helper()
	return build(t, dbtest.SQLite(t, newslettertest.Migrations()...))
}
