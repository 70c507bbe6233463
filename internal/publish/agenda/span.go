package agenda

import (
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
)

// The days that are told when nobody says which, and at most.
const (
	usualSpan = 31
	maxSpan   = 400
)

// Span reads the days from one to another, both included, written 2026-03-21 in
// any digits; either may be empty: from is then today, and the last day a month
// after the first. It gives the first moment and the one after the last.
func Span(from, to string, now time.Time, zone *time.Location) (first, until time.Time, err error) {
	var bad []errs.Field
	day := func(name, s string, otherwise time.Time) time.Time {
		if s == "" {
			return otherwise
		}
		t, err := time.ParseInLocation(time.DateOnly, i18n.ParseDigits(s), zone)
		if err != nil {
			bad = append(bad, errs.Field{Name: name, Key: "publish.calendar.bad_day", Args: []any{"value", clip(s), "example", "2026-03-21"}})
			return otherwise
		}
		return t
	}
	first = day("from", from, midnight(now.In(zone), zone))
	last := day("to", to, first.AddDate(0, 0, usualSpan-1))
	if len(bad) == 0 && (last.Before(first) || last.After(first.AddDate(0, 0, maxSpan-1))) {
		bad = append(bad, errs.Field{Name: "to", Key: "publish.calendar.bad_span", Args: []any{"max", maxSpan}})
	}
	return first, last.AddDate(0, 0, 1), errs.InvalidFields(bad...)
}

// clip keeps what is quoted back short.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
