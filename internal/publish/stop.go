package publish

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
)

// About says what a sending is about, as far as pauses ask.
type About struct {
	// MessageID, when set, fills in the rest but Due from the message.
	MessageID string
	MissionID string // empty: the ministry itself
	TopicID   string
	Kind      Kind
	Exempt    Exemption
	// Due is when it should have gone out; zero is now. What fell due during a
	// pause that has ended meanwhile waits for an official as well.
	Due db.Time
}

// about is what a message is about.
func (m *Message) about(due db.Time) About {
	return About{MissionID: m.MissionID, TopicID: m.TopicID, Kind: m.Kind, Exempt: m.Exempt, Due: due}
}

// stops are the pauses of one moment and what passes them.
type stops struct {
	pauses []Pause
	passes []string
}

// longHeld is how long an ended pause is remembered for what fell due in it.
const longHeld = 7 * 24 * time.Hour

// readStops reads the pauses in force and those that ended lately.
func readStops(ctx context.Context, q bun.IDB, g gateRow, now time.Time) (stops, error) {
	out := stops{passes: g.passes()}
	err := q.NewSelect().Model(&out.pauses).Where("z.ended_at = 0 OR z.ended_at > ?", db.At(now.Add(-longHeld))).Order("z.since", "z.id").Scan(ctx)
	if err != nil {
		return out, fmt.Errorf("publish: pauses: %w", err)
	}
	return out, nil
}

// stop finds the pause that stops a sending; country is the seat of the
// mission that it is about.
func (s stops) stop(a About, country string) (Pause, bool) {
	if a.Exempt != "" && slices.Contains(s.passes, string(a.Exempt)) || a.Kind != "" && slices.Contains(s.passes, string(a.Kind)) {
		return Pause{}, false
	}
	for _, p := range s.pauses {
		if p.covers(a, country) && (p.EndedAt.IsZero() || !a.Due.IsZero() && a.Due >= p.Since && a.Due < p.EndedAt) {
			return p, true
		}
	}
	return Pause{}, false
}

// covers reports whether a pause is about the same.
func (p Pause) covers(a About, country string) bool {
	switch p.Scope {
	case PauseAll:
		return true
	case PauseCountry:
		return country == p.Value
	case PauseMission:
		return a.MissionID == p.Value
	case PauseTopic:
		return a.TopicID == p.Value
	}
	return true // a scope of a later version: rather too little than too much
}

// seat is the country in which a mission has its seat, or that of the ministry;
// empty when it is not known.
func (s *Service) seat(ctx context.Context, missionID string) (string, error) {
	if s.org == nil {
		return "", nil
	}
	if missionID == "" {
		m, err := s.org.Ministry(ctx)
		return m.Country, known(err)
	}
	m, err := s.org.Mission(ctx, missionID)
	return m.Country, known(err)
}

// known passes over what the house does not know.
func known(err error) error {
	if errs.KindOf(err) == errs.NotFound {
		return nil
	}
	return err
}

// settle fills in what a sending is about.
func (s *Service) settle(ctx context.Context, a About) (About, error) {
	if a.MessageID == "" {
		return a, nil
	}
	var m Message
	err := s.db.Reader().NewSelect().Model(&m).Column("mission_id", "topic_id", "kind", "exempt").Where("m.id = ?", a.MessageID).Scan(ctx)
	if db.IsNoRows(err) {
		return a, nil
	}
	if err != nil {
		return a, fmt.Errorf("publish: what is sent about message %s: %w", a.MessageID, err)
	}
	return m.about(a.Due), nil
}

// notPaused reports ErrPaused while what the message says is paused. It holds
// off pauses until the transaction ends, so a release that got past it is over
// before a pause is confirmed. Due is when the release should have been; zero
// is now.
func (a *act) notPaused(ctx context.Context, due db.Time) error {
	g, err := turn(ctx, a.tx)
	if err != nil {
		return err
	}
	now, err := readStops(ctx, a.tx, g, a.now)
	if err != nil {
		return err
	}
	country, err := a.s.seat(ctx, a.m.MissionID)
	if err != nil {
		return err
	}
	if _, paused := now.stop(a.m.about(due), country); paused {
		return ErrPaused
	}
	return nil
}

// PausesOf gives the pauses in force that stop a message.
func (s *Service) PausesOf(ctx context.Context, m Message) ([]Pause, error) {
	rules, err := s.PauseRules(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.Pauses(ctx)
	if err != nil {
		return nil, err
	}
	country, err := s.seat(ctx, m.MissionID)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(p Pause) bool {
		_, stopped := stops{pauses: []Pause{p}, passes: rules.Passes}.stop(m.about(0), country)
		return !stopped
	}), nil
}

// maxTopics bounds what a form offers.
const maxTopics = 50

// Topics lists the topics of messages in sight, those of the latest first.
func (s *Service) Topics(ctx context.Context) ([]string, error) {
	var ids []string
	err := inSight(s.db.Reader().NewSelect().TableExpr("publish_message AS m"), perm.From(ctx)).ColumnExpr("m.topic_id").
		Where("m.topic_id <> ''").GroupExpr("m.topic_id").OrderExpr("max(m.updated_at) DESC").Limit(maxTopics).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("publish: topics: %w", err)
	}
	return ids, nil
}
