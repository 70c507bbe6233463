package listen

import (
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"sifara/internal/text"
)

// nameCodes finds ISO codes by English names, as exports write them.
type nameCodes struct{ langs, countries map[string]string }

// newNameCodes makes the tables; it takes some milliseconds.
var newNameCodes = sync.OnceValue(func() nameCodes {
	n := nameCodes{langs: map[string]string{}, countries: map[string]string{}}
	langs, regions := display.English.Languages(), display.English.Regions()
	for _, t := range display.Supported.Tags() {
		b, _ := t.Base()
		if s := langs.Name(language.Make(b.String())); s != "" {
			n.langs[strings.ToLower(s)] = b.String()
		}
	}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			r, err := language.ParseRegion(string([]rune{a, b}))
			if err != nil || !r.IsCountry() || len(r.String()) != 2 {
				continue
			}
			if s := regions.Name(r); s != "" && !strings.HasPrefix(s, "Unknown") {
				n.countries[strings.ToLower(s)] = r.String()
			}
		}
	}
	for name, code := range map[string]string{
		"farsi (persian)": "fa", "farsi": "fa", "persian": "fa", "tagalog (filipino)": "tl", "simplified chinese": "zh", "traditional chinese": "zh",
		"central kurdish": "ckb", "sorani": "ckb", "northern kurdish": "kmr", "kurmanji": "kmr", "hebrew": "he", "uyghur": "ug", "pushto": "ps", "pashto": "ps",
		"norwegian": "no", "indonesian": "id", "malay": "ms", "serbo-croatian": "sr",
	} {
		n.langs[name] = code
	}
	for name, code := range map[string]string{
		"united states of america": "US", "usa": "US", "uk": "GB", "great britain": "GB", "russia": "RU", "iran, islamic republic of": "IR",
		"syria": "SY", "syrian arab republic": "SY", "palestine": "PS", "turkey": "TR", "türkiye": "TR", "korea, republic of": "KR", "hong kong": "HK",
		"russian federation": "RU", "viet nam": "VN", "czech republic": "CZ", "bosnia and herzegovina": "BA", "macedonia": "MK",
	} {
		n.countries[name] = code
	}
	return n
})

// langCode gives the ISO code of a language as a file names it, by code or
// English name. "Kurdish" is Sorani or Kurmanji by the letters of the text.
// Empty when it says nothing.
func (n nameCodes) langCode(name, body string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	switch name {
	case "", "und", "unknown", "language undefined", "undefined", "qme", "qst", "qht", "zxx", "art", "in":
		if name == "in" {
			return "id"
		}
		return ""
	case "kurdish", "ku", "kur":
		if text.Direction(body) == "rtl" {
			return "ckb"
		}
		return "kmr"
	case "iw":
		return "he"
	case "ar", "ckb", "kmr", "en": // the house's own, whatever tables say
		return name
	}
	if code, ok := n.langs[name]; ok {
		return code
	}
	if len(name) > 12 {
		return ""
	}
	t, err := language.Parse(strings.ReplaceAll(name, "_", "-"))
	if err != nil {
		return ""
	}
	b, conf := t.Base()
	if conf == language.No {
		return ""
	}
	return b.String()
}

// countryCode gives the ISO 3166-1 alpha-2 code of a country as a file names
// it; empty when it says nothing.
func (n nameCodes) countryCode(name string) string {
	name = strings.TrimSpace(name)
	if len(name) == 2 {
		r, err := language.ParseRegion(name)
		if err != nil || !r.IsCountry() {
			return ""
		}
		return r.String()
	}
	return n.countries[strings.ToLower(name)]
}
