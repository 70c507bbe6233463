package names

import (
	"math"
	"strings"
)

// Pair is a name in both scripts.
type Pair struct{ Arabic, Latin string }

const (
	rounds = 12
	rarely = 0.4 // of fewer sightings nothing is learned
)

// Fit learns a table from pairs by expectation maximisation: all ways in which the
// Arabic letters can stand for the Latin ones are counted as much as they are likely,
// then are as likely as they were counted. The same pairs give the same table.
func Fit(pairs []Pair) *Table {
	var p map[rune]map[string]float64 // probability
	for range rounds {
		count := usual()
		for _, x := range pairs {
			a, l := strings.Join(words(x.Arabic, isArabic), ""), strings.Join(words(x.Latin, isLatin), "")
			if bare, ok := strings.CutPrefix(a, "ال"); ok && !strings.HasPrefix(l, "al") && !strings.HasPrefix(l, "el") {
				a = bare
			}
			see(count, p, []rune(a), l)
		}
		p = shares(count)
	}
	t := &Table{cost: map[rune]map[string]float64{}}
	for r, row := range p {
		t.cost[r] = map[string]float64{}
		for s, v := range row {
			t.cost[r][s] = -math.Log(v)
		}
	}
	t.scale(pairs)
	return t
}

// romanised are spellings that passports use and the pairs may lack.
const romanised = `ث th s t|ج j g dj|ح h|خ kh k|ذ dh z d th|ر r|ز z|س s ss|ش sh ch|ص s ss|ض d dh|ط t|ظ z dh th d|غ gh g|ق q k g gh|ک k c|و w ou o u v|ی y i ee e`

// usual counts each usual spelling, with each vowel behind it, as seen a little.
func usual() map[rune]map[string]float64 {
	count := map[rune]map[string]float64{}
	for _, line := range strings.Split(romanised, "|") {
		col := strings.Fields(line)
		a := []rune(col[0])[0]
		count[a] = map[string]float64{}
		for _, s := range col[1:] {
			for _, vowel := range []string{"", "a", "e", "i", "o", "u"} {
				count[a][s+vowel] += 0.5
			}
		}
	}
	return count
}

// first is how likely a string is before anything was seen: one letter for one.
var first = [longest + 1]float64{0.1, 1, 0.3, 0.05, 0.005}

func likely(p map[rune]map[string]float64, a rune, s string) float64 {
	if p == nil {
		return first[len(s)]
	}
	return p[a][s]
}

// see adds the expected counts of one pair (forward and backward sums).
func see(count, p map[rune]map[string]float64, a []rune, l string) {
	n, m := len(a), len(l)
	f, b := grid(n, m), grid(n, m)
	f[0][0], b[n][m] = 1, 1
	for i := range n {
		for j := range m + 1 {
			for k := 0; k <= min(longest, m-j); k++ {
				f[i+1][j+k] += f[i][j] * likely(p, a[i], l[j:j+k])
			}
		}
	}
	if f[n][m] <= 0 {
		return
	}
	for i := n - 1; i >= 0; i-- {
		for j := range m + 1 {
			for k := 0; k <= min(longest, m-j); k++ {
				v := likely(p, a[i], l[j:j+k]) * b[i+1][j+k]
				b[i][j] += v
				if v *= f[i][j] / f[n][m]; v > 0 {
					if count[a[i]] == nil {
						count[a[i]] = map[string]float64{}
					}
					count[a[i]][l[j:j+k]] += v
				}
			}
		}
	}
}

func grid(n, m int) [][]float64 {
	g := make([][]float64, n+1)
	for i := range g {
		g[i] = make([]float64, m+1)
	}
	return g
}

func shares(count map[rune]map[string]float64) map[rune]map[string]float64 {
	for _, row := range count {
		sum := 0.0
		for s, v := range row {
			if v < rarely {
				delete(row, s)
			}
		}
		for _, s := range sorted(row) {
			sum += row[s]
		}
		for s := range row {
			row[s] /= sum
		}
	}
	return count
}

// scale fits the line from distance to score by logistic regression, on pairs and
// as many of the nearest of a hundred others.
func (t *Table) scale(pairs []Pair) {
	var x, y []float64
	for i, p := range pairs {
		if i%4 != 0 {
			continue
		}
		l := strings.Join(words(p.Latin, isLatin), "")
		of := func(q Pair) float64 { return t.word(strings.Join(words(q.Arabic, isArabic), ""), l) }
		near := math.Inf(1)
		for k := range 100 {
			if q := pairs[(i+37+k*97)%len(pairs)]; q.Latin != p.Latin && q.Arabic != p.Arabic {
				near = min(near, of(q))
			}
		}
		if d := of(p); !math.IsInf(d, 1) && !math.IsInf(near, 1) {
			x, y = append(x, d, near), append(y, 1, 0)
		}
	}
	t.base, t.slope = 5, 5
	for range 3000 {
		var gb, gs float64
		for i, d := range x {
			e := 1/(1+math.Exp(t.slope*d-t.base)) - y[i]
			gb, gs = gb+e, gs-e*d
		}
		t.base -= 2 * gb / float64(len(x))
		t.slope -= 2 * gs / float64(len(x))
	}
}
