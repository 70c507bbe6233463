package listen

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/id"
	"sifara/internal/listen/burst"
	"sifara/internal/perm"
)

// Fault is a rise or a silence that collection explains and the world does not:
// it is shown, and raises no warning.
type Fault struct {
	bun.BaseModel `bun:"table:listen_fault,alias:f" json:"-"`

	ID       string  `bun:",pk" json:"id"`
	Kind     string  `json:"kind"` // burst.OneSource, burst.AllAtOnce or burst.Silent
	Series   string  `json:"-"`
	SourceID string  `json:"source_id,omitempty"`
	TopicID  string  `json:"topic_id,omitempty"` // that a single source made rise
	Since    db.Time `json:"since"`
	Until    db.Time `json:"until"`
	Ended    bool    `json:"ended"`
	Observed int64   `json:"observed"`
	Expected float64 `json:"expected"`
	Together int64   `json:"together"` // how many series rose at once
	RaisedAt db.Time `json:"raised_at"`
}

// fault notes that collection is at fault. Only feeds that are asked can fall
// silent, and only now.
func (l *look) fault(ctx context.Context, m matter, a burst.Alarm) error {
	f := Fault{
		ID: id.New(), Kind: a.Faults[0].Kind, Series: a.Series, SourceID: a.Faults[0].Source, TopicID: m.topic.ID, Since: db.At(a.Since), Until: db.At(a.Until),
		Ended: a.Ended, Observed: max(a.Posts, a.Observed), Expected: a.Expected, Together: int64(a.Faults[0].Series), RaisedAt: db.At(l.s.clock.Now()),
	}
	if f.Kind == burst.Silent && !l.falls(f.SourceID) {
		return nil
	}
	var old Fault
	err := l.s.db.Reader().NewSelect().Model(&old).Where("series = ? AND kind = ? AND until >= ? AND since <= ?", f.Series, f.Kind, f.Since.Add(-coolDown), f.Until).
		OrderExpr("until DESC").Limit(1).Scan(ctx)
	switch {
	case db.IsNoRows(err):
		return l.noteFault(ctx, f)
	case err != nil:
		return fmt.Errorf("earlier fault: %w", err)
	case f.Until < old.Until.Add(extendStep) && old.Ended == f.Ended:
		return nil
	}
	return l.s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewUpdate().Model((*Fault)(nil)).Set("until = ?, ended = ?, observed = ?, together = ?", max(old.Until, f.Until), f.Ended, max(old.Observed, f.Observed), max(old.Together, f.Together)).
			Where("id = ?", old.ID).Exec(ctx)
		if err != nil {
			return fmt.Errorf("extend fault: %w", err)
		}
		return l.s.record(ctx, tx, Warn, perm.Everywhere(), "listen.fault.extend", "fault", old.ID, map[string]any{"series": f.label()})
	})
}

func (l *look) noteFault(ctx context.Context, f Fault) error {
	return l.s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewInsert().Model(&f).On("CONFLICT (series, kind, since) DO NOTHING").Exec(ctx)
		if err != nil {
			return fmt.Errorf("note fault: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return nil
		}
		if err := l.s.notify(ctx, tx, LiveWarnings); err != nil {
			return err
		}
		return l.s.record(ctx, tx, Warn, perm.Everywhere(), "listen.fault.note", "fault", f.ID, map[string]any{"kind": f.Kind, "series": f.label()})
	})
}

// label names the fault in the audit log.
func (f Fault) label() string { return strings.TrimPrefix(f.Series, "source:") }

// falls reports whether the silence of a source can be a fault.
func (l *look) falls(sourceID string) bool {
	if !l.live {
		return false
	}
	for _, s := range l.sources {
		if s.ID == sourceID {
			return s.Kind != ImportSource && !s.Paused
		}
	}
	return false
}

// Faults lists the latest faults of collection, the newest first, up to limit
// (at most 200). Those of topics that the actor does not see are left out.
func (s *Service) Faults(ctx context.Context, limit int) ([]Fault, error) {
	if err := may(ctx, View); err != nil {
		return nil, err
	}
	var list []Fault
	if err := s.db.Reader().NewSelect().Model(&list).OrderExpr("since DESC, id DESC").Limit(int64(min(max(limit, 1), 200))).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list faults: %w", err)
	}
	topics, err := s.Topics(ctx)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{"": true}
	for _, t := range topics {
		seen[t.ID] = true
	}
	out := list[:0]
	for _, f := range list {
		if seen[f.TopicID] {
			out = append(out, f)
		}
	}
	return out, nil
}
