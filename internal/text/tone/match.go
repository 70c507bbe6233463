package tone

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// pattern is one word of a term; open is any ending.
type pattern struct {
	key  string
	open bool
}

// entry is a term as it is looked for.
type entry struct {
	words      []pattern
	list       List
	suggestion string
}

// index finds the terms of a language by their first word.
type index struct {
	whole map[string][]*entry
	begin map[string][]*entry // whose first word is open
	// clitics are the particles that may stand before a word as one with it.
	clitics []string
	most    int // bytes of the longest open beginning
}

// clitics of Arabic: "and", "so", "by", "for", "like", "will", the article, and
// what they make together; as words are compared.
var clitics = map[string][]string{"ar": {"وال", "فال", "بال", "كال", "ولل", "فلل", "لل", "ال", "و", "ف", "ب", "ل", "ك", "س"}}

// split cuts a term into the words that are compared.
func split(term string) []pattern {
	var r reading
	r.scan(term)
	out := make([]pattern, len(r.words))
	for i, w := range r.words {
		out[i] = pattern{w.key, strings.HasPrefix(term[w.to:], "*")}
	}
	return out
}

func newIndex(lang string, lists Lists) *index {
	x := &index{whole: map[string][]*entry{}, begin: map[string][]*entry{}}
	for _, c := range clitics[lang] {
		x.clitics = append(x.clitics, foldWord(c))
	}
	for list, terms := range lists {
		for _, t := range terms {
			words := split(t.Words)
			if len(words) == 0 {
				continue
			}
			e := &entry{words, list, t.Suggestion}
			if words[0].open {
				x.begin[words[0].key] = append(x.begin[words[0].key], e)
				x.most = max(x.most, len(words[0].key))
			} else {
				x.whole[words[0].key] = append(x.whole[words[0].key], e)
			}
		}
	}
	return x
}

// hit is a term found: words from and up to, not including, to.
type hit struct {
	from, to   int
	list       List
	suggestion string
}

// hits finds the terms in the text. Of terms of one list that overlap, the
// longest of those that begin first counts; what is allowed hides what it
// covers.
func (x *index) hits(r *reading, out []hit) []hit {
	for i := range r.words {
		first := len(out)
		x.at(r, i, r.words[i].key, func(e *entry) {
			for k := first; k < len(out); k++ {
				if out[k].list == e.list {
					if i+len(e.words) > out[k].to {
						out[k] = hit{i, i + len(e.words), e.list, e.suggestion}
					}
					return
				}
			}
			out = append(out, hit{i, i + len(e.words), e.list, e.suggestion})
		})
	}
	return withoutAllowed(r, withoutOverlaps(out))
}

// at calls found for each term that begins at word i.
func (x *index) at(r *reading, i int, key string, found func(*entry)) {
	x.from(r, i, key, found)
	for _, c := range x.clitics {
		if rest, ok := strings.CutPrefix(key, c); ok && utf8.RuneCountInString(rest) >= 2 {
			x.from(r, i, rest, found)
		}
	}
}

func (x *index) from(r *reading, i int, key string, found func(*entry)) {
	for _, e := range x.whole[key] {
		if e.follows(r, i) {
			found(e)
		}
	}
	for n := 2; n <= min(len(key), x.most); n++ {
		if n < len(key) && !utf8.RuneStart(key[n]) {
			continue
		}
		for _, e := range x.begin[key[:n]] {
			if e.follows(r, i) {
				found(e)
			}
		}
	}
}

// follows tells whether the words behind the first one follow word i in its
// sentence.
func (e *entry) follows(r *reading, i int) bool {
	if i+len(e.words) > len(r.words) || r.words[i+len(e.words)-1].sentence != r.words[i].sentence {
		return false
	}
	for k, p := range e.words[1:] {
		w := r.words[i+1+k].key
		if w != p.key && !(p.open && strings.HasPrefix(w, p.key)) {
			return false
		}
	}
	return true
}

func withoutOverlaps(all []hit) []hit {
	until := map[List]int{}
	return slices.DeleteFunc(all, func(h hit) bool {
		if h.from < until[h.list] {
			return true
		}
		until[h.list] = h.to
		return false
	})
}

// withoutAllowed leaves out what is allowed, and marks its words.
func withoutAllowed(r *reading, all []hit) []hit {
	for _, h := range all {
		if h.list == Allowed {
			for i := h.from; i < h.to; i++ {
				r.words[i].allowed = true
			}
		}
	}
	return slices.DeleteFunc(all, func(h hit) bool {
		for i := h.from; i < h.to; i++ {
			if !r.words[i].allowed {
				return false
			}
		}
		return true
	})
}
