package burst

import (
	"math"
	"testing"
)

// TestTailInStrides holds the sums in strides against those term by term.
func TestTailInStrides(t *testing.T) {
	for _, phi := range []float64{0, 0.001, 0.2, 1, 5} {
		for _, mean := range []float64{30_000, 90_000, 150_000, 1e6} {
			sd := math.Sqrt(mean + phi*mean*mean)
			for _, z := range []float64{-1.5, -0.2, 0.5, 2, 4} {
				k := int64(mean + z*sd)
				if k <= 1000 {
					continue
				}
				var exact, got float64
				if float64(k) <= mean {
					exact, got = below(k, mean, phi), stridesBelow(k, mean, phi)
				} else {
					got = strides(k, mean, phi)
					for x, term := k, math.Exp(LogMass(k, mean, phi)); term > 1e-13*exact && x < k+40_000_000; x++ {
						exact += term
						term *= step(float64(x), mean, phi)
					}
				}
				if math.Abs(got-exact) > 0.005*exact {
					t.Errorf("phi %v mean %v k %d: %v, want %v", phi, mean, k, got, exact)
				}
			}
		}
	}
	if p := Tail(2_147_483_647, 1e9, 2); p <= 0 || p >= 1 {
		t.Errorf("a count without bounds: %v", p)
	}
}

// TestQuantilesAtOnce wants the walk to agree with the search, to a fiftieth of
// the standard deviation where it strides.
func TestQuantilesAtOnce(t *testing.T) {
	ps := []float64{0.05, 0.25, 0.5, 0.75, 0.95}
	for _, mean := range []float64{0.01, 0.4, 3, 40, 700, 20_000} {
		for _, phi := range []float64{0, 0.005, 0.2, 1, 5} {
			sd := math.Sqrt(mean + phi*mean*mean)
			for i, k := range Quantiles(ps, mean, phi) {
				want := Quantile(ps[i], mean, phi)
				if off := math.Abs(float64(k - want)); off > sd/50 {
					t.Errorf("%g %% of mean %g, spread %g: %d, want %d", 100*ps[i], mean, phi, k, want)
				}
			}
		}
	}
	if got := Quantiles(ps, 0, 1); got[4] != 0 {
		t.Errorf("of nothing: %v", got)
	}
}
