package channels

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
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

// Live topics.
const (
	AccountsTopic = "channels.accounts"
	WebhooksTopic = "channels.webhooks"
	siteTopic     = "site" // web.SiteTopic; this package does not know web
)

// ErrHeld: publishing about what an event tells is paused.
var ErrHeld = errs.New(errs.Conflict, "channels.held")

// Gate stands before every call to another program.
type Gate interface {
	// Pass lets send make one call about an event, unless that is paused: then
	// it is ErrHeld and send is not called. Due is when the call should have
	// been made; data are the facts of the event.
	Pass(ctx context.Context, data json.RawMessage, due db.Time, send func(ctx context.Context) error) error
}

// Deps are what the service needs of the house.
type Deps struct {
	DB    *db.DB
	Log   *slog.Logger
	Clock clock.Clock
	Audit *audit.Log
	Bus   *event.Bus
	Live  *event.Live
	Queue *jobs.Queue
	Vault *vault.Vault
	Org   *org.Service
	Fetch *fetch.Client
	// Events are the names that webhooks may subscribe to; those of
	// KnownEvents when nil.
	Events []string
	Gate   Gate // nil: nothing is ever paused
}

// Service keeps the register and the webhooks. It is safe for concurrent use.
type Service struct {
	Deps
	kept *event.Kept[register]
}

// register is what is kept in memory of all accounts. It is never changed once made.
type register struct {
	accounts []Account       // but proposed ones
	official map[string]bool // names of the active ones
}

// New gives the service and has it hear every event of the bus.
func New(d Deps) *Service {
	if d.Events == nil {
		d.Events = KnownEvents()
	}
	s := &Service{Deps: d}
	s.kept = event.Keep(d.Live, s.readKept, AccountsTopic)
	if d.Bus != nil {
		d.Bus.OnAny(s.queueDeliveries)
	}
	return s
}

// Jobs registers the jobs of this context.
func (s *Service) Jobs(q *jobs.Queue) {
	jobs.Handle(q, s.runDelivery)
	jobs.Handle(q, s.runSweep)
	q.Every(time.Hour, sweepJob{})
}

// registered gives all accounts but proposed ones as last committed: changes
// of this node at once, those of others when their notice arrives.
func (s *Service) registered(ctx context.Context) ([]Account, error) {
	r, err := s.kept.Get(ctx)
	return r.accounts, err
}

func (s *Service) readKept(ctx context.Context) (register, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	list, err := s.readRegister(ctx)
	if err != nil {
		return register{}, fmt.Errorf("read the register: %w", err)
	}
	return register{list, activeNames(list)}, nil
}

func activeNames(list []Account) map[string]bool {
	names := map[string]bool{}
	for _, a := range list {
		if a.State == Active {
			names[a.name()] = true
			names[userOf(a.name())] = true
		}
	}
	return names
}

// names are those of the active accounts; when the register cannot be read, those
// that were read last.
func (s *Service) names() map[string]bool {
	r, err := s.kept.Get(context.Background())
	if err != nil {
		s.Log.Warn("register of accounts not read", "err", err)
	}
	return r.official
}

// Now is the moment by which checks fall due.
func (s *Service) Now() time.Time { return s.Clock.Now() }

func (s *Service) now() db.Time { return db.At(s.Clock.Now()) }

// changed ends an act on an account: history, event, notice and record.
func (s *Service) changed(ctx context.Context, tx bun.Tx, a *Account, act, note string, detail map[string]any) error {
	e := &entryRow{Entry: Entry{ID: id.New(), AccountID: a.ID, At: s.now(), ActorID: perm.From(ctx).ID, Act: act, State: a.State, Note: note}}
	if _, err := tx.NewInsert().Model(e).Exec(ctx); err != nil {
		return err
	}
	if err := s.Bus.Emit(ctx, tx, AccountChanged{AccountID: a.ID, MissionID: a.MissionID, State: a.State}); err != nil {
		return err
	}
	db.AfterCommit(ctx, s.kept.Forget)
	if err := s.Live.Notify(ctx, tx, AccountsTopic, siteTopic); err != nil {
		return err
	}
	d := map[string]any{"platform": audit.Word("channels.platform." + string(a.Platform)), "handle": a.Handle}
	for k, v := range detail {
		d[k] = v
	}
	return s.Audit.Record(ctx, tx, audit.Entry{Act: "channels." + act, Object: "channel", ObjectID: a.ID, Mission: a.MissionID, Permission: Manage, Detail: d})
}

// allowed is the check of the object: what the actor may not see does not
// exist, what they may see but not do is forbidden.
func allowed(ctx context.Context, p perm.Permission, o perm.Scope) error {
	a := perm.From(ctx)
	if !a.MayIn(View, o) && !a.MayIn(p, o) {
		return errs.New(errs.NotFound, "")
	}
	if !a.MayIn(p, o) {
		return errs.New(errs.Forbidden, "")
	}
	return nil
}
