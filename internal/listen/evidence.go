package listen

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"sifara/internal/listen/privacy"
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

// evidence gathers what a warning rests on.
func (d *detector) evidence(ctx context.Context, sr series, w Warning, counts []int64) (Evidence, error) {
	e := Evidence{Bins: d.bins(w, counts, sr)}
	q := search.Parse(sr.tag)
	if sr.tag == "" {
		q = sr.topic.query()
	}
	if sr.country != "" {
		q = q.With("cc:" + sr.country)
	}
	posts, err := d.read(ctx, q, w.Since.Std(), w.Until.Std())
	if err != nil {
		return e, err
	}
	past, err := d.read(ctx, q, w.Since.Std().Add(-7*24*time.Hour), w.Since.Std())
	if err != nil {
		return e, err
	}
	sources, err := d.s.sourcesByNumber(ctx)
	if err != nil {
		return e, err
	}
	bySource, byLang, authors := map[string]int64{}, map[string]int64{}, map[int64]bool{}
	for _, p := range posts {
		bySource[sources[p.Source].ID]++
		byLang[p.Lang]++
		if p.Author != 0 {
			authors[p.Author] = true
		} else {
			e.voices++ // nobody is named: each its own
		}
	}
	e.voices += len(authors)
	if e.Looked = len(posts); len(authors) >= privacy.K {
		e.Authors = len(authors)
	}
	e.Sources, e.Languages = told(topShares(bySource, 8)), told(topShares(byLang, 8))
	e.Words = newWords(posts, past, 15)
	e.Posts = examples(posts, 10)
	return e, nil
}

func (d *detector) read(ctx context.Context, q search.Query, from, to time.Time) ([]Post, error) {
	lo, hi := span(from, to)
	ids, err := d.s.ids(ctx, q, lo, hi, lookPosts)
	if err != nil {
		return nil, err
	}
	return d.s.posts(ctx, ids)
}

// bins are the hours of the chart.
func (d *detector) bins(w Warning, counts []int64, sr series) []EvidenceBin {
	t := topicThreshold
	if sr.tag != "" {
		t = tagThreshold
	}
	hi := int(hourOf(w.Until.Std()) - d.base)
	lo := max(0, int(hourOf(w.Since.Std())-d.base)-chartBefore, hi-maxChart)
	var out []EvidenceBin
	for i := lo; i < min(hi, len(counts)); i++ {
		h, ok := judge(counts, i)
		out = append(out, EvidenceBin{
			From: hourTime(d.base + int64(i)), Posts: counts[i], Expected: math.Round(h.expected*10) / 10,
			Burst: ok && counts[i] >= t.posts && float64(counts[i]) >= t.times*h.expected && h.score >= t.score,
		})
	}
	return out
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
