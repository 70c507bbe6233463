package language

import (
	"strings"
	"unicode/utf8"
)

const (
	maxText    = 4 << 10 // how much of a text is looked at, in bytes
	maxLetters = 1024    // and how many of its letters
	maxWord    = 24      // letters; a longer run is cut into words of this length
)

// word is a run of letters of one script, by their places in text.letters.
type word struct {
	from, to uint16
	of       script
}

// text is what was read of a text: the folded letters and where words begin and end.
type text struct {
	letters [maxLetters]rune
	words   [maxLetters / 2]word
	n, w    int // letters and words in use
	count   [scripts]int
}

// read takes the words of s. Mentions, hashtags and addresses do not count, nor
// does the mark of a repost.
func (t *text) read(s string) {
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "")
	}
	s = composed(s)
	start := t.n
	var of script
	for i := 0; i < len(s); {
		r, n := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(s[i:])
		} else if r == '@' || r == '#' || r == ':' && strings.HasPrefix(s[i:], "://") {
			t.n = start // "://" takes back the scheme before it
			i += unbroken(s[i:])
			continue
		}
		l := look(r)
		if l.folded == isSilent {
			if r == 0x200C && t.n > start && t.letters[t.n-1] == 'ه' {
				t.letters[t.n-1] = 'ە' // how Sorani was written before it had the letter
			}
			i += n
			continue
		}
		if l.folded == isBreak || t.n > start && l.of != of || t.n-start == maxWord {
			t.close(start, of)
			start = t.n
		}
		if t.n == maxLetters || t.w == len(t.words) {
			return
		}
		if l.folded > isSilent {
			if k := t.n - start; k < 2 || t.letters[t.n-1] != l.folded || t.letters[t.n-2] != l.folded {
				t.letters[t.n] = l.folded // "soooo" is "soo"
				t.n++
			}
			of = l.of
		}
		i += n
	}
	t.close(start, of)
}

// unbroken is the length of s up to the next white space.
func unbroken(s string) int {
	for i, r := range s {
		if r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == 0x3000 || r == 0xA0 {
			return i
		}
	}
	return len(s)
}

func (t *text) close(start int, of script) {
	if t.n == start {
		return
	}
	if t.n == start+2 && t.letters[start] == 'r' && t.letters[start+1] == 't' {
		t.n = start
		return
	}
	t.words[t.w] = word{uint16(start), uint16(t.n), of}
	t.w++
	t.count[of] += t.n - start
}
