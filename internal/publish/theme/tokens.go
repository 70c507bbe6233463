package theme

import (
	"slices"

	"sifara/internal/errs"
)

// Header is a style of the head of every page.
type Header string

// The styles of the header.
const (
	Full  Header = "full"  // the accent behind the name and the navigation
	Plain Header = "plain" // the ground of the page, with a line of the accent above
	Band  Header = "band"  // the name on the ground of the page, the navigation on the accent
)

// Headers lists the styles in the order in which they are offered.
var Headers = []Header{Full, Plain, Band}

// Tokens are the few choices from which everything else follows. All colours are
// set; Complete sees to it.
type Tokens struct {
	Accent     Colour // links, buttons, lines, the header
	Ink        Colour // text on the accent
	DarkAccent Colour // the same for readers who asked for dark pages
	DarkInk    Colour
	Header     Header
}

// The least contrasts of WCAG 2.2: 1.4.3 for text, 1.4.11 for controls.
const (
	textContrast    = 4.5
	controlContrast = 3
)

// scheme are the colours of the program between which a theme stands: those of
// assets/styles/theme.css and site.css, light and dark.
type scheme struct {
	ground, surface, raised, line, lineStrong, ink, muted Colour
}

var (
	light = scheme{White, White, Colour{0xf4, 0xef, 0xe6}, Colour{0xe8, 0xdf, 0xcf}, Colour{0x8b, 0x86, 0x76}, Colour{0x1d, 0x24, 0x26}, Colour{0x56, 0x60, 0x62}}
	dark  = scheme{Colour{0x10, 0x16, 0x15}, Colour{0x18, 0x20, 0x1f}, Colour{0x20, 0x2a, 0x28}, Colour{0x2d, 0x3a, 0x37}, Colour{0x7f, 0x91, 0x8c}, Colour{0xe9, 0xec, 0xea}, Colour{0xa9, 0xb5, 0xb1}}
)

// on reports whether a colour reaches a contrast on every ground of the scheme.
func (s scheme) on(need float64) func(Colour) bool {
	return func(c Colour) bool {
		return Contrast(c, s.ground) >= need && Contrast(c, s.surface) >= need && Contrast(c, s.raised) >= need
	}
}

// face is a theme in one scheme: every colour that a page takes from it.
type face struct {
	scheme
	brand, onBrand, hover, edge    Colour // buttons, boxes, lines
	head, onHead, onHeadSoft, band Colour // the header, and the navigation in it
	link, linkHover                Colour
}

func (s scheme) face(accent, ink, head, onHead Colour) face {
	f := face{scheme: s, brand: accent, onBrand: ink, hover: accent.mix(away(ink), .2), edge: accent.mix(Black, .45), head: head, onHead: onHead, band: head.mix(away(onHead), .16)}
	if !s.on(controlContrast)(f.hover) {
		f.hover = accent
	}
	f.onHeadSoft = onHead.mix(head, .2)
	if Contrast(f.onHeadSoft, head) < textContrast || Contrast(f.onHeadSoft, f.band) < textContrast {
		f.onHeadSoft = onHead
	}
	f.link, _ = accent.nearest(s.on(textContrast))
	f.linkHover, _ = f.link.mix(s.ink, .5).nearest(s.on(textContrast))
	return f
}

// away is the end of the scale that is farther from a colour: towards it, the
// contrast only grows.
func away(c Colour) Colour {
	if Contrast(c, Black) > Contrast(c, White) {
		return Black
	}
	return White
}

// faces are the theme in light and in dark. The header keeps its accent in both:
// it is what one knows the ministry by.
func (t Tokens) faces() (day, night face) {
	return light.face(t.Accent, t.Ink, t.Accent, t.Ink), dark.face(t.DarkAccent, t.DarkInk, t.Accent, t.Ink)
}

// Use is a pair of colours that pages set on each other.
type Use struct {
	Name        string // the end of a message key: publish.theme.use.NAME
	Dark        bool
	Front, Back Colour
	Need        float64 // least contrast
}

// Contrast is that of the pair.
func (u Use) Contrast() float64 { return Contrast(u.Front, u.Back) }

// Passes reports whether the pair may be used.
func (u Use) Passes() bool { return u.Contrast() >= u.Need }

// Uses lists every pair that a page in the theme shows.
func (t Tokens) Uses() []Use {
	day, night := t.faces()
	return slices.Concat(day.uses(t.Header, false), night.uses(t.Header, true))
}

func (f face) uses(h Header, night bool) []Use {
	var out []Use
	add := func(name string, front, back Colour, need float64) {
		out = append(out, Use{name, night, front, back, need})
	}
	switch h {
	case Full:
		add("head", f.onHead, f.head, textContrast)
		add("head_soft", f.onHeadSoft, f.head, textContrast)
		add("band", f.onHead, f.band, textContrast)
	case Band:
		add("band", f.onHead, f.head, textContrast)
	}
	if h != Full {
		add("name", f.ink, f.surface, textContrast)
		add("name_soft", f.muted, f.surface, textContrast)
	}
	add("button", f.onBrand, f.brand, textContrast)
	add("button_hover", f.onBrand, f.hover, textContrast)
	for _, g := range []struct {
		name string
		back Colour
	}{{"ground", f.ground}, {"surface", f.surface}, {"raised", f.raised}} {
		add("link_"+g.name, f.link, g.back, textContrast)
		add("link_hover_"+g.name, f.linkHover, g.back, textContrast)
		add("control_"+g.name, f.brand, g.back, controlContrast)
		add("control_hover_"+g.name, f.hover, g.back, controlContrast)
	}
	return out
}

// Complete gives tokens whose dark colours follow from the light ones: the
// accent, lighter until it can be read on dark grounds, and the ink that stands
// out most on it.
func (t Tokens) Complete() Tokens {
	t.DarkAccent, _ = t.Accent.nearest(dark.on(textContrast))
	t.DarkInk = dark.ground
	if Contrast(White, t.DarkAccent) > Contrast(t.DarkInk, t.DarkAccent) {
		t.DarkInk = White
	}
	return t
}

// Check refuses tokens of which some pair could not be read, and says by how much
// it fails and which colour of the same hue would pass. Fields: accent, ink,
// dark_accent, dark_ink, header.
func (t Tokens) Check() error {
	var bad []errs.Field
	bad = append(bad, light.check("accent", "ink", t.Accent, t.Ink)...)
	bad = append(bad, dark.check("dark_accent", "dark_ink", t.DarkAccent, t.DarkInk)...)
	if !slices.Contains(Headers, t.Header) {
		bad = append(bad, errs.Field{Name: "header", Key: "web.field.choice"})
	}
	return errs.InvalidFields(bad...)
}

func (s scheme) check(accentField, inkField string, accent, ink Colour) []errs.Field {
	var bad []errs.Field
	stands := s.on(controlContrast)
	if !stands(accent) {
		to, ok := accent.nearest(func(c Colour) bool { return stands(c) && Contrast(ink, c) >= textContrast })
		if !ok {
			to, _ = accent.nearest(stands)
		}
		worst := min(Contrast(accent, s.ground), Contrast(accent, s.surface), Contrast(accent, s.raised))
		bad = append(bad, errs.Field{Name: accentField, Key: "publish.theme.error.control", Args: []any{"ratio", down(worst), "need", controlContrast, "suggest", to.String()}})
	}
	if got := Contrast(ink, accent); got < textContrast {
		to, _ := ink.nearest(func(c Colour) bool { return Contrast(c, accent) >= textContrast })
		bad = append(bad, errs.Field{Name: inkField, Key: "publish.theme.error.text", Args: []any{"ratio", down(got), "need", textContrast, "suggest", to.String()}})
	}
	return bad
}

// down rounds a ratio to hundredths so that one which fails is never shown as if
// it passed.
func down(ratio float64) float64 { return float64(int(ratio*100)) / 100 }
