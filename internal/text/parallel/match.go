package parallel

import (
	"cmp"
	"slices"
)

// Match is how one text stands to another of which it may be a rendering.
type Match struct {
	Score    float64 // 0 to 1: the share of what both say, by weight
	Evidence float64 // the weight itself: a short text has little
	Shared   int     // different things that both have
	Cover    float64 // the share of the words of the second text that belong to the first
	Same     bool    // both are in one language
	Pairs    []Pair  // what belongs together, in order
}

// Pair are sentences that belong together.
type Pair struct {
	Ours, Theirs Side
	Denied       bool // one denies something, the other does not
}

// Side is a stretch of a text, in bytes, and its marks in order.
type Side struct {
	From, To int
	Marks    []Mark
}

// Mark is something that stays alike in translation. Shared says that the other
// side has it too; else it is a change: what was put in its place there, or left
// out.
type Mark struct {
	From, To int
	Kind     Kind
	Shared   bool
}

// Weigh says how telling a key is, 0 to 1: what stands in every text is not.
type Weigh func(key int64) float64

// skipped is what a sentence without a counterpart costs, as a share of its
// weight.
const skipped = 0.2

// Compare holds a text of ours against another. Its cost is bounded by the number
// of sentences that Read keeps.
func Compare(ours, theirs Text, weigh Weigh) Match {
	c := comparing{same: ours.Lang == theirs.Lang && ours.Lang != "", denying: denials[ours.Lang] != nil && denials[theirs.Lang] != nil}
	c.ours, c.theirs = c.weighed(ours, weigh), c.weighed(theirs, weigh)
	path := c.align()
	return c.judge(ours, theirs, path)
}

type comparing struct {
	same, denying bool // one language; both have a list of words that deny
	ours, theirs  []side
}

// side is a sentence by the marks that count in this comparison.
type side struct {
	unit
	loud float64 // weight of what is missed where the other does not have it
	has  []worth // all of it, each key once, in the order of keys
}

// worth is the weight of a key.
type worth struct {
	key    uint64
	weight float64
}

// worths puts keys in order and leaves the heaviest of each.
func worths(list []worth) []worth {
	slices.SortFunc(list, func(a, b worth) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(b.weight, a.weight)) })
	return slices.CompactFunc(list, func(a, b worth) bool { return a.key == b.key })
}

func (s side) get(key uint64) (float64, bool) {
	i, ok := slices.BinarySearchFunc(s.has, key, func(w worth, k uint64) int { return cmp.Compare(w.key, k) })
	if !ok {
		return 0, false
	}
	return s.has[i].weight, true
}

// weighed leaves out what the comparison does not use: sounds within a language,
// stems between two.
func (c *comparing) weighed(t Text, weigh Weigh) []side {
	out := make([]side, len(t.units))
	for i, u := range t.units {
		s := side{unit: u}
		s.marks = nil
		loud := map[uint64]bool{}
		for _, m := range u.marks {
			if c.same && (m.kind == Sound || m.kind == Name) || !c.same && m.kind == Stem {
				continue
			}
			m.weight *= weigh(int64(m.key))
			s.marks = append(s.marks, m)
			if !loud[m.key] && !m.quiet {
				loud[m.key] = true
				s.loud += m.weight
			}
			s.has = append(s.has, worth{m.key, m.weight})
		}
		s.has = worths(s.has)
		out[i] = s
	}
	return out
}

// both is the weight of what two sentences share.
func both(a, b *side) (w float64) {
	for i, j := 0, 0; i < len(a.has) && j < len(b.has); {
		switch x, y := a.has[i], b.has[j]; {
		case x.key < y.key:
			i++
		case x.key > y.key:
			j++
		default:
			w += min(x.weight, y.weight)
			i, j = i+1, j+1
		}
	}
	return w
}

// cell is a place of the alignment: sentence of theirs, of ours.
type cell struct{ t, o int }

// align finds the best stretch of sentences that belong together, in order. One
// sentence may belong to several.
func (c *comparing) align() []cell {
	n, m := len(c.theirs), len(c.ours)
	if n == 0 || m == 0 {
		return nil
	}
	score := make([]float64, n*m)
	from := make([]int8, n*m) // 0: begins here; 1: both step; 2: theirs; 3: ours
	top, at := 0.0, cell{-1, -1}
	for i := range n {
		for j := range m {
			here := both(&c.theirs[i], &c.ours[j])
			mine, other := skipped*c.theirs[i].loud, skipped*c.ours[j].loud
			best, way := -mine-other, int8(0)
			if i > 0 && j > 0 {
				if s := score[(i-1)*m+j-1] - mine - other; s > best {
					best, way = s, 1
				}
			}
			if i > 0 {
				if s := score[(i-1)*m+j] - mine; s > best {
					best, way = s, 2
				}
			}
			if j > 0 {
				if s := score[i*m+j-1] - other; s > best {
					best, way = s, 3
				}
			}
			score[i*m+j], from[i*m+j] = best+here, way
			if best+here > top {
				top, at = best+here, cell{i, j}
			}
		}
	}
	if at.t < 0 {
		return nil
	}
	var path []cell
	for {
		path = append(path, at)
		switch from[at.t*m+at.o] {
		case 0:
			slices.Reverse(path)
			return path
		case 1:
			at = cell{at.t - 1, at.o - 1}
		case 2:
			at.t--
		case 3:
			at.o--
		}
	}
}

// block is a run of cells that belong together: sentences from, up to and with.
type block struct{ first, last cell }

// blocks parts the path where both sides step on, and drops what shares nothing.
func (c *comparing) blocks(path []cell) []block {
	var out []block
	for i, p := range path {
		if both(&c.theirs[p.t], &c.ours[p.o]) == 0 {
			continue
		}
		if n := len(out); n > 0 && i > 0 && (out[n-1].last.t == p.t || out[n-1].last.o == p.o) {
			out[n-1].last = p
			continue
		}
		out = append(out, block{p, p})
	}
	return out
}

// judge counts what both sides have, each thing once, and finds what changed.
func (c *comparing) judge(ours, theirs Text, path []cell) Match {
	out := Match{Same: c.same}
	list := c.blocks(path)
	if len(list) == 0 {
		return out
	}
	seen := map[uint64]bool{}
	for _, b := range list {
		p, w := c.pair(b, seen)
		out.Evidence += w
		out.Pairs = append(out.Pairs, p)
	}
	out.Shared = len(seen)
	first, last := list[0].first, list[len(list)-1].last
	all := c.mass(c.theirs, 0, len(c.theirs)-1, seen) + c.mass(c.ours, first.o, last.o, seen)
	if all > 0 {
		out.Score = min(1, 2*out.Evidence/all)
	}
	if n := len(theirs.body); n > 0 {
		covered := 0
		for _, p := range out.Pairs {
			covered += p.Theirs.To - p.Theirs.From
		}
		out.Cover = min(1, float64(covered)/float64(n))
	}
	return out
}

// mass is the weight of sentences: of what is missed where the other side lacks
// it, and of the rest that both have.
func (c *comparing) mass(list []side, from, to int, shared map[uint64]bool) (w float64) {
	for i := from; i <= to; i++ {
		w += list[i].loud
		done := map[uint64]bool{}
		for _, m := range list[i].marks {
			if m.quiet && shared[m.key] && !done[m.key] {
				done[m.key] = true
				w += m.weight
			}
		}
	}
	return w
}

// pair shows a block, and weighs what its sides share.
func (c *comparing) pair(b block, seen map[uint64]bool) (Pair, float64) {
	ours, theirs := gather(c.ours[b.first.o:b.last.o+1]), gather(c.theirs[b.first.t:b.last.t+1])
	for _, w := range theirs.has {
		if _, ok := ours.get(w.key); ok {
			seen[w.key] = true
		}
	}
	weight := both(&ours, &theirs)
	p := Pair{Ours: ours.show(theirs), Theirs: theirs.show(ours)}
	p.Denied = c.denying && (ours.denied == 0) != (theirs.denied == 0)
	p.keepChanges()
	return p, weight
}

// gather makes one of neighbouring sentences.
func gather(list []side) side {
	out := side{unit: unit{from: list[0].from, to: list[len(list)-1].to}}
	for _, s := range list {
		out.marks = append(out.marks, s.marks...)
		out.denied += s.denied
		out.has = append(out.has, s.has...)
	}
	out.has = worths(out.has)
	return out
}

// show gives the marks of a side that people are shown: no stems, and no sound
// that was not heard on the other.
func (s side) show(other side) Side {
	out := Side{From: s.from, To: s.to}
	dated := slices.ContainsFunc(other.marks, func(m mark) bool { return m.kind == Date })
	for _, m := range s.marks {
		_, shared := other.get(m.key)
		switch {
		case m.kind == Stem, !shared && (m.quiet || m.kind == Name):
		case m.kind == Date && !shared && !dated: // a month that was not understood there
		default:
			out.Marks = append(out.Marks, Mark{m.from, m.to, m.kind, shared})
		}
	}
	slices.SortStableFunc(out.Marks, func(a, b Mark) int { return cmp.Or(a.From-b.From, b.To-a.To) })
	// Of what overlaps the longer is shown: a date holds its day. A name that both
	// have in part is not another name.
	kept := out.Marks[:0]
	for _, m := range out.Marks {
		if n := len(kept); n > 0 && m.From < kept[n-1].To {
			if m.Shared && !kept[n-1].Shared && (kept[n-1].Kind == Term || kept[n-1].Kind == Place) {
				kept[n-1] = m
			}
			continue
		}
		kept = append(kept, m)
	}
	out.Marks = kept
	return out
}

// keepChanges leaves of what is not shared what is a change: of numbers and dates
// all, of places and years only where both sides have another.
func (p *Pair) keepChanges() {
	alone := func(s Side, k Kind) bool {
		return slices.ContainsFunc(s.Marks, func(m Mark) bool { return !m.Shared && m.Kind == k })
	}
	drop := map[Kind]bool{Term: true}
	for _, k := range []Kind{Place, Year} {
		drop[k] = !alone(p.Ours, k) || !alone(p.Theirs, k)
	}
	for _, s := range []*Side{&p.Ours, &p.Theirs} {
		s.Marks = slices.DeleteFunc(s.Marks, func(m Mark) bool { return !m.Shared && drop[m.Kind] })
	}
}

// Changed reports whether something of the pair was changed.
func (p Pair) Changed() bool {
	other := func(m Mark) bool { return !m.Shared }
	return p.Denied || slices.ContainsFunc(p.Ours.Marks, other) || slices.ContainsFunc(p.Theirs.Marks, other)
}
