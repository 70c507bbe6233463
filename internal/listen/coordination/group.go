package coordination

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Group is a set of accounts that act together.
type Group struct {
	Accounts []string   // as the caller calls them, sorted
	Kinds    []Kind     // behaviours that show it
	Edges    []Edge     // the network, strongest first
	P        float64    // probability of its encounters by chance, for all pairs looked at
	First    time.Time  // first act together
	Last     time.Time  // last
	Acts     []Act      // objects shared together, most accounts first
	Objects  int        // how many objects, of which Acts are the most shared
	Seconds  float64    // median time from the first to the last account of an act: the spread
	Evidence []Evidence // posts of Acts
}

// Edge joins two accounts of a group, by their places in Accounts.
type Edge struct {
	A, B   int
	Kinds  []Kind
	Met    int     // objects shared within the window
	Weight float64 // cosine of TF-IDF vectors, 0 to 1
	P      float64
}

// Act is one object that accounts of a group shared within the window.
type Act struct {
	Kind     Kind
	Object   uint64
	At       time.Time
	Seconds  float64 // from the first to the last of them
	Accounts int
}

// Evidence is a post that was part of an act.
type Evidence struct {
	Post    string
	Account int // place in Accounts
	Kind    Kind
	Object  uint64
	At      time.Time
}

// Groups finds the groups in all that was collected, the least probable first.
// It uses up the collector. An error is that of ctx.
func (c *Collector) Groups(ctx context.Context) ([]Group, error) {
	c.texts = texts{}
	f, err := c.edges(ctx)
	if err != nil {
		return nil, err
	}
	g := newNetwork(f.edges)
	part := g.communities()
	var members [][]int
	for node, community := range part {
		for len(members) <= community {
			members = append(members, nil)
		}
		members[community] = append(members[community], node)
	}
	group := make(map[uint32]int, len(g.nodes)) // community of each account that stays
	var kept [][]uint32
	for _, m := range members {
		if m = g.prune(m); len(m) < c.o.Least {
			continue
		}
		var accounts []uint32
		for _, node := range m {
			group[g.nodes[node]] = len(kept)
			accounts = append(accounts, g.nodes[node])
		}
		kept = append(kept, accounts)
	}
	out := make([]Group, 0, len(kept))
	inside := make([][]edge, len(kept))
	for _, e := range f.edges {
		if a, ok := group[e.a]; ok {
			if b, ok := group[e.b]; ok && a == b {
				inside[a] = append(inside[a], e)
			}
		}
	}
	for i, accounts := range kept {
		out = append(out, c.describe(f, accounts, inside[i]))
	}
	slices.SortStableFunc(out, func(a, b Group) int {
		return cmp.Or(cmp.Compare(a.P, b.P), cmp.Compare(len(b.Accounts), len(a.Accounts)), cmp.Compare(a.Accounts[0], b.Accounts[0]))
	})
	return out, nil
}

// describe tells all about one group.
func (c *Collector) describe(f found, accounts []uint32, edges []edge) Group {
	slices.SortFunc(accounts, func(a, b uint32) int { return cmp.Compare(c.names[a], c.names[b]) })
	place := make(map[uint32]int, len(accounts))
	g := Group{}
	for i, a := range accounts {
		place[a] = i
		g.Accounts = append(g.Accounts, c.names[a])
	}
	var ps []float64
	var kinds uint16
	for _, e := range edges {
		a, b := place[e.a], place[e.b]
		g.Edges = append(g.Edges, Edge{min(a, b), max(a, b), listed(e.kinds), e.met, e.weight, e.p})
		ps = append(ps, e.p)
		kinds |= e.kinds
	}
	slices.SortFunc(g.Edges, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(a.P, b.P), cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B))
	})
	g.Kinds = listed(kinds)
	g.P = min(1, f.tests*cauchy(ps, len(accounts)*(len(accounts)-1)/2))
	for _, l := range f.layers {
		if kinds&(1<<l.kind) != 0 {
			g.Acts = append(g.Acts, l.acts(place)...)
		}
	}
	c.sum(&g, f, place)
	return g
}

func listed(kinds uint16) []Kind {
	var out []Kind
	for k := range Kind(Kinds) {
		if kinds&(1<<k) != 0 {
			out = append(out, k)
		}
	}
	return out
}
