package listen

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/fetch"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/vault"
)

// Files keeps uploaded files until they have been read. Names are made by
// this package.
type Files interface {
	Put(ctx context.Context, name string, r io.Reader) (size int64, err error)
	Open(ctx context.Context, name string) (io.ReadCloser, error)
	Delete(ctx context.Context, name string) error
}

// Missions says which mission deals with a country.
type Missions interface {
	MissionForCountry(ctx context.Context, country string) (org.Mission, bool, error)
}

// Deps are what the service needs. Live, Queue, Bus, Fetch, Files and Missions
// may be absent where only the command line reads and imports.
type Deps struct {
	DB       *db.DB
	Store    *db.DB // opened Relaxed; may be the same as DB
	Log      *slog.Logger
	Clock    clock.Clock
	Audit    *audit.Log
	Bus      *event.Bus
	Live     *event.Live
	Queue    *jobs.Queue
	Vault    *vault.Vault
	Fetch    *fetch.Client
	Files    Files
	Missions Missions
	// Official reports whether a handle, bare and in lower case, is that of a
	// registered official account; nil means that none is.
	Official func(handle string) bool
	// PublicActor reports whether a handle is that of an account in the register
	// of public actors (package influence); nil means that none is.
	PublicActor func(handle string) bool
	// JetstreamDictionary is what Bluesky's Jetstream compresses with; empty asks
	// for plain events. See collect.CheckDictionary.
	JetstreamDictionary []byte
	// Keep is how long posts are kept after they were written; zero keeps
	// them. Counts stay.
	Keep time.Duration
}

// Service hears, counts, finds and warns. It is safe for concurrent use.
type Service struct {
	db, store  *db.DB
	log        *slog.Logger
	clock      clock.Clock
	audit      *audit.Log
	bus        *event.Bus
	live       *event.Live
	queue      *jobs.Queue
	vault      *vault.Vault
	fetch      *fetch.Client
	files      Files
	missions   Missions
	names      *pseudonymiser
	dictionary []byte // of Jetstream
	keep       time.Duration
	spread     func() float64
	wait       func(ctx context.Context, d time.Duration) error // between tries of streams; nil is a timer
	node       string                                           // tells this process from others
	stories    storyIndex

	mu       sync.Mutex
	notified time.Time
	largest  largest
}

// New gives the service.
func New(d Deps) *Service {
	s := &Service{
		db: d.DB, store: d.Store, log: d.Log, clock: d.Clock, audit: d.Audit, bus: d.Bus, live: d.Live, queue: d.Queue,
		vault: d.Vault, fetch: d.Fetch, files: d.Files, missions: d.Missions, keep: d.Keep, dictionary: d.JetstreamDictionary,
		spread: rand.Float64, node: id.New(),
	}
	s.names = newPseudonymiser(d.Vault.Derive(pseudonymPurpose), newKeyring(s.pseudonymKey), d.Official, d.PublicActor)
	return s
}

// Live topics.
const (
	LiveWarnings = "listen.warnings"
	LivePosts    = "listen.posts"
)

// LiveImport is the live topic of one import.
func LiveImport(id string) string { return "listen.import:" + id }

// notify spreads live topics in a transaction of the house.
func (s *Service) notify(ctx context.Context, tx bun.Tx, topics ...string) error {
	if s.live == nil {
		return nil
	}
	return s.live.Notify(ctx, tx, topics...)
}

// tell spreads live topics outside a transaction, at most once a second: a
// firehose need not redraw pages with each drop. What is lost is told later by
// the next.
func (s *Service) tell(ctx context.Context, topics ...string) {
	if s.live == nil {
		return
	}
	now := s.clock.Now()
	s.mu.Lock()
	soon := now.Sub(s.notified) < time.Second && !now.Before(s.notified)
	if !soon {
		s.notified = now
	}
	s.mu.Unlock()
	if soon {
		return
	}
	s.tellNow(ctx, topics...)
}

func (s *Service) tellNow(ctx context.Context, topics ...string) {
	if s.live == nil {
		return
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return s.live.Notify(ctx, tx, topics...) })
	if err != nil && ctx.Err() == nil {
		s.log.Warn("live topics not told", "err", err)
	}
}

// enqueue adds a job where there is a queue.
func (s *Service) enqueue(ctx context.Context, tx bun.Tx, args jobs.Args, o ...jobs.Option) error {
	if s.queue == nil {
		return nil
	}
	return s.queue.Insert(ctx, tx, args, o...)
}

// record writes an act into the audit log.
func (s *Service) record(ctx context.Context, tx bun.Tx, p perm.Permission, scope perm.Scope, act, object, id string, detail map[string]any) error {
	e := audit.Entry{Act: act, Object: object, ObjectID: id, Permission: p, Detail: detail}
	switch scope.Level {
	case perm.Mission:
		e.Mission = scope.Unit
	case perm.Department:
		e.Department = scope.Unit
	}
	return s.audit.Record(ctx, tx, e)
}

// allowed asks for a permission in a scope.
func allowed(ctx context.Context, p perm.Permission, scope perm.Scope) error {
	if !perm.From(ctx).MayIn(p, scope) {
		return errs.New(errs.Forbidden, "")
	}
	return nil
}

// may asks for a permission anywhere.
func may(ctx context.Context, p perm.Permission) error {
	if !perm.From(ctx).May(p) {
		return errs.New(errs.Forbidden, "")
	}
	return nil
}

func notFound(what, id string) error {
	return errs.Wrap(fmt.Errorf("no %s %s", what, id), errs.NotFound, "")
}
