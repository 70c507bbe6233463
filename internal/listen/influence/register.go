package influence

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/jobs"
	"sifara/internal/listen"
	"sifara/internal/listen/privacy"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// Deps are what the service needs. Live and Queue may be absent where only the
// command line measures.
type Deps struct {
	DB     *db.DB
	Log    *slog.Logger
	Clock  clock.Clock
	Audit  *audit.Log
	Live   *event.Live
	Queue  *jobs.Queue
	Listen *listen.Service
}

// Service keeps the register and measures who is in it. It is safe for
// concurrent use.
type Service struct {
	Deps
	named *event.Kept[map[string]db.Time] // bare handles of active entries and when they end
}

// New gives the service.
func New(d Deps) *Service {
	s := &Service{Deps: d}
	s.named = event.Keep(d.Live, s.readNames, Live)
	return s
}

func may(ctx context.Context, p perm.Permission) error {
	if !perm.From(ctx).May(p) {
		return errs.New(errs.Forbidden, "")
	}
	return nil
}

// Actors lists the entries in the states named, or all, by name. Whoever may
// listen reads the register, with the reasons.
func (s *Service) Actors(ctx context.Context, states ...string) ([]Actor, error) {
	if err := may(ctx, listen.View); err != nil {
		return nil, err
	}
	list := []Actor{}
	q := s.DB.Reader().NewSelect().Model(&list).OrderExpr("name, id")
	if len(states) > 0 {
		q = q.Where("state IN (?)", bun.List(states))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list public actors: %w", err)
	}
	var accounts []Account
	if err := s.DB.Reader().NewSelect().Model(&accounts).OrderExpr("network, handle").Scan(ctx); err != nil {
		return nil, fmt.Errorf("accounts of public actors: %w", err)
	}
	of := map[string][]Account{}
	for _, x := range accounts {
		of[x.ActorID] = append(of[x.ActorID], x)
	}
	for i := range list {
		list[i].Accounts = append([]Account{}, of[list[i].ID]...)
	}
	return list, nil
}

// Actor gives an entry; errs.NotFound when there is none.
func (s *Service) Actor(ctx context.Context, id string) (Actor, error) {
	if err := may(ctx, listen.View); err != nil {
		return Actor{}, err
	}
	return load(ctx, s.DB.Reader(), id)
}

func load(ctx context.Context, q bun.IDB, id string) (Actor, error) {
	var a Actor
	err := q.NewSelect().Model(&a).Where("id = ?", id).Scan(ctx)
	if db.IsNoRows(err) {
		return a, errs.Wrap(fmt.Errorf("no public actor %s", id), errs.NotFound, "")
	}
	if err == nil {
		a.Accounts = []Account{}
		err = q.NewSelect().Model(&a.Accounts).Where("actor_id = ?", id).OrderExpr("network, handle").Scan(ctx)
	}
	if err != nil {
		return a, fmt.Errorf("read public actor: %w", err)
	}
	return a, nil
}

// CountWaiting counts the entries that wait for the actor to confirm them.
func (s *Service) CountWaiting(ctx context.Context) (int, error) {
	list, err := s.Actors(ctx, Proposed, Active)
	if errs.KindOf(err) == errs.Forbidden {
		return 0, nil
	}
	n := 0
	for _, a := range list {
		if a.MayConfirm(perm.From(ctx)) == nil {
			n++
		}
	}
	return n, err
}

// Propose enters an actor under the id it brings. It counts once a second
// official has confirmed it. The same id again is no error and changes nothing.
// An account that is in the register already is errs.Invalid.
func (s *Service) Propose(ctx context.Context, a Actor) error {
	if err := may(ctx, Manage); err != nil {
		return err
	}
	if err := a.check(s.Clock.Now()); err != nil {
		return err
	}
	a.State, a.EnteredBy, a.EnteredAt = Proposed, perm.From(ctx).ID, db.At(s.Clock.Now())
	a.ConfirmedBy, a.ConfirmedAt, a.EndedBy, a.EndedAt, a.EndReason = "", 0, "", 0, ""
	a.RenewsTo, a.RenewReason, a.RenewedBy = 0, "", ""
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewInsert().Model(&a).On("CONFLICT (id) DO NOTHING").Exec(ctx)
		if err != nil {
			return fmt.Errorf("enter public actor: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return nil
		}
		for _, x := range a.Accounts {
			res, err := tx.NewInsert().Model(&x).On("CONFLICT (network, handle) DO NOTHING").Exec(ctx)
			if err != nil {
				return fmt.Errorf("enter account of public actor: %w", err)
			}
			if n, _ := res.RowsAffected(); n == 0 {
				return errs.InvalidFields(errs.Field{Name: "accounts", Key: "listen.actor.twice", Args: []any{"handle", x.Handle}})
			}
		}
		return s.done(ctx, tx, "listen.actor.propose", a, a.Reason)
	})
}

// Confirm has an entry count, or its new end: the second person's act, never
// that of who proposed it (ErrOwnWork).
func (s *Service) Confirm(ctx context.Context, id string) error {
	return s.change(ctx, id, func(a *Actor, now time.Time) (string, string, error) {
		if err := a.MayConfirm(perm.From(ctx)); err != nil {
			return "", "", err
		}
		act, end := "listen.actor.confirm", a.EndsAt
		if a.State == Active {
			act, end = "listen.actor.confirm_renewal", a.RenewsTo
		}
		if _, ok := badEnd(end, now); !ok {
			return "", "", errs.New(errs.Conflict, "listen.actor.bad_end")
		}
		reason := a.Reason
		if a.State == Active {
			reason = a.RenewReason
		}
		a.State, a.EndsAt, a.Reason = Active, end, reason
		a.ConfirmedBy, a.ConfirmedAt = perm.From(ctx).ID, db.At(now)
		a.RenewsTo, a.RenewReason, a.RenewedBy = 0, "", ""
		return act, reason, nil
	})
}

// Renew proposes a new end, a year ahead at most, for an entry that counts. Why
// it is still needed is said anew; a second person confirms it.
func (s *Service) Renew(ctx context.Context, id string, end db.Time, reason string) error {
	reason = text.Line(reason)
	var bad []errs.Field
	if f, ok := badEnd(end, s.Clock.Now()); !ok {
		bad = append(bad, f)
	}
	if f, ok := badReason("reason", reason); !ok {
		bad = append(bad, f)
	}
	if err := errs.InvalidFields(bad...); err != nil {
		return err
	}
	return s.change(ctx, id, func(a *Actor, now time.Time) (string, string, error) {
		if a.State != Active || a.Waits() {
			return "", "", ErrState
		}
		a.RenewsTo, a.RenewReason, a.RenewedBy = end, reason, perm.From(ctx).ID
		return "listen.actor.renew", reason, nil
	})
}

// KeepEnd takes back a new end that waits: the entry ends when it did.
func (s *Service) KeepEnd(ctx context.Context, id string) error {
	return s.change(ctx, id, func(a *Actor, now time.Time) (string, string, error) {
		if a.State != Active || !a.Waits() {
			return "", "", ErrState
		}
		a.RenewsTo, a.RenewReason, a.RenewedBy = 0, "", ""
		return "listen.actor.keep_end", "", nil
	})
}

// End ends an entry before its date, or refuses one that waits, with a reason.
// The names of its accounts and what was measured are removed.
func (s *Service) End(ctx context.Context, id, reason string) error {
	reason = text.Line(reason)
	if reason == "" {
		return errs.InvalidFields(errs.Field{Name: "end_reason", Key: "web.field.required"})
	}
	if n := len([]rune(reason)); n > MaxReason {
		return errs.InvalidFields(errs.Field{Name: "end_reason", Key: "web.field.long", Args: []any{"max", MaxReason, "count", n - MaxReason}})
	}
	return s.change(ctx, id, func(a *Actor, now time.Time) (string, string, error) {
		act := "listen.actor.end"
		switch a.State {
		case Proposed:
			act = "listen.actor.refuse"
		case Ended:
			return "", "", ErrState
		}
		a.end(perm.From(ctx).ID, now)
		a.EndReason = reason
		return act, reason, nil
	})
}

// end ends an entry; a new end that waits is none any more.
func (a *Actor) end(by string, at time.Time) {
	a.State, a.EndedBy, a.EndedAt = Ended, by, db.At(at)
	a.RenewsTo, a.RenewReason, a.RenewedBy = 0, "", ""
}

// change does one act on an entry: rule tells the act and its reason for the
// record.
func (s *Service) change(ctx context.Context, id string, rule func(a *Actor, now time.Time) (act, reason string, err error)) error {
	if err := may(ctx, Manage); err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		a, err := load(ctx, tx, id)
		if err != nil {
			return err
		}
		before, waited := a.State, a.RenewsTo
		act, reason, err := rule(&a, s.Clock.Now())
		if err != nil {
			return err
		}
		res, err := tx.NewUpdate().Model(&a).WherePK().Where("state = ? AND renews_to = ?", before, waited).Exec(ctx)
		if err != nil {
			return fmt.Errorf("change public actor: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return ErrState
		}
		if a.State == Ended {
			if err := forget(ctx, tx, id); err != nil {
				return err
			}
			a.Accounts = nil // the record does not name them once more
		}
		return s.done(ctx, tx, act, a, reason)
	})
}

// forget removes the names of an entry's accounts and what was measured.
func forget(ctx context.Context, tx bun.Tx, id string) error {
	for _, q := range []string{`DELETE FROM listen_actor_account WHERE actor_id = ?`, `DELETE FROM listen_actor_figure WHERE actor_id = ?`} {
		if _, err := tx.ExecContext(ctx, q, id); err != nil {
			return fmt.Errorf("forget accounts of public actor: %w", err)
		}
	}
	return nil
}

// Expire ends the entries whose date has come, and proposals that nobody
// confirmed before it.
func (s *Service) Expire(ctx context.Context) error {
	now := s.Clock.Now()
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var due []Actor
		if err := tx.NewSelect().Model(&due).Where("state <> ? AND ends_at <= ?", Ended, db.At(now)).OrderExpr("id").Scan(ctx); err != nil {
			return fmt.Errorf("entries whose date has come: %w", err)
		}
		for _, a := range due {
			a.end("", now)
			res, err := tx.NewUpdate().Model(&a).WherePK().Where("state <> ? AND ends_at <= ?", Ended, db.At(now)).
				Column("state", "ended_by", "ended_at", "renews_to", "renew_reason", "renewed_by").Exec(ctx)
			if err != nil {
				return fmt.Errorf("end public actor: %w", err)
			}
			if n, _ := res.RowsAffected(); n == 0 {
				continue // an official ended or renewed it in this moment
			}
			if err := forget(ctx, tx, a.ID); err != nil {
				return err
			}
			if err := s.done(ctx, tx, "listen.actor.expire", a, ""); err != nil {
				return err
			}
		}
		return nil
	})
}

// done tells pages and records an act.
func (s *Service) done(ctx context.Context, tx bun.Tx, act string, a Actor, reason string) error {
	if s.Live != nil {
		if err := s.Live.Notify(ctx, tx, Live); err != nil {
			return err
		}
	}
	db.AfterCommit(ctx, s.named.Forget)
	detail := map[string]any{"name": a.Name, "kind": a.Kind, "until": a.EndsAt.Std().Format(time.DateOnly)}
	if reason != "" {
		detail["reason"] = reason
	}
	if !a.RenewsTo.IsZero() {
		detail["renews_to"] = a.RenewsTo.Std().Format(time.DateOnly)
	}
	var names []string
	for _, x := range a.Accounts {
		names = append(names, x.Network+":"+x.Handle)
	}
	if len(names) > 0 {
		slices.Sort(names)
		detail["accounts"] = strings.Join(names, " ")
	}
	return s.Audit.Record(ctx, tx, audit.Entry{Act: act, Object: "actor", ObjectID: a.ID, Permission: Manage, Detail: detail})
}

// Registered reports whether a handle, with or without "@" and in any case of
// letters, is that of an account in an entry that counts. When the register
// cannot be read it answers with what was read last, but for what has ended
// since.
func (s *Service) Registered(handle string) bool {
	end, ok := s.names()[privacy.BareHandle(handle)]
	return ok && end > db.At(s.Clock.Now())
}

func (s *Service) names() map[string]db.Time {
	named, err := s.named.Get(context.Background())
	if err != nil {
		s.Log.Warn("register of public actors not read", "err", err)
	}
	return named
}

func (s *Service) readNames(ctx context.Context) (map[string]db.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var rows []struct {
		Handle string
		EndsAt db.Time
	}
	err := s.DB.Reader().NewRaw(`SELECT n.handle, a.ends_at FROM listen_actor_account n JOIN listen_actor a ON a.id = n.actor_id WHERE a.state = ?`, Active).Scan(ctx, &rows)
	if err != nil {
		return nil, err
	}
	named := map[string]db.Time{}
	for _, r := range rows {
		named[r.Handle] = max(named[r.Handle], r.EndsAt)
	}
	return named, nil
}
