package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"

	"sifara/internal/publish"
)

// Size of the pictures, in pixels.
const (
	wide = 960
	high = 504
)

// drawing is a picture with what it shows.
type drawing struct {
	name string
	make func() ([]byte, error)
	alt  publish.Texts
}

// draw makes a picture of a function of the place.
func draw(at func(x, y float64) color.RGBA) ([]byte, error) { return drawIn(wide, high, at) }

// drawIn is draw in another size.
func drawIn(width, height int, at func(x, y float64) color.RGBA) ([]byte, error) {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			img.SetRGBA(x, y, at(float64(x), float64(y)))
		}
	}
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}

// tiles draws a pattern of eight-pointed stars: two squares, one turned by an
// eighth of a circle, around each point of a grid.
func tiles() ([]byte, error) {
	const side = 120
	return draw(func(x, y float64) color.RGBA {
		dx, dy := math.Mod(x, side)-side/2, math.Mod(y, side)-side/2
		straight := max(math.Abs(dx), math.Abs(dy))
		turned := (math.Abs(dx) + math.Abs(dy)) / math.Sqrt2
		star := min(straight, turned)
		switch {
		case star < 16:
			return color.RGBA{0xd9, 0xb4, 0x5b, 0xff}
		case star < 36:
			return color.RGBA{0x16, 0x4e, 0x63, 0xff}
		case star < 40:
			return color.RGBA{0xd9, 0xb4, 0x5b, 0xff}
		case min(side/2-math.Abs(dx), side/2-math.Abs(dy)) < 2:
			return color.RGBA{0xe9, 0xdf, 0xc6, 0xff}
		}
		return color.RGBA{0xf7, 0xf3, 0xe8, 0xff}
	})
}

// rivers draws two rivers that wind through a plain and meet.
func rivers() ([]byte, error) {
	return draw(func(x, y float64) color.RGBA {
		meet := min(1, x/700)
		apart := 130 * (1 - meet)
		bend := 34*math.Sin(x/95) + 14*math.Sin(x/41)
		one := math.Abs(y - (high/2 - apart + bend))
		two := math.Abs(y - (high/2 + apart + 26*math.Cos(x/80)*(1-meet) + bend*meet))
		near, breadth := min(one, two), 9+14*meet
		switch {
		case near < breadth:
			return color.RGBA{0x2a, 0x7f, 0x9e, 0xff}
		case near < breadth+5:
			return color.RGBA{0x9c, 0xc9, 0xcf, 0xff}
		case near < breadth+44:
			return color.RGBA{0x6f, 0x9a, 0x5b, 0xff}
		}
		return color.RGBA{0xe6, 0xd7, 0xb0, 0xff}
	})
}
