package newsletter_test

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sifara/internal/audit"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/newsletter"
	"sifara/internal/publish/newsletter/newslettertest"
)

// TestFaults sends to mailboxes whose server fails in every way, and wants each
// to end in a state that says the truth, and nobody to get two letters.
func TestFaults(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		addresses := append(newslettertest.Addresses(60), "gone@a.example", "full@a.example", "grey@a.example", "policy@a.example", "drop@a.example", "cut@a.example")
		h.Enlist(t, h.list, i18n.English, addresses...)
		letter := h.send(nil)
		rows := h.rows(letter.ID)
		if letter.State != newsletter.Sending || rows[newsletter.RowSent] != 60 || rows[newsletter.RowFailed] != 2 || rows[newsletter.RowLater] != 2 || rows[newsletter.RowUnknown] != 2 {
			t.Fatalf("%s, %v", letter.State, rows)
		}
		// The grey one is taken at the second try, the full one never.
		h.clock.Advance(6 * time.Minute)
		h.turn(letter.ID)
		if got := h.sink.Counts()["grey@a.example"]; got != 1 {
			t.Errorf("grey got %d", got)
		}
		for range 60 {
			h.clock.Advance(time.Hour)
			h.turn(letter.ID)
		}
		letter, rows = h.letter(letter.ID), h.rows(letter.ID)
		if letter.State != newsletter.Done || rows[newsletter.RowExpired] != 1 || rows[newsletter.RowSent] != 61 || rows[newsletter.RowUnknown] != 2 {
			t.Errorf("at the end: %s, %v", letter.State, rows)
		}
		for to, n := range h.sink.Counts() {
			if n != 1 {
				t.Errorf("%s got %d letters", to, n)
			}
		}
		// The mailbox that does not exist is off the list, the one whose server
		// did not like the letter is not.
		if err := h.Forget(newslettertest.As(t, "keeper"), h.list.ID, "gone@a.example"); errs.KindOf(err) != errs.Invalid {
			t.Errorf("gone is still on the list: %v", err)
		}
		if err := h.Forget(newslettertest.As(t, "keeper"), h.list.ID, "policy@a.example"); err != nil {
			t.Errorf("policy is not on the list: %v", err)
		}
		// Nobody who has it, and nobody unknown, is tried again.
		if _, err := h.Retry(newslettertest.As(t, "sender"), letter.ID, "their server is well again"); err != nil {
			t.Fatal(err)
		}
		h.turn(letter.ID)
		if got := h.rows(letter.ID); got[newsletter.RowSent] != 61 || got[newsletter.RowUnknown] != 2 || got[newsletter.RowLater] != 1 {
			t.Errorf("after the retry: %v", got)
		}
	})
}

// TestServerAway wants a letter to wait for a server that cannot be reached, and
// to say so.
func TestServerAway(t *testing.T) {
	h := quick(t)
	h.Enlist(t, h.list, i18n.English, newslettertest.Addresses(3)...)
	carrier, err := newslettertest.CarrierTo("127.0.0.1:1", time.Second)
	if err != nil {
		t.Fatal(err)
	}
	letter := h.WriteLetter(t, h.list, h.Say(t, "", newslettertest.Words()), nil)
	if _, err := h.Send(newslettertest.As(t, "sender"), letter.ID); err != nil {
		t.Fatal(err)
	}
	good := h.Carrier
	h.Carrier = carrier
	again, err := h.SendFor(newslettertest.System(t), letter.ID, time.Minute)
	if err != nil || again <= 0 || h.letter(letter.ID).Trouble == "" || h.rows(letter.ID)[newsletter.RowQueued] != 3 {
		t.Fatalf("%v, %v, %+v", again, err, h.rows(letter.ID))
	}
	h.Carrier = good
	if got := h.turn(letter.ID); got.State != newsletter.Done || got.Trouble != "" || got.Sent != 3 {
		t.Errorf("%s, %q, %d sent", got.State, got.Trouble, got.Sent)
	}
}

// TestPauseAtTheInstantOfSending closes the house's gate in the middle and wants
// no further letter, until an official resumes with a reason.
func TestPauseAtTheInstantOfSending(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Enlist(t, h.list, i18n.English, newslettertest.Addresses(300)...)
		var taken, after atomic.Int64
		var closed atomic.Bool
		h.sink.Listen(func(string) {
			if taken.Add(1) >= 50 {
				closed.Store(true)
			}
		})
		h.Gate.Closed = func(publish.Message) bool {
			if closed.Load() {
				after.Add(1)
			}
			return closed.Load()
		}
		letter := h.send(nil)
		if letter.State != newsletter.Paused || letter.Why != newsletter.WhyHouse || after.Load() == 0 {
			t.Fatalf("%s %q", letter.State, letter.Why)
		}
		rows := h.rows(letter.ID)
		if rows[newsletter.RowUnknown] != 0 || rows[newsletter.RowSent] != taken.Load() || rows[newsletter.RowQueued] != 300-taken.Load() {
			t.Errorf("%v, %d were taken", rows, taken.Load())
		}
		closed.Store(false)
		if h.turn(letter.ID).State != newsletter.Paused {
			t.Error("it went on by itself")
		}
		h.sink.Listen(nil)
		if _, err := h.Resume(newslettertest.As(t, "sender"), letter.ID, " "); errs.KindOf(err) != errs.Invalid {
			t.Errorf("resumed without a reason: %v", err)
		}
		if _, err := h.Resume(newslettertest.As(t, "sender"), letter.ID, "looked at again"); err != nil {
			t.Fatal(err)
		}
		if got := h.turn(letter.ID); got.State != newsletter.Done || got.Sent != 300 {
			t.Errorf("%s, %d sent", got.State, got.Sent)
		}
		for to, n := range h.sink.Counts() {
			if n != 1 {
				t.Errorf("%s got %d letters", to, n)
			}
		}
	})
}

// TestTooManyBounces wants a letter to pause itself.
func TestTooManyBounces(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		all := newslettertest.Addresses(400)
		for i := 0; i < len(all); i += 5 {
			all[i] = "gone-" + all[i]
		}
		h.Enlist(t, h.list, i18n.English, all...)
		letter := h.send(nil)
		if letter.State != newsletter.Paused || letter.Why != newsletter.WhyBounces || letter.Sent+letter.Failed >= 200 {
			t.Fatalf("%s %q after %d sent and %d failed", letter.State, letter.Why, letter.Sent, letter.Failed)
		}
		if _, err := h.Resume(newslettertest.As(t, "sender"), letter.ID, "an old list; go on"); err != nil {
			t.Fatal(err)
		}
		if got := h.turn(letter.ID); got.Sent <= letter.Sent {
			t.Errorf("it did not go on: %d, then %d", letter.Sent, got.Sent)
		}
	})
}

// TestDomainRate wants letters to one domain one after the other, and others
// meanwhile.
func TestDomainRate(t *testing.T) {
	h := quick(t)
	set, err := h.Settings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	set.PerDomain, set.Workers = 6, 4
	if err := h.Configure(newslettertest.As(t, "head"), set); err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		h.Enlist(t, h.list, i18n.English, fmt.Sprintf("a%d@large.example", i), fmt.Sprintf("b%d@small%d.example", i, i))
	}
	letter := h.send(nil)
	if rows := h.rows(letter.ID); rows[newsletter.RowSent] != 11 || rows[newsletter.RowLater] != 9 {
		t.Fatalf("at once: %v", rows)
	}
	for i := range 9 {
		h.clock.Advance(10 * time.Second)
		h.turn(letter.ID)
		if got := h.rows(letter.ID)[newsletter.RowSent]; got != int64(12+i) {
			t.Errorf("after %d turns: %d sent", i+1, got)
		}
	}
	if got := h.letter(letter.ID); got.State != newsletter.Done {
		t.Errorf("%s", got.State)
	}
}

// TestWithdrawnMessageIsNotSent wants a letter to end when its message is taken
// back.
func TestWithdrawnMessageIsNotSent(t *testing.T) {
	h := quick(t)
	h.Enlist(t, h.list, i18n.English, newslettertest.Addresses(5)...)
	m := h.Say(t, "", newslettertest.Words())
	letter := h.WriteLetter(t, h.list, m, nil)
	if _, err := h.Send(newslettertest.As(t, "sender"), letter.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Publish.Withdraw(newslettertest.As(t, "releaser"), m.ID, publish.Texts{i18n.Arabic: "خطأ", i18n.Sorani: "هەڵە", i18n.Kurmanji: "Xelet", i18n.English: "Wrong"}); err != nil {
		t.Fatal(err)
	}
	h.turn(letter.ID) // before the event was heard
	if n := len(h.sink.Counts()); n != 0 {
		t.Errorf("%d letters went out", n)
	}
	if err := h.Queue.Drain(t.Context(), h.clock.Now()); err != nil {
		t.Fatal(err)
	}
	if got := h.letter(letter.ID); got.State != newsletter.Cancelled || got.Why != newsletter.WhyWithdrawn || h.rows(letter.ID)[newsletter.RowCancelled] != 5 {
		t.Errorf("%s %q %v", got.State, got.Why, h.rows(letter.ID))
	}
	if _, err := h.Write(newslettertest.As(t, "w"), newsletter.Plan{ID: m.ID, ListID: h.list.ID, MessageID: m.ID}); !errors.Is(err, newsletter.ErrNotPublic) {
		t.Errorf("a letter with a withdrawn message: %v", err)
	}
}

// TestOwnWords wants who worded a subject not to send it, and every act to ask
// for its permission in the place of the list.
func TestOwnWordsAndPermissions(t *testing.T) {
	h := quick(t)
	h.Enlist(t, h.list, i18n.English, newslettertest.Addresses(2)...)
	m := h.Say(t, "", newslettertest.Words())
	letter := h.WriteLetter(t, h.list, m, func(p *newsletter.Plan) { p.Subjects.A = publish.Texts{i18n.English: "Something else"} })
	if _, err := h.Send(newslettertest.As(t, "letter-writer"), letter.ID); !errors.Is(err, newsletter.ErrOwnWords) {
		t.Errorf("sent by who worded it: %v", err)
	}
	abroad := perm.With(t.Context(), newslettertest.Official("abroad", perm.InMission("elsewhere")))
	reader := perm.With(t.Context(), &perm.Actor{Kind: perm.Person, ID: "reader", Grants: []perm.Grant{{Scope: perm.Everywhere(), Permissions: []perm.Permission{publish.MayView}}}})
	for name, do := range map[string]func(a int) error{
		"send":   func(a int) error { _, err := h.Send(pick(a, abroad, reader), letter.ID); return err },
		"pause":  func(a int) error { _, err := h.Pause(pick(a, abroad, reader), letter.ID, "x"); return err },
		"cancel": func(a int) error { _, err := h.Cancel(pick(a, abroad, reader), letter.ID, "x"); return err },
		"delete": func(a int) error { return h.Delete(pick(a, abroad, reader), letter.ID) },
		"write": func(a int) error {
			_, err := h.Write(pick(a, abroad, reader), newsletter.Plan{ID: m.ID, ListID: h.list.ID, MessageID: m.ID})
			return err
		},
		"test":      func(a int) error { return h.Test(pick(a, abroad, reader), letter.ID) },
		"close":     func(a int) error { return h.Close(pick(a, abroad, reader), h.list.ID) },
		"forget":    func(a int) error { return h.Forget(pick(a, abroad, reader), h.list.ID, "a@b.example") },
		"export":    func(a int) error { return h.Export(pick(a, abroad, reader), h.list.ID, &strings.Builder{}) },
		"configure": func(a int) error { return h.Configure(pick(a, abroad, reader), newsletter.Settings{}) },
		"key":       func(a int) error { _, err := h.MakeKey(pick(a, abroad, reader), newsletter.Ed25519); return err },
		"import": func(a int) error {
			_, err := h.Import(pick(a, abroad, reader), h.list.ID, strings.NewReader("email\n"), newsletter.Consent{Source: "x", At: h.clock.Now()}, i18n.English)
			return err
		},
	} {
		if err := do(0); errs.KindOf(err) != errs.NotFound {
			t.Errorf("%s by another mission: %v, want not found", name, err)
		}
		if err := do(1); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("%s by a reader: %v, want forbidden", name, err)
		}
	}
	if _, err := h.Send(newslettertest.As(t, "sender"), letter.ID); err != nil {
		t.Fatal(err)
	}
	list, _, err := h.Audit.List(newslettertest.System(t), audit.Filter{ObjectID: letter.ID, Act: "newsletter.send", Limit: 10})
	if err != nil || len(list) != 1 || list[0].Actor != "sender" {
		t.Errorf("recorded: %+v, %v", list, err)
	}
}

func pick[T any](i int, of ...T) T { return of[i] }
