package forecast

import (
	"math"
	"time"
)

// shape is what a grid offers of the model.
type shape struct {
	long, short float64 // half-lives of the two memories, in days
	keep        float64 // share of the distance between them that is left a day later
}

// shapes are what is tried; of equals the first is taken.
var shapes = grid()

func grid() (out []shape) {
	for _, long := range []float64{28, 84} {
		for _, short := range []float64{2, 5} {
			for _, keep := range []float64{0.85, 0.6, 0.97} {
				out = append(out, shape{long, short, keep})
			}
		}
	}
	return out
}

const (
	// seasonLife is the half-life of the weekday factors in days. Against them
	// stands the belief that there are none, with the weight of weekdayTrust posts
	// and weekdayWeeks weeks: one burst makes no weekday.
	seasonLife   = 84.0
	weekdayTrust = 20.0
	weekdayWeeks = 3.0
	// warm is how many days are learnt before a forecast is held against its day.
	warm = 14
	// lossLife is the half-life of past losses in days.
	lossLife = 84.0
	// priorRate and priorDays: before anything is known half a post a day, with
	// the weight of so many days.
	priorRate = 0.5
	priorDays = 0.5
	// likely is how many times the expected a day counts for at most, beside
	// likelyMore posts, in what is usual, once first days are known.
	likely     = 3.0
	likelyMore = 5.0
	firstDays  = 5
)

// model is a history that was gone through with one shape.
type model struct {
	shape
	begun    int                // weekday of the first day
	n        int                // days gone through
	fades    [Ahead + 1]float64 // what is left of a burst, by days ahead
	longSum  memory
	shortSum memory
	day      [7]memory
	all      memory
	made     [Ahead + 1][Ahead + 1]float64 // by the day they were made modulo, days ahead
}

func newModel(s shape, first time.Time) *model {
	m := &model{shape: s, begun: int(first.Weekday())}
	for h := range m.fades {
		m.fades[h] = math.Pow(s.keep, float64(h))
	}
	return m
}

// memory is a discounted sum of posts over an exposure in days.
type memory struct{ posts, exposure float64 }

func (m *memory) add(posts, exposure, keep float64) {
	m.posts, m.exposure = m.posts*keep+posts, m.exposure*keep+exposure
}

func (m memory) rate() float64 {
	return (priorRate*priorDays + m.posts) / (priorDays + m.exposure)
}

// weekday is the factor of the day so many after the first.
func (m *model) weekday(n int) float64 {
	d := m.day[(m.begun+n)%7]
	if m.all.exposure == 0 {
		return 1
	}
	usual := m.all.posts / m.all.exposure
	trust := weekdayTrust + weekdayWeeks*usual
	return (d.posts + trust) / (d.exposure*usual + trust)
}

// mean is what is expected h days after the last one gone through.
func (m *model) mean(h int) float64 {
	long, short := math.Log(m.longSum.rate()), math.Log(m.shortSum.rate())
	return math.Exp(long+m.fades[h]*(short-long)) * m.weekday(m.n+h-1)
}

// take learns the next day.
func (m *model) take(posts int64) {
	y, f := float64(posts), m.weekday(m.n)
	cut := math.Inf(1)
	if m.n >= firstDays {
		cut = likely*m.mean(1) + likelyMore
	}
	m.shortSum.add(y/f, 1, half(m.short))
	m.longSum.add(min(y, cut)/f, 1, half(m.long))
	keep := half(seasonLife)
	for i := range m.day {
		m.day[i].posts *= keep
		m.day[i].exposure *= keep
	}
	d := &m.day[(m.begun+m.n)%7]
	d.posts += min(y, cut)
	d.exposure++
	m.all.add(min(y, cut), 1, keep)
	m.n++
	for h := 1; h <= Ahead; h++ {
		m.made[m.n%(Ahead+1)][h] = m.mean(h)
	}
}

func half(life float64) float64 { return math.Exp2(-1 / life) }

// run goes through a history. It gives the mean squared error of the logarithms
// of what was forecast, newer ones weighing more, and fills the widths, if
// asked for.
func (m *model) run(days []int64, widths *[Ahead]width) float64 {
	var loss, weight float64
	keep := half(lossLife)
	for _, y := range days {
		loss, weight = loss*keep, weight*keep
		for h := 1; h <= Ahead && m.n-h+1 >= warm; h++ {
			mean := m.made[(m.n-h+1)%(Ahead+1)][h]
			e := math.Log((float64(y) + 1) / (mean + 1))
			loss += e * e
			weight++
			if widths != nil {
				widths[h-1].add(y, mean)
			}
		}
		m.take(y)
	}
	if weight == 0 {
		return 0
	}
	return loss / weight
}
