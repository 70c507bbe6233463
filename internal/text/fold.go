package text

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// What the table of single letters says besides a replacement.
const (
	foldDrop  = 0    // leaves no trace
	foldMulti = 1    // becomes several characters: ask foldRune
	foldTop   = 2048 // first code point outside the table (three UTF-8 bytes)
)

// folded maps every code point below foldTop (Latin, Greek, Cyrillic, Hebrew,
// Arabic: all of one or two UTF-8 bytes) to its folded form.
var folded = foldTable()

func foldTable() (t [foldTop]uint16) {
	for r := range rune(foldTop) {
		out := []rune(string(foldRune(nil, r)))
		switch len(out) {
		case 0:
			t[r] = foldDrop
		case 1:
			t[r] = uint16(out[0])
		default:
			t[r] = foldMulti
		}
	}
	return t
}

// Fold spells s the way the search index spells: words that people write
// differently but mean alike become equal. It is idempotent, always returns
// valid UTF-8 without control characters other than tab and line ends, and
// returns s itself, without allocating, when nothing changes.
//
// Choices, and why:
//
//   - Compatibility forms (NFKC): full-width letters, ligatures, Arabic
//     presentation forms and the "fancy" mathematical letters of social media
//     become plain.
//   - Case is folded and Latin, Greek and Cyrillic accents fall away: ş→s, ê→e,
//     ı→i, ß→ss, ё→е, й→и. Kurmanji is often typed on keyboards without its
//     letters, so "Şengal" and "Sengal" must meet.
//   - Arabic vowel signs, superscript alef, Qur'anic marks, Hebrew points and
//     the tatweel fall away.
//   - أ إ آ ٱ→ا, ى ي ئ ې ێ ے→ی, ك→ک, ؤ ۆ→و, ة ه ھ ہ ە→ه, ڕ→ر, ڵ→ل, ڤ→ف, ں→ن and a
//     lone ء disappears: each pair is exchanged in practice by keyboards or habit.
//     The Sorani vowel ە and the consonant ه share one form because many Sorani
//     texts are typed with ه for both. گ چ پ ژ ٹ ڈ ڑ stay: they tell words apart.
//   - Decimal digits of every script become 0–9; ٫ becomes a point, ٬ a comma.
//   - Zero-width joiners, bidirectional controls (override and isolates
//     included), soft hyphens, variation selectors, NUL and other control
//     characters disappear, so they cannot hide a word from a search.
//   - Bytes that are not UTF-8 become a space; NEL and the Unicode line
//     separators become a line end.
func Fold(s string) string {
	i := foldedPrefix(s)
	if i == len(s) {
		return s
	}
	var stack [1024]byte
	buf := append(stack[:0], s[:i]...)
	return string(appendFold(buf, s[i:]))
}

// foldedPrefix is the length of the part of s that folding leaves as it is.
func foldedPrefix(s string) int {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if f := folded[c]; f != uint16(c) || f <= foldMulti {
				return i
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r >= foldTop || folded[r] != uint16(r) {
			return i
		}
		i += n
	}
	return len(s)
}

func appendFold(buf []byte, s string) []byte {
	start, recompose := len(buf), false
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if f := folded[c]; f > foldMulti {
				buf = append(buf, byte(f))
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		if r < foldTop {
			switch f := folded[r]; f {
			case foldDrop:
			case foldMulti:
				buf = foldRune(buf, r)
			default:
				buf = utf8.AppendRune(buf, rune(f))
			}
			continue
		}
		if r == utf8.RuneError {
			buf = append(buf, ' ')
			continue
		}
		before := len(buf)
		buf = foldRune(buf, r)
		recompose = recompose || composes(buf[before:])
	}
	if recompose {
		buf = append(buf[:start], norm.NFC.String(string(buf[start:]))...)
	}
	return buf
}

// foldRune appends the folded form of one code point.
func foldRune(buf []byte, r rune) []byte {
	if kept(r) {
		return utf8.AppendRune(buf, r)
	}
	if r == '™' || r == '℠' {
		return append(buf, ' ') // NFKC would glue "tm" to the name
	}
	whole := norm.NFKD.PropertiesString(string(r)).Decomposition()
	if whole == nil {
		return foldPart(buf, r)
	}
	for _, part := range string(whole) {
		buf = foldPart(buf, part)
	}
	return buf
}

// kept says of the great East Asian blocks that folding does not touch them;
// taking syllables apart would only cost time to put them together again.
func kept(r rune) bool {
	return r >= 0x3041 && r <= 0x3098 || r >= 0x30A1 && r <= 0x30FE ||
		r >= 0x3400 && r <= 0x9FFF || r >= 0xAC00 && r <= 0xD7A3
}

// composes reports whether b holds something that Unicode may join with its
// neighbour, so that the whole needs normalising once more.
func composes(b []byte) bool {
	for _, r := range string(b) {
		if r >= 0x0900 && unicode.IsMark(r) ||
			r >= 0x1100 && r <= 0x11FF || r >= 0x16D40 && r <= 0x16D7F {
			return true
		}
	}
	return false
}

// foldPart folds one code point that has no compatibility decomposition left.
func foldPart(buf []byte, r rune) []byte {
	switch {
	case r < 0x20 || r == 0x7F || r >= 0x80 && r < 0xA0:
		switch r {
		case '\t', '\n', '\r':
			return append(buf, byte(r))
		case '\v', '\f', 0x85:
			return append(buf, '\n')
		}
		return buf
	case invisible(r) || mark(r):
		return buf
	case unicode.Is(unicode.Nd, r):
		return append(buf, digit(r))
	}
	if to, ok := letters[r]; ok {
		return append(buf, to...)
	}
	if low := unicode.ToLower(r); low != r {
		if to, ok := letters[low]; ok {
			return append(buf, to...)
		}
		r = low
	}
	return utf8.AppendRune(buf, r)
}

// digit gives the ASCII digit of a decimal digit of any script: Unicode keeps
// them in runs of ten that begin with zero.
func digit(r rune) byte {
	for _, x := range unicode.Nd.R16 {
		if r >= rune(x.Lo) && r <= rune(x.Hi) {
			return '0' + byte((r-rune(x.Lo))%10)
		}
	}
	for _, x := range unicode.Nd.R32 {
		if r >= rune(x.Lo) && r <= rune(x.Hi) {
			return '0' + byte((r-rune(x.Lo))%10)
		}
	}
	return '0'
}
