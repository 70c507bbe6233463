package linear

import "math"

// Outcome is the answer of a head.
type Outcome struct {
	Class int     // index into Head.Classes, -1 for "not sure"
	Best  int     // the class when one must be named
	P     float64 // calibrated probability of Best
	Top   float64 // that of the most probable class: Best, if no class is favoured
}

// Decide reads the outputs that belong to the head. The class is the most
// probable one after the head's favour, which was chosen on held-out texts for
// the measure that the model card names. It is "not sure" when no class has a
// probability of at least the head's bound.
func (h *Head) Decide(scores *[MaxOutputs]float64) Outcome {
	var p [MaxOutputs]float64
	h.Probabilities(scores, &p)
	best, most, top := 0, math.Inf(-1), 0.0
	for c := range h.Classes {
		top = max(top, p[c])
		if x := math.Log(p[c]+1e-12) + h.Favour[c]; x > most {
			best, most = c, x
		}
	}
	o := Outcome{Class: best, Best: best, P: p[best], Top: top}
	if o.Top < h.Unsure {
		o.Class = -1
	}
	return o
}

// Probabilities writes the probability of each class; they sum to 1.
func (h *Head) Probabilities(scores, p *[MaxOutputs]float64) {
	if len(h.Slope) == 1 { // yes is the second class
		x := h.Slope[0]*scores[h.From] + h.Offset[0]
		p[1] = 1 / (1 + math.Exp(-x))
		p[0] = 1 - p[1]
		return
	}
	most := math.Inf(-1)
	for c := range h.Classes {
		p[c] = h.Slope[c]*scores[h.From+c] + h.Offset[c]
		most = max(most, p[c])
	}
	sum := 0.0
	for c := range h.Classes {
		p[c] = math.Exp(p[c] - most)
		sum += p[c]
	}
	for c := range h.Classes {
		p[c] /= sum
	}
}
