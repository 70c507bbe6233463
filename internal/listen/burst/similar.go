package burst

import (
	"math"
	"slices"
	"time"
)

// Similar tells what happened after earlier alarms that were like one: of the
// same series or of about its strength.
type Similar struct {
	Alarms      int     `json:"alarms"`
	MedianHours float64 `json:"median_hours"` // how long they lasted
	MedianPosts int64   `json:"median_posts"` // how much they brought
	Grew        int     `json:"grew"`         // reached a higher level after they were raised
	Right       int     `json:"right"`        // as judged later
	Wrong       int     `json:"wrong"`
	Unclear     int     `json:"unclear"`
}

// Past is what became of an earlier alarm.
type Past struct {
	Series  string
	Score   float64
	Times   float64
	Lasted  time.Duration
	Posts   int64
	Raised  int64  // posts of the window that raised it
	Verdict string // Right, Wrong, Unclear or empty
}

// Verdicts on alarms.
const (
	Right   = "right"
	Wrong   = "wrong"
	Unclear = "unclear"
)

// likeness is how near two alarms must be in the logarithm of their strength.
const likeness = 0.7

// Compare sums up the past alarms like one of a series, a score and a ratio to
// the expected. It is nil when there are none.
func Compare(series string, score, times float64, past []Past) *Similar {
	var like []Past
	for _, p := range past {
		near := math.Abs(math.Log(max(p.Score, 1)/max(score, 1))) < likeness && math.Abs(math.Log(max(p.Times, 1)/max(times, 1))) < 2*likeness
		if p.Series == series || near {
			like = append(like, p)
		}
	}
	if len(like) == 0 {
		return nil
	}
	out := &Similar{Alarms: len(like)}
	var hours []float64
	var posts []int64
	for _, p := range like {
		hours, posts = append(hours, p.Lasted.Hours()), append(posts, p.Posts)
		if p.Posts >= 3*p.Raised {
			out.Grew++
		}
		switch p.Verdict {
		case Right:
			out.Right++
		case Wrong:
			out.Wrong++
		case Unclear:
			out.Unclear++
		}
	}
	slices.Sort(hours)
	slices.Sort(posts)
	out.MedianHours, out.MedianPosts = round(hours[len(hours)/2], 2), posts[len(posts)/2]
	return out
}

// similar compares with the alarms of this detector that have ended.
func similar(all []*Alarm, a *Alarm) *Similar {
	var past []Past
	for _, o := range all[max(0, len(all)-500):] {
		if o.Ended && !o.Faulty() {
			past = append(past, Past{Series: o.Series, Score: o.Score, Times: o.Times(), Lasted: o.Until.Sub(o.Since), Posts: o.Posts, Raised: o.Observed})
		}
	}
	return Compare(a.Series, a.Score, a.Times(), past)
}
