package listen

import (
	"math/bits"
	"slices"
	"strings"

	"sifara/internal/search"
)

// matcher finds the topics of a post among its tokens. It is not changed after
// it was made; nil knows no topic.
type matcher struct {
	ids      []string
	numbers  map[string]int64
	first    map[string][]candidate
	prefixes map[string][]candidate
	lengths  []int // of the prefixes in bytes, ascending, each once
	exprs    []search.Expr
	claims   []claim
	said     map[string][]place // where a word stands in the claims
}

// candidate is a row of tokens that speaks of a topic: by itself, or if the
// whole expression is met.
type candidate struct {
	topic int
	expr  int // in exprs; -1: the row is enough
	search.Pattern
}

// place is a word of a claim.
type place struct{ claim, word int }

// newMatcher compiles topics.
func newMatcher(topics []Topic) *matcher {
	m := &matcher{numbers: map[string]int64{}, first: map[string][]candidate{}, prefixes: map[string][]candidate{}, said: map[string][]place{}}
	for _, t := range topics {
		if t.Archived {
			continue
		}
		n := len(m.ids)
		m.ids = append(m.ids, t.ID)
		m.numbers[t.ID] = t.Number
		for _, term := range t.AllTerms() {
			m.add(n, termExpr(term))
		}
		for _, c := range t.claims() {
			m.claim(n, c)
		}
	}
	for p := range m.prefixes {
		if !slices.Contains(m.lengths, len(p)) {
			m.lengths = append(m.lengths, len(p))
		}
	}
	slices.Sort(m.lengths)
	return m
}

// add files an expression under the rows that every post of it holds.
func (m *matcher) add(topic int, e search.Expr) {
	rows, plain := e.Anchors()
	c := candidate{topic: topic, expr: -1}
	if !plain {
		c.expr = len(m.exprs)
		m.exprs = append(m.exprs, e)
	}
	for _, c.Pattern = range rows {
		by := m.first
		if c.Prefix && len(c.Words) == 1 {
			by = m.prefixes
		}
		by[c.Words[0]] = append(by[c.Words[0]], c)
	}
}

// match gives the ids of the topics, each once.
func (m *matcher) match(tokens []string) []string {
	if m == nil || len(m.ids) == 0 {
		return nil
	}
	s := sighting{m: m, tokens: tokens}
	for i, w := range tokens {
		for _, c := range m.first[w] {
			if len(c.Words) == 1 || c.At(tokens, i) {
				s.take(c)
			}
		}
		for _, n := range m.lengths {
			if n > len(w) {
				break
			}
			for _, c := range m.prefixes[w[:n]] {
				s.take(c)
			}
		}
	}
	if len(m.claims) > 0 {
		s.claims()
	}
	return s.found
}

// sighting is one look at a post.
type sighting struct {
	m      *matcher
	tokens []string
	found  []string
	asked  []int // expressions that were asked already
}

func (s *sighting) take(c candidate) {
	id := s.m.ids[c.topic]
	if slices.Contains(s.found, id) {
		return
	}
	if c.expr >= 0 {
		if slices.Contains(s.asked, c.expr) {
			return
		}
		s.asked = append(s.asked, c.expr)
		if !s.m.exprs[c.expr].Matches(s.tokens) {
			return
		}
	}
	s.found = append(s.found, id)
}

// claim is one wording of a narrative: its words without those that every text
// holds, as the index holds them, at most 64.
type claim struct {
	topic int
	words []string
}

// enough is how many of its words make a post a wording of the claim.
func (c claim) enough() int { return (len(c.words)*7 + 9) / 10 }

// claimReach bounds the stretch of a post, in tokens, in which the words of a
// claim must stand: a long article holds them all by chance.
const claimReach = 120

func (m *matcher) claim(topic int, words []string) {
	n := len(m.claims)
	m.claims = append(m.claims, claim{topic, words})
	for i, w := range words {
		m.said[w] = append(m.said[w], place{n, i})
	}
}

// claims finds the narratives whose wordings a post repeats, nearly.
func (s *sighting) claims() {
	var stack [64]uint64
	for from := 0; from == 0 || from+claimReach/2 < len(s.tokens); from += claimReach / 2 {
		seen := stack[:]
		if len(s.m.claims) > len(stack) {
			seen = make([]uint64, len(s.m.claims))
		}
		clear(seen)
		any := false
		for _, w := range s.tokens[from:min(len(s.tokens), from+claimReach)] {
			for _, p := range s.m.said[w] {
				seen[p.claim] |= 1 << p.word
				any = true
			}
		}
		for i := range s.m.claims {
			if c := &s.m.claims[i]; any && bits.OnesCount64(seen[i]) >= c.enough() {
				s.take(candidate{topic: c.topic, expr: -1})
			}
		}
	}
}

// tokensOf splits what [search.Document] gives.
func tokensOf(dst []string, words string) []string {
	for w := range strings.SplitSeq(words, " ") {
		dst = append(dst, w)
	}
	return dst
}
