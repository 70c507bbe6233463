package response

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"sifara/internal/publish"
)

// Observation is one release: when, at the place, of which kind, and how many
// views followed.
type Observation struct {
	At    time.Time
	Kind  publish.Kind
	Views int64
}

// The sets of effects.
const (
	weekdays = 7
	hours    = 24
	cells    = weekdays * hours
)

func cell(d time.Weekday, hour int) int { return int(d)*hours + hour }

// Verdict says what the counts show.
type Verdict string

// The verdicts.
const (
	Few  Verdict = "few"  // not enough data
	Flat Verdict = "flat" // no difference shown
	Told Verdict = "told" // some hours do better
)

// Hour is what an hour of the week does, as ratios to what is usual here: 0.4 is
// 40 % more.
type Hour struct {
	Weekday   time.Weekday
	Hour      int
	Releases  int
	Gain      float64
	Low, High float64 // 90 %
}

// Model is what the releases of one place show.
type Model struct {
	Verdict  Verdict
	Releases int
	hours    map[int]Hour // by cell; with at least MinHour releases
}

// Hour gives an hour of the week; false when too few releases fell into it.
func (m Model) Hour(d time.Weekday, hour int) (Hour, bool) {
	h, ok := m.hours[cell(d, hour)]
	return h, ok
}

// shuffles is how often chance is tried, and chance how many of these may
// explain as much as the real hours do.
const (
	shuffles = 199
	chance   = 0.05
)

// Fit learns from releases. The same releases give the same model.
func Fit(list []Observation) Model {
	m := Model{Verdict: Few, Releases: len(list)}
	d := newDesign(list)
	if len(list) < MinReleases || d.used() < 2 {
		return m
	}
	y := withoutKinds(list)
	truth := d.fit(y)
	m.Verdict = Flat
	if !d.beatsChance(y, truth.explained) {
		return m
	}
	m.Verdict, m.hours = Told, map[int]Hour{}
	for c, n := range d.count[2] {
		if n >= MinHour {
			m.hours[c] = truth.hour(c, n)
		}
	}
	return m
}

// withoutKinds are the logarithms of views, without what the kind of text does.
func withoutKinds(list []Observation) []float64 {
	y := make([]float64, len(list))
	kinds := make([]int, len(list))
	index := map[publish.Kind]int{}
	for i, o := range list {
		y[i] = math.Log1p(float64(max(o.Views, 0)))
		if _, ok := index[o.Kind]; !ok {
			index[o.Kind] = len(index)
		}
		kinds[i] = index[o.Kind]
	}
	centre(y)
	count := make([]int, len(index))
	for _, k := range kinds {
		count[k]++
	}
	effect, _, _ := shrink(y, kinds, count, variance(y, 1))
	for i, k := range kinds {
		y[i] -= effect[k]
	}
	centre(y)
	return y
}

// design says into which groups of each set the releases fall: weekday, hour,
// hour of the week.
type design struct {
	group [3][]int
	count [3][]int
}

func newDesign(list []Observation) design {
	var d design
	for set, size := range [3]int{weekdays, hours, cells} {
		d.group[set], d.count[set] = make([]int, len(list)), make([]int, size)
	}
	for i, o := range list {
		for set, g := range [3]int{int(o.At.Weekday()), o.At.Hour(), cell(o.At.Weekday(), o.At.Hour())} {
			d.group[set][i] = g
			d.count[set][g]++
		}
	}
	return d
}

// used counts the hours of the week with enough releases.
func (d design) used() int {
	n := 0
	for _, c := range d.count[2] {
		if c >= MinHour {
			n++
		}
	}
	return n
}

// fitted are the effects of the three sets with their variances.
type fitted struct {
	effect, spread [3][]float64
	explained      float64 // the sum of squares of the effects, in residual variances
}

// rounds is how often the sets are fitted in turn.
const rounds = 12

// fit adds up the effects of the three sets.
func (d design) fit(y []float64) fitted {
	f := fitted{}
	rest := slices.Clone(y)
	s2 := variance(y, 1)
	free := [3]float64{}
	for set := range d.group {
		f.effect[set], f.spread[set] = make([]float64, len(d.count[set])), make([]float64, len(d.count[set]))
	}
	for range rounds {
		for set := range d.group {
			put(rest, d.group[set], f.effect[set], 1)
			f.effect[set], f.spread[set], free[set] = shrink(rest, d.group[set], d.count[set], s2)
			put(rest, d.group[set], f.effect[set], -1)
		}
		s2 = variance(rest, 1+free[0]+free[1]+free[2])
	}
	for i := range y {
		g := y[i] - rest[i]
		f.explained += g * g / s2
	}
	return f
}

// hour sums up the effects on an hour of the week.
func (f fitted) hour(c, n int) Hour {
	d, h := c/hours, c%hours
	g := f.effect[0][d] + f.effect[1][h] + f.effect[2][c]
	sd := math.Sqrt(f.spread[0][d] + f.spread[1][h] + f.spread[2][c])
	const z = 1.645
	return Hour{Weekday: time.Weekday(d), Hour: h, Releases: n, Gain: math.Expm1(g), Low: math.Expm1(g - z*sd), High: math.Expm1(g + z*sd)}
}

// beatsChance reports whether dealing the releases out at random seldom explains
// as much.
func (d design) beatsChance(y []float64, explained float64) bool {
	if explained <= 0 {
		return false
	}
	dealt := slices.Clone(y)
	r := rand.New(rand.NewPCG(uint64(len(y)), 2))
	as := 0
	for range shuffles {
		r.Shuffle(len(dealt), func(i, j int) { dealt[i], dealt[j] = dealt[j], dealt[i] })
		if d.fit(dealt).explained >= explained {
			as++
		}
		if float64(as+1)/float64(shuffles+1) > chance {
			return false // whatever the others say
		}
	}
	return true
}

// shrink gives the effect of each group and its variance, and how many means
// were in fact taken.
func shrink(rest []float64, group, count []int, s2 float64) (effect, spread []float64, free float64) {
	sums := make([]float64, len(count))
	for i, g := range group {
		sums[g] += rest[i]
	}
	var n, nn, q, k float64
	for g, c := range count {
		if c > 0 {
			m := float64(c)
			n, nn, k = n+m, nn+m*m, k+1
			q += sums[g] * sums[g] / m
		}
	}
	t2 := 0.0
	if c := n - nn/n; k > 1 && c > 0 {
		t2 = max(0, (q-(k-1)*s2)/c)
	}
	effect, spread = make([]float64, len(count)), make([]float64, len(count))
	if t2 == 0 {
		return effect, spread, 0
	}
	for g, c := range count {
		spread[g] = t2
		if c > 0 {
			b := t2 / (t2 + s2/float64(c))
			effect[g], spread[g] = b*sums[g]/float64(c), b*s2/float64(c)
			free += b
		}
	}
	return effect, spread, free
}

// put adds the effects of the groups to what is left, so many times.
func put(rest []float64, group []int, effect []float64, times float64) {
	for i, g := range group {
		rest[i] += times * effect[g]
	}
}

func centre(y []float64) {
	sum := 0.0
	for _, v := range y {
		sum += v
	}
	for i := range y {
		y[i] -= sum / float64(len(y))
	}
}

// variance of values about zero, with so many degrees of freedom spent; never
// zero.
func variance(y []float64, spent float64) float64 {
	sum := 0.0
	for _, v := range y {
		sum += v * v
	}
	return max(sum/max(float64(len(y))-spent, 1), 1e-9)
}
