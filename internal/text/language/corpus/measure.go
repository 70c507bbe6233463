package corpus

import (
	"fmt"
	"slices"
	"strings"

	"sifara/internal/text/language"
)

// Goal are the languages whose mean accuracy the model is judged by.
var Goal = strings.Fields("ar ckb kmr fa tr en de fr es ru zh")

// Count is how many texts of a language and source were asked and named rightly.
type Count struct{ N, Right int }

// Share is the accuracy, 0 when nothing was asked.
func (c Count) Share() float64 { return float64(c.Right) / float64(max(1, c.N)) }

// Table are counts by language, by source, and the languages taken for one another.
type Table struct {
	By, Source map[string]Count
	Wrong      map[string]int
	surprise   [10]Count
	claimed    [10]float64
}

// Ask counts what Identify says to the sentences.
func Ask(held []Sentence) *Table {
	t := &Table{By: map[string]Count{}, Source: map[string]Count{}, Wrong: map[string]int{}}
	for _, s := range held {
		want, _, _ := strings.Cut(s.Class, "-")
		got, p := language.Identify(s.Text)
		right := 0
		if got == want {
			right = 1
		} else {
			t.Wrong[s.Class+" as "+got]++
		}
		for _, k := range []string{want, s.Class} {
			if c := t.By[k]; k == want || k != want {
				t.By[k] = Count{c.N + 1, c.Right + right}
			}
			if want == s.Class {
				break
			}
		}
		k := s.Class + " " + s.Source
		t.Source[k] = Count{t.Source[k].N + 1, t.Source[k].Right + right}
		i := min(9, int(p*10))
		t.surprise[i] = Count{t.surprise[i].N + 1, t.surprise[i].Right + right}
		t.claimed[i] += p
	}
	return t
}

// Macro is the mean accuracy over languages, those absent not counting.
func (t *Table) Macro(codes []string) float64 {
	sum, n := 0.0, 0
	for _, c := range codes {
		if k := t.By[c]; k.N > 0 {
			sum, n = sum+k.Share(), n+1
		}
	}
	return sum / float64(max(1, n))
}

// Measure is a report of Ask as text.
func Measure(held []Sentence) string {
	t := Ask(held)
	var b strings.Builder
	all := make([]string, 0, len(t.Source))
	for k := range t.Source {
		all = append(all, k)
	}
	slices.Sort(all)
	for _, k := range all {
		fmt.Fprintf(&b, "%s\t%d\t%.4f\n", k, t.Source[k].N, t.Source[k].Share())
	}
	fmt.Fprintf(&b, "macro accuracy of %s\t%.4f\n", strings.Join(Goal, " "), t.Macro(Goal))
	for i, c := range t.surprise {
		if c.N > 0 {
			fmt.Fprintf(&b, "claimed %.3f right %.3f of %d\n", t.claimed[i]/float64(c.N), c.Share(), c.N)
		}
	}
	pairs := make([]string, 0, len(t.Wrong))
	for k := range t.Wrong {
		pairs = append(pairs, k)
	}
	slices.SortFunc(pairs, func(x, y string) int {
		if d := t.Wrong[y] - t.Wrong[x]; d != 0 {
			return d
		}
		return strings.Compare(x, y)
	})
	for _, k := range pairs[:min(40, len(pairs))] {
		fmt.Fprintf(&b, "%s\t%d\n", k, t.Wrong[k])
	}
	return b.String()
}
