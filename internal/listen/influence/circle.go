package influence

import (
	"cmp"
	"slices"
)

// circleRounds bounds the spreading of labels. Few rounds keep circles from
// running together into one.
const circleRounds = 6

// circlesOf divides the voices into circles, those that respond to each other
// more than to others, by label propagation (Raghavan, Albert and Kumara, "Near
// linear time algorithm to detect community structures", 2007), in a fixed
// order. The first actors voices are left out with all their edges: whom
// everybody responds to would make one circle of all. A voice that then has
// nobody left is in no circle, -1.
func circlesOf(g graph, actors int) (circle []int32, count int) {
	edges := make([]uint64, 0, 2*len(g.out))
	for v := int32(actors); int(v) < g.nodes; v++ {
		for _, w := range g.of(v) {
			if int(w) >= actors {
				edges = append(edges, edge(v, w), edge(w, v))
			}
		}
	}
	both := newGraph(g.nodes, edges)
	circle = make([]int32, g.nodes)
	order := make([]int32, 0, g.nodes)
	for v := range circle {
		circle[v] = -1
		if len(both.of(int32(v))) > 0 {
			circle[v] = int32(v)
			order = append(order, int32(v))
		}
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(mix(uint64(a)), mix(uint64(b))) })
	votes := map[int32]int{}
	for range circleRounds {
		changed := 0
		for _, v := range order {
			clear(votes)
			most := 0
			for _, w := range both.of(v) {
				votes[circle[w]]++
				most = max(most, votes[circle[w]])
			}
			if votes[circle[v]] == most {
				continue
			}
			best := int32(-1)
			for c, k := range votes {
				if k == most && (best < 0 || mix(uint64(c)) < mix(uint64(best))) {
					best = c
				}
			}
			circle[v] = best
			changed++
		}
		if changed*1000 < len(order) {
			break
		}
	}
	seen := map[int32]bool{}
	for _, v := range order {
		seen[circle[v]] = true
	}
	return circle, len(seen)
}

// mixed is the chance that two of a sample, drawn without putting back, are of
// different sorts: one less Simpson's index (1949), which over circles is the
// participation coefficient of Guimerà and Amaral (2005) without its bias in
// small samples. sizes are how many there are of each sort. Nothing is said of
// fewer than least.
func mixed[K comparable](sizes map[K]int) *float64 {
	n, same := 0, 0.0
	for _, k := range sizes {
		n += k
		same += float64(k) * float64(k-1)
	}
	if n < least {
		return nil
	}
	x := 1 - same/(float64(n)*float64(n-1))
	return &x
}
