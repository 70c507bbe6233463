package publish

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
)

// Response is how often the page of a message was opened in the hours after its
// release. These are counts: nobody is in them.
type Response struct {
	Kind       Kind
	ReleasedAt db.Time
	Views      map[i18n.Lang]int64 // by the languages that it has; zero where nobody came
}

// Total is the sum over all languages.
func (r Response) Total() int64 {
	var n int64
	for _, v := range r.Views {
		n += v
	}
	return n
}

// maxResponses bounds how many releases are looked at.
const maxResponses = 2000

// Responses gives those of the latest messages of a mission, or of the ministry
// under the empty id, that were released since a moment and whose hours are
// over, the latest first. Emergency releases, pages of the site and what was
// withdrawn within the hours are left out: their moment was not chosen, or they
// were not read for all of it. Hours are counted by the clock, from the one in
// which the message was released. errs.NotFound for whoever may not view
// messages there.
func (s *Service) Responses(ctx context.Context, missionID string, since db.Time, hours int) ([]Response, error) {
	if !perm.From(ctx).MayIn(MayView, perm.InMission(missionID)) {
		return nil, errs.New(errs.NotFound, "")
	}
	within := time.Duration(hours) * time.Hour
	var list []Message
	err := s.db.Reader().NewSelect().Model(&list).Column("id", "kind", "released_at").
		Where("m.mission_id = ? AND m.released_at >= ? AND m.released_at <= ?", missionID, since, db.At(s.clock.Now().Add(-within))).
		Where("m.state IN (?, ?) AND NOT m.emergency AND m.kind <> ?", StateReleased, StateWithdrawn, Page).
		Where("(m.withdrawn_at = 0 OR m.withdrawn_at >= m.released_at + ?)", within.Microseconds()).
		Order("m.released_at DESC", "m.id").Limit(maxResponses).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("publish: responses: %w", err)
	}
	out := make([]Response, len(list))
	at := map[string]*Response{}
	for i, m := range list {
		out[i] = Response{Kind: m.Kind, ReleasedAt: m.ReleasedAt, Views: map[i18n.Lang]int64{}}
		at[m.ID] = &out[i]
	}
	for part := range slices.Chunk(idsOf(list), flushRows) {
		if err := s.respond(ctx, part, within, at); err != nil {
			return nil, fmt.Errorf("publish: responses: %w", err)
		}
	}
	return out, nil
}

// respond reads the counts of some messages.
func (s *Service) respond(ctx context.Context, ids []string, within time.Duration, at map[string]*Response) error {
	var rows []struct {
		MessageID string
		Lang      i18n.Lang
		Views     int64
	}
	q := s.db.Reader()
	if err := q.NewRaw(`SELECT message_id, lang, 0 AS views FROM publish_variant WHERE message_id IN (?)`, bun.List(ids)).Scan(ctx, &rows); err != nil {
		return err
	}
	for _, r := range rows {
		at[r.MessageID].Views[r.Lang] = 0
	}
	rows = nil
	err := q.NewRaw(`SELECT w.message_id, w.lang, SUM(w.views) AS views FROM publish_view w JOIN publish_message m ON m.id = w.message_id
		WHERE w.message_id IN (?) AND w.kind = ? AND w.hour > m.released_at - ? AND w.hour <= m.released_at + ? GROUP BY w.message_id, w.lang`,
		bun.List(ids), PageView, time.Hour.Microseconds(), (within-time.Hour).Microseconds()).Scan(ctx, &rows)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if _, has := at[r.MessageID].Views[r.Lang]; has {
			at[r.MessageID].Views[r.Lang] = r.Views
		}
	}
	return nil
}
