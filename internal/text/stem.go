package text

import (
	"strings"
	"unicode/utf8"
)

// Stem reduces a folded token (of [Tokens]) to what its inflected forms share.
// The script of the token decides first, then lang:
//
//   - Arabic script: light Sorani stemming for Kurdish of any dialect, none for
//     Persian, Urdu, Pashto, Sindhi, Uyghur and South Azerbaijani, light Arabic stemming for everything else;
//   - Latin script: light Kurmanji stemming for "kmr" and "ku", nothing for the
//     other languages written in Latin letters that this package names, English
//     (Snowball, "Porter 2") for everything else: Latin words in Arabic text are
//     mostly English;
//   - other scripts stay as they are.
//
// Regions and scripts behind the language ("en-GB") are ignored. A stem is for
// comparing only; it is often not a word.
func Stem(lang, token string) string {
	if len(token) < 3 || len(token) > maxToken {
		return token
	}
	first, _ := utf8.DecodeRuneInString(token)
	if i := strings.IndexByte(lang, '-'); i > 0 {
		lang = lang[:i]
	}
	switch {
	case first < utf8.RuneSelf:
		return stemLatin(lang, token)
	case arabicLetter(first):
		switch lang {
		case "ckb", "sdh", "hac", "kmr", "ku":
			return stemSorani(token)
		case "fa", "ur", "ps", "ug", "sd", "azb":
			return token
		}
		return stemArabic(token)
	}
	return token
}

// latinLanguages are written in Latin letters and have no stemmer here.
var latinLanguages = map[string]bool{
	"de": true, "es": true, "fr": true, "it": true, "nl": true, "pt": true, "sv": true, "tr": true,
}

func stemLatin(lang, token string) string {
	switch {
	case token[0] < 'a' || token[0] > 'z':
		return token
	case lang == "kmr" || lang == "ku":
		return stemKurmanji(token)
	case latinLanguages[lang]:
		return token
	}
	return stemEnglish(token)
}

func stemEnglish(token string) string {
	for i := range len(token) {
		if token[i] < 'a' || token[i] > 'z' {
			return token // "covid19", or letters that English has not
		}
	}
	return rememberedEnglish(token)
}

func arabicLetter(r rune) bool { return r >= 0x0620 && r <= 0x06FF || r >= 0x0750 && r <= 0x077F }

// cut removes suffix from s if at least rest bytes remain.
func cut(s, suffix string, rest int) (string, bool) {
	if len(s)-len(suffix) < rest || !strings.HasSuffix(s, suffix) {
		return s, false
	}
	return s[:len(s)-len(suffix)], true
}

// letters2 is the length in bytes of n folded Arabic letters.
const letters2 = 2
