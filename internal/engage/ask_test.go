package engage_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"sifara/internal/engage"
	"sifara/internal/engage/engagetest"
	"sifara/internal/errs"
	"sifara/internal/id"
)

func TestAsk(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, c := range []struct {
			name   string
			change func(*engage.AskInput)
			want   errs.Kind
			field  string
		}{
			{"no text", func(in *engage.AskInput) { in.Text = " \n " }, errs.Invalid, "text"},
			{"long text", func(in *engage.AskInput) { in.Text = strings.Repeat("س", engage.MaxText+1) }, errs.Invalid, "text"},
			{"long name", func(in *engage.AskInput) { in.Name = strings.Repeat("n", 200) }, errs.Invalid, "name"},
			{"no language", func(in *engage.AskInput) { in.Lang = "xx" }, errs.Invalid, "lang"},
			{"bad address", func(in *engage.AskInput) { in.Email = "x@" }, errs.Invalid, "email"},
			{"two addresses", func(in *engage.AskInput) { in.Email = "a@b.org, c@d.org" }, errs.Invalid, "email"},
			{"address with header", func(in *engage.AskInput) { in.Email = "a@b.org\r\nBcc: c@d.org" }, errs.Invalid, "email"},
			{"wrong sum", func(in *engage.AskInput) { in.Sum++ }, errs.Invalid, "human"},
			{"unread sum", func(in *engage.AskInput) { in.Sum = -1 }, errs.Invalid, "human"},
			{"sum beyond a byte", func(in *engage.AskInput) { in.Sum += 256 }, errs.Invalid, "human"},
			{"too fast", func(in *engage.AskInput) { h.Clock.Advance(-9 * time.Second) }, errs.Invalid, "human"},
			{"too old", func(in *engage.AskInput) { h.Clock.Advance(25 * time.Hour) }, errs.Invalid, ""},
			{"trap", func(in *engage.AskInput) { in.Trap = "x" }, errs.Invalid, ""},
			{"no ticket", func(in *engage.AskInput) { in.Ticket = "" }, errs.Invalid, ""},
			{"forged ticket", func(in *engage.AskInput) { in.Ticket = "B" + in.Ticket[1:] }, errs.Invalid, ""},
		} {
			t.Run(c.name, func(t *testing.T) {
				_, err := h.Ask(t.Context(), h.St, h.Input(c.change))
				e, ok := errs.Find(err)
				if !ok || e.Kind != c.want {
					t.Fatalf("got %v, want %v", err, c.want)
				}
				if c.field != "" && (len(e.Fields) != 1 || e.Fields[0].Name != c.field) {
					t.Errorf("got fields %v, want %s", e.Fields, c.field)
				}
			})
		}
		t.Run("ticket of another statement", func(t *testing.T) {
			other := h.St
			other.ID = id.New()
			_, err := h.Ask(t.Context(), other, h.Input(nil))
			h.Wants(err, errs.Invalid)
		})
		if p, err := h.List(engagetest.System(t.Context()), engage.Filter{}); err != nil || len(p.Items) != 0 {
			t.Errorf("refused forms left %d questions, err %v", len(p.Items), err)
		}
	})
}

func TestAskKeepsHostileTextHarmless(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		secret, _ := h.AskAs(func(in *engage.AskInput) {
			in.Text = "<script>alert(1)</script>\x00 \u202eevil\u2066 مرحبا"
			in.Name = "a\u202eb\nc"
		})
		p, err := h.Follow(t.Context(), secret)
		h.Must(err)
		if got, want := p.Text, "<script>alert(1)</script> evil مرحبا"; got != want {
			t.Errorf("got text %q, want %q", got, want)
		}
		if got, want := p.Name, "ab c"; got != want {
			t.Errorf("got name %q, want %q", got, want)
		}
	})
}

func TestAskReplayIsOneQuestion(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		in := h.Input(nil)
		var mu sync.Mutex
		seen := map[engage.Receipt]int{}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				r, err := h.Ask(t.Context(), h.St, in)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				seen[r]++
				mu.Unlock()
			})
		}
		wg.Wait()
		if len(seen) != 1 {
			t.Errorf("got receipts %v, want one", seen)
		}
		p, err := h.List(engagetest.System(t.Context()), engage.Filter{})
		h.Must(err)
		if len(p.Items) != 1 {
			t.Errorf("got %d questions, want 1", len(p.Items))
		}
	})
}

func TestAgainFormKeepsTheQuestion(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		in := h.Input(func(in *engage.AskInput) { in.Sum = 99 })
		_, err := h.Ask(t.Context(), h.St, in)
		h.Wants(err, errs.Invalid)
		f, err := h.AgainForm(h.St, in.Ticket)
		h.Must(err)
		in.Ticket, in.Sum = f.Ticket, f.A+f.B
		first, err := h.Ask(t.Context(), h.St, in)
		h.Must(err)
		f, err = h.AgainForm(h.St, in.Ticket)
		h.Must(err)
		in.Ticket = f.Ticket
		second, err := h.Ask(t.Context(), h.St, in)
		h.Must(err)
		if first != second {
			t.Errorf("got %v and %v, want one question", first, second)
		}
	})
}

func TestHourlyBound(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Options.HourlyBound = 2
		h.AskAs(nil)
		h.AskAs(nil)
		_, err := h.Ask(t.Context(), h.St, h.Input(nil))
		h.Wants(err, errs.TooMany)
		h.Clock.Advance(time.Hour)
		h.AskAs(nil)
	})
}

func TestWithdraw(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		secret, qid := h.AskAs(func(in *engage.AskInput) { in.Email, in.Name = "asker@example.org", "Asker" })
		officer := h.Officer("officer")
		h.Must(h.SaveDraft(officer, qid, engage.Writing{Body: "Two weeks."}))
		h.Must(h.Withdraw(t.Context(), secret))
		h.Must(h.Withdraw(t.Context(), secret))
		f := h.File(officer, qid)
		if f.Text != "" || f.Name != "" || f.HasEmail || f.State != engage.Closed || f.Reason != engage.Withdrawn || len(f.Replies) != 0 {
			t.Errorf("got %+v, want all erased", f)
		}
		if p, err := h.List(officer, engage.Filter{Box: engage.BoxClosed, Query: "visa"}); err != nil || len(p.Items) != 0 {
			t.Errorf("search finds %d erased questions, err %v", len(p.Items), err)
		}
		h.Wants(h.Reopen(officer, qid, ""), errs.Conflict)
		_, err := h.Submit(officer, qid, engage.Writing{Body: "Too late"})
		h.Wants(err, errs.Conflict)
		h.Must(h.Queue.Drain(t.Context(), time.Now()))
		if len(h.Mail.Sent) != 0 {
			t.Errorf("got %d letters to a deleted address", len(h.Mail.Sent))
		}
		_, err = h.Follow(t.Context(), strings.Repeat("a", len(secret)))
		h.Wants(err, errs.NotFound)
		_, err = h.Follow(t.Context(), "")
		h.Wants(err, errs.NotFound)
	})
}
