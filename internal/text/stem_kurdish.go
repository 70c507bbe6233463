package text

import "strings"

// soraniSuffixes in folded letters (ە→ه, ێ→ی, ۆ→و): verb particle ەوە, postposition
// دا, "too" یش, possessive and subject clitics (not تان,
// which is mostly the plural of a word in ت), definite ەکە ەکان, plural ان,
// indefinite ێک, izafe ی, demonstrative ە.
var soraniSuffixes = []affix{
	{"هکانی", 2}, {"هکانه", 2}, {"هکان", 2}, {"هکهی", 2}, {"هکه", 2}, {"هوه", 3},
	{"یهک", 3}, {"یان", 3}, {"مان", 3}, {"دا", 3}, {"یش", 3}, {"یک", 3},
	{"ان", 3}, {"ی", 3}, {"ه", 3},
}

// kurmanjiSuffixes in folded letters (ê→e, î→i, û→u): indefinite ek with its
// cases, plural and oblique an, izafe ên (a and ê for the singular), î.
var kurmanjiSuffixes = []string{
	"ekan", "yeke", "yeki", "eke", "eki", "yek", "yen", "yan", "ina",
	"ek", "en", "an", "in", "ye", "ya", "yi", "a", "e", "i",
}

// kurdishLoops bounds how many suffixes one word may lose.
const kurdishLoops = 4

func stemSorani(w string) string {
	for range kurdishLoops {
		if len(w) < 4*letters2 || strings.HasSuffix(w, "ستان") {
			return w
		}
		next, ok := cutOne(w, soraniSuffixes)
		if !ok {
			return w
		}
		w = next
	}
	return w
}

func stemKurmanji(w string) string {
	for range kurdishLoops {
		if len(w) < 4 || strings.HasSuffix(w, "istan") {
			return w
		}
		next, ok := w, false
		for _, s := range kurmanjiSuffixes {
			if next, ok = cut(w, s, 3); ok {
				break
			}
		}
		if !ok {
			return w
		}
		w = next
	}
	return w
}
