package i18n

import (
	"fmt"
	"log/slog"
	"math"
	"reflect"
	"strconv"
	"time"
)

// Printer prints messages, numbers, dates and names in one language. It is
// cheap to make, holds no state of its own and may be shared by goroutines.
// All times are printed in the zone which they carry.
type Printer struct {
	catalogue *Catalogue
	lang      Lang
}

// Printer sees the catalogue in one language; an unknown language is Arabic.
func (c *Catalogue) Printer(l Lang) *Printer {
	return &Printer{catalogue: c, lang: Lang(l.Tag())}
}

// Lang is the language printed.
func (p *Printer) Lang() Lang { return p.lang }

// Dir is the writing direction of the language, "rtl" or "ltr".
func (p *Printer) Dir() string { return p.lang.Dir() }

// Has reports whether a key exists in the printer's language.
func (p *Printer) Has(key string) bool { return p.catalogue.Has(p.lang, key) }

// T prints the message of a key. The arguments are pairs of a name and a
// value: T("publish.approved", "count", 3, "name", s).
//
// Whole numbers are written as by Number, floats as by Decimal with up to two
// digits, times as by Date, durations as by Duration, months, weekdays and
// languages by their names; a year is therefore better given as text, by
// Digits. "count" chooses the plural form. Text with
// letters of the other direction is wrapped in Unicode isolates, so that it
// cannot disturb the sentence, and loses its own overrides of direction. The
// result is plain text: escape it for HTML.
//
// A missing key gives the key in ⟦…⟧ and is logged once; a missing argument
// gives ⟦name⟧.
func (p *Printer) T(key string, args ...any) string {
	m, ok := p.catalogue.messages[p.lang][key]
	if !ok {
		p.report(key)
		return "⟦" + key + "⟧"
	}
	count, counted := int64(0), false
	if m.plural() {
		if v, ok := argument(args, "count"); ok {
			count, counted = whole(v)
		}
	}
	return m.pick(p.lang, count, counted).fill(func(name string) string {
		v, ok := argument(args, name)
		if !ok {
			return "⟦" + name + "⟧"
		}
		return p.value(v)
	})
}

// raw prints one of the package's own messages, whose pairs of name and text
// are written by this package and need neither digits nor isolates.
func (p *Printer) raw(key string, pairs ...string) string {
	m, ok := p.catalogue.messages[p.lang][key]
	if !ok {
		p.report(key)
		return "⟦" + key + "⟧"
	}
	return m.general.fill(func(name string) string {
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return "⟦" + name + "⟧"
	})
}

// report logs a missing key the first time it is asked for.
func (p *Printer) report(key string) {
	if _, seen := p.catalogue.missing.LoadOrStore(string(p.lang)+" "+key, true); !seen {
		slog.Error("message key is missing", "key", key, "lang", string(p.lang))
	}
}

// argument finds the value of a name among pairs; a name without value at the
// end of the list is not there.
func argument(args []any, name string) (any, bool) {
	for i := 0; i+1 < len(args); i += 2 {
		if n, ok := args[i].(string); ok && n == name {
			return args[i+1], true
		}
	}
	return nil, false
}

// value prints one argument.
func (p *Printer) value(v any) string {
	if n, ok := whole(v); ok {
		return p.Number(n)
	}
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return p.isolate(v)
	case uint64:
		return p.grouped(strconv.FormatUint(v, 10), "", false)
	case float64:
		return p.upTo(v, 2)
	case float32:
		return p.upTo(float64(v), 2)
	case time.Time:
		return p.Date(v)
	case time.Duration:
		return p.Duration(v)
	case time.Month:
		return p.Month(v)
	case time.Weekday:
		return p.Weekday(v)
	case Lang:
		return p.isolate(p.LanguageName(string(v)))
	}
	return p.isolate(fmt.Sprint(v))
}

// whole reads an argument as a whole number. Kinds which print themselves
// (durations, months) and unsigned numbers beyond int64 are none.
func whole(v any) (int64, bool) {
	switch v := v.(type) {
	case int:
		return int64(v), true
	case int64:
		return v, true
	case nil, string, fmt.Stringer:
		return 0, false
	}
	switch n := reflect.ValueOf(v); {
	case n.CanInt():
		return n.Int(), true
	case n.CanUint():
		return int64(n.Uint()), n.Uint() <= math.MaxInt64
	}
	return 0, false
}
