package linear

import (
	"encoding/binary"
	"math"
	"math/bits"

	"sifara/internal/text/classify/ngram"
)

// MaxOutputs bounds the outputs of a model.
const MaxOutputs = 8

// Model gives each of its outputs a score: a bias and the sum of the weights of
// a text's features, each group of features divided by the root of its number.
// It is immutable and safe for use by several goroutines.
type Model struct {
	Meta
	table []byte // open addressing; a slot is a feature's hash and one weight for each output
	width int
	mask  uint32
	// Most features of a text are in no model: sixteen bits a feature, small
	// enough for the processor's cache, say so without a look at the table.
	filter []uint64
	shift  int
}

// Meta is what is known of a model besides its weights.
type Meta struct {
	Name    string                `json:"name"`
	Version string                `json:"version"` // of the features, see [ngram.Version]
	Trained string                `json:"trained"` // on which data, in words
	Groups  [ngram.Groups]float64 `json:"groups"`  // weight of each group of features
	Bias    []float64             `json:"bias"`    // one for each output
	Step    []float64             `json:"step"`    // what one eighth-bit step of a weight is worth, for each output
	Heads   []Head                `json:"heads"`
}

// Head turns neighbouring outputs into the probabilities of classes that exclude
// one another.
type Head struct {
	Classes []string  `json:"classes"`
	From    int       `json:"from"`  // first output; as many as there are classes, or one for yes and no
	Slope   []float64 `json:"slope"` // calibration: logit = Slope·score + Offset
	Offset  []float64 `json:"offset"`
	Favour  []float64 `json:"favour"` // added to the logit when the label is chosen, not to its probability
	Unsure  float64   `json:"unsure"` // if no class is as probable, the answer is "not sure"
}

// Score writes the score of each output for the text that was read into f, and
// gives the number of its features that the model knows.
func (m *Model) Score(f *ngram.Features, out *[MaxOutputs]float64) (known int) {
	k := len(m.Bias)
	copy(out[:k], m.Bias)
	for g, hashes := range f.Hash {
		if len(hashes) == 0 || m.Groups[g] == 0 {
			continue
		}
		var sum [MaxOutputs]int32
		for _, h := range hashes {
			if b := h * filterFactor >> m.shift; m.filter[b>>6]>>(b&63)&1 == 0 {
				continue
			}
			if w := m.find(h); w != nil {
				known++
				for c, x := range w {
					sum[c] += int32(int8(x))
				}
			}
		}
		by := m.Groups[g] / math.Sqrt(float64(len(hashes)))
		for c := range k {
			out[c] += by * m.Step[c] * float64(sum[c])
		}
	}
	return known
}

// find gives the weights of a feature, nil if it has none.
func (m *Model) find(h uint32) []byte {
	for i := h & m.mask; ; i = (i + 1) & m.mask {
		slot := m.table[int(i)*m.width:][:m.width]
		switch binary.LittleEndian.Uint32(slot) {
		case h:
			return slot[4 : 4+len(m.Bias)]
		case 0:
			return nil
		}
	}
}

// newTable makes room for n features.
func (m *Model) newTable(n int) {
	size := 16
	for size < n*2 {
		size *= 2
	}
	m.width = 4 + len(m.Bias)
	m.mask = uint32(size - 1)
	m.table = make([]byte, size*m.width)
	for size = 64; size < n*16; size *= 2 {
	}
	m.filter, m.shift = make([]uint64, size/64), 33-bits.Len(uint(size))
}

// filterFactor spreads hashes over the filter, away from the places that the
// table puts them to.
const filterFactor = 2654435769

func (m *Model) put(h uint32, weights []byte) {
	b := h * filterFactor >> m.shift
	m.filter[b>>6] |= 1 << (b & 63)
	for i := h & m.mask; ; i = (i + 1) & m.mask {
		slot := m.table[int(i)*m.width:][:m.width]
		if at := binary.LittleEndian.Uint32(slot); at == 0 || at == h {
			binary.LittleEndian.PutUint32(slot, h)
			copy(slot[4:], weights)
			return
		}
	}
}
