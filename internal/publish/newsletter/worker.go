package newsletter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"sifara/internal/errs"
	"sifara/internal/mail"
)

// worker sends over one line.
type worker struct {
	r    *sending
	line mail.Line
	out  *letterWriter
}

func (r *sending) worker() *worker { return &worker{r: r, out: &letterWriter{codes: r.s.coder()}} }

func (w *worker) leave() {
	if w.line != nil {
		_ = w.line.Close() // what was accepted was accepted
		w.line = nil
	}
}

// work sends to recipients until there is none. cur is announced and begun
// before its letter is handed over, in the same breath with the announcement of
// the next.
func (w *worker) work(ctx context.Context) error {
	var cur *recipient
	begun := false
	for {
		if cur == nil {
			c, ok := <-w.r.queue
			if !ok {
				return nil
			}
			cur, begun = &c, false
		}
		if !begun {
			no, err := w.announce(ctx, cur)
			if err != nil {
				return err
			}
			if no != nil {
				if err := w.r.ledger.write(entry{steps: []step{w.refused(cur, no)}}); err != nil {
					return err
				}
				cur = nil
				continue
			}
			if err := w.r.ledger.write(entry{begins: cur.N}); err != nil {
				return err
			}
		}
		var err error
		if cur, begun, err = w.deliver(ctx, cur); err != nil {
			return err
		}
	}
}

// deliver hands over the letter of cur, which has begun, and begins the next if
// there is one.
func (w *worker) deliver(ctx context.Context, cur *recipient) (next *recipient, begun bool, err error) {
	letter, err := w.letter(cur)
	if err != nil {
		return nil, false, errors.Join(err, w.r.ledger.write(entry{ended: cur.N}))
	}
	select {
	case c, ok := <-w.r.queue:
		if ok {
			next = &c
		}
	default:
	}
	var ahead *mail.Envelope
	if next != nil {
		e := w.envelope(next)
		ahead = &e
	}
	var handed, announced error
	if stop := w.r.gate(ctx, func(ctx context.Context) error {
		handed, announced = w.line.Hand(context.WithoutCancel(ctx), letter.data, ahead)
		return nil
	}); stop != nil {
		// Its content was not handed over: nobody has it.
		w.leave()
		err := w.r.ledger.write(entry{ended: cur.N})
		return nil, false, errors.Join(err, w.r.halt(ctx, stop))
	}
	return w.proceed(next, entry{steps: w.outcome(cur, handed), ended: cur.N}, handed, announced)
}

// proceed writes what became of a letter and begins the next one when the server
// waits for it.
func (w *worker) proceed(next *recipient, e entry, handed, announced error) (*recipient, bool, error) {
	var no *mail.Refusal
	if handed != nil && !errors.As(handed, &no) {
		w.leave()
		return next, false, w.r.ledger.write(e)
	}
	switch {
	case next == nil:
		return nil, false, w.r.ledger.write(e)
	case errors.As(announced, &no):
		e.steps = append(e.steps, w.refused(next, no))
		return nil, false, w.r.ledger.write(e)
	case announced != nil:
		w.leave()
		return next, false, w.r.ledger.write(e)
	}
	if w.r.stopped.Load() {
		w.leave() // it was announced only
		return nil, false, w.r.ledger.write(e)
	}
	e.begins = next.N
	return next, true, w.r.ledger.write(e)
}

// outcome is what became of a letter that was handed over; nothing when it was
// not.
func (w *worker) outcome(c *recipient, err error) []step {
	var no *mail.Refusal
	switch {
	case err == nil:
		return []step{{n: c.N, to: RowSent}}
	case errors.As(err, &no):
		return []step{w.refused(c, no)}
	case errors.Is(err, mail.ErrUnknown):
		return []step{{n: c.N, to: RowUnknown, attempts: c.Attempts + 1}}
	}
	return nil
}

// patience is how long a recipient waits after each refusal for now.
var patience = []time.Duration{5 * time.Minute, 15 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour}

// refused is what follows from a no: the end, or another time.
func (w *worker) refused(c *recipient, no *mail.Refusal) step {
	x := step{n: c.N, attempts: c.Attempts + 1, code: no.Code, who: c.SubscriberID}
	if no.Code >= 500 {
		x.to, x.dead = RowFailed, no.Stage == "RCPT" && hard(no.Code, no.Enhanced)
		return x
	}
	x.to, x.due = RowLater, w.r.s.now().Add(patience[min(c.Attempts, len(patience)-1)])
	return x
}

func (w *worker) envelope(c *recipient) mail.Envelope {
	w.out.verp = w.out.codes.verpOf(w.out.verp[:0], w.r.id, c.N)
	return mail.Envelope{From: returnLocal + string(w.out.verp) + "@" + w.r.s.Return, To: c.bare}
}

// letter writes and signs the letter of a recipient.
func (w *worker) letter(c *recipient) (written, error) {
	f := w.r.forms[c.Lang][c.Wording]
	if f == nil {
		return written{}, fmt.Errorf("newsletter: letter %s has no edition %s %q", w.r.t.ID, c.Lang, c.Wording)
	}
	who, err := uuid.Parse(c.SubscriberID)
	if err != nil {
		return written{}, fmt.Errorf("newsletter: subscriber %q: %w", c.SubscriberID, err)
	}
	out := w.out.write(f, w.r.id, c.N, who, c.bare)
	if w.r.signer != nil {
		if out.data, err = w.r.signer.sign(out.data); err != nil {
			return written{}, err
		}
	}
	return out, nil
}

// announce tells the server of a recipient, over a line that holds. no is its
// refusal of this recipient.
func (w *worker) announce(ctx context.Context, c *recipient) (no *mail.Refusal, err error) {
	const tries = 3
	for try := 1; ; try++ {
		if w.line == nil {
			if w.line, err = w.r.s.Carrier.Open(ctx); err != nil {
				w.line = nil
				return nil, err
			}
		}
		err = w.line.Announce(ctx, w.envelope(c))
		if err == nil || errors.As(err, &no) {
			return no, nil
		}
		w.leave()
		if try == tries || ctx.Err() != nil {
			return nil, err
		}
	}
}

// halt ends the turn when the gate is closed: the letter is paused until an
// official has looked at it.
func (r *sending) halt(ctx context.Context, cause error) error {
	r.stopped.Store(true)
	if errs.KindOf(cause) != errs.Conflict {
		return cause
	}
	err := r.s.DB.Tx(context.WithoutCancel(ctx), func(ctx context.Context, tx bun.Tx) error {
		return r.s.pauseItself(ctx, tx, r.t, WhyHouse)
	})
	return errors.Join(errStop, err)
}
