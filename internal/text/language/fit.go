package language

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
)

// Sample is a sentence whose language is known. Class is a language, with its
// script behind it when it is not the usual one: "kmr-Arab". Of sources of very
// different size the small ones are not drowned: each has a share like the root of
// its number.
type Sample struct{ Class, Source, Text string }

// shape is how the model of a script is built: groups of lo to hi letters, 1<<bits
// rows.
type shape struct{ lo, hi, bits int }

var shapes = [modelled]shape{latin: {2, 4, 15}, arabic: {2, 4, 15}, cyrillic: {2, 4, 13}, devanagari: {2, 3, 12}}

const (
	epochs   = 12
	draws    = 2400 // samples a class and epoch
	rate     = 1.5
	perhaps  = 0.08 // chance of each way of misspelling
	decay    = 2e-6
	dropout  = 0.4 // share of features left out, so that none is relied on alone
	cutShort = 0.6 // share of samples of which only some words are taken
)

// rare lowers languages, in natural logarithms of odds, that are met much more
// seldom than a neighbour so near that its texts on new subjects look like them.
// The sentences to learn from are as many of each, the world's are not. Chosen on
// Sorani posts and textbook lines; docs/models/identify.md says what it costs.
var rare = map[string]float64{"hac": 6, "sdh": 6, "kmr-Arab": 4.2}

// Fit makes the file of a model from samples to learn from and samples to measure
// its temperatures on. The same samples in the same order give the same file.
func Fit(train, aside []Sample, say func(string, ...any)) []byte {
	out := []byte(magic)
	for s := range modelled {
		if shapes[s].bits == 0 {
			continue
		}
		f := newFitter(s, train)
		for e := range epochs {
			f.epoch(e)
		}
		p := f.part()
		p.measure(s, aside)
		out = p.append(out, s)
		say("script %d: %d classes, %d samples, temperatures %.2f", s, len(p.classes), len(train), p.cool)
	}
	return out
}

// fitter learns the weights of one script by stochastic gradient descent on the
// cross-entropy of its classes.
type fitter struct {
	shape
	of      script
	classes []string
	samples [][]source // of each class
	w       []float32  // row-major, one row of len(classes) a feature
	bias    []float32
	rng     *rand.Rand
}

// source is the texts of a class from one source; until is the share of draws of
// the sources up to it.
type source struct {
	texts []string
	until float64
}

// sources divides the samples of a class, in the order of the names.
func sources(samples []Sample) (out []source) {
	by := map[string][]string{}
	for _, x := range samples {
		by[x.Source] = append(by[x.Source], x.Text)
	}
	sum := 0.0
	for _, name := range slices.Sorted(maps.Keys(by)) {
		sum += math.Sqrt(float64(len(by[name])))
		out = append(out, source{by[name], sum})
	}
	for i := range out {
		out[i].until /= sum
	}
	return out
}

func (f *fitter) draw(class int) string {
	at := f.rng.Float64()
	for _, s := range f.samples[class] {
		if at < s.until {
			return s.texts[f.rng.IntN(len(s.texts))]
		}
	}
	last := f.samples[class][len(f.samples[class])-1]
	return last.texts[0]
}

func newFitter(s script, train []Sample) *fitter {
	f := &fitter{shape: shapes[s], of: s, rng: rand.New(rand.NewPCG(1, uint64(s)))}
	by := map[string][]Sample{}
	for _, x := range train {
		if Script(x.Text) == int(s) {
			by[x.Class] = append(by[x.Class], x)
		}
	}
	for c, texts := range by {
		if len(texts) >= 20 {
			f.classes = append(f.classes, c)
		}
	}
	slices.Sort(f.classes)
	for _, c := range f.classes {
		f.samples = append(f.samples, sources(by[c]))
	}
	f.w = make([]float32, len(f.classes)<<f.bits)
	f.bias = make([]float32, len(f.classes))
	return f
}

// Script is the number of the script that has most of the letters of s.
func Script(s string) int {
	var t text
	t.read(s)
	sc, _ := dominant(&t.count)
	return int(sc)
}

func (f *fitter) epoch(e int) {
	order := make([]int, 0, draws*len(f.classes))
	for c := range f.classes {
		for range draws {
			order = append(order, c)
		}
	}
	f.rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	var features []uint32
	for i, class := range order {
		done := (float64(e) + float64(i)/float64(len(order))) / epochs
		features = f.features(features[:0], f.draw(class), f.classes[class])
		f.step(features, class, float32(rate*(1-done)))
	}
}

// features reads a sample as people may have written it and as short as posts are.
func (f *fitter) features(dst []uint32, s, class string) []uint32 {
	var t text
	t.read(misspell(f.rng, s, class))
	var words []word
	for _, w := range t.words[:t.w] {
		if w.of == f.of {
			words = append(words, w)
		}
	}
	if n := 2 + f.rng.IntN(9); f.rng.Float64() < cutShort && len(words) > n {
		from := f.rng.IntN(len(words) - n + 1)
		words = words[from : from+n]
	}
	for _, w := range words {
		dst = appendFeatures(dst, t.letters[w.from:w.to], f.lo, f.hi)
	}
	return slices.DeleteFunc(dst, func(uint32) bool { return f.rng.Float64() < dropout })
}

func (f *fitter) step(features []uint32, class int, rate float32) {
	if len(features) == 0 {
		return
	}
	n := len(f.classes)
	norm := float32(1 / math.Sqrt(float64(len(features))))
	x := make([]float64, n)
	for _, h := range features {
		for c, v := range f.row(h) {
			x[c] += float64(v * norm)
		}
	}
	for c := range x {
		x[c] += float64(f.bias[c])
	}
	softmax(x)
	g := make([]float32, n)
	for c := range g {
		g[c] = float32(x[c])
	}
	g[class]--
	for c := range g {
		f.bias[c] -= 0.02 * rate * g[c]
		g[c] *= rate * norm
	}
	for _, h := range features {
		row := f.row(h)
		for c := range row {
			row[c] -= g[c] + rate*decay*row[c]
		}
	}
}

func (f *fitter) row(h uint32) []float32 {
	n := len(f.classes)
	i := int(h >> (32 - f.bits))
	return f.w[i*n : (i+1)*n]
}

// part rounds the weights to bytes. The few largest are cut, so that a step is
// small.
func (f *fitter) part() *part {
	sizes := make([]float64, 0, len(f.w))
	for _, v := range f.w {
		if v != 0 {
			sizes = append(sizes, math.Abs(float64(v)))
		}
	}
	slices.Sort(sizes)
	p := &part{lo: f.lo, hi: f.hi, bits: f.bits, stride: stride(len(f.classes)), scale: sizes[len(sizes)*9995/10000] / 127}
	for i := range p.cool {
		p.cool[i] = 1
	}
	for c, class := range f.classes {
		p.classes, p.codes = append(p.classes, class), append(p.codes, code(class))
		p.first = append(p.first, slices.Index(p.codes, code(class)))
		p.bias = append(p.bias, float64(f.bias[c])-rare[class])
	}
	p.rows = make([]uint64, p.stride/8<<p.bits)
	n := len(f.classes)
	for i := range 1 << p.bits {
		for c := range n {
			q := math.Round(float64(f.w[i*n+c]) / p.scale)
			at := i*p.stride + c
			p.rows[at/8] |= uint64(128+max(-127, min(127, q))) << (at % 8 * 8)
		}
	}
	return p
}

func (p *part) append(dst []byte, s script) []byte {
	float := func(v float64) { dst = binary.LittleEndian.AppendUint32(dst, math.Float32bits(float32(v))) }
	dst = append(dst, byte(s), byte(p.lo), byte(p.hi), byte(p.bits), byte(len(p.classes)))
	for c, class := range p.classes {
		dst = append(append(dst, byte(len(class))), class...)
		float(p.bias[c])
	}
	float(p.scale)
	for _, v := range p.cool {
		float(v)
	}
	for _, x := range p.rows {
		dst = binary.LittleEndian.AppendUint64(dst, x)
	}
	return dst
}

// Use makes b the model of this process, for measuring a new one.
func Use(b []byte) error {
	m, err := parse(b)
	if err != nil {
		return fmt.Errorf("use: %w", err)
	}
	loaded = func() *model { return m }
	return nil
}
