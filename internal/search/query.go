package search

import "slices"

// sequence is one token, or several that must stand in a row; with prefix the
// last one is the beginning of a token.
type sequence struct {
	words  []string
	prefix bool
}

// Query is a parsed question. The zero value is the empty question, which finds
// every document. Queries are values: With and the like return a changed copy.
type Query struct {
	all     [][]sequence // each needs one of its sequences
	not     []sequence
	filters [][]string // each needs one of its tokens
	without []string
	expr    *node // a Boolean expression that must be met as well
	lost    bool  // something was typed, but nothing that can be searched for
}

// With narrows the question to documents that were stored with every one of the
// filters, such as "lg:ar".
func (q Query) With(filters ...string) Query {
	for _, f := range filters {
		q = q.WithAny(f)
	}
	return q
}

// WithAny narrows the question to documents with at least one of the filters. With
// no filter at all it finds nothing: a person who may see the rows of no mission
// sees no rows.
func (q Query) WithAny(filters ...string) Query {
	tokens := filterTokens(filters)
	if len(tokens) == 0 {
		tokens = []string{never}
	}
	q.filters = append(slices.Clip(q.filters), tokens)
	return q
}

// Without excludes documents that have one of the filters.
func (q Query) Without(filters ...string) Query {
	q.without = append(slices.Clip(q.without), filterTokens(filters)...)
	return q
}

func filterTokens(filters []string) []string {
	out := make([]string, len(filters))
	for i, f := range filters {
		out[i] = filterToken(f)
	}
	return out
}

// Empty reports that nothing was asked: no words and no filters, so that the
// question finds every document.
func (q Query) Empty() bool {
	return !q.lost && q.expr == nil && len(q.all)+len(q.not)+len(q.filters)+len(q.without) == 0
}

// Terms gives the tokens that a found text shows to the one who asked, for
// [text.Snippet]; one that may be continued ends in '*'. Exclusions and filters
// are not among them.
func (q Query) Terms() []string {
	var out []string
	for _, clause := range q.all {
		for _, s := range clause {
			out = s.terms(out)
		}
	}
	if q.expr != nil {
		out = q.expr.terms(out)
	}
	return out
}

func (s sequence) terms(out []string) []string {
	for i, w := range s.words {
		if s.prefix && i == len(s.words)-1 {
			w += "*"
		}
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}
