package classify

import (
	"errors"
	"math"
	"slices"

	"sifara/internal/text/classify/linear"
	"sifara/internal/text/classify/ngram"
)

// Example is a text that a person has put into a class.
type Example struct{ Class, Text string }

// Topics tells classes apart that users have defined by examples. It is immutable
// and safe for use by several goroutines. There are no topics trained in advance:
// none of the data that may be used is labelled by topic.
type Topics struct {
	classes []string
	model   *linear.Model
	slope   float64
}

// Bounds of what [TrainTopics] takes.
const (
	MaxClasses  = linear.MaxOutputs
	MaxExamples = 2000
)

// Why examples are refused.
var (
	ErrClasses  = errors.New("classify: from 2 to 8 classes, each with a name")
	ErrExamples = errors.New("classify: at least 2 and altogether at most 2,000 examples that hold words, of each class")
)

// TrainTopics learns the classes of a few examples: five of each are enough to
// begin with, and it takes milliseconds. The same examples in the same order give
// the same answers. A class for "none of these" is best given as one of its own.
func TrainTopics(examples []Example) (*Topics, error) {
	if len(examples) > MaxExamples {
		return nil, ErrExamples
	}
	t := &Topics{}
	var texts []*ngram.Features
	var labels []int
	count := map[string]int{}
	for _, e := range examples {
		f := &ngram.Features{}
		if f.Read(e.Text); len(f.Hash[ngram.Chars]) == 0 || e.Class == "" {
			continue
		}
		if count[e.Class]++; count[e.Class] == 1 {
			t.classes = append(t.classes, e.Class)
		}
		texts, labels = append(texts, f), append(labels, slices.Index(t.classes, e.Class))
	}
	if len(t.classes) < 2 || len(t.classes) > MaxClasses {
		return nil, ErrClasses
	}
	for _, n := range count {
		if n < 2 {
			return nil, ErrExamples
		}
	}
	t.slope = slope(texts, labels, len(t.classes))
	t.model = topicModel(texts, labels, len(t.classes))
	return t, nil
}

// topicGroups leave out the form of a text, which is not its topic.
var topicGroups = [ngram.Groups]float64{1, 1, 0}

// topicMethods fit loosely: there are few examples.
var topicMethods = []linear.Method{{Loss: linear.LogisticLoss, Cost: 10, Balance: 1, Weight: 1}}

func topicModel(texts []*ngram.Features, labels []int, classes int) *linear.Model {
	v := linear.NewVocabulary(texts, 1, topicGroups)
	rows := make([]linear.Row, len(texts))
	for i, f := range texts {
		rows[i] = v.Row(f)
	}
	weights := make([]linear.Weights, len(v.Hash))
	meta := linear.Meta{Groups: topicGroups}
	for c := range classes {
		yes := make([]bool, len(labels))
		for i, l := range labels {
			yes[i] = l == c
		}
		w := v.Train(topicMethods, rows, yes)
		for j, h := range v.Hash {
			weights[j].Hash, weights[j].W[c] = h, w[j]
		}
		meta.Bias = append(meta.Bias, w[len(v.Hash)])
	}
	return linear.Build(meta, weights, len(weights))
}

// slope calibrates: of a few, it chooses the one under which the scores of
// examples that a model has not seen make their labels likeliest.
func slope(texts []*ngram.Features, labels []int, classes int) float64 {
	const parts = 3
	scores := make([][linear.MaxOutputs]float64, len(texts))
	for part := range parts {
		var in []*ngram.Features
		var of []int
		for i, f := range texts {
			if i%parts != part {
				in, of = append(in, f), append(of, labels[i])
			}
		}
		m := topicModel(in, of, classes)
		for i := part; i < len(texts); i += parts {
			m.Score(texts[i], &scores[i])
		}
	}
	best, most := 1.0, math.Inf(-1)
	for _, s := range []float64{0.25, 0.5, 1, 1.5, 2, 3, 4, 6} {
		likely := 0.0
		for i := range scores {
			likely += math.Log(chances(&scores[i], s, classes)[labels[i]] + 1e-9)
		}
		if likely > most {
			best, most = s, likely
		}
	}
	return best
}

func chances(scores *[linear.MaxOutputs]float64, slope float64, classes int) (p [linear.MaxOutputs]float64) {
	top := slices.Max(scores[:classes])
	sum := 0.0
	for c := range classes {
		p[c] = math.Exp(slope * (scores[c] - top))
		sum += p[c]
	}
	for c := range classes {
		p[c] /= sum
	}
	return p
}

// lead is by how much the best class must be likelier than the next to be named.
const lead = 0.15

// Of names the class of a text with its probability; "" is "not sure": the two
// best are less than 0.15 apart, or nothing in the text was in an example.
func (t *Topics) Of(s string) (class string, p float64) {
	r := readings.Get().(*reading)
	defer readings.Put(r)
	r.features.Read(s)
	if t.model.Score(&r.features, &r.scores) == 0 {
		return "", 0
	}
	chance := chances(&r.scores, t.slope, len(t.classes))
	best, second := 0, 0.0
	for c := range t.classes {
		if chance[c] > chance[best] {
			best = c
		}
	}
	for c := range t.classes {
		if c != best {
			second = max(second, chance[c])
		}
	}
	if chance[best]-second < lead {
		return "", chance[best]
	}
	return t.classes[best], chance[best]
}
