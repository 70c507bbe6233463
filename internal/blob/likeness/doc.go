// Package likeness says whether two pictures show the same, when one was made
// smaller, compressed anew or cropped at its edges, and where they differ, when
// something in one of them was changed.
//
// A picture is looked at as a grid of 128 × 128 mean colours, whatever its size
// and shape. Its print is a perceptual hash of 256 bits: the signs of the lowest
// frequencies of a cosine transform against their median, as in pHash (Zauner
// 2010) and PDQ (Facebook 2019). Prints of near pictures differ in few bits, those
// of two different ones in about half. Prints of 81 windows, each a little smaller
// at its sides than the picture, recognise what was cropped.
//
// What it does not do: recognise a picture that was mirrored, turned, or cropped
// by more than a tenth or so at a side. Figures are in docs/benchmarks.md.
package likeness

import (
	"encoding/hex"
	"errors"
	"math"
	"math/bits"
	"slices"
)

const (
	side  = 128 // cells of the grid, each way
	small = 32  // samples that are transformed, each way
	low   = 16  // frequencies that make the print, each way
)

// Print is the perceptual hash of a picture.
type Print [4]uint64

// Distance is in how many of 256 bits two prints differ.
func (p Print) Distance(q Print) int {
	return bits.OnesCount64(p[0]^q[0]) + bits.OnesCount64(p[1]^q[1]) + bits.OnesCount64(p[2]^q[2]) + bits.OnesCount64(p[3]^q[3])
}

// printBytes is the length of a print in bytes.
const printBytes = 32

// ErrPrint means text or bytes that are no print.
var ErrPrint = errors.New("likeness: not a print")

// Bytes writes prints one after the other.
func Bytes(all []Print) []byte {
	out := make([]byte, 0, printBytes*len(all))
	for _, p := range all {
		for _, w := range p {
			for shift := 56; shift >= 0; shift -= 8 {
				out = append(out, byte(w>>shift))
			}
		}
	}
	return out
}

// Read reads what Bytes wrote; ErrPrint.
func Read(b []byte) ([]Print, error) {
	if len(b)%printBytes != 0 {
		return nil, ErrPrint
	}
	out := make([]Print, len(b)/printBytes)
	for i := range out {
		for j, c := range b[i*printBytes : (i+1)*printBytes] {
			out[i][j/8] = out[i][j/8]<<8 | uint64(c)
		}
	}
	return out, nil
}

// String is the print as 64 hexadecimal digits.
func (p Print) String() string { return hex.EncodeToString(Bytes([]Print{p})) }

// Near is the distance up to which a print of a window is worth a closer look
// (Compare). Different pictures are seldom so near: see docs/benchmarks.md.
const Near = 92

// Nearest is the smallest distance of a print to any of some.
func Nearest(p Print, all []Print) int {
	least := 256
	for _, q := range all {
		least = min(least, p.Distance(q))
	}
	return least
}

// Window is a part of a picture, in shares of its width and height.
type Window struct{ Left, Top, Right, Bottom float64 }

var whole = Window{0, 0, 1, 1}

// cuts are how much windows leave out at a side.
var cuts = [...]float64{0, 0.05, 0.1}

// windows are all ways to cut the four sides, the whole picture first.
func windows() []Window {
	var out []Window
	for _, l := range cuts {
		for _, t := range cuts {
			for _, r := range cuts {
				for _, b := range cuts {
					out = append(out, Window{l, t, 1 - r, 1 - b})
				}
			}
		}
	}
	return out
}

// Print is the print of the whole picture.
func (p *Picture) Print() Print { return p.print(whole) }

// Prints are those of the picture and of its windows; the first is Print.
func (p *Picture) Prints() []Print {
	all := windows()
	out := make([]Print, len(all))
	for i, w := range all {
		out[i] = p.print(w)
	}
	return out
}

func (p *Picture) print(w Window) Print {
	freq := transform(p.samples(w))
	sorted := slices.Clone(freq[1:]) // without the mean brightness
	slices.Sort(sorted)
	median := sorted[len(sorted)/2]
	var out Print
	for i, f := range freq {
		if i > 0 && f > median {
			out[i/64] |= 1 << (63 - i%64)
		}
	}
	return out
}

// samples are small × small mean brightnesses of a window.
func (p *Picture) samples(w Window) []float64 {
	out := make([]float64, small*small)
	dx, dy := (w.Right-w.Left)/small, (w.Bottom-w.Top)/small
	for y := range small {
		for x := range small {
			out[y*small+x] = p.mean(w.Left+float64(x)*dx, w.Top+float64(y)*dy, w.Left+float64(x+1)*dx, w.Top+float64(y+1)*dy)
		}
	}
	return out
}

// transform gives the lowest frequencies, low × low, of the two-dimensional
// discrete cosine transform (DCT-II).
func transform(in []float64) []float64 {
	rows := make([]float64, small*low)
	for y := range small {
		for k := range low {
			var sum float64
			for x := range small {
				sum += in[y*small+x] * cosines[k][x]
			}
			rows[y*low+k] = sum
		}
	}
	out := make([]float64, low*low)
	for j := range low {
		for k := range low {
			var sum float64
			for y := range small {
				sum += rows[y*low+k] * cosines[j][y]
			}
			out[j*low+k] = sum
		}
	}
	return out
}

var cosines = func() (c [low][small]float64) {
	for k := range low {
		for x := range small {
			c[k][x] = math.Cos(math.Pi * (float64(x) + 0.5) * float64(k) / small)
		}
	}
	return c
}()
