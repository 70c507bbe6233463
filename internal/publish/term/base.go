package term

import (
	"slices"
	"sort"
	"unicode/utf8"

	"sifara/internal/text/parallel"
	engine "sifara/internal/text/tone"
)

// maxFindings bounds the findings on one text.
const maxFindings = 200

// Base is the term base as of one edition. It is immutable and safe for use by
// several goroutines.
type Base struct {
	entries []Entry
	byLang  map[string]*index
}

// index are the wordings of one language.
type index struct {
	phrases *engine.Phrases
	uses    []use // what each phrase is
}

// use is one wording of an entry.
type use struct {
	entry int
	wrong bool
}

// NewBase makes a base of entries.
func NewBase(entries []Entry) *Base {
	b := &Base{entries: entries, byLang: map[string]*index{}}
	phrases := map[string][]engine.Phrase{}
	accepted := b.accepted()
	for i := range entries {
		for _, l := range entries[i].Words.Langs() {
			x, w := b.byLang[l], entries[i].Words[l]
			if x == nil {
				x = &index{}
				b.byLang[l] = x
			}
			for _, s := range append([]string{w.Preferred}, w.Also...) {
				x.uses = append(x.uses, use{i, false})
				phrases[l] = append(phrases[l], engine.Phrase{Words: s, Exact: slices.ContainsFunc(w.Wrong, func(v string) bool { return alike(v, s) })})
			}
			for _, s := range w.Wrong {
				x.uses = append(x.uses, use{i, true})
				phrases[l] = append(phrases[l], engine.Phrase{Words: s, Exact: accepted[l+" "+engine.FoldPhrase(s)]})
			}
		}
	}
	for l, list := range phrases {
		b.byLang[l].phrases = engine.NewPhrases(l, list)
	}
	return b
}

// accepted are the wordings that are wanted, by language, as they are compared.
func (b *Base) accepted() map[string]bool {
	out := map[string]bool{}
	for i := range b.entries {
		for l, w := range b.entries[i].Words {
			for _, s := range append([]string{w.Preferred}, w.Also...) {
				out[l+" "+engine.FoldPhrase(s)] = true
			}
		}
	}
	return out
}

// alike tells whether two wordings would be found at the same places.
func alike(a, b string) bool { return engine.FoldPhrase(a) == engine.FoldPhrase(b) }

// Count is how many entries the base has.
func (b *Base) Count() int { return len(b.entries) }

// found is a wording in a text.
type found struct {
	use
	from, to int
}

// look finds the wordings of a text that count for a mission.
func (b *Base) look(missionID, lang, s string) []found {
	x := b.byLang[lang]
	if x == nil {
		return nil
	}
	var out []found
	for _, p := range x.phrases.Find(s) {
		u := x.uses[p.Phrase]
		if m := b.entries[u.entry].MissionID; m == "" || m == missionID {
			out = append(out, found{u, p.From, p.To})
		}
	}
	return out
}

// Find marks what a text for a mission, or the ministry, words otherwise than the
// base wants. A wrong wording within a wanted one, or within a longer wrong one, is
// not marked.
func (b *Base) Find(missionID, lang, s string) []engine.Finding {
	all := b.look(missionID, lang, s)
	// all is ordered by beginning, the longer first: what covers another comes
	// before it, or, wanted and of the same length, beside it.
	reach := make([]int, len(all)) // how far wanted wordings up to here reach
	far := 0
	for i, f := range all {
		if !f.wrong {
			far = max(far, f.to)
		}
		reach[i] = far
	}
	var out []engine.Finding
	until := 0
	for i, f := range all {
		last := i + sort.Search(len(all)-i, func(k int) bool { return all[i+k].from > f.from || all[i+k].to < f.to }) - 1
		if !f.wrong || f.to <= until || reach[last] >= f.to || len(out) >= maxFindings {
			continue
		}
		until = f.to
		out = append(out, b.wrong(f, lang, s))
	}
	countRunes(s, out)
	return out
}

func (b *Base) wrong(f found, lang, s string) engine.Finding {
	e := &b.entries[f.entry]
	out := engine.Finding{Kind: engine.TermBase, From: f.from, To: f.to, Excerpt: engine.Excerpt(s[f.from:f.to]), Reason: "publish.tone.why.term", Suggestion: e.Words[lang].Preferred}
	if e.Note != "" {
		out.Reason, out.Args = "publish.tone.why.term_note", []any{"note", e.Note}
	}
	return out
}

// countRunes fills in the places in characters; findings are in their order.
func countRunes(s string, list []engine.Finding) {
	at, runes := 0, 0
	for i := range list {
		f := &list[i]
		runes += utf8.RuneCountInString(s[at:f.From])
		at = f.From
		f.RuneFrom, f.RuneTo = runes, runes+utf8.RuneCountInString(s[f.From:f.To])
	}
}

// Across finds official names of a source text whose counterpart a translation
// leaves out: it has none of the wordings of the entry, wanted or wrong. Such a
// finding has no place and no excerpt.
func (b *Base) Across(missionID, lang, s, sourceLang, source string) []engine.Finding {
	if lang == sourceLang {
		return nil
	}
	there := map[int]bool{}
	for _, f := range b.look(missionID, lang, s) {
		there[f.entry] = true
	}
	named := outermost(b.look(missionID, sourceLang, source))
	var out []engine.Finding
	for _, f := range named {
		e := &b.entries[f.entry]
		to := e.Words[lang].Preferred
		if there[f.entry] || to == "" || len(out) >= maxFindings || b.homonym(named, f, there) {
			continue
		}
		there[f.entry] = true // once is enough
		out = append(out, engine.Finding{Kind: engine.TermBase, Reason: "publish.tone.why.term_other", Suggestion: to,
			Args: []any{"lang", engine.LanguageName(sourceLang), "word", engine.Excerpt(source[f.from:f.to])}})
	}
	return out
}

// outermost leaves out wordings within longer ones: who names the ministry's
// minister need not name the ministry.
func outermost(all []found) []found {
	var out []found
	until, begin := 0, 0
	for _, f := range all {
		if f.to <= until && !(f.to == until && f.from == begin) {
			continue
		}
		until, begin = f.to, f.from
		out = append(out, f)
	}
	return out
}

// homonym tells whether the same words of the source also name another entry, the
// counterpart of which is there.
func (b *Base) homonym(named []found, f found, there map[int]bool) bool {
	return slices.ContainsFunc(named, func(o found) bool {
		return o.from == f.from && o.to == f.to && o.entry != f.entry && there[o.entry]
	})
}

// Named gives the entries that a text names, wanted or not in these words, for
// comparing texts in different languages: see parallel.Read. The language may be
// any.
func (b *Base) Named(lang, s string) []parallel.Known {
	var out []parallel.Known
	for _, f := range b.look("", lang, s) {
		k := parallel.Known{Key: "term " + b.entries[f.entry].key(), Place: b.entries[f.entry].Kind == Spot, From: f.from, To: f.to}
		if !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// key is alike for entries that name the same in several editions of the base.
func (e *Entry) key() string {
	if e.ID != "" {
		return e.ID
	}
	return e.Name("")
}
