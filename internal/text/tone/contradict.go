package tone

import (
	"slices"
)

// Difference is how two sentences that otherwise say the same differ.
type Difference string

// The differences.
const (
	OtherNumbers Difference = "numbers"
	OtherDate    Difference = "date"
	Denied       Difference = "denied" // one says what the other denies
)

// Sentence is one sentence of a text, with its place in bytes.
type Sentence struct {
	From, To int
	Text     string

	words  map[string]int // without numbers, months and negations
	count  int
	number []string
	months []string
	denied int
}

// alike is the share of words that two sentences must have in common to be about
// the same; leastWords is how many words each must have.
const (
	alike      = 0.7
	leastWords = 4
)

// Sentences cuts a text into the sentences that can contradict another: those
// with enough words. Lists of negations and months are those of the language.
func (c *Checker) Sentences(lang, s string) []Sentence {
	var r reading
	r.scan(s)
	role := map[int]List{}
	if x := c.byLang[lang]; x != nil {
		for _, h := range x.hits(&r, nil) {
			if h.list == Negations || h.list == Months {
				for i := h.from; i < h.to; i++ {
					role[i] = h.list
				}
			}
		}
	}
	var out []Sentence
	for from := 0; from < len(r.words); {
		to := from
		for to < len(r.words) && r.words[to].sentence == r.words[from].sentence {
			to++
		}
		x := Sentence{From: r.words[from].from, To: r.words[to-1].to, words: map[string]int{}}
		x.Text = s[x.From:x.To]
		for i := from; i < to; i++ {
			w := &r.words[i]
			switch {
			case role[i] == Negations:
				x.denied++
			case role[i] == Months:
				x.months = append(x.months, w.key)
			case w.number:
				x.number = append(x.number, w.key)
			default:
				x.words[w.key]++
				x.count++
			}
		}
		if x.count >= leastWords {
			out = append(out, x)
		}
		from = to
	}
	return out
}

// Against tells how the sentence contradicts one that was released; false when
// they are about different things or agree. Sentences that differ in words of their
// own are not held to contradict each other.
func (a *Sentence) Against(released *Sentence) (Difference, bool) {
	both := 0
	for w, n := range a.words {
		both += min(n, released.words[w])
	}
	if float64(2*both) < alike*2*float64(max(a.count, released.count)) {
		return "", false
	}
	switch {
	case (a.denied+released.denied)%2 == 1:
		return Denied, true
	case len(a.months) > 0 && len(released.months) > 0 && !same(a.months, released.months):
		return OtherDate, true
	case len(a.number) > 0 && len(a.number) == len(released.number) && !same(a.number, released.number):
		if len(a.months) > 0 {
			return OtherDate, true
		}
		return OtherNumbers, true
	}
	return "", false
}

func same(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}
