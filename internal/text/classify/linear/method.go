package linear

import "math"

// Loss names what a method minimises.
type Loss uint8

// The losses.
const (
	LogisticLoss Loss = iota // [Logistic]
	HingeLoss                // [Hinge]
)

// Scaling names by what features are multiplied before training.
type Scaling uint8

// The scalings.
const (
	Plain  Scaling = iota
	Rarity         // logarithm of the inverse share of texts
	Ratio          // logarithm of the ratio of shares in and outside of the class (Wang and Manning, ACL 2012)
)

// Method is one way to train a class against the rest.
type Method struct {
	Loss    Loss
	Scaling Scaling
	Cost    float64 // of an error; larger fits closer
	Balance float64 // 0: every text counts alike; 1: every class does
	Weight  float64 // in the sum of several methods
}

// rounds bounds the descent.
const rounds = 25

// Train gives the weights that tell the rows of the class from the others: the
// weighted sum of what the methods find. yes must hold both true and false.
func (v *Vocabulary) Train(methods []Method, rows []Row, yes []bool) []float64 {
	sum := make([]float64, v.Size())
	for _, m := range methods {
		scale := v.scale(m.Scaling, rows, yes)
		in := scaled(rows, scale)
		solve := Logistic
		if m.Loss == HingeLoss {
			solve = Hinge
		}
		for j, w := range solve(in, yes, m.costs(yes), v.Size(), rounds) {
			sum[j] += m.Weight * w * scale[j]
		}
	}
	return sum
}

// costs are those of each row, the rarer class's being higher.
func (m Method) costs(yes []bool) []float64 {
	n := 0
	for _, y := range yes {
		if y {
			n++
		}
	}
	of := func(n int) float64 {
		return m.Cost * math.Pow(float64(len(yes))/2/float64(max(n, 1)), m.Balance)
	}
	out := make([]float64, len(yes))
	for i, y := range yes {
		if y {
			out[i] = of(n)
		} else {
			out[i] = of(len(yes) - n)
		}
	}
	return out
}

// floor keeps a feature in play that says little of the class by itself.
const floor = 0.25

func (v *Vocabulary) scale(s Scaling, rows []Row, yes []bool) []float64 {
	out := make([]float64, v.Size())
	for j := range out {
		out[j] = 1
	}
	switch s {
	case Rarity:
		for j, n := range v.Count {
			out[j] = math.Log(float64(len(rows))/float64(n)) / 4
		}
	case Ratio:
		for j, r := range ratios(rows, yes, v.Size()) {
			out[j] = floor + (1-floor)*math.Abs(r)
		}
		out[len(out)-1] = 1
	}
	return out
}

// ratios are the logarithms of how much more common a feature is in the class,
// with one text added to each side.
func ratios(rows []Row, yes []bool, size int) []float64 {
	with, without := make([]float64, size), make([]float64, size)
	n, m := 2.0, 2.0
	for i, r := range rows {
		for _, j := range r.At {
			if yes[i] {
				with[j]++
			} else {
				without[j]++
			}
		}
		if yes[i] {
			n++
		} else {
			m++
		}
	}
	out := make([]float64, size)
	for j := range out {
		out[j] = math.Log((with[j] + 1) / n * m / (without[j] + 1))
	}
	return out
}

func scaled(rows []Row, by []float64) []Row {
	out := make([]Row, len(rows))
	for i, r := range rows {
		v := make([]float32, len(r.Value))
		for k, j := range r.At {
			v[k] = r.Value[k] * float32(by[j])
		}
		out[i] = Row{At: r.At, Value: v}
	}
	return out
}
