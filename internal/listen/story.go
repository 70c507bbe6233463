package listen

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/search"
	"sifara/internal/text"
)

// Story is what several posts say in nearly the same words.
type Story struct {
	ID    int64 // of the post with which it began
	Posts int64
	First time.Time
	Last  time.Time
	// How many sources and languages it has reached: within the topic that was
	// asked for, or in all.
	Sources   int
	Languages int
	// Lead is its first post; the zero Found when that is gone.
	Lead Found
}

// storyRow is a story as the tables count it. First and Last are ids of posts.
type storyRow struct {
	Story, Posts, First, Last int64
	Sources, Languages        int
}

// storyMentions bounds how many posts of a topic are grouped into its stories,
// the newest.
const storyMentions = 40_000

// TopicStories lists the stories of a topic in a period: of two posts and more,
// the largest first. Of a long period with very many posts only the newest
// 40,000 are looked at.
func (s *Service) TopicStories(ctx context.Context, topicID string, from, to time.Time, limit int) ([]Story, error) {
	t, err := s.Topic(ctx, topicID)
	if err != nil {
		return nil, err
	}
	lo, hi := span(from, to)
	var rows []storyRow
	err = s.store.Reader().NewRaw(`SELECT story, count(*) AS posts, min(post) AS first, max(post) AS last, count(DISTINCT source) AS sources, count(DISTINCT lang) AS languages
		FROM (SELECT story, post, source, lang FROM listen_mention WHERE topic = ? AND post >= ? AND post < ? ORDER BY post DESC LIMIT ?) AS m
		GROUP BY story HAVING count(*) > 1 ORDER BY posts DESC, story DESC LIMIT ?`, t.Number, lo, hi, storyMentions, limit).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("stories of topic: %w", err)
	}
	return s.withLeads(ctx, rows, t)
}

// Stories lists the largest stories that were still told in a period.
func (s *Service) Stories(ctx context.Context, from, to time.Time, limit int) ([]Story, error) {
	if err := may(ctx, View); err != nil {
		return nil, err
	}
	lo, hi := span(from, to)
	if kept, ok := s.keptStories(lo, hi, limit); ok {
		return kept, nil
	}
	var rows []storyRow
	err := s.store.Reader().NewRaw(`SELECT id AS story, posts, id AS first, last FROM listen_story WHERE last >= ? AND last < ? ORDER BY posts DESC, id DESC LIMIT ?`, lo, hi, limit).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("stories: %w", err)
	}
	if err := s.spreads(ctx, rows); err != nil {
		return nil, err
	}
	list, err := s.withLeads(ctx, rows, Topic{})
	if err == nil {
		s.keepStories(lo, hi, limit, list)
	}
	return list, err
}

// largest are the stories of one period as they were counted last: to count
// through the posts of the largest stories for every reader of a page would
// take longer than the rest of it.
type largest struct {
	lo, hi int64
	limit  int
	at     time.Time
	list   []Story
}

// storiesKept is how long they are told again.
const storiesKept = 30 * time.Second

func (s *Service) keptStories(lo, hi int64, limit int) ([]Story, bool) {
	now := s.clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.largest
	if k.at.IsZero() || k.lo != lo || k.hi != hi || k.limit != limit || now.Sub(k.at) > storiesKept || now.Before(k.at) {
		return nil, false
	}
	return slices.Clone(k.list), true
}

func (s *Service) keepStories(lo, hi int64, limit int, list []Story) {
	now := s.clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.largest = largest{lo, hi, limit, now, slices.Clone(list)}
}

// StoriesOf gives stories by their ids, in that order; those of which no post is
// counted any more are left out.
func (s *Service) StoriesOf(ctx context.Context, ids []int64) ([]Story, error) {
	if err := may(ctx, View); err != nil || len(ids) == 0 {
		return nil, err
	}
	var rows []storyRow
	if err := s.store.Reader().NewRaw(`SELECT id AS story, posts, id AS first, last FROM listen_story WHERE id IN (?)`, bun.List(ids)).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("stories: %w", err)
	}
	slices.SortFunc(rows, func(a, b storyRow) int {
		return cmp.Compare(slices.Index(ids, a.Story), slices.Index(ids, b.Story))
	})
	if err := s.spreads(ctx, rows); err != nil {
		return nil, err
	}
	return s.withLeads(ctx, rows, Topic{})
}

// spreads counts the sources and languages of stories.
func (s *Service) spreads(ctx context.Context, rows []storyRow) error {
	if len(rows) == 0 {
		return nil
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = strconv.FormatInt(r.Story, 10)
	}
	in := strings.Join(ids, ",")
	var spread []struct {
		Story, Source int64
		Lang          string
	}
	err := s.store.Reader().NewRaw(`SELECT story, source, lang FROM listen_post WHERE story <> 0 AND story IN (`+in+`) UNION SELECT id, source, lang FROM listen_post WHERE id IN (`+in+`)`).Scan(ctx, &spread)
	if err != nil {
		return fmt.Errorf("spread of stories: %w", err)
	}
	for i := range rows {
		sources, langs := map[int64]bool{}, map[string]bool{}
		for _, x := range spread {
			if x.Story == rows[i].Story {
				sources[x.Source], langs[x.Lang] = true, true
			}
		}
		rows[i].Sources, rows[i].Languages = len(sources), len(langs)
	}
	return nil
}

// withLeads adds the first posts, in which the words of the topic are marked.
func (s *Service) withLeads(ctx context.Context, rows []storyRow, t Topic) ([]Story, error) {
	ids := make([]int64, 0, 2*len(rows))
	for _, r := range rows {
		ids = append(ids, r.Story, r.First)
	}
	found, err := s.found(ctx, ids, t)
	if err != nil {
		return nil, err
	}
	byID := map[int64]Found{}
	for _, f := range found {
		byID[f.ID] = f
	}
	out := make([]Story, len(rows))
	for i, r := range rows {
		out[i] = Story{ID: r.Story, Posts: r.Posts, First: timeOf(r.First), Last: timeOf(r.Last), Sources: r.Sources, Languages: r.Languages}
		lead, ok := byID[r.Story]
		if !ok {
			lead = byID[r.First]
		}
		out[i].Lead = lead
	}
	return out, nil
}

// found gives posts as a search would, in the order of the ids.
func (s *Service) found(ctx context.Context, ids []int64, t Topic) ([]Found, error) {
	posts, err := s.posts(ctx, ids)
	if err != nil {
		return nil, err
	}
	sources, err := s.sourcesByNumber(ctx)
	if err != nil {
		return nil, err
	}
	var terms []string
	if t.ID != "" {
		terms = t.query().Terms()
	}
	out := make([]Found, len(posts))
	for i, p := range posts {
		out[i] = Found{Post: p, Snippet: text.Snippet(p.Text, terms, 260), Source: sources[p.Source]}
	}
	return out, nil
}

// StoryView is a story with its way through sources, languages and countries.
type StoryView struct {
	Story
	Bins []Bin // by the hour, or by the day if it is older than four
	Step time.Duration
	// Where it is told; what is told by few is added up, or left out.
	Sources   []SourceShare
	Languages []Share
	Countries []Share // Key is empty where the country is unknown
	Topics    []Topic // that the actor sees and its posts belong to
	Newest    []Found
}

// storyLook is how many posts of a story are looked at, the newest.
const storyLook = 5000

// Story gives one story; errs.NotFound when no post of it is left.
func (s *Service) Story(ctx context.Context, id int64) (StoryView, error) {
	if err := may(ctx, View); err != nil {
		return StoryView{}, err
	}
	var posts []struct {
		ID, Source    int64
		Lang, Country string
	}
	err := s.store.Reader().NewRaw(`SELECT id, source, lang, country FROM listen_post WHERE story <> 0 AND story = ? ORDER BY id DESC LIMIT ?`, id, storyLook).Scan(ctx, &posts)
	if err != nil {
		return StoryView{}, fmt.Errorf("read story: %w", err)
	}
	first, err := s.posts(ctx, []int64{id})
	if err != nil {
		return StoryView{}, err
	}
	for _, p := range first {
		if p.Story != 0 { // this post is told in another's story
			return s.Story(ctx, p.Story)
		}
		posts = append(posts, struct {
			ID, Source    int64
			Lang, Country string
		}{p.ID, p.Source, p.Lang, p.Country})
	}
	if len(posts) == 0 {
		return StoryView{}, notFound("story", strconv.FormatInt(id, 10))
	}
	sources, err := s.sourcesByNumber(ctx)
	if err != nil {
		return StoryView{}, err
	}
	bySource, byLang, byCountry := map[int64]int64{}, map[string]int64{}, map[string]int64{}
	ids := make([]int64, len(posts))
	for i, x := range posts {
		ids[i] = x.ID
		bySource[x.Source]++
		byLang[x.Lang]++
		byCountry[x.Country]++
	}
	v := StoryView{Languages: told(topShares(byLang, len(byLang))), Countries: told(topShares(byCountry, len(byCountry)))}
	for n, count := range bySource {
		v.Sources = append(v.Sources, SourceShare{Source: sources[n], Posts: count})
	}
	slices.SortFunc(v.Sources, func(a, b SourceShare) int {
		return cmp.Or(cmp.Compare(b.Posts, a.Posts), cmp.Compare(a.Source.Number, b.Source.Number))
	})
	v.Sources = toldSources(v.Sources)
	oldest, newest := slices.Min(ids), slices.Max(ids)
	v.Story = Story{ID: id, Posts: int64(len(ids)), First: timeOf(oldest), Last: timeOf(newest), Sources: len(bySource), Languages: len(byLang)}
	if err := s.store.Reader().NewRaw(`SELECT posts FROM listen_story WHERE id = ?`, id).Scan(ctx, &v.Posts); err != nil && !db.IsNoRows(err) {
		return v, fmt.Errorf("read story: %w", err)
	}
	v.Bins, v.Step = BinsOf(ids)
	if v.Newest, err = s.found(ctx, ids[:min(len(ids), 10)], Topic{}); err != nil {
		return v, err
	}
	lead, err := s.found(ctx, []int64{oldest}, Topic{})
	if err != nil {
		return v, err
	}
	for _, f := range lead {
		v.Lead = f
		v.Topics, err = s.TopicsOf(ctx, f.Post)
	}
	return v, err
}

// BinsOf counts posts, by their ids, over the time that they cover: by the hour,
// or by the day where that is more than four days. Without posts there are none.
func BinsOf(ids []int64) ([]Bin, time.Duration) {
	if len(ids) == 0 {
		return nil, time.Hour
	}
	from, to := timeOf(slices.Min(ids)), timeOf(slices.Max(ids))
	step := time.Hour
	if to.Sub(from) > 4*24*time.Hour {
		step = 24 * time.Hour
	}
	from = from.Truncate(step)
	bins := make([]Bin, min(int(to.Sub(from)/step)+1, maxBins))
	for i := range bins {
		bins[i].From = from.Add(time.Duration(i) * step)
	}
	for _, id := range ids {
		if i := int(timeOf(id).Sub(from) / step); i < len(bins) {
			bins[i].Posts++
		}
	}
	return bins, step
}

// TopicsOf are the topics that the actor sees and to which a post belongs by its
// words.
func (s *Service) TopicsOf(ctx context.Context, p Post) ([]Topic, error) {
	list, err := s.Topics(ctx)
	if err != nil {
		return nil, err
	}
	hits := newMatcher(list).match(tokensOf(nil, search.Document(p.Lang, p.Text, "lg:"+p.Lang)))
	return slices.DeleteFunc(list, func(t Topic) bool { return !slices.Contains(hits, t.ID) }), nil
}
