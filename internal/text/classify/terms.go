package classify

import "sifara/internal/text"

// Terms are classes that users have defined by words; a text may be in several.
// It is immutable and safe for use by several goroutines.
type Terms struct {
	classes []string
	stems   map[string]map[string][]int // language, first stem: which terms to try
	terms   []term
}

type term struct {
	class int
	stems []string // a word, or the words of a phrase in their order
}

// TermClass is a class and the words and phrases that make it.
type TermClass struct {
	Name  string
	Terms []string
}

// NewTerms reads the classes. langs are the languages of the texts: a term is
// stemmed as each of them would, so that its inflected forms are found.
func NewTerms(langs []string, classes []TermClass) *Terms {
	t := &Terms{stems: map[string]map[string][]int{}}
	for c, class := range classes {
		t.classes = append(t.classes, class.Name)
		for _, words := range class.Terms {
			for _, lang := range langs {
				t.add(c, lang, stems(lang, words))
			}
		}
	}
	return t
}

func (t *Terms) add(class int, lang string, stems []string) {
	if len(stems) == 0 {
		return
	}
	if t.stems[lang] == nil {
		t.stems[lang] = map[string][]int{}
	}
	t.stems[lang][stems[0]] = append(t.stems[lang][stems[0]], len(t.terms))
	t.terms = append(t.terms, term{class, stems})
}

func stems(lang, s string) (out []string) {
	for _, t := range text.Tokens(nil, s) {
		if t.Kind != text.Tag {
			out = append(out, text.Stem(lang, t.Text))
		}
	}
	return out
}

// Of names the classes of which the text holds a word or phrase, in the order in
// which they were defined; none if the language is not one of those given.
func (t *Terms) Of(lang, s string) (classes []string) {
	table := t.stems[lang]
	if table == nil {
		return nil
	}
	found := make([]bool, len(t.classes))
	words := stems(lang, s)
	for i, w := range words {
		for _, k := range table[w] {
			if phrase := t.terms[k].stems; len(words)-i >= len(phrase) && same(words[i:], phrase) {
				found[t.terms[k].class] = true
			}
		}
	}
	for c, yes := range found {
		if yes {
			classes = append(classes, t.classes[c])
		}
	}
	return classes
}

func same(words, phrase []string) bool {
	for i := range phrase {
		if words[i] != phrase[i] {
			return false
		}
	}
	return true
}
