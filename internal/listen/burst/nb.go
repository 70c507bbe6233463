package burst

import "math"

// Tail is the chance that a negative binomial variable of the given mean, with
// variance mean + phi·mean², is at least k. phi 0 is Poisson. It is summed term
// by term and exact to about nine digits, for k above a hundred thousand in
// strides and to about three; below 1e-300 it is 0.
func Tail(k int64, mean, phi float64) float64 {
	if k <= 0 {
		return 1
	}
	if mean <= 0 {
		return 0
	}
	switch {
	case float64(k) <= mean && k > summable:
		return 1 - stridesBelow(k, mean, phi)
	case float64(k) <= mean:
		return 1 - below(k, mean, phi)
	case k > summable:
		return strides(k, mean, phi)
	}
	term, sum := math.Exp(LogMass(k, mean, phi)), 0.0
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
	sum, term := 0.0, math.Exp(LogMass(k-1, mean, phi))
	for x := k - 1; x >= 0 && term > 1e-14*sum; x-- {
		sum += term
		if x > 0 {
			term /= step(float64(x-1), mean, phi)
		}
	}
	return min(1, sum)
}

const (
	// summable is up to which count chances are summed one by one.
	summable = 100_000
	// smooth is by which share the chances within one stride may differ.
	smooth = 0.02
	// mostStrides ends a sum that hardly falls; it is near one then.
	mostStrides = 20_000
)

// strides sums the chances of k and more, many at once where they hardly differ.
func strides(k int64, mean, phi float64) float64 {
	sum, x := 0.0, float64(k)
	for range mostStrides {
		falls := 1 - step(x, mean, phi)
		h := 1.0
		if falls > 0 {
			h = max(1, math.Floor(smooth/falls))
		}
		part := h * math.Exp(logMassAt(x+(h-1)/2, mean, phi))
		sum += part
		if x += h; falls > 0 && part/h/falls < 1e-6*sum || part == 0 {
			break
		}
	}
	return min(1, sum)
}

// stridesBelow sums the chances of fewer than k.
func stridesBelow(k int64, mean, phi float64) float64 {
	sum, x := 0.0, float64(k-1) // the highest that is not summed yet
	for range mostStrides {
		if x < 0 {
			break
		}
		h := max(1, math.Floor(min(smooth/max(math.Abs(1-1/step(max(x-1, 0), mean, phi)), 1e-12), x*smooth)))
		part := h * math.Exp(logMassAt(x-(h-1)/2, mean, phi))
		sum += part
		if x -= h; part < 1e-9*sum {
			break
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

// LogMass is the logarithm of the chance of exactly k.
func LogMass(k int64, mean, phi float64) float64 { return logMassAt(float64(k), mean, phi) }

// logMassAt is LogMass between whole numbers too.
func logMassAt(x, mean, phi float64) float64 {
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

// Quantiles are the least k whose chances of at most k are ps, which ascend,
// or more: many at once and in one walk, above some hundred posts in strides and
// then to about a hundredth of the standard deviation.
func Quantiles(ps []float64, mean, phi float64) []int64 {
	out := make([]int64, len(ps))
	if mean <= 0 {
		return out
	}
	sd := math.Sqrt(mean + phi*mean*mean)
	sum, x := 0.0, 0.0
	for i, end := 0, mean+40*sd; i < len(ps); {
		h := max(1, math.Floor(min(sd/100, x/50)))
		part := h * math.Exp(logMassAt(x+(h-1)/2, mean, phi))
		for i < len(ps) && (sum+part >= ps[i] || x > end) {
			out[i] = int64(x + math.Ceil(max(0, (ps[i]-sum)/max(part, 1e-300))*h) - 1)
			out[i] = max(out[i], int64(x))
			i++
		}
		sum, x = sum+part, x+h
	}
	return out
}
