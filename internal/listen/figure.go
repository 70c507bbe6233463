package listen

import (
	"context"
	"fmt"
	"slices"
	"time"

	"sifara/internal/db"
)

// Figures are what this context gives to the measuring of outcomes.
type Figures struct {
	Posts     int64
	Languages int
	Sources   int // from which posts came
	Raised    int // warnings in the period
	Open      int // of these, not answered
	Dismissed int // of these
	Decided   int // of these
	// Answer is the median time from raising a warning to its answer; zero
	// when none was answered.
	Answer time.Duration
}

// Figures counts a period over the whole house: from inclusive, to exclusive.
func (s *Service) Figures(ctx context.Context, from, to time.Time) (Figures, error) {
	var f Figures
	err := s.store.Reader().NewRaw(`SELECT coalesce(sum(posts), 0) AS posts, count(DISTINCT lang) AS languages, count(DISTINCT source) AS sources
		FROM listen_volume WHERE hour >= ? AND hour < ?`, hourOf(from), hourOf(to.Add(time.Hour-1))).Scan(ctx, &f)
	if err != nil {
		return f, fmt.Errorf("figures: %w", err)
	}
	var rows []struct {
		State              string
		RaisedAt, ClosedAt db.Time
	}
	err = s.db.Reader().NewRaw(`SELECT state, raised_at, closed_at FROM listen_warning WHERE raised_at >= ? AND raised_at < ?`, db.At(from), db.At(to)).Scan(ctx, &rows)
	if err != nil {
		return f, fmt.Errorf("figures: %w", err)
	}
	var waits []time.Duration
	for _, r := range rows {
		f.Raised++
		switch r.State {
		case WarningOpen:
			f.Open++
		case WarningDismissed:
			f.Dismissed++
		case WarningDecided:
			f.Decided++
		}
		if r.ClosedAt > 0 {
			waits = append(waits, r.ClosedAt.Std().Sub(r.RaisedAt.Std()))
		}
	}
	if len(waits) > 0 {
		slices.Sort(waits)
		f.Answer = waits[len(waits)/2]
	}
	return f, nil
}
