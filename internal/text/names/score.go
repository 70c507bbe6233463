package names

import (
	"math"
	"strings"
	"unicode/utf8"

	"sifara/internal/text"
)

// maxWords and maxLetters bound what is compared of a name.
const (
	maxWords   = 8
	maxLetters = 40
)

// Score is how well a name in Arabic letters and one in Latin letters fit, 0 to 1;
// about 0.5 is as often right as wrong among names that look alike. Case, vowel
// signs, hyphens, the article and the order of the words do not matter; a name whose
// words are written together fits. A name without letters of its script scores 0.
func Score(arabic, latin string) float64 { return loaded().Score(arabic, latin) }

// Score is [Score] by this table.
func (t *Table) Score(arabic, latin string) float64 {
	a, l := words(arabic, isArabic), words(latin, isLatin)
	if len(a) == 0 || len(l) == 0 {
		return 0
	}
	d := t.word(strings.Join(a, ""), strings.Join(l, ""))
	if len(a) > 1 && len(l) > 1 {
		d = min(d, t.paired(a, l))
	}
	return t.score(d)
}

func (t *Table) score(distance float64) float64 { return 1 / (1 + math.Exp(t.slope*distance-t.base)) }

// paired takes for each word of the shorter name the nearest of the other that is
// still free; words left over cost.
func (t *Table) paired(a, l []string) float64 {
	used := make([]bool, len(l))
	sum, left := 0.0, max(len(a), len(l))
	for _, w := range a {
		best, at := math.Inf(1), -1
		for i, x := range l {
			if d := t.word(w, x); !used[i] && d < best {
				best, at = d, i
			}
		}
		if at >= 0 {
			used[at] = true
			sum += best
			left--
		}
	}
	const alone = 1.2 // as far as names that have nothing to do with each other
	return (sum + alone*float64(left)) / float64(max(len(a), len(l)))
}

// word is the distance of two words, with and without the articles.
func (t *Table) word(arabic, latin string) float64 {
	d := t.distance([]rune(arabic), latin)
	bare, ok := strings.CutPrefix(arabic, "ال")
	if !ok || utf8.RuneCountInString(bare) < 2 {
		return d
	}
	d = min(d, t.distance([]rune(bare), latin))
	for _, article := range []string{"al", "el", "ul", "il"} {
		if rest, ok := strings.CutPrefix(latin, article); ok && len(rest) > 1 {
			d = min(d, t.distance([]rune(bare), rest))
		}
	}
	return d
}

func isArabic(r rune) bool { return r >= 0x0620 && r <= 0x06FF }
func isLatin(r rune) bool  { return r >= 'a' && r <= 'z' }

// words are the folded words of a name, of letters of one script only.
func words(name string, of func(rune) bool) (out []string) {
	letters := 0
	for _, w := range strings.FieldsFunc(text.Fold(name), func(r rune) bool { return r == ' ' || r == '-' || r == '\n' || r == '\t' }) {
		w = strings.Map(func(r rune) rune {
			if letters++; !of(r) || letters > maxLetters {
				return -1
			}
			return r
		}, w)
		if w != "" && len(out) < maxWords {
			out = append(out, w)
		}
	}
	return out
}
