package linear

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"testing"

	"sifara/internal/text/classify/ngram"
)

// weather are texts of two classes that words tell apart.
func weather() (texts []*ngram.Features, sunny []bool) {
	for i := range 40 {
		f := &ngram.Features{}
		if i%2 == 0 {
			f.Read(fmt.Sprintf("the sun shines warm on place %c", 'a'+i))
		} else {
			f.Read(fmt.Sprintf("rain and cold wind over place %c", 'a'+i))
		}
		texts, sunny = append(texts, f), append(sunny, i%2 == 0)
	}
	return texts, sunny
}

func train(m Method) *Model {
	texts, sunny := weather()
	v := NewVocabulary(texts, 2, [ngram.Groups]float64{1, 1, 1})
	rows := make([]Row, len(texts))
	for i, f := range texts {
		rows[i] = v.Row(f)
	}
	w := v.Train([]Method{m}, rows, sunny)
	all := make([]Weights, len(v.Hash))
	for j, h := range v.Hash {
		all[j].Hash, all[j].W[0] = h, w[j]
	}
	meta := Meta{
		Name: "weather", Version: ngram.Version(), Groups: v.Groups, Bias: []float64{w[len(v.Hash)]},
		Heads: []Head{{Classes: []string{"rain", "sun"}, Slope: []float64{2}, Offset: []float64{0}, Favour: []float64{0, 0}, Unsure: 0.6}},
	}
	return Build(meta, all, 1000)
}

func ask(m *Model, text string) Outcome {
	var f ngram.Features
	f.Read(text)
	var scores [MaxOutputs]float64
	m.Score(&f, &scores)
	return m.Heads[0].Decide(&scores)
}

func TestTrain(t *testing.T) {
	for _, method := range []Method{
		{Loss: LogisticLoss, Scaling: Plain, Cost: 10, Balance: 0, Weight: 1}, {Loss: LogisticLoss, Scaling: Rarity, Cost: 10, Balance: 1, Weight: 1}, {Loss: LogisticLoss, Scaling: Ratio, Cost: 10, Balance: 0.5, Weight: 1},
		{Loss: HingeLoss, Scaling: Plain, Cost: 1, Balance: 0, Weight: 1}, {Loss: HingeLoss, Scaling: Ratio, Cost: 1, Balance: 0.5, Weight: 1},
	} {
		m := train(method)
		for text, want := range map[string]int{"a warm sun": 1, "cold rain": 0} {
			if got := ask(m, text); got.Class != want || got.P < 0.6 {
				t.Errorf("%+v: %q: got %+v, want class %d", method, text, got, want)
			}
		}
		var a, b bytes.Buffer
		if err := m.Encode(&a); err != nil {
			t.Fatal(err)
		}
		if err := train(method).Encode(&b); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("%+v: trained again, the model is another", method)
		}
	}
}

func TestUnsure(t *testing.T) {
	m := train(Method{Loss: LogisticLoss, Scaling: Plain, Cost: 10, Balance: 0, Weight: 1})
	if got := ask(m, "place"); got.Class != -1 || got.P > 0.6 {
		t.Errorf("got %+v, want not sure: the word is in both classes", got)
	}
}

func TestEncodeDecode(t *testing.T) {
	m := train(Method{Loss: LogisticLoss, Scaling: Ratio, Cost: 10, Balance: 0, Weight: 1})
	var file bytes.Buffer
	if err := m.Encode(&file); err != nil {
		t.Fatal(err)
	}
	read, err := Decode(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"sun and rain", "", "something else"} {
		if got, want := ask(read, text), ask(m, text); got != want {
			t.Errorf("%q: got %+v, want %+v", text, got, want)
		}
	}
	if _, err := Decode(file.Bytes()[:file.Len()/2]); err == nil {
		t.Error("half a file was read")
	}
	m.Version = "another"
	file.Reset()
	if err := m.Encode(&file); err != nil {
		t.Fatal(err)
	}
	if _, err := Decode(file.Bytes()); err == nil {
		t.Error("a model of other features was read")
	}
}

func TestBuildKeepsTheMostTelling(t *testing.T) {
	weights := []Weights{{Hash: 1, W: [MaxOutputs]float64{0.1}}, {Hash: 2, W: [MaxOutputs]float64{-5}}, {Hash: 3, W: [MaxOutputs]float64{1}}}
	m := Build(Meta{Bias: []float64{0}}, weights, 2)
	if m.find(1) != nil || m.find(2) == nil || m.find(3) == nil {
		t.Error("want the features 2 and 3 kept")
	}
	if got := float64(int8(m.find(3)[0])) * m.Step[0]; math.Abs(got-1) > m.Step[0] {
		t.Errorf("weight 1 is kept as %v, more than a step off", got)
	}
}

func TestCalibrate(t *testing.T) {
	var scores [][MaxOutputs]float64
	var labels []int
	for i := range 1000 { // of scores 1, nine of ten are yes; of scores -1, three of ten
		x, yes := 1.0, i%20 < 18
		if i%2 == 1 {
			x, yes = -1, i%20 < 6
		}
		scores = append(scores, [MaxOutputs]float64{x})
		labels = append(labels, map[bool]int{true: 1}[yes])
	}
	h := Head{Classes: []string{"no", "yes"}}
	h.Calibrate(scores, labels)
	var p [MaxOutputs]float64
	for x, want := range map[float64]float64{1: 0.9, -1: 0.3} {
		h.Probabilities(&[MaxOutputs]float64{x}, &p)
		if math.Abs(p[1]-want) > 0.02 {
			t.Errorf("score %v: probability %.3f, want %.2f", x, p[1], want)
		}
	}
	if h.Tune(func(h *Head) float64 { return -math.Abs(h.Favour[1] - 0.5) }); !slices.Equal(h.Favour, []float64{0, 0.5}) {
		t.Errorf("favours %v, want those of the goal", h.Favour)
	}
}
