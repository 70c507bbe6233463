package newsletter

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/publish"
)

// step gives a row of the ledger another state.
type step struct {
	n        int64
	to       string
	due      db.Time
	slotted  bool
	attempts int
	code     int
	dead     bool // the mailbox does not exist
	who      string
}

// entry is what a worker has written in one transaction: what became of its
// last letter, and perhaps that it begins the next.
type entry struct {
	steps  []step
	ended  int64 // the row whose letter was in flight and is no longer; 0 for none
	begins int64 // the row whose letter is to go, which may be refused; 0 for none
	done   chan error
}

// errStop tells a worker that no further letter may begin.
var errStop = errors.New("newsletter: the letter is not to be sent on")

// ledger writes the entries of a letter's workers, many in one transaction. It
// writes only while this process holds the letter.
type ledger struct {
	s       *Service
	t       Letter
	in      chan entry
	closed  chan struct{}
	crowd   int // how many workers may be waiting at once
	bounces int // percent
	flying  map[int64]bool
	tally   *sql.Stmt // see count
	sent    *sql.Stmt // see depart
}

const (
	// holdFor is how long a process that shows nothing keeps a letter.
	holdFor = 20 * time.Second
	// gather is how long an entry waits for others to share its transaction.
	gather = 5 * time.Millisecond
)

// ledger opens the ledger of a letter; run closes it.
func (s *Service) ledger(ctx context.Context, t Letter, workers, bounces int) (*ledger, error) {
	l := &ledger{s: s, t: t, in: make(chan entry, workers), closed: make(chan struct{}), crowd: workers, bounces: bounces, flying: map[int64]bool{}}
	var err error
	if l.tally, err = s.DB.Prepare(ctx, `UPDATE publish_newsletter_letter SET sent = sent + ?, failed = failed + ?, dead = dead + ?, held_until = ?, flying = ?, trouble = CASE WHEN ? THEN '' ELSE trouble END
		WHERE id = ? AND holder = ? RETURNING state, sent, failed, dead, base_sent, base_dead, not_after,
		(SELECT count(*) FROM publish_message WHERE id IN (`+places(len(t.Messages))+`) AND state = 'released')`); err != nil {
		return nil, fmt.Errorf("newsletter: ledger: %w", err)
	}
	if l.sent, err = s.DB.Prepare(ctx, `UPDATE publish_newsletter_delivery SET state = 'sent', attempts = attempts + 1, at = ?
		WHERE letter_id = ? AND state IN `+open+` AND n IN (`+places(workers)+`)`); err != nil {
		return nil, errors.Join(fmt.Errorf("newsletter: ledger: %w", err), l.tally.Close())
	}
	return l, nil
}

// places are n places for values, apart by commas.
func places(n int) string { return strings.TrimSuffix(strings.Repeat("?,", n), ",") }

// write has an entry written and waits. errStop when the letter may not begin:
// then what went before it is written all the same.
func (l *ledger) write(e entry) error {
	e.done = make(chan error, 1)
	l.in <- e
	return <-e.done
}

// run writes until in is closed.
func (l *ledger) run(ctx context.Context) {
	defer close(l.closed)
	defer l.sent.Close()
	defer l.tally.Close()
	beat := time.NewTicker(holdFor / 4)
	defer beat.Stop()
	for {
		select {
		case e, ok := <-l.in:
			if !ok {
				return
			}
			l.commit(ctx, l.more(e))
		case <-beat.C:
			l.commit(ctx, nil)
		}
	}
}

// more gathers what others have to write within a moment.
func (l *ledger) more(e entry) []entry {
	all := append(make([]entry, 0, l.crowd), e)
	wait := time.NewTimer(gather)
	defer wait.Stop()
	for len(all) < l.crowd {
		select {
		case e, ok := <-l.in:
			if !ok {
				return all
			}
			all = append(all, e)
		case <-wait.C:
			return all
		}
	}
	return all
}

// commit writes entries in one transaction and answers each.
func (l *ledger) commit(ctx context.Context, all []entry) {
	may := false
	stays, begun := map[int64]bool{}, map[int64]bool{}
	err := l.s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		stays, begun = maps.Clone(l.flying), map[int64]bool{}
		for _, e := range all {
			delete(stays, e.ended)
			if e.begins > 0 {
				begun[e.begins] = true
			}
		}
		may, err = l.enter(ctx, tx, all, stays, begun)
		return err
	})
	if err == nil {
		l.flying = stays
		if may {
			maps.Copy(l.flying, begun)
		}
	}
	for _, e := range all {
		switch {
		case err != nil:
			e.done <- err
		case e.begins > 0 && !may:
			e.done <- errStop
		default:
			e.done <- nil
		}
	}
}

// enter writes what happened and, if letters may still go, what begins: the
// letter's own row names the rows whose letters are in flight.
func (l *ledger) enter(ctx context.Context, tx bun.Tx, all []entry, stays, begun map[int64]bool) (may bool, err error) {
	var past []step
	for _, e := range all {
		past = append(past, e.steps...)
	}
	now, err := l.count(ctx, tx, past, numbers(stays, begun))
	if err != nil {
		return false, err
	}
	if may, err = l.may(ctx, tx, now); err != nil {
		return false, err
	}
	if !may && len(begun) > 0 {
		if _, err := tx.ExecContext(ctx, `UPDATE publish_newsletter_letter SET flying = ? WHERE id = ?`, numbers(stays, nil), l.t.ID); err != nil {
			return false, fmt.Errorf("newsletter: ledger: %w", err)
		}
	}
	if err := l.depart(ctx, tx, past); err != nil {
		return false, err
	}
	rest := slices.DeleteFunc(past, func(x step) bool { return x.to == RowSent })
	if err := move(ctx, tx, l.t.ID, rest, l.s.now()); err != nil {
		return false, err
	}
	return may, l.bury(ctx, tx, rest)
}

// depart marks the rows whose letters were taken: at most one of each worker.
func (l *ledger) depart(ctx context.Context, tx bun.Tx, past []step) error {
	args := append(make([]any, 0, 2+l.crowd), int64(l.s.now()), l.t.ID)
	for _, x := range past {
		if x.to == RowSent {
			args = append(args, x.n)
		}
	}
	if len(args) == 2 {
		return nil
	}
	for len(args) < 2+l.crowd {
		args = append(args, args[2]) // named again: all places are taken
	}
	if _, err := tx.StmtContext(ctx, l.sent).ExecContext(ctx, args...); err != nil {
		return fmt.Errorf("newsletter: ledger: %w", err)
	}
	return nil
}

// numbers writes the numbers of rows, apart by commas.
func numbers(sets ...map[int64]bool) string {
	var b []byte
	for _, set := range sets {
		for n := range set {
			if len(b) > 0 {
				b = append(b, ',')
			}
			b = strconv.AppendInt(b, n, 10)
		}
	}
	return string(b)
}

// current is what a letter's row says after its figures were added.
type current struct {
	Letter
	Public int // how many of its messages are released
}

// count adds to the letter's figures and holds it, if it is still ours.
func (l *ledger) count(ctx context.Context, tx bun.Tx, past []step, flying string) (current, error) {
	var sent, failed, dead int64
	for _, x := range past {
		switch x.to {
		case RowSent:
			sent++
		case RowFailed:
			failed++
		}
		if x.dead {
			dead++
		}
	}
	args := []any{sent, failed, dead, int64(l.s.now().Add(holdFor)), flying, sent > 0, l.t.ID, l.t.Holder}
	for _, m := range l.t.Messages {
		args = append(args, m)
	}
	var now current
	err := tx.StmtContext(ctx, l.tally).QueryRowContext(ctx, args...).Scan(&now.State, &now.Sent, &now.Failed, &now.Dead, &now.BaseSent, &now.BaseDead, &now.NotAfter, &now.Public)
	if db.IsNoRows(err) {
		return now, errStop // another process holds it
	}
	if err != nil {
		return now, fmt.Errorf("newsletter: hold letter: %w", err)
	}
	return now, nil
}

// open are the states of rows whose letter may be on its way: a row that was
// cancelled or expired meanwhile gets the state that is true. One that was sent
// keeps it.
const open = `('queued', 'later', 'cancelled', 'expired')`

// move gives rows states other than that of being sent. Numbers and our own words stand in the text:
// nothing in it comes from outside.
func move(ctx context.Context, tx bun.Tx, letterID string, steps []step, now db.Time) error {
	if len(steps) == 0 {
		return nil
	}
	var rows strings.Builder
	for _, x := range steps {
		fmt.Fprintf(&rows, `,(%d,'%s',%d,%t,%d,%d)`, x.n, x.to, x.due, x.slotted, x.attempts, x.code)
	}
	q := `UPDATE publish_newsletter_delivery SET state = v.column2, due_at = v.column3, slotted = v.column4, attempts = v.column5, code = v.column6, at = ` + strconv.FormatInt(int64(now), 10) +
		` FROM (VALUES ` + rows.String()[1:] + `) AS v WHERE publish_newsletter_delivery.letter_id = '` + letterID + `' AND publish_newsletter_delivery.state IN ` + open +
		` AND publish_newsletter_delivery.n = v.column1`
	if _, err := tx.Tx.ExecContext(ctx, q); err != nil {
		return fmt.Errorf("newsletter: ledger: %w", err)
	}
	return nil
}

// lost writes what a process that ended left in flight: nobody knows its fate,
// and it is never sent again by itself.
func (s *Service) lost(ctx context.Context, tx bun.Tx, letterID, flying string) error {
	if flying == "" {
		return nil
	}
	var steps []step
	for _, x := range strings.Split(flying, ",") {
		n, err := strconv.ParseInt(x, 10, 64)
		if err != nil {
			return fmt.Errorf("newsletter: letter %s: rows in flight: %w", letterID, err)
		}
		steps = append(steps, step{n: n, to: RowUnknown, attempts: 1})
	}
	if err := move(ctx, tx, letterID, steps, s.now()); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `UPDATE publish_newsletter_letter SET flying = '' WHERE id = ?`, letterID)
	return err
}

// bury takes those whose mailbox does not exist from the list.
func (l *ledger) bury(ctx context.Context, tx bun.Tx, past []step) error {
	for _, x := range past {
		if !x.dead {
			continue
		}
		if err := l.s.suppress(ctx, tx, x.who, LeftBounced); err != nil {
			return err
		}
	}
	return nil
}

// may reports whether another letter may begin, and pauses the letter when too
// many bounced.
func (l *ledger) may(ctx context.Context, tx bun.Tx, now current) (bool, error) {
	switch {
	case now.State != Sending || now.NotAfter <= l.s.now():
		return false, nil
	case now.Public != len(l.t.Messages):
		return false, nil // the event of the withdrawal ends the letter
	case tooMany(now.Letter, l.bounces):
		return false, l.s.pauseItself(ctx, tx, l.t, WhyBounces)
	}
	return true, nil
}

// tooMany reports whether the share of mailboxes that do not exist is beyond the
// bound, since the letter was last let go.
func tooMany(t Letter, percent int) bool {
	gone, dead := t.Sent+t.Failed-t.BaseSent, t.Dead-t.BaseDead
	return gone >= fewest && dead*100 >= gone*int64(percent)
}

// pauseItself pauses a letter for a reason that nobody gave. It is idempotent.
func (s *Service) pauseItself(ctx context.Context, tx bun.Tx, t Letter, why string) error {
	res, err := tx.ExecContext(ctx, `UPDATE publish_newsletter_letter SET state = ?, why = ? WHERE id = ? AND state = ?`, Paused, why, t.ID, Sending)
	if err != nil {
		return fmt.Errorf("newsletter: pause: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	l, err := s.list(ctx, tx, t.ListID)
	if err != nil {
		return err
	}
	return s.recordLetter(ctx, tx, "", "pause_itself", t, l, map[string]any{"newsletter_why": word("why", why)})
}

// suppress takes a subscriber from all lists by their id, and remembers why.
func (s *Service) suppress(ctx context.Context, tx bun.Tx, subscriberID, why string) error {
	var hash string
	err := tx.NewRaw(`SELECT address_hash FROM publish_newsletter_subscriber WHERE id = ?`, subscriberID).Scan(ctx, &hash)
	if db.IsNoRows(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("newsletter: suppress: %w", err)
	}
	return s.leave(ctx, tx, "", hash, why)
}

// about gives what the gate is asked about: the letter's messages. Of several
// the gate hears the list's mission only.
func (s *Service) about(ctx context.Context, t Letter) (publish.Message, error) {
	if len(t.Messages) == 1 {
		return s.Publish.ReleasedByID(ctx, t.Messages[0])
	}
	return publish.Message{MissionID: t.MissionID}, nil
}
