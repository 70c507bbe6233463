package listen

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"sifara/internal/errs"
	"sifara/internal/listen/privacy"
	"sifara/internal/search"
	"sifara/internal/text/classify"
)

// Facets are the posts of a topic, or of all, by their properties and days.
type Facets struct {
	From time.Time // beginning of the first day, UTC
	Days int
	rows map[string]map[string][]int64 // facet, value, day
}

// maxDays bounds how many days are looked at in one piece.
const maxDays = 400

// Facets counts a topic that the actor sees by property and day, or all posts
// when topicID is empty (these not by source; languages are those of the
// counts by hour). Whole days: from is cut to its day, to is rounded up.
func (s *Service) Facets(ctx context.Context, topicID string, from, to time.Time) (Facets, error) {
	number := int64(allPosts)
	if topicID != "" {
		t, err := s.Topic(ctx, topicID)
		if err != nil {
			return Facets{}, err
		}
		number = t.Number
	} else if err := may(ctx, View); err != nil {
		return Facets{}, err
	}
	lo, hi := dayOf(hourOf(from)), dayOf(hourOf(to.Add(24*time.Hour-1)))
	lo = max(lo, hi-maxDays)
	f := Facets{From: hourTime(lo * 24), Days: max(0, int(hi-lo)), rows: map[string]map[string][]int64{}}
	var rows []struct {
		Day, Posts   int64
		Facet, Value string
	}
	err := s.store.Reader().NewRaw(`SELECT day, facet, value, posts FROM listen_topic_day WHERE topic = ? AND day >= ? AND day < ?`, number, lo, hi).Scan(ctx, &rows)
	if err != nil {
		return f, fmt.Errorf("facets: %w", err)
	}
	for _, r := range rows {
		byValue := f.rows[r.Facet]
		if byValue == nil {
			byValue = map[string][]int64{}
			f.rows[r.Facet] = byValue
		}
		if byValue[r.Value] == nil {
			byValue[r.Value] = make([]int64, f.Days)
		}
		byValue[r.Value][r.Day-lo] = r.Posts
	}
	return f, nil
}

// Totals are the values of a facet, the commonest first. Countries, languages
// and sources with few posts are added up under OtherKey.
func (f Facets) Totals(facet string) []Share {
	all := f.totals(facet)
	switch facet {
	case FacetCountry, FacetLanguage, FacetSource:
		return told(all)
	}
	return all
}

func (f Facets) totals(facet string) []Share {
	sums := map[string]int64{}
	for value, days := range f.rows[facet] {
		for _, n := range days {
			sums[value] += n
		}
	}
	return topShares(sums, len(sums))
}

// Total is how many posts have a value.
func (f Facets) Total(facet, value string) (n int64) {
	for _, d := range f.rows[facet][value] {
		n += d
	}
	return n
}

// bySource are the totals of the sources that may be told.
func (f Facets) bySource(sources map[int64]Source) []SourceShare {
	var out []SourceShare
	for _, t := range f.totals(FacetSource) {
		n, _ := strconv.ParseInt(t.Key, 10, 64)
		out = append(out, SourceShare{Source: sources[n], Posts: t.Posts})
	}
	return toldSources(out)
}

// TopicSources counts a topic by source, the busiest first.
func (s *Service) TopicSources(ctx context.Context, f Facets) ([]SourceShare, error) {
	sources, err := s.sourcesByNumber(ctx)
	if err != nil {
		return nil, err
	}
	return f.bySource(sources), nil
}

// MentionQuery asks for the posts of a topic.
type MentionQuery struct {
	TopicID   string
	Sentiment string // "positive" …; empty is any
	Act       string // "threat" …; empty is any
	Crisis    bool   // only those about a crisis at hand
	From, To  time.Time
	Before    int64 // cursor, as in SearchQuery
	Limit     int   // 1 to 200; 0 is 10
}

// Mentions gives the posts of a topic that the actor sees, the newest first.
func (s *Service) Mentions(ctx context.Context, q MentionQuery) (SearchResult, error) {
	t, err := s.Topic(ctx, q.TopicID)
	if err != nil {
		return SearchResult{}, err
	}
	began := time.Now()
	mask, want, err := q.labels()
	if err != nil {
		return SearchResult{}, err
	}
	limit := 10
	if q.Limit > 0 {
		limit = min(q.Limit, 200)
	}
	lo, hi := span(q.From, q.To)
	if q.Before > 0 {
		hi = min(hi, q.Before)
	}
	ids := []int64{}
	query, args := `SELECT post FROM listen_mention WHERE topic = ? AND post >= ? AND post < ?`, []any{t.Number, lo, hi}
	if mask != 0 {
		query, args = query+` AND (labels & ?) = ?`, append(args, int64(mask), int64(want))
	}
	if err := s.store.Reader().NewRaw(query+` ORDER BY post DESC LIMIT ?`, append(args, limit+1)...).Scan(ctx, &ids); err != nil {
		return SearchResult{}, fmt.Errorf("posts of topic: %w", err)
	}
	r := SearchResult{}
	if len(ids) > limit {
		ids = ids[:limit]
		r.Next = ids[limit-1]
	}
	r.Posts, err = s.found(ctx, ids, t)
	r.Took = time.Since(began)
	return r, err
}

// labels is the question as bits of Labels.
func (q MentionQuery) labels() (mask, want Labels, err error) {
	number := func(name string, names int, value func(int) string, shift int, bits Labels) error {
		if name == "" {
			return nil
		}
		for i := range names {
			if value(i) == name {
				mask |= bits << shift
				want |= Labels(i) << shift
				return nil
			}
		}
		return errs.New(errs.Invalid, "listen.bad_label", "label", name)
	}
	if err := number(q.Sentiment, 4, func(i int) string { return classify.Sentiment(i).String() }, sentimentShift, 3); err != nil {
		return 0, 0, err
	}
	if err := number(q.Act, 8, func(i int) string { return classify.Act(i).String() }, actShift, 7); err != nil {
		return 0, 0, err
	}
	if q.Crisis {
		mask |= 3 << crisisShift
		want |= Labels(classify.Related) << crisisShift
	}
	return mask, want, nil
}

// TopicWords are the words that have become commoner among the posts of a topic
// since a moment, against as many days before: the newest some hundred of each
// are compared.
func (s *Service) TopicWords(ctx context.Context, topicID string, since, to time.Time, limit int) ([]Share, error) {
	t, err := s.Topic(ctx, topicID)
	if err != nil {
		return nil, err
	}
	now, err := s.sample(ctx, t, since, to, 300)
	if err != nil {
		return nil, err
	}
	past, err := s.sample(ctx, t, since.Add(-3*to.Sub(since)), since, 500)
	if err != nil {
		return nil, err
	}
	out := newWords(now, past, limit)
	return slices.DeleteFunc(out, func(w Share) bool { return w.Posts < privacy.K }), nil
}

func (s *Service) sample(ctx context.Context, t Topic, from, to time.Time, most int) ([]Post, error) {
	lo, hi := span(from, to)
	ids := []int64{}
	err := s.store.Reader().NewRaw(`SELECT post FROM listen_mention WHERE topic = ? AND post >= ? AND post < ? ORDER BY post DESC LIMIT ?`, t.Number, lo, hi, most).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("posts of topic: %w", err)
	}
	return s.posts(ctx, ids)
}

// previewCount is how far the posts of a topic that is not saved are counted.
const previewCount = 1000

// PreviewTopic finds what a topic would find among the stored posts, saving
// nothing: the newest ten posts and their number up to a thousand. For a
// narrative the newest thousand posts with words of its wordings are compared.
func (s *Service) PreviewTopic(ctx context.Context, t Topic) (SearchResult, error) {
	if err := may(ctx, View); err != nil {
		return SearchResult{}, err
	}
	if err := s.refuse(ctx, "terms", t.said()...); err != nil {
		return SearchResult{}, err
	}
	if err := t.check(); err != nil {
		return SearchResult{}, err
	}
	var r SearchResult
	q := t.query()
	if t.Narrative() {
		q = t.candidates()
	}
	lo, hi := span(time.Time{}, time.Time{})
	ids, err := s.ids(ctx, q, lo, hi, previewCount+1)
	if err != nil {
		return r, err
	}
	if t.Narrative() {
		if ids, err = s.repeats(ctx, t, ids); err != nil {
			return r, err
		}
	}
	r.Total, r.More = min(len(ids), previewCount), len(ids) > previewCount
	t.ID = "preview"
	r.Posts, err = s.found(ctx, ids[:min(len(ids), 10)], t)
	return r, err
}

// repeats keeps the posts that belong to a narrative.
func (s *Service) repeats(ctx context.Context, t Topic, ids []int64) ([]int64, error) {
	posts, err := s.posts(ctx, ids)
	if err != nil {
		return nil, err
	}
	m, out := newMatcher([]Topic{t}), []int64{}
	for _, p := range posts {
		if len(m.match(tokensOf(nil, search.Document(p.Lang, p.Text, "lg:"+p.Lang)))) > 0 {
			out = append(out, p.ID)
		}
	}
	return out, nil
}
