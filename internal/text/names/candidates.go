package names

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Candidate is a spelling that a name may have in the other letters. Score is as
// that of [Score].
type Candidate struct {
	Name  string  `json:"name"`
	Score float64 `json:"score"`
}

const (
	// beam is how many beginnings of a word are followed at once.
	beam = 60
	// MostCandidates bounds how many are given.
	MostCandidates = 20
	// latinOrder and arabicOrder say how much the order of the letters counts
	// beside what they stand for, latinWorth what a Latin letter is worth, so that
	// short spellings do not always win; chosen on names that are learnt from.
	latinOrder  = 0.7
	latinWorth  = 2.0
	arabicOrder = 1.0
)

// Latin gives spellings in Latin letters of a name in Arabic ones, the likeliest
// first, at most MostCandidates: hints to search by, no standard of
// transliteration. Without Arabic letters there are none.
func Latin(arabic string, most int) []Candidate {
	t := loaded()
	return t.name(words(arabic, isArabic), most, t.latinWord, func(spelled string) float64 { return t.Score(arabic, spelled) })
}

// Arabic is Latin the other way. Letters that searches take as one (ا أ إ آ, ه ة,
// ي ى) stand in one form.
func Arabic(latin string, most int) []Candidate {
	t := loaded()
	return t.name(words(latin, isLatin), most, t.arabicWord, func(spelled string) float64 { return t.Score(spelled, latin) })
}

// latinWord writes a word with a capital, and the article by itself.
func (t *Table) latinWord(word string) []spelling {
	article := ""
	if bare, ok := strings.CutPrefix(word, "ال"); ok && utf8.RuneCountInString(bare) > 2 {
		word, article = bare, "Al-"
	}
	all := t.latinOf(word)
	for i, s := range all {
		if s.text != "" {
			all[i].text = article + strings.ToUpper(s.text[:1]) + s.text[1:]
		}
	}
	return all
}

// arabicWord writes a word with the Arabic ي and ك in place of the folded ones.
func (t *Table) arabicWord(word string) []spelling {
	all := t.arabicOf(word)
	for i := range all {
		all[i].text = strings.NewReplacer("ی", "ي", "ک", "ك").Replace(all[i].text)
	}
	return all
}

// spelling is a beginning or a whole with what it costs.
type spelling struct {
	text string
	cost float64
}

// name joins the spellings of its words.
func (t *Table) name(words []string, most int, of func(string) []spelling, score func(string) float64) []Candidate {
	if len(words) == 0 {
		return nil
	}
	all := []spelling{{}}
	for _, w := range words {
		var next []spelling
		for _, s := range all {
			for _, x := range of(w) {
				next = append(next, spelling{strings.TrimSpace(s.text + " " + x.text), s.cost + x.cost})
			}
		}
		all = cheapest(next)
	}
	var out []Candidate
	for _, s := range all[:min(len(all), max(0, min(most, MostCandidates)))] {
		out = append(out, Candidate{s.text, score(s.text)})
	}
	return out
}

// cheapest are the beam cheapest, each text once.
func cheapest(list []spelling) []spelling {
	slices.SortFunc(list, func(a, b spelling) int { return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.text, b.text)) })
	seen := map[string]bool{}
	list = slices.DeleteFunc(list, func(s spelling) bool {
		old := seen[s.text]
		seen[s.text] = true
		return old
	})
	return list[:min(len(list), beam)]
}

// lastOf is the last letter, or the blank before the first.
func lastOf(s string, blank rune) rune {
	if s == "" {
		return blank
	}
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

// latinOf spells a word letter by letter.
func (t *Table) latinOf(word string) []spelling {
	o := loadedOrder()
	all := []spelling{{}}
	for _, r := range word {
		var next []spelling
		for _, s := range all {
			last := lastOf(s.text, ' ')
			for heard, cost := range t.cost[r] {
				next = append(next, spelling{s.text + heard, s.cost + cost + latinOrder*o.after(last, heard) - latinWorth*float64(len(heard))})
			}
		}
		all = cheapest(next)
	}
	return ended(all, latinOrder, o, ' ')
}

// arabicOf finds the letters that may be heard as a word.
func (t *Table) arabicOf(word string) []spelling {
	o := loadedOrder()
	at := make([][]spelling, len(word)+1)
	at[0] = []spelling{{}}
	for i := range at {
		at[i] = cheapest(at[i])
		for k := 1; k <= min(longest, len(word)-i); k++ {
			for r, row := range t.cost {
				cost, ok := row[word[i:i+k]]
				if !ok {
					continue
				}
				for _, s := range at[i] {
					at[i+k] = append(at[i+k], spelling{s.text + string(r), s.cost + cost + arabicOrder*o.after(lastOf(s.text, '_'), string(r))})
				}
			}
		}
	}
	return ended(at[len(word)], arabicOrder, o, '_')
}

// ended adds the cost of ending as the words do.
func ended(all []spelling, weight float64, o order, blank rune) []spelling {
	for i, s := range all {
		all[i].cost += weight * o.after(lastOf(s.text, blank), string(blank))
	}
	return cheapest(all)
}
