package linear

import (
	"bytes"
	"cmp"
	"compress/flate"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"sifara/internal/text/classify/ngram"
)

// Weights are the weights of one feature, one for each output.
type Weights struct {
	Hash uint32
	W    [MaxOutputs]float64
}

// Build makes a model of meta (whose Step it sets) and the most telling of the
// weights: at most keep features, those with the largest weight for any output.
func Build(meta Meta, all []Weights, keep int) *Model {
	all = prune(all, len(meta.Bias), keep)
	meta.Step = make([]float64, len(meta.Bias))
	for c := range meta.Step {
		top := 1e-9
		for _, w := range all {
			top = max(top, math.Abs(w.W[c]))
		}
		meta.Step[c] = top / math.MaxInt8
	}
	m := &Model{Meta: meta}
	m.newTable(len(all))
	row := make([]byte, len(meta.Bias))
	for _, w := range all {
		for c := range row {
			row[c] = byte(int8(math.Round(w.W[c] / meta.Step[c])))
		}
		m.put(w.Hash, row)
	}
	return m
}

func prune(all []Weights, outputs, keep int) []Weights {
	top := make([]float64, outputs)
	for _, w := range all {
		for c := range top {
			top[c] = max(top[c], math.Abs(w.W[c]))
		}
	}
	size := func(w Weights) (s float64) {
		for c := range top {
			s = max(s, math.Abs(w.W[c])/(top[c]+1e-12))
		}
		return s
	}
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b Weights) int {
		return cmp.Or(cmp.Compare(size(b), size(a)), cmp.Compare(a.Hash, b.Hash))
	})
	all = all[:min(keep, len(all))]
	return slices.DeleteFunc(all, func(w Weights) bool { return w.Hash == 0 })
}

// limits of a model file, against a damaged one.
const (
	maxMeta     = 1 << 20
	maxFeatures = 4 << 20
)

var errFile = errors.New("not a model file")

// Encode writes the model compressed: the meta data as JSON, then the features in
// the order of their hashes, each as its distance from the one before.
func (m *Model) Encode(w io.Writer) error {
	meta, err := json.Marshal(m.Meta)
	if err != nil {
		return err
	}
	slots := m.slots()
	body := binary.AppendUvarint(nil, uint64(len(meta)))
	body = append(body, meta...)
	body = binary.AppendUvarint(body, uint64(len(slots)))
	last := uint32(0)
	for _, s := range slots {
		h := binary.LittleEndian.Uint32(s)
		body = binary.AppendUvarint(body, uint64(h-last))
		last = h
	}
	for c := range m.Bias { // one output after the other: like stands by like
		for _, s := range slots {
			body = append(body, s[4+c])
		}
	}
	z, err := flate.NewWriter(w, flate.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(body); err != nil {
		return err
	}
	return z.Close()
}

func (m *Model) slots() [][]byte {
	var out [][]byte
	for s := range slices.Chunk(m.table, m.width) {
		if binary.LittleEndian.Uint32(s) != 0 {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b []byte) int {
		return cmp.Compare(binary.LittleEndian.Uint32(a), binary.LittleEndian.Uint32(b))
	})
	return out
}

// Decode reads what [Model.Encode] wrote. A model that was trained on features of
// another version is an error: its weights would mean nothing.
func Decode(b []byte) (*Model, error) {
	body, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(b)), 64<<20))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errFile, err)
	}
	r := reader{b: body}
	meta := r.take(r.uvarint(maxMeta))
	m := &Model{}
	if err := json.Unmarshal(meta, &m.Meta); err != nil {
		return nil, fmt.Errorf("%w: %w", errFile, err)
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	n := r.uvarint(maxFeatures)
	if n > len(r.b) {
		return nil, errFile
	}
	hashes := make([]uint32, n)
	last := uint64(0)
	for i := range hashes {
		last += uint64(r.uvarint(math.MaxUint32))
		if last == 0 || last > math.MaxUint32 {
			return nil, errFile
		}
		hashes[i] = uint32(last)
	}
	k := len(m.Bias)
	weights := r.take(n * k)
	if r.failed || len(r.b) != 0 {
		return nil, errFile
	}
	m.newTable(n)
	row := make([]byte, k)
	for i, h := range hashes {
		for c := range row {
			row[c] = weights[c*n+i]
		}
		m.put(h, row)
	}
	return m, nil
}

// check refuses meta data that would make scoring go out of bounds.
func (m *Model) check() error {
	k := len(m.Bias)
	if k == 0 || k > MaxOutputs || len(m.Step) != k {
		return errFile
	}
	if m.Version != ngram.Version() {
		return fmt.Errorf("%w: %s was trained on features %s, these are %s: train again", errFile, m.Name, m.Version, ngram.Version())
	}
	for _, h := range m.Heads {
		n := len(h.Classes)
		outputs := len(h.Slope)
		if n < 2 || n > MaxOutputs || outputs != n && (outputs != 1 || n != 2) || len(h.Offset) != outputs ||
			len(h.Favour) != n || h.From < 0 || h.From+outputs > k {
			return errFile
		}
	}
	return nil
}

// reader takes parts of a body; after a failure it gives nothing.
type reader struct {
	b      []byte
	failed bool
}

func (r *reader) uvarint(limit int) int {
	v, n := binary.Uvarint(r.b)
	if n <= 0 || v > uint64(limit) {
		r.b, r.failed = nil, true
		return 0
	}
	r.b = r.b[n:]
	return int(v)
}

func (r *reader) take(n int) []byte {
	if n > len(r.b) {
		r.b, r.failed = nil, true
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}
