package listen

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/listen/collect"
	"sifara/internal/perm"
)

const (
	// hold is how long a node may read a stream without saying that it lives.
	hold = 45 * time.Second
	// tendEvery is how often it says so, and looks for streams to read.
	tendEvery = 10 * time.Second
	// restAfter is how long a stream that failed for good is left alone.
	restAfter = 5 * time.Minute
	// sampleTime bounds the test of a source.
	sampleTime = 12 * time.Second
)

// reading is one source that this node reads.
type reading struct {
	cancel  context.CancelFunc
	ended   chan struct{}
	version int64
}

// streams are the sources that a node reads, by their ids. Its name tells the
// node from others.
type streams struct {
	s       *Service
	node    string
	running map[string]*reading
}

// RunStreams reads the sources that are streams until ctx ends. Each is read by
// one node: the one that holds it, which is noted in the house and renewed; a
// node that dies loses what it holds after a while, and another goes on from
// the cursor that was stored with the posts.
func (s *Service) RunStreams(ctx context.Context) {
	ctx = perm.With(ctx, perm.SystemActor("listen.stream"))
	all := s.newStreams(s.node)
	t := time.NewTicker(tendEvery)
	defer t.Stop()
	for {
		if err := all.tend(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("streams not tended", "err", err)
		}
		select {
		case <-ctx.Done():
			all.stop()
			return
		case <-t.C:
		}
	}
}

func (s *Service) newStreams(node string) *streams {
	return &streams{s: s, node: node, running: map[string]*reading{}}
}

// tend begins, renews and ends streams.
func (a *streams) tend(ctx context.Context) error {
	var list []Source
	err := a.s.db.Reader().NewSelect().Model(&list).Where("kind IN (?) AND paused = ?", bun.List(streamed()), false).OrderExpr("id").Scan(ctx)
	if err != nil {
		return fmt.Errorf("streams: %w", err)
	}
	now := db.At(a.s.clock.Now())
	wanted := map[string]bool{}
	for _, src := range list {
		wanted[src.ID] = true
		run := a.running[src.ID]
		if run != nil && (run.version != src.Version || run.over()) {
			run.end()
			delete(a.running, src.ID)
			run = nil
		}
		if run == nil && src.NextAt > now {
			continue // it failed, and rests
		}
		mine, err := a.hold(ctx, src.ID, now)
		if err != nil {
			return err
		}
		switch {
		case !mine && run != nil:
			run.end()
			delete(a.running, src.ID)
		case mine && run == nil:
			if err := a.begin(ctx, src); err != nil {
				return err
			}
		}
	}
	for id, run := range a.running {
		if !wanted[id] {
			run.end()
			delete(a.running, id)
		}
	}
	return nil
}

// hold takes a source, or renews it, unless another node has it.
func (a *streams) hold(ctx context.Context, id string, now db.Time) (bool, error) {
	res, err := a.s.db.Writer().ExecContext(ctx, `UPDATE listen_source SET held_by = ?, held_until = ? WHERE id = ? AND (held_by = ? OR held_until < ?)`, a.node, now.Add(hold), id, a.node, now)
	if err != nil {
		return false, fmt.Errorf("hold source: %w", err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// begin reads a source in the background.
func (a *streams) begin(ctx context.Context, src Source) error {
	rd, err := a.s.reader(src)
	if err != nil {
		return err
	}
	// From here on the node before can store nothing more.
	if err := a.s.takeCursor(ctx, src.Number, a.node); err != nil {
		return err
	}
	run := &reading{ended: make(chan struct{}), version: src.Version}
	ctx, run.cancel = context.WithCancel(ctx)
	a.running[src.ID] = run
	go func() {
		defer close(run.ended)
		defer run.cancel()
		err := a.keeper(src).Run(ctx, rd)
		if ctx.Err() == nil && !errors.Is(err, errLost) {
			a.s.rest(ctx, src, err)
		}
	}()
	return nil
}

func (a *streams) keeper(src Source) collect.Keeper {
	var n *normaliser
	return collect.Keeper{
		Load: func(ctx context.Context) (string, error) { return a.s.cursorOf(ctx, src.Number) },
		Deliver: func(ctx context.Context, items []collect.Item, cursor string) error {
			now := a.s.clock.Now()
			if n == nil || now.Sub(n.now) > time.Minute || now.Before(n.now) {
				var err error
				if n, err = a.s.normaliser(ctx, src); err != nil { // topics may have changed
					return err
				}
			}
			n.now = now
			stored, err := a.s.storeItems(ctx, n, items, cursor, a.node)
			if err == nil && stored > 0 {
				a.s.heard(ctx, src, stored)
				a.s.tell(ctx, LivePosts)
			}
			return err
		},
		State: func(ctx context.Context, failures int, err error) { a.s.noteStream(ctx, src, failures, err) },
		Wait:  a.s.wait,
	}
}

// heard counts what came, for the page of the source.
func (s *Service) heard(ctx context.Context, src Source, n int) {
	now := db.At(s.clock.Now())
	if _, err := s.db.Writer().ExecContext(ctx, `UPDATE listen_source SET posts = posts + ?, last_new_at = ?, last_success_at = ? WHERE id = ?`, n, now, now, src.ID); err != nil && ctx.Err() == nil {
		s.log.Warn("posts of source not counted", "source", src.ID, "err", err)
	}
}

// noteStream notes how a stream does.
func (s *Service) noteStream(ctx context.Context, src Source, failures int, cause error) {
	now, key := db.At(s.clock.Now()), ""
	query := `UPDATE listen_source SET failures = ?, last_error = ?, last_try_at = ?`
	args := []any{failures, key, now}
	if cause != nil {
		args[1] = keyOf(cause)
	} else {
		query += `, last_success_at = ?`
		args = append(args, now)
	}
	if _, err := s.db.Writer().ExecContext(ctx, query+` WHERE id = ?`, append(args, src.ID)...); err != nil && ctx.Err() == nil {
		s.log.Warn("state of source not noted", "source", src.ID, "err", err)
	}
	s.tell(ctx, LivePosts)
}

// rest leaves a stream alone that cannot be read.
func (s *Service) rest(ctx context.Context, src Source, cause error) {
	s.noteStream(ctx, src, deadAfter, cause)
	next := db.At(s.clock.Now().Add(max(restAfter, collect.RetryAfter(cause))))
	if _, err := s.db.Writer().ExecContext(ctx, `UPDATE listen_source SET next_at = ?, held_until = 0 WHERE id = ?`, next, src.ID); err != nil {
		s.log.Warn("source not rested", "source", src.ID, "err", err)
	}
}

func (r *reading) over() bool {
	select {
	case <-r.ended:
		return true
	default:
		return false
	}
}

func (r *reading) end() {
	r.cancel()
	<-r.ended
}

// stop ends all and lets others have them at once.
func (a *streams) stop() {
	for id, run := range a.running {
		run.end()
		delete(a.running, id)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if _, err := a.s.db.Writer().ExecContext(ctx, `UPDATE listen_source SET held_until = 0 WHERE held_by = ?`, a.node); err != nil {
		a.s.log.Warn("streams not given back", "err", err)
	}
}
