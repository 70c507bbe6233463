package search

import (
	"slices"
	"strings"
)

// Expr is a Boolean question that [ParseExpr] has read: words and what joins
// them. The zero value asks for nothing. An Expr is a value and is not changed
// after it was made; it is safe for use by several goroutines.
//
// The same Expr is asked of an index ([Expr.Query]) and of one document at a
// time ([Expr.Matches]); both find the same documents.
type Expr struct{ root *node }

type nodeKind uint8

const (
	leafNode   nodeKind = iota // one of the sequences
	filterNode                 // a token that no text can give
	andNode
	orNode
	notNode  // of its one kid
	nearNode // its two kids, leaves or choices of leaves, at most distance tokens apart
)

type node struct {
	kind     nodeKind
	any      []sequence
	kids     []*node
	distance int
	shown    string // a leaf as it was typed
}

// Pattern is a row of tokens of a document; with Prefix the last one is only
// the beginning of a token.
type Pattern struct {
	Words  []string
	Prefix bool
}

// At reports whether the row begins at token i.
func (p Pattern) At(tokens []string, i int) bool {
	last := len(p.Words) - 1
	if i+last >= len(tokens) {
		return false
	}
	for j, w := range p.Words[:last] {
		if tokens[i+j] != w {
			return false
		}
	}
	if p.Prefix {
		return strings.HasPrefix(tokens[i+last], p.Words[last])
	}
	return tokens[i+last] == p.Words[last]
}

// AnyOf is the question that is met where one of the others is.
func AnyOf(list ...Expr) Expr {
	n := &node{kind: orNode}
	for _, e := range list {
		if e.root != nil {
			n.kids = append(n.kids, e.root)
		}
	}
	switch len(n.kids) {
	case 0:
		return Expr{}
	case 1:
		return Expr{n.kids[0]}
	}
	return Expr{n}
}

// Empty reports that nothing was asked.
func (e Expr) Empty() bool { return e.root == nil }

// Query is the question for an index. The empty Expr finds nothing.
func (e Expr) Query() Query {
	if e.root == nil {
		return Query{lost: true}
	}
	return Query{expr: e.root}
}

// Anchors are the rows of which every document that meets the question holds
// at least one: who looks for them among many questions need not ask each.
// Plain says that such a row is enough.
func (e Expr) Anchors() (rows []Pattern, plain bool) {
	if e.root == nil {
		return nil, false
	}
	var list []sequence
	list, plain = e.root.anchors()
	for _, s := range list {
		rows = append(rows, Pattern{s.words, s.prefix})
	}
	return rows, plain
}

// anchors of nil means that a document may meet the node without any.
func (n *node) anchors() (rows []sequence, plain bool) {
	switch n.kind {
	case leafNode:
		return n.any, true
	case orNode:
		plain = true
		for _, k := range n.kids {
			more, enough := k.anchors()
			if more == nil {
				return nil, false
			}
			rows, plain = append(rows, more...), plain && enough
		}
		return rows, plain
	case andNode, nearNode:
		for _, k := range n.kids {
			if more, _ := k.anchors(); more != nil && (rows == nil || shortest(more) > shortest(rows)) {
				rows = more
			}
		}
	}
	return rows, false
}

// shortest is the length of the shortest row: the longer, the rarer.
func shortest(rows []sequence) int {
	least := 1 << 20
	for _, s := range rows {
		n := 0
		for _, w := range s.words {
			n += len(w)
		}
		least = min(least, n)
	}
	return least
}

// Matches reports whether a document meets the question. tokens are those of
// [Document], split at the spaces.
func (e Expr) Matches(tokens []string) bool { return e.root != nil && e.root.matches(tokens) }

func (n *node) matches(tokens []string) bool {
	switch n.kind {
	case leafNode, filterNode:
		for i := range tokens {
			if n.width(tokens, i) > 0 {
				return true
			}
		}
		return false
	case andNode:
		for _, k := range n.kids {
			if !k.matches(tokens) {
				return false
			}
		}
		return true
	case orNode:
		return slices.ContainsFunc(n.kids, func(k *node) bool { return k.matches(tokens) })
	case notNode:
		return !n.kids[0].matches(tokens)
	}
	return n.near(tokens)
}

// width is how many tokens the shortest row of a leaf that begins at token i
// takes, 0 if none does.
func (n *node) width(tokens []string, i int) (width int) {
	for _, s := range n.any {
		if (width == 0 || len(s.words) < width) && (Pattern{s.words, s.prefix}).At(tokens, i) {
			width = len(s.words)
		}
	}
	return width
}

// stretch is where a row stands: tokens [from, to).
type stretch struct{ from, to int }

func (n *node) stretches(tokens []string) (out []stretch) {
	if n.kind == orNode {
		for _, k := range n.kids {
			out = append(out, k.stretches(tokens)...)
		}
		return out
	}
	for i := range tokens {
		if w := n.width(tokens, i); w > 0 {
			out = append(out, stretch{i, i + w})
		}
	}
	return out
}

func (n *node) near(tokens []string) bool {
	first := n.kids[0].stretches(tokens)
	if first == nil {
		return false
	}
	for _, b := range n.kids[1].stretches(tokens) {
		for _, a := range first {
			if gap := max(b.from-a.to, a.from-b.to); gap >= 0 && gap <= n.distance {
				return true
			}
		}
	}
	return false
}

// String writes the question so that [ParseExpr] and [Parse] read it back:
// every row of words in quotes, every choice in parentheses.
func (e Expr) String() string {
	if e.root == nil {
		return ""
	}
	return e.root.string(true)
}

func (n *node) string(top bool) string {
	join := func(by string) string {
		parts := make([]string, len(n.kids))
		for i, k := range n.kids {
			parts[i] = k.string(false)
		}
		if top {
			return strings.Join(parts, by)
		}
		return "(" + strings.Join(parts, by) + ")"
	}
	switch n.kind {
	case andNode:
		return join(" AND ")
	case orNode:
		return join(" OR ")
	case notNode:
		return "NOT " + n.kids[0].string(false)
	case nearNode:
		return join(" NEAR/" + decimal(n.distance) + " ")
	}
	return n.shown
}

// terms appends what a found text shows: the words that were asked for.
func (n *node) terms(out []string) []string {
	switch n.kind {
	case leafNode:
		for _, s := range n.any {
			out = s.terms(out)
		}
	case andNode, orNode, nearNode:
		for _, k := range n.kids {
			out = k.terms(out)
		}
	}
	return out
}

// write puts the node into an engine's language.
func (n *node) write(x syntax) string {
	switch n.kind {
	case leafNode, filterNode:
		return x.any(n.any)
	case orNode:
		parts := make([]string, len(n.kids))
		for i, k := range n.kids {
			parts[i] = k.write(x)
		}
		return "(" + strings.Join(parts, x.or) + ")"
	case nearNode:
		return "(" + x.near(n.kids[0].choices(), n.kids[1].choices(), n.distance) + ")"
	case notNode:
		return "(" + x.not(x.row(sequence{words: []string{every}}), n.kids[0].write(x)) + ")"
	}
	var with, without []string
	for _, k := range n.kids {
		if k.kind == notNode {
			without = append(without, k.kids[0].write(x))
		} else {
			with = append(with, k.write(x))
		}
	}
	if len(with) == 0 {
		with = append(with, x.row(sequence{words: []string{every}}))
	}
	out := "(" + strings.Join(with, x.and) + ")"
	if len(without) > 0 {
		out = "(" + x.not(out, "("+strings.Join(without, x.or)+")") + ")"
	}
	return out
}

// choices are all rows of a leaf or of a choice of leaves.
func (n *node) choices() (out []sequence) {
	if n.kind != orNode {
		return n.any
	}
	for _, k := range n.kids {
		out = append(out, k.choices()...)
	}
	return out
}

// AnyToken is the question for documents with at least one of the tokens, which
// are as the index holds them.
func AnyToken(tokens ...string) Expr {
	if len(tokens) == 0 {
		return Expr{}
	}
	return Expr{&node{kind: leafNode, any: singles(tokens), shown: `"` + strings.Join(tokens, `" OR "`) + `"`}}
}
