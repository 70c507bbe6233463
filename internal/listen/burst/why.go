package burst

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"
)

// alarm makes the alarm of a candidate.
func (d *Detector) alarm(c candidate) *Alarm {
	s := c.s
	state, since := s.states.at()
	first, _ := s.recent.first(c.window)
	if state == 0 || since > d.bin {
		since = first
	}
	since = max(since, d.known)
	a := &Alarm{
		Series: s.name, At: d.time(d.bin + 1), Since: d.time(min(since, first)), Until: d.time(d.bin + 1),
		Observed: c.posts, Expected: round(c.mean, 4), P: c.p, Score: round(score(c.p), 2),
		FalseAlarms: c.perMonth, Rate: d.rateOf(s.name), Level: state, Posts: c.posts, Peak: s.posts, PeakAt: d.time(d.bin),
	}
	a.Why = d.why(c, a)
	a.Similar = similar(d.alarms, a)
	return a
}

func (d *Detector) why(c candidate, a *Alarm) Why {
	s := c.s
	perHour := float64(time.Hour) / float64(d.c.blockLen)
	w := Why{
		Window: float64(d.c.width[c.window]) * d.c.Bin.Seconds(), Usual: round(s.base.rate*perHour, 3),
		Season: round(s.base.factor, 2), Spread: round(c.phi, 3),
		Known: round(float64(d.bin+1-d.known)*d.c.Bin.Hours(), 1), Series: 1,
	}
	if !d.c.PerSeries {
		w.Series = max(len(d.series), d.c.Family)
	}
	w.Beginning = d.c.Known.IsZero() && d.bin+1-d.known < coldBlocks*d.c.perBlock
	w.Low, w.High = usually(c.mean, c.phi)
	w.Sources = d.parts(c)
	w.Text = fmt.Sprintf("%d posts in %s where %.2g were to be expected: the level is %.2g an hour, times %.2g for the season. Chance alone shows as much %s times a month; %.3g are borne over %d series.",
		c.posts, time.Duration(w.Window)*time.Second, c.mean, w.Usual, w.Season, rare(c.perMonth), a.Rate, w.Series)
	return w
}

// searchable is up to which mean quantiles are searched for.
const searchable = 1e4

// usually bounds 95 of 100 windows; where sums would be long, by the normal
// distribution.
func usually(mean, phi float64) (low, high int64) {
	if mean <= searchable {
		return Quantile(0.025, mean, phi), Quantile(0.975, mean, phi)
	}
	d := 1.96 * math.Sqrt(mean+phi*mean*mean)
	return int64(max(0, mean-d)), int64(mean + d)
}

func rare(f float64) string {
	if f < 1e-9 {
		return "less than 0.000000001"
	}
	return fmt.Sprintf("%.2g", f)
}

// parts are the sources of the window, the greatest first.
func (d *Detector) parts(c candidate) []Part {
	var out []Part
	now := c.s.recent.sources(c.window)
	for src, n := range now {
		name := d.names[src]
		if name == "" {
			continue
		}
		before := float64(c.s.sources[src]-n) / float64(max(1, c.s.total-c.posts))
		out = append(out, Part{Source: name, Posts: n, Before: round(before, 3)})
	}
	slices.SortFunc(out, func(a, b Part) int { return cmp.Or(cmp.Compare(b.Posts, a.Posts), cmp.Compare(a.Source, b.Source)) })
	return out[:min(len(out), 10)]
}

func round(x float64, digits int) float64 {
	p := math.Pow(10, float64(digits))
	return math.Round(x*p) / p
}
