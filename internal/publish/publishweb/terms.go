package publishweb

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"sifara/internal/i18n"
	"sifara/internal/module"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/term"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

const termsPath = "/console/terms"

func termPath(id string) string { return termsPath + "/" + url.PathEscape(id) }

// addTerms adds the pages of the term base.
func (c *console) addTerms(m *module.Module) {
	m.Permissions = append(m.Permissions, term.Permissions()...)
	m.Nav = append(m.Nav, module.Nav{Group: "nav.publish", Label: "publish.term.title", Href: termsPath, Icon: "language", Permission: publish.MayView})
	load := web.Post(termsPath+"/import", term.Edit, c.importTerms)
	load.MaxBody = term.MaxImport + 1<<20
	one := termsPath + "/{id}"
	m.Routes = append(m.Routes,
		web.Get(termsPath, publish.MayView, c.listTerms),
		web.Get(termsPath+"/new", term.Edit, c.newTerm),
		web.Get(termsPath+"/import", term.Edit, c.importForm),
		load,
		web.Post(termsPath+"/starter", term.Edit, c.starterTerms),
		web.Get(termsPath+"/export", publish.MayView, c.exportTerms),
		web.Get(one, publish.MayView, c.term),
		web.Post(one, term.Edit, c.saveTerm),
		web.Post(one+"/remove", term.Edit, c.removeTerm),
	)
}

// termsPage is the list of terms: GET /console/terms?q=&kind=&mission=&missing=&after=.
type termsPage struct {
	d      *desk
	query  url.Values
	filter term.Filter
	list   []term.Entry
	next   string
}

func termFilter(q url.Values) term.Filter {
	f := term.Filter{Query: q.Get("q"), MissionID: q.Get("mission"), After: q.Get("after")}
	if f.MissionID == ministryChoice {
		f.MissionID, f.House = "", true
	}
	if k := term.Kind(q.Get("kind")); slices.Contains(term.Kinds, k) {
		f.Kind = k
	}
	if l, ok := i18n.Parse(q.Get("missing")); ok {
		f.Missing = l
	}
	return f
}

func (c *console) listTerms(w http.ResponseWriter, r *http.Request) error {
	p := termsPage{query: r.URL.Query(), filter: termFilter(r.URL.Query())}
	p.filter.Limit = pageSize + 1
	var err error
	if p.list, err = c.terms.List(r.Context(), p.filter); err != nil {
		return err
	}
	if len(p.list) > pageSize {
		p.list = p.list[:pageSize]
		p.next = listPage{query: p.query}.address(termsPath, "after", p.list[pageSize-1].ID)
	}
	if p.d, err = c.desk(r); err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: p.d.t("publish.term.title"), Intro: p.d.t("publish.term.intro"), Body: termsView(p), Actions: termsActions(p)})
}

func (p termsPage) may() bool { return p.d.actor.May(term.Edit) }

func (p termsPage) filters() []ui.ChoiceProps {
	d := p.d
	kinds := ui.ChoiceProps{Name: "kind", Label: d.t("publish.term.kind"), Blank: d.t("publish.any"), Options: d.termKinds(p.filter.Kind)}
	missing := ui.ChoiceProps{Name: "missing", Label: d.t("publish.term.missing"), Blank: d.t("publish.any")}
	for _, o := range d.languages() {
		o.Checked = o.Value == string(p.filter.Missing)
		missing.Options = append(missing.Options, o)
	}
	missions := listPage{d: d, filter: publish.Filter{MissionID: p.filter.MissionID, Ministry: p.filter.House}}.missions()
	return []ui.ChoiceProps{kinds, missing, missions}
}

func (d *desk) termKinds(chosen term.Kind) []ui.Option {
	var out []ui.Option
	for _, k := range term.Kinds {
		out = append(out, ui.Option{Value: string(k), Label: d.t("publish.term.kind." + string(k)), Checked: k == chosen})
	}
	return out
}

func (p termsPage) table() ui.TableProps {
	d := p.d
	t := ui.TableProps{ID: "terms", Caption: d.t("publish.term.title"), Empty: p.empty(),
		Columns: []ui.Column{{Label: d.t("publish.term.preferred")}, {Label: d.t("publish.term.others")}, {Label: d.t("publish.term.wrong")}, {Label: d.t("publish.term.kind")}}}
	for i := range p.list {
		e := &p.list[i]
		t.Rows = append(t.Rows, ui.Row{ID: "term-" + e.ID, Cells: []ui.Cell{
			{Text: e.Name(d.p.Lang()), Href: termPath(e.ID), Sub: d.mission(e.MissionID)},
			{Comp: termWords(d, e)}, {Comp: termWrong(e)}, {Text: d.t("publish.term.kind." + string(e.Kind))},
		}})
	}
	return t
}

func (p termsPage) empty() templ.Component {
	if p.query.Encode() != "" {
		return ui.EmptyState("language", p.d.t("publish.term.not_found"), p.d.t("publish.term.not_found_next"), nil)
	}
	var begin templ.Component
	if p.d.actor.MayIn(term.Edit, perm.Everywhere()) {
		begin = starterButton(p.d)
	}
	return ui.EmptyState("language", p.d.t("publish.term.none"), p.d.t("publish.term.none_next"), begin)
}

// exportTerms sends the entries of the list as a file:
// GET /console/terms/export?format=csv|tbx&…, with the filter of the list.
func (c *console) exportTerms(w http.ResponseWriter, r *http.Request) error {
	f := termFilter(r.URL.Query())
	f.After = ""
	list, err := c.terms.List(r.Context(), f)
	if err != nil {
		return err
	}
	format, kind := term.CSV, "text/csv; charset=utf-8"
	if r.URL.Query().Get("format") == string(term.TBX) {
		format, kind = term.TBX, "application/x-tbx"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="terms.`+string(format)+`"`)
	return term.Write(w, format, list)
}

func (p termsPage) export(format term.Format) string {
	q := url.Values{"format": {string(format)}}
	for _, name := range []string{"q", "kind", "mission", "missing"} {
		if v := p.query.Get(name); v != "" {
			q.Set(name, v)
		}
	}
	return termsPath + "/export?" + q.Encode()
}
