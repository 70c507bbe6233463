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

// shortest is how many letters must remain of a word for its shortened forms to
// count among [Beginnings].
const shortest = 5

// Beginnings is [Forms] for a word of which only the beginning was given. open are
// beginnings of tokens; whole are tokens of their own, because a stem may be
// shorter than the beginning of the word it stands for ("negotiat" of "negoti").
func Beginnings(token string) (open, whole []string) {
	open = []string{token}
	if first, _ := utf8.DecodeRuneInString(token); arabicLetter(first) {
		if bare := cutArabicArticle(token); bare != token {
			open = append(open, bare)
		}
	}
	whole = Forms(nil, token)
	short := token
	for range 3 {
		_, n := utf8.DecodeLastRuneInString(short)
		if short = short[:len(short)-n]; utf8.RuneCountInString(short) < shortest {
			break
		}
		whole = append(whole, short)
	}
	return open, whole
}
