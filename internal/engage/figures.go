package engage

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
)

// Period is from a moment to before another.
type Period struct{ From, To time.Time }

// Figures count the talk with the public. Asked and Answered are of the
// period, Open and Overdue as of now. MedianHours and P90Hours are the time
// from question to first answer of those answered in the period, in hours; 0
// when there were none.
type Figures struct {
	Asked       int     `json:"asked"`
	Answered    int     `json:"answered"`
	Open        int     `json:"open"`
	Overdue     int     `json:"overdue"`
	MedianHours float64 `json:"median_hours"`
	P90Hours    float64 `json:"p90_hours"`
}

// PeriodFigures are the figures of the whole house and of each mission; the
// ministry's own stand under "". Missions without any are left out.
type PeriodFigures struct {
	All      Figures
	Missions map[string]Figures
}

// sample is what the figures need of a question.
type sample struct {
	MissionID  string
	MessageID  string
	State      State
	AskedAt    db.Time
	DueAt      db.Time
	AnsweredAt db.Time
}

// Figures counts a period. They hold nothing of any person; the caller shows
// each mission's to those who may see them.
func (s *Service) Figures(ctx context.Context, p Period) (PeriodFigures, error) {
	from, to := db.At(p.From), db.At(p.To)
	var rows []sample
	err := s.sample().
		Where("(q.asked_at >= ? AND q.asked_at < ?) OR (q.answered_at >= ? AND q.answered_at < ?) OR q.state IN (?)", from, to, from, to, bun.List([]State{Fresh, Assigned, AnswerPending})).
		Scan(ctx, &rows)
	if err != nil {
		return PeriodFigures{}, fmt.Errorf("figures of questions: %w", err)
	}
	out := PeriodFigures{All: count(rows, from, to, s.now()), Missions: map[string]Figures{}}
	for id, group := range grouped(rows, func(x sample) string { return x.MissionID }) {
		out.Missions[id] = count(group, from, to, s.now())
	}
	return out, nil
}

// MessageFigures counts what was asked under each of the statements, over all
// time. A statement without questions is left out.
func (s *Service) MessageFigures(ctx context.Context, messageIDs []string) (map[string]Figures, error) {
	out := map[string]Figures{}
	if len(messageIDs) == 0 {
		return out, nil
	}
	var rows []sample
	if err := s.sample().Where("q.message_id IN (?)", bun.List(messageIDs)).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("figures of statements: %w", err)
	}
	for id, group := range grouped(rows, func(x sample) string { return x.MessageID }) {
		out[id] = count(group, math.MinInt64, math.MaxInt64, s.now())
	}
	return out, nil
}

// FirstAnswers gives when the first question under each of the statements was
// answered. Statements without answers are left out.
func (s *Service) FirstAnswers(ctx context.Context, messageIDs []string) (map[string]db.Time, error) {
	out := map[string]db.Time{}
	if len(messageIDs) == 0 {
		return out, nil
	}
	var rows []sample
	if err := s.sample().Where("q.message_id IN (?) AND q.answered_at > 0", bun.List(messageIDs)).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("first answers: %w", err)
	}
	for _, r := range rows {
		if at, ok := out[r.MessageID]; !ok || r.AnsweredAt < at {
			out[r.MessageID] = r.AnsweredAt
		}
	}
	return out, nil
}

func (s *Service) sample() *bun.SelectQuery {
	return s.DB.Reader().NewSelect().TableExpr("engage_question AS q").ColumnExpr("q.mission_id, q.message_id, q.state, q.asked_at, q.due_at, q.answered_at")
}

func grouped(rows []sample, key func(sample) string) map[string][]sample {
	out := map[string][]sample{}
	for _, r := range rows {
		out[key(r)] = append(out[key(r)], r)
	}
	return out
}

func count(rows []sample, from, to, now db.Time) (f Figures) {
	var hours []float64
	for _, r := range rows {
		if r.AskedAt >= from && r.AskedAt < to {
			f.Asked++
		}
		if r.State.Open() {
			f.Open++
			if r.DueAt < now {
				f.Overdue++
			}
		}
		if r.AnsweredAt != 0 && r.AnsweredAt >= from && r.AnsweredAt < to {
			f.Answered++
			hours = append(hours, r.AnsweredAt.Sub(r.AskedAt).Hours())
		}
	}
	slices.Sort(hours)
	f.MedianHours, f.P90Hours = quantile(hours, 0.5), quantile(hours, 0.9)
	return f
}

// quantile of sorted values by linear interpolation between the nearest two
// (type 7 of Hyndman and Fan 1996); 0 of none.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	pos := q * float64(len(sorted)-1)
	i := int(pos)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (pos-float64(i))*(sorted[i+1]-sorted[i])
}
