package coordination

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// edge joins two accounts that act together improbably often.
type edge struct {
	a, b   uint32
	kinds  uint16 // a bit for each behaviour that says so
	met    int
	weight float64 // mean cosine of the behaviours that say so
	p      float64
}

// found is what the layers say together.
type found struct {
	edges  []edge
	layers []*layer
	tests  float64 // pairs that could have been found
}

// edges looks through all layers and keeps what the false discovery rate allows.
func (c *Collector) edges(ctx context.Context) (found, error) {
	var f found
	var bonds []bond
	var all mean
	barred := make([]bool, len(c.names))
	for name := range c.o.Exempt {
		if n, ok := c.accounts[name]; ok {
			barred[n] = true
		}
	}
	for k, events := range c.layers {
		if err := ctx.Err(); err != nil {
			return found{}, fmt.Errorf("coordination: %w", err)
		}
		if len(events) < 2 {
			continue
		}
		l := prepare(Kind(k), events, len(c.names), c.o.Window.Milliseconds())
		c.layers[k] = nil // taken over
		all.sum += l.usual.sum
		all.weight += l.usual.weight
		f.layers = append(f.layers, l)
		f.tests += l.tests()
	}
	for _, l := range f.layers {
		if err := ctx.Err(); err != nil {
			return found{}, fmt.Errorf("coordination: %w", err)
		}
		l.settle(all)
		bonds = append(bonds, l.bonds(barred)...)
	}
	f.edges = combine(bonds)
	f.edges = significant(f.edges, f.tests, c.o.Rate)
	return f, nil
}

// tests is how many pairs share at least two objects, at most.
func (l *layer) tests() float64 {
	accounts := 0.0
	for _, m := range l.mine {
		if len(m) > 1 {
			accounts++
		}
	}
	return max(1, min(l.pairs/2, accounts*(accounts-1)/2))
}

// combine joins what the layers say of each pair. Layers without a say are not
// paid for here: found.tests counts the pairs of every layer.
func combine(bonds []bond) []edge {
	slices.SortFunc(bonds, func(a, b bond) int { return cmp.Or(cmp.Compare(a.pair, b.pair), cmp.Compare(a.kind, b.kind)) })
	var out []edge
	for i := 0; i < len(bonds); {
		e := edge{a: uint32(bonds[i].pair >> 32), b: uint32(bonds[i].pair)}
		var stack [Kinds]float64
		ps := stack[:0]
		j := i
		for ; j < len(bonds) && bonds[j].pair == bonds[i].pair; j++ {
			b := bonds[j]
			ps = append(ps, b.p)
			e.kinds |= 1 << b.kind
			e.met += b.met
			e.weight += b.cosine
		}
		e.weight /= float64(j - i)
		e.p = cauchy(ps, len(ps))
		out = append(out, e)
		i = j
	}
	return out
}

// significant finds accounts at the false discovery rate over accounts: of those
// reported at most that share is expected to be there by chance. Rating edges
// instead would let the thousands of true edges of one large group buy room for
// false ones. Between two accounts that were found every notable edge stays: it
// finds nobody any more, and says to which group they belong. Without it the
// surest edges alone would tear a group into pieces.
func significant(edges []edge, tests, rate float64) []edge {
	best := map[uint32]float64{}
	for _, e := range edges {
		for _, n := range [2]uint32{e.a, e.b} {
			if p, ok := best[n]; !ok || e.p < p {
				best[n] = e.p
			}
		}
	}
	ps := make([]float64, 0, len(best))
	for _, p := range best {
		ps = append(ps, p)
	}
	limit := discoveries(ps, 2*tests, rate) // each pair is a test of both
	return slices.DeleteFunc(edges, func(e edge) bool { return best[e.a] > limit || best[e.b] > limit })
}
