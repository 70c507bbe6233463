package language

import (
	"math/rand/v2"
	"strings"
)

// Ways in which people write without the letters of their language.
var (
	bareLatin = strings.NewReplacer("ê", "e", "î", "i", "û", "u", "ş", "s", "ç", "c", "ğ", "g", "ı", "i", "ö", "o", "ü", "u", "é", "e",
		"è", "e", "à", "a", "á", "a", "í", "i", "ó", "o", "ú", "u", "ñ", "n", "ã", "a", "õ", "o", "â", "a", "ô", "o", "ä", "a", "å", "a",
		"ß", "ss", "ą", "a", "ę", "e", "ł", "l", "ś", "s", "ż", "z", "ź", "z", "ć", "c", "ń", "n", "Ş", "S", "Ç", "C", "İ", "I", "Ö", "O", "Ü", "U", "Ê", "E", "Î", "I", "É", "E")
	heForAe   = strings.NewReplacer("ە", "ه")
	doaHe     = strings.NewReplacer("ه", "ھ")
	bareSigns = strings.NewReplacer("ێ", "ی", "ۆ", "و", "ڕ", "ر", "ڵ", "ل")
	bareAlef  = strings.NewReplacer("أ", "ا", "إ", "ا", "آ", "ا", "ة", "ه", "ئ", "ی", "ؤ", "و")
	noJoiner  = strings.NewReplacer("\u200c", "")
	spaced    = strings.NewReplacer("\u200c", " ")
)

// kurdish are the classes of Arabic script that are written with Kurdish letters.
var kurdish = map[string]bool{"ckb": true, "kmr-Arab": true, "sdh": true, "hac": true}

// misspell writes s as it might have been typed, most often as it is.
func misspell(rng *rand.Rand, s, class string) string {
	way := func() bool { return rng.Float64() < perhaps }
	switch {
	case kurdish[class]:
		if way() {
			s = doaHe.Replace(s)
		} else if way() {
			s = heForAe.Replace(s)
		}
		if way() {
			s = bareSigns.Replace(s)
		}
	case class == "ar" || class == "fa" || class == "ur":
		if way() {
			s = bareAlef.Replace(s)
		}
		if way() {
			s = noJoiner.Replace(s)
		} else if way() {
			s = spaced.Replace(s)
		}
	case way():
		s = bareLatin.Replace(s)
	}
	return s
}
