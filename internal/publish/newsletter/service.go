package newsletter

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/i18n"
	"sifara/internal/jobs"
	"sifara/internal/mail"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/vault"
)

// Gate is the house's pause, asked at the instant of sending: send runs unless
// what a letter is about is paused, and a pause is confirmed only when what
// runs has ended. The error is publish.ErrPaused when send did not run.
type Gate interface {
	Pass(ctx context.Context, about publish.Message, send func(ctx context.Context) error) error
}

// Deps are what the service needs of the house. All are required but Mail and
// Carrier, without which nothing is sent.
type Deps struct {
	DB      *db.DB
	Log     *slog.Logger
	Clock   clock.Clock
	Audit   *audit.Log
	Bus     *event.Bus
	Live    *event.Live
	Queue   *jobs.Queue
	Vault   *vault.Vault
	Org     *org.Service
	Publish *publish.Service
	Words   *i18n.Catalogue
	Gate    Gate
	Mail    mail.Sender  // for single letters: confirmations, tests
	Carrier mail.Carrier // for many
	From    mail.Address // of every letter
	// Return is the domain to which bounces go; empty means that of From.
	Return  string
	BaseURL string // absolute address of the house without trailing slash
}

// Service keeps lists and sends letters. It is safe for concurrent use.
type Service struct {
	Deps
	key struct{ hash, token, verp, link []byte } // of the vault, by use

	mu    sync.Mutex
	slots map[string]*slots // of the letters that this process sends, by id
}

// New gives the service and has it hear of withdrawals.
func New(d Deps) *Service {
	s := &Service{Deps: d, slots: map[string]*slots{}}
	if s.Return == "" {
		s.Return = mail.Domain(d.From.Email)
	}
	s.key.hash, s.key.token = d.Vault.Derive("newsletter/address"), d.Vault.Derive("newsletter/token")
	s.key.verp, s.key.link = d.Vault.Derive("newsletter/verp"), d.Vault.Derive("newsletter/link")
	event.On(d.Bus, "newsletter", s.onWithdrawn)
	return s
}

// Jobs registers the jobs of this package.
func (s *Service) Jobs(q *jobs.Queue) {
	jobs.Handle(q, s.runSend)
	jobs.Handle(q, s.runInvite)
	jobs.Handle(q, func(ctx context.Context, _ jobs.Job[sweepArgs]) error { return s.Sweep(ctx) })
	q.Every(time.Minute, sweepArgs{})
}

func (s *Service) now() db.Time { return db.At(s.Clock.Now()) }

// Live topics.
const (
	Topic     = "newsletter"
	siteTopic = "site"
)

// record writes an act into the audit log and has open pages look again.
func (s *Service) record(ctx context.Context, tx bun.Tx, p perm.Permission, act, object, id, missionID string, detail map[string]any) error {
	if err := s.Live.Notify(ctx, tx, Topic); err != nil {
		return err
	}
	return s.Audit.Record(ctx, tx, audit.Entry{Act: "newsletter." + act, Object: object, ObjectID: id, Mission: missionID, Permission: p, Detail: detail})
}

// allowed is the check of the object: what the actor may not see does not
// exist, what they may see but not do is forbidden.
func allowed(ctx context.Context, p perm.Permission, missionID string) error {
	a, scope := perm.From(ctx), perm.InMission(missionID)
	switch {
	case a.MayIn(p, scope):
		return nil
	case a.MayIn(publish.MayView, scope):
		return errs.New(errs.Forbidden, "")
	}
	return errs.New(errs.NotFound, "")
}

// What stands against an act.
var (
	ErrEdited        = errs.New(errs.Conflict, "newsletter.error.edited")    // someone else saved a newer version
	ErrState         = errs.New(errs.Conflict, "newsletter.error.state")     // the act does not fit the letter's state
	ErrOwnWords      = errs.New(errs.Forbidden, "newsletter.error.own")      // who worded the subject does not let it out
	ErrNotForLetters = errs.New(errs.Conflict, "newsletter.error.channel")   // the message is for other channels
	ErrNotPublic     = errs.New(errs.Conflict, "newsletter.error.unpublic")  // a letter carries released messages only
	ErrNobody        = errs.New(errs.Conflict, "newsletter.error.nobody")    // nobody would get it
	ErrLink          = errs.New(errs.NotFound, "newsletter.error.link")      // no such link, or its time is over
	ErrTooLarge      = errs.New(errs.TooLarge, "newsletter.error.too_large") // the letter is longer than mail may be
)

// notFound classifies the error of a query for one row.
func notFound(err error, what, id string) error {
	if db.IsNoRows(err) {
		err = errs.Wrap(err, errs.NotFound, "")
	}
	return fmt.Errorf("newsletter: %s %s: %w", what, id, err)
}
