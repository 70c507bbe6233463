package burst

import "math"

// spread estimates the over-dispersion φ of counts in windows of one width by
// moments: the mean of (n−μ)²−μ over that of μ².
type spread struct {
	excess, square, noise float64 // discounted sums of (n−μ)²−μ, μ², and the variance of the first under Poisson
	open                  int64   // aligned window that is being filled
	count                 int64
	mean                  float64 // expected in it, for windows longer than a block
	sum, sumSq            float64 // of the windows closed in this block
}

const (
	// priorSpread is what is believed before anything is seen: a coefficient
	// of variation of the rate of about one half.
	priorSpread = 0.25
	leastSpread = 0.01
	// leastSlow is the least of windows longer than a block: the season of hours
	// to come is less certain than the noise of minutes.
	leastSlow  = 0.04
	mostSpread = 4
	// spreadTrust weighs the prior against the noise of the estimate.
	spreadTrust = 1.5
)

// phi is the estimate.
func (s *spread) phi() float64 {
	trust := max(1, spreadTrust*math.Sqrt(s.noise))
	return min(max((s.excess+trust*priorSpread)/(s.square+trust), leastSpread), mostSpread)
}

// learn adds n windows of the mean μ whose counts have the sums given.
func (s *spread) learn(n, mean, sum, sumSq, keep float64) {
	s.excess = s.excess*keep + sumSq - 2*mean*sum + n*mean*mean - n*mean
	s.square = s.square*keep + n*mean*mean
	s.noise = s.noise*keep + n*(mean+2*mean*mean)
}
