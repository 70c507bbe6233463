package search

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"sifara/internal/text"
)

// Adjacency says what words without an operator between them mean.
type Adjacency uint8

// The adjacencies.
const (
	InARow  Adjacency = iota // one after the other, as in a list of terms
	AllThem                  // all of them, as in a search box
)

// Reasons why an expression cannot be read.
const (
	WrongEmpty    = "empty"    // nothing stands there
	WrongLong     = "long"     // too long, too deep, too many words
	WrongOpen     = "open"     // a parenthesis or quotation that is never closed
	WrongClose    = "close"    // a parenthesis that was never opened
	WrongOperand  = "operand"  // an operator without a word beside it
	WrongOperator = "operator" // two parts without an operator between them
	WrongWords    = "words"    // signs that no search can find
	WrongNear     = "near"     // NEAR between other things than words, or too far
	WrongLang     = "lang"     // lang: without a code
	WrongOnlyNot  = "only_not" // nothing is asked for, only excluded or filtered
)

// SyntaxError says why and where an expression cannot be read.
type SyntaxError struct {
	Reason string // one of the reasons above
	Pos    int    // in characters, from 1
	Near   string // what stands there
}

// Error implements error.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("expression: %s at character %d, %q", e.Reason, e.Pos, e.Near)
}

// Bounds of an expression.
const (
	maxExpr   = 6000 // bytes
	maxLeaves = 240
	maxDepth  = 12
	maxCost   = 4000
	// MaxNear is the longest distance of NEAR.
	MaxNear = 10
)

// ParseExpr reads a Boolean expression.
//
//	word "some words" begin* #tag    as in [Parse]
//	a AND b, a OR b, NOT a           AND binds tighter than OR
//	(a OR b) AND c
//	a NEAR/5 b                       at most so many words between, in any order
//	lang:ar                          posts of that language
//
// Operators are written in capitals. The error is a *SyntaxError.
func ParseExpr(s string, beside Adjacency) (Expr, error) {
	if len(s) > maxExpr {
		return Expr{}, &SyntaxError{WrongLong, 1, ""}
	}
	p := &exprParser{beside: beside, tokens: exprTokens(s)}
	if p.peek().kind == endToken {
		return Expr{}, p.wrong(WrongEmpty)
	}
	n, err := p.choice(0)
	if err != nil {
		return Expr{}, err
	}
	switch t := p.peek(); t.kind {
	case endToken:
	case closeToken:
		return Expr{}, p.wrong(WrongClose)
	default:
		return Expr{}, p.wrong(WrongOperator)
	}
	if rows, _ := n.anchors(); rows == nil {
		return Expr{}, &SyntaxError{WrongOnlyNot, 1, ""}
	}
	return Expr{n}, nil
}

// Boolean reports whether a text is written in the language of [ParseExpr]
// rather than as plain words.
func Boolean(s string) bool {
	return slices.ContainsFunc(exprTokens(s), func(t exprToken) bool {
		switch t.kind {
		case wordToken:
			return isLang(t.s)
		case quoteToken, endToken:
			return false
		}
		return true
	})
}

type tokenKind uint8

const (
	endToken tokenKind = iota
	wordToken
	quoteToken
	openToken
	closeToken
	andToken
	orToken
	notToken
	nearToken
)

// exprToken is a unit of an expression; pos counts characters from 1.
type exprToken struct {
	kind   tokenKind
	s      string
	pos    int
	open   bool // a quotation that is never closed
	prefix bool // a quotation with * behind it
}

func exprTokens(s string) (out []exprToken) {
	rest, pos := text.Clean(s), 1
	for rest != "" {
		r, n := utf8.DecodeRuneInString(rest)
		before := rest
		switch {
		case unicode.IsSpace(r):
			rest = rest[n:]
		case r == '(' || r == '（':
			out, rest = append(out, exprToken{kind: openToken, s: "(", pos: pos}), rest[n:]
		case r == ')' || r == '）':
			out, rest = append(out, exprToken{kind: closeToken, s: ")", pos: pos}), rest[n:]
		case strings.ContainsRune(openers, r):
			t := exprToken{kind: quoteToken, pos: pos, open: !strings.ContainsAny(rest[n:], closers)}
			t.s, rest = quotation(rest[n:])
			if t.prefix = strings.HasPrefix(rest, "*"); t.prefix {
				rest = rest[1:]
			}
			out = append(out, t)
		default:
			end := strings.IndexFunc(rest, func(r rune) bool {
				return unicode.IsSpace(r) || strings.ContainsRune("()（）"+openers, r)
			})
			if end < 0 {
				end = len(rest)
			}
			out, rest = append(out, exprToken{kind: operator(rest[:end]), s: rest[:end], pos: pos}), rest[end:]
		}
		pos += utf8.RuneCountInString(before[:len(before)-len(rest)])
	}
	return append(out, exprToken{pos: pos})
}

func operator(w string) tokenKind {
	switch {
	case w == "AND":
		return andToken
	case w == "OR" || w == "|" || w == "||":
		return orToken
	case w == "NOT":
		return notToken
	case w == "NEAR" || strings.HasPrefix(w, "NEAR/"):
		return nearToken
	}
	return wordToken
}

type exprParser struct {
	tokens []exprToken
	at     int
	leaves int
	cost   int // rows of tokens that the engines are asked for
	beside Adjacency
}

func (p *exprParser) peek() exprToken { return p.tokens[p.at] }

func (p *exprParser) take() exprToken {
	t := p.tokens[p.at]
	if t.kind != endToken {
		p.at++
	}
	return t
}

func (p *exprParser) wrong(reason string) error { return p.wrongAt(p.peek(), reason) }

func (p *exprParser) wrongAt(t exprToken, reason string) error {
	near := []rune(t.s)
	return &SyntaxError{reason, t.pos, string(near[:min(len(near), 40)])}
}

// choice reads parts joined by OR.
func (p *exprParser) choice(depth int) (*node, error) {
	return p.joined(orNode, func(t exprToken) bool { return t.kind == orToken }, func() (*node, error) { return p.all(depth) })
}

// all reads parts joined by AND, or by NOT alone.
func (p *exprParser) all(depth int) (*node, error) {
	return p.joined(andNode, func(t exprToken) bool {
		return t.kind == andToken || t.kind == notToken || p.beside == AllThem && starts(t)
	}, func() (*node, error) { return p.denied(depth) })
}

func starts(t exprToken) bool {
	return t.kind == wordToken || t.kind == quoteToken || t.kind == openToken
}

// joined reads one part, and more as long as an operator of this kind follows.
// An operator that is itself the beginning of a part is left to it.
func (p *exprParser) joined(kind nodeKind, follows func(exprToken) bool, part func() (*node, error)) (*node, error) {
	first, err := part()
	if err != nil {
		return nil, err
	}
	kids := []*node{first}
	for follows(p.peek()) {
		if k := p.peek().kind; k == andToken || k == orToken {
			p.take()
		}
		next, err := part()
		if err != nil {
			return nil, err
		}
		if next.kind == kind && len(next.kids) > 0 {
			kids = append(kids, next.kids...)
		} else {
			kids = append(kids, next)
		}
	}
	if len(kids) == 1 {
		return first, nil
	}
	return &node{kind: kind, kids: kids}, nil
}

// denied reads a part that NOT may stand before.
func (p *exprParser) denied(depth int) (*node, error) {
	t := p.peek()
	minus := p.beside == AllThem && t.kind == wordToken && len(t.s) > 1 && t.s[0] == '-'
	if t.kind != notToken && !minus {
		return p.nearby(depth)
	}
	if depth >= maxDepth {
		return nil, p.wrong(WrongLong)
	}
	if minus { // as in a search box: -word
		p.tokens[p.at].s, p.tokens[p.at].pos = t.s[1:], t.pos+1
	} else {
		p.take()
	}
	n, err := p.denied(depth + 1)
	if err != nil {
		return nil, err
	}
	if n.kind == notNode {
		return n.kids[0], nil
	}
	return &node{kind: notNode, kids: []*node{n}}, nil
}

// nearby reads words joined by NEAR; a chain asks for each neighbouring pair.
func (p *exprParser) nearby(depth int) (*node, error) {
	left, err := p.part(depth)
	if err != nil {
		return nil, err
	}
	var pairs []*node
	for p.peek().kind == nearToken {
		op := p.take()
		distance := MaxNear
		if _, n, ok := strings.Cut(op.s, "/"); ok {
			if distance, err = strconv.Atoi(n); err != nil || distance < 0 || distance > MaxNear {
				return nil, p.wrongAt(op, WrongNear)
			}
		}
		right, err := p.part(depth)
		if err != nil {
			return nil, err
		}
		if !onlyWords(left) || !onlyWords(right) {
			return nil, p.wrongAt(op, WrongNear)
		}
		// One engine is asked for each pair, the other for each distance.
		a, b := len(left.choices()), len(right.choices())
		if p.cost += max(a*b, 2*(distance+1)*(a+b)); p.cost > maxCost {
			return nil, p.wrongAt(op, WrongLong)
		}
		pairs = append(pairs, &node{kind: nearNode, kids: []*node{left, right}, distance: distance})
		left = right
	}
	switch len(pairs) {
	case 0:
		return left, nil
	case 1:
		return pairs[0], nil
	}
	return &node{kind: andNode, kids: pairs}, nil
}

func onlyWords(n *node) bool {
	return n.kind == leafNode || n.kind == orNode && !slices.ContainsFunc(n.kids, func(k *node) bool { return !onlyWords(k) })
}

// part reads a word, a quotation, a filter or what stands in parentheses.
func (p *exprParser) part(depth int) (*node, error) {
	t := p.peek()
	switch t.kind {
	case openToken:
		if depth >= maxDepth {
			return nil, p.wrong(WrongLong)
		}
		p.take()
		n, err := p.choice(depth + 1)
		if err != nil {
			return nil, err
		}
		switch p.peek().kind {
		case closeToken:
			p.take()
			return n, nil
		case endToken:
			return nil, p.wrongAt(t, WrongOpen)
		}
		return nil, p.wrong(WrongOperator)
	case wordToken, quoteToken:
		return p.words()
	case closeToken:
		if depth == 0 {
			return nil, p.wrong(WrongClose)
		}
	}
	return nil, p.wrong(WrongOperand)
}

// words reads a leaf: a quotation, or bare words, of which those in a row are
// one where adjacency says so.
func (p *exprParser) words() (*node, error) {
	t := p.take()
	if p.leaves++; p.leaves > maxLeaves {
		return nil, p.wrongAt(t, WrongLong)
	}
	if t.kind == quoteToken && t.open {
		return nil, p.wrongAt(t, WrongOpen)
	}
	if t.kind == wordToken && isLang(t.s) {
		return p.language(t)
	}
	it := item{s: t.s, quoted: t.kind == quoteToken, prefix: t.prefix || t.kind == wordToken && strings.HasSuffix(t.s, "*")}
	for p.beside == InARow && t.kind == wordToken && p.peek().kind == wordToken && !isLang(p.peek().s) {
		next := p.take()
		it.s, it.quoted, it.prefix = it.s+" "+next.s, true, strings.HasSuffix(next.s, "*")
	}
	found := it.alternatives()
	if len(found) == 0 {
		return nil, p.wrongAt(exprToken{s: it.s, pos: t.pos}, WrongWords)
	}
	if p.cost += len(found); p.cost > maxCost {
		return nil, p.wrongAt(t, WrongLong)
	}
	return &node{kind: leafNode, any: found, shown: it.shown()}, nil
}

// shown is the item as [ParseExpr] reads it back.
func (it item) shown() string {
	if !it.quoted {
		return it.s
	}
	s := strings.TrimRight(it.s, "*")
	if it.prefix {
		return `"` + s + `"*`
	}
	return `"` + s + `"`
}

const langPrefix = "lang:"

func isLang(w string) bool {
	return len(w) >= len(langPrefix) && strings.EqualFold(w[:len(langPrefix)], langPrefix)
}

func (p *exprParser) language(t exprToken) (*node, error) {
	code := strings.ToLower(t.s[len(langPrefix):])
	if len(code) < 2 || len(code) > 3 || strings.Trim(code, "abcdefghijklmnopqrstuvwxyz") != "" {
		return nil, p.wrongAt(t, WrongLang)
	}
	return &node{kind: filterNode, any: singles([]string{filterToken("lg:" + code)}), shown: langPrefix + code}, nil
}

func decimal(n int) string { return strconv.Itoa(n) }
