package engage

import (
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"sifara/internal/perm"
	"sifara/internal/search"
	"sifara/internal/text"
)

// index puts the words of a question and of its answer into the full-text
// table. The asker's name and address are not searchable.
func (s *Service) index(ctx context.Context, tx bun.Tx, q *Question, answer *Reply) error {
	filters := []string{"lg:" + string(q.Lang)}
	if answer != nil {
		filters = append(filters, "is:answered")
	}
	words := search.Document(string(q.Lang), q.Text, filters...)
	if answer != nil {
		words += " " + search.Document(string(q.Lang), answer.Body)
	}
	return s.words.Put(ctx, tx, search.Entry{ID: q.WordsID, Words: words})
}

// Pair is a question with the revisions of its answer that were sent, the
// first first.
type Pair struct {
	Question
	Replies []Reply
}

// Latest is the answer in force; its Body is empty when there is none.
func (p *Pair) Latest() Reply {
	if len(p.Replies) == 0 {
		return Reply{}
	}
	return p.Replies[len(p.Replies)-1]
}

const (
	similarTerms      = 16  // longest words of the question that are looked for
	similarCandidates = 120 // newest finds that are compared
)

// Similar gives answered questions that share words with this one, the most
// alike first: those of missions the actor may see, and public ones.
func (s *Service) Similar(ctx context.Context, q *Question, limit int) ([]Pair, error) {
	own := text.Index(nil, string(q.Lang), q.Text)
	slices.Sort(own)
	own = slices.Compact(own)
	own = slices.DeleteFunc(own, func(w string) bool { return len([]rune(w)) < 3 })
	slices.SortStableFunc(own, func(a, b string) int { return len(b) - len(a) })
	if len(own) == 0 {
		return nil, nil
	}
	asked := own[:min(len(own), similarTerms)]
	query := search.Parse(strings.Join(asked, " OR ")).With("is:answered")
	ids, err := s.words.Search(ctx, s.DB.Reader(), query, search.Page{Limit: similarCandidates})
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	var found []Question
	err = s.DB.Reader().NewSelect().Model(&found).Where("q.words_id IN (?)", bun.List(ids)).Where("q.state = ?", Answered).Where("q.id <> ?", q.ID).Scan(ctx)
	if err != nil {
		return nil, err
	}
	a := perm.From(ctx)
	found = slices.DeleteFunc(found, func(f Question) bool { return !f.Public && !a.MayIn(View, f.Scope()) })
	found = nearest(own, found, limit)
	sent, err := s.repliesOf(ctx, found)
	var out []Pair
	for _, f := range found {
		out = append(out, Pair{f, sent[f.ID]})
	}
	return out, err
}

// nearest orders found questions by the words they share with own, a rare word
// counting more than one that many of them have, and drops those that share
// next to nothing.
func nearest(own []string, found []Question, limit int) []Question {
	have := make([]map[string]bool, len(found))
	seen := map[string]int{}
	for i, f := range found {
		have[i] = map[string]bool{}
		for _, w := range text.Index(nil, string(f.Lang), f.Text) {
			if !have[i][w] {
				have[i][w] = true
				seen[w]++
			}
		}
	}
	weight := func(w string) float64 { return 1 / float64(1+seen[w]) }
	var total float64
	for _, w := range own {
		total += weight(w)
	}
	type scored struct {
		q     Question
		score float64
	}
	var list []scored
	for i, f := range found {
		var sum float64
		for _, w := range own {
			if have[i][w] {
				sum += weight(w)
			}
		}
		if sum >= total/20 && sum > 0 {
			list = append(list, scored{f, sum})
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
	var out []Question
	for _, x := range list[:min(len(list), limit)] {
		out = append(out, x.q)
	}
	return out
}
