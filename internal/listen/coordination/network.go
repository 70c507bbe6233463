package coordination

import (
	"cmp"
	"slices"
)

// network is the graph of what was found, its nodes renumbered.
type network struct {
	nodes []uint32 // account of each node
	adj   [][]arc
}

type arc struct {
	to     int
	weight float64
}

func newNetwork(edges []edge) *network {
	g := &network{}
	for _, e := range edges {
		g.nodes = append(g.nodes, e.a, e.b)
	}
	slices.Sort(g.nodes)
	g.nodes = slices.Compact(g.nodes)
	g.adj = make([][]arc, len(g.nodes))
	for _, e := range edges {
		a, _ := slices.BinarySearch(g.nodes, e.a)
		b, _ := slices.BinarySearch(g.nodes, e.b)
		g.adj[a] = append(g.adj[a], arc{b, e.weight})
		g.adj[b] = append(g.adj[b], arc{a, e.weight})
	}
	return g
}

// communities gives each node its community by the Louvain method, nodes taken
// in their order and the lowest community of equals, so twice the same.
func (g *network) communities() []int {
	of := make([]int, len(g.adj))
	for i := range of {
		of[i] = i
	}
	adj := g.adj
	for {
		part, moved := louvain(adj)
		if !moved {
			return of
		}
		count := renumber(part)
		for i := range of {
			of[i] = part[of[i]]
		}
		adj = shrink(adj, part, count)
	}
}

// louvain moves nodes to the neighbouring community that gains modularity most,
// until none gains.
func louvain(adj [][]arc) (part []int, moved bool) {
	n := len(adj)
	part = make([]int, n)
	strength, inside := make([]float64, n), make([]float64, n)
	total := 0.0
	for i, arcs := range adj {
		part[i] = i
		for _, a := range arcs {
			strength[i] += a.weight
		}
		total += strength[i]
	}
	if total == 0 {
		return part, false
	}
	sum := slices.Clone(strength)
	for again, rounds := true, 0; again && rounds < 100; rounds++ {
		again = false
		for i, arcs := range adj {
			var near []int
			for _, a := range arcs {
				if a.to != i {
					if inside[part[a.to]] == 0 {
						near = append(near, part[a.to])
					}
					inside[part[a.to]] += a.weight
				}
			}
			home := part[i]
			sum[home] -= strength[i]
			best, gain := home, inside[home]-sum[home]*strength[i]/total
			slices.Sort(near)
			for _, c := range near {
				if v := inside[c] - sum[c]*strength[i]/total; v > gain+1e-12 {
					best, gain = c, v
				}
			}
			for _, c := range near {
				inside[c] = 0
			}
			sum[best] += strength[i]
			if best != home {
				part[i], again, moved = best, true, true
			}
		}
	}
	return part, moved
}

// renumber makes the numbers of communities 0, 1, 2 … in the order of nodes.
func renumber(part []int) (count int) {
	name := map[int]int{}
	for i, c := range part {
		if _, ok := name[c]; !ok {
			name[c] = len(name)
		}
		part[i] = name[c]
	}
	return len(name)
}

// shrink makes each community a node.
func shrink(adj [][]arc, part []int, count int) [][]arc {
	out := make([][]arc, count)
	for i, arcs := range adj {
		for _, a := range arcs {
			out[part[i]] = append(out[part[i]], arc{part[a.to], a.weight})
		}
	}
	for i, arcs := range out {
		slices.SortStableFunc(arcs, func(a, b arc) int { return cmp.Compare(a.to, b.to) })
		kept := arcs[:0]
		for _, a := range arcs {
			if k := len(kept) - 1; k >= 0 && kept[k].to == a.to {
				kept[k].weight += a.weight
			} else {
				kept = append(kept, a)
			}
		}
		out[i] = kept
	}
	return out
}

// peripheral is the share of the middle member's centrality below which a member
// is taken out: it hangs on a group by a thread.
const peripheral = 0.05

// prune gives the members of a community that belong to its core, by
// eigenvector centrality.
func (g *network) prune(members []int) []int {
	if len(members) < 4 {
		return members
	}
	at := make(map[int]int, len(members))
	for i, m := range members {
		at[m] = i
	}
	v := make([]float64, len(members))
	for i := range v {
		v[i] = 1
	}
	for range 60 {
		next, top := slices.Clone(v), 0.0 // with the node itself, so that two sides do not swing
		for i, m := range members {
			for _, a := range g.adj[m] {
				if j, ok := at[a.to]; ok {
					next[i] += a.weight * v[j]
				}
			}
			top = max(top, next[i])
		}
		for i := range next {
			next[i] /= top
		}
		v = next
	}
	middle := slices.Sorted(slices.Values(v))[len(v)/2]
	kept := make([]int, 0, len(members))
	for i, m := range members {
		if v[i] >= peripheral*middle {
			kept = append(kept, m)
		}
	}
	return kept
}
