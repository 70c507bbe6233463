package assess

import (
	"context"
	"time"

	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/engage"
	"sifara/internal/listen"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/planning"
	"sifara/internal/publish"
)

// Missions are the places that are compared. It is the institution.
type Missions interface {
	Missions(ctx context.Context) ([]org.Mission, error)
	Zone(ctx context.Context, missionID string) *time.Location
}

// PublishFigures counts statements and how they were read.
type PublishFigures interface {
	Figures(ctx context.Context, from, to time.Time) (publish.Figures, error)
	EachSite(ctx context.Context, in publish.Span) (map[string]publish.Reading, error)
	MessageFigures(ctx context.Context, ids ...string) (map[string]publish.Reading, error)
	Daily(ctx context.Context, messageID string, zone *time.Location) ([]publish.DayReading, error)
	Released(ctx context.Context, f publish.ReleasedFilter) ([]publish.Message, error)
	ReleasedByID(ctx context.Context, id string) (publish.Message, error)
	Origins(ctx context.Context, m publish.Message) ([]publish.Origin, error)
	Answering(ctx context.Context, warningIDs, decisionIDs []string) ([]publish.Answering, error)
}

// EngageFigures counts questions and answers.
type EngageFigures interface {
	Figures(ctx context.Context, p engage.Period) (engage.PeriodFigures, error)
	MessageFigures(ctx context.Context, messageIDs []string) (map[string]engage.Figures, error)
	FirstAnswers(ctx context.Context, messageIDs []string) (map[string]db.Time, error)
}

// ListenFigures counts what is spoken of.
type ListenFigures interface {
	Figures(ctx context.Context, from, to time.Time) (listen.Figures, error)
	Volume(ctx context.Context, topicID string, from, to time.Time, step time.Duration) ([]listen.Bin, error)
	Warning(ctx context.Context, id string) (listen.Warning, error)
	Raised(ctx context.Context, from, to time.Time) ([]listen.Raised, error)
}

// Decisions finds the decision that a statement came from; errs.NotFound when
// the actor may not see it.
type Decisions interface {
	Decision(ctx context.Context, id string) (planning.Decision, error)
	Answering(ctx context.Context, warningIDs []string) ([]planning.Answering, error)
}

// Deps are the contexts that count.
type Deps struct {
	Org      Missions
	Publish  PublishFigures
	Engage   EngageFigures
	Listen   ListenFigures
	Planning Decisions
	Clock    clock.Clock
}

// Service puts the figures side by side. It is safe for concurrent use.
type Service struct{ Deps }

// New gives the service.
func New(d Deps) *Service { return &Service{d} }

// Period is from a midnight of the ministry to before another, or to now.
type Period struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	Days int       `json:"days"`
}

// PeriodLengths are the lengths, in days, in which figures are looked at.
var PeriodLengths = []int{7, 28, 90, 365}

// Period gives the days that end with a day of the ministry; the zero time is
// today. A length that is not offered is 28.
func (s *Service) Period(ctx context.Context, days int, end time.Time) Period {
	known := false
	for _, d := range PeriodLengths {
		known = known || d == days
	}
	if !known {
		days = 28
	}
	zone, now := s.Org.Zone(ctx, ""), s.Clock.Now()
	if end.IsZero() || end.After(now) {
		end = now
	}
	y, m, d := end.In(zone).Date()
	to := time.Date(y, m, d+1, 0, 0, 0, 0, zone)
	return Period{From: to.AddDate(0, 0, -days), To: to, Days: days}
}

// Before is the period of the same length that ends where p begins.
func (p Period) Before() Period {
	return Period{From: p.From.AddDate(0, 0, -p.Days), To: p.From, Days: p.Days}
}

// house reads for the comparison itself; what is shown is narrowed to the
// actor's scope here.
func house(ctx context.Context) context.Context {
	return perm.With(ctx, perm.SystemActor("assess"))
}
