package publish

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/id"
)

// What bounds a sending and the confirmation of a pause.
const (
	// sendLimit ends every sending: a pause waits for no longer.
	sendLimit = 40 * time.Second
	// leaseFor is how long a node lets out by what it read at the gate.
	leaseFor = 2 * time.Second
	// leaseLook is how often it looks meanwhile whether the gate has changed.
	leaseLook = 200 * time.Millisecond
	// beatEvery is how often a node shows that it lives while it sends long.
	beatEvery = 5 * time.Second
	// deadAfter is how long a pause waits for a node that shows nothing: longer
	// than what the node may have let out last can take.
	deadAfter = sendLimit + leaseFor + beatEvery
	// deadLong is when a node that showed itself last is dead by any clock.
	deadLong = 10 * time.Minute
)

// gate is a node's side of the pauses. To send, a node needs a lease: a row
// written while it had the turn at publish_gate, with the version it read
// there. Under a lease it lets out what its pauses allow without asking the
// database each time. A lease of an older version is retired at the next look,
// and its row goes when the last sending under it has ended; for that a pause
// waits. So whichever transaction had the turn first, the lease or the pause,
// nothing leaves after the pause is confirmed.
type gate struct {
	s *Service

	mu    sync.Mutex
	lease *lease   // the one that lets out; nil when none does
	old   []*lease // retired, with rows that have not gone yet
}

type lease struct {
	id      string
	version int64
	stops   stops
	until   time.Time // by the machine's steady clock
	running int       // sendings let out under it that have not ended
}

// Pass lets send do its work unless what it is about is paused: then it is
// ErrPaused and send is not called. Every pause that covers it is confirmed
// only when send has returned. Send gets a context that ends after sendLimit;
// it does one sending, such as one call or one letter, and asks again for the
// next. It costs no query while the node has a lease and no MessageID is given.
func (s *Service) Pass(ctx context.Context, about About, send func(ctx context.Context) error) error {
	about, err := s.settle(ctx, about)
	if err != nil {
		return err
	}
	country, err := s.seat(ctx, about.MissionID)
	if err != nil {
		return err
	}
	l, err := s.gate.enter(ctx)
	if err != nil {
		return err
	}
	defer s.gate.leave(l)
	if _, paused := l.stops.stop(about, country); paused {
		return ErrPaused
	}
	ctx, cancel := context.WithTimeout(ctx, sendLimit)
	defer cancel()
	return send(ctx)
}

// enter counts one sending under a lease that is good now.
func (g *gate) enter(ctx context.Context) (*lease, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.lease == nil || !time.Now().Before(g.lease.until) {
		if err := g.renew(ctx); err != nil {
			return nil, fmt.Errorf("publish: gate: %w", err)
		}
	}
	g.lease.running++
	return g.lease, nil
}

func (g *gate) leave(l *lease) {
	g.mu.Lock()
	defer g.mu.Unlock()
	l.running--
}

// renew gives the lease more time when the gate has not changed, and takes
// another one otherwise.
func (g *gate) renew(ctx context.Context) error {
	asked := time.Now()
	if l := g.lease; l != nil {
		if version, err := g.version(ctx); err != nil {
			return err
		} else if version == l.version {
			l.until = asked.Add(leaseFor)
			return nil
		}
		g.retire()
	}
	l := &lease{id: id.New(), until: asked.Add(leaseFor)}
	if err := g.s.takeLease(ctx, l); err != nil {
		return err
	}
	g.lease = l
	return nil
}

// takeLease writes the row of a lease with the version that it reads.
func (s *Service) takeLease(ctx context.Context, l *lease) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		row, err := turn(ctx, tx)
		if err != nil {
			return err
		}
		now := s.clock.Now()
		if l.stops, err = readStops(ctx, tx, row, now); err != nil {
			return err
		}
		l.version = row.Version
		_, err = tx.ExecContext(ctx, `INSERT INTO publish_sender (id, version, beat, seen_at) VALUES (?, ?, 0, ?)`, l.id, l.version, db.At(time.Now()))
		return err
	})
}

func (g *gate) version(ctx context.Context) (v int64, err error) {
	err = g.s.db.Reader().NewRaw(`SELECT version FROM publish_gate WHERE id = 1`).Scan(ctx, &v)
	return v, err
}

// RunGate keeps a node's side of the pauses until ctx ends: without it, a pause
// on another node waits for deadAfter.
func (s *Service) RunGate(ctx context.Context) {
	look, beat := time.NewTicker(leaseLook), time.NewTicker(beatEvery)
	defer look.Stop()
	defer beat.Stop()
	for {
		var err error
		select {
		case <-look.C:
			err = s.gate.look(ctx)
		case <-beat.C:
			err = s.gate.beat(ctx)
		case <-ctx.Done():
			s.gate.close()
			return
		}
		if err != nil && ctx.Err() == nil {
			s.log.Warn("gate of sendings", "err", err)
		}
	}
}

// look retires the lease when the gate has changed or nobody used it for its
// time, and removes the rows of leases under which nothing is left.
func (g *gate) look(ctx context.Context) error {
	g.mu.Lock()
	l, old := g.lease, len(g.old)
	g.mu.Unlock()
	if l == nil && old == 0 {
		return nil
	}
	if l != nil {
		version, err := g.version(ctx)
		if err != nil {
			return err
		}
		g.mu.Lock()
		if g.lease == l && (version != l.version || !time.Now().Before(l.until)) {
			g.retire()
		}
		g.mu.Unlock()
	}
	return g.sweep(ctx)
}

// retire takes the lease out of use. The caller holds mu.
func (g *gate) retire() {
	g.old = append(g.old, g.lease)
	g.lease = nil
}

// forget has this node ask at the gate before its next sending.
func (g *gate) forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.lease != nil {
		g.retire()
	}
}

// sweep removes the rows of retired leases whose sendings have all ended.
func (g *gate) sweep(ctx context.Context) error {
	for _, l := range g.ended() {
		if _, err := g.s.db.Writer().ExecContext(ctx, `DELETE FROM publish_sender WHERE id = ?`, l.id); err != nil {
			return fmt.Errorf("end lease: %w", err)
		}
		g.mu.Lock()
		g.old = slices.DeleteFunc(g.old, func(x *lease) bool { return x == l })
		g.mu.Unlock()
	}
	return nil
}

func (g *gate) ended() []*lease {
	g.mu.Lock()
	defer g.mu.Unlock()
	var out []*lease
	for _, l := range g.old {
		if l.running == 0 {
			out = append(out, l)
		}
	}
	return out
}

// beat shows that the leases of this node are alive.
func (g *gate) beat(ctx context.Context) error {
	g.mu.Lock()
	ids := []string{}
	for _, l := range append(slices.Clone(g.old), g.lease) {
		if l != nil {
			ids = append(ids, l.id)
		}
	}
	g.mu.Unlock()
	if len(ids) == 0 {
		return nil
	}
	_, err := g.s.db.Writer().ExecContext(ctx, `UPDATE publish_sender SET beat = beat + 1, seen_at = ? WHERE id IN (?)`, db.At(time.Now()), bun.List(ids))
	return err
}

// close gives the lease back at the end of the process.
func (g *gate) close() {
	g.forget()
	ctx, cancel := context.WithTimeout(context.Background(), beatEvery)
	defer cancel()
	if err := g.sweep(ctx); err != nil {
		g.s.log.Warn("gate of sendings", "err", err)
	}
}

// drained waits until no sending is left that was let out by a version of the
// gate before the given one, on any node.
func (g *gate) drained(ctx context.Context, version int64) error {
	type row struct {
		ID     string
		Beat   int64
		SeenAt db.Time
	}
	type sight struct {
		beat int64
		at   time.Time
	}
	seen := map[string]sight{}
	look := time.NewTicker(leaseLook / 2)
	defer look.Stop()
	for {
		if err := g.look(ctx); err != nil {
			return errors.Join(ErrUnconfirmed, err)
		}
		var rows []row
		if err := g.s.db.Reader().NewRaw(`SELECT id, beat, seen_at FROM publish_sender WHERE version < ?`, version).Scan(ctx, &rows); err != nil {
			return errors.Join(ErrUnconfirmed, err)
		}
		rows = slices.DeleteFunc(rows, func(r row) bool {
			last, ok := seen[r.ID]
			if !ok || last.beat != r.Beat {
				last = sight{r.Beat, time.Now()}
				seen[r.ID] = last
			}
			return time.Since(last.at) > deadAfter || time.Since(r.SeenAt.Std()) > deadLong
		})
		if len(rows) == 0 {
			return nil
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return errors.Join(ErrUnconfirmed, ctx.Err())
		}
	}
}

// forgetSenders removes the rows of nodes that died.
func (s *Service) forgetSenders(ctx context.Context) error {
	_, err := s.db.Writer().ExecContext(ctx, `DELETE FROM publish_sender WHERE seen_at < ?`, db.At(time.Now().Add(-deadLong)))
	if err != nil {
		return fmt.Errorf("publish: forget senders: %w", err)
	}
	return nil
}
