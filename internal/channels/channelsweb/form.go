package channelsweb

import (
	"net/http"
	"net/url"
	"strconv"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// form is a form as it is drawn: with what is stored, or with what was typed
// and what is wrong with it.
type form struct {
	p       *i18n.Printer
	v       url.Values
	errors  map[string]string
	summary []ui.FieldError
	notice  string // what stands against the whole form
	status  int
}

func fresh(r *http.Request, v url.Values) form {
	return form{p: i18n.From(r.Context()), v: v, errors: map[string]string{}}
}

// typed reads a posted form, cleaned of what no text may hold.
func typed(r *http.Request) (form, error) {
	if _, err := web.ReadForm(r); err != nil {
		return form{}, err
	}
	v := url.Values{}
	for name, values := range r.PostForm {
		for _, s := range values {
			v.Add(name, text.Clean(s))
		}
	}
	return fresh(r, v), nil
}

// refused tells whether the form can be shown again for an error, and fills in
// what is wrong.
func (f *form) refused(r *http.Request, err error) bool {
	e, ok := errs.Find(err)
	if !ok || e.Kind != errs.Invalid && e.Kind != errs.Conflict {
		return false
	}
	f.status = http.StatusUnprocessableEntity
	if e.Kind == errs.Conflict {
		f.status = http.StatusConflict
	}
	f.errors = web.Errors(r, err)
	for _, fl := range e.Fields {
		f.summary = append(f.summary, ui.FieldError{Field: fl.Name, Text: web.T(r, fl.Key, fl.Args...)})
	}
	if len(e.Fields) == 0 {
		f.notice = web.Message(f.p, e)
	}
	return true
}

func (f form) get(name string) string { return f.v.Get(name) }

func (f form) t(key string, args ...any) string { return f.p.T(key, args...) }

func (f form) field(name, label, hint string) ui.FieldProps {
	p := ui.FieldProps{Name: name, Label: f.t(label), Value: f.get(name), Error: f.errors[name]}
	if hint != "" {
		p.Hint = f.t(hint)
	}
	return p
}

func (f form) choice(name, label, hint string, options []ui.Option) ui.ChoiceProps {
	for i := range options {
		options[i].Checked = has(f.v[name], options[i].Value)
	}
	p := ui.ChoiceProps{Name: name, Label: f.t(label), Error: f.errors[name], Options: options}
	if hint != "" {
		p.Hint = f.t(hint)
	}
	return p
}

func has(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func (f form) version() int64 {
	n, _ := strconv.ParseInt(f.get("version"), 10, 64) // what is no number is no version
	return n
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
