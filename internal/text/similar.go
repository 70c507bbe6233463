package text

import (
	"math"
	"slices"
)

const (
	shingleWords = 3 // words of one shingle
	winnow       = 4 // of so many shingles in a row at least one is kept

	// SharedRun is how many equal words in a row [Fingerprints] is sure to notice.
	SharedRun = shingleWords + winnow - 1

	sketchSize = 64
	// Bands is how many values [Sketch.Bands] gives.
	Bands    = 16
	bandRows = sketchSize / Bands
)

// Shingles gives a hash for every run of three words of s, in order: what two
// texts with a stretch in common share. Words are folded, so changed vowel signs,
// case and punctuation do not matter; a text of one or two words is one shingle,
// a text without words none. The values are stable and may be stored.
func Shingles(s string) []int64 {
	var words []uint64
	for _, t := range Tokens(nil, s) {
		if t.Kind != Tag { // its words follow
			words = append(words, hashWord(t.Text))
		}
	}
	if len(words) == 0 {
		return nil
	}
	out := make([]int64, 0, max(1, len(words)-shingleWords+1))
	for i := 0; i == 0 || i+shingleWords <= len(words); i++ {
		var h uint64
		for _, w := range words[i:min(i+shingleWords, len(words))] {
			h = mix(h ^ w)
		}
		out = append(out, int64(h))
	}
	return out
}

// hashWord is FNV-1a.
func hashWord(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// mix is the finaliser of SplitMix64.
func mix(h uint64) uint64 {
	h += 0x9E3779B97F4A7C15
	h = (h ^ h>>30) * 0xBF58476D1CE4E5B9
	h = (h ^ h>>27) * 0x94D049BB133111EB
	return h ^ h>>31
}

// Fingerprints gives the few shingles of s by which a part of it is recognised:
// the smallest of every four in a row ("winnowing", Schleimer, Wilkerson and
// Aiken 2003), sorted, each once. Two texts that share [SharedRun] words in a row
// share a fingerprint. About two values for five words; the values are stable and
// may be stored, one row each.
func Fingerprints(s string) []int64 {
	sh := Shingles(s)
	var out []int64
	for i := 0; i == 0 || i+winnow <= len(sh); i++ {
		if part := sh[i:min(i+winnow, len(sh))]; len(part) > 0 {
			out = append(out, slices.Min(part))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Contained is the share, 0 to 1, of part's fingerprints that whole has. Both
// are sorted results of [Fingerprints]. Nothing is contained in no part: 0.
func Contained(part, whole []int64) float64 {
	if len(part) == 0 {
		return 0
	}
	n := 0
	for _, h := range part {
		if _, ok := slices.BinarySearch(whole, h); ok {
			n++
		}
	}
	return float64(n) / float64(len(part))
}

// Sketch is a MinHash signature: it stands for the set of a text's shingles and
// tells how alike two texts are without the texts (Broder 1997). The sketch of a
// text without words resembles nothing.
type Sketch [sketchSize]uint32

// SketchOf makes the sketch of a text. It is stable and may be stored.
func SketchOf(s string) (k Sketch) {
	for i := range k {
		k[i] = math.MaxUint32
	}
	for _, h := range Shingles(s) {
		for i := range k {
			k[i] = min(k[i], uint32(mix(uint64(h)+uint64(i)*0xD1B54A32D192ED03)))
		}
	}
	return k
}

// Resembles estimates the share of shingles that two texts have in common (the
// Jaccard index), 0 to 1, to about 0.06.
func (k Sketch) Resembles(other Sketch) float64 {
	n := 0
	for i := range k {
		if k[i] == other[i] && k[i] != math.MaxUint32 {
			n++
		}
	}
	return float64(n) / sketchSize
}

// Bands gives the values by which alike sketches are found in a database: texts
// that resemble each other by 0.5 share at least one of sixteen with a
// probability of 64 %, by 0.7 of 99 %, by 0.2 of 3 %. Store them one row each. An
// empty text has none.
func (k Sketch) Bands() []int64 {
	if k[0] == math.MaxUint32 {
		return nil
	}
	out := make([]int64, 0, Bands)
	for b := range Bands {
		h := uint64(b)
		for _, v := range k[b*bandRows : (b+1)*bandRows] {
			h = mix(h ^ uint64(v))
		}
		out = append(out, int64(h))
	}
	return out
}

// Similar is how alike two texts are, 0 to 1: the exact share of common
// shingles. For comparing a pasted text with the few candidates that
// [Fingerprints] or [Sketch.Bands] found.
func Similar(a, b string) float64 {
	x, y := Shingles(a), Shingles(b)
	slices.Sort(x)
	slices.Sort(y)
	x, y = slices.Compact(x), slices.Compact(y)
	both := 0
	for _, h := range x {
		if _, ok := slices.BinarySearch(y, h); ok {
			both++
		}
	}
	if both == 0 {
		return 0
	}
	return float64(both) / float64(len(x)+len(y)-both)
}
