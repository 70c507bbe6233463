package burst

import (
	"maps"
	"slices"
	"time"
)

// Start begins the watch at a moment, which is rounded down to a block: what
// [Detector.Learn] was told lies before it. It wants Config.Known, and to be
// called before anything is learnt or added.
func (d *Detector) Start(at time.Time) {
	bin := d.binOf(at)
	d.begin(bin - ((bin%d.c.perBlock)+d.c.perBlock)%d.c.perBlock)
}

// Learn tells how many posts a series had in a block (an hour, or a bin where
// bins are longer) before the start. Blocks come in the order of time, each
// once for a series; those without posts may be left out. Nothing is raised.
func (d *Detector) Learn(name string, block time.Time, n int64) {
	bin := d.binOf(block)
	if !d.begun || bin >= d.bin || n <= 0 {
		return
	}
	s := d.at(name)
	at := floorDiv(bin, d.c.perBlock)
	s.base.learn(at, n)
	d.breadth.base.learn(at, 1)
	if bin > d.bin-d.c.width[len(d.c.width)-1] {
		// Only the long windows reach back to it: it stands at the begin of its
		// block.
		s.recent.to(bin, d.c.width)
		s.recent.add(bin, d.source(""), n)
	}
}

// LearnSource tells how many of the posts that were learnt of a series came
// from a source.
func (d *Detector) LearnSource(name, source string, n int64) {
	if !d.begun || n <= 0 {
		return
	}
	s := d.at(name)
	s.sources[d.source(source)] += n
	s.total += n
}

// LearnFeed is Learn for a source as a whole, whose silence is watched.
func (d *Detector) LearnFeed(source string, block time.Time, n int64) {
	bin := d.binOf(block)
	if !d.begun || bin >= d.bin || n <= 0 {
		return
	}
	f := d.feeds[d.source(source)]
	if at := floorDiv(bin, d.c.perBlock); f.last == 0 {
		f.base = newBaseline(d.c, at, 1)
	}
	f.base.learn(floorDiv(bin, d.c.perBlock), n)
	f.last, f.upto = bin+d.c.perBlock-1, floorDiv(bin, d.c.perBlock)+1
}

// at gives a series, a new one where there was none.
func (d *Detector) at(name string) *series {
	s := d.series[name]
	if s == nil {
		s = newSeries(name, d.c, d.known, d.bin)
		d.series[name] = s
	}
	return s
}

// learn takes the posts of a block of which no more is known.
func (b *baseline) learn(block, n int64) {
	b.to(block)
	b.pend += n
	b.coarse = true
}

// SetRate gives a series a rate of its own, where rates are PerSeries.
func (d *Detector) SetRate(name string, perMonth float64) {
	if perMonth > 0 {
		d.rates[name] = perMonth
	}
}

func (d *Detector) rateOf(name string) float64 {
	if r := d.rates[name]; r > 0 && d.c.PerSeries {
		return r
	}
	return d.c.Rate
}

// Clone gives a detector that has learnt the same. Nothing may have been added
// yet.
func (d *Detector) Clone() *Detector {
	c := New(Config{})
	c.c, c.begun, c.known, c.bin, c.block = d.c, d.begun, d.known, d.bin, d.block
	c.names, c.sources, c.rates = slices.Clone(d.names), maps.Clone(d.sources), maps.Clone(d.rates)
	for name, s := range d.series {
		c.series[name] = s.clone()
	}
	for _, f := range d.feeds {
		g := *f
		g.base = f.base.clone()
		c.feeds = append(c.feeds, &g)
	}
	if d.breadth != nil {
		c.breadth = d.breadth.clone()
	}
	return c
}

func (s *series) clone() *series {
	c := *s
	c.base, c.sources = s.base.clone(), maps.Clone(s.sources)
	c.recent = recent{entries: slices.Clone(s.recent.entries), tail: slices.Clone(s.recent.tail), sums: slices.Clone(s.recent.sums)}
	return &c
}

func (b *baseline) clone() *baseline {
	c := *b
	c.widths = slices.Clone(b.widths)
	return &c
}

// Usual says what was to be expected in each hour of a series after the hours
// before it; start is the begin of the first. From the hour until on, where a
// burst begins, nothing more is learnt.
func Usual(start time.Time, counts []int64, until int) []float64 {
	c := newSettings(Config{Bin: time.Hour, Known: start})
	b := newBaseline(c, floorDiv(start.Unix(), 3600), 1)
	out := make([]float64, len(counts))
	for i, n := range counts {
		if i >= until {
			b.factor = b.season.factor(b.at(b.begun+int64(i)), true)
			out[i] = b.rate * b.factor
			continue
		}
		out[i] = b.rate * b.factor
		b.count(b.block, n)
		b.to(b.block + 1)
	}
	return out
}
