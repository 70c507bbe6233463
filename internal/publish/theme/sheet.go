package theme

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Sheet is the style sheet of the theme: properties of the root, for light pages
// and for dark ones. It names nothing outside itself.
func (t Tokens) Sheet() string {
	day, night := t.faces()
	return ":root{" + day.properties() + "}\n@media (prefers-color-scheme:dark){:root{" + night.properties() + "}}\n"
}

// Trial is Sheet with two more parts, ".in-light" and ".in-dark", which show both
// beside each other whatever the reader asked for.
func (t Tokens) Trial() string {
	day, night := t.faces()
	return t.Sheet() + trialRules + day.part("in-light", "light") + night.part("in-dark", "dark")
}

// trialRules set the parts of a trial beside each other. No other page needs them.
const trialRules = ".trial{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,18rem),1fr));margin-block:1.5rem}\n" +
	".trial>section{padding:1.1rem;border:1px solid var(--line);border-radius:var(--radius-s)}\n.trial h2{margin-block-start:0}\n.trial .card{margin-block:1rem}\n"

// Digest names the sheet by its content: 32 hexadecimal digits.
func (t Tokens) Digest() string {
	sum := sha256.Sum256([]byte(t.Sheet()))
	return hex.EncodeToString(sum[:16])
}

// property is one custom property of the pages' style sheet.
type property struct {
	name  string
	value Colour
}

func written(list []property) string {
	var b strings.Builder
	for i, p := range list {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteString("--" + p.name + ":" + p.value.String())
	}
	return b.String()
}

func (f face) properties() string {
	return written([]property{
		{"brand", f.brand}, {"on-brand", f.onBrand}, {"brand-hover", f.hover}, {"brand-soft", f.raised}, {"edge", f.edge}, {"link", f.link}, {"link-hover", f.linkHover},
		{"head", f.head}, {"on-head", f.onHead}, {"on-head-soft", f.onHeadSoft}, {"head-mark", f.onHead}, {"band", f.band},
	})
}

// part is a part of a page in one scheme.
func (f face) part(class, name string) string {
	return "." + class + "{" + f.properties() + ";" + written([]property{
		{"ground", f.ground}, {"surface", f.surface}, {"raised", f.raised}, {"line", f.line}, {"line-strong", f.lineStrong}, {"ink", f.ink}, {"muted", f.muted},
	}) + ";color-scheme:" + name + ";background:var(--ground);color:var(--ink)}\n"
}
