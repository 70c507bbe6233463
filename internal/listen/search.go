package listen

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/listen/privacy"
	"sifara/internal/search"
	"sifara/internal/text"
)

// SearchQuery asks for posts. The zero query asks for all of them.
type SearchQuery struct {
	Text     string    // as typed into a search box; see package search
	From, To time.Time // from inclusive, to exclusive; zero is open
	Langs    []string  // any of these languages
	Sources  []string  // any of these sources, by id
	Country  string    // ISO 3166-1 alpha-2
	Limit    int       // 1 to 200; 0 is 50
	Before   int64     // cursor: posts older than this one; 0 from the newest
	// Count says how far the total is counted: 0 not at all, negative to the
	// end.
	Count int
}

// Found is one post that a search found.
type Found struct {
	Post
	Snippet []text.Part
	// Name and grade of its source.
	Source Source
}

// SearchResult is a page of posts, newest first.
type SearchResult struct {
	Posts []Found
	Total int  // how many there are; exact unless More or Few
	More  bool // there are more than Total
	Few   bool // some, but fewer than are told to a narrow question; Total is 0
	Next  int64
	Took  time.Duration
	found int // counted, told or not
}

// AtLeast reports whether so many were counted, also where their number is not
// told.
func (r SearchResult) AtLeast(n int) bool { return r.found >= n }

// Search finds posts, newest first. Filters and words are answered by one
// index. Whoever may listen may search: posts are public utterances and belong
// to no desk. A question that singles out the account of a private person is
// refused (errs.Invalid, field "q") and recorded.
func (s *Service) Search(ctx context.Context, q SearchQuery) (SearchResult, error) {
	if err := may(ctx, View); err != nil {
		return SearchResult{}, err
	}
	if err := s.refuse(ctx, "q", q.Text); err != nil {
		return SearchResult{}, err
	}
	return s.find(ctx, q)
}

func (s *Service) find(ctx context.Context, q SearchQuery) (SearchResult, error) {
	began := time.Now()
	if q.Limit <= 0 {
		q.Limit = 50
	}
	q.Limit = min(q.Limit, 200)
	sources, err := s.sourcesByNumber(ctx)
	if err != nil {
		return SearchResult{}, err
	}
	asked, err := compile(q, sources)
	if err != nil {
		return SearchResult{}, err
	}
	lo, hi := span(q.From, q.To)
	r := SearchResult{}
	top := hi
	if q.Before > 0 {
		top = min(top, q.Before)
	}
	ids, err := s.ids(ctx, asked, lo, top, q.Limit+1)
	if err != nil {
		return r, err
	}
	if len(ids) > q.Limit {
		ids = ids[:q.Limit]
		r.Next = ids[len(ids)-1]
	}
	posts, err := s.posts(ctx, ids)
	if err != nil {
		return r, err
	}
	terms := asked.Terms()
	for _, p := range posts {
		r.Posts = append(r.Posts, Found{Post: p, Snippet: text.Snippet(p.Text, terms, 260), Source: sources[p.Source]})
	}
	if q.Count != 0 {
		if r.found, r.More, err = s.total(ctx, asked, lo, hi, q.Count); err != nil {
			return r, err
		}
		r.Total, r.Few = q.told(r.found)
	}
	r.Took = time.Since(began)
	return r, nil
}

// compile turns the question into that of the index.
func compile(q SearchQuery, sources map[int64]Source) (search.Query, error) {
	words, handles := askedAccounts(q.Text)
	out := search.Parse(words)
	for _, h := range handles {
		out = out.With("at:" + h)
	}
	var langs, numbers []string
	for _, l := range q.Langs {
		langs = append(langs, "lg:"+l)
	}
	for _, id := range q.Sources {
		for n, src := range sources {
			if src.ID == id {
				numbers = append(numbers, "src:"+strconv.FormatInt(n, 10))
			}
		}
	}
	if len(q.Sources) > 0 && len(numbers) == 0 {
		return out, errs.New(errs.NotFound, "listen.search.source")
	}
	for _, any := range [][]string{langs, numbers} {
		if len(any) > 0 {
			out = out.WithAny(any...)
		}
	}
	if q.Country != "" {
		out = out.With("cc:" + q.Country)
	}
	return out, nil
}

// askedAccounts takes out of a question of plain words the accounts that it
// names as "@handle", bare. Only those of registered accounts are in the index;
// others have been refused before.
func askedAccounts(q string) (words string, handles []string) {
	if !strings.ContainsAny(q, privacy.Ats) || strings.ContainsAny(q, `"()`) {
		return q, nil
	}
	var rest []string
	for _, w := range strings.Fields(q) {
		switch w {
		case "OR", "AND", "NOT":
			return q, nil
		}
		if found := handlesIn(w); strings.IndexAny(w, privacy.Ats) == 0 && len(found) == 1 {
			handles = append(handles, privacy.BareHandle(found[0]))
		} else {
			rest = append(rest, w)
		}
	}
	return strings.Join(rest, " "), handles
}

// span is the range of ids of a period.
func span(from, to time.Time) (lo, hi int64) {
	hi = math.MaxInt64
	if !from.IsZero() {
		lo = PostID(from)
	}
	if !to.IsZero() {
		hi = PostID(to)
	}
	return lo, hi
}

// from gives the FROM and WHERE of a question, over the posts themselves when
// nothing is asked but the time.
func (s *Service) from(q search.Query, lo, hi int64) (column, clause string, args []any) {
	if q.Empty() {
		return "id", `FROM listen_post WHERE id >= ? AND id < ?`, []any{lo, hi}
	}
	if s.store.Engine() == db.Postgres {
		return "rowid", `FROM listen_post_words WHERE words @@ ?::tsquery AND rowid >= ? AND rowid < ?`, []any{q.TSQuery(), lo, hi}
	}
	return "rowid", `FROM listen_post_words WHERE listen_post_words MATCH ? AND rowid >= ? AND rowid < ?`, []any{q.FTS5(), lo, hi}
}

// ids gives the newest ids that a question finds in a range.
func (s *Service) ids(ctx context.Context, q search.Query, lo, hi int64, limit int) ([]int64, error) {
	if s.store.Engine() == db.Postgres && !q.Empty() {
		return s.idsInParts(ctx, q, lo, hi, limit, newestParts)
	}
	column, clause, args := s.from(q, lo, hi)
	ids := []int64{}
	err := s.store.Reader().NewRaw(`SELECT `+column+` `+clause+` ORDER BY `+column+` DESC LIMIT ?`, append(args, limit)...).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("search posts: %w", err)
	}
	return ids, nil
}

// newestParts are how many posts PostgreSQL looks at before those behind them;
// 0 are all that are left.
var newestParts = []int{5_000, 50_000, 0}

// idsInParts is ids on PostgreSQL. Its planner takes words to be spread evenly
// over time: for one that was much used long ago it would go back through
// millions of posts one by one. So only the newest are read in their order,
// where whatever is frequent is found; of the others all that the index of
// words finds is sorted.
func (s *Service) idsInParts(ctx context.Context, q search.Query, lo, hi int64, limit int, parts []int) ([]int64, error) {
	all := []int64{}
	for i, posts := range parts {
		from, err := s.behind(ctx, lo, hi, posts)
		if err != nil {
			return nil, err
		}
		_, clause, args := s.from(q, from, hi)
		query := `SELECT rowid ` + clause
		if i > 0 {
			// OFFSET 0 keeps the order and the limit out of the inner plan.
			query = `SELECT rowid FROM (` + query + ` OFFSET 0) AS older`
		}
		ids := []int64{}
		if err := s.store.Reader().NewRaw(query+` ORDER BY rowid DESC LIMIT ?`, append(args, limit-len(all))...).Scan(ctx, &ids); err != nil {
			return nil, fmt.Errorf("search posts: %w", err)
		}
		if all = append(all, ids...); len(all) == limit || from == lo {
			break
		}
		hi = from
	}
	return all, nil
}

// behind is the id at which so many posts of a range end, counted from its
// newest; its beginning where there are not so many, or posts is 0.
func (s *Service) behind(ctx context.Context, lo, hi int64, posts int) (id int64, err error) {
	if posts == 0 {
		return lo, nil
	}
	err = s.store.Reader().NewRaw(`SELECT rowid FROM listen_post_words WHERE rowid >= ? AND rowid < ? ORDER BY rowid DESC OFFSET ? LIMIT 1`, lo, hi, posts-1).Scan(ctx, &id)
	if db.IsNoRows(err) {
		return lo, nil
	}
	if err != nil {
		return lo, fmt.Errorf("search posts: %w", err)
	}
	return id, nil
}

// total counts what a question finds, up to a bound unless it is negative.
func (s *Service) total(ctx context.Context, q search.Query, lo, hi int64, bound int) (n int, more bool, err error) {
	column, clause, args := s.from(q, lo, hi)
	query := `SELECT count(*) ` + clause
	if bound > 0 {
		query = `SELECT count(*) FROM (SELECT ` + column + ` ` + clause + ` LIMIT ?) AS found`
		args = append(args, bound+1)
	}
	if err := s.store.Reader().NewRaw(query, args...).Scan(ctx, &n); err != nil {
		return 0, false, fmt.Errorf("count posts: %w", err)
	}
	if bound > 0 && n > bound {
		return bound, true, nil
	}
	return n, false, nil
}

// postRow is a row of listen_post.
type postRow struct {
	ID, Source, Author, Followers, Story int64
	Lang, Country, Official, URL, Text   string
	Labels                               Labels
}

func (r postRow) post() Post {
	return Post{
		ID: r.ID, At: timeOf(r.ID), Source: r.Source, Lang: r.Lang, Country: r.Country, Author: r.Author,
		Official: r.Official, Followers: r.Followers, URL: r.URL, Text: r.Text,
		Labels: r.Labels, Story: r.Story,
	}
}

// Posts gives posts by their ids, in the order of the ids given. Those that
// are gone are left out.
func (s *Service) Posts(ctx context.Context, ids []int64) ([]Post, error) {
	if err := may(ctx, View); err != nil {
		return nil, err
	}
	return s.posts(ctx, ids)
}

func (s *Service) posts(ctx context.Context, ids []int64) ([]Post, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []postRow
	err := s.store.Reader().NewRaw(`SELECT id, source, lang, country, author, official, followers, url, text, labels, story FROM listen_post WHERE id IN (`+idList(ids)+`)`).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read posts: %w", err)
	}
	byID, a := make(map[int64]Post, len(rows)), newAnswer()
	for _, r := range rows {
		p := r.post()
		p.answer = a
		byID[r.ID] = p
	}
	out := make([]Post, 0, len(ids))
	for _, id := range ids {
		if p, ok := byID[id]; ok {
			out = append(out, p)
		}
	}
	return out, nil
}

// CLIResult is what `sifara listen search` prints.
type CLIResult struct {
	Total        int       `json:"total"`
	Few          bool      `json:"few,omitempty"` // as in SearchResult
	Milliseconds float64   `json:"milliseconds"`
	Posts        []CLIPost `json:"posts"`
}

// CLIPost is one post of a CLIResult.
type CLIPost struct {
	ID       string `json:"id"`
	Time     string `json:"time"` // RFC 3339, UTC
	Language string `json:"language"`
	Text     string `json:"text"`
}

// SearchCLI answers the command line: the total is exact,
// unless it is Few. Milliseconds is the
// time to the page of posts, without that of counting.
func (s *Service) SearchCLI(ctx context.Context, q SearchQuery) (CLIResult, error) {
	if err := may(ctx, View); err != nil {
		return CLIResult{}, err
	}
	if err := s.refuse(ctx, "q", q.Text); err != nil {
		return CLIResult{}, err
	}
	q.Count = 0
	found, err := s.find(ctx, q)
	if err != nil {
		return CLIResult{}, err
	}
	out := CLIResult{Milliseconds: math.Round(found.Took.Seconds()*1e6) / 1e3, Posts: []CLIPost{}}
	for _, p := range found.Posts {
		out.Posts = append(out.Posts, CLIPost{ID: strconv.FormatInt(p.ID, 10), Time: p.At.Format(time.RFC3339), Language: p.Lang, Text: p.Text})
	}
	sources, err := s.sourcesByNumber(ctx)
	if err != nil {
		return out, err
	}
	asked, err := compile(q, sources)
	if err != nil {
		return out, err
	}
	lo, hi := span(q.From, q.To)
	if out.Total, _, err = s.total(ctx, asked, lo, hi, -1); err != nil {
		return out, err
	}
	out.Total, out.Few = q.told(out.Total)
	return out, nil
}
