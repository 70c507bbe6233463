package near

import (
	"slices"
	"unicode/utf8"

	"sifara/internal/text"
)

// Set is the set of a text's shingles: hashes, ascending, each once. The empty
// set is a text without words; it resembles nothing. Values are stable and may
// be stored.
type Set []uint32

// Words gives the set of all runs of n words of s (n < 1 counts as 1). Words are
// folded ([text.Tokens]): case, vowel signs, Arabic or Persian letters,
// punctuation, mentions and the paths of addresses make no difference. A text
// of fewer than n words is one shingle. dst is reused when it has room.
//
// One word a shingle compares vocabularies, as the coordination-network-toolkit
// does; two or three also the order of words, at the price that one changed word
// costs as many shingles.
func Words(dst Set, s string, n int) Set {
	var stack [64]text.Token
	var hashes [64]uint32
	words := hashes[:0]
	for _, t := range text.Tokens(stack[:0], s) {
		if t.Kind != text.Tag { // its words follow
			words = append(words, hash(t.Text))
		}
	}
	return runs(dst, words, n)
}

// Tokens gives the set of words that are folded, and perhaps stemmed, already.
// Sets made by different means are not for comparing.
func Tokens(dst Set, tokens []string) Set {
	dst = dst[:0]
	for _, t := range tokens {
		dst = append(dst, hash(t))
	}
	slices.Sort(dst)
	return slices.Compact(dst)
}

// Chars gives the set of all runs of n characters of the folded text, white
// space counting as one space. For texts whose words are not told apart by
// spaces, or misspelt on purpose.
func Chars(dst Set, s string, n int) Set {
	var hashes [280]uint32
	chars, gap := hashes[:0], false
	for _, r := range text.Fold(s) {
		if r == ' ' || r == '\n' || r == '\t' || r == utf8.RuneError {
			gap = true
			continue
		}
		if gap && len(chars) > 0 {
			chars = append(chars, ' ')
		}
		chars, gap = append(chars, uint32(r)), false
	}
	return runs(dst, chars, n)
}

// runs hashes every n units in a row.
func runs(dst Set, units []uint32, n int) Set {
	dst, n = dst[:0], max(1, n)
	for i := 0; i == 0 && len(units) > 0 || i+n <= len(units); i++ {
		h := uint64(n)
		for _, u := range units[i:min(i+n, len(units))] {
			h = mix(h ^ uint64(u))
		}
		dst = append(dst, uint32(h>>32))
	}
	slices.Sort(dst)
	return slices.Compact(dst)
}

// Jaccard is the share of shingles that two sets have in common, 0 to 1; 0 when
// one is empty.
func Jaccard(a, b Set) float64 {
	both := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		x, y := a[i], b[j]
		if x == y {
			both++
		}
		if x <= y {
			i++
		}
		if y <= x {
			j++
		}
	}
	if both == 0 {
		return 0
	}
	return float64(both) / float64(len(a)+len(b)-both)
}

// hash is FNV-1a, its two halves folded together.
func hash(s string) uint32 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return uint32(mix(h))
}

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood 2014).
func mix(h uint64) uint64 {
	h += 0x9E3779B97F4A7C15
	h = (h ^ h>>30) * 0xBF58476D1CE4E5B9
	h = (h ^ h>>27) * 0x94D049BB133111EB
	return h ^ h>>31
}
