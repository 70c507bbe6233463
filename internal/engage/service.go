package engage

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/mail"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/search"
	"sifara/internal/vault"
)

// Live topics.
const (
	InboxTopic = "engage.inbox"
	siteTopic  = "site" // web.SiteTopic; this package does not know web
)

// QuestionTopic is the live topic of one question.
func QuestionTopic(id string) string { return "engage.question:" + id }

// Statement is what this context knows of a released message. MissionID is
// empty for the ministry's own.
type Statement struct {
	ID        string
	Slug      string
	MissionID string
	Titles    map[i18n.Lang]string
}

// Statements finds the statements under which may be asked. One that is not
// released, or was withdrawn, is errs.NotFound.
type Statements interface {
	ReleasedStatement(ctx context.Context, slug string) (Statement, error)
}

// Approvals says whether a mission's route wants a second person to let an
// answer out.
type Approvals interface {
	AnswerNeedsApproval(ctx context.Context, missionID string) (bool, error)
}

// Deps are what the service needs of the house. Approvals may be nil: then no
// answer needs a second person. Mail may be nil: then no letters are sent and
// the ask form asks for no address.
type Deps struct {
	DB         *db.DB
	Log        *slog.Logger
	Clock      clock.Clock
	Audit      *audit.Log
	Bus        *event.Bus
	Live       *event.Live
	Queue      *jobs.Queue
	Vault      *vault.Vault
	Org        *org.Service
	Statements Statements
	Approvals  Approvals
	Mail       mail.Sender
	Words      *i18n.Catalogue // for letters
	BaseURL    string          // absolute address of the house without trailing slash, for letters
	Options    Options
}

// Options tune the service; the zero value is right for most ministries.
type Options struct {
	TargetDays  int           // working days until an answer; zero means 3
	HourlyBound int           // questions taken under one statement in an hour; zero means 60
	RetainText  time.Duration // texts of questions closed without an answer; zero means 90 days
	RetainEmail time.Duration // addresses after the answer, should the letter fail; zero means 30 days
}

// Service is the talk with the public. It is safe for concurrent use.
type Service struct {
	Deps
	gate  gate
	words search.Index
}

// New gives the service.
func New(d Deps) *Service {
	o := &d.Options
	if o.TargetDays == 0 {
		o.TargetDays = 3
	}
	if o.HourlyBound == 0 {
		o.HourlyBound = 60
	}
	if o.RetainText == 0 {
		o.RetainText = 90 * 24 * time.Hour
	}
	if o.RetainEmail == 0 {
		o.RetainEmail = 30 * 24 * time.Hour
	}
	return &Service{Deps: d, gate: gate{key: d.Vault.Derive("engage/form")}, words: search.New("engage_question_words")}
}

// Jobs registers the jobs of this context.
func (s *Service) Jobs(q *jobs.Queue) {
	jobs.Handle(q, s.runNotice)
	jobs.Handle(q, s.runRetain)
	q.Every(24*time.Hour, retainArgs{})
}

// TakesEmail reports whether letters to askers can be sent.
func (s *Service) TakesEmail() bool { return s.Mail != nil }

func (s *Service) now() db.Time { return db.At(s.Clock.Now()) }

// act is one write on a question: it loads it, refuses what lies outside the
// actor's scope, lets do change it, and saves, notes, announces and records it
// in one transaction.
type act struct {
	id      string
	need    perm.Permission
	name    string         // of the audit record and of the entry
	note    string         // kept in the entry, never in the audit record
	subject string         // person or mission concerned
	detail  map[string]any // of the audit record
}

func (s *Service) do(ctx context.Context, a *act, do func(ctx context.Context, tx bun.Tx, q *Question) error) error {
	err := s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		q, err := s.lockQuestion(ctx, tx, a.id)
		if err != nil {
			return err
		}
		if err := allowed(ctx, a.need, q); err != nil {
			return err
		}
		was := *q
		if err := do(ctx, tx, q); err != nil {
			return err
		}
		if err := s.saveQuestion(ctx, tx, q); err != nil {
			return err
		}
		if err := s.enter(ctx, tx, q.ID, a.name, a.note, a.subject); err != nil {
			return err
		}
		topics := []string{InboxTopic, QuestionTopic(q.ID)}
		if was.Public || q.Public {
			topics = append(topics, siteTopic)
		}
		if err := s.Live.Notify(ctx, tx, topics...); err != nil {
			return err
		}
		return s.record(ctx, tx, "engage."+a.name, &was, a.detail)
	})
	if err != nil {
		return fmt.Errorf("%s question %s: %w", a.name, a.id, err)
	}
	return nil
}

// allowed is the check of the object: what the actor may not see does not
// exist, what they may see but not do is forbidden.
func allowed(ctx context.Context, p perm.Permission, q *Question) error {
	a := perm.From(ctx)
	if !a.MayIn(View, q.Scope()) {
		return errs.New(errs.NotFound, "")
	}
	if !a.MayIn(p, q.Scope()) {
		return errs.New(errs.Forbidden, "")
	}
	return nil
}

func (s *Service) enter(ctx context.Context, tx bun.Tx, question, act, note, subject string) error {
	e := &Entry{ID: id.New(), QuestionID: question, At: s.now(), ActorID: perm.From(ctx).ID, Act: act, Note: note, Subject: subject}
	_, err := tx.NewInsert().Model(e).Exec(ctx)
	return err
}

func (s *Service) record(ctx context.Context, tx bun.Tx, act string, q *Question, detail map[string]any) error {
	d := map[string]any{"number": strconv.FormatInt(q.Number, 10)}
	for k, v := range detail {
		d[k] = v
	}
	return s.Audit.Record(ctx, tx, audit.Entry{Act: act, Object: "question", ObjectID: q.ID, Mission: q.MissionID, Detail: d})
}
