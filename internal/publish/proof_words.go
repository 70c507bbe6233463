package publish

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"sifara/internal/text"
)

// What a sign is to words that are compared loosely. Anything above is the letter
// that is written for it.
const (
	joins   = 0 // leaves no trace: the tatweel only stretches a word
	parts   = 1 // parts words
	decides = 2 // ask looseRune: what stands beside it decides
)

// looseTop is the first code point outside looseTable: three UTF-8 bytes.
const looseTop = 2048

var looseTable = func() (t [looseTop]rune) {
	for r := range rune(looseTop) {
		t[r] = looseSign(r)
	}
	return t
}()

func looseSign(r rune) rune {
	switch {
	case r == 'ـ':
		return joins
	case r == '-':
		return decides
	case r == '%', r == '٪':
		return '%'
	case unicode.IsSpace(r), unicode.IsPunct(r), strings.ContainsRune("`~|^", r):
		return parts
	}
	for _, zero := range []rune{'٠', '۰', '０'} {
		if r >= zero && r <= zero+9 {
			return '0' + r - zero
		}
	}
	if low := unicode.ToLower(r); low > decides {
		return low
	}
	return parts // control characters are in no canonical text
}

// looseRune is looseSign of r, which stands at byte i of s behind before.
func looseRune(before, r rune, s string, i int) rune {
	if r >= looseTop {
		return looseSign(r)
	}
	out := looseTable[r]
	if out != decides {
		return out
	}
	// The dash before a number, at the beginning of a word, is its sign.
	if next, _ := utf8.DecodeRuneInString(s[i+1:]); unicode.IsDigit(next) && unicode.IsSpace(before) {
		return '-'
	}
	return parts
}

// loose leaves of a text its words, in lower case and with ASCII digits,
// separated by single spaces: what stays when formatting, punctuation and the
// script of digits are taken away. Letters, vowel signs, "%" and the minus of a
// number stay, because they carry meaning.
func loose(s string) string { return looseIn(text.Canonical(s)) }

func looseIn(canonical string) string {
	var b strings.Builder
	b.Grow(len(canonical))
	gap, before := false, ' '
	for i, r := range canonical {
		out := looseRune(before, r, canonical, i)
		before = r
		switch {
		case out == joins:
			continue
		case out == parts:
			gap = true
			continue
		case gap && b.Len() > 0:
			b.WriteByte(' ')
		}
		gap = false
		b.WriteRune(out)
	}
	return b.String()
}

// looseCount is how many words looseIn leaves.
func looseCount(canonical string) int {
	return newCounter().add(canonical)
}

// counter counts the loose words of a text that comes in pieces: each where it
// begins, so that together they are the words of the whole.
type counter struct {
	inside bool // the last piece ended within a word
	before rune
}

func newCounter() *counter { return &counter{before: ' '} }

// add gives how many words begin in the next piece.
func (c *counter) add(piece string) (n int) {
	for i, r := range piece {
		out := looseRune(c.before, r, piece, i)
		c.before = r
		switch {
		case out == joins:
		case out == parts:
			c.inside = false
		case !c.inside:
			c.inside = true
			n++
		}
	}
	return n
}

// spread is a canonical text in words.
type spread struct {
	canonical string
	fields    []string // what stands between spaces
	plain     []string // each field loosely: empty for signs alone, with a space inside for two words
	words     []string // the loose words
	from      []int    // the field that each comes from
	loose     string   // the loose words with single spaces
	anchors   func() map[uint64][2]int
}

func spreadOut(canonical string) spread {
	s := spread{canonical: canonical, fields: strings.Fields(canonical), loose: looseIn(canonical)}
	s.plain = make([]string, len(s.fields))
	s.anchors = sync.OnceValue(func() map[uint64][2]int { return runs(s.plain) })
	s.words = strings.Fields(s.loose)
	s.from = make([]int, 0, len(s.words))
	at := 0
	for i, f := range s.fields {
		n := looseCount(f)
		switch n {
		case 0:
		case 1:
			s.plain[i] = s.words[at]
		default:
			s.plain[i] = strings.Join(s.words[at:at+n], " ")
		}
		at += n
		for range n {
			s.from = append(s.from, i)
		}
	}
	return s
}

// find gives the place of words in a row among those of a text, from a place on;
// -1 when they are not there. It looks at each word of both a bounded number of
// times (Knuth, Morris and Pratt 1977).
func find(in, words []string, from int) int {
	if len(words) == 0 || len(in)-from < len(words) {
		return -1
	}
	back := make([]int, len(words)) // how many words still fit when the next does not
	for i, k := 1, 0; i < len(words); i++ {
		for k > 0 && words[i] != words[k] {
			k = back[k-1]
		}
		if words[i] == words[k] {
			k++
		}
		back[i] = k
	}
	for i, k := from, 0; i < len(in); i++ {
		for k > 0 && in[i] != words[k] {
			k = back[k-1]
		}
		if in[i] == words[k] {
			k++
		}
		if k == len(words) {
			return i + 1 - k
		}
	}
	return -1
}
