package group

import (
	"cmp"
	"math"
	"slices"

	"sifara/internal/listen/coordination"
)

const (
	// drawnTies is how many ties of a network are kept, the least probable by
	// chance first: of a large group thousands of them would be one grey patch.
	drawnTies = 1200
	// rounds is how often the nodes are moved until the drawing is at rest, and
	// mostPushes how many pairs of nodes are pushed apart in all: very large
	// networks are left less well drawn instead of waited for.
	rounds     = 200
	mostPushes = 40_000_000
)

// networkOf is the network of what was found, with its drawing.
func networkOf(f coordination.Group, number []int) Network {
	n := Network{Nodes: make([]Node, len(f.Accounts)), Ties: []Tie{}}
	for i, e := range f.Edges { // the least probable first
		a, b := number[e.A], number[e.B]
		n.Nodes[a].Ties++
		n.Nodes[b].Ties++
		if i < drawnTies {
			n.Ties = append(n.Ties, Tie{A: min(a, b), B: max(a, b), Met: e.Met, Weight: math.Round(e.Weight*1000) / 1000, Kinds: names(e.Kinds)})
		}
	}
	slices.SortFunc(n.Ties, func(x, y Tie) int { return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B)) })
	n.draw()
	return n
}

// draw places the nodes: those that are tied attract, all others repel
// (Fruchterman and Reingold, "Graph drawing by force-directed placement", 1991).
// It begins with a spiral instead of chance, so that the same network is drawn
// the same twice.
func (n *Network) draw() {
	count := len(n.Nodes)
	if count == 0 {
		return
	}
	for i := range n.Nodes {
		angle, r := float64(i)*2.399963, math.Sqrt((float64(i)+0.5)/float64(count))/2 // the golden angle
		n.Nodes[i].X, n.Nodes[i].Y = 0.5+r*math.Cos(angle), 0.5+r*math.Sin(angle)
	}
	k, times := math.Sqrt(1/float64(count)), min(rounds, mostPushes/(count*count))
	for round := range times {
		n.push(k, 0.1*(1-float64(round)/float64(times)))
	}
	n.fit()
}

// push moves every node once, by at most step.
func (n *Network) push(k, step float64) {
	dx, dy := make([]float64, len(n.Nodes)), make([]float64, len(n.Nodes))
	apart := func(a, b int) (x, y, d float64) {
		x, y = n.Nodes[a].X-n.Nodes[b].X, n.Nodes[a].Y-n.Nodes[b].Y
		return x, y, max(1e-6, math.Hypot(x, y))
	}
	for a := range n.Nodes {
		for b := range a {
			x, y, d := apart(a, b)
			f := k * k / (d * d)
			dx[a], dy[a], dx[b], dy[b] = dx[a]+x*f, dy[a]+y*f, dx[b]-x*f, dy[b]-y*f
		}
	}
	for _, t := range n.Ties {
		x, y, d := apart(t.A, t.B)
		f := d / k * (0.3 + 0.7*t.Weight)
		dx[t.A], dy[t.A], dx[t.B], dy[t.B] = dx[t.A]-x*f, dy[t.A]-y*f, dx[t.B]+x*f, dy[t.B]+y*f
	}
	for i := range n.Nodes {
		if d := math.Hypot(dx[i], dy[i]); d > 0 {
			n.Nodes[i].X += dx[i] / d * min(d, step)
			n.Nodes[i].Y += dy[i] / d * min(d, step)
		}
	}
}

// fit stretches the drawing over 0 to 1 in both directions.
func (n *Network) fit() {
	stretch := func(of func(*Node) *float64) {
		low, high := math.Inf(1), math.Inf(-1)
		for i := range n.Nodes {
			low, high = min(low, *of(&n.Nodes[i])), max(high, *of(&n.Nodes[i]))
		}
		for i := range n.Nodes {
			v := 0.5
			if high-low > 1e-9 {
				v = (*of(&n.Nodes[i]) - low) / (high - low)
			}
			*of(&n.Nodes[i]) = math.Round(v*1e4) / 1e4
		}
	}
	stretch(func(n *Node) *float64 { return &n.X })
	stretch(func(n *Node) *float64 { return &n.Y })
}
