package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
)

// bestRoute finds the most specific route that matches; by says of which channels.
func bestRoute(ctx context.Context, q bun.IDB, m Match, by func(Channel) bool) (Route, error) {
	list, err := routesFor(ctx, q, m, by)
	if err != nil {
		return Route{}, err
	}
	if len(list) == 0 {
		return Route{}, fmt.Errorf("route of %+v: %w", m, errs.New(errs.NotFound, ""))
	}
	return slices.MinFunc(list, moreSpecific), nil
}

// routeFor is bestRoute for one channel; an empty one is for those that name none.
func routeFor(ctx context.Context, q bun.IDB, m Match) (Route, error) {
	return bestRoute(ctx, q, m, func(c Channel) bool { return c == m.Channel })
}

// RouteFor gives the route that a message would take.
func (s *Service) RouteFor(ctx context.Context, m Match) (Route, error) {
	return routeFor(ctx, s.db.Reader(), m)
}

// EmergencyRoute gives the route by which a message would go out in an emergency: that
// of its settings, heat apart.
func (s *Service) EmergencyRoute(ctx context.Context, m Message) (Route, error) {
	return bestRoute(ctx, s.db.Reader(), m.match(), m.Channels.Has)
}

// ownRoute gives the route for exactly a match; NotFound when there is none.
func ownRoute(ctx context.Context, q bun.IDB, m Match) (Route, error) {
	r, err := routeFor(ctx, q, m)
	if err == nil && r.Match() != m {
		err = errs.New(errs.NotFound, "")
	}
	return r, err
}

// AnswerNeedsApproval says whether answers to citizens' questions to a mission
// are approved before they go out.
func (s *Service) AnswerNeedsApproval(ctx context.Context, missionID string) (bool, error) {
	r, err := s.RouteFor(ctx, Match{MissionID: missionID, Sensitivity: Routine})
	return r.AnswerNeedsApproval, err
}

// Routes lists all routes, the ministry's first, to those who may view
// messages anywhere: who approves what is no secret in the house.
func (s *Service) Routes(ctx context.Context) ([]Route, error) {
	var list []Route
	err := s.db.Reader().NewSelect().Model(&list).
		OrderExpr("r.mission_id, r.topic_id, r.kind, r.channel, CASE r.sensitivity WHEN ? THEN 0 WHEN ? THEN 1 ELSE 2 END", Routine, Sensitive).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("publish: routes: %w", err)
	}
	return list, nil
}

// SaveRoute changes the route of a match, or makes it when there is none. Version is that of the route the actor had before them, zero
// for a new one; another one stored is ErrEdited. Messages on their way keep
// the route they were submitted with.
func (s *Service) SaveRoute(ctx context.Context, r Route) (Route, error) {
	actor := perm.From(ctx)
	if !actor.MayIn(MayRoutes, perm.InMission(r.MissionID)) {
		return Route{}, fmt.Errorf("publish: save route: %w", errNotPermitted)
	}
	if err := r.Check(); err != nil {
		return Route{}, err
	}
	if err := s.certifiable(ctx, r); err != nil {
		return Route{}, err
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		was := r.Version
		r.Version, r.UpdatedBy, r.UpdatedAt = was+1, actor.ID, db.At(s.clock.Now())
		if r.ID == "" {
			r.ID = id.New()
		}
		res, err := tx.NewInsert().Model(&r).On("CONFLICT (mission_id, topic_id, kind, channel, sensitivity) DO UPDATE").
			Set("steps = EXCLUDED.steps, one_step_each = EXCLUDED.one_step_each, two_people = EXCLUDED.two_people, required = EXCLUDED.required, incomplete = EXCLUDED.incomplete, answer_needs_approval = EXCLUDED.answer_needs_approval").
			Set("review_within = EXCLUDED.review_within, version = EXCLUDED.version, updated_by = EXCLUDED.updated_by, updated_at = EXCLUDED.updated_at").
			Where("r.version = ?", was).Exec(ctx)
		if err != nil {
			return fmt.Errorf("write: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return ErrEdited
		}
		return s.routeChanged(ctx, tx, "publish.route", r)
	})
	if err != nil {
		return Route{}, fmt.Errorf("publish: save route: %w", err)
	}
	return r, nil
}

// DropRoute removes the route of a match, so that a less specific one counts
// again.
func (s *Service) DropRoute(ctx context.Context, m Match) error {
	if m.base() {
		return fmt.Errorf("publish: the ministry's routes stay: %w", errs.New(errs.Invalid, "publish.error.route_ministry"))
	}
	if !perm.From(ctx).MayIn(MayRoutes, perm.InMission(m.MissionID)) {
		return fmt.Errorf("publish: drop route: %w", errNotPermitted)
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		r, err := ownRoute(ctx, tx, m)
		if err != nil {
			return known(err)
		}
		if _, err := tx.NewDelete().Model(&r).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("publish: drop route: %w", err)
		}
		return s.routeChanged(ctx, tx, "publish.drop_route", r)
	})
}

func (s *Service) routeChanged(ctx context.Context, tx bun.Tx, name string, r Route) error {
	if err := s.live.Notify(ctx, tx, TopicMessages); err != nil {
		return err
	}
	return s.audit.Record(ctx, tx, audit.Entry{Act: name, Object: "route", ObjectID: r.ID, Mission: r.MissionID, Permission: MayRoutes,
		Detail: map[string]any{"publish_sensitivity": audit.Word("publish.sensitivity." + string(cmp.Or(r.Sensitivity, "any"))), "publish_steps": len(r.Steps)}})
}

// Takers are the people who could take a step of a message today: by their own
// authority or as stand-ins, with everything held against them that the rules
// hold. Empty where the house does not know its people.
func (s *Service) Takers(ctx context.Context, m Message, i int) ([]org.Person, error) {
	return s.takers(ctx, m, i, func(*perm.Actor, perm.Grant) bool { return true })
}

// takers are those of them who take it with an authority that only lets pass.
func (s *Service) takers(ctx context.Context, m Message, i int, only func(*perm.Actor, perm.Grant) bool) ([]org.Person, error) {
	if s.org == nil || i < 0 || i >= len(m.Route.Steps) {
		return nil, nil
	}
	step := m.Route.Steps[i]
	people, err := s.org.Holders(ctx, step.Permission, step.Scope(&m))
	if err != nil {
		return nil, err
	}
	var out []org.Person
	for _, p := range people {
		grants, err := s.org.Grants(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		held, err := s.heldBy(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		actor := &perm.Actor{Kind: perm.Person, ID: p.ID, Grants: grants}
		g, err := m.admit(actor, step.Permission, step.Scope(&m), i)
		able := (err == nil || errors.Is(err, ErrTwoPeople)) && m.readable(i, p.Reads) && step.certified(held)
		if able && (only(actor, g) || errors.Is(err, ErrTwoPeople)) {
			out = append(out, p)
		}
	}
	return out, nil
}

// Try gives the route that a message would take, as if it waited at its first
// step: for asking who could take each.
func (s *Service) Try(ctx context.Context, match Match) (Message, error) {
	r, err := s.RouteFor(ctx, match)
	if err != nil {
		return Message{}, err
	}
	return tried(r, match), nil
}

func tried(r Route, match Match) Message {
	return Message{Channels: Channels(match.Channel), MissionID: match.MissionID, TopicID: match.TopicID, Kind: match.Kind, Sensitivity: match.Sensitivity, State: StateInReview, Route: r.path()}
}
