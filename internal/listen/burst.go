package listen

import (
	"math"
	"slices"
)

// The burst detector asks of each hour whether so many posts can be explained
// by the season: the same time of day over the four weeks before, and the level
// of the last day. Counts of posts vary more than chance alone (a Poisson
// process) would have it, so the baseline is a negative binomial, that is a
// Poisson whose rate itself varies (Gamma), with the spread seen in the past.
// Past bursts are cut to what is usual so that one crisis does not hide the
// next.
const (
	// seasonDays is how far back the season is learnt.
	seasonDays = 28
	// learnHours is how much past a series needs before it can alarm.
	learnHours = 7 * 24
	// usual is the share of past hours that counts as usual.
	usual = 0.9
	// extraSpread is the least spread of the rate beside chance, as the square
	// of its coefficient of variation: what four weeks cannot show.
	extraSpread = 0.2
	// floorRate is the least rate expected, in posts an hour.
	floorRate = 0.3
	// mergeGap is how many quiet hours still belong to one burst.
	mergeGap = 12
)

// threshold is when an hour counts as a burst.
type threshold struct {
	posts int64   // at least so many posts
	times float64 // at least so many times the expected
	score float64 // at least so improbable: minus the decimal logarithm of p
}

// Thresholds of topics, which a desk has chosen to watch, and of hashtags,
// which are many.
var (
	topicThreshold = threshold{posts: 12, times: 4, score: 6}
	tagThreshold   = threshold{posts: 100, times: 8, score: 12}
)

// hourly is what the detector says of one hour.
type hourly struct {
	expected float64
	score    float64 // minus the decimal logarithm of the chance of so many posts or more
}

// judge says how surprising counts[i] is after those before it. ok is false
// when there is too little past.
func judge(counts []int64, i int) (h hourly, ok bool) {
	if i < learnHours {
		return h, false
	}
	past := make([]float64, 0, 3*seasonDays)
	for d := 1; d <= seasonDays; d++ {
		for j := i - 24*d - 1; j <= i-24*d+1; j++ {
			if j >= 0 && j < i {
				past = append(past, float64(counts[j]))
			}
		}
	}
	slices.Sort(past)
	top := past[int(usual*float64(len(past)-1))]
	mean, square := 0.0, 0.0
	for _, x := range past {
		x = min(x, max(top, 1))
		mean += x
		square += x * x
	}
	n := float64(len(past))
	mean /= n
	variance := square/n - mean*mean
	// The level of the day before, without the last hours in which the burst
	// may have begun already.
	recent, m := 0.0, 0
	for j := max(0, i-30); j < i-6; j++ {
		recent += float64(counts[j])
		m++
	}
	if m > 0 {
		recent /= float64(m)
	}
	rate := max(mean, recent, floorRate)
	spread := max((variance-mean)/max(mean*mean, 1e-9), extraSpread)
	if mean < floorRate {
		spread = extraSpread
	}
	spread = min(spread, 4)
	return hourly{expected: rate, score: surprise(counts[i], rate, spread)}, true
}

// surprise is minus the decimal logarithm of the chance that a negative
// binomial variable of the given mean reaches k, where the variance is
// mean + spread·mean². Below the mean it is 0. The tail is bounded from above by
// a geometric series from its first term, so it never says too much.
func surprise(k int64, mean, spread float64) float64 {
	if float64(k) <= mean {
		return 0
	}
	r := 1 / spread
	q := mean / (mean + r)
	x := float64(k)
	lgK1, _ := math.Lgamma(x + 1)
	lgR, _ := math.Lgamma(r)
	lgXR, _ := math.Lgamma(x + r)
	logTerm := lgXR - lgR - lgK1 + r*math.Log1p(-q) + x*math.Log(q)
	ratio := q * (x + r) / (x + 1)
	if ratio >= 1 {
		return 0
	}
	return max(0, -(logTerm-math.Log1p(-ratio))/math.Ln10)
}

// episode is a burst: hours [from, to] of a series.
type episode struct {
	from, to int
	posts    int64   // in its alarming hours
	expected float64 // in the same hours
	peak     int
	score    float64 // of its most surprising hour
}

// episodes finds the bursts among the hours [lo, hi) of a series.
func episodes(counts []int64, lo, hi int, t threshold) []episode {
	var out []episode
	for i := max(lo, 0); i < min(hi, len(counts)); i++ {
		if counts[i] < t.posts {
			continue
		}
		h, ok := judge(counts, i)
		if !ok || float64(counts[i]) < t.times*h.expected || h.score < t.score {
			continue
		}
		if n := len(out); n == 0 || i-out[n-1].to > mergeGap {
			out = append(out, episode{from: i, to: i, peak: i})
		}
		e := &out[len(out)-1]
		e.to = i
		e.posts += counts[i]
		e.expected += h.expected
		if counts[i] > counts[e.peak] {
			e.peak = i
		}
		e.score = max(e.score, h.score)
	}
	return out
}
