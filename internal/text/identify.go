package text

import "sifara/internal/text/language"

// Identify names the language of s by its BCP 47 code: ar ckb kmr fa tr az azb ur
// ps sd ug tk he syr en de fr es it pt nl sv pl ru uk zh ja ko and some forty others
// of the same scripts, whatever the script (Kurmanji is "kmr" in Arabic letters
// too), or "und" when nothing speaks for any. confidence is the probability that the
// answer is right, 0 for "und"; of mixed text it is lower by the share of other
// scripts. Below about 0.5 a caller should trust what the source declares.
//
// Three words suffice mostly. Mentions, hashtags and addresses do not count. Of a
// long text the beginning is looked at. docs/models/identify.md says how often it
// errs.
func Identify(s string) (lang string, confidence float64) { return language.Identify(s) }

// Span is a stretch of a text in one language: bytes From up to To.
type Span struct {
	From, To   int
	Lang       string
	Confidence float64
}

// Spans divides s where its language changes. The spans are in order, do not
// overlap and cover all but white space at the edges; a text of one language is one
// span, a text without letters none. A change of script always divides; within a
// script a change needs some words that speak against going on. Only
// the beginning that [Identify] looks at is divided.
func Spans(s string) []Span {
	var out []Span
	for _, x := range language.Spans(s) {
		out = append(out, Span(x))
	}
	return out
}
