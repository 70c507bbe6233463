package forecast

import (
	"math"

	"sifara/internal/listen/burst"
)

// spreads are the values of φ that are weighed against each other.
var spreads = [...]float64{0.005, 0.01, 0.02, 0.04, 0.07, 0.12, 0.2, 0.3, 0.45, 0.7, 1, 1.5, 2.2, 3.2, 5}

// width finds φ: the likelihood of each of spreads on the days forecast so far.
type width struct{ log [len(spreads)]float64 }

// add takes a day in.
func (w *width) add(posts int64, mean float64) {
	keep := half(spreadLife)
	for i, phi := range spreads {
		w.log[i] = w.log[i]*keep + burst.LogMass(posts, mean, phi)
	}
}

const (
	// spreadLife is the half-life of what is known of the spread, in days.
	spreadLife = 84.0
	// priorSpread is believed before anything is known, on the logarithm with a
	// standard deviation of one: three times as much is as likely as a third.
	priorSpread = 0.3
)

// phi is the likeliest.
func (w *width) phi() float64 {
	best, most := 0, math.Inf(-1)
	for i, phi := range spreads {
		far := math.Log(phi / priorSpread)
		if l := w.log[i] - far*far/2; l > most {
			best, most = i, l
		}
	}
	return spreads[best]
}
