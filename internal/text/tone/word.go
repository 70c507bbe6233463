package tone

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"sifara/internal/text"
)

// word is a run of letters and digits of the text.
type word struct {
	from, to int    // bytes
	key      string // as words are compared: see text.Fold
	sentence int    // counted from 0
	letters  int
	upper    int  // capital letters
	first    bool // of its sentence
	number   bool // digits only, with their separators
	script   uint8
	allowed  bool // by the lists
}

// The scripts that a word may be written in.
const (
	latin uint8 = 1 << iota
	arabic
	cyrillic // or Greek: their letters pass for Latin ones
)

// bang is a run of exclamation marks, perhaps with question marks.
type bang struct {
	from, to, count, word int // word is the number of words before it
}

// reading is the text as it is looked at.
type reading struct {
	s         string
	words     []word
	bangs     []bang
	sentences int
	controls  bool // it holds characters that steer the direction
}

func (r *reading) scan(s string) {
	*r = reading{s: s, words: r.words[:0], bangs: r.bangs[:0]}
	begins := true
	for i := 0; i < len(s); {
		c, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case inWord(c):
			i = r.word(i, begins)
			begins = false
			continue
		case c == '!' && !strings.HasPrefix(s[i:], "![") || c == '！': // "![" is a picture
			i = r.bang(i)
			begins = r.end(begins)
			continue
		case c == '\n', c == '?', c == '؟', c == '…', c == '۔', c == '.' && stops(s, i+n):
			begins = r.end(begins)
		case c >= 0x202A && c <= 0x202E, c >= 0x2066 && c <= 0x2069:
			r.controls = true
		}
		i += n
	}
	if !begins {
		r.sentences++
	}
}

// end closes a sentence that has words.
func (r *reading) end(begins bool) bool {
	if !begins {
		r.sentences++
	}
	return true
}

// stops tells whether a full stop before byte i ends a sentence.
func stops(s string, i int) bool {
	c, _ := utf8.DecodeRuneInString(s[i:])
	return i >= len(s) || unicode.IsSpace(c) || c == '"' || c == '”' || c == '»' || c == ')'
}

func inWord(c rune) bool {
	if c < utf8.RuneSelf {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
	}
	return unicode.IsLetter(c) || unicode.IsMark(c) || unicode.IsDigit(c)
}

// joins tells whether a character stands inside a word when letters follow.
func joins(c rune) bool { return c == '\'' || c == 0x2019 || c == 0x200C || c == 0x200D }

// word reads the word that begins at byte i and gives the byte behind it.
func (r *reading) word(i int, begins bool) int {
	w := word{from: i, sentence: r.sentences, first: begins, number: true}
	plain := true // lower-case ASCII: its own key
	for i < len(r.s) {
		c, n := utf8.DecodeRuneInString(r.s[i:])
		switch {
		case inWord(c):
		case i+n < len(r.s) && (joins(c) || w.number && (c == ',' || c == '.' || c == '٫' || c == '٬')):
			next, _ := utf8.DecodeRuneInString(r.s[i+n:])
			if w.number && !joins(c) && !unicode.IsDigit(next) || joins(c) && (w.number || !unicode.IsLetter(next)) {
				return r.add(w, i, plain)
			}
			plain = false
			i += n
			continue
		default:
			return r.add(w, i, plain)
		}
		plain = plain && c < utf8.RuneSelf && (c < 'A' || c > 'Z')
		w.take(c)
		i += n
	}
	return r.add(w, i, plain)
}

func (w *word) take(c rune) {
	switch {
	case c >= 'a' && c <= 'z':
		w.letters, w.number, w.script = w.letters+1, false, w.script|latin
	case c >= 'A' && c <= 'Z':
		w.letters, w.upper, w.number, w.script = w.letters+1, w.upper+1, false, w.script|latin
	case unicode.IsDigit(c), c == '.', c == ',':
	case unicode.IsLetter(c):
		w.letters, w.number = w.letters+1, false
		if unicode.IsUpper(c) {
			w.upper++
		}
		switch {
		case unicode.Is(unicode.Latin, c):
			w.script |= latin
		case unicode.Is(unicode.Arabic, c):
			w.script |= arabic
		case unicode.In(c, unicode.Cyrillic, unicode.Greek):
			w.script |= cyrillic
		}
	}
}

func (r *reading) add(w word, end int, plain bool) int {
	w.to = end
	w.key = r.s[w.from:end]
	if !plain {
		w.key = foldWord(w.key)
	}
	if w.number && strings.ContainsRune(w.key, ',') {
		w.key = strings.ReplaceAll(w.key, ",", "")
	}
	r.words = append(r.words, w)
	return end
}

// foldWord spells a word as it is compared. The curly apostrophe is the plain one.
func foldWord(s string) string {
	if strings.ContainsRune(s, 0x2019) {
		s = strings.ReplaceAll(s, "\u2019", "'")
	}
	return text.Fold(s)
}

// bang reads a run of exclamation and question marks at byte i.
func (r *reading) bang(i int) int {
	b := bang{from: i, word: len(r.words)}
	for i < len(r.s) {
		c, n := utf8.DecodeRuneInString(r.s[i:])
		switch c {
		case '!', '！':
			b.count++
		case '?', '؟', '？':
			b.count++
		default:
			b.to = i
			r.bangs = append(r.bangs, b)
			return i
		}
		i += n
	}
	b.to = i
	r.bangs = append(r.bangs, b)
	return i
}
