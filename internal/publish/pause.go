package publish

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/perm"
)

// Pause is a stop of all releases of a mission, or of the whole ministry when
// MissionID is empty, emergencies excepted. Planned releases keep their plan
// and follow when the pause ends.
type Pause struct {
	bun.BaseModel `bun:"table:publish_pause,alias:z"`

	MissionID string `bun:",pk"`
	Reason    string
	ActorID   string
	Since     db.Time
}

// Pauses gives the pauses in force.
func (s *Service) Pauses(ctx context.Context) ([]Pause, error) {
	var list []Pause
	if err := s.db.Reader().NewSelect().Model(&list).Order("z.mission_id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("publish: pauses: %w", err)
	}
	return list, nil
}

// Pause stops releases; a second pause of the same place changes the reason.
func (s *Service) Pause(ctx context.Context, missionID, reason string) error {
	reason, err := cleanReason("reason", reason)
	if err != nil {
		return err
	}
	actor := perm.From(ctx)
	if !actor.MayIn(MayEmergency, perm.InMission(missionID)) {
		return fmt.Errorf("publish: pause %q: %w", missionID, errNotPermitted)
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		p := &Pause{MissionID: missionID, Reason: reason, ActorID: actor.ID, Since: db.At(s.clock.Now())}
		_, err := tx.NewInsert().Model(p).On("CONFLICT (mission_id) DO UPDATE").
			Set("reason = EXCLUDED.reason, actor_id = EXCLUDED.actor_id, since = EXCLUDED.since").Exec(ctx)
		if err != nil {
			return fmt.Errorf("publish: pause %q: %w", missionID, err)
		}
		return s.pauseChanged(ctx, tx, "publish.pause", missionID, map[string]any{"reason": reason})
	})
}

// Resume ends a pause. Planned releases whose time passed follow within a
// minute.
func (s *Service) Resume(ctx context.Context, missionID string) error {
	if !perm.From(ctx).MayIn(MayEmergency, perm.InMission(missionID)) {
		return fmt.Errorf("publish: resume %q: %w", missionID, errNotPermitted)
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewDelete().Model((*Pause)(nil)).Where("mission_id = ?", missionID).Exec(ctx); err != nil {
			return fmt.Errorf("publish: resume %q: %w", missionID, err)
		}
		return s.pauseChanged(ctx, tx, "publish.resume", missionID, nil)
	})
}

func (s *Service) pauseChanged(ctx context.Context, tx bun.Tx, name, missionID string, detail map[string]any) error {
	if err := s.live.Notify(ctx, tx, TopicMessages); err != nil {
		return err
	}
	return s.audit.Record(ctx, tx, audit.Entry{Act: name, Object: "releases", ObjectID: missionID, Mission: missionID, Permission: MayEmergency, Detail: detail})
}

// notPaused reports ErrPaused while releases of the message's mission, or of
// the whole ministry, are paused.
func (a *act) notPaused(ctx context.Context) error {
	var n int
	if err := a.tx.NewRaw(`SELECT count(*) FROM publish_pause WHERE mission_id IN ('', ?)`, a.m.MissionID).Scan(ctx, &n); err != nil {
		return fmt.Errorf("pauses: %w", err)
	}
	if n > 0 {
		return ErrPaused
	}
	return nil
}
