package text

import "strings"

// affix is something that may be cut from a folded word of Arabic script if at
// least rest letters remain.
type affix struct {
	s    string
	rest int
}

// arabicArticles are the article with the particles that are written together
// with it, longest first. Bare و ف ب ك ل are not cut, because a first letter of
// the word looks the same (وزير, بغداد, لجنة, كتاب, فلسطين); [Forms] adds them to
// the question instead of taking them from the answer.
var arabicArticles = []affix{
	{"وبال", 3}, {"فبال", 3}, {"وکال", 3}, {"ولل", 3}, {"فلل", 3},
	{"وال", 2}, {"بال", 2}, {"فال", 3}, {"کال", 3}, {"لل", 2}, {"ال", 2},
}

// arabicSuffixes: attached pronouns (with the ت that ة becomes before them),
// feminine and plural endings, the relative ي and ية, final ا of accusatives and of
// country names (فرنسا, فرنسي). ان is not cut: لبنان, السودان.
var arabicSuffixes = []affix{
	{"تهما", 3}, {"تها", 3}, {"تهم", 3}, {"تنا", 3}, {"ته", 3}, {"تین", 3},
	{"هما", 3}, {"ها", 3}, {"هم", 4}, {"نا", 4}, {"ات", 3}, {"ون", 3}, {"ین", 3},
	{"یه", 3}, {"یا", 3}, {"ه", 3}, {"ی", 3}, {"ا", 3},
}

// arabicWhole are folded words that the rules above would cut into another word.
var arabicWhole = map[string]bool{
	"الله": true, "والده": true, "والدی": true, "والدین": true, "بالغه": true,
	"فلسطین": true, "بحرین": true, "قانون": true, "کانون": true, "تعاون": true,
	"ملیون": true, "بلیون": true, "تلفزیون": true, "بدون": true, "ثمانین": true, "سنین": true,
	"حسین": true, "برلین": true, "بکین": true, "بوتین": true, "امارات": true,
}

// arabicLoops bounds how many suffixes one word may lose.
const arabicLoops = 4

// arabicSpellings are beginnings of words with a hamza that has two usual seats
// (مسؤول مسئول, شؤون شئون), in folded letters: the rarer and the usual one.
var arabicSpellings = [...][2]string{{"مسیول", "مسوول"}, {"شیون", "شوون"}}

func stemArabic(w string) string {
	w = cutArabicArticle(w)
	for _, x := range arabicSpellings {
		if strings.HasPrefix(w, x[0]) {
			w = x[1] + w[len(x[0]):]
		}
	}
	return cutArabicSuffixes(w)
}

// The letters with which an article may begin and a suffix may end; a word
// without them needs no further look.
const (
	articleLetters = "اوفبکل"
	suffixLetters  = "اهمنیت"
)

func cutArabicArticle(w string) string {
	if len(w) < 4*letters2 || !strings.Contains(articleLetters, w[:letters2]) || arabicWhole[w] {
		return w
	}
	for _, a := range arabicArticles {
		if len(w) >= len(a.s)+a.rest*letters2 && strings.HasPrefix(w, a.s) {
			return w[len(a.s):]
		}
	}
	return w
}

func cutArabicSuffixes(w string) string {
	for range arabicLoops {
		if len(w) < 4*letters2 || !strings.Contains(suffixLetters, w[len(w)-letters2:]) || arabicWhole[w] {
			return w
		}
		next, ok := cutOne(w, arabicSuffixes)
		if !ok {
			return w
		}
		w = next
	}
	return w
}

// cutOne removes the first suffix of the list that fits.
func cutOne(w string, list []affix) (string, bool) {
	for _, a := range list {
		if next, ok := cut(w, a.s, a.rest*letters2); ok {
			return next, true
		}
	}
	return w, false
}
