package publish

import (
	"context"
	"fmt"
	"slices"
	"time"

	"sifara/internal/db"
	"sifara/internal/perm"
)

// Figures counts what happened between two moments, over the messages that the
// actor may view.
type Figures struct {
	Released           int
	Withdrawn          int
	Rejections         int
	Emergencies        int           // released before they were approved
	EmergenciesOpen    int           // of these, not judged yet
	EmergenciesOverdue int           // of these, late
	EmergenciesRefused int           // judged to have been wrong
	MedianApproval     time.Duration // from submission to release, emergencies apart; zero without any
	ByMission          map[string]int
	ByKind             map[Kind]int
	EmergenciesIn      map[string]int // by mission
}

// Figures gives the figures of a period: from inclusive, to exclusive.
func (s *Service) Figures(ctx context.Context, from, to time.Time) (Figures, error) {
	out := Figures{ByMission: map[string]int{}, ByKind: map[Kind]int{}, EmergenciesIn: map[string]int{}}
	var list []Message
	err := inSight(s.db.Reader().NewSelect().Model(&list), perm.From(ctx)).
		Where("(m.released_at >= ? AND m.released_at < ? OR m.withdrawn_at >= ? AND m.withdrawn_at < ?)", db.At(from), db.At(to), db.At(from), db.At(to)).Scan(ctx)
	if err != nil {
		return out, fmt.Errorf("publish: figures: %w", err)
	}
	within := func(t db.Time) bool { return t >= db.At(from) && t < db.At(to) }
	var took []time.Duration
	for _, m := range list {
		if within(m.WithdrawnAt) {
			out.Withdrawn++
		}
		if !within(m.ReleasedAt) {
			continue
		}
		out.Released++
		out.ByMission[m.MissionID]++
		out.ByKind[m.Kind]++
		if m.Emergency {
			out.countEmergency(m, s.clock.Now())
		} else {
			took = append(took, m.ReleasedAt.Sub(m.SubmittedAt))
		}
	}
	if len(took) > 0 {
		slices.Sort(took)
		out.MedianApproval = took[len(took)/2]
	}
	q := inSight(s.db.Reader().NewSelect().TableExpr("publish_approval AS p").Join("JOIN publish_message AS m ON m.id = p.message_id"), perm.From(ctx))
	err = q.ColumnExpr("count(*)").Where("p.decision = ? AND p.kind <> ? AND p.at >= ? AND p.at < ?", Reject, AfterReview, db.At(from), db.At(to)).Scan(ctx, &out.Rejections)
	if err != nil {
		return out, fmt.Errorf("publish: figures: %w", err)
	}
	return out, nil
}

func (f *Figures) countEmergency(m Message, now time.Time) {
	f.Emergencies++
	f.EmergenciesIn[m.MissionID]++
	switch {
	case m.ReviewOutcome == Reject:
		f.EmergenciesRefused++
	case m.AwaitsReview():
		f.EmergenciesOpen++
		if m.Overdue(now) {
			f.EmergenciesOverdue++
		}
	}
}

// EmergenciesLate counts the emergency releases whose judgement is overdue, over
// the messages that the actor may view: each is an alarm.
func (s *Service) EmergenciesLate(ctx context.Context) (int, error) {
	var n int
	err := inSight(s.db.Reader().NewSelect().TableExpr("publish_message AS m"), perm.From(ctx)).
		Where("m.emergency AND m.released_at > 0 AND m.reviewed_at = 0 AND m.review_due <= ?", db.At(s.clock.Now())).ColumnExpr("count(*)").Scan(ctx, &n)
	if err != nil {
		return 0, fmt.Errorf("publish: late judgements: %w", err)
	}
	return n, nil
}
