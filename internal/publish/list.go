package publish

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// Filter chooses among the messages that the actor may view. The zero value is
// all of them.
type Filter struct {
	State      State
	MissionID  string
	Ministry   bool      // only those of the ministry itself
	Missing    i18n.Lang // without a text in this language
	Stale      bool      // with a translation older than its source
	Mine       bool      // that the actor began or edited
	Waiting    bool      // that wait for the actor; MissionID and Query are heeded too, paging is not
	Overdue    bool      // that are late
	Held       bool      // that a pause held up
	Unjudged   bool      // released in an emergency and not judged yet
	DecisionID string
	WarningID  string
	IDs        []string // only these; nil is all
	Query      string   // words of a title, in any spelling
	Brief      bool     // without Body and Summary of the texts, and without attachments: for lists that show titles
	Before     Place    // older than this one, by UpdatedAt
	Limit      int      // 25 when zero, at most 200
}

// Messages lists messages, the latest changed first.
func (s *Service) Messages(ctx context.Context, f Filter) ([]Message, error) {
	if f.Waiting {
		return s.waiting(ctx, f)
	}
	q := s.chosen(ctx, f)
	limit := f.Limit
	if limit <= 0 {
		limit = 25
	}
	var list []Message
	if err := q.Order("m.updated_at DESC", "m.id DESC").Limit(int64(min(limit, 200))).Scan(ctx, &list); err != nil {
		return nil, fmt.Errorf("publish: list messages: %w", err)
	}
	return list, s.read(ctx, f, list)
}

// read completes a list as far as the filter wants it.
func (s *Service) read(ctx context.Context, f Filter, list []Message) error {
	if f.Brief {
		return outline(ctx, s.db.Reader(), list)
	}
	return complete(ctx, s.db.Reader(), list)
}

// chosen is the query of a filter over what the actor may view.
func (s *Service) chosen(ctx context.Context, f Filter) *bun.SelectQuery {
	q := inSight(s.db.Reader().NewSelect().Model((*Message)(nil)), perm.From(ctx))
	if f.State != "" {
		q = q.Where("m.state = ?", f.State)
	}
	if f.MissionID != "" {
		q = q.Where("m.mission_id = ?", f.MissionID)
	} else if f.Ministry {
		q = q.Where("m.mission_id = ''")
	}
	if f.IDs != nil {
		q = q.Where("m.id IN (?)", bun.List(f.IDs))
	}
	if f.DecisionID != "" {
		q = q.Where("m.decision_id = ?", f.DecisionID)
	}
	if f.WarningID != "" {
		q = q.Where("m.warning_id = ?", f.WarningID)
	}
	if f.Missing != "" {
		q = q.Where("NOT EXISTS (SELECT 1 FROM publish_variant v WHERE v.message_id = m.id AND v.lang = ?)", f.Missing)
	}
	if f.Stale {
		q = q.Where("EXISTS (SELECT 1 FROM publish_variant v JOIN publish_variant s ON s.message_id = v.message_id AND s.lang = m.source_lang WHERE v.message_id = m.id AND v.source_hash <> s.hash)")
	}
	if f.Mine {
		me := perm.From(ctx).ID
		q = q.Where("(m.created_by = ? OR EXISTS (SELECT 1 FROM publish_version h WHERE h.message_id = m.id AND (h.actor_id = ? OR h.on_behalf_of = ?)))", me, me, me)
	}
	if f.Held {
		q = q.Where("m.state = ? AND m.held_at > 0", StateScheduled)
	}
	if f.Unjudged {
		q = q.Where("m.emergency AND m.released_at > 0 AND m.reviewed_at = 0")
	}
	if f.Overdue {
		now := db.At(s.clock.Now())
		q = q.Where("(m.state IN (?, ?) AND m.step_due > 0 AND m.step_due <= ? OR m.emergency AND m.reviewed_at = 0 AND m.review_due <= ?)", StateInReview, StateApproved, now, now)
	}
	for _, w := range strings.Fields(text.Fold(f.Query)) {
		q = q.Where("EXISTS (SELECT 1 FROM publish_variant v WHERE v.message_id = m.id AND v.folded LIKE ? ESCAPE '\\')", "%"+likeEscape.Replace(w)+"%")
	}
	if f.Before.At != 0 {
		q = q.Where("(m.updated_at < ? OR m.updated_at = ? AND m.id < ?)", f.Before.At, f.Before.At, f.Before.ID)
	}
	return q
}

var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// inSight keeps the messages that an actor may view.
func inSight(q *bun.SelectQuery, a *perm.Actor) *bun.SelectQuery {
	ids, all := a.Missions(MayView)
	if all {
		return q
	}
	if len(ids) == 0 {
		return q.Where("1 = 0")
	}
	return q.Where("m.mission_id IN (?)", bun.List(ids))
}

// maxWaiting bounds how many open messages are looked through for one actor.
const maxWaiting = 500

// waiting finds what waits for the actor, the most urgent first. Who may take
// a step is a rule, so the open messages are read and asked.
func (s *Service) waiting(ctx context.Context, f Filter) ([]Message, error) {
	list, err := s.awaited(ctx, f)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(list, func(a, b Message) int { return cmp.Compare(a.urgency(), b.urgency()) })
	if f.Limit > 0 && len(list) > f.Limit {
		list = list[:f.Limit]
	}
	return list, s.read(ctx, f, list)
}

// awaited gives the messages that wait for the actor, the latest changed first,
// as far as the rule needs them: without texts and attachments. With columns,
// only those of the messages are read.
func (s *Service) awaited(ctx context.Context, f Filter, columns ...string) ([]Message, error) {
	actor, err := s.viewer(ctx)
	if err != nil {
		return nil, err
	}
	var list []Message
	err = s.chosen(ctx, Filter{MissionID: f.MissionID, Ministry: f.Ministry, Query: f.Query, State: f.State}).Column(columns...).
		Where("(m.state IN (?, ?, ?) OR m.emergency AND m.reviewed_at = 0 OR m.held_at > 0)", StateInReview, StateApproved, StateRejected).
		Order("m.updated_at DESC").Limit(maxWaiting).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("publish: waiting messages: %w", err)
	}
	list = slices.DeleteFunc(list, func(m Message) bool { return !m.mayWaitFor(actor) })
	// Which step of a group waits depends on the languages, and for whom a review
	// of language does; of others it does not.
	complete := hands
	if slices.ContainsFunc(list, func(m Message) bool { return m.byLanguage() }) {
		complete = outline
	}
	if err := complete(ctx, s.db.Reader(), list); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(m Message) bool { return !m.waitsFor(actor) }), nil
}

// urgency is the moment by which the message should be dealt with; without one
// it comes last.
func (m *Message) urgency() db.Time {
	const never = db.Time(1) << 60
	due := m.StepDue
	if m.AwaitsReview() {
		due = m.ReviewDue
	}
	if due.IsZero() {
		return never
	}
	return due
}

// ruled are the columns of a message on which the rule of waiting depends.
var ruled = []string{"id", "mission_id", "state", "hash", "route", "round", "step", "emergency", "reviewed_at", "held_at", "escalated"}

// WaitingCount counts what waits for the actor: the length of the list with
// Filter.Waiting, without reading what it would show.
func (s *Service) WaitingCount(ctx context.Context) (int, error) {
	list, err := s.awaited(ctx, Filter{}, ruled...)
	return len(list), err
}

// Planned lists what will happen and has happened by the calendar between two
// moments: planned and past releases, embargoes, ends. The earliest first; a
// message appears once for each.
func (s *Service) Planned(ctx context.Context, from, to db.Time) ([]Moment, error) {
	var list []Message
	err := inSight(s.db.Reader().NewSelect().Model(&list), perm.From(ctx)).
		Where("(m.release_at BETWEEN ? AND ? OR m.released_at BETWEEN ? AND ? OR m.embargo_until BETWEEN ? AND ? OR m.not_after BETWEEN ? AND ?)",
			from, to, from, to, from, to, from, to).
		Order("m.updated_at DESC").Limit(1000).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("publish: calendar: %w", err)
	}
	if err := complete(ctx, s.db.Reader(), list); err != nil {
		return nil, err
	}
	var out []Moment
	add := func(kind MomentKind, at db.Time, m Message) {
		if at >= from && at <= to {
			out = append(out, Moment{kind, at, m})
		}
	}
	for _, m := range list {
		if m.State == StateScheduled {
			add(PlannedMoment, m.ReleaseAt, m)
		}
		add(ReleasedMoment, m.ReleasedAt, m)
		if !m.WasPublic() {
			add(EmbargoMoment, m.EmbargoUntil, m)
		}
		if m.State != StateWithdrawn {
			add(EndMoment, m.NotAfter, m)
		}
	}
	slices.SortStableFunc(out, func(a, b Moment) int { return cmp.Compare(a.At, b.At) })
	return out, nil
}

// MomentKind says what a date of the calendar is.
type MomentKind string

// The kinds of moment.
const (
	PlannedMoment  MomentKind = "planned"
	ReleasedMoment MomentKind = "released"
	EmbargoMoment  MomentKind = "embargo"
	EndMoment      MomentKind = "not_after"
)

// Moment is one date of the calendar.
type Moment struct {
	Kind    MomentKind
	At      db.Time
	Message Message
}
