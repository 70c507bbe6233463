package likeness

import (
	"math"
	"slices"
)

// Comparison is how a picture stands to an official one.
type Comparison struct {
	Like    float64  // correlation of what both show, -1 to 1
	Window  Window   // the part of the official one that it shows
	Changed []Window // where it shows something else, in shares of the official one
}

// Same reports that it shows the official picture or a part of it, changed or not.
func (c Comparison) Same() bool { return c.Like >= leastLike }

// Altered reports that something in it was changed.
func (c Comparison) Altered() bool { return len(c.Changed) > 0 }

// Cropped reports that it does not show the whole.
func (c Comparison) Cropped() bool {
	return c.Window.Left > cropped || c.Window.Top > cropped || c.Window.Right < 1-cropped || c.Window.Bottom < 1-cropped
}

// The bounds are chosen on photographs, see docs/benchmarks.md.
const (
	leastLike = 0.75
	cropped   = 0.02
	blocks    = 32   // of the search for changes, each way
	changed   = 26.0 // difference of a block, of 255, from which on it counts
	above     = 5.0  // and by so many times more than half of the blocks differ
	together  = 3    // blocks that touch each other and differ
)

// Compare lays a picture over the official one, as it fits best, and looks for
// differences that scaling and compression do not explain. Brightness and
// contrast as a whole do not matter.
func Compare(p, official *Picture) Comparison {
	if p.flat() || official.flat() {
		return Comparison{Window: whole}
	}
	w := fit(p, official)
	gain, offset, like := level(p, official, w)
	out := Comparison{Like: like, Window: w}
	if out.Same() {
		out.Changed = differences(p, official, w, gain, offset)
	}
	return out
}

// fit finds the window of the official picture that p shows: the best of the
// prints' windows, moved side by side until nothing gets better.
func fit(p, official *Picture) Window {
	own := p.Print()
	best, least := whole, 257
	for _, w := range windows() {
		if d := own.Distance(official.print(w)); d < least {
			best, least = w, d
		}
	}
	_, _, like := level(p, official, best)
	for _, step := range []float64{0.03, 0.015, 0.007, 0.003} {
		for moved := true; moved; {
			moved = false
			for i := range 8 {
				w := nudge(best, i, step)
				if _, _, l := level(p, official, w); l > like+1e-5 {
					best, like, moved = w, l, true
				}
			}
		}
	}
	return best
}

// nudge moves one side of a window out or in, never beyond a fifth.
func nudge(w Window, i int, step float64) Window {
	if i >= 4 {
		step = -step
	}
	switch i % 4 {
	case 0:
		w.Left = min(max(w.Left+step, 0), 0.2)
	case 1:
		w.Top = min(max(w.Top+step, 0), 0.2)
	case 2:
		w.Right = min(max(w.Right+step, 0.8), 1)
	case 3:
		w.Bottom = min(max(w.Bottom+step, 0.8), 1)
	}
	return w
}

// level gives the line from the official brightness to p's, and how well it
// fits (correlation).
func level(p, official *Picture, w Window) (gain, offset, like float64) {
	const n = 40
	var sx, sy, sxx, syy, sxy float64
	for j := range n {
		for i := range n {
			u, v := (float64(i)+0.5)/n, (float64(j)+0.5)/n
			x := official.at(0, w.Left+u*(w.Right-w.Left), w.Top+v*(w.Bottom-w.Top))
			y := p.at(0, u, v)
			sx, sy, sxx, syy, sxy = sx+x, sy+y, sxx+x*x, syy+y*y, sxy+x*y
		}
	}
	const all = n * n
	vx, vy, cov := sxx/all-sx*sx/all/all, syy/all-sy*sy/all/all, sxy/all-sx*sy/all/all
	if vx < 1 || vy < 1 {
		return 1, 0, 0
	}
	gain = cov / vx
	return gain, sy/all - gain*sx/all, cov / math.Sqrt(vx*vy)
}

// differences are the places where blocks that touch each other differ.
func differences(p, official *Picture, w Window, gain, offset float64) []Window {
	var diff [blocks * blocks]float64
	for j := range blocks {
		for i := range blocks {
			diff[j*blocks+i] = block(p, official, w, gain, offset, i, j)
		}
	}
	bound := max(changed*max(p.coarse(), official.coarse()), above*median(diff[:]))
	var seen [blocks * blocks]bool
	var out []Window
	for i := range diff {
		if diff[i] < bound || seen[i] {
			continue
		}
		n, area := spread(diff[:], seen[:], i, bound)
		if n >= together {
			sx, sy := (w.Right-w.Left)/blocks, (w.Bottom-w.Top)/blocks
			out = append(out, Window{w.Left + area.Left*sx, w.Top + area.Top*sy, w.Left + area.Right*sx, w.Top + area.Bottom*sy})
		}
	}
	return out
}

// block is how much a block differs at the best of nine places: a window that is
// a little off must not look like a change.
func block(p, official *Picture, w Window, gain, offset float64, i, j int) float64 {
	const n = 4
	least := math.Inf(1)
	for _, dy := range [...]float64{0, -1, 1} {
		for _, dx := range [...]float64{0, -1, 1} {
			var sum float64
			for y := range n {
				for x := range n {
					u, v := (float64(i)+(float64(x)+0.5)/n)/blocks, (float64(j)+(float64(y)+0.5)/n)/blocks
					ox, oy := w.Left+u*(w.Right-w.Left)+dx/side, w.Top+v*(w.Bottom-w.Top)+dy/side
					sum += math.Abs(p.at(0, u, v) - gain*official.at(0, ox, oy) - offset)
					sum += math.Abs(p.at(1, u, v)-official.at(1, ox, oy)) + math.Abs(p.at(2, u, v)-official.at(2, ox, oy))
				}
			}
			least = min(least, sum/(n*n))
		}
	}
	return least
}

// spread follows blocks that differ from one on; how many there are, and the
// box around them in blocks.
func spread(diff []float64, seen []bool, from int, bound float64) (n int, area Window) {
	area = Window{blocks, blocks, 0, 0}
	stack := []int{from}
	seen[from] = true
	for len(stack) > 0 {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		n++
		x, y := at%blocks, at/blocks
		area = Window{min(area.Left, float64(x)), min(area.Top, float64(y)), max(area.Right, float64(x+1)), max(area.Bottom, float64(y+1))}
		for dy := -1; dy <= 1; dy++ {
			for dx := -1; dx <= 1; dx++ {
				if x+dx < 0 || x+dx >= blocks || y+dy < 0 || y+dy >= blocks {
					continue
				}
				if next := (y+dy)*blocks + x + dx; !seen[next] && diff[next] >= bound {
					seen[next] = true
					stack = append(stack, next)
				}
			}
		}
	}
	return n, area
}

func median(all []float64) float64 {
	sorted := slices.Clone(all)
	slices.Sort(sorted)
	return sorted[len(sorted)/2]
}
