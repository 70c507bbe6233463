package burst

import "math"

// Tail is the chance that a negative binomial variable of the given mean, with
// variance mean + phi·mean², is at least k. phi 0 is Poisson. It is summed term
// by term and exact to about nine digits; below 1e-300 it is 0.
func Tail(k int64, mean, phi float64) float64 {
	if k <= 0 {
		return 1
	}
	if mean <= 0 {
		return 0
	}
	term := math.Exp(logMass(k, mean, phi))
	if float64(k) <= mean {
		return 1 - below(k, mean, phi)
	}
	sum := 0.0
	for x := float64(k); ; x++ {
		sum += term
		ratio := step(x, mean, phi)
		if ratio < 1 && term*ratio/(1-ratio) < 1e-10*sum || term == 0 || x > float64(k)+1e6 {
			return min(1, sum)
		}
		term *= ratio
	}
}

// below is the chance of fewer than k.
func below(k int64, mean, phi float64) float64 {
	sum, term := 0.0, math.Exp(logMass(k-1, mean, phi))
	for x := k - 1; x >= 0 && term > 1e-14*sum; x-- {
		sum += term
		if x > 0 {
			term /= step(float64(x-1), mean, phi)
		}
	}
	return min(1, sum)
}

// step is the chance of x+1 over that of x.
func step(x, mean, phi float64) float64 {
	if phi < tiny {
		return mean / (x + 1)
	}
	r := 1 / phi
	return mean / (mean + r) * (x + r) / (x + 1)
}

// tiny is a spread that is as good as none.
const tiny = 1e-9

// logMass is the logarithm of the chance of exactly k.
func logMass(k int64, mean, phi float64) float64 {
	x := float64(k)
	lx, _ := math.Lgamma(x + 1)
	if phi < tiny {
		return x*math.Log(mean) - mean - lx
	}
	r := 1 / phi
	lr, _ := math.Lgamma(r)
	lxr, _ := math.Lgamma(x + r)
	return lxr - lr - lx - r*math.Log1p(mean*phi) + x*math.Log(mean/(mean+r))
}

// Quantile is the least k whose chance of at most k is p or more, 0 < p < 1.
func Quantile(p, mean, phi float64) int64 {
	if mean <= 0 {
		return 0
	}
	sd := math.Sqrt(mean + phi*mean*mean)
	lo, hi := int64(-1), int64(mean+4*sd)+4
	for Tail(hi+1, mean, phi) > 1-p {
		lo, hi = hi, 2*hi+1
	}
	for hi-lo > 1 {
		mid := lo + (hi-lo)/2
		if Tail(mid+1, mean, phi) > 1-p {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}
