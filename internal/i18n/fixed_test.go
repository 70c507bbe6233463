package i18n

import "testing"

func TestFixed(t *testing.T) {
	c := load(t)
	for _, x := range []struct {
		lang   Lang
		n      int64
		digits int
		want   string
	}{
		{English, 123450, 2, "1,234.50"}, {Kurmanji, 123450, 2, "1.234,50"}, {Arabic, 123450, 2, "١٬٢٣٤٫٥٠"},
		{English, 5, 3, "0.005"}, {English, -5, 2, "-0.05"}, {English, 1500000, 0, "1,500,000"}, {English, 0, 2, "0.00"},
	} {
		if got := c.Printer(x.lang).Fixed(x.n, x.digits); got != x.want {
			t.Errorf("%s %d/10^%d: got %q, want %q", x.lang, x.n, x.digits, got, x.want)
		}
	}
}

func TestParseFixed(t *testing.T) {
	for _, x := range []struct {
		lang   Lang
		typed  string
		digits int
		want   int64
		ok     bool
	}{
		{English, "1,234.50", 2, 123450, true}, {English, "1234.5", 2, 123450, true}, {English, " 12 ", 2, 1200, true},
		{Kurmanji, "1.234,50", 2, 123450, true}, {Kurmanji, "1,5", 2, 150, true}, {Kurmanji, "1.5", 2, 0, false},
		{Arabic, "١٬٢٣٤٫٥٠", 2, 123450, true}, {Sorani, "۱۲۳۴", 0, 1234, true}, {Arabic, "1,250.75", 2, 125075, true},
		{English, "1,50", 2, 0, false}, {English, "12,3456", 2, 0, false}, {English, "1234,567", 0, 0, false}, {English, "1.234", 2, 0, false},
		{English, "-5", 2, 0, false}, {English, "", 2, 0, false}, {English, ".5", 2, 0, false}, {English, "5.", 2, 0, false},
		{English, "92233720368547758.08", 2, 0, false}, {English, "1e5", 2, 0, false}, {English, "+5", 2, 0, false},
	} {
		got, ok := x.lang.ParseFixed(x.typed, x.digits)
		if ok != x.ok || ok && got != x.want {
			t.Errorf("%s %q: got %d %v, want %d %v", x.lang, x.typed, got, ok, x.want, x.ok)
		}
	}
}

// FuzzParseFixed holds that what is read is written so that it is read again
// as the same number, in each language.
func FuzzParseFixed(f *testing.F) {
	for _, s := range []string{"1,234.50", "1.234,50", "١٬٢٣٤٫٥٠", "0", "5.", "1e9", "\u061c-5", "999999999999999999999"} {
		f.Add(s, uint8(2), uint8(0))
	}
	c := load(f)
	f.Fuzz(func(t *testing.T, s string, digits, lang uint8) {
		l, d := Langs[int(lang)%len(Langs)], int(digits)%5
		n, ok := l.ParseFixed(s, d)
		if !ok {
			return
		}
		if n < 0 {
			t.Fatalf("%q is read as %d", s, n)
		}
		written := c.Printer(l).Fixed(n, d)
		if back, ok := l.ParseFixed(written, d); !ok || back != n {
			t.Fatalf("%q is %d, written %q, read as %d %v", s, n, written, back, ok)
		}
	})
}
