package burst

import (
	"slices"
	"time"
)

// Month is the month of false-alarm rates.
const Month = 30 * 24 * time.Hour

// Config says how a family of series is watched. The zero Config is usable.
type Config struct {
	Bin       time.Duration // width of a bin, a divisor or multiple of an hour; 0 is a minute
	Rate      float64       // false alarms borne in a month; 0 is 1
	PerSeries bool          // Rate is of each series; else of the family
	Family    int           // series that are watched, where more than are told of
	MinPosts  int64         // fewest posts of a burst; 0 is 5
	MinTimes  float64       // least times the expected; 0 is 3
	Quiet     time.Duration // how much quiet still belongs to a burst; 0 is 12 hours or 3 bins
	Known     time.Time     // since when a silence counts as silence; zero: each series begins with its first post
	Location  *time.Location
}

// filled gives the defaults to what is open.
func (c Config) filled() Config {
	if c.Bin < time.Second {
		c.Bin = time.Minute
	}
	c.Bin = c.Bin.Truncate(time.Second)
	if c.Rate <= 0 {
		c.Rate = 1
	}
	if c.MinPosts <= 0 {
		c.MinPosts = 5
	}
	if c.MinTimes <= 0 {
		c.MinTimes = 3
	}
	if c.Quiet <= 0 {
		c.Quiet = max(12*time.Hour, 3*c.Bin)
	}
	if c.Location == nil {
		c.Location = time.UTC
	}
	return c
}

// block is the piece of time by which the past is learnt.
func (c Config) block() time.Duration { return max(time.Hour, c.Bin) }

// widths are the windows in bins, the shortest first.
func (c Config) widths() []int64 {
	all := []time.Duration{5 * time.Minute, 15 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour}
	if c.Bin > 6*time.Hour {
		all = []time.Duration{3 * c.Bin, 7 * c.Bin}
	}
	out := []int64{1}
	for _, w := range all {
		if n := int64(w / c.Bin); n > 1 && w%c.Bin == 0 && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// memory are the half-lives of the past, in blocks.
type memory struct{ slow, fast, season float64 }

func (c Config) memory() memory {
	if c.block() == time.Hour {
		return memory{slow: 7 * 24, fast: 6, season: 28 * 24}
	}
	perDay := float64(24*time.Hour) / float64(c.block())
	return memory{slow: max(28*perDay, 8), fast: max(4*perDay, 2), season: max(90*perDay, 30)}
}
