// Package ui draws the pages of Sifara: three layouts (console, public site,
// plain) and the parts that pages are made of. It knows words, colours and
// HTML, but no routes, no data and no rules: whoever calls it passes texts
// that are already translated and addresses that already exist.
//
// Every part is right in both directions of writing, can be used by keyboard
// and screen reader, and needs neither inline scripts nor inline styles, so
// pages keep the content security policy `default-src 'self'`.
//
// The package's own words ("Skip to content", "Older") are in Locales.
package ui

import (
	"context"
	"embed"
	"io/fs"

	"sifara/internal/i18n"
)

//go:embed locales/*.json
var localeFiles embed.FS

// Locales holds ar.json, ckb.json, kmr.json and en.json with the words of this
// package; their keys begin with "ui.".
func Locales() fs.FS {
	sub, err := fs.Sub(localeFiles, "locales")
	if err != nil {
		panic(err) // the folder is embedded: this cannot fail at run time
	}
	return sub
}

// word is one of the package's own words in the language of the request.
func word(ctx context.Context, name string, args ...any) string {
	return i18n.T(ctx, "ui."+name, args...)
}

// langOf is the BCP 47 tag of the request's language.
func langOf(ctx context.Context) string { return i18n.From(ctx).Lang().Tag() }

// dirOf is the direction of the request's language: "rtl" or "ltr".
func dirOf(ctx context.Context) string { return i18n.From(ctx).Lang().Dir() }

// Link is a label that leads to an address.
type Link struct {
	Label string
	Href  string
}

// Kind says what a badge, notice or flash means. It decides colour and icon
// together, so that colour never speaks alone.
type Kind string

// The kinds. The empty Kind is Neutral.
const (
	Neutral Kind = "neutral"
	Info    Kind = "info"
	Success Kind = "success"
	Warning Kind = "warning"
	Danger  Kind = "danger"
	Draft   Kind = "draft"   // being written
	Waiting Kind = "waiting" // someone must act
	Live    Kind = "live"    // visible to the public now
)

// class is the suffix of CSS classes; unknown kinds look neutral.
func (k Kind) class() string {
	if _, ok := kindIcons[k]; ok {
		return string(k)
	}
	return string(Neutral)
}

// icon is the icon that goes with the kind.
func (k Kind) icon() string {
	if name, ok := kindIcons[k]; ok {
		return name
	}
	return kindIcons[Neutral]
}

var kindIcons = map[Kind]string{
	Neutral: "circle",
	Info:    "info-circle",
	Success: "circle-check",
	Warning: "alert-triangle",
	Danger:  "alert-circle",
	Draft:   "pencil",
	Waiting: "hourglass",
	Live:    "world",
}
