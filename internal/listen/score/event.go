package score

import (
	"context"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/listen"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// Deps are what the service needs.
type Deps struct {
	DB     *db.DB
	Clock  clock.Clock
	Audit  *audit.Log
	Listen *listen.Service
}

// Service keeps events and computes scorecards. It is safe for concurrent use.
type Service struct{ Deps }

// New gives the service.
func New(d Deps) *Service { return &Service{d} }

// Event is something that happened.
type Event struct {
	bun.BaseModel `bun:"table:listen_event,alias:e" json:"-"`

	ID        string  `bun:",pk" json:"id"`
	Title     string  `json:"title"`
	TopicID   string  `json:"topic_id,omitempty"` // either is there
	Country   string  `json:"country,omitempty"`
	BeganAt   db.Time `json:"began_at"`
	Origin    string  `json:"origin"` // where this is known from
	EnteredBy string  `json:"entered_by"`
	EnteredAt db.Time `json:"entered_at"`
	Withdrawn bool    `json:"withdrawn"`
}

// Bounds of what is entered, in characters.
const (
	MaxTitle  = 200
	MaxOrigin = 500
)

func (e *Event) check(now time.Time) error {
	e.Title, e.Origin = text.Line(e.Title), text.Line(e.Origin)
	var bad []errs.Field
	for _, f := range []struct {
		name, value string
		most        int
	}{{"title", e.Title, MaxTitle}, {"origin", e.Origin, MaxOrigin}} {
		switch n := utf8.RuneCountInString(f.value); {
		case n == 0:
			bad = append(bad, errs.Field{Name: f.name, Key: "web.field.required"})
		case n > f.most:
			bad = append(bad, errs.Field{Name: f.name, Key: "web.field.long", Args: []any{"max", f.most, "count", n - f.most}})
		}
	}
	if e.TopicID == "" && e.Country == "" {
		bad = append(bad, errs.Field{Name: "topic", Key: "listen.event.of_what"})
	}
	if e.BeganAt.IsZero() || e.BeganAt.Std().After(now) {
		bad = append(bad, errs.Field{Name: "began", Key: "listen.event.when"})
	}
	if len(bad) > 0 {
		return errs.InvalidFields(bad...)
	}
	return nil
}

// Enter notes an event. Who answers warnings at some desk may; a topic must be
// one that they see. The same id again is no error and changes nothing.
func (s *Service) Enter(ctx context.Context, e Event) error {
	if !perm.From(ctx).May(listen.Warn) {
		return errs.New(errs.Forbidden, "")
	}
	if err := e.check(s.Clock.Now()); err != nil {
		return err
	}
	if e.TopicID != "" {
		if _, err := s.Listen.Topic(ctx, e.TopicID); err != nil {
			return err
		}
	}
	e.EnteredBy, e.EnteredAt, e.Withdrawn = perm.From(ctx).ID, db.At(s.Clock.Now()), false
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewInsert().Model(&e).On("CONFLICT (id) DO NOTHING").Exec(ctx)
		if err != nil {
			return fmt.Errorf("enter event: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return nil
		}
		return s.record(ctx, tx, "listen.event.enter", e)
	})
}

// Withdraw takes an event out of the sums: it was entered by mistake. It stays
// on record. Who entered it may, and who answers warnings of the whole ministry.
func (s *Service) Withdraw(ctx context.Context, id string) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var e Event
		err := tx.NewSelect().Model(&e).Where("id = ?", id).Scan(ctx)
		if db.IsNoRows(err) {
			return errs.Wrap(fmt.Errorf("no event %s", id), errs.NotFound, "")
		}
		if err != nil {
			return fmt.Errorf("read event: %w", err)
		}
		if !e.MayWithdraw(perm.From(ctx)) {
			return errs.New(errs.Forbidden, "")
		}
		if e.Withdrawn {
			return nil
		}
		if _, err := tx.NewUpdate().Model((*Event)(nil)).Set("withdrawn = ?", true).Where("id = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("withdraw event: %w", err)
		}
		return s.record(ctx, tx, "listen.event.withdraw", e)
	})
}

// MayWithdraw reports whether an actor may withdraw the event.
func (e Event) MayWithdraw(a *perm.Actor) bool {
	return a.May(listen.Warn) && a.ID == e.EnteredBy || a.MayIn(listen.Warn, perm.Everywhere())
}

func (s *Service) record(ctx context.Context, tx bun.Tx, act string, e Event) error {
	return s.Audit.Record(ctx, tx, audit.Entry{Act: act, Object: "event", ObjectID: e.ID, Permission: listen.Warn, Detail: map[string]any{"title": e.Title}})
}

// Events lists the events that began in a period and were not withdrawn, the
// newest first. Those of topics that the actor does not see are left out.
func (s *Service) Events(ctx context.Context, from, to time.Time) ([]Event, error) {
	all, err := s.all(ctx, from, to)
	if err != nil {
		return nil, err
	}
	seen, err := s.seen(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(e Event) bool { return e.TopicID != "" && !seen[e.TopicID] }), nil
}

func (s *Service) all(ctx context.Context, from, to time.Time) ([]Event, error) {
	if !perm.From(ctx).May(listen.View) {
		return nil, errs.New(errs.Forbidden, "")
	}
	list := []Event{}
	err := s.DB.Reader().NewSelect().Model(&list).Where("began_at >= ? AND began_at < ? AND withdrawn = ?", db.At(from), db.At(to), false).OrderExpr("began_at DESC, id DESC").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list events: %w", err)
	}
	return list, nil
}

// seen are the topics that the actor sees.
func (s *Service) seen(ctx context.Context) (map[string]bool, error) {
	topics, err := s.Listen.Topics(ctx)
	if err != nil {
		return nil, err
	}
	m := map[string]bool{}
	for _, t := range topics {
		m[t.ID] = true
	}
	return m, nil
}
