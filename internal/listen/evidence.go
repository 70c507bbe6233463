package listen

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/listen/burst"
	"sifara/internal/search"
	"sifara/internal/text"
)

const (
	// lookPosts is how many posts of a burst are looked at for its evidence.
	lookPosts = 400
	// chartBefore is how much of the past the chart of a warning shows.
	chartBefore = 72
	// maxChart bounds it.
	maxChart = 14 * 24
)

// measure counts the posts of the whole burst, and what was to be expected.
func (l *look) measure(ctx context.Context, m matter, w *Warning) (err error) {
	if w.Evidence.Bins, err = l.bins(ctx, m, *w); err != nil {
		return err
	}
	w.Expected = 0
	for _, b := range w.Evidence.Bins {
		end := b.From.Add(time.Hour)
		if part := earlier(end, w.Until.Std()).Sub(later(b.From, w.Since.Std())); part > 0 {
			w.Expected += b.Expected * part.Hours()
		}
	}
	lo, hi := span(w.Since.Std(), w.Until.Std())
	n, _, err := l.s.total(ctx, l.question(m), lo, hi, -1)
	w.Observed = max(w.Observed, int64(n))
	return err
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// evidence gathers what a warning rests on beside its counts.
func (l *look) evidence(ctx context.Context, m matter, w Warning) (Evidence, error) {
	e := Evidence{Why: w.Evidence.Why, Bins: w.Evidence.Bins}
	q := l.question(m)
	posts, err := l.read(ctx, q, w.Since.Std(), w.Until.Std())
	if err != nil {
		return e, err
	}
	past, err := l.read(ctx, q, w.Since.Std().Add(-7*24*time.Hour), w.Since.Std())
	if err != nil {
		return e, err
	}
	bySource, byLang, authors := map[string]int64{}, map[string]int64{}, map[int64]bool{}
	for _, p := range posts {
		bySource[l.sources[p.Source].ID]++
		byLang[p.Lang]++
		if p.Author != 0 {
			authors[p.Author] = true
		} else {
			e.voices++ // nobody is named: each its own
		}
	}
	e.voices += len(authors)
	e.Looked, e.Authors = len(posts), len(authors)
	e.Sources, e.Languages = leading(bySource, 8), leading(byLang, 8)
	e.Words = newWords(posts, past, 15)
	e.hideFew()
	e.Posts = examples(posts, 10)
	e.Stories = retold(posts, 5)
	return e, nil
}

// question is the search for the posts of a series.
func (l *look) question(m matter) search.Query {
	var q search.Query
	switch {
	case m.tag != "":
		q = search.Parse(m.tag)
	case m.topic.ID != "":
		q = m.topic.query()
	}
	if m.country != "" {
		q = q.With("cc:" + m.country)
	}
	if m.group != "" {
		var any []string
		for n, s := range l.sources {
			if string(s.Kind) == m.group {
				any = append(any, "src:"+strconv.FormatInt(n, 10))
			}
		}
		slices.Sort(any)
		q = q.WithAny(any...)
	}
	return q
}

// retold are the stories that several of the posts tell.
func retold(posts []Post, limit int) []Share {
	sums := map[string]int64{}
	for _, p := range posts {
		sums[strconv.FormatInt(cmp.Or(p.Story, p.ID), 10)]++
	}
	maps.DeleteFunc(sums, func(_ string, n int64) bool { return n < 2 })
	return topShares(sums, limit)
}

func (l *look) read(ctx context.Context, q search.Query, from, to time.Time) ([]Post, error) {
	lo, hi := span(from, to)
	ids, err := l.s.ids(ctx, q, lo, hi, lookPosts)
	if err != nil {
		return nil, err
	}
	return l.s.posts(ctx, ids)
}

// bins are the hours of the chart, with what was usual after the weeks before.
func (l *look) bins(ctx context.Context, m matter, w Warning) ([]EvidenceBin, error) {
	hi := hourOf(w.Until.Std().Add(time.Hour - 1))
	lo := max(hourOf(w.Since.Std())-chartBefore, hi-maxChart)
	begin := lo - learnDays*24
	if begins, err := l.begins(ctx, "listen_volume"); err != nil {
		return nil, err
	} else if !begins.IsZero() {
		begin = min(max(begin, hourOf(begins)), lo)
	}
	counts, err := l.hours(ctx, m, begin, hi)
	if err != nil {
		return nil, err
	}
	usual := burst.Usual(hourTime(begin), counts, int(hourOf(w.Since.Std())-begin))
	out := make([]EvidenceBin, 0, hi-lo)
	for h := lo; h < hi; h++ {
		at := hourTime(h)
		out = append(out, EvidenceBin{
			From: at, Posts: counts[h-begin], Expected: math.Round(usual[h-begin]*100) / 100,
			Burst: at.Add(time.Hour).After(w.Since.Std()) && at.Before(w.Until.Std()),
		})
	}
	return out, nil
}

// hours are the counts of a series by the hour.
func (l *look) hours(ctx context.Context, m matter, lo, hi int64) ([]int64, error) {
	var rows []struct{ Hour, Posts int64 }
	query, args := `SELECT hour, sum(posts) AS posts FROM listen_topic_count WHERE topic = ?`, []any{m.topic.ID}
	switch {
	case m.topic.ID != "" && m.country != "":
		query, args = query+` AND country = ?`, append(args, m.country)
	case m.tag != "":
		query, args = `SELECT hour, sum(posts) AS posts FROM listen_tag_count WHERE tag = ?`, []any{m.tag}
	case m.group != "":
		numbers := []int64{-1}
		for n, s := range l.sources {
			if string(s.Kind) == m.group {
				numbers = append(numbers, n)
			}
		}
		query, args = `SELECT hour, sum(posts) AS posts FROM listen_volume WHERE source IN (?)`, []any{bun.List(numbers)}
	case m.topic.ID == "":
		query, args = `SELECT hour, sum(posts) AS posts FROM listen_place_count WHERE country = ?`, []any{m.country}
	}
	err := l.s.store.Reader().NewRaw(query+` AND hour >= ? AND hour < ? GROUP BY hour`, append(args, lo, hi)...).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("counts of series: %w", err)
	}
	counts := make([]int64, hi-lo)
	for _, r := range rows {
		counts[r.Hour-lo] = r.Posts
	}
	return counts, nil
}

// newWords gives the words whose share among the posts has grown most.
func newWords(posts, past []Post, limit int) []Share {
	now, before := newWordCount(), newWordCount()
	for _, p := range posts {
		now.add(p.Text)
	}
	for _, p := range past {
		before.add(p.Text)
	}
	type grown struct {
		Share
		gain float64
	}
	var list []grown
	for w, n := range now.posts {
		if n < 3 {
			continue
		}
		share := float64(n) / float64(len(posts))
		old := (float64(before.posts[w]) + 0.5) / (float64(len(past)) + 10)
		if share <= 1.5*old {
			continue
		}
		list = append(list, grown{Share{Key: w, Shown: now.shown[w], Posts: n}, share * math.Log(share/old)})
	}
	slices.SortFunc(list, func(a, b grown) int { return cmp.Or(cmp.Compare(b.gain, a.gain), cmp.Compare(a.Key, b.Key)) })
	var out []Share
	for _, g := range list[:min(len(list), limit)] {
		out = append(out, g.Share)
	}
	return out
}

// examples chooses posts to show: those with most followers, each text and
// author once.
func examples(posts []Post, limit int) []int64 {
	posts = slices.Clone(posts)
	slices.SortStableFunc(posts, func(a, b Post) int { return cmp.Compare(b.Followers, a.Followers) })
	var ids []int64
	authors, texts := map[int64]bool{}, map[string]bool{}
	for _, p := range posts {
		folded := text.Fold(p.Text)
		folded = folded[:min(len(folded), 60)]
		if texts[folded] || p.Author != 0 && authors[p.Author] {
			continue
		}
		texts[folded], authors[p.Author] = true, true
		if ids = append(ids, p.ID); len(ids) == limit {
			break
		}
	}
	return ids
}
