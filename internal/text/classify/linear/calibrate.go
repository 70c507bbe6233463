package linear

import "math"

// Calibrate sets the head's slopes and offsets such that its probabilities fit
// the labels of held-out texts best (maximum likelihood; Platt's method for one
// output, vector scaling for several). scores are those of texts the model was
// not trained on. Favour becomes zero.
func (h *Head) Calibrate(scores [][MaxOutputs]float64, labels []int) {
	outputs := len(h.Classes)
	if outputs == 2 {
		outputs = 1
	}
	h.Slope, h.Offset = make([]float64, outputs), make([]float64, outputs)
	h.Favour = make([]float64, len(h.Classes))
	for c := range outputs {
		h.Slope[c] = 1
	}
	const rounds, rate = 400, 1.0
	speed := make([]float64, 2*outputs) // AdaGrad
	for range rounds {
		grad := h.gradient(scores, labels)
		for i, g := range grad {
			speed[i] += g * g
			by := rate * 0.2 * g / (math.Sqrt(speed[i]) + 1e-9)
			if i < outputs {
				h.Slope[i] -= by
			} else {
				h.Offset[i-outputs] -= by
			}
		}
	}
}

// gradient of the mean negative log likelihood by the slopes, then the offsets.
func (h *Head) gradient(scores [][MaxOutputs]float64, labels []int) []float64 {
	outputs := len(h.Slope)
	out := make([]float64, 2*outputs)
	var p [MaxOutputs]float64
	for i := range scores {
		h.Probabilities(&scores[i], &p)
		for c := range outputs {
			class := c
			if outputs == 1 {
				class = 1
			}
			d := p[class]
			if labels[i] == class {
				d--
			}
			out[c] += d * scores[i][h.From+c] / float64(len(scores))
			out[outputs+c] += d / float64(len(scores))
		}
	}
	return out
}

// Tune sets the head's favours to what makes goal largest, by trying one after
// the other; goal is given the head and is to judge it on held-out texts.
func (h *Head) Tune(goal func(*Head) float64) {
	best := goal(h)
	for range 3 {
		for c := range h.Favour {
			at, keep := h.Favour[c], h.Favour[c]
			for step := -20; step <= 20; step++ {
				h.Favour[c] = at + float64(step)*0.05
				if g := goal(h); g > best+1e-6 {
					best, keep = g, h.Favour[c]
				}
			}
			h.Favour[c] = keep
		}
	}
}
