package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind says what a [Token] was in the text.
type Kind uint8

// The kinds of token.
const (
	Word   Kind = iota // letters, or letters with digits; two characters of Chinese or Japanese
	Number             // digits only, thousands separators removed
	Tag                // a hashtag with its '#'; its words follow as tokens of their own
	Host               // what is left of a web address: "gov.iq"
)

// Token is one folded unit of a text.
type Token struct {
	Text string
	Kind Kind
}

// maxToken bounds a token in bytes: longer runs are not words, and both index
// engines have limits of their own. The rest of the run is ignored.
const maxToken = 64

// Tokens appends the folded tokens of s to dst, in their order.
//
//   - Mentions ("@name", "@name@host") and e-mail addresses leave nothing, also
//     when written without a space before them: persons are not searchable.
//   - A web address leaves its host without "www.". Path and query are dropped,
//     they hold handles and tracking codes. An address without scheme counts when
//     a path follows ("x.com/name"); "gov.iq" in running text is two words.
//   - A hashtag gives itself with '#', then its words: split at '_', and at
//     capitals inside Latin tags (those words stand at the end of the result).
//   - "1,234" is the number 1234; other signs inside numbers separate.
//   - An apostrophe separates, and a single letter beside it is dropped: "Iraq's"
//     gives "iraq", "l'Irak" gives "irak". In Cyrillic it joins.
//   - Chinese and Japanese, written without spaces, give overlapping pairs.
//   - Emoji and other symbols leave nothing.
//
// Tokens hold only letters, marks and digits, besides '#' first and '_' in a Tag
// and '.' and '-' in a Host: never a space, quote, colon or backslash.
func Tokens(dst []Token, s string) []Token {
	sc := scanner{s: Fold(s), out: dst, chunk: len(dst)}
	sc.run()
	return camelWords(sc.out, s)
}

// class is what the scanner needs to know of a character.
type class uint8

const (
	space class = iota
	other       // separates words, ends an address
	inner       // ". _ % + -": separates words but may be part of an address
	letter
	figure
	pair // Chinese and Japanese letters
	quote
	at
	hash
)

var classes = classTable()

func classTable() (t [foldTop]class) {
	for r := range rune(foldTop) {
		t[r] = classify(r)
	}
	return t
}

func classify(r rune) class {
	switch r {
	case '.', '_', '%', '+', '-':
		return inner
	case '\'':
		return quote
	case '@':
		return at
	case '#':
		return hash
	}
	switch {
	case r >= '0' && r <= '9':
		return figure
	case r >= 0x3041 && r <= 0x30FF, r >= 0x3400 && r <= 0x9FFF, r >= 0x20000 && r <= 0x3FFFF:
		if unicode.IsLetter(r) || unicode.IsMark(r) {
			return pair
		}
		return other
	case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsDigit(r):
		return letter
	case unicode.IsSpace(r):
		return space
	}
	return other
}

// scanner walks over folded text. chunk is the length of out when the present
// unbroken run of address characters began.
type scanner struct {
	s     string
	out   []Token
	chunk int
}

// at gives class and width of the character at byte i; the end is space.
func (sc *scanner) at(i int) (class, int) {
	if i >= len(sc.s) {
		return space, 0
	}
	if c := sc.s[i]; c < utf8.RuneSelf {
		return classes[c], 1
	}
	r, n := utf8.DecodeRuneInString(sc.s[i:])
	if r < foldTop {
		return classes[r], n
	}
	return classify(r), n
}

func (sc *scanner) run() {
	for i := 0; i < len(sc.s); {
		c, n := sc.at(i)
		switch c {
		case letter, figure:
			i = sc.word(i)
		case pair:
			i = sc.pairs(i)
		case hash:
			i = sc.tag(i)
		case at:
			i = sc.mention(i)
		case inner:
			i++
		default:
			i += n
			sc.chunk = len(sc.out)
		}
	}
}

func (sc *scanner) emit(s string, k Kind) {
	if len(s) > maxToken {
		end := maxToken
		for !utf8.RuneStart(s[end]) {
			end--
		}
		s = s[:end]
	}
	if s != "" {
		sc.out = append(sc.out, Token{s, k})
	}
}

// end is where the run of letters and digits that begins at i stops; plain says
// that all were digits.
func (sc *scanner) end(i int) (j int, plain bool) {
	plain = true
	for j = i; ; {
		c, n := sc.at(j)
		switch c {
		case letter:
			plain = false
		case figure:
		default:
			return j, plain
		}
		j += n
	}
}

// word reads a word, a number or an address that begins at i.
func (sc *scanner) word(i int) int {
	j, plain := sc.end(i)
	if j < len(sc.s) {
		switch sc.s[j] {
		case ':':
			if strings.HasPrefix(sc.s[j:], "://") {
				return sc.address(j + 3)
			}
		case '.', '-':
			if h := sc.bareHost(i); h > 0 {
				return sc.address(i)
			}
		case ',':
			if plain {
				return sc.thousands(i, j)
			}
		case '\'':
			return sc.apostrophe(i, j)
		}
	}
	if plain {
		sc.emit(sc.s[i:j], Number)
	} else {
		sc.emit(sc.s[i:j], Word)
	}
	return j
}

// thousands reads "1,234,567", whose first group is s[i:j].
func (sc *scanner) thousands(i, j int) int {
	end := j
	if j-i <= 3 {
		for end+4 <= len(sc.s) && sc.s[end] == ',' {
			k, plain := sc.end(end + 1)
			if !plain || k != end+4 {
				break
			}
			end = k
		}
	}
	sc.emit(strings.ReplaceAll(sc.s[i:end], ",", ""), Number)
	return end
}

// apostrophe reads the words around the apostrophe at j, the first being s[i:j].
func (sc *scanner) apostrophe(i, j int) int {
	k, _ := sc.end(j + 1)
	if k == j+1 { // nothing behind it: a closing quotation mark
		sc.emit(sc.s[i:j], Word)
		return j
	}
	first, _ := utf8.DecodeRuneInString(sc.s[i:])
	if unicode.Is(unicode.Cyrillic, first) {
		sc.emit(sc.s[i:j]+sc.s[j+1:k], Word)
		return k
	}
	for _, part := range [2]string{sc.s[i:j], sc.s[j+1 : k]} {
		if len(part) > 1 {
			sc.emit(part, Word)
		}
	}
	return k
}

// pairs reads a run of Chinese or Japanese; a single character stands alone.
func (sc *scanner) pairs(i int) int {
	_, n := sc.at(i)
	a, b := i, i+n
	c, n := sc.at(b)
	if c != pair {
		sc.emit(sc.s[a:b], Word)
		return b
	}
	for c == pair {
		sc.emit(sc.s[a:b+n], Word)
		a, b = b, b+n
		c, n = sc.at(b)
	}
	return b
}
