package text

import "unicode/utf8"

// arabicClitics are written together with the word behind them.
var arabicClitics = []string{"ال", "وال", "و", "ف", "ب", "ل", "ک", "وب", "ول"}

// Forms appends every token under which an index made by [Index] may hold the
// word that was asked for, each once. token is a folded Word (or any other token,
// which is returned alone). The set covers
//
//   - each stemmer that the script allows, because the language of the question
//     is unknown and the language of the answer may be any;
//   - for Arabic the word with the article and with the particles و ف ب ل ك before
//     it, so that "بغداد" finds "ببغداد" and "العراق" finds "وللعراق"
//     while no word loses a letter of its own.
//
// About ten forms for a word of Arabic script, one to three for others.
func Forms(dst []string, token string) []string {
	from := len(dst)
	add := func(s string) {
		for _, have := range dst[from:] {
			if have == s {
				return
			}
		}
		dst = append(dst, s)
	}
	first, _ := utf8.DecodeRuneInString(token)
	switch {
	case len(token) >= 2*letters2 && arabicLetter(first):
		arabicForms(add, token)
		add(Stem("ckb", token))
	case first >= 'a' && first <= 'z':
		add(Stem("en", token))
		add(Stem("kmr", token))
	}
	add(token)
	return dst
}

func arabicForms(add func(string), token string) {
	add(stemArabic(token))
	bare := cutArabicArticle(token)
	for _, p := range arabicClitics {
		add(stemArabic(p + token))
		if bare != token {
			add(stemArabic(p + bare))
		}
	}
	const lam = "ل"
	if len(token) > 3*letters2 && token[:len(lam)] == lam {
		add(stemArabic(lam + token)) // "لجنة" with ل and article is written "للجنة"
	}
}
