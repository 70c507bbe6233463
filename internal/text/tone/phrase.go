package tone

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Phrase is a wording that is looked for. Exact tells it from others that
// text.Fold spells alike: only its own letters count, not how they are voweled or
// capitalised.
type Phrase struct {
	Words string
	Exact bool
}

// Place is where a phrase, by its number, stands: whole words, in bytes, with the
// particles that are written as one with them.
type Place struct{ Phrase, From, To int }

// Phrases finds phrases of one language, bounded by words as that language writes
// them: Arabic and Sorani particles before a word, endings of Sorani, Kurmanji and
// English behind it. It is immutable and safe for use by several goroutines.
type Phrases struct {
	before, behind []string
	first          map[string][]*phrase // by the first word
}

type phrase struct {
	number int
	keys   []string
	exact  []string // nil unless it is exact
}

// Particles that are written as one with the word that follows: "and", "so", "by",
// "like", "for", the article; in Sorani "from", "to", "for". Folded.
var particles = map[string][]string{
	"ar":  {"و", "ف", "ب", "ک", "ل", "وب", "فب", "وک", "ول", "فل", "ال", "وال", "فال", "بال", "کال", "وبال", "وکال", "فبال", "لل", "ولل", "فلل"},
	"ckb": {"له", "به", "بو", "و"},
}

// Endings that the last word of a phrase may take: cases, the article, possessives,
// "is", "too". Folded.
var endings = map[string][]string{
	"ckb": {"ی", "یه", "یی", "ییه", "یش", "ش", "یدا", "دا", "هوه", "یهوه", "یشی", "یان", "یانی", "مان", "تان", "م", "ت", "و", "ین", "یهتی",
		"هکه", "هکهی", "هکهدا", "هکهش", "هکان", "هکانی", "یهکه", "یهکان"},
	"kmr": {"a", "e", "i", "an", "en", "in", "ya", "ye", "yi", "yan", "yen", "ek", "eke", "eki"},
	"en":  {"s", "es"},
}

// leastStem is how many letters must remain of a word without particle or ending.
const leastStem = 3

// NewPhrases makes an index. A phrase without a letter is never found. Of languages
// other than [Languages] words are compared whole.
func NewPhrases(lang string, list []Phrase) *Phrases {
	p := &Phrases{before: particles[lang], behind: endings[lang], first: map[string][]*phrase{}}
	for i, x := range list {
		var r reading
		r.scan(x.Words)
		if len(r.words) == 0 {
			continue
		}
		e := &phrase{number: i}
		for _, w := range r.words {
			e.keys = append(e.keys, w.key)
			if x.Exact {
				e.exact = append(e.exact, exactWord(x.Words[w.from:w.to]))
			}
		}
		p.first[e.keys[0]] = append(p.first[e.keys[0]], e)
	}
	return p
}

// exactWord spells a word without what says nothing about its letters: case,
// Arabic vowel signs, tatweel, joiners.
func exactWord(s string) string {
	return strings.Map(func(r rune) rune {
		if r == 'ـ' || r >= 0x064B && r <= 0x0652 || r == 0x0670 || r == 0x200C || r == 0x200D {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFC.String(s))
}

// Find gives every place of every phrase in a text, Markdown or plain, in their
// order. Addresses of links and of mail are no text.
func (p *Phrases) Find(s string) []Place {
	if len(p.first) == 0 {
		return nil
	}
	l := looks.Get().(*look)
	defer looks.Put(l)
	r := l.reading
	r.scan(s)
	var out []Place
	addresses := addressSpans(s)
	for i, w := range r.words {
		for len(addresses) > 0 && addresses[0][1] <= w.from {
			addresses = addresses[1:]
		}
		if len(addresses) > 0 && w.from >= addresses[0][0] {
			continue
		}
		out = p.at(out, r, i)
	}
	slices.SortFunc(out, func(a, b Place) int { return cmp.Or(a.From-b.From, b.To-a.To, a.Phrase-b.Phrase) })
	return slices.Compact(out)
}

// at appends the phrases that begin at word i.
func (p *Phrases) at(out []Place, r *reading, i int) []Place {
	key := r.words[i].key
	out = p.from(out, r, i, key)
	for _, c := range p.before {
		rest, ok := strings.CutPrefix(key, c)
		if !ok || utf8.RuneCountInString(rest) < leastStem {
			continue
		}
		out = p.from(out, r, i, rest)
		if strings.HasSuffix(c, "لل") { // "for the": the article has lost its alef
			out = p.from(out, r, i, "ال"+rest)
		}
	}
	return out
}

// from appends the phrases whose first word is key, with an ending when it is the
// only one.
func (p *Phrases) from(out []Place, r *reading, i int, key string) []Place {
	out = p.match(out, r, i, p.first[key], false)
	if cut := strings.IndexByte(key, '\''); cut > 0 {
		out = p.match(out, r, i, p.first[key[:cut]], true)
		key = key[:cut] + key[cut+1:]
	}
	for _, e := range p.behind {
		if rest, ok := strings.CutSuffix(key, e); ok && utf8.RuneCountInString(rest) >= leastStem {
			out = p.match(out, r, i, p.first[rest], true)
		}
	}
	return out
}

func (p *Phrases) match(out []Place, r *reading, i int, list []*phrase, ended bool) []Place {
	for _, e := range list {
		if ended && len(e.keys) > 1 || !p.follows(r, i, e) {
			continue
		}
		out = append(out, Place{e.number, r.words[i].from, r.words[i+len(e.keys)-1].to})
	}
	return out
}

// follows tells whether the other words of a phrase follow word i with nothing
// between them that parts sentences.
func (p *Phrases) follows(r *reading, i int, e *phrase) bool {
	if i+len(e.keys) > len(r.words) {
		return false
	}
	for k := range e.keys {
		w := r.words[i+k]
		if k > 0 {
			if !joined(r.s[r.words[i+k-1].to:w.from]) || w.key != e.keys[k] && !(k == len(e.keys)-1 && p.ends(w.key, e.keys[k])) {
				return false
			}
		}
		if e.exact != nil && !strings.Contains(exactWord(r.s[w.from:w.to]), e.exact[k]) {
			return false
		}
	}
	return true
}

// ends tells whether a word is another one with an ending.
func (p *Phrases) ends(word, stem string) bool {
	rest, ok := strings.CutPrefix(word, stem)
	if !ok || utf8.RuneCountInString(stem) < leastStem {
		return false
	}
	if bare, cut := strings.CutPrefix(rest, "'"); cut {
		return len(bare) <= 4 // "Iraq's", "Iraq'ê"
	}
	return slices.Contains(p.behind, rest)
}

// joined tells whether what stands between two words leaves them one phrase: at
// most one line end, commas, hyphens, emphasis.
func joined(gap string) bool {
	if gap == "." || strings.Count(gap, "\n") > 1 {
		return gap == "."
	}
	for _, c := range gap {
		switch {
		case unicode.IsSpace(c), strings.ContainsRune(",،-‐‑–*_&'’", c), c >= 0x200B && c <= 0x200F:
		default:
			return false
		}
	}
	return true
}

// addressSpans finds what in a text is an address, in order and not overlapping:
// targets of Markdown links, web addresses, mail addresses and names after "@".
func addressSpans(s string) [][2]int {
	var out [][2]int
	add := func(from, to int) {
		if n := len(out); n > 0 && from < out[n-1][1] {
			out[n-1][1] = max(out[n-1][1], to)
			return
		}
		out = append(out, [2]int{from, to})
	}
	for i := 0; i < len(s); i++ {
		switch {
		case strings.HasPrefix(s[i:], "]("):
			if n := strings.IndexAny(s[i:min(len(s), i+maxAddress)], ")\n"); n > 0 {
				add(i+1, i+n)
				i += n
			}
		case strings.HasPrefix(s[i:], "://"), s[i] == '@':
			from := strings.LastIndexAny(s[max(0, i-maxLabel):i], " \t\n(<\"") + 1 + max(0, i-maxLabel)
			n := strings.IndexAny(s[i:], " \t\n)>\"")
			if n < 0 {
				n = len(s) - i
			}
			add(from, i+n)
			i += n
		}
	}
	return out
}

// FoldPhrase spells a wording as phrases are compared: two wordings with the same result
// are found at the same places.
func FoldPhrase(words string) string {
	var r reading
	r.scan(words)
	keys := make([]string, len(r.words))
	for i, w := range r.words {
		keys[i] = w.key
	}
	return strings.Join(keys, " ")
}
