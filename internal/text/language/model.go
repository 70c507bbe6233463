package language

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"sync"
)

// magic begins the file of the model.
const magic = "sifara language 1\n"

// lengths are the numbers of words up to which a temperature holds: the sums of
// few words are less sure than they look.
var lengths = [...]int{1, 2, 3, 5, 8, 13, 21, 1 << 30}

const maxClasses = 64

// part is the model of one script. rows has 1<<bits rows of stride bytes, one byte
// a class and eight together, 128 meaning nothing.
type part struct {
	lo, hi, bits int
	classes      []string // "kmr" or, for a second spelling of it, "kmr-Arab"
	codes        []string // what is answered: classes without script
	first        []int    // the first class of the same code
	bias         []float64
	scale        float64 // of one step of a row
	cool         [len(lengths)]float64
	stride       int
	rows         []uint64
}

type model [modelled]*part

//go:embed identify.bin.gz
var file []byte

var loaded = sync.OnceValue(func() *model {
	m, err := unpack(file)
	if err != nil {
		panic(err) // the file is part of the program
	}
	return m
})

// unpack reads a model as it is shipped.
func unpack(b []byte) (*model, error) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("language model: %w", err)
	}
	b, err = io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("language model: %w", err)
	}
	return parse(b)
}

// Pack makes of a model what is shipped in the program: about half as long.
func Pack(model []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	if _, err := z.Write(model); err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	return b.Bytes(), nil
}

// parse reads a model.
func parse(b []byte) (*model, error) {
	if len(b) < len(magic) || string(b[:len(magic)]) != magic {
		return nil, fmt.Errorf("language model: not a file of this version")
	}
	r := reader{b: b[len(magic):]}
	var m model
	for r.left() > 0 && r.err == nil {
		s := script(r.byte())
		p := &part{lo: r.byte(), hi: r.byte(), bits: r.byte()}
		n := r.byte()
		if s >= modelled || n > maxClasses || p.bits > 20 {
			return nil, fmt.Errorf("language model: script %d of %d classes", s, n)
		}
		for range n {
			c := string(r.take(r.byte()))
			p.classes, p.codes = append(p.classes, c), append(p.codes, code(c))
			p.first = append(p.first, slices.Index(p.codes, code(c)))
			p.bias = append(p.bias, r.float())
		}
		p.scale = r.float()
		for i := range p.cool {
			p.cool[i] = r.float()
		}
		p.stride = stride(n)
		p.rows = make([]uint64, 0, p.stride/8<<p.bits)
		for b := r.take(p.stride << p.bits); len(b) > 0; b = b[8:] {
			p.rows = append(p.rows, binary.LittleEndian.Uint64(b))
		}
		m[s] = p
	}
	return &m, r.err
}

// code is the language of a class: its name without the script.
func code(class string) string {
	for i := range class {
		if class[i] == '-' {
			return class[:i]
		}
	}
	return class
}

// stride is the length of a row of n classes: whole words of eight bytes.
func stride(n int) int { return (n + 7) &^ 7 }

// reader takes values from a file of a model; after the end it gives zeros.
type reader struct {
	b   []byte
	err error
}

func (r *reader) left() int { return len(r.b) }

func (r *reader) take(n int) []byte {
	if n > len(r.b) {
		r.err, r.b = fmt.Errorf("language model: cut off"), nil
		return make([]byte, n)
	}
	out := r.b[:n:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) byte() int { return int(r.take(1)[0]) }

func (r *reader) float() float64 {
	return float64(math.Float32frombits(binary.LittleEndian.Uint32(r.take(4))))
}

// sums are the sums of rows for up to maxClasses classes, each row's bytes as they
// are: what is the same for all classes takes no part in the answer.
type sums struct {
	even, odd [maxClasses / 8]uint64 // four sums of 16 bits each, of every second class
	total     [maxClasses]int32
	n         int // rows in all
}

// full is how many rows of bytes 16 bits have room for, in fours.
const full = 256

// add adds the row of each feature.
func (s *sums) add(p *part, features []uint32) {
	s.n += len(features)
	for len(features) > 0 {
		some := features[:min(full, len(features))]
		features = features[len(some):]
		for len(some) >= 4 {
			s.four(p, [4]uint32(some))
			some = some[4:]
		}
		for _, f := range some {
			for i, x := range p.row(f) {
				s.even[i] += x & evens
				s.odd[i] += x >> 8 & evens
			}
		}
		s.spill(p.stride / 8)
	}
}

const evens = 0x00FF00FF00FF00FF // every second byte of eight

// four adds four rows, eight classes at a time.
func (s *sums) four(p *part, f [4]uint32) {
	a, b, c, d := p.row(f[0]), p.row(f[1]), p.row(f[2]), p.row(f[3])
	n := len(a)
	b, c, d = b[:n], c[:n], d[:n]
	even, odd := s.even[:n], s.odd[:n]
	for i, w := range a {
		x, y, z := b[i], c[i], d[i]
		even[i] += w&evens + x&evens + y&evens + z&evens
		odd[i] += w>>8&evens + x>>8&evens + y>>8&evens + z>>8&evens
	}
}

func (p *part) row(feature uint32) []uint64 {
	w := p.stride / 8
	return p.rows[int(feature>>(32-p.bits))*w:][:w]
}

// spill empties the sums of 16 bits into the totals.
func (s *sums) spill(words int) {
	for i := range words {
		even, odd := s.even[i], s.odd[i]
		for k := range 4 {
			s.total[8*i+2*k] += int32(even >> (16 * k) & 0xFFFF)
			s.total[8*i+2*k+1] += int32(odd >> (16 * k) & 0xFFFF)
		}
	}
	clear(s.even[:words])
	clear(s.odd[:words])
}

// scores gives the logits of the classes; words chooses the temperature.
func (s *sums) scores(p *part, words int, out *[maxClasses]float64) {
	if s.n == 0 {
		return
	}
	cool := p.coolness(words)
	f := p.scale / math.Sqrt(float64(s.n))
	for c := range p.classes {
		out[c] = (float64(s.total[c]-128*int32(s.n))*f + p.bias[c]) * cool
	}
}

func (p *part) coolness(words int) float64 {
	for i, l := range lengths {
		if words <= l {
			return p.cool[i]
		}
	}
	return 1
}
