package campaign

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
)

// Strategy names the objectives of the ministry's strategy; errs.NotFound for
// one that there is not.
type Strategy interface {
	Objective(ctx context.Context, id string) (publish.Texts, error)
}

// Asked counts the questions under a statement.
type Asked struct{ Asked, Answered int }

// Questions counts what was asked under statements; those without questions
// are left out.
type Questions interface {
	CampaignQuestions(ctx context.Context, messageIDs []string) (map[string]Asked, error)
}

// Deps are what the service needs. Live, Strategy and Questions may be absent.
type Deps struct {
	DB        *db.DB
	Clock     clock.Clock
	Audit     *audit.Log
	Live      *event.Live
	Org       *org.Service
	Publish   *publish.Service
	Strategy  Strategy
	Questions Questions
}

// Service keeps the campaigns. Each act is one transaction that locks the
// campaign. It is safe for concurrent use.
type Service struct{ Deps }

// New gives the service.
func New(d Deps) *Service { return &Service{d} }

// What stands against an act.
var (
	ErrChanged = errs.New(errs.Conflict, "publish.campaign.error.changed") // someone else saved meanwhile
	ErrState   = errs.New(errs.Conflict, "publish.campaign.error.state")   // the act does not fit the state
	ErrMoney   = errs.New(errs.Conflict, "publish.campaign.error.money")   // amounts of the old currency are there
)

func notFound(what, id string) error {
	return errs.Wrap(fmt.Errorf("no %s %s", what, id), errs.NotFound, "")
}

// Campaign gives a campaign; errs.NotFound when there is none that the actor
// sees.
func (s *Service) Campaign(ctx context.Context, id string) (Campaign, error) {
	return load(ctx, s.DB.Reader(), id)
}

// May reports whether the actor works on the campaign.
func (s *Service) May(ctx context.Context, c Campaign) bool { return c.run(perm.From(ctx)) }

// Begin makes a campaign under the id it brings, in the state Planned and with
// the actor as its owner unless it names one. Called again with the same id it
// changes nothing. Needs publish.campaign where it is led.
func (s *Service) Begin(ctx context.Context, c Campaign) error {
	if err := s.checked(ctx, &c); err != nil {
		return err
	}
	if !perm.From(ctx).MayIn(Manage, c.Scope()) {
		return errs.New(errs.Forbidden, "")
	}
	if err := s.checkOwner(ctx, c.OwnerID, ""); err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := s.insert(ctx, tx, &c, "publish.campaign.begin")
		return err
	})
}

// insert makes a campaign and reports whether it is new.
func (s *Service) insert(ctx context.Context, tx bun.Tx, c *Campaign, act string) (bool, error) {
	now := db.At(s.Clock.Now())
	c.State, c.Reason = Planned, ""
	c.CreatedBy, c.CreatedAt, c.UpdatedAt, c.Version = perm.From(ctx).ID, now, now, 1
	if c.OwnerID == "" {
		c.OwnerID = c.CreatedBy
	}
	res, err := tx.NewInsert().Model(c).On("CONFLICT (id) DO NOTHING").Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("begin campaign: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	if err := putPartners(ctx, tx, *c); err != nil {
		return false, err
	}
	return true, s.done(ctx, tx, *c, act, nil)
}

// checkOwner refuses an owner who is no official, unless they are known.
func (s *Service) checkOwner(ctx context.Context, owner, known string) error {
	if owner == "" || owner == known || owner == perm.From(ctx).ID {
		return nil
	}
	if _, err := s.Org.Person(ctx, owner); errs.KindOf(err) == errs.NotFound {
		return errs.InvalidFields(errs.Field{Name: "owner", Key: "web.field.choice"})
	} else if err != nil {
		return err
	}
	return nil
}

// checked is check and what only the house knows: missions and the objective.
func (s *Service) checked(ctx context.Context, c *Campaign) error {
	if err := c.check(); err != nil {
		return err
	}
	var bad problems
	for _, m := range c.Units() {
		if m == "" {
			continue
		}
		if _, err := s.Org.Mission(ctx, m); errs.KindOf(err) == errs.NotFound {
			bad.add("mission", "web.field.choice")
		} else if err != nil {
			return err
		}
	}
	if c.ObjectiveID != "" && s.Strategy != nil {
		if _, err := s.Strategy.Objective(ctx, c.ObjectiveID); errs.KindOf(err) == errs.NotFound {
			bad.add("objective_id", "web.field.choice")
		} else if err != nil {
			return err
		}
	}
	return errs.InvalidFields(bad...)
}

// Edit changes what a campaign says. Version must be the one that was read,
// else ErrChanged. State, origin and entries stay. Where it is led may only
// change to where the actor may lead; the currency not once money is entered.
func (s *Service) Edit(ctx context.Context, c Campaign) error {
	old, err := s.Campaign(ctx, c.ID)
	if err == nil {
		err = s.checked(ctx, &c)
	}
	if err == nil {
		err = s.checkOwner(ctx, c.OwnerID, old.OwnerID)
	}
	if err != nil {
		return err
	}
	return s.change(ctx, c.ID, "publish.campaign.edit", func(ctx context.Context, tx bun.Tx, now *Campaign) (map[string]any, error) {
		switch {
		case now.Version != c.Version:
			return nil, ErrChanged
		case now.State.Over():
			return nil, ErrState
		case !perm.From(ctx).MayIn(Manage, c.Scope()):
			return nil, errs.New(errs.Forbidden, "")
		}
		if now.Currency != c.Currency {
			money, err := tx.NewSelect().Model((*Line)(nil)).Where("campaign_id = ?", c.ID).Exists(ctx)
			if err != nil || money {
				return nil, firstOf(err, ErrMoney)
			}
		}
		keep := *now
		*now = c
		now.State, now.Reason, now.CopiedFrom, now.CreatedBy, now.CreatedAt, now.Version = keep.State, keep.Reason, keep.CopiedFrom, keep.CreatedBy, keep.CreatedAt, keep.Version
		if now.OwnerID == "" {
			now.OwnerID = keep.OwnerID
		}
		return nil, putPartners(ctx, tx, *now)
	})
}

func firstOf(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// change loads a campaign on which the actor works, has it changed, saves and
// records it.
func (s *Service) change(ctx context.Context, id, act string, rule func(context.Context, bun.Tx, *Campaign) (map[string]any, error)) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		c, err := lock(ctx, tx, id)
		if err != nil {
			return err
		}
		if !c.run(perm.From(ctx)) {
			return errs.New(errs.Forbidden, "")
		}
		detail, err := rule(ctx, tx, &c)
		if err != nil {
			return err
		}
		return s.save(ctx, tx, &c, act, detail)
	})
}

// save writes a campaign and tells of the act.
func (s *Service) save(ctx context.Context, tx bun.Tx, c *Campaign, act string, detail map[string]any) error {
	c.Version++
	c.UpdatedAt = db.At(s.Clock.Now())
	if _, err := tx.NewUpdate().Model(c).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("save campaign: %w", err)
	}
	return s.done(ctx, tx, *c, act, detail)
}

func (s *Service) done(ctx context.Context, tx bun.Tx, c Campaign, act string, more map[string]any) error {
	if s.Live != nil {
		if err := s.Live.Notify(ctx, tx, Live); err != nil {
			return err
		}
	}
	detail := map[string]any{"campaign": c.Names}
	for k, v := range more {
		detail[k] = v
	}
	p := Manage
	if !perm.From(ctx).MayIn(Manage, c.Scope()) {
		p = publish.MayDraft // of a message that joined
	}
	return s.Audit.Record(ctx, tx, audit.Entry{Act: act, Object: "public_campaign", ObjectID: c.ID, Permission: p, Mission: c.MissionID, Detail: detail})
}

// moves are the ways between states.
var moves = map[State][]State{Planned: {Running, Stopped}, Running: {Ended, Stopped}}

// Next are the states to which a campaign may go from its own.
func (c Campaign) Next() []State { return moves[c.State] }

// Move starts, ends or stops a campaign; stopping needs a reason, which stays
// on record.
func (s *Service) Move(ctx context.Context, id string, to State, reason string) error {
	var err error
	if to == Stopped {
		if reason, err = needed("reason", reason, MaxNote); err != nil {
			return err
		}
	}
	return s.change(ctx, id, "publish.campaign."+string(to), func(_ context.Context, _ bun.Tx, c *Campaign) (map[string]any, error) {
		if !slices.Contains(c.Next(), to) {
			return nil, ErrState
		}
		c.State = to
		if to != Stopped {
			return nil, nil
		}
		c.Reason = reason
		return map[string]any{"reason": reason}, nil
	})
}
