package i18n

import (
	"slices"
	"strconv"
	"strings"
)

// Lang is one of the four languages of the house, by its ISO 639 code. Any
// other value, the empty one too, is treated as Arabic.
type Lang string

// The languages of the house.
const (
	Arabic   Lang = "ar"
	Sorani   Lang = "ckb"
	Kurmanji Lang = "kmr"
	English  Lang = "en"
)

// Langs lists the languages in the order in which they are offered to people.
var Langs = []Lang{Arabic, Sorani, Kurmanji, English}

// Dir is the writing direction as the dir attribute of HTML wants it: "rtl"
// or "ltr".
func (l Lang) Dir() string {
	if l == Kurmanji || l == English {
		return "ltr"
	}
	return "rtl"
}

// Name is the language's name in itself, for the switch between languages.
func (l Lang) Name() string {
	switch l {
	case Sorani:
		return "کوردیی ناوەندی (سۆرانی)"
	case Kurmanji:
		return "Kurmancî"
	case English:
		return "English"
	}
	return "العربية"
}

// Tag is the BCP 47 tag for the lang attribute of HTML, hreflang and
// Content-Language.
func (l Lang) Tag() string {
	if slices.Contains(Langs, l) {
		return string(l)
	}
	return string(Arabic)
}

// Parse accepts exactly the codes in Langs, as they stand in addresses; it
// reports false, with Arabic, for anything else.
func Parse(s string) (Lang, bool) {
	if l := Lang(s); slices.Contains(Langs, l) {
		return l, true
	}
	return Arabic, false
}

// maxAccept bounds the part of an Accept-Language header that is read.
const maxAccept = 512

// Match chooses the language for an Accept-Language header: the supported
// language with the highest quality, the earlier one of equals. Arabic is the
// answer to an empty, broken or unanswerable header.
func Match(acceptLanguage string) Lang {
	if len(acceptLanguage) > maxAccept {
		acceptLanguage = acceptLanguage[:maxAccept]
	}
	best, bestQuality := Arabic, 0.0
	for part := range strings.SplitSeq(acceptLanguage, ",") {
		tag, params, _ := strings.Cut(part, ";")
		l, ok := alias(strings.TrimSpace(tag))
		if q := quality(params); ok && q > bestQuality {
			best, bestQuality = l, q
		}
	}
	return best
}

// quality reads the "q=0.8" of a language range: 1 when there is none, 0 when
// it cannot be read, so that a broken range never wins.
func quality(params string) float64 {
	params = strings.TrimSpace(params)
	if params == "" {
		return 1
	}
	value, ok := strings.CutPrefix(strings.ToLower(params), "q=")
	if !ok {
		return 0
	}
	q, err := strconv.ParseFloat(value, 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}

// bases maps primary language subtags to our languages: the individual
// languages of the Arabic macrolanguage (ISO 639-3) that browsers send, and
// the Kurdish ones. "ku" is decided by alias. x/text's matcher is not used:
// it sends ku, ckb-IQ and kmr to English.
var bases = map[string]Lang{
	"ar": Arabic, "ara": Arabic, "arb": Arabic, "acm": Arabic, "acw": Arabic, "acx": Arabic,
	"acq": Arabic, "aeb": Arabic, "aec": Arabic, "afb": Arabic, "ajp": Arabic, "apc": Arabic,
	"apd": Arabic, "arq": Arabic, "ars": Arabic, "ary": Arabic, "arz": Arabic, "ayl": Arabic,
	"ayn": Arabic, "ayp": Arabic,
	"ckb": Sorani, "sdh": Sorani, "lki": Sorani,
	"kmr": Kurmanji,
	"en":  English, "eng": English,
}

// alias finds our language for one BCP 47 tag. Kurdish without a dialect
// ("ku") follows its script, then its country, and is Kurmanji otherwise, as
// in CLDR's likely subtags.
func alias(tag string) (Lang, bool) {
	subtags := strings.FieldsFunc(strings.ToLower(tag), func(r rune) bool { return r == '-' || r == '_' })
	if len(subtags) == 0 {
		return Arabic, false
	}
	if subtags[0] != "ku" && subtags[0] != "kur" {
		l, ok := bases[subtags[0]]
		return l, ok
	}
	for _, sub := range subtags[1:] {
		switch sub {
		case "latn", "kmr":
			return Kurmanji, true
		case "arab", "ckb", "iq", "ir":
			return Sorani, true
		}
	}
	return Kurmanji, true
}
