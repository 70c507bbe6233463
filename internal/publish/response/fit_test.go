package response

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"sifara/internal/publish"
)

// releases makes n releases on working days at one of a few hours, each with
// about usual views times what its hour does.
func releases(seed uint64, n int, does func(d time.Weekday, hour int) float64) []Observation {
	r := rand.New(rand.NewPCG(seed, 1))
	kinds := []publish.Kind{publish.Statement, publish.News, publish.Blog}
	var out []Observation
	day := time.Date(2025, 3, 2, 0, 0, 0, 0, time.UTC) // a Sunday
	for range n {
		at := day.AddDate(0, 0, 7*r.IntN(50)+r.IntN(5)).Add(time.Duration([]int{9, 11, 13, 16, 19}[r.IntN(5)])*time.Hour + 20*time.Minute)
		k := r.IntN(len(kinds))
		views := 300 * float64(1+k) * does(at.Weekday(), at.Hour()) * math.Exp(0.5*r.NormFloat64())
		out = append(out, Observation{At: at, Kind: kinds[k], Views: int64(views)})
	}
	return out
}

func same(time.Weekday, int) float64 { return 1 }

func TestThePlantedHourIsFound(t *testing.T) {
	for seed := range uint64(10) {
		m := Fit(releases(seed, 240, func(d time.Weekday, hour int) float64 {
			if d == time.Tuesday && hour == 16 {
				return 3
			}
			return 1
		}))
		if m.Verdict != Told {
			t.Errorf("seed %d: %s", seed, m.Verdict)
			continue
		}
		best, _ := m.Hour(time.Tuesday, 16)
		if best.Low <= 0 || best.Gain > 2.5 || best.High < best.Gain || best.Releases < MinHour {
			t.Errorf("seed %d: Tuesday at four %+v", seed, best)
		}
		for d := range time.Weekday(7) {
			for hour := range 24 {
				if h, ok := m.Hour(d, hour); ok && h.Gain > best.Gain {
					t.Errorf("seed %d: %s %d before it: %+v", seed, d, hour, h)
				}
			}
		}
	}
}

func TestAnHourOfEveryDayIsFound(t *testing.T) {
	m := Fit(releases(3, 80, func(_ time.Weekday, hour int) float64 {
		if hour == 19 {
			return 2.5
		}
		return 1
	}))
	if m.Verdict != Told {
		t.Fatal(m.Verdict)
	}
	evening, noon := 0, 0
	for d := range time.Weekday(5) {
		if h, ok := m.Hour(d, 19); ok && h.Low > 0 {
			evening++
		}
		if h, ok := m.Hour(d, 13); ok && h.Low > 0 {
			noon++
		}
	}
	if evening < 3 || noon > 0 {
		t.Errorf("better: %d evenings, %d noons", evening, noon)
	}
}

// TestFlatDataSaysSo: chance may look like a difference in one case of twenty.
func TestFlatDataSaysSo(t *testing.T) {
	const cases = 100
	shown := 0
	for seed := range uint64(cases) {
		if m := Fit(releases(1000+seed, 120, same)); m.Verdict == Told {
			shown++
		} else if m.Verdict != Flat {
			t.Fatalf("seed %d: %s", seed, m.Verdict)
		}
	}
	if shown > 12 {
		t.Errorf("a difference is shown in %d of %d cases without one", shown, cases)
	}
}

func TestFewDataSaysSo(t *testing.T) {
	strong := func(_ time.Weekday, hour int) float64 { return float64(hour * hour) }
	spread := func(n int) (out []Observation) { // never twice at one hour of the week
		for i := range n {
			out = append(out, Observation{At: time.Date(2025, 3, 2+i%7, i/7, 0, 0, 0, time.UTC).AddDate(0, 0, 7*i), Kind: publish.News, Views: int64(i)})
		}
		return out
	}
	for _, tt := range []struct {
		name string
		list []Observation
		want Verdict
	}{
		{"none", nil, Few},
		{"one fewer than needed", releases(1, MinReleases-1, strong), Few},
		{"each at an hour of its own", spread(MinReleases + 20), Few},
		{"nobody reads", zero(releases(1, 100, same)), Flat},
	} {
		if m := Fit(tt.list); m.Verdict != tt.want || m.Releases != len(tt.list) {
			t.Errorf("%s: %s of %d, want %s of %d", tt.name, m.Verdict, m.Releases, tt.want, len(tt.list))
		}
	}
}

func zero(list []Observation) []Observation {
	for i := range list {
		list[i].Views = 0
	}
	return list
}

// TestKindsAreNoHours: what one kind is read more must not count for the hour at
// which it usually goes out.
func TestKindsAreNoHours(t *testing.T) {
	shown := 0
	for seed := range uint64(20) {
		list := releases(seed, 150, same)
		for i := range list { // blogs, read three times as much, mostly at nine
			if list[i].At.Hour() == 9 {
				list[i].Kind = publish.Blog
			} else if list[i].Kind == publish.Blog {
				list[i].Kind = publish.News
			}
			list[i].Views = int64(300 * map[publish.Kind]float64{publish.Blog: 3, publish.News: 1, publish.Statement: 1}[list[i].Kind] * math.Exp(0.3*rand.New(rand.NewPCG(seed, uint64(i))).NormFloat64()))
		}
		if Fit(list).Verdict == Told {
			shown++
		}
	}
	if shown > 4 {
		t.Errorf("the kind passes for the hour in %d of 20 cases", shown)
	}
}

// TestIntervalsCover: of intervals of 90 %, most hold the truth.
func TestIntervalsCover(t *testing.T) {
	does := func(_ time.Weekday, hour int) float64 {
		return map[int]float64{9: 0.6, 11: 1, 13: 0.8, 16: 1.4, 19: 2}[hour]
	}
	mean := 0.0
	for _, h := range []int{9, 11, 13, 16, 19} {
		mean += math.Log(does(0, h)) / 5
	}
	held, all := 0, 0
	for seed := range uint64(30) {
		m := Fit(releases(500+seed, 200, does))
		for d := range time.Weekday(5) {
			for _, hour := range []int{9, 11, 13, 16, 19} {
				if h, ok := m.Hour(d, hour); ok {
					all++
					truth := math.Expm1(math.Log(does(d, hour)) - mean)
					if truth >= h.Low && truth <= h.High {
						held++
					}
				}
			}
		}
	}
	if share := float64(held) / float64(all); all < 300 || share < 0.8 {
		t.Errorf("%d of %d intervals of 90 %% hold the truth", held, all)
	}
}

func BenchmarkFit(b *testing.B) {
	list := releases(1, 1000, same)
	for b.Loop() {
		Fit(list)
	}
}
