package listen

import (
	"cmp"
	"context"
	"fmt"
	"strconv"

	"github.com/uptrace/bun"
)

// Facets are the properties by which posts of a topic are counted by the day.
const (
	FacetCountry   = "country"
	FacetLanguage  = "language"
	FacetSource    = "source"
	FacetSentiment = "sentiment"
	FacetAct       = "act"
	FacetCrisis    = "crisis"
	FacetSarcasm   = "sarcasm" // "yes" only
)

// allPosts is the number under which all posts are counted, whatever topic
// they belong to. Their languages and sources are in listen_volume.
const allPosts = 0

type facetKey struct {
	topic, day   int64
	facet, value string
}

// facets adds up the properties of posts.
type facets map[facetKey]int64

// mention is what is counted of a post.
type mention struct {
	ID, Source, Story int64
	Country, Lang     string
	Labels            Labels
}

func (f facets) add(topic int64, m mention) {
	day := dayOf(hourOf(timeOf(m.ID)))
	f[facetKey{topic, day, FacetCountry, m.Country}]++
	f[facetKey{topic, day, FacetSentiment, m.Labels.Sentiment().String()}]++
	f[facetKey{topic, day, FacetAct, m.Labels.Act().String()}]++
	f[facetKey{topic, day, FacetCrisis, m.Labels.Crisis().String()}]++
	if m.Labels.Sarcasm() {
		f[facetKey{topic, day, FacetSarcasm, "yes"}]++
	}
	if topic != allPosts {
		f[facetKey{topic, day, FacetLanguage, m.Lang}]++
		f[facetKey{topic, day, FacetSource, strconv.FormatInt(m.Source, 10)}]++
	}
}

// mention is the post as it is counted. Its story is its own id unless another
// post began it.
func (a *arrival) mention() mention {
	return mention{ID: a.ID, Source: a.Source, Story: cmp.Or(a.Story, a.ID), Country: a.Country, Lang: a.Lang, Labels: a.Labels}
}

// countMentions stores which topics the posts belong to, and adds them to the
// sums of their days.
func (s *Service) countMentions(ctx context.Context, tx bun.Tx, posts []*arrival) error {
	sums := facets{}
	var rows []any
	for _, a := range posts {
		m := a.mention()
		sums.add(allPosts, m)
		for _, n := range a.numbers {
			sums.add(n, m)
			rows = append(rows, mentionRow(n, m)...)
		}
	}
	if err := s.bulk(ctx, tx, mentionInsert, mentionWidth, rows, ` ON CONFLICT DO NOTHING`); err != nil {
		return fmt.Errorf("store mentions: %w", err)
	}
	return s.addFacets(ctx, tx, sums)
}

const (
	mentionInsert = `INSERT INTO listen_mention (topic, post, country, source, lang, labels, story)`
	mentionWidth  = 7
)

func mentionRow(topic int64, m mention) []any {
	return []any{topic, m.ID, m.Country, m.Source, m.Lang, int64(m.Labels), m.Story}
}

func (s *Service) addFacets(ctx context.Context, tx bun.Tx, sums facets) error {
	return upsert(ctx, s, tx, `INSERT INTO listen_topic_day (topic, day, facet, value, posts)`,
		` ON CONFLICT (topic, day, facet, value) DO UPDATE SET posts = listen_topic_day.posts + excluded.posts`, sums,
		func(k facetKey) []any { return []any{k.topic, k.day, k.facet, k.value} },
		func(a, b facetKey) int {
			return cmp.Or(cmp.Compare(a.topic, b.topic), cmp.Compare(a.day, b.day), cmp.Compare(a.facet, b.facet), cmp.Compare(a.value, b.value))
		})
}

// countStories adds the posts that go on with a story to it.
func (s *Service) countStories(ctx context.Context, tx bun.Tx, posts []*arrival) error {
	more, last := map[int64]int64{}, map[int64]int64{}
	for _, a := range posts {
		if a.Story != 0 {
			more[a.Story]++
			last[a.Story] = max(last[a.Story], a.ID)
		}
	}
	var rows []any
	for _, id := range sortedKeys(more) {
		// With its first post; that is not counted again.
		rows = append(rows, id, more[id]+1, max(last[id], id))
	}
	err := s.bulk(ctx, tx, `INSERT INTO listen_story (id, posts, last)`, 3, rows,
		` ON CONFLICT (id) DO UPDATE SET posts = listen_story.posts + excluded.posts - 1, last = CASE WHEN excluded.last > listen_story.last THEN excluded.last ELSE listen_story.last END`)
	if err != nil {
		return fmt.Errorf("count stories: %w", err)
	}
	return nil
}
