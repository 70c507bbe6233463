package names

import (
	_ "embed"
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"
	"sync"
)

// order holds which letters follow which in names of one script, as costs
// (negative logarithms of the probability). The blank stands before the first
// letter and after the last.
type order map[[2]rune]float64

// strange is the cost of two letters that never followed each other.
const strange = 9.0

//go:embed order.tsv
var orderFile string

var loadedOrder = sync.OnceValue(func() order {
	o, err := parseOrder(orderFile)
	if err != nil {
		panic(err) // the file is part of the program
	}
	return o
})

// FitOrder learns from the words of pairs, of both scripts.
func FitOrder(pairs []Pair) string {
	count, all := map[[2]rune]float64{}, map[rune]float64{}
	for _, p := range pairs {
		for _, w := range append(words(p.Arabic, isArabic), words(p.Latin, isLatin)...) {
			last, blank := ' ', ' '
			if r := []rune(w)[0]; isArabic(r) {
				last, blank = '_', '_' // Arabic has a blank of its own
			}
			for _, r := range w + string(blank) {
				count[[2]rune{last, r}]++
				all[last]++
				last = r
			}
		}
	}
	var lines []string
	for k, n := range count {
		if cost := -math.Log(n / (all[k[0]] + 1)); cost < strange {
			lines = append(lines, fmt.Sprintf("%c\t%c\t%.2f\n", k[0], k[1], cost))
		}
	}
	sort.Strings(lines)
	return strings.Join(lines, "")
}

func parseOrder(s string) (order, error) {
	o := order{}
	for line := range strings.Lines(s) {
		col := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(col) != 3 {
			return nil, fmt.Errorf("names: line %q", line)
		}
		cost, err := strconv.ParseFloat(col[2], 64)
		a, b := []rune(col[0]), []rune(col[1])
		if err != nil || len(a) != 1 || len(b) != 1 {
			return nil, fmt.Errorf("names: line %q", line)
		}
		o[[2]rune{a[0], b[0]}] = cost
	}
	return o, nil
}

// after is the cost of letters that follow another.
func (o order) after(last rune, letters string) (sum float64) {
	for _, r := range letters {
		cost, ok := o[[2]rune{last, r}]
		if !ok {
			cost = strange
		}
		sum, last = sum+cost, r
	}
	return sum
}
