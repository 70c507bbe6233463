package i18n

import (
	"bytes"
	"log/slog"
	"math"
	"strings"
	"testing"
	"time"
)

// words are messages with every kind of argument.
func words(t testing.TB) *Catalogue {
	return load(t, files(
		`{"m": {"zero": "لا رسائل", "one": "رسالة واحدة", "two": "رسالتان", "few": "{count} رسائل", "many": "{count} رسالةً", "other": "{count} رسالة"},
		  "by": "كتبه {name}", "v": "القيمة: {v}"}`,
		`{"m": {"one": "نامەیەک", "other": "{count} نامە"}, "by": "{name} نووسیویەتی", "v": "نرخ: {v}"}`,
		`{"m": {"one": "nameyek", "other": "{count} name"}, "by": "Ji aliyê {name} ve", "v": "Nirx: {v}"}`,
		`{"m": {"one": "one message", "other": "{count} messages"}, "by": "By {name}", "v": "Value: {v}"}`))
}

func TestPlurals(t *testing.T) {
	c := words(t)
	for _, tc := range []struct {
		lang  Lang
		count any
		want  string
	}{
		{Arabic, 0, "لا رسائل"},
		{Arabic, 1, "رسالة واحدة"},
		{Arabic, 2, "رسالتان"},
		{Arabic, 3, "٣ رسائل"},
		{Arabic, int64(11), "١١ رسالةً"},
		{Arabic, uint8(100), "١٠٠ رسالة"},
		{Arabic, 1103, "١٬١٠٣ رسائل"},
		{Sorani, 1, "نامەیەک"},
		{Sorani, 2016, "٢٬٠١٦ نامە"},
		{Kurmanji, 1, "nameyek"},
		{Kurmanji, 2016, "2.016 name"},
		{English, 1, "one message"},
		{English, 0, "0 messages"},
		{English, -1, "one message"},
		{English, 2016, "2,016 messages"},
		{English, 1.5, "1.5 messages"},
		{English, uint64(math.MaxUint64), "18,446,744,073,709,551,615 messages"},
		{English, "many", "many messages"},
	} {
		if got := c.Printer(tc.lang).T("m", "count", tc.count); got != tc.want {
			t.Errorf("%s: T(m, %v) = %q, want %q", tc.lang, tc.count, got, tc.want)
		}
	}
}

// count is a number with a type of its own, state a text.
type (
	count int32
	state string
)

func TestArguments(t *testing.T) {
	c := words(t)
	when := time.Date(2016, 5, 3, 14, 5, 0, 0, time.UTC)
	for _, tc := range []struct {
		name string
		lang Lang
		arg  any
		want string
	}{
		{"nil", English, nil, "Value: "},
		{"text", English, "Basra", "Value: Basra"},
		{"own text", English, state("draft"), "Value: draft"},
		{"own number", Arabic, count(1234), "القيمة: ١٬٢٣٤"},
		{"float", Arabic, 1234.5, "القيمة: ١٬٢٣٤٫٥"},
		{"float32", Kurmanji, float32(0.25), "Nirx: 0,25"},
		{"day", Arabic, when, "القيمة: ٣ أيار ٢٠١٦"},
		{"length", English, 90 * time.Minute, "Value: 1 hour and 30 minutes"},
		{"month", Sorani, time.May, "نرخ: ئایار"},
		{"weekday", Kurmanji, time.Friday, "Nirx: Înî"},
		{"language", English, Sorani, "Value: Kurdish (Sorani)"},
		{"digits stay", Arabic, "2016", "القيمة: 2016"},
		{"Latin in Arabic", Arabic, "UNHCR", "القيمة: \u2068UNHCR\u2069"},
		{"Arabic in English", English, "بغداد", "Value: \u2068بغداد\u2069"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := c.Printer(tc.lang).T("v", "v", tc.arg); got != tc.want {
				t.Errorf("T() = %q, want %q", got, tc.want)
			}
		})
	}
}

func TestMissing(t *testing.T) {
	var log bytes.Buffer
	old := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(old)

	p := words(t).Printer(English)
	for range 3 {
		if got, want := p.T("no.such"), "⟦no.such⟧"; got != want {
			t.Errorf("T() = %q, want %q", got, want)
		}
	}
	if got := strings.Count(log.String(), "no.such"); got != 1 {
		t.Errorf("the missing key was logged %d times, want 1: %s", got, &log)
	}
	for _, args := range [][]any{nil, {"other", 1}, {"name"}, {1, 2}} {
		if got, want := p.T("by", args...), "By ⟦name⟧"; got != want {
			t.Errorf("T(by, %v) = %q, want %q", args, got, want)
		}
	}
}

func TestPrinterOfUnknownLanguage(t *testing.T) {
	p := words(t).Printer("fr")
	if p.Lang() != Arabic || p.Dir() != "rtl" {
		t.Errorf("got %s, %s", p.Lang(), p.Dir())
	}
}
