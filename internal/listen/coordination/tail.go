package coordination

import (
	"cmp"
	"math"
	"slices"
)

// poissonTail is the probability of k or more where rate is expected; 1 when no
// more came than expected.
func poissonTail(k int, rate float64) float64 {
	if k <= 0 || rate >= float64(k) {
		return 1
	}
	if rate <= 0 {
		return 0
	}
	lg, _ := math.Lgamma(float64(k) + 1)
	first := math.Exp(-rate + float64(k)*math.Log(rate) - lg)
	sum, term := 1.0, 1.0
	for i := k + 1; term > 1e-9*sum && i < k+1000; i++ {
		term *= rate / float64(i)
		sum += term
	}
	return min(1, first*sum)
}

// binomialTail is the probability of k or more successes in n trials of
// probability p; 1 when no more came than expected and one, where the binomial
// does not bound the Poisson-binomial.
func binomialTail(k, n int, p float64) float64 {
	if k <= 0 || float64(k) < float64(n)*p+1 && k < n || p >= 1 {
		return 1
	}
	a, _ := math.Lgamma(float64(n) + 1)
	b, _ := math.Lgamma(float64(k) + 1)
	c, _ := math.Lgamma(float64(n-k) + 1)
	first := math.Exp(a - b - c + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
	sum, term := 1.0, 1.0
	for i := k; i < n && term > 1e-9*sum; i++ {
		term *= float64(n-i) / float64(i+1) * p / (1 - p)
		sum += term
	}
	return min(1, first*sum)
}

// tiniest is where probabilities stop being told apart.
const tiniest = 1e-300

// cauchy combines probabilities of n tests, of which those missing are 1; valid
// however the tests depend on each other.
func cauchy(ps []float64, n int) float64 {
	sum := 0.0
	for _, p := range ps {
		p = max(p, tiniest)
		if p < 1e-8 {
			sum += 1 / (p * math.Pi)
		} else if p < 1 {
			sum += math.Tan((0.5 - p) * math.Pi)
		}
	}
	mean := sum / float64(n)
	if mean > 1e8 {
		return max(tiniest, 1/(mean*math.Pi))
	}
	return 0.5 - math.Atan(mean)/math.Pi
}

// discoveries gives the largest of ps that is still a discovery at the false
// discovery rate among tests tests; negative when none is. It sorts ps.
func discoveries(ps []float64, tests, rate float64) float64 {
	slices.SortFunc(ps, cmp.Compare)
	for i := len(ps) - 1; i >= 0; i-- {
		if ps[i] <= rate*float64(i+1)/max(tests, 1) {
			return ps[i]
		}
	}
	return -1
}
