package forecast

import (
	"math"
	"time"

	"sifara/internal/listen/burst"
)

const (
	// Ahead is how many days are told.
	Ahead = 7
	// Least is how many full days must be known, and LeastPosts how many posts
	// the last of them must hold.
	Least      = 28
	LeastPosts = 28
	// Most is how many days are looked at; older ones are left out.
	Most = 400
)

// Day is what a day is expected to bring. With the chance of one half the posts
// lie between Low50 and High50, with nine in ten between Low90 and High90, ends
// included.
type Day struct {
	Day    time.Time `json:"day"`    // its beginning
	Median int64     `json:"median"` // as likely more as less
	Low50  int64     `json:"low50"`
	High50 int64     `json:"high50"`
	Low90  int64     `json:"low90"`
	High90 int64     `json:"high90"`
}

// levels are the chances of a Day's numbers, in the order of quantiles.
var levels = [5]float64{0.05, 0.25, 0.5, 0.75, 0.95}

// quantiles are the numbers of a day in the order of levels.
func (d Day) quantiles() [5]int64 {
	return [5]int64{d.Low90, d.Low50, d.Median, d.High50, d.High90}
}

// Enough reports whether a history allows a forecast.
func Enough(days []int64) bool {
	if len(days) < Least {
		return false
	}
	var posts int64
	for _, n := range days[len(days)-Least:] {
		posts += n
	}
	return posts >= LeastPosts
}

// Next forecasts the Ahead days after a history of full days, the oldest first,
// of which the first begins at first. ok is false when the history is not
// Enough.
func Next(first time.Time, days []int64) (ahead []Day, ok bool) {
	if !Enough(days) {
		return nil, false
	}
	if cut := len(days) - Most; cut > 0 {
		first, days = first.AddDate(0, 0, cut), days[cut:]
	}
	m, w := learn(first, days)
	for h := range Ahead {
		q := burst.Quantiles(levels[:], m.mean(h+1), w[h].phi())
		ahead = append(ahead, Day{Day: first.AddDate(0, 0, len(days)+h), Low90: q[0], Low50: q[1], Median: q[2], High50: q[3], High90: q[4]})
	}
	return ahead, true
}

// learn goes through a history with the shape that would have done best on it.
func learn(first time.Time, days []int64) (*model, [Ahead]width) {
	best, least := shapes[0], math.Inf(1)
	for _, s := range shapes {
		if loss := newModel(s, first).run(days, nil); loss < least-1e-9 {
			best, least = s, loss
		}
	}
	m, w := newModel(best, first), [Ahead]width{}
	m.run(days, &w)
	return m, w
}
