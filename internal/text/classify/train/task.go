package main

import (
	"sifara/internal/text/classify/corpus"
	"sifara/internal/text/classify/linear"
	"sifara/internal/text/classify/ngram"
)

// sample is one labelled text.
type sample = corpus.Sample

// task is what one model is to learn.
type task struct {
	name    string
	trained string // the data, in words
	outputs []func(sample) bool
	heads   []head
	methods []linear.Method
	groups  [ngram.Groups]float64
	min     int  // texts that must have a feature
	keep    int  // features kept
	parts   int  // into how many parts texts are divided for held-out scores
	events  bool // held-out texts are those of other events
}

// head is how a head of the model is judged.
type head struct {
	linear.Head
	label func(sample) int
	goal  func(*table) float64
	also  []measure // stated besides macro-F1
	band  float64   // share of texts at most that may stay "not sure"
}

// texts are labelled texts with their features.
type texts struct {
	samples  []sample
	features []*ngram.Features
}

func newTexts(samples []sample) texts {
	c := texts{samples: samples}
	for _, s := range samples {
		f := &ngram.Features{}
		f.Read(s.Text)
		c.features = append(c.features, f)
	}
	return c
}

// split divides a corpus by a question about its samples.
func (c texts) split(question func(sample) bool) (yes, no texts) {
	for i, s := range c.samples {
		to := &no
		if question(s) {
			to = &yes
		}
		to.samples, to.features = append(to.samples, s), append(to.features, c.features[i])
	}
	return yes, no
}

// fit trains the outputs on a corpus; the heads are left as they are.
func (t *task) fit(c texts) *linear.Model {
	v := linear.NewVocabulary(c.features, t.min, t.groups)
	rows := make([]linear.Row, len(c.features))
	for i, f := range c.features {
		rows[i] = v.Row(f)
	}
	weights := make([]linear.Weights, len(v.Hash))
	meta := linear.Meta{Name: t.name, Version: ngram.Version(), Trained: t.trained, Groups: t.groups}
	for o, belongs := range t.outputs {
		yes := make([]bool, len(rows))
		for i, s := range c.samples {
			yes[i] = belongs(s)
		}
		w := v.Train(t.methods, rows, yes)
		for j, h := range v.Hash {
			weights[j].Hash, weights[j].W[o] = h, w[j]
		}
		meta.Bias = append(meta.Bias, w[len(v.Hash)])
	}
	for _, h := range t.heads {
		meta.Heads = append(meta.Heads, h.Head)
	}
	return linear.Build(meta, weights, t.keep)
}

// held gives each sample the scores of a model that was trained without its part.
func (t *task) held(c texts) (texts, [][linear.MaxOutputs]float64) {
	var all texts
	var scores [][linear.MaxOutputs]float64
	for part := range t.parts {
		out, in := c.split(func(s sample) bool { return s.Part%t.parts == part })
		if len(out.samples) == 0 {
			continue
		}
		m := t.fit(in)
		all.samples = append(all.samples, out.samples...)
		all.features = append(all.features, out.features...)
		scores = append(scores, score(m, out)...)
	}
	return all, scores
}

func score(m *linear.Model, c texts) [][linear.MaxOutputs]float64 {
	out := make([][linear.MaxOutputs]float64, len(c.features))
	for i, f := range c.features {
		m.Score(f, &out[i])
	}
	return out
}

// develop trains on the whole corpus, calibrates and tunes on held-out parts of it.
func (t *task) develop(c texts) *linear.Model {
	held, scores := t.held(c)
	for i := range t.heads {
		t.heads[i].settle(held, scores)
	}
	return t.fit(c)
}

// settle calibrates, then chooses the favours for the goal, then the bound under
// which the answer is "not sure": as high as its band allows.
func (h *head) settle(c texts, scores [][linear.MaxOutputs]float64) {
	labels := make([]int, len(c.samples))
	for i, s := range c.samples {
		labels[i] = h.label(s)
	}
	h.Unsure = 0
	h.Calibrate(scores, labels)
	h.Tune(func(try *linear.Head) float64 { return h.goal(judge(try, scores, labels)) })
	h.Unsure = h.bound(scores)
}

func (h *head) bound(scores [][linear.MaxOutputs]float64) float64 {
	below := make([]int, 101)
	for i := range scores {
		below[int(h.Decide(&scores[i]).Top*100)]++
	}
	for p, n := 0, 0; p < len(below); p++ {
		if n += below[p]; float64(n) > h.band*float64(len(scores)) {
			return float64(p) / 100
		}
	}
	return 1
}
