package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// canonicalRunes unifies signs that word processors, platforms and keyboards
// exchange by themselves.
var canonicalRunes = map[rune]string{
	'“': `"`, '”': `"`, '„': `"`, '‟': `"`, '«': `"`, '»': `"`, '″': `"`, '＂': `"`,
	'‘': "'", '’': "'", '‚': "'", '‛': "'", '‹': "'", '›': "'", '′': "'", 'ʼ': "'", '＇': "'",
	'‐': "-", '‑': "-", '‒': "-", '–': "-", '—': "-", '―': "-", '−': "-", '﹘': "-", '－': "-",
	'…': "...", '⁄': "/",
}

// firstUnified is the least of canonicalRunes.
const firstUnified = '«'

// Canonical is the form of a text whose hash says whether a copy is authentic:
// what copying, pasting and typesetting change by themselves is evened out, and
// nothing else, so two texts with the same canonical form say the same words.
//
//   - valid UTF-8 in NFC; invalid bytes become U+FFFD;
//   - every run of white space, line ends included, is one space; none at the ends;
//   - quotation marks, apostrophes, dashes and the ellipsis take one form;
//   - control and invisible characters disappear: bidirectional controls, zero-width spaces
//     and joiners, soft hyphens, variation selectors, byte order marks.
//
// Letters, their case, vowel signs, digits and all other punctuation stay: a
// changed letter is a changed text. Idempotent.
//
// Hashes of released texts rest on this function: a change of it is a new
// version of the canonical form, not a repair.
func Canonical(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range norm.NFC.String(strings.ToValidUTF8(s, "\uFFFD")) {
		if unicode.IsSpace(r) {
			gap = true
			continue
		}
		if invisible(r) || unsafeRune(r) {
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		if r < firstUnified { // most letters of most texts
			b.WriteRune(r)
		} else if to, ok := canonicalRunes[r]; ok {
			b.WriteString(to)
		} else {
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(b.String())
}
