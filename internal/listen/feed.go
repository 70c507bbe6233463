package listen

import (
	"sifara/internal/listen/collect"
	"sifara/internal/text"
)

// Feed is what a feed source gives.
type Feed = collect.Feed

// feedLang is the language of an item: what its text shows clearly, else what
// the feed or its source declares.
func feedLang(body, feed, source string) string {
	lang, sure := text.Identify(body)
	if lang != "und" && sure >= 0.5 {
		return lang
	}
	for _, d := range []string{feed, source} {
		if d != "" {
			return d
		}
	}
	return lang
}
