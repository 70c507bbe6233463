package publishweb

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/publish/term"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// termPage is one entry: GET and POST /console/terms/{id}. POST also makes a new one,
// whose id the form brings.
type termPage struct {
	form
	e     term.Entry // as it is stored; version 0 while it is new
	langs []string   // that the form asks for
	may   bool
}

// moreLang is the field of the language that a form adds.
const moreLang = "more"

func (c *console) newTerm(w http.ResponseWriter, r *http.Request) error {
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	return c.showTerm(w, r, termPage{form: d.fresh(url.Values{"kind": {string(term.Institution)}}), e: term.Entry{ID: id.New()}, may: true})
}

func (c *console) term(w http.ResponseWriter, r *http.Request) error {
	e, err := c.terms.Entry(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	v := url.Values{"kind": {string(e.Kind)}, "mission": {e.MissionID}, "note": {e.Note}, "source": {e.Source}, "version": {strconv.Itoa(e.Version)}}
	for l, x := range e.Words {
		v.Set("preferred-"+l, x.Preferred)
		v.Set("also-"+l, strings.Join(x.Also, "\n"))
		v.Set("wrong-"+l, strings.Join(x.Wrong, "\n"))
	}
	return c.showTerm(w, r, termPage{form: d.fresh(v), e: e, may: c.terms.May(r.Context(), e)})
}

func (c *console) showTerm(w http.ResponseWriter, r *http.Request, p termPage) error {
	for _, l := range i18n.Langs {
		p.langs = append(p.langs, string(l))
	}
	for name := range p.v {
		if l, ok := strings.CutPrefix(name, "preferred-"); ok && l != moreLang && !slices.Contains(p.langs, l) {
			p.langs = append(p.langs, l)
		}
	}
	slices.Sort(p.langs[len(i18n.Langs):])
	if err := p.d.know(c, p.e.EditedBy); err != nil {
		return err
	}
	title := p.d.t("publish.term.new")
	if p.e.Version > 0 {
		title = p.e.Name(p.d.p.Lang())
	}
	return web.Render(w, r, web.Page{Title: title, Crumbs: []ui.Link{{Label: p.d.t("publish.term.title"), Href: termsPath}}, Body: termView(p), Status: p.status})
}

// saveTerm: POST /console/terms/{id}.
func (c *console) saveTerm(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	e := term.Entry{ID: r.PathValue("id"), MissionID: in.Raw("mission"), Kind: term.Kind(in.Raw("kind")), Note: in.Raw("note"), Source: in.Raw("source"), Words: term.Words{}}
	if v := in.Raw("version"); v != "" {
		e.Version = number(v)
	}
	for name := range r.PostForm {
		l, ok := strings.CutPrefix(name, "preferred-")
		if !ok {
			continue
		}
		x := term.Wording{Preferred: in.Raw(name), Also: strings.Split(in.Raw("also-"+l), "\n"), Wrong: strings.Split(in.Raw("wrong-"+l), "\n")}
		if l == moreLang {
			l = in.Raw("lang-more")
		}
		e.Words[l] = x
	}
	if _, err = c.terms.Save(r.Context(), e); err == nil {
		return done(w, r, nil, termsPath, "publish.done.saved")
	}
	return c.termRefused(w, r, e, err)
}

// termRefused shows the form again with what was typed.
func (c *console) termRefused(w http.ResponseWriter, r *http.Request, e term.Entry, cause error) error {
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	p := termPage{form: d.typed(r), e: e, may: true}
	if !p.refused(r, cause) {
		return cause
	}
	switch now, err := c.terms.Entry(r.Context(), e.ID); {
	case err == nil:
		p.e = now
		p.v.Set("version", strconv.Itoa(now.Version))
	case errs.KindOf(err) != errs.NotFound:
		return err
	default:
		p.e.Version = 0
		p.v.Del("version")
	}
	return c.showTerm(w, r, p)
}

// removeTerm: POST /console/terms/{id}/remove.
func (c *console) removeTerm(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	return done(w, r, c.terms.Remove(r.Context(), r.PathValue("id"), number(in.Raw("version"))), termsPath, "publish.term.removed")
}

// termLang are tag and direction of a language that the house may not speak.
func termLang(l string) (tag, dir string) {
	if l == moreLang {
		return "", "auto"
	}
	if x, ok := i18n.Parse(l); ok {
		return x.Tag(), x.Dir()
	}
	return l, "auto"
}

func (p termPage) wording(name, l, label, hint string) ui.FieldProps {
	f := optional(p.field(name+"-"+l, label, hint))
	f.Lang, f.Dir = termLang(l)
	f.Rows = 2
	return f
}

// importPage reads a file: GET and POST /console/terms/import.
type importPage struct{ form }

func (c *console) importForm(w http.ResponseWriter, r *http.Request) error {
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	return c.showImport(w, r, importPage{d.fresh(url.Values{})})
}

func (c *console) showImport(w http.ResponseWriter, r *http.Request, p importPage) error {
	return web.Render(w, r, web.Page{Title: p.d.t("publish.term.import"), Crumbs: []ui.Link{{Label: p.d.t("publish.term.title"), Href: termsPath}}, Body: termImportView(p), Status: p.status})
}

func (c *console) importTerms(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	var done term.Imported
	file, _ := in.File("file", term.MaxImport)
	if file == nil && in.Err() == nil {
		in.Fail("file", "web.field.required")
	}
	if err = in.Err(); err == nil {
		defer file.Close()
		done, err = c.readTerms(r, in.Raw("mission"), file)
	}
	if err == nil {
		return saidImported(w, r, done)
	}
	d, deskErr := c.desk(r)
	if deskErr != nil {
		return deskErr
	}
	p := importPage{d.typed(r)}
	if !p.refused(r, err) {
		return err
	}
	return c.showImport(w, r, p)
}

func (c *console) readTerms(r *http.Request, mission string, file io.Reader) (term.Imported, error) {
	list, err := term.Read(file)
	if err != nil {
		return term.Imported{}, err
	}
	return c.terms.Import(r.Context(), mission, list)
}

// starterTerms takes the shipped entries over: POST /console/terms/starter.
func (c *console) starterTerms(w http.ResponseWriter, r *http.Request) error {
	done, err := c.terms.Import(r.Context(), "", term.Starter())
	if err != nil {
		return err
	}
	return saidImported(w, r, done)
}

func saidImported(w http.ResponseWriter, r *http.Request, d term.Imported) error {
	web.Flash(r.Context(), ui.Success, web.T(r, "publish.term.imported", "added", d.Added, "changed", d.Changed, "same", d.Same))
	if d.Refused > 0 {
		web.Flash(r.Context(), ui.Warning, web.T(r, "publish.term.refused", "count", d.Refused, "first", d.First))
	}
	return web.Redirect(w, r, termsPath)
}
