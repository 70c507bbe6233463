package orgweb

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// form is a form as it is drawn: with the stored values, or with what was
// typed and what is wrong with it. Nothing typed is ever lost.
type form struct {
	p       *i18n.Printer
	action  string
	cancel  string
	v       url.Values
	stored  url.Values // what is stored now, when somebody changed it meanwhile
	errors  map[string]string
	summary []ui.FieldError
	notice  string // what stands against the whole form
	status  int
}

// fresh gives a form with the stored values.
func fresh(r *http.Request, action, cancel string, v url.Values) form {
	return form{p: i18n.From(r.Context()), action: action, cancel: cancel, v: v, errors: map[string]string{}}
}

// typed reads a posted form, cleaned of what no text may hold.
func typed(r *http.Request, action, cancel string) (form, *web.Form, error) {
	wf, err := web.ReadForm(r)
	if err != nil {
		return form{}, nil, err
	}
	v := url.Values{}
	for name, values := range r.PostForm {
		for _, s := range values {
			v.Add(name, text.Clean(s))
		}
	}
	return fresh(r, action, cancel, v), wf, nil
}

// refused tells whether the form can be shown again for an error, and fills in
// what is wrong. Other errors are pages of their own.
func (f *form) refused(r *http.Request, err error) bool {
	e, ok := errs.Find(err)
	if !ok {
		return false
	}
	switch e.Kind {
	case errs.Invalid:
		f.status = http.StatusUnprocessableEntity
	case errs.Conflict:
		f.status = http.StatusConflict
	case errs.Forbidden:
		if e.Key == "" {
			return false
		}
		f.status = http.StatusForbidden
	default:
		return false
	}
	f.errors = web.Errors(r, err)
	for _, fl := range e.Fields {
		if !slices.ContainsFunc(f.summary, func(s ui.FieldError) bool { return s.Field == f.anchor(fl.Name) }) {
			f.summary = append(f.summary, ui.FieldError{Field: f.anchor(fl.Name), Text: web.T(r, fl.Key, fl.Args...)})
		}
	}
	if len(e.Fields) == 0 {
		f.notice = web.Message(f.p, e)
	}
	return true
}

// anchor is the id of the input of a field.
func (f form) anchor(name string) string {
	if name == "until" || name == "from" || name == "date" {
		return name + "-day"
	}
	return name
}

// stale has the form say what is stored now beside what was typed, and lets
// the next attempt replace it knowingly.
func (f *form) stale(stored url.Values) {
	if f.status != http.StatusConflict {
		return
	}
	f.stored = stored
	f.v.Set("version", stored.Get("version"))
}

// show sends the form's page.
func (f form) show(w http.ResponseWriter, r *http.Request, title, intro string, crumbs []ui.Link, body templ.Component) error {
	return web.Render(w, r, web.Page{Title: title, Intro: intro, Crumbs: crumbs, Body: formFrame(f, body), Status: f.status})
}

func (f form) t(key string, args ...any) string { return f.p.T(key, args...) }

// field describes a text field. The hint is a key or empty.
func (f form) field(name, label, hint string) ui.FieldProps {
	fp := ui.FieldProps{Name: name, Label: f.t(label), Value: f.v.Get(name), Error: f.errors[name]}
	if hint != "" {
		fp.Hint = f.t(hint)
	}
	if f.stored != nil && f.stored.Get(name) != f.v.Get(name) {
		fp.Hint = strings.TrimSpace(fp.Hint + " " + f.t("org.stored_now", "value", f.stored.Get(name)))
	}
	return fp
}

func (f form) optional(name, label, hint string) ui.FieldProps {
	fp := f.field(name, label, hint)
	fp.Optional = true
	return fp
}

// in gives the field for one language of a text with names.
func (f form) in(name string, l i18n.Lang, required bool) ui.FieldProps {
	fp := ui.FieldProps{Name: name + "-" + string(l), Label: f.p.LanguageName(string(l)), Lang: l.Tag(), Dir: l.Dir(), Optional: !required}
	fp.Value, fp.Error = f.v.Get(fp.Name), f.errors[fp.Name]
	if f.stored != nil && f.stored.Get(fp.Name) != fp.Value {
		fp.Hint = f.t("org.stored_now", "value", f.stored.Get(fp.Name))
	}
	return fp
}

// choice describes a question with one or several answers.
func (f form) choice(name, label, hint string, options []ui.Option) ui.ChoiceProps {
	c := ui.ChoiceProps{Name: name, Label: f.t(label), Error: f.errors[name], Options: slices.Clone(options)}
	if hint != "" {
		c.Hint = f.t(hint)
	}
	for i, o := range c.Options {
		c.Options[i].Checked = slices.Contains(f.v[name], o.Value)
	}
	return c
}

func (f form) blank(c ui.ChoiceProps, key string) ui.ChoiceProps {
	c.Blank = f.t(key)
	return c
}

func (f form) date(name, label, hint string, optional bool) ui.DateProps {
	return ui.DateProps{Name: name, Label: f.t(label), Hint: f.t(hint), Error: f.errors[name], Optional: optional,
		Day: f.v.Get(name + "-day"), Month: f.v.Get(name + "-month"), Year: f.v.Get(name + "-year")}
}

// lastDay reads the last day of a period as the moment after it.
func lastDay(wf *web.Form, name string, zone *time.Location) time.Time {
	d := wf.Date(name, zone)
	if d.IsZero() {
		return d
	}
	return d.AddDate(0, 0, 1)
}

func putNames(v url.Values, name string, n org.Names) {
	for _, l := range i18n.Langs {
		v.Set(name+"-"+string(l), n[l])
	}
}

func namesOf(v url.Values, name string) org.Names {
	n := org.Names{}
	for _, l := range i18n.Langs {
		n[l] = v.Get(name + "-" + string(l))
	}
	return n
}

func versionOf(v url.Values) int64 {
	n, _ := strconv.ParseInt(v.Get("version"), 10, 64) // a wrong one is stale
	return n
}

func daysOf(v url.Values, name string) []time.Weekday {
	var days []time.Weekday
	for _, s := range v[name] {
		n, err := strconv.Atoi(s)
		if err != nil {
			n = -1
		}
		days = append(days, time.Weekday(n))
	}
	return days
}

func langsOf(v url.Values, name string) []i18n.Lang {
	var langs []i18n.Lang
	for _, s := range v[name] {
		langs = append(langs, i18n.Lang(s))
	}
	return langs
}

// Options of the questions that several forms ask.

func weekdays(p *i18n.Printer) []ui.Option {
	var out []ui.Option
	for i := range 7 {
		d := (p.WeekStart() + time.Weekday(i)) % 7
		out = append(out, ui.Option{Value: strconv.Itoa(int(d)), Label: p.Weekday(d)})
	}
	return out
}

func languages(p *i18n.Printer) []ui.Option {
	var out []ui.Option
	for _, l := range i18n.Langs {
		out = append(out, ui.Option{Value: string(l), Label: p.LanguageName(string(l))})
	}
	return out
}

func countries(p *i18n.Printer) []ui.Option {
	var out []ui.Option
	for _, c := range org.Countries(p) {
		out = append(out, ui.Option{Value: c, Label: p.Country(c)})
	}
	return out
}

// zones offers the time zones under their countries.
func zones(p *i18n.Printer) []ui.Option {
	var out []ui.Option
	for _, z := range org.Zones() {
		o := ui.Option{Value: z.Name, Label: z.Name}
		if z.Country != "" {
			o.Group = p.Country(z.Country)
		}
		out = append(out, o)
	}
	text.Sort(string(p.Lang()), out, func(o ui.Option) string { return o.Group })
	return out
}
