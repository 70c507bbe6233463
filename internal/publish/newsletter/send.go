package newsletter

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"golang.org/x/sync/errgroup"
	"golang.org/x/time/rate"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/mail"
)

// sendArgs name a letter that is to be sent on.
type sendArgs struct {
	LetterID string `json:"letter_id"`
}

// Kind implements jobs.Args.
func (sendArgs) Kind() string { return "newsletter.send" }

const (
	// turnFor is how long a job sends until it makes way for others.
	turnFor = 40 * time.Second
	// breathe is how long a letter waits when the mail server cannot be reached.
	breathe = 30 * time.Second
	// page is how many rows of the ledger are in memory at once, besides those
	// that the workers have.
	page = 500
)

func (s *Service) runSend(ctx context.Context, job jobs.Job[sendArgs]) error {
	again, err := s.SendFor(ctx, job.Args.LetterID, turnFor)
	if err != nil {
		return err
	}
	if again >= 0 {
		return jobs.Later(again)
	}
	return nil
}

// SendFor sends a letter on for about as long as it is told, and gives when to
// go on; a negative time when there is nothing more to do for now.
func (s *Service) SendFor(ctx context.Context, letterID string, d time.Duration) (again time.Duration, err error) {
	if s.Carrier == nil {
		return -1, nil
	}
	if err := s.prepare(ctx, letterID); err != nil {
		return 0, err
	}
	t, ok, err := s.hold(ctx, letterID)
	if err != nil || !ok {
		return -1, err
	}
	r, err := s.sending(ctx, t, d)
	if err != nil {
		return 0, errors.Join(err, s.release(ctx, t))
	}
	err = r.run(ctx)
	if e := s.release(context.WithoutCancel(ctx), t); e != nil {
		return 0, errors.Join(err, e)
	}
	switch {
	case errs.KindOf(err) == errs.Unavailable:
		return breathe, s.trouble(ctx, t, err)
	case err != nil && !errors.Is(err, errStop):
		return 0, err
	}
	return s.next(ctx, t)
}

// Deliver sends on every letter that was let out, until nothing is due, and gives
// how many letters the mail server took meanwhile.
func (s *Service) Deliver(ctx context.Context) (sent int64, err error) {
	var all []Letter
	err = s.DB.Reader().NewSelect().Model(&all).Where("t.state IN (?, ?)", Preparing, Sending).Order("t.started_at").Limit(100).Scan(ctx)
	if err != nil {
		return 0, fmt.Errorf("newsletter: letters to send: %w", err)
	}
	for _, t := range all {
		for again := time.Duration(0); again == 0; {
			if again, err = s.SendFor(ctx, t.ID, turnFor); err != nil {
				return sent, err
			}
		}
		now, err := s.letter(ctx, s.DB.Reader(), t.ID)
		if err != nil {
			return sent, err
		}
		sent += now.Sent - t.Sent
	}
	return sent, nil
}

// hold takes a letter for this process. What another process left in flight is
// of unknown fate and stays so.
func (s *Service) hold(ctx context.Context, letterID string) (t Letter, ok bool, err error) {
	err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		now := s.now()
		err := tx.NewRaw(`UPDATE publish_newsletter_letter SET holder = ?, held_until = ? WHERE id = ? AND state = ? AND (holder = '' OR held_until < ?) RETURNING *`,
			id.New(), now.Add(holdFor), letterID, Sending, now).Scan(ctx, &t)
		if ok = err == nil; db.IsNoRows(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("hold: %w", err)
		}
		return s.lost(ctx, tx, letterID, t.Flying)
	})
	if err != nil {
		return t, false, fmt.Errorf("newsletter: letter %s: %w", letterID, err)
	}
	return t, ok, nil
}

func (s *Service) release(ctx context.Context, t Letter) error {
	_, err := s.DB.Writer().ExecContext(ctx, `UPDATE publish_newsletter_letter SET holder = '', held_until = 0 WHERE id = ? AND holder = ?`, t.ID, t.Holder)
	if err != nil {
		return fmt.Errorf("newsletter: let go of letter %s: %w", t.ID, err)
	}
	return nil
}

// trouble notes what holds a letter up, for its page.
func (s *Service) trouble(ctx context.Context, t Letter, cause error) error {
	key := "mail.unavailable"
	if e, ok := errs.Find(cause); ok && e.Key != "" {
		key = e.Key
	}
	s.Log.Warn("a newsletter waits", "letter", t.ID, "err", cause)
	_, err := s.DB.Writer().ExecContext(ctx, `UPDATE publish_newsletter_letter SET trouble = ? WHERE id = ?`, key, t.ID)
	return err
}

// next decides after a turn: on with it, at a time, or done.
func (s *Service) next(ctx context.Context, was Letter) (time.Duration, error) {
	t, err := s.letter(ctx, s.DB.Writer(), was.ID)
	if err != nil || t.State != Sending {
		return -1, err
	}
	now := s.now()
	if t.NotAfter <= now {
		return -1, s.finish(ctx, t.ID)
	}
	var left struct {
		Queued  int
		Later   int
		Waiting int
		Due     db.Time
	}
	err = s.DB.Writer().NewRaw(`SELECT count(CASE WHEN state = 'queued' AND wording <> '' THEN 1 END) AS queued, count(CASE WHEN state = 'later' THEN 1 END) AS later,
		count(CASE WHEN state = 'queued' AND wording = '' THEN 1 END) AS waiting, coalesce(min(CASE WHEN state = 'later' THEN due_at END), 0) AS due
		FROM publish_newsletter_delivery WHERE letter_id = ? AND state IN ('queued', 'later')`, t.ID).Scan(ctx, &left)
	if err != nil {
		return 0, fmt.Errorf("newsletter: what is left of letter %s: %w", t.ID, err)
	}
	switch {
	case left.Queued > 0 || left.Waiting > 0 && t.Winner != "":
		return 0, nil
	case left.Later > 0:
		return max(left.Due.Sub(now), 0), nil
	case left.Waiting > 0:
		return max(t.DecideAt.Sub(now), 0), nil
	}
	return -1, s.finish(ctx, t.ID)
}

// finish ends a letter whose recipients all have a final state, or whose time is
// over.
func (s *Service) finish(ctx context.Context, letterID string) error {
	s.mu.Lock()
	delete(s.slots, letterID)
	s.mu.Unlock()
	_, err := s.change(ctx, letterID, "done", MaySend, func(ctx context.Context, tx bun.Tx, t *Letter, detail map[string]any) error {
		if t.State != Sending {
			return ErrState
		}
		detail["newsletter_count"] = t.Sent
		return s.end(ctx, tx, t, Done, "")
	})
	if errors.Is(err, ErrState) {
		return nil
	}
	return err
}

// recipient is one row of the ledger with what is needed to write to it.
type recipient struct {
	N            int64
	SubscriberID string
	Lang         i18n.Lang
	Wording      string
	Attempts     int
	Slotted      bool
	DueAt        db.Time
	State        string
	Address      string // sealed; empty when they left
	bare         string
}

// sending is one turn of sending a letter.
type sending struct {
	s       *Service
	t       Letter
	set     Settings
	id      uuid.UUID
	until   time.Time // of the steady clock
	forms   map[i18n.Lang]map[string]*form
	slots   *slots
	speed   *rate.Limiter
	ledger  *ledger
	signer  *signer
	queue   chan recipient
	stopped atomic.Bool
	gate    func(ctx context.Context, send func(ctx context.Context) error) error
}

func (s *Service) sending(ctx context.Context, t Letter, d time.Duration) (*sending, error) {
	set, err := s.Settings(ctx)
	if err != nil {
		return nil, err
	}
	if t.Tested() && t.Winner == "" && t.DecideAt <= s.now() {
		if t, err = s.decide(ctx, t); err != nil {
			return nil, err
		}
	}
	r := &sending{s: s, t: t, set: set, id: uuid.MustParse(t.ID), until: time.Now().Add(d), forms: map[i18n.Lang]map[string]*form{}, queue: make(chan recipient, set.workers())}
	if err := r.compile(ctx); err != nil {
		return nil, err
	}
	if r.signer, err = s.signer(ctx); err != nil {
		return nil, err
	}
	m, err := s.about(ctx, t)
	if err != nil {
		return nil, err
	}
	r.gate = func(ctx context.Context, send func(ctx context.Context) error) error {
		return s.Gate.Pass(ctx, m, send)
	}
	s.mu.Lock()
	if s.slots[t.ID] == nil {
		s.slots[t.ID] = &slots{next: map[string]time.Time{}}
	}
	r.slots = s.slots[t.ID]
	s.mu.Unlock()
	r.speed = rate.NewLimiter(rate.Inf, 1)
	if set.PerSecond > 0 {
		r.speed = rate.NewLimiter(rate.Limit(set.PerSecond), 1)
	}
	r.ledger, err = s.ledger(ctx, t, set.workers(), set.bounces())
	return r, err
}

func (r *sending) compile(ctx context.Context) error {
	l, err := r.s.list(ctx, r.s.DB.Reader(), r.t.ListID)
	if err != nil {
		return err
	}
	all, err := r.s.stored(ctx, r.t.ID)
	if err != nil {
		return err
	}
	for lang, e := range all {
		r.forms[lang] = map[string]*form{}
		wordings := []string{WordingA}
		if r.t.Tested() {
			wordings = append(wordings, WordingB)
		}
		for _, wording := range wordings {
			if r.forms[lang][wording], err = r.s.compile(r.t, l, r.s.Speaker(ctx, l, lang), e, wording); err != nil {
				return err
			}
		}
	}
	return nil
}

// run sends until nobody is left who is due, the turn is over, or somebody
// stops it.
func (r *sending) run(ctx context.Context) error {
	go r.ledger.run(context.WithoutCancel(ctx))
	var workers errgroup.Group
	for range r.set.workers() {
		workers.Go(func() error {
			w := r.worker()
			defer w.leave()
			err := w.work(ctx)
			if err != nil {
				r.stopped.Store(true)
				for range r.queue { // nobody else begins
				}
			}
			return err
		})
	}
	err := r.read(ctx)
	close(r.queue)
	err = errors.Join(workers.Wait(), err)
	close(r.ledger.in)
	<-r.ledger.closed
	return err
}

// over reports whether no further recipient is to be taken.
func (r *sending) over(ctx context.Context) bool {
	return r.stopped.Load() || ctx.Err() != nil || time.Now().After(r.until)
}

// read hands recipients to the workers: those whose time has come again, then
// those who wait since the beginning.
func (r *sending) read(ctx context.Context) error {
	var after int64
	var dueAt db.Time
	var dueN int64
	for !r.over(ctx) {
		var part []recipient
		if err := r.rows().Where("d.state = ?", RowLater).Where("d.due_at <= ?", r.s.now()).Where("(d.due_at > ? OR d.due_at = ? AND d.n > ?)", dueAt, dueAt, dueN).
			Order("d.due_at", "d.n").Limit(page).Scan(ctx, &part); err != nil {
			return fmt.Errorf("newsletter: recipients: %w", err)
		}
		if n := len(part); n > 0 {
			dueAt, dueN = part[n-1].DueAt, part[n-1].N
		}
		if len(part) == 0 {
			q := r.rows().Where("d.state = ?", RowQueued).Where("d.n > ?", after)
			if r.t.Winner == "" {
				q = q.Where("d.wording <> ''")
			}
			if err := q.Order("d.n").Limit(page).Scan(ctx, &part); err != nil {
				return fmt.Errorf("newsletter: recipients: %w", err)
			}
			if n := len(part); n > 0 {
				after = part[n-1].N
			}
		}
		if len(part) == 0 {
			return nil
		}
		if err := r.hand(ctx, part); err != nil {
			return err
		}
	}
	return nil
}

func (r *sending) rows() *bun.SelectQuery {
	return r.s.DB.Reader().NewSelect().TableExpr("publish_newsletter_delivery AS d").
		ColumnExpr("d.n, d.subscriber_id, d.lang, d.wording, d.attempts, d.slotted, d.due_at, d.state, coalesce(b.address, '') AS address").
		Join("LEFT JOIN publish_newsletter_subscriber AS b ON b.id = d.subscriber_id").Where("d.letter_id = ?", r.t.ID)
}

// hand gives a page of recipients to the workers. Whose domain has had its
// share waits for the turn, which is written down; who left is noted.
func (r *sending) hand(ctx context.Context, part []recipient) error {
	var aside []step
	for _, c := range part {
		if r.over(ctx) {
			break
		}
		if c.Wording == "" {
			c.Wording = r.t.Winner
		}
		bare, err := r.s.Vault.Unseal(subscriberPurpose(c.SubscriberID), c.Address)
		if c.Address == "" {
			aside = append(aside, step{n: c.N, to: RowLeft})
			continue
		}
		if err != nil {
			return fmt.Errorf("newsletter: address of %s: %w", c.SubscriberID, err)
		}
		c.bare = string(bare)
		if now := r.s.Clock.Now(); !c.Slotted {
			if at := r.slots.take(mail.Domain(c.bare), now, r.set.gap()); at.After(now) {
				aside = append(aside, step{n: c.N, to: RowLater, due: db.At(at), slotted: true, attempts: c.Attempts})
				continue
			}
		}
		if err := r.speed.Wait(ctx); err != nil {
			break
		}
		select {
		case r.queue <- c:
		case <-ctx.Done():
		}
	}
	if len(aside) == 0 {
		return nil
	}
	return r.ledger.write(entry{steps: aside})
}
