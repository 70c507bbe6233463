package language

import "math"

// veryRare is from where on a language has no say in the temperatures.
const veryRare = 6

// measure finds the temperature of each length: the factor under which the
// probabilities of the samples kept aside are least surprised by what they are.
// Each sample is asked whole and by its beginnings. Rare languages are not asked:
// they are no tenth of the world's texts as they are of the samples.
func (p *part) measure(s script, aside []Sample) {
	type asked struct {
		logits [maxClasses]float64
		class  int
	}
	var by [len(lengths)][]asked
	for _, x := range aside {
		class := -1
		for c, name := range p.classes {
			if name == x.Class && rare[name] < veryRare {
				class = c
			}
		}
		var t text
		t.read(x.Text)
		if sc, _ := dominant(&t.count); class < 0 || sc != s {
			continue
		}
		whole := t.w
		for i, l := range lengths {
			if t.w = min(l, whole); i > 0 && lengths[i-1] >= whole {
				break
			}
			a := asked{class: class}
			t.score(p, s, &a.logits)
			by[i] = append(by[i], a)
		}
	}
	for i, list := range by {
		least := math.Inf(1)
		best := 1.0
		for cool := 0.2; cool < 4 && len(list) > 50; cool *= 1.05 {
			loss := 0.0
			for _, a := range list {
				x := a.logits
				for c := range x {
					x[c] *= cool
				}
				softmax(x[:len(p.classes)])
				sum := 0.0
				for c, q := range x[:len(p.classes)] {
					if p.codes[c] == p.codes[a.class] {
						sum += q
					}
				}
				loss -= math.Log(sum + 1e-9)
			}
			if loss < least {
				least, best = loss, cool
			}
		}
		p.cool[i] = best
	}
}
