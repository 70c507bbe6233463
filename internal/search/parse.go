package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"sifara/internal/text"
)

// Bounds of a question. What is beyond them is ignored: a question is typed by a
// person, and a hostile one must not cost more than an honest one.
const (
	maxQuery   = 1000 // bytes
	maxClauses = 24
	maxPhrase  = 16 // tokens in a row
)

// Parse reads what a person typed into a search box. It never fails; what cannot
// be understood is taken as words.
//
//	word other      both words, in any order and usual spelling (see text.Forms)
//	"some words"    these words in this order; “ ” „ « » do too
//	pre*            words that begin so (two letters or more)
//	-word -"…"      without that word or phrase
//	a OR b, a | b   one of them; binds tighter than the space
//	#tag            the hashtag
//
// Several words joined by signs ("Iran-Iraq", "bbc.co.uk") are taken as a phrase.
// A text with parentheses, AND, NOT, NEAR/n or lang: is an expression, if it can be
// read as one; see [ParseExpr].
//
// Mentions, e-mail addresses and paths of addresses are not searchable: a question
// made of nothing else finds nothing, while an empty question finds everything.
func Parse(s string) Query {
	if needsExpr(s) {
		if e, err := ParseExpr(s, AllThem); err == nil {
			return e.Query()
		}
	}
	if len(s) > maxQuery {
		s = s[:maxQuery]
	}
	var q Query
	or := false
	items := lex(text.Clean(s))
	for _, it := range items {
		if it.or {
			or = len(q.all) > 0
			continue
		}
		found := it.alternatives()
		switch {
		case len(found) == 0 || len(q.all)+len(q.not) >= maxClauses:
		case it.not:
			q.not = append(q.not, found...)
		case or:
			last := len(q.all) - 1
			q.all[last] = append(q.all[last], found...)
		default:
			q.all = append(q.all, found)
		}
		or = false
	}
	q.lost = len(items) > 0 && len(q.all)+len(q.not) == 0
	return q
}

// needsExpr reports whether a question holds what only an expression can say.
// OR alone means what it always meant.
func needsExpr(s string) bool {
	if len(s) > maxQuery { // a long list of choices, such as a topic
		return len(s) <= maxExpr && Boolean(s)
	}
	if !strings.ContainsAny(s, "(（") && !strings.Contains(s, "AND") && !strings.Contains(s, "NOT") && !strings.Contains(s, "NEAR") && !strings.ContainsRune(s, ':') {
		return false
	}
	return slices.ContainsFunc(exprTokens(s), func(t exprToken) bool {
		switch t.kind {
		case openToken, closeToken, andToken, notToken, nearToken:
			return true
		}
		return t.kind == wordToken && isLang(t.s)
	})
}

// item is one word or quotation as typed.
type item struct {
	s                       string
	or, not, quoted, prefix bool
}

const openers, closers = `"“”„«»`, `"“”«»`

// lex splits at white space and quotation marks. A quotation that is never closed
// ends with the text.
func lex(s string) (items []item) {
	for s != "" {
		r, n := utf8.DecodeRuneInString(s)
		if unicode.IsSpace(r) {
			s = s[n:]
			continue
		}
		var it item
		if strings.ContainsRune("-−–", r) {
			if next, _ := utf8.DecodeRuneInString(s[n:]); n < len(s) && !unicode.IsSpace(next) {
				it.not = true
				s = s[n:]
				r, n = utf8.DecodeRuneInString(s)
			}
		}
		if strings.ContainsRune(openers, r) {
			it.quoted = true
			it.s, s = quotation(s[n:])
			if s != "" && s[0] == '*' {
				it.prefix, s = true, s[1:]
			}
		} else {
			it.s, s = untilSpace(s)
			it.or = !it.not && (it.s == "OR" || it.s == "|" || it.s == "||")
			it.prefix = strings.HasSuffix(it.s, "*")
		}
		items = append(items, it)
	}
	return items
}

func quotation(s string) (inside, rest string) {
	end := strings.IndexAny(s, closers)
	if end < 0 {
		return s, ""
	}
	_, n := utf8.DecodeRuneInString(s[end:])
	return s[:end], s[end+n:]
}

func untilSpace(s string) (word, rest string) {
	end := strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(openers, r) })
	if end < 0 {
		return s, ""
	}
	return s[:end], s[end:]
}

// alternatives gives the token sequences any of which satisfies the item; none
// when nothing of it can be searched for.
func (it item) alternatives() []sequence {
	tokens := text.Tokens(nil, it.s)
	if len(tokens) == 0 {
		return nil
	}
	if tokens[0].Kind == text.Tag {
		return one(tokens[0].Text, it.prefix)
	}
	if len(tokens) > maxPhrase {
		tokens = tokens[:maxPhrase]
	}
	if len(tokens) > 1 {
		out := phrase(tokens, it.prefix)
		if host := hostLike(it); host != "" {
			out = append(out, sequence{words: []string{host}})
		}
		return out
	}
	w := tokens[0].Text
	switch n := utf8.RuneCountInString(w); {
	case tokens[0].Kind != text.Word:
		return one(w, it.prefix && n > 1)
	case n == 1 && w[0] >= utf8.RuneSelf && unicode.In(firstRune(w), unicode.Han, unicode.Hiragana, unicode.Katakana):
		return one(w, true) // the index holds pairs
	case it.prefix && n > 1:
		return prefixes(w)
	}
	return singles(text.Forms(nil, w))
}

func singles(words []string) []sequence {
	out := make([]sequence, len(words))
	for i, w := range words {
		out[i] = sequence{words: []string{w}}
	}
	return out
}

// prefixes asks for the words that begin with w.
func prefixes(w string) (out []sequence) {
	open, whole := text.Beginnings(w)
	for _, p := range open {
		out = append(out, sequence{words: []string{p}, prefix: true})
	}
	return append(out, singles(whole)...)
}

// stemmings has a language for each way in which [text.Index] may have stemmed a
// document, so a phrase stemmed in all of them meets every document.
var stemmings = []string{"", "ckb", "kmr", "fa", "de"}

// phrase asks for the tokens in a row. The first word may carry an Arabic particle.
func phrase(tokens []text.Token, prefix bool) (out []sequence) {
	seen := map[string]bool{}
	add := func(words []string) {
		if key := strings.Join(words, " "); !seen[key] {
			seen[key] = true
			out = append(out, sequence{words, prefix})
		}
	}
	for _, lang := range stemmings {
		words := make([]string, len(tokens))
		for i, t := range tokens {
			words[i] = t.Text
			if t.Kind == text.Word && (!prefix || i < len(tokens)-1) {
				words[i] = text.Stem(lang, t.Text)
			}
		}
		add(words)
		if lang == "" && tokens[0].Kind == text.Word {
			for _, f := range text.Forms(nil, tokens[0].Text) {
				add(append([]string{f}, words[1:]...))
			}
		}
	}
	return out
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func one(w string, prefix bool) []sequence { return []sequence{{words: []string{w}, prefix: prefix}} }

// hostLike recognises "gov.iq" typed without scheme or path.
func hostLike(it item) string {
	if it.quoted || strings.Contains(it.s, "/") || !strings.Contains(it.s, ".") {
		return ""
	}
	if t := text.Tokens(nil, "http://"+it.s); len(t) == 1 && t[0].Kind == text.Host {
		return t[0].Text
	}
	return ""
}
