package parallel

import (
	"strings"
	"unicode/utf8"

	"sifara/internal/text/names"
)

// leastSound is how many consonants a name must have to be heard as another.
const leastSound = 3

// sounds adds the consonants of a word that may be a name. In Latin letters names
// have capitals; where there are none, and in Kurmanji, which shares its words with
// Sorani, every word may be one, and none is missed.
func (r *reader) sounds(u *unit, t token, place int, known bool) {
	latin := t.folded[0] < utf8.RuneSelf
	named := latin && t.capital && place > 0
	if latin && !named && r.lang != "kmr" {
		return
	}
	kind, quiet := Sound, true
	if named && !known {
		kind, quiet = Name, false
	}
	for _, s := range spoken(t.folded, r.lang) {
		if k := names.Key(s); len(k) >= leastSound {
			u.add(mark{keyOf("sound", k), kind, quiet, min(2.5, 0.5*float64(len(k))), t.from, t.to})
			kind, quiet = Sound, true // other ways to hear it count only where they fit
		}
	}
}

// before and behind are what Arabic and Kurdish write as one with a name.
var (
	before = []string{"وال", "بال", "کال", "فال", "ولل", "ال", "لل"}
	behind = map[string][]string{"ckb": {"دا", "یش", "هکان", "ان"}, "kmr": {"yen", "yan", "en", "an", "in"}}
)

// spoken gives a word and what remains of it without them.
func spoken(word, lang string) []string {
	out := []string{word}
	if word[0] >= utf8.RuneSelf && lang != "ckb" {
		for _, p := range before {
			if rest, ok := strings.CutPrefix(word, p); ok && utf8.RuneCountInString(rest) > 2 {
				return append(out, rest)
			}
		}
		return out
	}
	for _, e := range behind[lang] {
		if rest, ok := strings.CutSuffix(word, e); ok && utf8.RuneCountInString(rest) > 3 {
			return append(out, rest)
		}
	}
	return out
}
