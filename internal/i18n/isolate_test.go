package i18n

import (
	"strings"
	"testing"
)

func TestIsolate(t *testing.T) {
	c := load(t)
	wrap := func(s string) string { return "\u2068" + s + "\u2069" }
	for _, tc := range []struct {
		name     string
		lang     Lang
		in, want string
	}{
		{"empty", Arabic, "", ""},
		{"home", Arabic, "البصرة", "البصرة"},
		{"home with number", Arabic, "شارع 14", "شارع 14"},
		{"number", Arabic, "2016", "2016"},
		{"telephone", Arabic, "+964 770 123", wrap("+964 770 123")},
		{"foreign", Sorani, "Erbil", wrap("Erbil")},
		{"foreign inside", Arabic, "وكالة AFP", wrap("وكالة AFP")},
		{"Latin at home", Kurmanji, "Hewlêr", "Hewlêr"},
		{"Arabic abroad", Kurmanji, "ھەولێر", wrap("ھەولێر")},
		{"Hebrew abroad", English, "שלום", wrap("שלום")},
		{"telephone abroad", English, "+964 770 123", "+964 770 123"},
		{"isolated already", Arabic, wrap("AFP"), wrap("AFP")},
		{"two isolates", Arabic, wrap("AFP") + wrap("UN"), wrap(wrap("AFP") + wrap("UN"))},
		{"override", English, "a\u202egpj.exe", "agpj.exe"},
		{"override in Arabic letters", Arabic, "\u202dبغداد\u202c", "بغداد"},
		{"open isolate", English, "a\u2067b", "ab"},
		{"stray end", Arabic, "UN\u2069", wrap("UN")},
		{"not UTF-8", Arabic, "\xff\xfe", "\xff\xfe"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := c.Printer(tc.lang).isolate(tc.in); got != tc.want {
				t.Errorf("isolate(%+q) = %+q, want %+q", tc.in, got, tc.want)
			}
		})
	}
}

func FuzzIsolate(f *testing.F) {
	f.Add("a\u202eb\u2068")
	f.Add("\u2069\u2068ع")
	c := load(f)
	f.Fuzz(func(t *testing.T, s string) {
		for _, l := range Langs {
			got := c.Printer(l).isolate(s)
			if !balanced(got) || strings.ContainsAny(got, "\u202a\u202b\u202c\u202d\u202e") {
				t.Errorf("%s: isolate(%+q) = %+q leaks its direction", l, s, got)
			}
		}
	})
}
