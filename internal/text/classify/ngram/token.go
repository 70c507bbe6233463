package ngram

import (
	"unicode"
	"unicode/utf8"
)

// Kind says what a [Token] was in the text.
type Kind uint8

// The kinds of token.
const (
	Word    Kind = iota
	Tag          // a hashtag's word
	Number       // whatever its digits
	Mention      // of a person; the name is not kept
	Address      // of a page; not kept
	Emoji
	Sign // a punctuation mark, or several of the same: "!!"
)

// Token is a stretch of the folded text, with the hash of its letters.
type Token struct {
	Hash       uint32
	Kind       Kind
	start, end int32
}

// maxRunes bounds how much of a text is looked at: posts are shorter, and the
// first page of a longer text says what it is.
const maxRunes = 2000

// class of a character, as far as tokens need it.
type class uint8

const (
	space class = iota
	letter
	digit
	mark
	picture
)

var classes = classTable()

func classTable() (t [foldTop]class) {
	for r := range rune(foldTop) {
		t[r] = classOf(r)
	}
	return t
}

func classOf(r rune) class {
	switch {
	case r == '_', unicode.IsSpace(r), unicode.IsControl(r):
		return space
	case unicode.IsLetter(r):
		return letter
	case unicode.IsDigit(r):
		return digit
	case r >= 0x2190 && r <= 0x2BFF, r >= 0x1F000:
		return picture
	case unicode.IsPunct(r), unicode.IsSymbol(r):
		return mark
	}
	return space
}

func classAt(r rune) class {
	if r < foldTop {
		return classes[r]
	}
	return classOf(r)
}

// scan folds the text into f.runes and cuts it into f.tokens. Names of persons
// (mentions) and addresses leave only that they were there.
func (f *Features) scan(s string) {
	s = plain(s)
	for i := 0; i < len(s) && len(f.runes) < maxRunes; {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch c := classAt(r); {
		case r == '@' && i+n < len(s) && handle(s[i+n]):
			i += n
			for i < len(s) && handle(s[i]) {
				i++
			}
			f.add(Mention, '@')
		case c == letter && (r == 'h' || r == 'H') && isAddress(s[i:]):
			for i < len(s) && s[i] > ' ' {
				i++
			}
			f.add(Address, '/')
		case c == letter:
			i = f.word(s, i, Word)
		case r == '#':
			i = f.word(s, i+n, Tag)
		case c == digit:
			for i < len(s) && (c == digit || r == ',' || r == '.') {
				i += n
				r, n = utf8.DecodeRuneInString(s[i:])
				c = classAt(r)
			}
			f.add(Number, '0')
		case c == picture:
			if r = fold(r); r != dropped {
				f.add(Emoji, r)
			}
			i += n
		case c == mark:
			i = f.signs(s, i)
		default:
			i += n
		}
	}
}

func handle(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func isAddress(s string) bool {
	return len(s) > 7 && (s[4] == ':' || s[4] == 's' || s[4] == 'S') && (s[5:7] == "//" || s[5:8] == "://")
}

// add appends a token of one character.
func (f *Features) add(k Kind, r rune) {
	n := int32(len(f.runes))
	f.runes = append(f.runes, r, ' ')
	f.tokens = append(f.tokens, Token{mix(step(seed, r)), k, n, n + 1})
}

// word reads a run of letters at byte i; a letter that is repeated for stress
// counts twice at most.
func (f *Features) word(s string, i int, k Kind) int {
	begin := int32(len(f.runes))
	h, run, last := uint32(seed), 0, rune(0)
	upper, letters := 0, 0
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == '\'' || r == 0x2019 {
			i += n
			continue // don't is dont
		}
		c := classAt(r)
		to := fold(r)
		if c != letter && c != digit && (to != dropped || !unicode.In(r, unicode.Mn, unicode.Cf)) {
			break
		}
		i += n
		if to == dropped {
			continue
		}
		letters++
		if to != r && unicode.IsUpper(r) {
			upper++
		}
		if to == last {
			if run++; run >= 2 {
				f.stretched++
				continue
			}
		} else {
			last, run = to, 0
		}
		h = step(h, to)
		f.runes = append(f.runes, to)
	}
	end := int32(len(f.runes))
	if end == begin {
		if k == Tag {
			f.add(Sign, '#')
		}
		return i
	}
	if letters > 2 && upper == letters {
		f.shouted++
	}
	f.runes = append(f.runes, ' ')
	f.tokens = append(f.tokens, Token{mix(h), k, begin, end})
	return i
}

// signs reads a run of one punctuation mark; "!!!!" counts as "!!".
func (f *Features) signs(s string, i int) int {
	first, n := utf8.DecodeRuneInString(s[i:])
	to, count := fold(first), 0
	for i < len(s) {
		r, m := utf8.DecodeRuneInString(s[i:])
		if r != first {
			break
		}
		i += m
		count++
	}
	if to == dropped || n == 0 {
		return i
	}
	switch to {
	case '؟':
		to = '?'
	case '؛':
		to = ';'
	case '،':
		to = ','
	}
	f.add(Sign, to)
	if count > 1 {
		t := &f.tokens[len(f.tokens)-1]
		t.Hash = mix(step(step(seed, to), to))
	}
	return i
}
