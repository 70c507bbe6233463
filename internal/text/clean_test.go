package text

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestClean(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"ASCII", "a\tb\n", "a\tb\n"},
		{"NUL and bells", "a\x00b\x07c\x7f", "abc"},
		{"line ends", "a\r\nb\rc\u2028d\u0085e", "a\nb\nc\nd\ne"},
		{"overrides", "a\u202eb\u2066c\u2069", "abc"},
		{"joiners and marks stay", "می\u200cروم \u200fx", "می\u200cروم \u200fx"},
		{"composed", "e\u0301", "é"},
		{"not UTF-8", "a\xffb", "a\uFFFDb"},
		{"tags", "x\U000E0041", "x"},
		{"noncharacter", "x\uFFFE\uFDD0", "x"},
		{"stacked marks", "z" + strings.Repeat("\u0336", 50), "z" + strings.Repeat("\u0336", maxMarks)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Clean(tt.in); got != tt.want {
				t.Errorf("Clean(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
	if got, want := Line("  a\u00a0 b\r\n\tc "), "a b c"; got != want {
		t.Errorf("Line = %q, want %q", got, want)
	}
}

func TestCanonical(t *testing.T) {
	same := []struct{ name, a, b string }{
		{"white space", " a\u00a0b\n\n c ", "a b c"},
		{"quotes", "“a” «b» ‘c’", `"a" "b" 'c'`},
		{"dashes", "a – b — c‑d", "a - b - c-d"},
		{"ellipsis", "a…", "a..."},
		{"invisible", "a\u200b\u202eb\ufeff می\u200cروم", "ab میروم"},
		{"composition", "e\u0301 ا\u0653", "é آ"},
		{"cut composition", "e\u200d\u0301", "é"},
	}
	for _, tt := range same {
		if a, b := Canonical(tt.a), Canonical(tt.b); a != b {
			t.Errorf("%s: %q and %q differ", tt.name, a, b)
		}
	}
	differ := []struct{ a, b string }{{"A", "a"}, {"ي", "ی"}, {"كتَب", "كتب"}, {"10", "١٠"}, {"a, b", "a b"}}
	for _, tt := range differ {
		if Canonical(tt.a) == Canonical(tt.b) {
			t.Errorf("%q and %q must differ", tt.a, tt.b)
		}
	}
}

func TestDirection(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", "ltr"}, {"123", "ltr"}, {"hello مرحبا", "ltr"}, {"مرحبا hello", "rtl"}, {"12 - کوردستان", "rtl"},
		{"@name مرحبا", "rtl"}, {"RT @name: https://t.co/x سلام", "rtl"}, {"#Iraq العراق", "ltr"}, {"שלום", "rtl"},
	}
	for _, tt := range tests {
		if got := Direction(tt.in); got != tt.want {
			t.Errorf("Direction(%q) = %s, want %s", tt.in, got, tt.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"a\r\nb", "\u202e", "e\u0301", "\xff\xfe", "क\u093c" + strings.Repeat("\u0301", 20), "“…”"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c := Clean(s)
		if !utf8.ValidString(c) || !norm.NFC.IsNormalString(c) || Clean(c) != c {
			t.Fatalf("Clean(%q) = %q, then %q", s, c, Clean(c))
		}
		k := Canonical(s)
		if !utf8.ValidString(k) || !norm.NFC.IsNormalString(k) || Canonical(k) != k {
			t.Fatalf("Canonical(%q) = %q, then %q", s, k, Canonical(k))
		}
		if d := Direction(s); d != "ltr" && d != "rtl" {
			t.Fatal(d)
		}
	})
}
