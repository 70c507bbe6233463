package theme

import (
	"encoding/hex"
	"fmt"
	"math"
	"strings"
)

// Colour is a colour of sRGB: red, green, blue.
type Colour [3]uint8

// Black and White are the ends of every scale.
var (
	Black = Colour{}
	White = Colour{255, 255, 255}
)

// Parse reads a colour as style sheets write it: "#0f4c45", in either case, with
// or without the sign.
func Parse(s string) (Colour, error) {
	digits := strings.TrimPrefix(strings.TrimSpace(s), "#")
	b, err := hex.DecodeString(digits)
	if err != nil || len(b) != 3 {
		return Colour{}, fmt.Errorf("theme: %.20q is no colour", s)
	}
	return Colour(b), nil
}

// String writes what Parse reads.
func (c Colour) String() string { return "#" + hex.EncodeToString(c[:]) }

// linear gives a channel by its light (IEC 61966-2-1).
func linear(v uint8) float64 {
	s := float64(v) / 255
	if s <= 0.04045 {
		return s / 12.92
	}
	return math.Pow((s+0.055)/1.055, 2.4)
}

// gamma is the opposite of linear.
func gamma(l float64) uint8 {
	s := 12.92 * l
	if l > 0.0031308 {
		s = 1.055*math.Pow(l, 1/2.4) - 0.055
	}
	return uint8(math.Round(255 * min(max(s, 0), 1)))
}

// luminance is the relative luminance of WCAG 2.2.
func (c Colour) luminance() float64 {
	return 0.2126*linear(c[0]) + 0.7152*linear(c[1]) + 0.0722*linear(c[2])
}

// Contrast is the contrast ratio of WCAG 2.2 between two colours, from 1 to 21,
// in either order.
func Contrast(a, b Colour) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// mix gives the colour with a share of another, as a browser lays one over the
// other.
func (c Colour) mix(other Colour, share float64) Colour {
	var out Colour
	for i := range c {
		out[i] = uint8(math.Round(float64(c[i])*(1-share) + float64(other[i])*share))
	}
	return out
}

// lab is a colour of OKLab (Björn Ottosson, 2020): lightness from 0 to 1, and
// two axes of hue. Equal distances look about equally large.
type lab [3]float64

func (c Colour) lab() lab {
	r, g, b := linear(c[0]), linear(c[1]), linear(c[2])
	l := math.Cbrt(0.4122214708*r + 0.5363325363*g + 0.0514459929*b)
	m := math.Cbrt(0.2119034982*r + 0.6806995451*g + 0.1073969566*b)
	s := math.Cbrt(0.0883024619*r + 0.2817188376*g + 0.6299787005*b)
	return lab{0.2104542553*l + 0.7936177850*m - 0.0040720468*s, 1.9779984951*l - 2.4285922050*m + 0.4505937099*s, 0.0259040371*l + 0.7827717662*m - 0.8086757660*s}
}

// colour gives the colour with this lightness and hue, as vivid as a screen can
// show it.
func (x lab) colour() Colour {
	for share := 1.0; ; share -= 0.05 {
		r, g, b := x.light(max(share, 0))
		if share <= 0 || min(r, g, b) >= -1e-4 && max(r, g, b) <= 1+1e-4 {
			return Colour{gamma(r), gamma(g), gamma(b)}
		}
	}
}

// light gives the channels, with a share of the chroma.
func (x lab) light(share float64) (r, g, b float64) {
	cube := func(v float64) float64 { return v * v * v }
	l := cube(x[0] + share*(0.3963377774*x[1]+0.2158037573*x[2]))
	m := cube(x[0] - share*(0.1055613458*x[1]+0.0638541728*x[2]))
	s := cube(x[0] - share*(0.0894841775*x[1]+1.2914855480*x[2]))
	return 4.0767416621*l - 3.3077115913*m + 0.2309699292*s, -1.2684380046*l + 2.6097574011*m - 0.3413193965*s, -0.0041960863*l - 0.7034186147*m + 1.7076147010*s
}

// distance is how different two colours look.
func distance(a, b Colour) float64 {
	x, y := a.lab(), b.lab()
	return math.Hypot(math.Hypot(x[0]-y[0], x[1]-y[1]), x[2]-y[2])
}

// lightSteps is how finely nearest looks: two hundredths of the way from black to
// white are less than an eye can tell apart.
const lightSteps = 400

// nearest gives the colour of the same hue that passes and looks least different;
// false when none of that hue does.
func (c Colour) nearest(passes func(Colour) bool) (Colour, bool) {
	if passes(c) {
		return c, true
	}
	best, found := c, false
	x := c.lab()
	for i := range lightSteps + 1 {
		x[0] = float64(i) / lightSteps
		if d := x.colour(); passes(d) && (!found || distance(c, d) < distance(c, best)) {
			best, found = d, true
		}
	}
	return best, found
}
