package burst

import "time"

// season holds the factors by hour of the day and day of the week. The zero
// season is flat.
type season struct {
	hour, hourE [24]float64 // posts and exposure in blocks, discounted
	day, dayE   [7]float64
	posts, all  float64 // of all blocks
}

const (
	// hourTrust and dayTrust are how many posts of one hour or day weigh as much
	// as the belief that there is no season.
	hourTrust = 10
	dayTrust  = 40
	// leastFactor and mostFactor bound each factor.
	leastFactor = 0.1
	mostFactor  = 5
)

// add learns a block with posts over an exposure.
func (s *season) add(at time.Time, posts, exposure, keep float64) {
	s.posts, s.all = s.posts*keep+posts, s.all*keep+exposure
	h, d := at.Hour(), int(at.Weekday())
	// Each factor is discounted by its own calendar: 24 or 7 times as often.
	for i := range s.hour {
		s.hour[i] *= keep
		s.hourE[i] *= keep
	}
	for i := range s.day {
		s.day[i] *= keep
		s.dayE[i] *= keep
	}
	s.hour[h] += posts
	s.hourE[h] += exposure
	s.day[d] += posts
	s.dayE[d] += exposure
}

// factor is how much more a block brings than the mean one, about 1.
func (s *season) factor(at time.Time, hourly bool) float64 {
	if s.all <= 0 || s.posts <= 0 {
		return 1
	}
	mean := s.posts / s.all
	f := shrunk(s.day[at.Weekday()], s.dayE[at.Weekday()]*mean, dayTrust)
	if hourly {
		f *= shrunk(s.hour[at.Hour()], s.hourE[at.Hour()]*mean, hourTrust)
	}
	return min(max(f, leastFactor), mostFactor)
}

// shrunk is seen over expected, drawn to 1 while little is expected.
func shrunk(seen, expected, trust float64) float64 {
	return min(max((seen+trust)/(expected+trust), leastFactor), mostFactor)
}
