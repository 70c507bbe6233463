package publish

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/perm"
)

// PauseScope says what a pause stops.
type PauseScope string

// The scopes of a pause, from the widest.
const (
	PauseAll     PauseScope = "all"     // everything that the ministry and its missions publish
	PauseCountry PauseScope = "country" // the missions whose seat is in a country
	PauseMission PauseScope = "mission" // one mission
	PauseTopic   PauseScope = "topic"   // what is published on one topic
)

// PauseScopes lists them in that order.
var PauseScopes = []PauseScope{PauseAll, PauseCountry, PauseMission, PauseTopic}

// Pause is a stop of everything that is published and that it covers: releases
// by hand and by plan, emergencies too, and whatever other senders let out
// through Pass. What the whitelist names goes out all the same. Letters to
// single persons who asked are no publishing.
type Pause struct {
	bun.BaseModel `bun:"table:publish_pause,alias:z"`

	ID      string `bun:",pk"`
	Scope   PauseScope
	Value   string // country code, id of the mission or topic; empty for all
	Reason  string
	ActorID string
	Since   db.Time
	EndedAt db.Time // zero while it is in force
	EndedBy string
}

// place is where the permission to pause must hold.
func (p Pause) place() perm.Scope {
	if p.Scope == PauseMission {
		return perm.InMission(p.Value)
	}
	return perm.Everywhere()
}

// mission is that of a pause of one mission, for the record.
func (p Pause) mission() string {
	if p.Scope == PauseMission {
		return p.Value
	}
	return ""
}

// check holds that a pause names what it stops.
func (p *Pause) check() error {
	p.Value = strings.TrimSpace(p.Value)
	switch {
	case !slices.Contains(PauseScopes, p.Scope):
		return errs.InvalidFields(errs.Field{Name: "scope", Key: "web.field.choice"})
	case p.Scope == PauseAll:
		p.Value = ""
	case p.Value == "" || len(p.Value) > 64:
		return errs.InvalidFields(errs.Field{Name: string(p.Scope), Key: "web.field.required"})
	case p.Scope == PauseCountry:
		p.Value = strings.ToUpper(p.Value)
	}
	return nil
}

// Pauses gives the pauses in force, the widest first.
func (s *Service) Pauses(ctx context.Context) ([]Pause, error) {
	var list []Pause
	if err := s.db.Reader().NewSelect().Model(&list).Where("z.ended_at = 0").Order("z.since", "z.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("publish: pauses: %w", err)
	}
	slices.SortStableFunc(list, func(a, b Pause) int {
		return slices.Index(PauseScopes, a.Scope) - slices.Index(PauseScopes, b.Scope)
	})
	return list, nil
}

// Pause stops publishing, on all nodes. When it returns without error nothing
// that the pause covers leaves any more: it waits for the sendings under way,
// which end within sendLimit. ErrUnconfirmed says that the pause is in force
// and that some may still be ending. A second pause of the same gives a new
// reason.
func (s *Service) Pause(ctx context.Context, p Pause) (Pause, error) {
	reason, err := cleanReason("reason", p.Reason)
	if err == nil {
		err = p.check()
	}
	if err != nil {
		return Pause{}, err
	}
	actor := perm.From(ctx)
	if !actor.MayIn(MayEmergency, p.place()) {
		return Pause{}, fmt.Errorf("publish: pause: %w", errNotPermitted)
	}
	var out Pause
	var version int64
	err = s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		g, err := turn(ctx, tx)
		if err != nil {
			return err
		}
		version = g.Version + 1
		if out, err = s.putPause(ctx, tx, Pause{Scope: p.Scope, Value: p.Value, Reason: reason, ActorID: actor.ID}); err != nil {
			return err
		}
		return s.gateChanged(ctx, tx, "publish.pause", out, map[string]any{"reason": reason})
	})
	if err != nil {
		return Pause{}, err
	}
	return out, s.gate.drained(ctx, version)
}

// putPause writes a pause, or the new reason of the same one in force.
func (s *Service) putPause(ctx context.Context, tx bun.Tx, p Pause) (Pause, error) {
	var now Pause
	err := tx.NewSelect().Model(&now).Where("z.ended_at = 0 AND z.scope = ? AND z.value = ?", p.Scope, p.Value).Limit(1).Scan(ctx)
	switch {
	case db.IsNoRows(err):
		p.ID, p.Since = id.New(), db.At(s.clock.Now())
		_, err = tx.NewInsert().Model(&p).Exec(ctx)
	case err == nil:
		p.ID, p.Since = now.ID, now.Since
		_, err = tx.NewUpdate().Model(&p).WherePK().Exec(ctx)
	}
	if err != nil {
		return p, fmt.Errorf("publish: pause: %w", err)
	}
	return p, nil
}

// Resume ends a pause. What would have gone out meanwhile does not follow: it
// waits, message by message, until an official has looked at it (see Held).
func (s *Service) Resume(ctx context.Context, pauseID string) (Pause, error) {
	var p Pause
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := turn(ctx, tx); err != nil {
			return err
		}
		if err := tx.NewSelect().Model(&p).Where("z.id = ?", pauseID).Scan(ctx); err != nil {
			return notFound(err, "pause", pauseID)
		}
		if !perm.From(ctx).MayIn(MayEmergency, p.place()) {
			return fmt.Errorf("publish: resume: %w", errNotPermitted)
		}
		if !p.EndedAt.IsZero() {
			return nil
		}
		p.EndedAt, p.EndedBy = db.At(s.clock.Now()), perm.From(ctx).ID
		if _, err := tx.NewUpdate().Model(&p).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("publish: resume: %w", err)
		}
		return s.gateChanged(ctx, tx, "publish.resume", p, map[string]any{"reason": p.Reason})
	})
	return p, err
}

// ResumeScope ends the pause of a scope that is in force; NotFound when none is.
func (s *Service) ResumeScope(ctx context.Context, scope PauseScope, value string) (Pause, error) {
	want := Pause{Scope: scope, Value: value}
	if err := want.check(); err != nil {
		return Pause{}, err
	}
	list, err := s.Pauses(ctx)
	if err != nil {
		return Pause{}, err
	}
	for _, p := range list {
		if p.Scope == want.Scope && p.Value == want.Value {
			return s.Resume(ctx, p.ID)
		}
	}
	return Pause{}, fmt.Errorf("publish: resume: %w", errs.New(errs.NotFound, "publish.error.not_paused"))
}

// gateChanged has every node read the pauses anew, and records the act.
func (s *Service) gateChanged(ctx context.Context, tx bun.Tx, name string, p Pause, detail map[string]any) error {
	if _, err := tx.ExecContext(ctx, `UPDATE publish_gate SET version = version + 1 WHERE id = 1`); err != nil {
		return fmt.Errorf("publish: gate: %w", err)
	}
	db.AfterCommit(ctx, s.gate.forget)
	if err := s.live.Notify(ctx, tx, TopicMessages); err != nil {
		return err
	}
	detail["publish_scope"] = audit.Word("publish.pause.scope." + string(p.Scope))
	if p.Scope == PauseCountry {
		detail["publish_country"] = p.Value
	}
	return s.audit.Record(ctx, tx, audit.Entry{Act: name, Object: "releases", ObjectID: p.ID, Mission: p.mission(), Permission: MayEmergency, Detail: detail})
}

// gateRow is the row at which pausing and sending take turns.
type gateRow struct {
	Version    int64
	Passes     string // JSON: what goes out during a pause
	GapSeconds int64  // between two releases of what a pause held up
	NextAt     db.Time
}

// passes reads the whitelist.
func (g gateRow) passes() []string {
	var out []string
	_ = json.Unmarshal([]byte(g.Passes), &out) // written by SetPauseRules and the schema alone
	return out
}

// turn takes the turn at the gate until the transaction ends: a release that
// has it is over before a pause is, and the other way round.
func turn(ctx context.Context, tx bun.Tx) (gateRow, error) {
	var g gateRow
	err := tx.NewRaw(`UPDATE publish_gate SET touched = touched + 1 WHERE id = 1 RETURNING version, passes, gap_seconds, next_at`).Scan(ctx, &g)
	if err != nil {
		return g, fmt.Errorf("publish: gate: %w", err)
	}
	return g, nil
}
