package text

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFold(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"nothing to do", "plain words 123\n", "plain words 123\n"},
		{"case", "The HOUSE", "the house"},
		{"vowel signs", "خَلِّينا نساعدْ", "خلینا نساعد"},
		{"alef forms", "أإآٱ", "اااا"},
		{"alef and hamza apart", "ا\u0654ا\u0655ا\u0653", "ااا"},
		{"yeh and kaf of three keyboards", "يىی كک", "ییی کک"},
		{"heh family", "ة ه ە ھ ہ ۀ ۃ", "ه ه ه ه ه ه ه"},
		{"hamza seats", "مسؤول شيء شئ رئيس", "مسوول شی شی رییس"},
		{"tatweel", "العـــراق", "العراق"},
		{"Sorani marks", "کوردستانێ ڕۆژ گەڵ", "کوردستانی روژ گهل"},
		{"Kurmanji", "Şêx Îro Çûn", "sex iro cun"},
		{"Turkish i", "İstanbul ısı", "istanbul isi"},
		{"Arabic and Persian digits", "٢٠١٦ ۲۰۱۶ ٣٫٥", "2016 2016 3.5"},
		{"Devanagari digits", "१२३", "123"},
		{"presentation forms", "ﻻ ﷲ ﺍﻟﻌﺮﺍﻕ", "لا الله العراق"},
		{"full width", "ＡＢＣ　１２", "abc 12"},
		{"fancy letters", "𝐈𝐫𝐚𝐪 𝒩𝑒𝓌𝓈", "iraq news"},
		{"ligature and sharp s", "ﬁn Straße Œuvre", "fin strasse oeuvre"},
		{"zero-width and bidi", "Ir\u200baq\u202e \u2066x\u2069 می\u200cروم", "iraq x میروم"},
		{"controls", "a\x00b\x07c\td", "abc\td"},
		{"not UTF-8", "caf\xe9 x", "caf  x"},
		{"quotes", "Iraq’s", "iraq's"},
		{"Hangul apart", "\u1112\u1161\u11ab", "한"},
		{"kana apart", "か\u3099 ｶﾞ", "が ガ"},
		{"Russian", "Ёлка Йод", "елка иод"},
		{"Hebrew points", "שָׁלוֹם צה״ל", "שלום צהל"},
		{"trade mark", "Sifara™", "sifara "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Fold(tt.in); got != tt.want {
				t.Errorf("Fold(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestFoldIdempotentPerRune(t *testing.T) {
	for r := rune(0); r <= utf8.MaxRune; r++ {
		once := Fold(string(r))
		if twice := Fold(once); once != twice {
			t.Errorf("U+%04X: %q then %q", r, once, twice)
		}
	}
}

func TestFoldUnchangedDoesNotAllocate(t *testing.T) {
	s := "already folded العراق 2016 " + strings.Repeat("x", 2000)
	if n := testing.AllocsPerRun(100, func() { Fold(s) }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "Şêx", "خَلِّينا", "か\u200c\u3099", "\u1112\u200d\u1161", "\x80\xff", "क\u093c\u09c7\u09be"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Fold(s)
		if !utf8.ValidString(once) {
			t.Fatalf("Fold(%q) = %q is not UTF-8", s, once)
		}
		if twice := Fold(once); twice != once {
			t.Fatalf("Fold twice: %q, %q, %q", s, once, twice)
		}
	})
}

func BenchmarkFold(b *testing.B) {
	for name, s := range map[string]string{
		"english": strings.Repeat("The Foreign Minister met his counterpart in Baghdad on Tuesday. ", 4),
		"arabic":  strings.Repeat("التقى وزير الخارجية نظيره في بغداد يوم الثلاثاء وبحثا العلاقات. ", 4),
		"folded":  strings.Repeat("the foreign minister met his counterpart in baghdad on tuesday. ", 4),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				Fold(s)
			}
		})
	}
}
