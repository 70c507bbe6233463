package i18n

import "testing"

func TestLang(t *testing.T) {
	for _, tc := range []struct {
		lang           Lang
		dir, tag, name string
	}{
		{Arabic, "rtl", "ar", "العربية"},
		{Sorani, "rtl", "ckb", "کوردیی ناوەندی (سۆرانی)"},
		{Kurmanji, "ltr", "kmr", "Kurmancî"},
		{English, "ltr", "en", "English"},
		{"", "rtl", "ar", "العربية"},
		{"fr", "rtl", "ar", "العربية"},
	} {
		if got := tc.lang.Dir(); got != tc.dir {
			t.Errorf("%q.Dir() = %q, want %q", tc.lang, got, tc.dir)
		}
		if got := tc.lang.Tag(); got != tc.tag {
			t.Errorf("%q.Tag() = %q, want %q", tc.lang, got, tc.tag)
		}
		if got := tc.lang.Name(); got != tc.name {
			t.Errorf("%q.Name() = %q, want %q", tc.lang, got, tc.name)
		}
	}
}

func TestParse(t *testing.T) {
	for _, l := range Langs {
		if got, ok := Parse(string(l)); got != l || !ok {
			t.Errorf("Parse(%q) = %q, %v", l, got, ok)
		}
	}
	for _, s := range []string{"", "AR", "ku", "ar-IQ", "en ", "fr"} {
		if got, ok := Parse(s); got != Arabic || ok {
			t.Errorf("Parse(%q) = %q, %v, want ar, false", s, got, ok)
		}
	}
}

func TestMatch(t *testing.T) {
	for _, tc := range []struct {
		header string
		want   Lang
	}{
		{"", Arabic},
		{"*", Arabic},
		{"fr-FR,fr;q=0.9", Arabic},
		{"ar-IQ", Arabic},
		{"arz", Arabic},
		{"acm-IQ", Arabic},
		{"en-GB,en;q=0.9", English},
		{"EN_us", English},
		{"fr-FR, en;q=0.5", English},
		{"ckb", Sorani},
		{"ckb-IQ", Sorani},
		{"ku-IQ", Sorani},
		{"ku-Arab", Sorani},
		{"ku-Arab-TR", Sorani},
		{"sdh", Sorani},
		{"ku", Kurmanji},
		{"ku-TR", Kurmanji},
		{"ku-Latn-IQ", Kurmanji},
		{"kmr-IQ", Kurmanji},
		{"kmr-Latn-TR;q=0.3, en;q=0.2", Kurmanji},
		{"en;q=0.4, ckb;q=0.8", Sorani},
		{"en, ar", English},
		{"en;q=0, ar;q=0.1", Arabic},
		{"en;q=banana, ckb;q=0.1", Sorani},
		{"en;q=7, kmr;q=0.1", Kurmanji},
		{"en;q=NaN, kmr;q=0.1", Kurmanji},
		{",,;;q=, -", Arabic},
	} {
		if got := Match(tc.header); got != tc.want {
			t.Errorf("Match(%q) = %q, want %q", tc.header, got, tc.want)
		}
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("ckb-IQ;q=0.8,en")
	f.Fuzz(func(t *testing.T, header string) {
		if _, ok := Parse(string(Match(header))); !ok {
			t.Errorf("Match(%q) is not one of our languages", header)
		}
	})
}
