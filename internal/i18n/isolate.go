package i18n

import (
	"strings"

	"golang.org/x/text/unicode/bidi"
)

// Isolates of the Unicode Bidirectional Algorithm (UAX #9).
const (
	lri = '\u2066'
	rli = '\u2067'
	fsi = '\u2068'
	pdi = '\u2069'
)

// isolate prepares foreign text for standing in a sentence of the printer's
// language. Directional embeddings and overrides are removed, and isolates
// too when they are not closed, because their effect would leak into the
// sentence or hide what is written. The rest is wrapped in FSI…PDI when it
// holds letters of the other direction, and in a right-to-left sentence also
// when it holds numbers with signs, such as a telephone number.
func (p *Printer) isolate(s string) string {
	if plain(s) && p.Dir() == "ltr" {
		return s
	}
	s = tame(s)
	if p.foreign(s) && !isolated(s) {
		return string(fsi) + s + string(pdi)
	}
	return s
}

// plain reports ASCII text, the common case in which a left-to-right sentence
// has nothing to do.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// foreign reports whether the text could change its order, or its
// surroundings' order, when it stood bare in the printer's language.
func (p *Printer) foreign(s string) bool {
	rtl := p.Dir() == "rtl"
	number, sign, home := false, false, false
	for _, r := range s {
		props, _ := bidi.LookupRune(r)
		switch props.Class() {
		case bidi.L:
			if rtl {
				return true
			}
		case bidi.R, bidi.AL:
			if !rtl {
				return true
			}
			home = true
		case bidi.EN, bidi.AN:
			number = true
		default:
			sign = true
		}
	}
	return rtl && number && sign && !home
}

// tame drops the controls of direction which do not close.
func tame(s string) string {
	if !strings.ContainsFunc(s, isControl) {
		return s
	}
	keep := balanced(s)
	return strings.Map(func(r rune) rune {
		if isControl(r) && (!keep || r < lri) {
			return -1
		}
		return r
	}, s)
}

// isControl reports LRE, RLE, PDF, LRO, RLO and the isolates.
func isControl(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= lri && r <= pdi
}

// balanced reports whether every isolate is closed and nothing else is.
func balanced(s string) bool {
	depth := 0
	for _, r := range s {
		switch r {
		case lri, rli, fsi:
			depth++
		case pdi:
			if depth--; depth < 0 {
				return false
			}
		}
	}
	return depth == 0
}

// isolated reports whether a balanced text is one isolate from its first
// letter to its last.
func isolated(s string) bool {
	inner, ok := strings.CutSuffix(s, string(pdi))
	if !ok {
		return false
	}
	for _, first := range []rune{fsi, lri, rli} {
		if body, ok := strings.CutPrefix(inner, string(first)); ok {
			return balanced(body)
		}
	}
	return false
}
