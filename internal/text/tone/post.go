package tone

import "strings"

// The probabilities from which the models are believed. Threats are rare, four of
// a hundred posts: one that is twice as likely as that is looked at.
const (
	sarcasmFrom     = 0.7
	threatFrom      = 0.07
	plainThreatFrom = 0.3 // where the text has no mark of a post
)

// posted tells whether a text bears the marks of a post on a network: a mention,
// a hashtag, an address, "RT", an emoji.
func posted(s string) bool {
	if strings.HasPrefix(s, "RT ") || strings.Contains(s, "://") {
		return true
	}
	for i, c := range s {
		switch {
		case c == '@' || c == '#':
			if i+1 < len(s) && s[i+1] != ' ' && (i == 0 || s[i-1] <= ' ' || s[i-1] > 0x7F || strings.IndexByte(`."'(`, s[i-1]) >= 0) {
				return true
			}
		case c >= 0x1F300 && c <= 0x1FAFF, c >= 0x2600 && c <= 0x27BF:
			return true
		}
	}
	return false
}
