package burst

import (
	"math"
	"time"
)

const (
	// together is for how many blocks alarms count as raised at once.
	together = 1
	// manySeries is from how many series on they can rise "all at once".
	manySeries = 10
	// togetherShare is the share of the series that rise, or wake, together.
	togetherShare = 0.3
	// usualSources is how many sources a series needs before one can be alone.
	usualSources = 3
	// silentMean is how many posts must be missing, silentTimes how often a
	// month chance may make a source so silent.
	silentMean  = 10.0
	silentTimes = 0.05
	// longSilence bounds the blocks of a silence that are counted.
	longSilence = 24 * 60
)

// oneSource finds a rise that only one of several usual sources shows.
func (d *Detector) oneSource(c candidate) (Fault, bool) {
	s := c.s
	before := s.total - c.posts
	if len(s.sources) < usualSources || before < 2*d.c.MinPosts {
		return Fault{}, false
	}
	var top int32
	now, usual := s.recent.sources(c.window), 0
	for src, n := range now {
		if n > now[top] {
			top = src
		}
	}
	for src, n := range s.sources {
		if n > now[src] {
			usual++
		}
	}
	rest := float64(c.posts - now[top])
	share := float64(s.sources[top]-now[top]) / float64(before)
	if d.names[top] == "" || usual < usualSources || float64(now[top]) < 0.9*float64(c.posts) || share > 0.5 || rest > 2*c.mean*(1-share)+1 {
		return Fault{}, false
	}
	return Fault{Kind: OneSource, Source: d.names[top], Share: round(float64(now[top])/float64(c.posts), 3)}, true
}

// together finds out whether the series rise, or wake, all at once. It then
// tells one fault, and takes back what was raised within the hour.
func (d *Detector) together(found []candidate) bool {
	b := d.breadth
	woke, wide := candidate{}, false
	if b.active == d.bin && len(d.series) >= manySeries {
		b.settle(d.bin)
		woke, wide = b.look(d.bin, d.c.Rate, d.known)
		wide = wide && float64(woke.posts) >= togetherShare*float64(len(d.series)) && d.c.width[woke.window] <= d.c.perBlock
	}
	rise := len(found)
	for _, a := range d.opened {
		if !a.Faulty() {
			rise++
		}
	}
	many := len(d.series) >= manySeries && rise >= 5 && float64(rise) >= 0.5*float64(len(d.series))
	if d.last != nil {
		if wide || many {
			d.last.Until = d.time(d.bin + 1)
			d.last.Faults[0].Series = max(d.last.Faults[0].Series, int(woke.posts), rise)
		}
		return true
	}
	if !wide && !many {
		return false
	}
	if !wide {
		woke = candidate{s: b, posts: int64(rise), p: math.Exp(-float64(rise)), perMonth: 0}
	}
	d.tellTogether(woke, max(int(woke.posts), rise))
	return true
}

func (d *Detector) tellTogether(woke candidate, many int) {
	f := Fault{Kind: AllAtOnce, Series: many, Share: round(float64(many)/float64(len(d.series)), 3)}
	a := d.alarm(woke)
	a.Faults = []Fault{f}
	for _, old := range d.opened {
		old.Faults = append(old.Faults, f)
	}
	d.last = a
	d.alarms = append(d.alarms, a)
}

// feed is what is known of a source as a whole.
type feed struct {
	name   string
	base   *baseline
	last   int64   // last bin with posts
	missed float64 // expected since
	upto   int64   // block up to which that is counted
	fault  *Alarm
}

// source gives the number of a source.
func (d *Detector) source(name string) int32 {
	n, ok := d.sources[name]
	if !ok {
		n = int32(len(d.names))
		d.sources[name] = n
		d.names = append(d.names, name)
		block := floorDiv(d.known, d.c.perBlock)
		d.feeds = append(d.feeds, &feed{name: name, base: newBaseline(d.c, max(block, floorDiv(d.bin, d.c.perBlock)), 1)})
	}
	return n
}

func (f *feed) add(d *Detector, bin, n int64) {
	f.base.to(floorDiv(bin, d.c.perBlock))
	f.base.count(bin, n)
	f.last, f.missed, f.upto = bin, 0, floorDiv(bin, d.c.perBlock)+1
	if f.fault != nil {
		f.fault.Until, f.fault.Ended, f.fault = d.time(bin), true, nil
	}
}

// silent looks once a block for sources that bring nothing any more.
func (d *Detector) silent() {
	block := floorDiv(d.bin, d.c.perBlock)
	if block == d.block {
		return
	}
	d.block = block
	for _, f := range d.feeds {
		if f.fault != nil || f.name == "" || f.base.slow.exposure < coldBlocks {
			continue
		}
		for f.upto = max(f.upto, block-longSilence); f.upto < block; f.upto++ {
			f.missed += f.base.rate * f.base.season.factor(f.base.at(f.upto), d.c.hourly)
		}
		phi := f.base.widths[len(d.c.width)-1].phi()
		p := math.Exp(-silence(f.missed, phi))
		perMonth := p * float64(Month) / float64(d.c.blockLen)
		if f.missed < silentMean || perMonth > silentTimes {
			continue
		}
		f.fault = &Alarm{
			Series: "source:" + f.name, At: d.time(d.bin), Since: d.time(f.last + 1), Until: d.time(d.bin), Expected: round(f.missed, 2),
			P: p, Score: score(p), FalseAlarms: perMonth, Rate: silentTimes, Faults: []Fault{{Kind: Silent, Source: f.name}},
			Why: Why{Window: float64(d.bin-f.last) * d.c.Bin.Seconds(), Usual: round(f.base.rate*float64(time.Hour)/float64(d.c.blockLen), 3), Season: 1, Spread: phi,
				Text: "the source " + f.name + " brings nothing since " + d.time(f.last).Format(time.RFC3339)},
		}
		d.alarms = append(d.alarms, f.fault)
	}
}
