package listen

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/id"
	"sifara/internal/listen/burst"
)

const (
	// coolDown is how long after a burst its series raises nothing new;
	// restDown the same after an officer dismissed it.
	coolDown = 24 * time.Hour
	restDown = 72 * time.Hour
	// mergeGap is how much quiet still belongs to one burst.
	mergeGap = 12 * time.Hour
	// extendStep is how much longer a burst has lasted before that is written
	// again, unless it has grown by half.
	extendStep = 30 * time.Minute
	// leastTimes is how many times the usual a burst as a whole brings.
	leastTimes = 1.5
)

// warningOf is the warning of an alarm, before the whole burst is measured.
func warningOf(m matter, a burst.Alarm) Warning {
	return Warning{
		ID: id.New(), Series: m.series, TopicID: m.topic.ID, Term: m.tag, Country: m.country, SourceGroup: m.group, MissionID: m.mission, DepartmentID: m.dept,
		Since: db.At(a.Since), Until: db.At(a.Until), AlarmedAt: db.At(a.At), Observed: max(a.Posts, a.Observed),
		Expected: a.Expected, Score: a.Score, State: WarningOpen, Version: 1,
		Evidence: Evidence{Why: &Why{
			Posts: a.Observed, Seconds: int64(a.Why.Window), Expected: a.Expected, Low: a.Why.Low, High: a.Why.High,
			UsualHour: a.Why.Usual, Season: a.Why.Season, KnownHours: a.Why.Known, Chance: a.P, FalseAlarms: a.FalseAlarms, Rate: a.Rate,
			Series: a.Why.Series, Peak: a.Peak, PeakAt: a.PeakAt,
		}},
	}
}

// tell raises the warning of a burst, or extends the one that it belongs to.
func (l *look) tell(ctx context.Context, m matter, a burst.Alarm) error {
	if l.explained(m, a) {
		return nil
	}
	w := warningOf(m, a)
	old, found, err := l.before(ctx, w)
	if err != nil {
		return err
	}
	if found && (old.State == WarningDismissed || !old.outgrown(w)) {
		l.heard = append(l.heard, old)
		return nil
	}
	if found {
		w = old.extended(w)
	}
	if err = l.measure(ctx, m, &w); err != nil {
		return err
	}
	if w.Evidence, err = l.evidence(ctx, m, w); err != nil {
		return err
	}
	// What nobody asked for needs a public; and a burst that as a whole hardly
	// stands out is none.
	if m.topic.ID == "" && w.Evidence.voices < minAuthors || !found && w.Times() < leastTimes {
		return nil
	}
	l.heard = append(l.heard, w)
	if found {
		return l.extend(ctx, w)
	}
	if m.tag != "" {
		if full, err := l.full(ctx, w.Since); err != nil || full {
			return err
		}
	}
	return l.raise(ctx, w)
}

// before finds the warning of the same series that a burst belongs to: one
// that it touches or follows within the cool-down.
func (l *look) before(ctx context.Context, w Warning) (Warning, bool, error) {
	var old Warning
	err := l.s.db.Reader().NewSelect().Model(&old).
		Where("series = ? AND since <= ?", w.Series, w.Until.Add(mergeGap)).
		Where("until >= CASE WHEN state = ? THEN ? ELSE ? END", WarningDismissed, w.Since.Add(-restDown), w.Since.Add(-coolDown)).
		OrderExpr("until DESC").Limit(1).Scan(ctx)
	if db.IsNoRows(err) {
		return old, false, nil
	}
	if err != nil {
		return old, false, fmt.Errorf("earlier warning: %w", err)
	}
	return old, true, nil
}

// outgrown reports whether a burst says notably more than the warning does.
func (w Warning) outgrown(more Warning) bool {
	return more.Until >= w.Until.Add(extendStep) || more.Until > w.Until && 2*more.Observed >= 3*w.Observed
}

// extended is the warning with a later burst of the same matter. It keeps the
// moment and the reasons of its first alarm.
func (w Warning) extended(more Warning) Warning {
	w.Observed = max(w.Observed, more.Observed)
	if w.Evidence.Why == nil {
		w.Evidence.Why = more.Evidence.Why
	}
	if w.AlarmedAt == 0 || more.AlarmedAt < w.AlarmedAt {
		w.AlarmedAt = more.AlarmedAt
	}
	w.Since = min(w.Since, more.Since)
	w.Until = max(w.Until, more.Until)
	w.Score = max(w.Score, more.Score)
	return w
}

func (l *look) raise(ctx context.Context, w Warning) error {
	w.RaisedAt = db.At(l.s.clock.Now())
	err := l.s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewInsert().Model(&w).On("CONFLICT (series, since) DO NOTHING").Exec(ctx)
		if err != nil {
			return fmt.Errorf("insert warning: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return nil // another node was faster
		}
		l.raised++
		if l.s.bus != nil {
			ev := WarningRaised{WarningID: w.ID, TopicID: w.TopicID, Term: w.Term, Country: w.Country, MissionID: w.MissionID, DepartmentID: w.DepartmentID}
			if err := l.s.bus.Emit(ctx, tx, ev); err != nil {
				return err
			}
		}
		if err := l.s.notify(ctx, tx, LiveWarnings); err != nil {
			return err
		}
		return l.s.record(ctx, tx, Warn, w.Scope(), "listen.warning.raise", "warning", w.ID,
			map[string]any{"warning": w.label(), "observed": w.Observed, "expected": int64(w.Expected + 0.5)})
	})
	if err != nil {
		return fmt.Errorf("raise warning: %w", err)
	}
	return nil
}

func (l *look) extend(ctx context.Context, w Warning) error {
	return l.s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model(&w).Column("since", "until", "alarmed_at", "observed", "expected", "score", "evidence").
			Set("version = version + 1").Where("id = ? AND version = ?", w.ID, w.Version).Exec(ctx)
		if err != nil {
			return fmt.Errorf("extend warning: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return nil // answered just now; the next look tells again
		}
		if err := l.s.notify(ctx, tx, LiveWarnings); err != nil {
			return err
		}
		return l.s.record(ctx, tx, Warn, w.Scope(), "listen.warning.extend", "warning", w.ID, map[string]any{"warning": w.label(), "observed": w.Observed})
	})
}
