package tone_test

import (
	"strings"
	"testing"

	"sifara/internal/text/tone"
)

func TestPhrases(t *testing.T) {
	for _, c := range []struct{ lang, phrase, text, want string }{
		{"ar", "وزارة الخارجية", "قالت وزارة الخارجية اليوم", "وزارة الخارجية"},
		{"ar", "وزارة الخارجية", "ووزارةُ الخارجيّة", "ووزارةُ الخارجيّة"},
		{"ar", "وزارة الخارجية", "بوزارة الخارجية ولوزارة الخارجية", "بوزارة الخارجية|ولوزارة الخارجية"},
		{"ar", "وزارة الخارجية", "#وزارة_الخارجية", "وزارة_الخارجية"},
		{"ar", "وزارة الخارجية", "وزارة الخارجيات", ""},
		{"ar", "وزارة الخارجية", "زارت الخارجية", ""},
		{"ar", "وزارة الخارجية", "وزارة. الخارجية", ""},
		{"ar", "البصرة", "إلى البصرة وبالبصرة وللبصرة", "البصرة|وبالبصرة|وللبصرة"},
		{"ar", "بابل", "في بابل وببابل", "بابل|وببابل"},
		{"ar", "سفير", "استقبل السفيرَ وسفيرنا", "السفيرَ"},
		{"ar", "بغداد", "https://mofa.gov.iq/بغداد و[بغداد](/بغداد)", "بغداد"},
		{"ckb", "وەزارەتی دەرەوە", "وەزارەتی دەرەوەی عێراق، لە وەزارەتی دەرەوەدا", "وەزارەتی دەرەوەی|وەزارەتی دەرەوەدا"},
		{"ckb", "هەولێر", "لەهەولێر، هەولێریش، هەولێرییەکان", "لەهەولێر|هەولێریش"},
		{"ckb", "کوردستان", "كوردستان", "كوردستان"}, // typed with the Arabic letter
		{"kmr", "Wezareta Derve", "Wezareta Derve ya Iraqê, wezareta derveyê", "Wezareta Derve|wezareta derveyê"},
		{"kmr", "Hewlêr", "li Hewlêrê û Hewlêr'ê; hewlerî", "Hewlêrê|Hewlêr'ê|hewlerî"},
		{"en", "Ministry of Defence", "the ministry of\ndefence's view", "ministry of\ndefence's"},
		{"en", "Ministry of Defence", "Ministry of\n\nDefence", ""},
		{"en", "Ambassador", "Ambassadors met; the ambassadorial post", "Ambassadors"},
		{"en", "Al-Anbar", "in Al Anbar, in **Al**-Anbar", "Al Anbar|Al**-Anbar"},
		{"en", "Arbil", "press@arbil.example, @Arbil, https://arbil.example/arbil", ""},
		{"fr", "Bagdad", "à Bagdad, Bagdadis", "Bagdad"},
	} {
		var got []string
		for _, p := range tone.NewPhrases(c.lang, []tone.Phrase{{Words: c.phrase}}).Find(c.text) {
			got = append(got, c.text[p.From:p.To])
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%s %q in %q: %q, want %q", c.lang, c.phrase, c.text, s, c.want)
		}
	}
}

func TestPhrasesExact(t *testing.T) {
	p := tone.NewPhrases("ar", []tone.Phrase{{"أربيل", true}, {"اربيل", true}})
	for s, want := range map[string]int{"في أربيل": 0, "في اربيل": 1, "وأَربيل": 0, "باربيل": 1} {
		if got := p.Find(s); len(got) != 1 || got[0].Phrase != want {
			t.Errorf("%q: %v, want phrase %d", s, got, want)
		}
	}
}

func FuzzPhrases(f *testing.F) {
	f.Add("ar", "وزارة الخارجية", "ووزارة الخارجية](http://x")
	f.Add("kmr", "Hewlêr'ê", "a@b://c")
	f.Fuzz(func(t *testing.T, lang, phrase, s string) {
		from := 0
		for _, p := range tone.NewPhrases(lang, []tone.Phrase{{phrase, false}, {phrase, true}}).Find(s) {
			if p.From < from || p.From >= p.To || p.To > len(s) {
				t.Fatalf("%q in %q: %v", phrase, s, p)
			}
			from = p.From
		}
	})
}
