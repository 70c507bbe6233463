package i18n

import (
	"slices"
	"testing"

	"golang.org/x/text/language"
)

// notISO are codes which CLDR counts as regions and ISO 3166-1 only reserves.
var notISO = []string{"AC", "CP", "CQ", "DG", "EA", "EZ", "IC", "TA", "UN"}

// gone are codes which ISO 3166-1 has withdrawn.
var gone = []string{"AN", "BU", "CS", "CT", "DD", "DY", "FQ", "FX", "HV", "JT", "MI", "NH", "NQ", "NT",
	"PC", "PU", "PZ", "RH", "SU", "TP", "UK", "VD", "WK", "YD", "YU", "ZR"}

// TestEveryCountry goes through all codes of two letters which x/text knows as
// countries.
func TestEveryCountry(t *testing.T) {
	c := load(t)
	var want []string
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string(a) + string(b)
			region, err := language.ParseRegion(code)
			if err != nil || !region.IsCountry() || region.String() != code ||
				slices.Contains(notISO, code) || slices.Contains(gone, code) {
				continue
			}
			want = append(want, code)
		}
	}
	if got := c.Countries(); !slices.Equal(got, want) {
		t.Errorf("countries are %v, want %v", got, want)
	}
	if got, want := len(c.Countries()), 250; got != want {
		t.Errorf("%d countries, want %d: the 249 of ISO 3166-1 and Kosovo", got, want)
	}
}

// TestNamesDiffer finds two codes with one name.
func TestNamesDiffer(t *testing.T) {
	c := load(t)
	for _, l := range Langs {
		p, seen := c.Printer(l), make(map[string]string)
		for _, code := range c.Countries() {
			if first, ok := seen[p.Country(code)]; ok {
				t.Errorf("%s: %s and %s are both %q", l, first, code, p.Country(code))
			}
			seen[p.Country(code)] = code
		}
	}
}

func TestCountry(t *testing.T) {
	for code, want := range map[string][4]string{
		"IQ": {"العراق", "عێراق", "Îraq", "Iraq"},
		"iq": {"العراق", "عێراق", "Îraq", "Iraq"},
		"GB": {"المملكة المتحدة", "شانشینی یەکگرتوو", "Keyaniya Yekbûyî", "United Kingdom"},
		"TR": {"تركيا", "تورکیا", "Tirkiye", "Türkiye"},
		"PS": {"فلسطين", "فەلەستین", "Filistîn", "Palestine"},
		"QQ": {"QQ", "QQ", "QQ", "QQ"},
		"":   {},
	} {
		fourWays(t, "Country("+code+")", func(p *Printer) string { return p.Country(code) }, want)
	}
}

func TestLanguageName(t *testing.T) {
	for code, want := range map[string][4]string{
		"ar":    {"العربية", "عەرەبی", "Erebî", "Arabic"},
		"ckb":   {"الكردية السورانية", "کوردیی ناوەندی (سۆرانی)", "Kurdî (Soranî)", "Kurdish (Sorani)"},
		"kmr":   {"الكردية الكرمانجية", "کوردیی باکوور (کرمانجی)", "Kurdî (Kurmancî)", "Kurdish (Kurmanji)"},
		"FR":    {"الفرنسية", "فەڕەنسی", "Fransî", "French"},
		"zh-TW": {"الصينية", "چینی", "Çînî", "Chinese"},
		"syr":   {"السريانية", "سریانی", "Siryanî", "Syriac"},
		"xx":    {"xx", "xx", "xx", "xx"},
	} {
		fourWays(t, "LanguageName("+code+")", func(p *Printer) string { return p.LanguageName(code) }, want)
	}
}

func TestList(t *testing.T) {
	for _, tc := range []struct {
		items []string
		want  [4]string
	}{
		{nil, [4]string{}},
		{[]string{"1"}, [4]string{"1", "1", "1", "1"}},
		{[]string{"1", "2"}, [4]string{"1 و2", "1 و 2", "1 û 2", "1 and 2"}},
		{[]string{"1", "2", "3"}, [4]string{"1 و2 و3", "1، 2 و 3", "1, 2 û 3", "1, 2 and 3"}},
		{[]string{"بغداد", "Paris"}, [4]string{"بغداد و\u2068Paris\u2069", "بغداد و \u2068Paris\u2069", "\u2068بغداد\u2069 û Paris", "\u2068بغداد\u2069 and Paris"}},
	} {
		fourWays(t, "List", func(p *Printer) string { return p.List(tc.items) }, tc.want)
	}
}
