package i18n

import (
	"math"
	"strconv"
	"testing"
	"unicode/utf8"
)

// fourWays compares what the four printers write with ar, ckb, kmr, en.
func fourWays(t *testing.T, what string, write func(*Printer) string, want [4]string) {
	t.Helper()
	c := load(t)
	for i, l := range Langs {
		if got := write(c.Printer(l)); got != want[i] {
			t.Errorf("%s: %s = %q, want %q", l, what, got, want[i])
		}
	}
}

func TestNumber(t *testing.T) {
	for n, want := range map[int64][4]string{
		0:             {"٠", "٠", "0", "0"},
		999:           {"٩٩٩", "٩٩٩", "999", "999"},
		1000:          {"١٬٠٠٠", "١٬٠٠٠", "1.000", "1,000"},
		-1234567:      {"\u061c-١٬٢٣٤٬٥٦٧", "\u061c-١٬٢٣٤٬٥٦٧", "-1.234.567", "-1,234,567"},
		math.MinInt64: {"\u061c-٩٬٢٢٣٬٣٧٢٬٠٣٦٬٨٥٤٬٧٧٥٬٨٠٨", "\u061c-٩٬٢٢٣٬٣٧٢٬٠٣٦٬٨٥٤٬٧٧٥٬٨٠٨", "-9.223.372.036.854.775.808", "-9,223,372,036,854,775,808"},
	} {
		fourWays(t, strconv.FormatInt(n, 10), func(p *Printer) string { return p.Number(n) }, want)
	}
	fourWays(t, "Int", func(p *Printer) string { return p.Int(2016) }, [4]string{"٢٬٠١٦", "٢٬٠١٦", "2.016", "2,016"})
}

func TestDecimal(t *testing.T) {
	for _, tc := range []struct {
		f      float64
		digits int
		want   [4]string
	}{
		{1234.567, 2, [4]string{"١٬٢٣٤٫٥٧", "١٬٢٣٤٫٥٧", "1.234,57", "1,234.57"}},
		{0.5, 0, [4]string{"٠", "٠", "0", "0"}},
		{2, 1, [4]string{"٢٫٠", "٢٫٠", "2,0", "2.0"}},
		{-0.04, 1, [4]string{"٠٫٠", "٠٫٠", "0,0", "0.0"}},
		{3, -4, [4]string{"٣", "٣", "3", "3"}},
		{math.NaN(), 2, [4]string{"–", "–", "–", "–"}},
		{math.Inf(-1), 2, [4]string{"–", "–", "–", "–"}},
	} {
		fourWays(t, "Decimal", func(p *Printer) string { return p.Decimal(tc.f, tc.digits) }, tc.want)
	}
}

func TestPercent(t *testing.T) {
	for share, want := range map[float64][4]string{
		0:      {"٠٪\u061c", "٠٪\u061c", "%0", "0%"},
		0.125:  {"١٢٫٥٪\u061c", "١٢٫٥٪\u061c", "%12,5", "12.5%"},
		1:      {"١٠٠٪\u061c", "١٠٠٪\u061c", "%100", "100%"},
		12.345: {"١٬٢٣٤٫٥٪\u061c", "١٬٢٣٤٫٥٪\u061c", "%1.234,5", "1,234.5%"},
	} {
		fourWays(t, "Percent", func(p *Printer) string { return p.Percent(share) }, want)
	}
}

func TestBytes(t *testing.T) {
	for n, want := range map[int64][4]string{
		0:             {"٠ بايت", "٠ بایت", "0 bayt", "0 bytes"},
		1:             {"بايت واحد", "١ بایت", "1 bayt", "1 byte"},
		999:           {"٩٩٩ بايتًا", "٩٩٩ بایت", "999 bayt", "999 bytes"},
		1500:          {"١٫٥ كيلوبايت", "١٫٥ کیلۆبایت", "1,5 kB", "1.5 kB"},
		999_499:       {"٩٩٩ كيلوبايت", "٩٩٩ کیلۆبایت", "999 kB", "999 kB"},
		999_500:       {"١ ميغابايت", "١ مێگابایت", "1 MB", "1 MB"},
		24_000_000:    {"٢٤ ميغابايت", "٢٤ مێگابایت", "24 MB", "24 MB"},
		math.MaxInt64: {"٩٫٢ إكسابايت", "٩٫٢ ئێکسابایت", "9,2 EB", "9.2 EB"},
	} {
		fourWays(t, "Bytes", func(p *Printer) string { return p.Bytes(n) }, want)
	}
}

func TestDigits(t *testing.T) {
	fourWays(t, "Digits", func(p *Printer) string { return p.Digits("MFA-2016/07") },
		[4]string{"MFA-٢٠١٦/٠٧", "MFA-٢٠١٦/٠٧", "MFA-2016/07", "MFA-2016/07"})
}

func TestParseDigits(t *testing.T) {
	for in, want := range map[string]string{
		"":              "",
		"2016":          "2016",
		"٢٠١٦":          "2016",
		"۲۰۱۶":          "2016",
		"２０１６":          "2016",
		"هاتف ٠٧٧٠-۱۲۳": "هاتف 0770-123",
		"\xff٣":         "\xff3",
	} {
		if got := ParseDigits(in); got != want {
			t.Errorf("ParseDigits(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzParseDigits(f *testing.F) {
	f.Add("٠١٢ abc ۳۴۵ \xff")
	c := load(f)
	f.Fuzz(func(t *testing.T, s string) {
		got := ParseDigits(s)
		if ParseDigits(got) != got {
			t.Errorf("ParseDigits(%q) = %q still has foreign digits", s, got)
		}
		if utf8.RuneCountInString(got) != utf8.RuneCountInString(s) {
			t.Errorf("ParseDigits(%q) = %q has another length", s, got)
		}
		if p := c.Printer(Arabic); utf8.ValidString(s) && ParseDigits(p.Digits(got)) != got {
			t.Errorf("ParseDigits(Digits(%q)) = %q", got, ParseDigits(p.Digits(got)))
		}
	})
}
