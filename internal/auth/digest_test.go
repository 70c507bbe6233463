package auth_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"sifara/internal/auth"
	"sifara/internal/auth/authtest"
	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/perm"
)

// desk is what waits in a test.
type desk struct {
	waits []auth.Waits
	asked []string // for whom
}

func (d *desk) ask(ctx context.Context) ([]auth.Waits, error) {
	d.asked = append(d.asked, perm.From(ctx).ID)
	return d.waits, nil
}

func TestDigest(t *testing.T) {
	authtest.Each(t, auth.Options{}, func(t *testing.T, h *authtest.House) {
		// A Monday noon in Baghdad.
		monday := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		h.Clock.Set(monday)
		layla := h.Person("Layla", "layla@mofa.example", org.Clearer)
		d := &desk{}
		h.Auth.UseWaiting(d.ask)
		people := []org.Person{layla}
		run := func(at time.Time) int {
			t.Helper()
			h.Clock.Set(at)
			h.Must(h.Queue.Drain(h.System(), at))
			return len(h.Mail.To(layla.Email))
		}
		tell := func() {
			t.Helper()
			for range 3 { // many causes are one letter
				h.Must(h.Auth.TellAtOnce(h.System(), people))
			}
		}
		d.waits = []auth.Waits{{Kind: "messages", Count: 3, Due: db.At(monday.Add(4 * time.Hour)), Path: "/console/messages?show=waiting"}, {Kind: "questions", Count: 2, Late: 2, Path: "/x"}, {Kind: "answers", Path: "/y"}}
		tell()
		if got := run(monday.Add(5 * time.Minute)); got != 0 {
			t.Fatalf("%d letters before things were gathered", got)
		}
		if got := run(monday.Add(11 * time.Minute)); got != 1 {
			t.Fatalf("%d letters, want one", got)
		}
		if d.asked[len(d.asked)-1] != layla.ID {
			t.Errorf("asked in the place of %q", d.asked)
		}
		letter := h.Mail.To(layla.Email)[0]
		p := h.Words.Printer(layla.Language)
		for _, want := range []string{p.T("auth.digest.messages", "count", 3), p.T("auth.digest.questions", "count", 2), p.T("auth.digest.late", "count", 2), authtest.Base + "/console/messages?show=waiting", authtest.Base + "/console/account/profile"} {
			if !strings.Contains(letter.Text, want) {
				t.Errorf("letter without %q:\n%s", want, letter.Text)
			}
		}
		if strings.Contains(letter.Text, "/y") {
			t.Error("tells of what does not wait")
		}
		tell()
		if got := run(monday.Add(3 * time.Hour)); got != 1 {
			t.Errorf("%d letters on one day", got)
		}
		h.Must(h.Auth.TellDaily(h.System(), people))
		if got := run(monday.Add(20 * time.Hour)); got != 2 {
			t.Errorf("%d letters on the next morning, want the second", got)
		}
		d.waits = nil
		wednesday := monday.AddDate(0, 0, 2)
		h.Clock.Set(wednesday)
		tell()
		if got := run(wednesday.Add(time.Hour)); got != 2 {
			t.Errorf("a letter of nothing: %d", got)
		}
	})
}

func TestDailyDigestOnWorkingDays(t *testing.T) {
	authtest.Each(t, auth.Options{}, func(t *testing.T, h *authtest.House) {
		layla := h.Person("Layla", "layla@mofa.example", org.Clearer)
		ministry, err := h.Org.Ministry(t.Context())
		h.Must(err)
		h.Auth.UseWaiting((&desk{waits: []auth.Waits{{Kind: "questions", Count: 1, Late: 1, Path: "/x"}}}).ask)
		at := time.Date(2026, 3, 2, 1, 0, 0, 0, ministry.Location())
		for at.Weekday() != ministry.Weekend[0] {
			at = at.AddDate(0, 0, 1)
		}
		h.Clock.Set(at)
		h.Must(h.Auth.TellDaily(h.System(), []org.Person{layla}))
		h.Clock.Set(at.Add(10 * time.Hour))
		h.Must(h.Queue.Drain(h.System(), h.Clock.Now()))
		if got := len(h.Mail.To(layla.Email)); got != 0 {
			t.Errorf("%d letters on a weekend", got)
		}
		for at.Weekday() == ministry.Weekend[0] || at.Weekday() == ministry.Weekend[1] {
			at = at.AddDate(0, 0, 1)
		}
		h.Clock.Set(at)
		h.Must(h.Auth.TellDaily(h.System(), []org.Person{layla}))
		h.Must(h.Queue.Drain(h.System(), at.Add(5*time.Hour)))
		if got := len(h.Mail.To(layla.Email)); got != 0 {
			t.Errorf("%d letters before the morning", got)
		}
		h.Must(h.Queue.Drain(h.System(), at.Add(6*time.Hour)))
		if got := len(h.Mail.To(layla.Email)); got != 1 {
			t.Errorf("%d letters in the morning, want one", got)
		}
	})
}

func TestNoDigestForWhoWantsNone(t *testing.T) {
	authtest.Each(t, auth.Options{}, func(t *testing.T, h *authtest.House) {
		h.Auth.UseWaiting((&desk{waits: []auth.Waits{{Kind: "messages", Count: 1, Path: "/x"}}}).ask)
		quiet, heard := h.Person("Quiet", "quiet@mofa.example", org.Clearer), h.Person("Heard", "heard@mofa.example", org.Clearer)
		noMail := h.Person("None", "", org.Clearer)
		people := []org.Person{quiet, heard, noMail}
		h.Must(h.Auth.SetQuiet(h.As(quiet), true))
		h.Must(h.Auth.SetQuiet(h.As(quiet), true))
		for _, l := range i18n.Langs {
			if h.Words.Printer(l).T("auth.digest.subject", "ministry", "x") == "auth.digest.subject" {
				t.Errorf("no words in %s", l)
			}
		}
		h.Auth.HoldDigests(true)
		h.Must(h.Auth.TellAtOnce(h.System(), people))
		h.Auth.HoldDigests(false)
		drain := func(d time.Duration) {
			h.Clock.Set(h.Clock.Now().Add(d))
			h.Must(h.Queue.Drain(h.System(), h.Clock.Now()))
		}
		drain(time.Hour)
		if got := len(h.Mail.To(heard.Email)); got != 0 {
			t.Errorf("%d letters while they are held", got)
		}
		h.Must(h.Auth.TellAtOnce(h.System(), people))
		drain(time.Hour)
		if got := len(h.Mail.To(quiet.Email)); got != 0 {
			t.Errorf("%d letters to who wants none", got)
		}
		if got := len(h.Mail.To(heard.Email)); got != 1 {
			t.Errorf("%d letters, want one", got)
		}
		h.Must(h.Auth.SetQuiet(h.As(quiet), false))
		if is, err := h.Auth.Quiet(t.Context(), quiet.ID); is || err != nil {
			t.Errorf("still quiet: %v %v", is, err)
		}
	})
}
