package text

import (
	"strings"

	"golang.org/x/text/unicode/bidi"
)

// Direction is the value of the HTML attribute dir for s: "rtl" if its first
// letter with a direction of its own is Arabic, Hebrew or the like, else "ltr",
// also for a text without letters. Mentions, hashtag signs and web addresses at the
// beginning do not count: "@name مرحبا" reads from the right.
func Direction(s string) string {
	for word := range strings.FieldsSeq(s) {
		if strings.HasPrefix(word, "@") || strings.Contains(word, "://") || word == "RT" {
			continue
		}
		for _, r := range word {
			switch p, _ := bidi.LookupRune(r); p.Class() {
			case bidi.R, bidi.AL:
				return "rtl"
			case bidi.L:
				return "ltr"
			}
		}
	}
	return "ltr"
}
