package publish

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"sifara/internal/i18n"
	"sifara/internal/text"
	"sifara/internal/text/parallel"
	"sifara/internal/text/tone"
)

// demonyms are English words for what belongs to a country, where they are not its
// name with an ending.
var demonyms = map[string]string{
	"AE": "Emirati", "AF": "Afghan", "AT": "Austrian", "AU": "Australian", "AZ": "Azerbaijani", "BE": "Belgian", "BH": "Bahraini", "BR": "Brazilian",
	"CA": "Canadian", "CH": "Swiss", "CN": "Chinese", "CZ": "Czech", "DE": "German", "DK": "Danish", "DZ": "Algerian", "EG": "Egyptian", "ES": "Spanish",
	"FI": "Finnish", "FR": "French", "GB": "British", "GR": "Greek", "HU": "Hungarian", "ID": "Indonesian", "IE": "Irish", "IL": "Israeli", "IN": "Indian",
	"IQ": "Iraqi", "IR": "Iranian", "IT": "Italian", "JO": "Jordanian", "JP": "Japanese", "KR": "Korean", "KW": "Kuwaiti", "LB": "Lebanese", "LY": "Libyan",
	"MA": "Moroccan", "NL": "Dutch", "NO": "Norwegian", "NP": "Nepalese", "OM": "Omani", "PK": "Pakistani", "PL": "Polish", "PS": "Palestinian", "PT": "Portuguese",
	"QA": "Qatari", "RO": "Romanian", "RU": "Russian", "SA": "Saudi", "SD": "Sudanese", "SE": "Swedish", "SY": "Syrian", "TN": "Tunisian", "TR": "Turkish",
	"UA": "Ukrainian", "US": "American", "YE": "Yemeni",
}

// nations finds the countries that a text names, and what belongs to them.
type nations struct {
	codes   []string
	phrases *tone.Phrases
}

var nationsByLang = sync.OnceValue(func() map[i18n.Lang]nations {
	words, err := i18n.Load()
	if err != nil {
		panic("publish: names of countries: " + err.Error()) // they are part of the program
	}
	out := map[i18n.Lang]nations{}
	for _, l := range i18n.Langs {
		p := words.Printer(l)
		var n nations
		var list []tone.Phrase
		for _, code := range words.Countries() {
			for _, s := range countryWords(l, code, p.Country(code)) {
				n.codes, list = append(n.codes, code), append(list, tone.Phrase{Words: s})
			}
		}
		n.phrases = tone.NewPhrases(string(l), list)
		out[l] = n
	}
	return out
})

// countryWords are the name of a country and, of one word, its adjectives.
func countryWords(l i18n.Lang, code, name string) []string {
	out := []string{name}
	if d := demonyms[code]; l == i18n.English && d != "" {
		out = append(out, d)
	}
	if strings.Contains(name, " ") {
		return out
	}
	switch l {
	case i18n.Arabic:
		stem := strings.TrimPrefix(strings.TrimSuffix(strings.TrimSuffix(name, "ا"), "ة"), "ال")
		if utf8.RuneCountInString(stem) < 3 {
			return out
		}
		if bare := strings.TrimPrefix(name, "ال"); bare != name {
			out = append(out, bare)
		}
		for _, e := range []string{"ي", "ية", "يين", "يون", "يا"} {
			out = append(out, stem+e)
		}
	case i18n.Sorani:
		if stem := strings.TrimSuffix(name, "ا"); utf8.RuneCountInString(stem) > 3 {
			out = append(out, stem+"ی")
		}
	case i18n.Kurmanji:
		if stem := strings.TrimSuffix(name, "a"); utf8.RuneCountInString(stem) > 3 {
			out = append(out, stem+"î")
		}
	}
	return out
}

// shortName is the longest name of a country that is a common word too and so says
// nothing.
const shortName = 2

// countriesIn gives the countries in a text of a language of the house.
func countriesIn(lang, s string) []parallel.Known {
	n, ok := nationsByLang()[i18n.Lang(lang)]
	if !ok {
		return nil
	}
	var out []parallel.Known
	for _, p := range n.phrases.Find(s) {
		if utf8.RuneCountInString(text.Fold(s[p.From:p.To])) <= shortName {
			continue
		}
		k := parallel.Known{Key: "country " + n.codes[p.Phrase], Place: true, From: p.From, To: p.To}
		if !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}
