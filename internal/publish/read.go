package publish

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
)

// Message gives one message with its texts, attachments and approvals, if the
// actor may view it; otherwise it is NotFound.
func (s *Service) Message(ctx context.Context, id string) (Message, error) {
	m, err := load(ctx, s.db.Reader(), "id", id)
	if err != nil {
		return Message{}, err
	}
	if !perm.From(ctx).MayIn(MayView, m.Scope()) {
		return Message{}, fmt.Errorf("publish: message %s: %w", id, errs.New(errs.NotFound, ""))
	}
	return *m, nil
}

// ReleasedBySlug gives a message that is, or was, public: released or
// withdrawn. Anybody may read it. NotFound for any other.
func (s *Service) ReleasedBySlug(ctx context.Context, slug string) (Message, error) {
	m, err := load(ctx, s.db.Reader(), "slug", slug)
	if err != nil {
		return Message{}, err
	}
	if !m.WasPublic() {
		return Message{}, fmt.Errorf("publish: message %q is not public: %w", slug, errs.New(errs.NotFound, ""))
	}
	return *m, nil
}

// ReleasedByID is ReleasedBySlug by the message's id.
func (s *Service) ReleasedByID(ctx context.Context, id string) (Message, error) {
	m, err := load(ctx, s.db.Reader(), "id", id)
	if err != nil {
		return Message{}, err
	}
	if !m.WasPublic() {
		return Message{}, fmt.Errorf("publish: message %s is not public: %w", id, errs.New(errs.NotFound, ""))
	}
	return *m, nil
}

// Place is the position of a message in the list of released ones; the zero
// Place is before the newest.
type Place struct {
	At db.Time
	ID string
}

// ReleasedFilter chooses among the messages that are or were public. The zero
// value is all of them.
type ReleasedFilter struct {
	MissionID string // of one mission
	Ministry  bool   // only those of the ministry itself
	Lang      i18n.Lang
	Kind      Kind    // of one kind; without it pages, which have no date, are left out
	Subject   string  // of this subject: see Details
	From      db.Time // events that begin at or after this moment
	Withdrawn bool    // withdrawn ones too
	Before    Place   // older than this one
	Since     db.Time
	Limit     int // 20 when zero, at most 500
}

// Released lists public messages, newest release first, with texts and
// attachments. Anybody may read them.
func (s *Service) Released(ctx context.Context, f ReleasedFilter) ([]Message, error) {
	q := s.db.Reader().NewSelect().Model((*Message)(nil))
	if f.Withdrawn {
		q = q.Where("m.released_at > 0 AND m.state IN (?, ?)", StateReleased, StateWithdrawn)
	} else {
		q = q.Where("m.released_at > 0 AND m.state = ?", StateReleased)
	}
	if f.MissionID != "" {
		q = q.Where("m.mission_id = ?", f.MissionID)
	} else if f.Ministry {
		q = q.Where("m.mission_id = ''")
	}
	if f.Lang != "" {
		q = q.Where("EXISTS (SELECT 1 FROM publish_variant v WHERE v.message_id = m.id AND v.lang = ?)", f.Lang)
	}
	if f.Kind != "" {
		q = q.Where("m.kind = ?", f.Kind)
	} else {
		q = q.Where("m.kind <> ?", Page)
	}
	if f.Subject != "" {
		q = q.Where("m.subject = ?", f.Subject)
	}
	if f.From != 0 {
		q = q.Where("m.occurs_at >= ?", f.From)
	}
	if f.Before.At != 0 {
		q = q.Where("(m.released_at < ? OR m.released_at = ? AND m.id < ?)", f.Before.At, f.Before.At, f.Before.ID)
	}
	if f.Since != 0 {
		q = q.Where("m.released_at >= ?", f.Since)
	}
	limit := f.Limit
	if limit <= 0 {
		limit = 20
	}
	var list []Message
	if err := q.Order("m.released_at DESC", "m.id DESC").Limit(int64(min(limit, 500))).Scan(ctx, &list); err != nil {
		return nil, fmt.Errorf("publish: released messages: %w", err)
	}
	return list, complete(ctx, s.db.Reader(), list)
}

// PlaceOf is where a message stands in the list of released ones.
func PlaceOf(m Message) Place { return Place{At: m.ReleasedAt, ID: m.ID} }

// InForce gives the messages of a kind that is Replaced: of each speaker and
// subject the newest, by their order. Where the newest was taken back none is in
// force, the one before neither. Anybody may read them.
func (s *Service) InForce(ctx context.Context, f ReleasedFilter) ([]Message, error) {
	f.Withdrawn, f.Limit = true, 500
	all, err := s.Released(ctx, f)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	all = slices.DeleteFunc(all, func(m Message) bool {
		key := m.MissionID + " " + m.Subject
		old := seen[key]
		seen[key] = true
		return old || m.State != StateReleased
	})
	slices.SortStableFunc(all, func(a, b Message) int {
		return cmp.Or(cmp.Compare(a.Details.Order, b.Details.Order), cmp.Compare(a.Subject, b.Subject))
	})
	return all, nil
}

// ReleasedKinds gives the kinds, pages apart, of which a text in a language is
// public, of one mission or of all, in the order of Kinds.
func (s *Service) ReleasedKinds(ctx context.Context, missionID string, l i18n.Lang) ([]Kind, error) {
	q := s.db.Reader().NewSelect().Model((*Message)(nil)).ColumnExpr("DISTINCT m.kind").
		Where("m.released_at > 0 AND m.state = ? AND m.kind <> ?", StateReleased, Page).
		Where("EXISTS (SELECT 1 FROM publish_variant v WHERE v.message_id = m.id AND v.lang = ?)", l)
	if missionID != "" {
		q = q.Where("m.mission_id = ?", missionID)
	}
	var have []Kind
	if err := q.Scan(ctx, &have); err != nil {
		return nil, fmt.Errorf("publish: kinds of released messages: %w", err)
	}
	return slices.DeleteFunc(slices.Clone(Kinds), func(k Kind) bool { return !slices.Contains(have, k) }), nil
}
