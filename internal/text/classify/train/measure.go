package main

import (
	"math/rand/v2"
	"slices"

	"sifara/internal/text/classify/linear"
)

// table counts decisions: table[want][got]; the last column is "not sure".
type table struct {
	classes int
	n       [linear.MaxOutputs][linear.MaxOutputs + 1]float64
}

// judge holds a head's decisions against the labels.
func judge(h *linear.Head, scores [][linear.MaxOutputs]float64, labels []int) *table {
	t := &table{classes: len(h.Classes)}
	for i := range scores {
		t.add(labels[i], h.Decide(&scores[i]).Class)
	}
	return t
}

func (t *table) add(want, got int) {
	if got < 0 {
		got = t.classes
	}
	t.n[want][got]++
}

func (t *table) precision(c int) float64 {
	all := 0.0
	for want := range t.classes {
		all += t.n[want][c]
	}
	return ratio(t.n[c][c], all)
}

func (t *table) support(c int) (n float64) {
	for _, x := range t.n[c] {
		n += x
	}
	return n
}

func (t *table) recall(c int) float64 { return ratio(t.n[c][c], t.support(c)) }

func (t *table) f1(c int) float64 {
	p, r := t.precision(c), t.recall(c)
	return ratio(2*p*r, p+r)
}

// macro is the mean F1 of all classes, or of those named.
func (t *table) macro(classes ...int) float64 {
	sum, n := 0.0, 0.0
	for c := range t.classes {
		if len(classes) == 0 || slices.Contains(classes, c) {
			sum += t.f1(c)
			n++
		}
	}
	return ratio(sum, n)
}

func (t *table) unsure() float64 {
	n, all := 0.0, 0.0
	for c := range t.classes {
		n += t.n[c][t.classes]
		all += t.support(c)
	}
	return ratio(n, all)
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// verdict is a sample's label and what a head said.
type verdict struct{ want, got int }

func verdicts(h *linear.Head, scores [][linear.MaxOutputs]float64, c texts, label func(sample) int) []verdict {
	out := make([]verdict, len(scores))
	for i := range scores {
		out[i] = verdict{label(c.samples[i]), h.Decide(&scores[i]).Class}
	}
	return out
}

func tabulate(classes int, vs []verdict) *table {
	t := &table{classes: classes}
	for _, v := range vs {
		t.add(v.want, v.got)
	}
	return t
}

// interval is the 95 % bootstrap interval of a measure (1,000 draws, fixed seed).
func interval(classes int, vs []verdict, measure func(*table) float64) (low, high float64) {
	random := rand.New(rand.NewPCG(3, 4))
	got := make([]float64, 1000)
	for i := range got {
		t := &table{classes: classes}
		for range vs {
			v := vs[random.IntN(len(vs))]
			t.add(v.want, v.got)
		}
		got[i] = measure(t)
	}
	slices.Sort(got)
	return got[25], got[974]
}

// miscalibration is the expected calibration error over ten bins.
func miscalibration(h *linear.Head, scores [][linear.MaxOutputs]float64, c texts, label func(sample) int) float64 {
	var n, p, right [10]float64
	for i := range scores {
		o := h.Decide(&scores[i])
		b := min(int(o.P*10), 9)
		n[b]++
		p[b] += o.P
		if o.Best == label(c.samples[i]) {
			right[b]++
		}
	}
	sum := 0.0
	for b := range n {
		if d := p[b] - right[b]; d > 0 {
			sum += d
		} else {
			sum -= d
		}
	}
	return sum / float64(len(scores))
}
