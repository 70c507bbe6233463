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

// longest is how many Latin letters one Arabic letter may stand for: خ in "akh" is
// one letter and its vowel.
const longest = 4

// unheard is the cost of an Arabic letter standing for what it never stood for.
const unheard = 9.0

// Table holds what each Arabic letter stands for, as the cost (negative logarithm of
// the probability) of each Latin string, and the line that turns costs into scores.
type Table struct {
	cost        map[rune]map[string]float64
	base, slope float64
}

//go:embed letters.tsv
var file string

var loaded = sync.OnceValue(func() *Table {
	t, err := parse(file)
	if err != nil {
		panic(err) // the file is part of the program
	}
	return t
})

func parse(s string) (*Table, error) {
	t := &Table{cost: map[rune]map[string]float64{}}
	for line := range strings.Lines(s) {
		col := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(col) != 3 {
			return nil, fmt.Errorf("names: line %q", line)
		}
		v, err := strconv.ParseFloat(col[2], 64)
		if err != nil {
			return nil, fmt.Errorf("names: line %q: %w", line, err)
		}
		switch r := []rune(col[0]); {
		case len(r) == 0 || len(col[1]) > longest:
			return nil, fmt.Errorf("names: line %q", line)
		case col[0] == "base":
			t.base = v
		case col[0] == "slope":
			t.slope = v
		default:
			if t.cost[r[0]] == nil {
				t.cost[r[0]] = map[string]float64{}
			}
			t.cost[r[0]][col[1]] = v
		}
	}
	return t, nil
}

// String is the file of the table.
func (t *Table) String() string {
	lines := []string{fmt.Sprintf("base\t\t%.4f\n", t.base), fmt.Sprintf("slope\t\t%.4f\n", t.slope)}
	for r, row := range t.cost {
		for s, c := range row {
			lines = append(lines, fmt.Sprintf("%c\t%s\t%.3f\n", r, s, c))
		}
	}
	sort.Strings(lines)
	return strings.Join(lines, "")
}

// distance is the least cost of the Arabic letters standing for all the Latin ones,
// divided by the number of both; +Inf when one side is empty.
func (t *Table) distance(arabic []rune, latin string) float64 {
	if len(arabic) == 0 || latin == "" {
		return math.Inf(1)
	}
	n := len(latin)
	var stack [2 * (maxLetters + 1)]float64
	row, next := stack[:n+1], stack[maxLetters+1:][:n+1]
	for j := 1; j <= n; j++ {
		row[j] = unheard * float64(j)
	}
	for _, a := range arabic {
		heard := t.cost[a]
		for j := range next {
			best := row[j] + heardCost(heard, "")
			for k := 1; k <= min(longest, j); k++ {
				best = min(best, row[j-k]+heardCost(heard, latin[j-k:j]))
			}
			next[j] = best
		}
		row, next = next, row
	}
	return row[n] / float64(len(arabic)+n)
}

func heardCost(heard map[string]float64, s string) float64 {
	if c, ok := heard[s]; ok {
		return c
	}
	return unheard * float64(1+len(s))
}
