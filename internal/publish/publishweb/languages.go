package publishweb

import (
	"cmp"
	"slices"

	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/web/ui"
)

// What pages of the console say of the languages of messages and routes.

// langNames names languages in the reader's words.
func (d *desk) langNames(list []i18n.Lang) []string {
	var out []string
	for _, l := range list {
		out = append(out, d.p.LanguageName(string(l)))
	}
	return out
}

// languagesIn reads languages, in the order of i18n.Langs; what is none is left
// in, for the rules to refuse.
func languagesIn(list []string) publish.Langs {
	var out publish.Langs
	for _, l := range i18n.Langs {
		if slices.Contains(list, string(l)) {
			out = append(out, l)
		}
	}
	for _, s := range list {
		if l := i18n.Lang(s); !slices.Contains(i18n.Langs, l) {
			out = append(out, l)
		}
	}
	return out
}

// required asks which languages a message on a route must have.
func (p routeForm) required() ui.ChoiceProps {
	c := p.several("required", "publish.routes.required", "", p.d.languages())
	c.Inline = true
	return c
}

// incomplete asks whether a message may go out without them.
func (p routeForm) incomplete() ui.ChoiceProps {
	var ways []ui.Option
	for _, w := range publish.Incompletes {
		ways = append(ways, ui.Option{Value: string(w), Label: p.d.t("publish.routes.incomplete." + cmp.Or(string(w), "never"))})
	}
	return p.choice("incomplete", "publish.routes.incomplete", "", ways)
}

// textOn is text, for a message whose route is known: a language that the route
// requires and that has no text is marked.
func (d *desk) textOn(m *publish.Message, l i18n.Lang, way publish.Path) (ui.Kind, string) {
	kind, label := d.text(m, l)
	for _, x := range m.Lacking(way) {
		if x == (publish.Lack{Lang: l, State: publish.VariantMissing}) {
			return ui.Warning, d.t("publish.variant.missing_required")
		}
	}
	return kind, label
}

// lacks says in one line what a message lacks; empty for nothing.
func (d *desk) lacks(list publish.Lacks) string {
	out := ""
	if missing := list.In(publish.VariantMissing); len(missing) > 0 {
		out = d.t("publish.lacks.missing", "languages", d.p.List(d.langNames(missing)))
	}
	if stale := list.In(publish.VariantStale); len(stale) > 0 {
		if out != "" {
			out += " "
		}
		out += d.t("publish.lacks.stale", "languages", d.p.List(d.langNames(stale)))
	}
	return out
}
