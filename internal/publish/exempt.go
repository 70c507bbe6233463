package publish

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
)

// Exemption marks a message that should reach people also while publishing is
// paused. It is content: it is approved with the text, and setting it needs a
// permission.
type Exemption string

// The exemptions.
const (
	Consular Exemption = "consular" // help for citizens: closed counters, hotlines, evacuation
	Crisis   Exemption = "crisis"   // warnings and statements of the crisis staff
)

// Exemptions lists them in the order in which they are offered.
var Exemptions = []Exemption{Consular, Crisis}

// PauseRules say what pauses let through and how what they held up goes out.
type PauseRules struct {
	Passes  []string // exemptions and kinds of message that no pause stops
	Gap     int      // seconds between two releases out of the queue of what was held up
	Version int64    // give it back with a change
}

// maxGap bounds the seconds between two releases.
const maxGap = 3600

// PauseRules gives the rules in force.
func (s *Service) PauseRules(ctx context.Context) (PauseRules, error) {
	var g gateRow
	if err := s.db.Reader().NewRaw(`SELECT version, passes, gap_seconds, next_at FROM publish_gate WHERE id = 1`).Scan(ctx, &g); err != nil {
		return PauseRules{}, fmt.Errorf("publish: rules of pauses: %w", err)
	}
	return PauseRules{Passes: g.passes(), Gap: int(g.GapSeconds), Version: g.Version}, nil
}

// SetPauseRules changes them, for the whole ministry. ErrEdited when the rules
// or the pauses have changed since they were read.
func (s *Service) SetPauseRules(ctx context.Context, r PauseRules) error {
	if !perm.From(ctx).MayIn(MayExempt, perm.Everywhere()) {
		return fmt.Errorf("publish: rules of pauses: %w", errNotPermitted)
	}
	known := func(w string) bool {
		return slices.Contains(Exemptions, Exemption(w)) || slices.Contains(Kinds, Kind(w))
	}
	slices.Sort(r.Passes)
	r.Passes = slices.Compact(r.Passes)
	if slices.ContainsFunc(r.Passes, func(w string) bool { return !known(w) }) {
		return errs.InvalidFields(errs.Field{Name: "passes", Key: "web.field.choice"})
	}
	if r.Gap < 1 || r.Gap > maxGap {
		return errs.InvalidFields(errs.Field{Name: "gap", Key: "publish.error.gap"})
	}
	list, err := json.Marshal(append([]string{}, r.Passes...))
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE publish_gate SET passes = ?, gap_seconds = ?, version = version + 1 WHERE id = 1 AND version = ?`, string(list), r.Gap, r.Version)
		if err != nil {
			return fmt.Errorf("publish: rules of pauses: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return ErrEdited
		}
		db.AfterCommit(ctx, s.gate.forget)
		if err := s.live.Notify(ctx, tx, TopicMessages); err != nil {
			return err
		}
		return s.audit.Record(ctx, tx, audit.Entry{Act: "publish.pause_rules", Object: "releases", Permission: MayExempt, Detail: map[string]any{"publish_passes": len(r.Passes), "publish_gap": r.Gap}})
	})
}
