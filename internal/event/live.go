package event

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"

	"sifara/internal/db"
)

// channel is PostgreSQL's notification channel of the house.
const channel = "sifara_live"

// Live spreads topics ("publish.message:ID") to open pages and caches, on all
// nodes when the database is PostgreSQL. A topic carries no content: whoever
// hears it asks again, with their own rights.
type Live struct {
	db  *db.DB
	log *slog.Logger

	mu   sync.Mutex
	subs map[*Subscription]struct{}
}

// Subscription receives topics until it is closed. A slow reader loses topics
// beyond the buffer and is told by Lost, upon which it should look again at
// everything.
type Subscription struct {
	live  *Live
	match func(topic string) bool
	c     chan string
	once  sync.Once
	mu    sync.Mutex
	lost  bool
}

// NewLive gives the live topics of a database.
func NewLive(d *db.DB, log *slog.Logger) *Live {
	return &Live{db: d, log: log, subs: map[*Subscription]struct{}{}}
}

// Notify spreads topics once the transaction is committed.
func (l *Live) Notify(ctx context.Context, tx bun.Tx, topics ...string) error {
	if l.db.Engine() == db.Postgres {
		for _, t := range topics {
			if _, err := tx.ExecContext(ctx, `SELECT pg_notify(?, ?)`, channel, t); err != nil {
				return fmt.Errorf("notify %s: %w", t, err)
			}
		}
		return nil
	}
	db.AfterCommit(ctx, func() {
		for _, t := range topics {
			l.spread(t)
		}
	})
	return nil
}

// Subscribe gives the topics for which match is true.
func (l *Live) Subscribe(match func(topic string) bool) *Subscription {
	s := &Subscription{live: l, match: match, c: make(chan string, 64)}
	l.mu.Lock()
	l.subs[s] = struct{}{}
	l.mu.Unlock()
	return s
}

// C is the channel of topics. It is never closed.
func (s *Subscription) C() <-chan string { return s.c }

// Lost reports, once, whether topics were dropped since it was last asked.
func (s *Subscription) Lost() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	lost := s.lost
	s.lost = false
	return lost
}

// Heard reports whether a topic was told, or dropped, since it was last asked,
// and takes what waits: for those who only want to know that something changed.
// A nil subscription hears nothing.
func (s *Subscription) Heard() bool {
	if s == nil {
		return false
	}
	for heard := s.Lost(); ; heard = true {
		select {
		case <-s.c:
		default:
			return heard
		}
	}
}

// Close ends the subscription.
func (s *Subscription) Close() {
	s.once.Do(func() {
		s.live.mu.Lock()
		delete(s.live.subs, s)
		s.live.mu.Unlock()
	})
}

func (l *Live) spread(topic string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for s := range l.subs {
		if !s.match(topic) {
			continue
		}
		select {
		case s.c <- topic:
		default:
			s.mu.Lock()
			s.lost = true
			s.mu.Unlock()
		}
	}
}

// lostAll tells every subscriber to look again: notifications may have been
// missed while the connection was down.
func (l *Live) lostAll() {
	l.mu.Lock()
	defer l.mu.Unlock()
	// All are told before the first can act: what one of them looks up, another
	// may have kept.
	for s := range l.subs {
		s.mu.Lock()
		s.lost = true
		s.mu.Unlock()
	}
	for s := range l.subs {
		select {
		case s.c <- "":
		default:
		}
	}
}

// Run listens to the other nodes until ctx ends. On SQLite there are none and
// it only waits.
func (l *Live) Run(ctx context.Context) {
	if l.db.Engine() != db.Postgres {
		<-ctx.Done()
		return
	}
	for ctx.Err() == nil {
		if err := l.listen(ctx); err != nil && ctx.Err() == nil {
			l.log.Warn("live notifications interrupted", "err", err)
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	}
}

func (l *Live) listen(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, l.db.Address())
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return err
	}
	l.lostAll()
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		l.spread(n.Payload)
	}
}
