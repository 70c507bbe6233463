package publish

import (
	"context"
	"fmt"

	"sifara/internal/i18n"
	"sifara/internal/search"
	"sifara/internal/text"
)

// SearchFilter is a question to the public texts of one language.
type SearchFilter struct {
	Query     string
	Lang      i18n.Lang
	MissionID string
	Before    int64 // Hit.ID of the last one of the page before
	Limit     int   // 20 when zero, at most 50
}

// Hit is one text that a search found, newest release first.
type Hit struct {
	ID      int64
	Message Message
	Variant Variant
	Snippet []text.Part
}

// Search finds public texts. Anybody may ask. An empty question finds nothing.
func (l *PublicLog) Search(ctx context.Context, f SearchFilter) ([]Hit, error) {
	q := search.Parse(f.Query)
	if q.Empty() {
		return nil, nil
	}
	terms := q.Terms()
	q = q.With("lg:" + string(f.Lang))
	if f.MissionID != "" {
		q = q.With("ms:" + f.MissionID)
	}
	limit := f.Limit
	if limit <= 0 {
		limit = 20
	}
	ids, err := l.words.Search(ctx, l.db.Reader(), q, search.Page{Before: f.Before, Limit: min(limit, 50)})
	if err != nil {
		return nil, fmt.Errorf("publish: search: %w", err)
	}
	var hits []Hit
	for _, at := range ids {
		m, v, err := l.released(ctx, at-1) // see wordsID
		if err != nil {
			return nil, err
		}
		if m.State == StateReleased {
			hits = append(hits, Hit{ID: at, Message: m, Variant: v, Snippet: text.Snippet(joined(v.Summary, Plain(v.Body)), terms, 220)})
		}
	}
	return hits, nil
}
