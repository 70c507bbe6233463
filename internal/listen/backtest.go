package listen

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"

	"sifara/internal/errs"
	"sifara/internal/listen/burst"
)

// Scorecard says how warnings stood against what happened.
type Scorecard struct {
	Name     string   `json:"name"`
	Rule     string   `json:"rule"` // how hits, misses and false alarms were counted
	Events   int      `json:"events"`
	Hits     int      `json:"hits"`
	Misses   int      `json:"misses"`
	HitRate  float64  `json:"hit_rate"`
	Alarms   int      `json:"alarms"`
	False    int      `json:"false_alarms"`
	Months   float64  `json:"series_months"` // over which false alarms were counted
	PerMonth float64  `json:"false_alarms_per_series_and_month"`
	Faults   int      `json:"faults"`
	Median   float64  `json:"median_lead_minutes"` // of the hits; positive is before the mark
	Cases    []Scored `json:"cases,omitempty"`
}

// Scored is one event of a scorecard.
type Scored struct {
	Event  string    `json:"event"`
	Mark   time.Time `json:"mark"` // the moment that counts: of the first 1 % of posts, or the day of the change
	Hit    bool      `json:"hit"`
	At     time.Time `json:"alarm_at"`
	Lead   float64   `json:"lead_minutes"`
	Chosen string    `json:"settings,omitempty"` // chosen on the other events
}

func (s *Scorecard) sum() {
	s.Events = len(s.Cases)
	var leads []float64
	for _, c := range s.Cases {
		if c.Hit {
			s.Hits++
			leads = append(leads, c.Lead)
		}
	}
	s.Misses = s.Events - s.Hits
	s.HitRate = float64(s.Hits) / float64(max(1, s.Events))
	if s.Months > 0 {
		s.PerMonth = float64(s.False) / s.Months
	}
	if slices.Sort(leads); len(leads) > 0 {
		s.Median = leads[len(leads)/2]
	}
}

// lateness is how long after the first 1 % of posts an alarm is still a hit.
const lateness = time.Hour

const crisisRule = "mark: time of the post at which 1 % of the event's posts are out; hit: an alarm of the event's own stream, no earlier than 12 hours before its start day, at most 60 minutes after the mark and whose burst goes on at the mark; false: an alarm before the start day less 12 hours, or whose burst ended before the mark. Settings for each event are those with most hits, then fewest false alarms, then the defaults first, on the other events."

// crisis is an event of CrisisLexT26.
type crisis struct {
	name  string
	file  string
	start time.Time
	times []timed
	mark  time.Time
}

// crises reads the events of a folder as CrisisLexT26 is published: a folder for
// each, with a description and a timeline or labelled posts.
func crises(dir fs.FS) ([]crisis, error) {
	names, err := fs.Glob(dir, "crisis_t26/*/*-event_description.json.gz")
	if err != nil {
		return nil, err
	}
	var out []crisis
	for _, n := range names {
		c := crisis{name: path.Base(path.Dir(n))}
		if c.start, err = startDay(dir, n); err != nil {
			return nil, fmt.Errorf("%s: %w", n, err)
		}
		for _, kind := range []string{"tweetids_entire_period", "tweets_labeled"} {
			f := strings.Replace(n, "event_description.json", kind+".csv", 1)
			if _, err := fs.Stat(dir, f); err == nil {
				c.file = f
				break
			}
		}
		if c.times, err = readTimes(dir, c.file); err != nil {
			return nil, fmt.Errorf("%s: %w", c.file, err)
		}
		k := (len(c.times) + 99) / 100
		c.mark = time.Unix(c.times[k-1].at, 0).UTC()
		out = append(out, c)
	}
	return out, nil
}

func startDay(dir fs.FS, name string) (time.Time, error) {
	f, err := dir.Open(name)
	if err != nil {
		return time.Time{}, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return time.Time{}, err
	}
	var d struct {
		Time struct {
			Start string `json:"start_day"`
		}
	}
	if err := json.NewDecoder(z).Decode(&d); err != nil {
		return time.Time{}, err
	}
	t, err := time.Parse(time.DateOnly, d.Time.Start)
	if err != nil {
		t, err = time.Parse("02/01/2006", d.Time.Start)
	}
	return t, err
}

func readTimes(dir fs.FS, name string) ([]timed, error) {
	f, err := dir.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := newReplay(f, ReplayOptions{})
	if err != nil {
		return nil, err
	}
	list, _, err := r.events()
	slices.SortStableFunc(list, func(a, b timed) int { return int(a.at - b.at) })
	if err == nil && len(list) == 0 {
		err = ErrFileEmpty
	}
	return list, err
}

// judge replays the event's own stream.
func (c crisis) judge(conf burst.Config) (s Scored, alarms, wrong int) {
	d := burst.New(conf)
	for _, p := range c.times {
		d.Add("x", "", time.Unix(p.at, 0), p.n)
	}
	d.Advance(time.Unix(c.times[len(c.times)-1].at, 0).Add(d.Bin()))
	s = Scored{Event: c.name, Mark: c.mark}
	// Two descriptions give a start day after the event; the first post then
	// says when it may begin.
	first := c.start.Add(-12 * time.Hour)
	if c.start.After(c.mark) {
		first = time.Time{}
	}
	for _, a := range d.Alarms() {
		alarms++
		switch {
		case a.At.Before(first) || a.Until.Before(c.mark):
			wrong++
		case !s.Hit && !a.At.After(c.mark.Add(lateness)):
			s.Hit, s.At, s.Lead = true, a.At, c.mark.Sub(a.At).Minutes()
		}
	}
	return s, alarms, wrong
}

// grid are the settings among which the other events choose; the defaults come
// first.
func grid() []burst.Config {
	out := []burst.Config{{}}
	for _, posts := range []int64{3, 5, 8, 12} {
		for _, times := range []float64{2, 3, 5} {
			out = append(out, burst.Config{MinPosts: posts, MinTimes: times})
		}
	}
	return out
}

// BacktestCrises gives the scorecard of CrisisLexT26, each event judged with the
// settings that do best on the others, at a rate of false alarms a month.
func BacktestCrises(dir fs.FS, rate float64) (Scorecard, error) {
	card := Scorecard{Name: "crisis_t26, leave one event out", Rule: crisisRule}
	events, err := crises(dir)
	if err != nil {
		return card, err
	}
	if len(events) == 0 {
		return card, errs.Wrap(fs.ErrNotExist, errs.NotFound, "listen.backtest.none")
	}
	type result struct {
		s             Scored
		alarms, wrong int
	}
	table := make([][]result, 0, len(grid()))
	for _, conf := range grid() {
		conf.Rate = rate
		row := make([]result, len(events))
		for i, e := range events {
			row[i].s, row[i].alarms, row[i].wrong = e.judge(conf)
		}
		table = append(table, row)
	}
	for i, e := range events {
		best, most := 0, -1.0
		for g, row := range table {
			worth := 0.0
			for j, r := range row {
				if j != i && r.s.Hit {
					worth++
				}
				if j != i {
					worth -= 0.01 * float64(r.wrong)
				}
			}
			if worth > most {
				best, most = g, worth
			}
		}
		r := table[best][i]
		r.s.Chosen = fmt.Sprintf("posts %d, times %g", grid()[best].MinPosts, grid()[best].MinTimes)
		if best == 0 {
			r.s.Chosen = "defaults"
		}
		card.Cases = append(card.Cases, r.s)
		card.Alarms += r.alarms
		card.False += r.wrong
		last := time.Unix(e.times[len(e.times)-1].at, 0)
		card.Months += last.Sub(time.Unix(e.times[0].at, 0)).Hours() / burst.Month.Hours()
	}
	card.sum()
	return card, nil
}
