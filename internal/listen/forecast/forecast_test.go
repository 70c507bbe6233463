package forecast

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// monday begins the histories of the tests.
var monday = time.Date(2025, 1, 6, 0, 0, 0, 0, time.UTC)

// draw is a negative binomial count: a Poisson one whose rate varies by a
// log-normal factor of about the spread phi.
func draw(r *rand.Rand, mean, phi float64) int64 {
	s := math.Sqrt(math.Log1p(phi))
	mean *= math.Exp(s*r.NormFloat64() - s*s/2)
	n, left := int64(0), mean-r.ExpFloat64()
	for left > 0 {
		n++
		left -= r.ExpFloat64()
	}
	return n
}

// history draws days with less on the weekend.
func history(seed uint64, days int, mean, phi float64) []int64 {
	r := rand.New(rand.NewPCG(seed, 1))
	out := make([]int64, days)
	for i := range out {
		m := mean
		if i%7 >= 5 {
			m *= 0.4
		}
		out[i] = draw(r, m, phi)
	}
	return out
}

// TestCoverage wants the intervals to hold what they say on series that are as
// the model has them, and to be sharper than the baseline.
func TestCoverage(t *testing.T) {
	for _, tt := range []struct {
		name      string
		mean, phi float64
	}{{"few", 3, 0.2}, {"some", 30, 0.1}, {"many", 2000, 0.3}} {
		var all Score
		for seed := range uint64(3) {
			all = Sum(all, Judge(monday, history(seed, 120, tt.mean, tt.phi)))
		}
		t.Logf("%s: %+v", tt.name, all)
		if all.Within90 < 0.85 || all.Within90 > 0.96 {
			t.Errorf("%s: %.3f lie in the wide interval, want 0.85 to 0.96", tt.name, all.Within90)
		}
		if all.Pinball > 0.85*all.BasePinball || all.MAE > 0.85*all.BaseMAE {
			t.Errorf("%s: loss %.2f, error %.2f against %.2f and %.2f of the baseline", tt.name, all.Pinball, all.MAE, all.BasePinball, all.BaseMAE)
		}
	}
}

// TestWeekdays wants the days of rest to be told as such.
func TestWeekdays(t *testing.T) {
	ahead, ok := Next(monday, history(4, 70, 60, 0.02))
	if !ok || len(ahead) != Ahead {
		t.Fatalf("%d days, %v", len(ahead), ok)
	}
	for i, d := range ahead {
		if want := monday.AddDate(0, 0, 70+i); !d.Day.Equal(want) {
			t.Errorf("day %d is %s, want %s", i, d.Day, want)
		}
		rest := d.Day.Weekday() == time.Saturday || d.Day.Weekday() == time.Sunday
		if rest != (d.Median < 40) {
			t.Errorf("%s: %d expected", d.Day.Weekday(), d.Median)
		}
	}
}

// TestBurstFades wants a burst neither to go on for ever nor to be forgotten at
// once.
func TestBurstFades(t *testing.T) {
	days := slices.Repeat([]int64{20}, 60)
	days = append(days, 300, 260)
	ahead, _ := Next(monday, days)
	if first, last := ahead[0].Median, ahead[6].Median; first <= 30 || last >= first || last < 20 {
		t.Errorf("%d tomorrow and %d in a week after a burst on 20 a day", first, last)
	}
}

func TestNotEnough(t *testing.T) {
	for _, tt := range []struct {
		name string
		days []int64
		want bool
	}{
		{"nothing", nil, false},
		{"a day too few", slices.Repeat([]int64{50}, Least-1), false},
		{"four weeks", slices.Repeat([]int64{50}, Least), true},
		{"a post too few", append(slices.Repeat([]int64{50}, 100), append(slices.Repeat([]int64{0}, Least-1), LeastPosts-1)...), false},
		{"a post a day", slices.Repeat([]int64{1}, Least), true},
	} {
		ahead, ok := Next(monday, tt.days)
		if ok != tt.want || ok != (len(ahead) == Ahead) {
			t.Errorf("%s: %v, %d days", tt.name, ok, len(ahead))
		}
	}
}

// TestOrder wants ordered intervals and the same answer twice, whatever the
// history; only its last Most days count.
func TestOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	for range 30 {
		days := make([]int64, Least+r.IntN(500))
		for i := range days {
			if r.IntN(3) > 0 {
				days[i] = int64(math.Exp(12 * r.Float64()))
			}
		}
		a, ok := Next(monday, days)
		b, _ := Next(monday, days)
		if ok != Enough(days) || !slices.Equal(a, b) {
			t.Fatalf("%v: %v, then %v", days, a, b)
		}
		for _, d := range a {
			if q := d.quantiles(); !slices.IsSorted(q[:]) || q[0] < 0 {
				t.Errorf("%v", q)
			}
		}
		if cut := len(days) - Most; cut > 0 {
			if c, _ := Next(monday.AddDate(0, 0, cut), days[cut:]); !slices.Equal(a, c) {
				t.Errorf("what is older than %d days counts", Most)
			}
		}
	}
}

func TestPinball(t *testing.T) {
	q := [5]int64{0, 2, 4, 6, 8}
	// 4: only the distances of the others count; 10: each lies below.
	if got, want := pinball(4, q), (0.05*4+0.25*2+0+0.25*2+0.05*4)/5; math.Abs(got-want) > 1e-12 {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := pinball(10, q), (0.05*10+0.25*8+0.5*6+0.75*4+0.95*2)/5; math.Abs(got-want) > 1e-12 {
		t.Errorf("got %v, want %v", got, want)
	}
}

func BenchmarkNext(b *testing.B) {
	days := history(1, Most, 300, 0.3)
	for b.Loop() {
		Next(monday, days)
	}
}
