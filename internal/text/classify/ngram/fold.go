package ngram

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// foldTop bounds the table of folded letters: Latin, Greek, Cyrillic, Hebrew and
// Arabic lie below.
const foldTop = 0x700

// dropped marks a character that leaves nothing.
const dropped = 0

var folds = foldTable()

// arabic are the letters that keyboards and habit exchange for one another.
var arabic = map[rune]rune{
	'أ': 'ا', 'إ': 'ا', 'آ': 'ا', 'ٱ': 'ا', 'ى': 'ي', 'ی': 'ي', 'ې': 'ي', 'ێ': 'ي', 'ئ': 'ي', 'ے': 'ي',
	'ک': 'ك', 'ة': 'ه', 'ە': 'ه', 'ھ': 'ه', 'ہ': 'ه', 'ؤ': 'و', 'ۆ': 'و', 'ڕ': 'ر', 'ڵ': 'ل', 'ں': 'ن',
	'ـ': dropped, 'ء': dropped,
}

func foldTable() (t [foldTop]uint16) {
	for r := range rune(foldTop) {
		t[r] = uint16(foldOne(r))
	}
	return t
}

func foldOne(r rune) rune {
	if to, ok := arabic[r]; ok {
		return to
	}
	switch {
	case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r):
		return dropped
	case unicode.Is(unicode.Nd, r):
		return '0'
	case r == 'ı':
		return 'i'
	}
	r = unicode.ToLower(r)
	if r >= 0xC0 && r < 0x250 {
		if d := norm.NFD.PropertiesString(string(r)).Decomposition(); len(d) > 0 {
			r = []rune(string(d))[0]
		}
	}
	if r >= foldTop {
		return ' '
	}
	return r
}

// fold gives the form of a character under which it is counted, or dropped.
func fold(r rune) rune {
	if r < foldTop {
		return rune(folds[r])
	}
	switch {
	case r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F,
		r >= 0xFE00 && r <= 0xFE0F, r == 0xFEFF, r >= 0x1F3FB && r <= 0x1F3FF, r >= 0xE0000:
		return dropped // joiners, directions, variants, colours of skin
	case r == 0x2019 || r == 0x2018:
		return '\''
	case r == 0x201C || r == 0x201D:
		return '"'
	}
	return unicode.ToLower(r)
}

// Fold gives a word in the form in which the features see it. Lists of words
// that are compared with [Features.Word] are folded with it.
func Fold(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		if f := fold(r); f != dropped {
			out = append(out, f)
		}
	}
	return string(out)
}

// plain rewrites presentation forms and mathematical letters, which hide words
// from whoever compares them; texts without any are returned as they are.
func plain(s string) string {
	for _, r := range s {
		if r >= 0xFB50 && r <= 0xFDFF || r >= 0xFE70 && r <= 0xFEFC || r >= 0xFF01 && r <= 0xFF5E || r >= 0x1D400 && r <= 0x1D7FF {
			return norm.NFKC.String(s)
		}
	}
	return s
}
