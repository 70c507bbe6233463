package burst

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Detector watches a family of series. Posts must come in the order of their
// time, to the bin; what comes late counts for the past only.
type Detector struct {
	c       *settings
	series  map[string]*series
	names   []string // of sources
	sources map[string]int32
	feeds   []*feed // by source
	begun   bool
	known   int64 // first bin of which anything is known
	bin     int64 // the open bin
	touched []*series
	alarms  []*Alarm
	open    []*series
	breadth *series
	block   int64
	seen    map[*series]int64 // block in which a series was active last
	last    *Alarm            // the fault of all series that is open
	opened  []*Alarm          // raised in the last hour
	rates   map[string]float64
	// Late is how many posts came for a bin that was closed.
	Late int64
}

// New gives a detector.
func New(c Config) *Detector {
	return &Detector{c: newSettings(c), series: map[string]*series{}, sources: map[string]int32{}, seen: map[*series]int64{}, rates: map[string]float64{}}
}

// Bin is the width of a bin.
func (d *Detector) Bin() time.Duration { return d.c.Bin }

func (d *Detector) binOf(t time.Time) int64 {
	return floorDiv(t.Unix(), int64(d.c.Bin/time.Second))
}

func (d *Detector) time(bin int64) time.Time {
	return time.Unix(bin*int64(d.c.Bin/time.Second), 0).UTC()
}

func (d *Detector) begin(bin int64) {
	if d.begun {
		return
	}
	d.begun, d.known, d.bin = true, bin, bin
	if !d.c.Known.IsZero() {
		d.known = min(bin, d.binOf(d.c.Known))
	}
	d.breadth = newSeries("*", d.c, d.known, bin)
}

// Add counts n posts of a series from a source, which may be empty. It gives the
// alarms that are raised by the bins that end before.
func (d *Detector) Add(name, source string, at time.Time, n int64) []Alarm {
	bin := d.binOf(at)
	d.begin(bin)
	var out []Alarm
	if bin > d.bin {
		out = d.closeTo(bin)
	}
	s := d.at(name)
	if bin < d.bin {
		d.Late += n
		s.base.to(floorDiv(d.bin, d.c.perBlock))
		s.base.pend += n
		return out
	}
	src := d.source(source)
	if s.active != bin {
		d.touched = append(d.touched, s)
	}
	s.add(bin, src, n)
	if source != "" {
		d.feeds[src].add(d, bin, n)
	}
	if block := floorDiv(bin, d.c.perBlock); d.seen[s] != block+1 {
		d.seen[s] = block + 1
		d.breadth.add(bin, 0, 1)
	}
	return out
}

// Advance closes all bins that end at now or before and gives what they raise.
func (d *Detector) Advance(now time.Time) []Alarm {
	bin := d.binOf(now)
	if !d.begun || bin <= d.bin {
		return nil
	}
	return d.closeTo(bin)
}

// closeTo closes bins until the one given is open.
func (d *Detector) closeTo(bin int64) []Alarm {
	before := len(d.alarms)
	d.scan()
	d.bin = bin
	d.touched = d.touched[:0]
	d.endQuiet()
	d.silent()
	out := make([]Alarm, 0, len(d.alarms)-before)
	for _, a := range d.alarms[before:] {
		out = append(out, *a)
	}
	return out
}

// scan judges the open bin.
func (d *Detector) scan() {
	var found []candidate
	// The step-up rule accepts at most the rate for each series.
	for _, s := range d.touched {
		if c, ok := s.look(d.bin, d.rateOf(s.name), d.known); ok {
			found = append(found, c)
		}
	}
	for _, s := range d.touched {
		s.settle(d.bin)
		d.extend(s)
	}
	found = d.accept(found)
	if d.together(found) {
		return
	}
	for _, c := range found {
		d.raise(c)
	}
}

// accept is the step-up rule: the k most improbable are accepted when the
// last of them is at most k shares of the rate.
func (d *Detector) accept(found []candidate) []candidate {
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.perMonth, b.perMonth), cmp.Compare(a.s.name, b.s.name))
	})
	if d.c.PerSeries {
		return found
	}
	share := d.c.Rate / float64(max(1, len(d.series), d.c.Family))
	for k := len(found); k > 0; k-- {
		if found[k-1].perMonth <= share*float64(k) {
			return found[:k]
		}
	}
	return nil
}

// raise opens the alarm of a candidate, or lets the open one go on.
func (d *Detector) raise(c candidate) {
	s := c.s
	fault, faulty := d.oneSource(c)
	if s.open != nil {
		if c.p < s.open.P && !faulty {
			s.open.P, s.open.Score, s.open.FalseAlarms = c.p, score(c.p), min(c.perMonth, s.open.FalseAlarms)
		}
		s.open.Until = d.time(d.bin + 1)
		return
	}
	if faulty && s.fault != nil {
		s.fault.Until = d.time(d.bin + 1)
		return
	}
	a := d.alarm(c)
	if faulty {
		a.Faults = []Fault{fault}
		s.fault = a
	} else {
		s.open, s.fault = a, nil
		s.base.cut = true
	}
	d.alarms = append(d.alarms, a)
	d.open = append(d.open, s)
	d.opened = append(d.opened, a)
}

// extend lets an open burst go on while its automaton is not at rest.
func (d *Detector) extend(s *series) {
	a := s.open
	if a == nil {
		return
	}
	a.Posts += s.posts
	if s.posts > a.Peak {
		a.Peak, a.PeakAt = s.posts, d.time(d.bin)
	}
	if state, _ := s.states.at(); state > 0 {
		a.Level = max(a.Level, state)
		a.Until = d.time(d.bin + 1)
	}
}

// endQuiet ends the bursts after which it was quiet.
func (d *Detector) endQuiet() {
	now := d.time(d.bin)
	d.open = slices.DeleteFunc(d.open, func(s *series) bool {
		if s.fault != nil && now.Sub(s.fault.Until) >= d.c.Quiet {
			s.fault.Ended, s.fault = true, nil
		}
		if s.open != nil && now.Sub(s.open.Until) >= d.c.Quiet {
			s.open.Ended, s.open = true, nil
			s.base.cut = false
		}
		return s.open == nil && s.fault == nil
	})
	d.opened = slices.DeleteFunc(d.opened, func(a *Alarm) bool { return now.Sub(a.At) > together*d.c.blockLen })
	if d.last != nil && now.Sub(d.last.Until) >= d.c.blockLen {
		d.last.Ended, d.last = true, nil
	}
}

// Alarms are all alarms so far in the order in which they were raised, as they
// stand now.
func (d *Detector) Alarms() []Alarm {
	out := make([]Alarm, len(d.alarms))
	for i, a := range d.alarms {
		out[i] = *a
		if out[i].Faults == nil {
			out[i].Faults = []Fault{}
		}
	}
	return out
}

func score(p float64) float64 {
	if p <= 0 {
		return 300
	}
	return min(300, -math.Log10(p))
}
