package burst

import (
	"math"
	"time"
)

// baseline is what a series is expected to bring. Time runs in blocks.
type baseline struct {
	c      *settings
	block  int64   // the block that is open
	begun  int64   // the first block of which anything is known
	firstE float64 // share of the first block that is known
	slow   level
	fast   level
	season season
	pend   int64       // posts of the open block
	rate   float64     // slow rate at the begin of the open block
	factor float64     // season of the open block
	past   [24]float64 // seasons of the last blocks, by their number modulo 24
	cut    bool        // a burst is on: learn nothing of the spread
	coarse bool        // of the open block only the sum is known
	widths []spread
}

// level is a discounted sum of posts over seasonal exposure.
type level struct{ posts, exposure float64 }

// settings are a Config worked out once for all series.
type settings struct {
	Config
	blockLen time.Duration
	perBlock int64 // bins
	width    []int64
	looks    []float64 // independent looks a month, times the number of widths
	keepSlow float64
	keepFast float64
	keepAll  float64
	hourly   bool
	kMin     float64 // least rate of the automaton, in posts a bin
	climb    float64 // cost of a step up
}

// A new series is believed to bring half a post in the block of an hour: about
// what a keyword brings of which nobody speaks.
const (
	priorPosts    = 0.5
	priorExposure = 1.0
)

func newSettings(c Config) *settings {
	c = c.filled()
	m := c.memory()
	s := &settings{
		Config: c, blockLen: c.block(), width: c.widths(), perBlock: int64(c.block() / c.Bin), hourly: c.block() == time.Hour,
		keepSlow: math.Exp2(-1 / m.slow), keepFast: math.Exp2(-1 / m.fast), keepAll: math.Exp2(-1 / m.season),
	}
	for _, w := range s.width {
		n := float64(Month) / float64(c.Bin) / float64(w)
		s.looks = append(s.looks, n*looksPerWindow(w)*float64(len(s.width)))
	}
	s.kMin = 0.5 / float64(s.perBlock)
	s.climb = math.Log(max(float64(24*time.Hour)/float64(c.Bin), 4))
	return s
}

// looksPerWindow is how many independent looks a window that slides by one bin
// gives in the time of its width: calibrated on simulated series.
func looksPerWindow(bins int64) float64 {
	return 1 + calibrated*math.Log(float64(bins))
}

// calibrated is the factor of looksPerWindow; see TestCalibration.
const calibrated = 0.5

func newBaseline(c *settings, begun int64, share float64) *baseline {
	b := &baseline{c: c, block: begun, begun: begun, firstE: share, widths: make([]spread, len(c.width))}
	b.open()
	return b
}

// open reads the season and the level at the begin of a block.
func (b *baseline) open() {
	b.factor = b.season.factor(b.at(b.block), b.c.hourly)
	b.rate = (priorPosts + b.slow.posts) / (priorExposure + b.slow.exposure)
	b.past[b.pastAt(b.block)] = b.factor
}

func (b *baseline) pastAt(block int64) int64 { return ((block % 24) + 24) % 24 }

// seasonOf is the mean season of a window of w blocks that ends in the open one.
func (b *baseline) seasonOf(w float64) float64 {
	if w <= 1 {
		return b.factor
	}
	sum, n := 0.0, 0.0
	for k := b.block; k >= b.begun && n < min(w, 24); k-- {
		sum += b.past[b.pastAt(k)]
		n++
	}
	return sum / n
}

func (b *baseline) at(block int64) time.Time {
	return time.Unix(block*int64(b.c.blockLen/time.Second), 0).In(b.c.Location)
}

// fastTrust is how many blocks of the slow level the fast one begins with.
const fastTrust = 2

// expect gives the mean and the inverse size of the counts of a window of some
// bins that ends share of the open block, and has n posts, which are left out.
func (b *baseline) expect(i int, n int64, share float64) (mean, phi float64) {
	w := float64(b.c.width[i]) / float64(b.c.perBlock) // in blocks
	open := share
	if b.block == b.begun {
		open = max(0, share-(1-b.firstE))
	}
	factor := b.seasonOf(w)
	slow := b.slow
	slow.posts = max(0, slow.posts+float64(b.pend)-float64(n))
	slow.exposure = max(0, slow.exposure+open*b.factor-w*factor)
	rate := (priorPosts + slow.posts) / (priorExposure + slow.exposure)
	if w <= 1 {
		f := b.fast
		f.posts = max(0, f.posts+float64(b.pend)-float64(n))
		f.exposure = max(0, f.exposure+(open-w)*b.factor)
		rate = max(rate, (fastTrust*rate+f.posts)/(fastTrust+f.exposure))
	}
	phi = b.widths[i].phi()
	if w > 1 {
		phi = max(phi, leastSlow)
	}
	return rate * w * factor, phi + 1/(priorPosts+slow.posts)
}

// count adds posts of a bin to the open block.
func (b *baseline) count(bin, n int64) {
	b.pend += n
	b.coarse = false
	for i, w := range b.c.width {
		s := &b.widths[i]
		if at := bin / w; at != s.open {
			b.closeWindow(i)
			s.open = at
		}
		s.count += n
	}
}

// closeWindow ends the aligned window of a width no longer than a block.
func (b *baseline) closeWindow(i int) {
	s := &b.widths[i]
	if b.c.width[i] > b.c.perBlock || s.count == 0 {
		return
	}
	s.sum += float64(s.count)
	s.sumSq += float64(s.count) * float64(s.count)
	s.count = 0
}

// to closes blocks until the one given is open.
func (b *baseline) to(block int64) {
	if block-b.block > 24*400 { // forgotten by then
		b.block = block - 24*400
	}
	for b.block < block {
		b.close()
		b.block++
		b.open()
	}
}

// settled is how many blocks a series is known before its spread is learnt.
const settled = 8

// close learns the open block.
func (b *baseline) close() {
	n, share := float64(b.pend), 1.0
	if b.block == b.begun {
		share = b.firstE
	}
	mean := b.rate * b.factor * share
	sd := math.Sqrt(mean + mean*mean*(b.widths[b.blockWidth()].phi()+1/(priorPosts+b.slow.posts)))
	likely := mean + 3*sd + 1
	if b.slow.exposure < settled {
		likely = math.Inf(1)
	}
	kept := min(n, likely)
	if b.slow.exposure >= settled && !b.cut {
		b.learnSpread(mean, kept, n)
	} else {
		b.dropSpread()
	}
	b.slow.posts = b.slow.posts*b.c.keepSlow + kept
	b.slow.exposure = b.slow.exposure*b.c.keepSlow + b.factor*share
	b.fast.posts = b.fast.posts*b.c.keepFast + n
	b.fast.exposure = b.fast.exposure*b.c.keepFast + b.factor*share
	b.season.add(b.at(b.block), kept, share, b.c.keepAll)
	b.pend = 0
}

// blockWidth is the width that is a block, or the nearest.
func (b *baseline) blockWidth() int {
	at := 0
	for i, w := range b.c.width {
		if w <= b.c.perBlock {
			at = i
		}
	}
	return at
}

// learnSpread learns from the windows of a block.
func (b *baseline) learnSpread(mean, kept, n float64) {
	scale := 1.0
	if n > 0 {
		scale = kept / n
	}
	for i, w := range b.c.width {
		s := &b.widths[i]
		if w <= b.c.perBlock && b.coarse {
			// Shorter windows vary at least as the block does.
			s.learn(1, mean, kept, kept*kept, b.c.keepAll)
			s.count, s.sum, s.sumSq = 0, 0, 0
			continue
		}
		if w <= b.c.perBlock {
			b.closeWindow(i)
			many := float64(b.c.perBlock) / float64(w)
			s.learn(many, mean/many, s.sum*scale, s.sumSq*scale*scale, b.c.keepAll)
			s.sum, s.sumSq = 0, 0
			continue
		}
		s.mean += mean
		s.sum += kept
		if blocks := w / b.c.perBlock; (b.block+1)%blocks == 0 {
			s.learn(1, s.mean, s.sum, s.sum*s.sum, math.Pow(b.c.keepAll, float64(blocks)))
			s.mean, s.sum, s.count = 0, 0, 0
		}
	}
}

// dropSpread forgets the windows of a block that says nothing.
func (b *baseline) dropSpread() {
	for i := range b.widths {
		s := &b.widths[i]
		s.count, s.sum, s.sumSq, s.mean = 0, 0, 0, 0
	}
}
