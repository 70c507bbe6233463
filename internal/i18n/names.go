package i18n

import (
	"slices"
	"strings"
)

// Country is the usual name of a country or territory by its ISO 3166-1
// alpha-2 code, in either case; an unknown code is returned as it is.
func (p *Printer) Country(code string) string {
	return p.name("i18n.country.", strings.ToUpper(code), code)
}

// LanguageName is the name of a language by its ISO 639 code, in either case;
// an unknown code is returned as it is. Only the first part of a BCP 47 tag is
// read.
func (p *Printer) LanguageName(code string) string {
	base, _, _ := strings.Cut(strings.ToLower(code), "-")
	return p.name("i18n.language.", base, code)
}

func (p *Printer) name(prefix, code, unknown string) string {
	if !p.Has(prefix + code) {
		return unknown
	}
	return p.raw(prefix + code)
}

// Countries lists the codes which Country knows, in the order of the codes.
func (c *Catalogue) Countries() []string { return c.codes("i18n.country.") }

// Languages lists the codes which LanguageName knows, in their order.
func (c *Catalogue) Languages() []string { return c.codes("i18n.language.") }

func (c *Catalogue) codes(prefix string) []string {
	var codes []string
	for key := range c.messages[Arabic] {
		if code, ok := strings.CutPrefix(key, prefix); ok {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	return codes
}

// List joins items the way a sentence does: "a, b and c". Items of the other
// direction are isolated; no items give the empty text.
func (p *Printer) List(items []string) string {
	if len(items) == 0 {
		return ""
	}
	list := p.isolate(items[0])
	for i, item := range items[1:] {
		key := "i18n.list.middle"
		if i == len(items)-2 {
			key = "i18n.list.end"
		}
		list = p.raw(key, "before", list, "last", p.isolate(item))
	}
	return list
}
