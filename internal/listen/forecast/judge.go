package forecast

import (
	"math"
	"slices"
	"time"
)

// Score says how forecasts stood against what came. The baseline is the same
// weekday of the last week, with the quantiles of how far it was off so far.
type Score struct {
	Days         int     `json:"days"`          // forecast, all days ahead together
	MAE          float64 `json:"mae"`           // of the median, in posts a day
	BaseMAE      float64 `json:"base_mae"`      // of the baseline
	Pinball      float64 `json:"pinball"`       // mean of the five quantiles 5, 25, 50, 75 and 95 %
	BasePinball  float64 `json:"base_pinball"`  //
	Within50     float64 `json:"within50"`      // share of days in the narrow interval
	Within90     float64 `json:"within90"`      // share of days in the wide one
	BaseWithin90 float64 `json:"base_within90"` //
	sums         [7]float64
}

// add puts scores together, each day with the same weight.
func (s *Score) add(o Score) {
	s.Days += o.Days
	for i, x := range o.sums {
		s.sums[i] += x
	}
	s.mean()
}

func (s *Score) mean() {
	n := float64(max(1, s.Days))
	for i, p := range []*float64{&s.MAE, &s.BaseMAE, &s.Pinball, &s.BasePinball, &s.Within50, &s.Within90, &s.BaseWithin90} {
		*p = s.sums[i] / n
	}
}

// Sum puts the scores of several series together, each day with the same
// weight.
func Sum(all ...Score) (s Score) {
	for _, o := range all {
		s.add(o)
	}
	return s
}

// Judge forecasts from every day of a history that allows it (rolling origin)
// and holds each forecast against the days that followed, of which all Ahead
// must be known. Only what was known on the day is used.
func Judge(first time.Time, days []int64) Score {
	var s Score
	for at := Least; at+Ahead <= len(days); at++ {
		ahead, ok := Next(first, days[:at])
		if !ok {
			continue
		}
		off := missed(days[:at])
		for h, d := range ahead {
			y, last := days[at+h], days[at+h-Ahead]
			q, base := d.quantiles(), baseline(last, off)
			s.Days++
			for i, x := range []float64{
				math.Abs(float64(y - d.Median)), math.Abs(float64(y - last)), pinball(y, q), pinball(y, base),
				inside(y, q[1], q[3]), inside(y, q[0], q[4]), inside(y, base[0], base[4]),
			} {
				s.sums[i] += x
			}
		}
	}
	s.mean()
	return s
}

// missed are the errors of the baseline so far, sorted.
func missed(days []int64) (off []int64) {
	for i := Ahead; i < len(days); i++ {
		off = append(off, days[i]-days[i-Ahead])
	}
	slices.Sort(off)
	return off
}

// baseline are the quantiles of the baseline; its median is the last week's day.
func baseline(last int64, off []int64) (q [5]int64) {
	for i, p := range levels {
		q[i] = max(0, last+off[min(len(off)-1, int(p*float64(len(off))))])
	}
	q[2] = last
	slices.Sort(q[:])
	return q
}

// pinball is the mean loss of the quantiles of levels.
func pinball(y int64, q [5]int64) (loss float64) {
	for i, p := range levels {
		d := float64(y - q[i])
		loss += max(p*d, (p-1)*d)
	}
	return loss / float64(len(levels))
}

func inside(y, low, high int64) float64 {
	if y >= low && y <= high {
		return 1
	}
	return 0
}
