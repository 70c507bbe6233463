package burst

import "math"

// series is what is known of one series.
type series struct {
	name    string
	base    *baseline
	recent  recent
	states  automaton
	total   int64
	sources map[int32]int64 // posts by source, of all times
	active  int64           // the last bin with posts
	posts   int64           // in that bin
	open    *Alarm
	fault   *Alarm
}

func newSeries(name string, c *settings, first int64, bin int64) *series {
	block := floorDiv(first, c.perBlock)
	share := 1 - float64(first-block*c.perBlock)/float64(c.perBlock)
	return &series{
		name: name, base: newBaseline(c, block, share), recent: newRecent(len(c.width)),
		states: newAutomaton(bin), sources: map[int32]int64{}, active: bin - 1,
	}
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// add takes posts of the open bin.
func (s *series) add(bin int64, source int32, n int64) {
	s.base.to(floorDiv(bin, s.base.c.perBlock))
	s.base.count(bin, n)
	s.recent.to(bin, s.base.c.width)
	s.recent.add(bin, source, n)
	s.sources[source] += n
	s.total += n
	if s.active != bin {
		s.active, s.posts = bin, 0
	}
	s.posts += n
}

// candidate is a window that brings more than chance explains.
type candidate struct {
	s        *series
	window   int
	posts    int64
	mean     float64
	phi      float64
	p        float64
	perMonth float64
}

// look judges the windows that end with a bin that had posts; ok is false when
// nothing rises. Only windows that chance shows at most most times a month count.
func (s *series) look(bin int64, most float64, known int64) (best candidate, ok bool) {
	c := s.base.c
	share := float64(bin+1)/float64(c.perBlock) - float64(s.base.block)
	best.perMonth = math.Inf(1)
	for i, n := range s.recent.sums {
		if n < c.MinPosts {
			continue
		}
		mean, phi := s.base.expect(i, n, share)
		over := float64(n) - mean
		if float64(n) < c.MinTimes*mean || over*over < 4*(mean+phi*mean*mean) {
			continue
		}
		p := Tail(n, mean, phi)
		if f := p * c.looks[i]; f < best.perMonth && f <= most && s.rises(bin, i, n, known) {
			best = candidate{s: s, window: i, posts: n, mean: mean, phi: phi, p: p, perMonth: f}
			ok = true
		}
	}
	return best, ok
}

const (
	// coldBlocks is how long a series, or the family whose silence it shared,
	// must be known before its level alone says what a rise is.
	coldBlocks = 24
	// coldChance is how improbable the share of the window in all that is known
	// must be until then: a stream that begins is no burst.
	coldChance = 0.02
)

// rises asks of a series that is hardly known whether the window stands out from
// the little before it.
func (s *series) rises(bin int64, i int, n, known int64) bool {
	c := s.base.c
	life := bin + 1 - known
	if !c.Known.IsZero() || life >= coldBlocks*c.perBlock {
		return true
	}
	w := c.width[i]
	return life > w && binomialTail(n, s.total, float64(w)/float64(life)) <= coldChance
}

// binomialTail is the chance of at least k among n, as far as it matters whether
// it is above coldChance.
func binomialTail(k, n int64, p float64) float64 {
	sum := 0.0
	ln, _ := math.Lgamma(float64(n + 1))
	for x := k; x <= n; x++ {
		lx, _ := math.Lgamma(float64(x + 1))
		ly, _ := math.Lgamma(float64(n - x + 1))
		t := math.Exp(ln - lx - ly + float64(x)*math.Log(p) + float64(n-x)*math.Log1p(-p))
		if sum += t; t < 1e-12*sum || sum > coldChance || x > k+1e5 {
			break
		}
	}
	return min(1, sum)
}

// settle moves the automaton over a bin that is closed.
func (s *series) settle(bin int64) {
	c := s.base.c
	rate := max(s.base.rate*s.base.factor/float64(c.perBlock), c.kMin)
	s.states.take(bin, s.posts, rate, min(s.base.widths[0].phi(), 1), c.climb)
}
