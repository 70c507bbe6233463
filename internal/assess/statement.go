package assess

import (
	"context"
	"fmt"
	"time"

	"sifara/internal/db"
	"sifara/internal/engage"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/publish"
)

// Around is how many days before and after a release are compared.
const Around = 7

// Statement are the figures of one statement since its release.
type Statement struct {
	ID          string               `json:"id"`
	Slug        string               `json:"slug"`
	MissionID   string               `json:"mission_id,omitempty"`
	Kind        publish.Kind         `json:"kind"`
	Titles      map[i18n.Lang]string `json:"titles"`
	ReleasedAt  db.Time              `json:"released_at"`
	WithdrawnAt db.Time              `json:"withdrawn_at"`
	Emergency   bool                 `json:"emergency"`
	WarningID   string               `json:"warning_id,omitempty"`
	DecisionID  string               `json:"decision_id,omitempty"`
	Reading     publish.Reading      `json:"reading"`
	Questions   engage.Figures       `json:"questions"`
	Topic       *Volume              `json:"topic,omitempty"` // absent without topic
}

// Title is the title in a language, or in any that it has.
func (s Statement) Title(l i18n.Lang) (string, i18n.Lang) {
	for _, x := range append([]i18n.Lang{l}, i18n.Langs...) {
		if t := s.Titles[x]; t != "" {
			return t, x
		}
	}
	return s.Slug, i18n.English
}

// Volume is how much was spoken of a topic around a release: posts in the
// Around days before and after, and day by day (24 hours each, the first
// beginning Around days before the release). While the days after are not over
// it is not Complete.
type Volume struct {
	TopicID  string  `json:"topic_id"`
	Before   int64   `json:"before"`
	After    int64   `json:"after"`
	Days     []int64 `json:"days"`
	Complete bool    `json:"complete"`
}

// Change is by what share the volume rose or fell; false when there was
// nothing before, or the days after are not over.
func (v Volume) Change() (float64, bool) {
	if v.Before == 0 || !v.Complete {
		return 0, false
	}
	return float64(v.After-v.Before) / float64(v.Before), true
}

// pageOf is how many statements are compared at once.
const pageOf = 50

// Statements lists what was released in a period with its figures, the newest
// first. A missionID narrows it as in Overview. Next is the place after which
// the following page begins, zero on the last.
func (s *Service) Statements(ctx context.Context, p Period, missionID string, after publish.Place) (list []Statement, next publish.Place, err error) {
	places, whole, err := s.places(ctx, missionID)
	if err != nil {
		return nil, next, err
	}
	f := publish.ReleasedFilter{Withdrawn: true, Since: db.At(p.From), Before: publish.Place{At: db.At(p.To)}, Limit: 500}
	if after.At != 0 {
		f.Before = after
	}
	switch {
	case len(places) == 1 && places[0] == "":
		f.Ministry = true
	case len(places) == 1:
		f.MissionID = places[0]
	}
	for {
		released, err := s.Publish.Released(house(ctx), f)
		if err != nil {
			return nil, next, fmt.Errorf("assess: %w", err)
		}
		for _, m := range released {
			if len(list) == pageOf {
				return list, next, s.measure(ctx, list)
			}
			if whole || contains(places, m.MissionID) {
				list = append(list, describe(m))
				next = publish.PlaceOf(m)
			}
		}
		if len(released) < f.Limit {
			return list, publish.Place{}, s.measure(ctx, list)
		}
		f.Before = publish.PlaceOf(released[len(released)-1])
	}
}

func describe(m publish.Message) Statement {
	out := Statement{ID: m.ID, Slug: m.Slug, MissionID: m.MissionID, Kind: m.Kind, Titles: map[i18n.Lang]string{}, ReleasedAt: m.ReleasedAt, WithdrawnAt: m.WithdrawnAt,
		Emergency: m.Emergency, WarningID: m.WarningID, DecisionID: m.DecisionID}
	for _, v := range m.Variants {
		out.Titles[v.Lang] = v.Title
	}
	if m.TopicID != "" {
		out.Topic = &Volume{TopicID: m.TopicID}
	}
	return out
}

// measure fills in the figures.
func (s *Service) measure(ctx context.Context, list []Statement) error {
	ids := make([]string, len(list))
	for i, x := range list {
		ids[i] = x.ID
	}
	read, err := s.Publish.MessageFigures(house(ctx), ids...)
	if err != nil {
		return fmt.Errorf("assess: %w", err)
	}
	asked, err := s.Engage.MessageFigures(house(ctx), ids)
	if err != nil {
		return fmt.Errorf("assess: %w", err)
	}
	for i := range list {
		x := &list[i]
		x.Reading, x.Questions = read[x.ID], asked[x.ID]
		if err := s.listenAround(ctx, x); err != nil {
			return err
		}
	}
	return nil
}

// listenAround counts what was spoken of a statement's topic. A statement
// that names none has that of the warning which began it.
func (s *Service) listenAround(ctx context.Context, x *Statement) error {
	if x.Topic == nil && x.WarningID != "" {
		w, err := s.Listen.Warning(house(ctx), x.WarningID)
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return fmt.Errorf("assess: %w", err)
		}
		if w.TopicID != "" {
			x.Topic = &Volume{TopicID: w.TopicID}
		}
	}
	if x.Topic == nil {
		return nil
	}
	const day = 24 * time.Hour
	at := x.ReleasedAt.Std().Truncate(time.Hour)
	bins, err := s.Listen.Volume(house(ctx), x.Topic.TopicID, at.Add(-Around*day), at.Add(Around*day), day)
	if err != nil {
		return fmt.Errorf("assess: %w", err)
	}
	for i, b := range bins {
		x.Topic.Days = append(x.Topic.Days, b.Posts)
		if i < Around {
			x.Topic.Before += b.Posts
		} else {
			x.Topic.After += b.Posts
		}
	}
	x.Topic.Complete = !s.Clock.Now().Before(at.Add(Around * day))
	return nil
}

// Statement gives the figures of one statement; errs.NotFound for one outside
// the actor's scope or never released.
func (s *Service) Statement(ctx context.Context, id string) (Statement, error) {
	x, _, err := s.statement(ctx, id)
	return x, err
}

func (s *Service) statement(ctx context.Context, id string) (Statement, publish.Message, error) {
	m, err := s.Publish.ReleasedByID(ctx, id)
	if err != nil {
		return Statement{}, m, fmt.Errorf("assess: %w", err)
	}
	if !perm.From(ctx).MayIn(View, m.Scope()) {
		return Statement{}, m, fmt.Errorf("assess: statement %s: %w", id, errs.New(errs.NotFound, ""))
	}
	list := []Statement{describe(m)}
	err = s.measure(ctx, list)
	return list[0], m, err
}
