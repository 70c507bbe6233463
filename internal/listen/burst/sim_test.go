package burst

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// gamma draws from a Gamma distribution of shape k and scale 1 (Marsaglia and
// Tsang 2000).
func gamma(r *rand.Rand, k float64) float64 {
	if k < 1 {
		return gamma(r, k+1) * math.Pow(r.Float64(), 1/k)
	}
	d := k - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := 1 + c*x
		if v = v * v * v; v > 0 && math.Log(r.Float64()) < 0.5*x*x+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

func poisson(r *rand.Rand, mean float64) int64 {
	if mean > 60 {
		return max(0, int64(mean+math.Sqrt(mean)*r.NormFloat64()+0.5))
	}
	n, p, l := int64(0), r.Float64(), math.Exp(-mean)
	for p > l {
		n++
		p *= r.Float64()
	}
	return n
}

// world is a family of simulated series with a season of the day.
type world struct {
	perHour float64
	phi     float64 // by the hour
	minute  float64 // by the minute, on top
	season  bool
}

// run feeds days of series and gives the alarms after the warm-up.
func (w world) run(t testing.TB, c Config, series, days, warm int, seed uint64) []Alarm {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 7))
	start := time.Date(2026, 1, 4, 0, 0, 0, 0, time.UTC)
	c.Known = start
	d := New(c)
	per := int(time.Hour / d.Bin())
	rates := make([]float64, series)
	for h := range days * 24 {
		for s := range rates {
			f := 1.0
			if w.season {
				f = 1 + 0.7*math.Sin(2*math.Pi*float64(h%24)/24)
			}
			rates[s] = w.perHour * f / float64(per)
			if w.phi > 0 {
				rates[s] *= gamma(r, 1/w.phi) * w.phi
			}
		}
		for b := range per {
			at := start.Add(time.Duration(h)*time.Hour + time.Duration(b)*d.Bin())
			for s, rate := range rates {
				if w.minute > 0 {
					rate *= gamma(r, 1/w.minute) * w.minute
				}
				if n := poisson(r, rate); n > 0 {
					d.Add(name(s), "", at, n)
				}
			}
		}
	}
	d.Advance(start.AddDate(0, 0, days))
	var out []Alarm
	for _, a := range d.Alarms() {
		if a.At.After(start.AddDate(0, 0, warm)) {
			out = append(out, a)
		}
	}
	return out
}

func name(s int) string { return string(rune('a'+s%26)) + string(rune('a'+s/26)) }

// TestFalseAlarms holds the rate that was stated against the alarms that series
// raise in which nothing happens: over six kinds of series together, and no kind
// far above.
func TestFalseAlarms(t *testing.T) {
	if testing.Short() {
		t.Skip("simulates eleven years of minutes")
	}
	kinds := []struct {
		name string
		world
	}{
		{"poisson", world{6, 0, 0, false}},
		{"spread and season", world{6, .3, 0, true}},
		{"busy", world{60, .3, .3, true}},
		{"very busy", world{600, .2, .2, true}},
		{"quiet", world{0.5, .5, 0, true}},
		{"nearly silent", world{0.05, 0, 0, false}},
	}
	for _, rate := range []float64{1, 10} {
		sum := 0.0
		for _, k := range kinds {
			got := float64(len(k.run(t, Config{Rate: rate, PerSeries: true, MinTimes: 1.2}, 4, 90, 14, 1))) / 4 / 76 * 30
			t.Logf("%s: stated %v, %.2f a month and series", k.name, rate, got)
			if got > 3*rate+2 {
				t.Errorf("%s: %.2f a month and series, want at most about %v", k.name, got, rate)
			}
			sum += got / float64(len(kinds))
		}
		if sum > 2*rate || sum < 0.2*rate {
			t.Errorf("stated %v, %.2f a month and series over all kinds", rate, sum)
		}
	}
}

// TestFamily holds the rate of a family: many series share it.
func TestFamily(t *testing.T) {
	got := float64(len(world{6, .3, 0, true}.run(t, Config{Rate: 4, MinTimes: 1.2}, 30, 60, 14, 2))) / 46 * 30
	t.Logf("stated 4, %.2f a month over 30 series", got)
	if got > 12 {
		t.Errorf("%.2f a month over 30 series, want at most about 4", got)
	}
}

// BenchmarkDetector closes bins of series with a post a minute.
func BenchmarkDetector(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	d := New(Config{})
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	const series = 100
	bins := 0
	for b.Loop() {
		at := start.Add(time.Duration(bins) * time.Minute)
		for s := range series {
			if n := poisson(r, 1); n > 0 {
				d.Add(name(s), "", at, n)
			}
		}
		bins++
	}
	b.ReportMetric(float64(series*bins)/b.Elapsed().Seconds(), "series·bins/s")
}
