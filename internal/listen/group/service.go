package group

import (
	"context"
	"fmt"
	"log/slog"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/jobs"
	"sifara/internal/listen"
	"sifara/internal/listen/campaign"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// Actors tells which authors of a period are accounts of the register of public
// actors, by their pseudonyms.
type Actors interface {
	Pseudonyms(ctx context.Context, from, to time.Time) (map[int64]bool, error)
}

// Deps are what the service needs. Live and Queue may be absent where only the
// command line looks, Actors where there is no register.
type Deps struct {
	DB        *db.DB
	Log       *slog.Logger
	Clock     clock.Clock
	Audit     *audit.Log
	Live      *event.Live
	Queue     *jobs.Queue
	Listen    *listen.Service
	Campaigns *campaign.Service
	Actors    Actors
}

// Service finds and keeps groups. It is safe for concurrent use.
type Service struct{ Deps }

// New gives the service.
func New(d Deps) *Service { return &Service{d} }

func may(ctx context.Context, p perm.Permission) error {
	if !perm.From(ctx).May(p) {
		return errs.New(errs.Forbidden, "")
	}
	return nil
}

// Groups lists the groups in a state that were seen last, at most limit, without
// their networks.
// Whoever may listen may see them: posts are public utterances.
func (s *Service) Groups(ctx context.Context, state string, limit int) ([]Group, error) {
	if err := may(ctx, listen.View); err != nil {
		return nil, err
	}
	list := []Group{}
	err := s.DB.Reader().NewSelect().Model(&list).ExcludeColumn("network").Where("state = ?", state).OrderExpr("last_at DESC, p, id").Limit(int64(limit)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list groups: %w", err)
	}
	return list, nil
}

// Group gives a group; errs.NotFound when there is none.
func (s *Service) Group(ctx context.Context, id string) (Group, error) {
	if err := may(ctx, listen.View); err != nil {
		return Group{}, err
	}
	return s.load(ctx, s.DB.Reader(), id)
}

func (s *Service) load(ctx context.Context, q bun.IDB, id string) (Group, error) {
	var g Group
	err := q.NewSelect().Model(&g).Where("id = ?", id).Scan(ctx)
	if db.IsNoRows(err) {
		return g, errs.Wrap(fmt.Errorf("no group %s", id), errs.NotFound, "")
	}
	if err != nil {
		return g, fmt.Errorf("read group: %w", err)
	}
	return g, nil
}

// Evidence gives the posts that show a group, in their order, also those that
// retention has removed since.
func (s *Service) Evidence(ctx context.Context, id string) ([]Evidence, error) {
	if _, err := s.Group(ctx, id); err != nil {
		return nil, err
	}
	list := []Evidence{}
	if err := s.DB.Reader().NewSelect().Model(&list).Where("group_id = ?", id).OrderExpr("post, kind, object").Scan(ctx); err != nil {
		return nil, fmt.Errorf("evidence of group: %w", err)
	}
	return list, nil
}

// MaxReason is the longest reason, in characters.
const MaxReason = 1000

// SetAside says that a group is of no concern, and why: syndication, a fan club.
// It stays aside when it is found again.
func (s *Service) SetAside(ctx context.Context, id, reason string) error {
	if err := may(ctx, Manage); err != nil {
		return err
	}
	reason, err := reasonOf(reason)
	if err != nil {
		return err
	}
	return s.set(ctx, id, Open, Aside, reason, "listen.group.aside")
}

// TakeUp takes up a group again that was set aside.
func (s *Service) TakeUp(ctx context.Context, id string) error {
	if err := may(ctx, Manage); err != nil {
		return err
	}
	return s.set(ctx, id, Aside, Open, "", "listen.group.take_up")
}

func (s *Service) set(ctx context.Context, id, from, to, reason, act string) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		g, err := s.load(ctx, tx, id)
		if err != nil {
			return err
		}
		if g.State != from {
			return errs.New(errs.Conflict, "")
		}
		_, err = tx.NewUpdate().Model(&Group{State: to, Reason: reason, SetBy: perm.From(ctx).ID, SetAt: db.At(s.Clock.Now())}).
			Column("state", "reason", "set_by", "set_at").Where("id = ? AND state = ?", id, from).Exec(ctx)
		if err != nil {
			return fmt.Errorf("set state of group: %w", err)
		}
		if err := s.notify(ctx, tx); err != nil {
			return err
		}
		return s.record(ctx, tx, act, "group", id, map[string]any{"count": g.Accounts, "reason": reason})
	})
}

// reasonOf evens out a reason that must be given.
func reasonOf(s string) (string, error) {
	s = text.Line(s)
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		return "", errs.InvalidFields(errs.Field{Name: "reason", Key: "web.field.required"})
	case n > MaxReason:
		return "", errs.InvalidFields(errs.Field{Name: "reason", Key: "web.field.long", Args: []any{"max", MaxReason, "count", n - MaxReason}})
	}
	return s, nil
}

func (s *Service) notify(ctx context.Context, tx bun.Tx) error {
	if s.Live == nil {
		return nil
	}
	return s.Live.Notify(ctx, tx, Live)
}

func (s *Service) record(ctx context.Context, tx bun.Tx, act, object, id string, detail map[string]any) error {
	return s.Audit.Record(ctx, tx, audit.Entry{Act: act, Object: object, ObjectID: id, Permission: Manage, Detail: detail})
}
