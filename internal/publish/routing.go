package publish

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/perm"
)

// routeFor finds the route of a mission and sensitivity: the mission's own, or
// else the ministry's.
func routeFor(ctx context.Context, q bun.IDB, missionID string, s Sensitivity) (Route, error) {
	var r Route
	err := q.NewSelect().Model(&r).Where("r.sensitivity = ? AND r.mission_id IN ('', ?)", s, missionID).
		Order("r.mission_id DESC").Limit(1).Scan(ctx)
	if err != nil {
		return Route{}, fmt.Errorf("route of mission %q for %s: %w", missionID, s, err)
	}
	return r, nil
}

// RouteFor gives the route that a message of a mission and sensitivity would
// take.
func (s *Service) RouteFor(ctx context.Context, missionID string, sens Sensitivity) (Route, error) {
	return routeFor(ctx, s.db.Reader(), missionID, sens)
}

// AnswerNeedsApproval says whether answers to citizens' questions to a mission
// are approved before they go out.
func (s *Service) AnswerNeedsApproval(ctx context.Context, missionID string) (bool, error) {
	r, err := s.RouteFor(ctx, missionID, Routine)
	return r.AnswerNeedsApproval, err
}

// Routes lists all routes, the ministry's first, to those who may view
// messages anywhere: who approves what is no secret in the house.
func (s *Service) Routes(ctx context.Context) ([]Route, error) {
	var list []Route
	err := s.db.Reader().NewSelect().Model(&list).
		OrderExpr("r.mission_id, CASE r.sensitivity WHEN ? THEN 0 WHEN ? THEN 1 ELSE 2 END", Routine, Sensitive).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("publish: routes: %w", err)
	}
	return list, nil
}

// SaveRoute changes the route of a mission and sensitivity, or makes it when
// there is none. Version is that of the route the actor had before them, zero
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
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		was := r.Version
		r.Version, r.UpdatedBy, r.UpdatedAt = was+1, actor.ID, db.At(s.clock.Now())
		if r.ID == "" {
			r.ID = id.New()
		}
		res, err := tx.NewInsert().Model(&r).On("CONFLICT (mission_id, sensitivity) DO UPDATE").
			Set("steps = EXCLUDED.steps, one_step_each = EXCLUDED.one_step_each, answer_needs_approval = EXCLUDED.answer_needs_approval").
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

// DropRoute removes a mission's own route, so that the ministry's counts again.
func (s *Service) DropRoute(ctx context.Context, missionID string, sens Sensitivity) error {
	if missionID == "" {
		return fmt.Errorf("publish: the ministry's routes stay: %w", errs.New(errs.Invalid, "publish.error.route_ministry"))
	}
	if !perm.From(ctx).MayIn(MayRoutes, perm.InMission(missionID)) {
		return fmt.Errorf("publish: drop route: %w", errNotPermitted)
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		r, err := routeFor(ctx, tx, missionID, sens)
		if err != nil || r.MissionID != missionID {
			return err
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
		Detail: map[string]any{"publish_sensitivity": audit.Word("publish.sensitivity." + string(r.Sensitivity)), "publish_steps": len(r.Steps)}})
}
