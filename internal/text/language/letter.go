package language

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// What a code point is to the reader of words.
const (
	isBreak  = 0 // ends a word
	isSilent = 1 // vowel signs, tatweel, joiners: leave no trace
	tableTop = 0x800
)

// letter is a folded code point with its script; folded may be isBreak or isSilent.
type letter struct {
	folded rune
	of     script
}

// letters holds the code points of one and two bytes.
var letters = letterTable()

func letterTable() (t [tableTop]letter) {
	for r := range rune(tableTop) {
		t[r] = letterOf(r)
	}
	return t
}

// exchanged are the letters that keyboards and habits write for one another. What
// tells languages apart stays: ە and ه, ہ and ھ, ۆ ێ ڕ ڵ, ة, the seats of hamza.
var exchanged = map[rune]rune{
	'ك': 'ک', 'ڪ': 'ک', 'ػ': 'ک', 'ي': 'ی', 'ى': 'ی', 'ې': 'ې', 'ٱ': 'ا', 'ٳ': 'ا', 'ٲ': 'ا', 'ۀ': 'ه', 'ۂ': 'ہ',
	'ﻫ': 'ه', 'ۍ': 'ی', 'İ': 'i', 'ţ': 'ț', 'Ţ': 'ț', 'Ş': 'ş', 'ѐ': 'е',
}

func letterOf(r rune) letter {
	switch {
	case r == 'ـ' || r == 0x00AD || r >= 0x200B && r <= 0x200F || r >= 0xFE00 && r <= 0xFE0F || r == 0x061C || r == 0xFEFF:
		return letter{isSilent, noScript}
	case unicode.Is(unicode.Mn, r):
		if s := scriptOf(r); s == devanagari || s >= thai && s <= telugu {
			return letter{r, s} // a letter to its readers
		}
		return letter{isSilent, noScript}
	case unicode.Is(unicode.Mc, r):
		return letter{r, scriptOf(r)}
	case !unicode.IsLetter(r):
		return letter{isBreak, noScript}
	}
	if to, ok := exchanged[r]; ok {
		r = to
	}
	return letter{unicode.ToLower(r), scriptOf(r)}
}

// look is letterOf, quickly for most.
func look(r rune) letter {
	if r < tableTop {
		return letters[r]
	}
	if r >= 0x3400 && r <= 0x9FFF {
		return letter{r, han}
	}
	return letterOf(r)
}

// composed gives a text its composed letters, and presentation forms and full
// width their plain ones. It returns s itself, without allocating, when nothing in
// it may need that.
func composed(s string) string {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == 0xCC || c == 0xCD, // combining marks U+0300–036F
			c == 0xD9 && i+1 < len(s) && s[i+1] >= 0x93 && s[i+1] <= 0x95, // hamza and madda above and below
			c == 0xEF, // presentation forms, full width
			c == 0xF0 && i+1 < len(s) && s[i+1] == 0x9D: // mathematical letters
			return norm.NFKC.String(s)
		}
	}
	return s
}
