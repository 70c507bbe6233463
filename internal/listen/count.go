package listen

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"sifara/internal/listen/privacy"
)

// Bin is a number of posts in a piece of time.
type Bin struct {
	From  time.Time `json:"from"`
	Posts int64     `json:"posts"`
}

// Share is a number of posts of a kind: a language, a source, a word.
type Share struct {
	Key   string `json:"key"`
	Shown string `json:"shown,omitempty"` // how people write the word
	Posts int64  `json:"posts"`
}

// maxBins bounds a chart.
const maxBins = 2000

// Volume counts posts of a topic, or of all when topicID is empty, in pieces
// of step (at least an hour, whole hours) from from up to to. Every piece is
// there, also those without posts; the first begins at from, cut to the hour.
func (s *Service) Volume(ctx context.Context, topicID string, from, to time.Time, step time.Duration) ([]Bin, error) {
	step = max(step.Truncate(time.Hour), time.Hour)
	lo, hi, width := hourOf(from), hourOf(to.Add(time.Hour-1)), int64(step/time.Hour)
	if hi <= lo {
		return nil, nil
	}
	if n := (hi - lo + width - 1) / width; n > maxBins {
		lo = hi - maxBins*width
	}
	var rows []struct{ Hour, Posts int64 }
	var err error
	if topicID == "" {
		err = s.store.Reader().NewRaw(`SELECT hour, sum(posts) AS posts FROM listen_volume WHERE hour >= ? AND hour < ? GROUP BY hour`, lo, hi).Scan(ctx, &rows)
	} else {
		err = s.store.Reader().NewRaw(`SELECT hour, sum(posts) AS posts FROM listen_topic_count WHERE topic = ? AND hour >= ? AND hour < ? GROUP BY hour`, topicID, lo, hi).Scan(ctx, &rows)
	}
	if err != nil {
		return nil, fmt.Errorf("volume: %w", err)
	}
	bins := make([]Bin, (hi-lo+width-1)/width)
	for i := range bins {
		bins[i].From = hourTime(lo + int64(i)*width)
	}
	for _, r := range rows {
		bins[(r.Hour-lo)/width].Posts += r.Posts
	}
	return bins, nil
}

// Extent gives the hours of the first and last post ever counted; zero when
// nothing was. Times in the far past of a few odd posts are included.
func (s *Service) Extent(ctx context.Context) (first, last time.Time, err error) {
	var r struct{ Lo, Hi int64 }
	err = s.store.Reader().NewRaw(`SELECT coalesce((SELECT min(hour) FROM listen_volume), 0) AS lo, coalesce((SELECT max(hour) FROM listen_volume), 0) AS hi`).Scan(ctx, &r)
	if err != nil {
		return first, last, fmt.Errorf("extent: %w", err)
	}
	if r.Hi == 0 {
		return first, last, nil
	}
	return hourTime(r.Lo), hourTime(r.Hi), nil
}

// OtherKey is the key of the row that stands for all those that are too few to
// be told one by one.
const OtherKey = "other"

// told leaves the rows that may be told and adds the sum of the others (see
// package privacy).
func told(rows []Share) []Share {
	shown, others := privacy.Fold(rows, func(s Share) int64 { return s.Posts })
	if others > 0 {
		shown = append(shown, Share{Key: OtherKey, Posts: others})
	}
	return shown
}

// Languages counts posts by language, the commonest first; those with few
// posts are added up under OtherKey.
func (s *Service) Languages(ctx context.Context, from, to time.Time) ([]Share, error) {
	var rows []Share
	err := s.store.Reader().NewRaw(`SELECT lang AS key, sum(posts) AS posts FROM listen_volume WHERE hour >= ? AND hour < ? GROUP BY lang ORDER BY posts DESC, key`,
		hourOf(from), hourOf(to.Add(time.Hour-1))).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("languages: %w", err)
	}
	return told(rows), nil
}

// SourceShare is how much came from a source, or from Others together.
type SourceShare struct {
	Source Source
	Posts  int64
	Others bool // those with few posts, added up
}

// toldSources leaves the rows that may be told and adds the sum of the others.
func toldSources(rows []SourceShare) []SourceShare {
	shown, others := privacy.Fold(rows, func(s SourceShare) int64 { return s.Posts })
	if others > 0 {
		shown = append(shown, SourceShare{Posts: others, Others: true})
	}
	return shown
}

// BySource counts posts by source, the busiest first.
func (s *Service) BySource(ctx context.Context, from, to time.Time) ([]SourceShare, error) {
	var rows []struct{ Source, Posts int64 }
	err := s.store.Reader().NewRaw(`SELECT source, sum(posts) AS posts FROM listen_volume WHERE hour >= ? AND hour < ? GROUP BY source ORDER BY posts DESC, source`,
		hourOf(from), hourOf(to.Add(time.Hour-1))).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("posts by source: %w", err)
	}
	sources, err := s.sourcesByNumber(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]SourceShare, len(rows))
	for i, r := range rows {
		out[i] = SourceShare{Source: sources[r.Source], Posts: r.Posts}
	}
	return toldSources(out), nil
}

// TopTags gives the commonest hashtags, as they are compared (folded), without
// those of fewer posts than may be told.
func (s *Service) TopTags(ctx context.Context, from, to time.Time, limit int) ([]Share, error) {
	var rows []Share
	err := s.store.Reader().NewRaw(`SELECT tag AS key, sum(posts) AS posts FROM listen_tag_count WHERE hour >= ? AND hour < ? GROUP BY tag HAVING sum(posts) >= ? ORDER BY posts DESC, key LIMIT ?`,
		hourOf(from), hourOf(to.Add(time.Hour-1)), privacy.K, limit).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("top hashtags: %w", err)
	}
	for i := range rows {
		rows[i].Shown = rows[i].Key
	}
	return rows, nil
}

// TopWords gives the commonest words of the days, without those that every
// text holds, in one language or (empty) in all, without those of fewer posts
// than may be told. It lags behind the posts by some minutes.
func (s *Service) TopWords(ctx context.Context, from, to time.Time, lang string, limit int) ([]Share, error) {
	query, args := `SELECT word AS key, max(shown) AS shown, sum(posts) AS posts FROM listen_day_word WHERE day >= ? AND day <= ?`, []any{dayOf(hourOf(from)), dayOf(hourOf(to.Add(-1)))}
	if lang != "" {
		query, args = query+` AND lang = ?`, append(args, lang)
	}
	var rows []Share
	err := s.store.Reader().NewRaw(query+` GROUP BY word HAVING sum(posts) >= ? ORDER BY posts DESC, key LIMIT ?`, append(args, privacy.K, limit)...).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("top words: %w", err)
	}
	return rows, nil
}

// TopicShares counts the posts of every topic the actor sees.
func (s *Service) TopicShares(ctx context.Context, from, to time.Time) (map[string]int64, error) {
	var rows []Share
	err := s.store.Reader().NewRaw(`SELECT topic AS key, sum(posts) AS posts FROM listen_topic_count WHERE hour >= ? AND hour < ? GROUP BY topic`,
		hourOf(from), hourOf(to.Add(time.Hour-1))).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("posts by topic: %w", err)
	}
	m := map[string]int64{}
	for _, r := range rows {
		m[r.Key] = r.Posts
	}
	return m, nil
}

// topShares sorts sums, the largest first.
func topShares(sums map[string]int64, limit int) []Share {
	out := make([]Share, 0, len(sums))
	for k, n := range sums {
		out = append(out, Share{Key: k, Posts: n})
	}
	slices.SortFunc(out, func(a, b Share) int { return cmp.Or(cmp.Compare(b.Posts, a.Posts), cmp.Compare(a.Key, b.Key)) })
	return out[:min(len(out), limit)]
}
