package org

import (
	"strings"
	"unicode/utf8"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/text"
)

// Names is a name in each of the house's languages; some may be missing.
type Names map[i18n.Lang]string

// In gives the name in a language, or else in Arabic, or else in any; empty
// only when there is none at all.
func (n Names) In(l i18n.Lang) string {
	if s := n[l]; s != "" {
		return s
	}
	for _, other := range i18n.Langs {
		if s := n[other]; s != "" {
			return s
		}
	}
	return ""
}

// clean puts every name on one line and drops the empty ones.
func (n Names) clean() Names { return n.each(text.Line) }

// cleanLines trims texts that may have several lines, such as addresses.
func (n Names) cleanLines() Names {
	return n.each(func(s string) string { return strings.TrimSpace(text.Clean(s)) })
}

func (n Names) each(fn func(string) string) Names {
	out := Names{}
	for _, l := range i18n.Langs {
		if s := fn(n[l]); s != "" {
			out[l] = s
		}
	}
	return out
}

// check says what is wrong with the names of a form's field. Fields are named
// "field-ar", "field-ckb" and so on.
func (n Names) check(field string, max int, required ...i18n.Lang) []errs.Field {
	var bad []errs.Field
	for _, l := range required {
		if n[l] == "" {
			bad = append(bad, errs.Field{Name: field + "-" + string(l), Key: "web.field.required"})
		}
	}
	for _, l := range i18n.Langs {
		if c := utf8.RuneCountInString(n[l]); c > max {
			bad = append(bad, tooLong(field+"-"+string(l), c, max))
		}
	}
	return bad
}

func tooLong(field string, count, max int) errs.Field {
	return errs.Field{Name: field, Key: "web.field.long", Args: []any{"max", max, "count", count - max}}
}

// The longest names and addresses that are kept, in characters.
const (
	maxName    = 160
	maxAddress = 400
)
