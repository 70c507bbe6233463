package likeness

import (
	"image"
	"math"
)

// Picture is a picture as far as likeness looks at it.
type Picture struct {
	cells [3][side * side]float64          // brightness, blue and red difference, 0 to 255
	sums  [(side + 1) * (side + 1)]float64 // of brightness, left above
	Shape float64                          // width by height
	least float64                          // pixels of the shorter side
}

// See looks at a picture, turned upright by its EXIF orientation (1 to 8). It
// reads each pixel once.
func See(img image.Image, turn int) *Picture {
	b := img.Bounds()
	p := &Picture{Shape: float64(b.Dx()) / float64(max(1, b.Dy())), least: float64(min(b.Dx(), b.Dy()))}
	if b.Empty() {
		return p
	}
	var counts [side * side]float64
	w, h := b.Dx(), b.Dy()
	add := func(x, y int, yy, cb, cr float64) {
		// A pixel of a small picture covers more than one cell.
		for cy := y * side / h; cy <= max(y*side/h, ((y+1)*side-1)/h); cy++ {
			for cx := x * side / w; cx <= max(x*side/w, ((x+1)*side-1)/w); cx++ {
				i := cy*side + cx
				p.cells[0][i] += yy
				p.cells[1][i] += cb
				p.cells[2][i] += cr
				counts[i]++
			}
		}
	}
	if y, ok := img.(*image.YCbCr); ok {
		for py := range h {
			for px := range w {
				c := y.COffset(b.Min.X+px, b.Min.Y+py)
				add(px, py, float64(y.Y[y.YOffset(b.Min.X+px, b.Min.Y+py)]), float64(y.Cb[c]), float64(y.Cr[c]))
			}
		}
	} else {
		for py := range h {
			for px := range w {
				yy, cb, cr := colour(img, b.Min.X+px, b.Min.Y+py)
				add(px, py, yy, cb, cr)
			}
		}
	}
	for i, n := range counts {
		for c := range p.cells {
			p.cells[c][i] /= n
		}
	}
	p.turn(turn)
	p.sum()
	return p
}

// colour is a pixel on white as brightness and differences (JFIF).
func colour(img image.Image, x, y int) (yy, cb, cr float64) {
	var r, g, b, a uint32
	if fast, ok := img.(image.RGBA64Image); ok {
		c := fast.RGBA64At(x, y)
		r, g, b, a = uint32(c.R), uint32(c.G), uint32(c.B), uint32(c.A)
	} else {
		r, g, b, a = img.At(x, y).RGBA()
	}
	rest := 0xffff - a
	red, green, blue := float64(r+rest)/257, float64(g+rest)/257, float64(b+rest)/257
	yy = 0.299*red + 0.587*green + 0.114*blue
	return yy, 128 + (blue-yy)/1.772, 128 + (red-yy)/1.402
}

// turn puts the grid upright: EXIF's eight orientations.
func (p *Picture) turn(to int) {
	if to < 2 || to > 8 {
		return
	}
	if to >= 5 {
		p.Shape = 1 / p.Shape
	}
	for c := range p.cells {
		var out [side * side]float64
		for y := range side {
			for x := range side {
				out[y*side+x] = p.cells[c][source(to, x, y)]
			}
		}
		p.cells[c] = out
	}
}

// source is the cell that is seen at x, y.
func source(to, x, y int) int {
	const last = side - 1
	switch to {
	case 2:
		x = last - x
	case 3:
		x, y = last-x, last-y
	case 4:
		y = last - y
	case 5:
		x, y = y, x
	case 6:
		x, y = y, last-x
	case 7:
		x, y = last-y, last-x
	case 8:
		x, y = last-y, x
	}
	return y*side + x
}

// sum adds up brightness, so that the mean of any window takes four steps.
func (p *Picture) sum() {
	for y := range side {
		var row float64
		for x := range side {
			row += p.cells[0][y*side+x]
			p.sums[(y+1)*(side+1)+x+1] = p.sums[y*(side+1)+x+1] + row
		}
	}
}

// above is the sum of brightness left of and above a point given in shares.
func (p *Picture) above(x, y float64) float64 {
	x, y = min(max(x, 0), 1)*side, min(max(y, 0), 1)*side
	i, j := min(int(x), side-1), min(int(y), side-1)
	fx, fy := x-float64(i), y-float64(j)
	at := func(i, j int) float64 { return p.sums[j*(side+1)+i] }
	return (1-fx)*(1-fy)*at(i, j) + fx*(1-fy)*at(i+1, j) + (1-fx)*fy*at(i, j+1) + fx*fy*at(i+1, j+1)
}

// mean is the mean brightness of a rectangle given in shares.
func (p *Picture) mean(x0, y0, x1, y1 float64) float64 {
	area := (x1 - x0) * (y1 - y0) * side * side
	if area <= 0 {
		return 0
	}
	return (p.above(x1, y1) - p.above(x0, y1) - p.above(x1, y0) + p.above(x0, y0)) / area
}

// at is a channel at a point given in shares, between the cells around it.
func (p *Picture) at(channel int, x, y float64) float64 {
	x, y = min(max(x*side-0.5, 0), side-1), min(max(y*side-0.5, 0), side-1)
	i, j := int(x), int(y)
	fx, fy := x-float64(i), y-float64(j)
	k, l := min(i+1, side-1), min(j+1, side-1)
	c := &p.cells[channel]
	return (1-fx)*(1-fy)*c[j*side+i] + fx*(1-fy)*c[j*side+k] + (1-fx)*fy*c[l*side+i] + fx*fy*c[l*side+k]
}

// coarse is how much less a picture shows than a grid of two pixels a cell; 1
// for one that shows as much. Small pictures differ at every edge.
func (p *Picture) coarse() float64 { return min(max(2*side/max(p.least, 1), 1), 3) }

// flat reports a picture without anything to see: it is like every other one.
func (p *Picture) flat() bool {
	var sum, square float64
	for _, v := range p.cells[0] {
		sum += v
		square += v * v
	}
	mean := sum / (side * side)
	return math.Sqrt(max(0, square/(side*side)-mean*mean)) < 4
}
