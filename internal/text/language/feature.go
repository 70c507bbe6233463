package language

// edge stands for the beginning and the end of a word.
const edge = 1

// featuresOfWord bounds the features of one word.
const featuresOfWord = 4*(maxWord+2) + 1

const (
	mixer    = 0x9E3779B1
	wordSeed = 0x811C9DC5
)

// appendFeatures appends the hash of each group of lo to hi letters of a word, its
// edges being letters too, and of the whole word.
func appendFeatures(dst []uint32, w []rune, lo, hi int) []uint32 {
	var s [maxWord + 2]rune
	s[0] = edge
	n := 1 + copy(s[1:maxWord+1], w)
	s[n] = edge
	n++
	whole := uint32(wordSeed)
	for i := range n {
		h := uint32(0)
		end := min(hi, n-i)
		for k := range end {
			h = (h ^ uint32(s[i+k])) * mixer
			h ^= h >> 15
			if k+1 >= lo {
				dst = append(dst, h*mixer)
			}
		}
		whole = (whole ^ uint32(s[i])) * mixer
		whole ^= whole >> 13
	}
	return append(dst, whole*mixer)
}
