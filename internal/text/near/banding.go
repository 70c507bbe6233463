package near

import "math"

// mostHashes bounds the length of a signature.
const mostHashes = 128

// Banding gives the cheapest cut of a MinHash signature into bands of rows
// values by which two texts of exactly the Jaccard index threshold meet in at
// least one band with the probability recall: 1 − (1 − threshold^rows)^bands ≥
// recall. More rows mean fewer candidates in vain, so of all cuts of at most 128
// values the one with most rows is taken. Threshold is held between 0.1 and 1,
// recall between 0.5 and 0.9999; where no cut reaches recall the bands are as
// many as there may be.
func Banding(threshold, recall float64) (bands, rows int) {
	threshold = min(max(threshold, 0.1), 1)
	recall = min(max(recall, 0.5), 0.9999)
	bands, rows = mostHashes, 1
	for r := 1; r <= 8; r++ {
		meet := math.Pow(threshold, float64(r))
		b := 1
		if meet < 1 {
			b = int(math.Ceil(math.Log(1-recall) / math.Log(1-meet)))
		}
		if b*r <= mostHashes {
			bands, rows = b, r
		}
	}
	return bands, rows
}

// signer makes MinHash signatures by multiply-shift hashing (Dietzfelbinger and
// others 1997), which one multiplication a value suffices for.
type signer struct {
	factors, terms []uint64
	rows           int
	low            []uint32
}

func newSigner(bands, rows int) *signer {
	n := bands * rows
	g := &signer{factors: make([]uint64, n), terms: make([]uint64, n), rows: rows, low: make([]uint32, n)}
	for i := range n {
		g.factors[i] = mix(uint64(2*i)) | 1
		g.terms[i] = mix(uint64(2*i + 1))
	}
	return g
}

// bands writes the value of every band of a set that is not empty.
func (g *signer) bands(dst []uint64, set Set) []uint64 {
	for i := range g.low {
		low, f, t := uint32(math.MaxUint32), g.factors[i], g.terms[i]
		for _, x := range set {
			low = min(low, uint32((uint64(x)*f+t)>>32))
		}
		g.low[i] = low
	}
	dst = dst[:0]
	for i := 0; i < len(g.low); i += g.rows {
		h := uint64(i)
		for _, v := range g.low[i : i+g.rows] {
			h = mix(h ^ uint64(v))
		}
		dst = append(dst, h)
	}
	return dst
}
