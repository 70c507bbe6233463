package linear

import (
	"math"

	"sifara/internal/text/classify/ngram"
)

// Vocabulary numbers the features of a set of texts.
type Vocabulary struct {
	At     map[uint32]int32
	Hash   []uint32
	Count  []int // in how many texts
	Groups [ngram.Groups]float64
}

// NewVocabulary numbers the features that at least min of the texts have, in the
// order in which they come. groups is the weight of each group.
func NewVocabulary(texts []*ngram.Features, min int, groups [ngram.Groups]float64) *Vocabulary {
	in, last := map[uint32]int{}, map[uint32]int{}
	for i, f := range texts {
		for _, group := range f.Hash {
			for _, h := range group {
				if last[h] != i+1 {
					last[h] = i + 1
					in[h]++
				}
			}
		}
	}
	v := &Vocabulary{At: map[uint32]int32{}, Groups: groups}
	for _, f := range texts {
		for _, group := range f.Hash {
			for _, h := range group {
				if _, known := v.At[h]; !known && in[h] >= min && h != 0 {
					v.At[h] = int32(len(v.Hash))
					v.Hash, v.Count = append(v.Hash, h), append(v.Count, in[h])
				}
			}
		}
	}
	return v
}

// Size is the length of a row's vector: the features and one constant.
func (v *Vocabulary) Size() int { return len(v.Hash) + 1 }

// Row is the vector of a text: how often it has each feature, over the root of
// the number of features in the group, times the weight of the group; the
// constant, last, is 1.
func (v *Vocabulary) Row(f *ngram.Features) Row {
	var r Row
	place := map[int32]int{}
	for g, group := range f.Hash {
		if v.Groups[g] == 0 {
			continue
		}
		value := float32(v.Groups[g] / math.Sqrt(float64(len(group))))
		for _, h := range group {
			j, known := v.At[h]
			if !known {
				continue
			}
			if k, twice := place[j]; twice {
				r.Value[k] += value
				continue
			}
			place[j] = len(r.At)
			r.At, r.Value = append(r.At, j), append(r.Value, value)
		}
	}
	r.At, r.Value = append(r.At, int32(len(v.Hash))), append(r.Value, 1)
	return r
}
