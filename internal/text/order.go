package text

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The alphabets by which names are listed, each letter with those that count as
// the same. Sorani: as taught in schools, where the carrier ئ of initial vowels
// comes first. Kurmanji: Bedirxan's (Hawar). Arabic: as in Unicode's collation
// for it, where ة stands with ت, ى with ي and hamza with its carrier.
// golang.org/x/text/collate knows neither Sorani nor Kurmanji and would make the
// program 1.4 MB larger.
const (
	arabicAlphabet   = "ءاأإآٱ ب پ تة ث ج چ ح خ د ذ رڕ ز ژ س ش ص ض ط ظ ع غ ف ڤ قک كگ لڵ م ن هە وؤۆ يىئیێ"
	soraniAlphabet   = "ئ ءاأإآٱ ب پ ت ث ج چ ح خ د ذ ر ڕ ز ژ س ش ص ض ط ظ ع غ ف ڤ ق کك گ ل ڵ م ن وؤ ۆ ه ەة یيى ێ"
	latinAlphabet    = "a b c d e f g h iı j k lł m n oø p q r s t u v w x y z"
	kurmanjiAlphabet = "a b c ç d e ê f g h iı î j k lł m n oø p q r s ş t u û v w x y z"
)

// Bytes of a key. A digit is itself; a letter is its script and its place in the
// alphabet.
const (
	orderSpace = ' ' // one for all that stands between words
	orderOwn   = 'A'
	orderOther = 'B'
	orderRest  = 'C' // letters of no alphabet here: their code points follow
	orderPlace = 'a' // of the first letter
)

// alphabets are the places of letters in the order of a language: of those of
// its own script, then of the other.
type alphabet map[rune][2]byte

func newAlphabet(own, other string) alphabet {
	a := alphabet{}
	for i, letters := range []string{own, other} {
		for place, same := range strings.Fields(letters) {
			for _, r := range same {
				a[r] = [2]byte{orderOwn + byte(i), orderPlace + byte(place)}
			}
		}
	}
	return a
}

var alphabets = map[string]alphabet{
	"ar":  newAlphabet(arabicAlphabet, latinAlphabet),
	"ckb": newAlphabet(soraniAlphabet, latinAlphabet),
	"kmr": newAlphabet(kurmanjiAlphabet, arabicAlphabet),
	"en":  newAlphabet(latinAlphabet, arabicAlphabet),
}

// SortKey gives a key by whose bytes names are listed as readers of a language
// list them: by its alphabet, its own script before the other, digits before
// letters; case, vowel signs, accents that the alphabet does not know, and the
// kind of what stands between words do not count. Any other language is ordered
// as English. Names that differ may have one key.
func SortKey(lang, s string) string {
	a, ok := alphabets[lang]
	if !ok {
		a = alphabets["en"]
	}
	key := make([]byte, 0, 2*len(s))
	for _, r := range norm.NFC.String(strings.ToLower(Clean(s))) {
		key = a.append(key, r)
	}
	return strings.TrimSuffix(string(key), string(orderSpace))
}

func (a alphabet) append(key []byte, r rune) []byte {
	if at, ok := a[r]; ok {
		return append(key, at[:]...)
	}
	for i, base := range norm.NFKD.String(string(r)) {
		at, ok := a[unicode.ToLower(base)]
		switch {
		case ok:
			key = append(key, at[:]...)
		case unicode.Is(unicode.Nd, base):
			key = append(key, digit(base))
		case unicode.IsLetter(base):
			key = utf8.AppendRune(append(key, orderRest), base)
		case unicode.In(base, unicode.Mn, unicode.Cf, unicode.Lm):
		case i == 0 && len(key) > 0 && key[len(key)-1] != orderSpace:
			key = append(key, orderSpace)
		}
	}
	return key
}

// Sort puts things in the order of their names, as [SortKey] says; those of one
// key stay as they stood.
func Sort[T any](lang string, list []T, name func(T) string) {
	type keyed struct {
		key string
		x   T
	}
	all := make([]keyed, len(list))
	for i, x := range list {
		all[i] = keyed{SortKey(lang, name(x)), x}
	}
	slices.SortStableFunc(all, func(a, b keyed) int { return strings.Compare(a.key, b.key) })
	for i := range all {
		list[i] = all[i].x
	}
}
