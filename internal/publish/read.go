package publish

import (
	"context"
	"fmt"

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
	Kind      Kind
	Withdrawn bool  // withdrawn ones too
	Before    Place // older than this one
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
