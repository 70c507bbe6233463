package publishweb

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// form is a form as it is drawn: with the stored values, or with what was
// typed and what is wrong with it.
type form struct {
	d       *desk
	v       url.Values
	errors  map[string]string
	summary []ui.FieldError
	notice  string // what stands against the whole form
	status  int
}

// fresh gives a form with given values.
func (d *desk) fresh(v url.Values) form { return form{d: d, v: v, errors: map[string]string{}} }

// typed gives the form with what was posted, cleaned of what no text may hold.
func (d *desk) typed(r *http.Request) form {
	v := url.Values{}
	for name, values := range r.PostForm {
		for _, s := range values {
			v.Add(name, text.Clean(s))
		}
	}
	return d.fresh(v)
}

// refused tells whether the form can be shown again for an error, and fills in
// what is wrong.
func (f *form) refused(r *http.Request, err error) bool {
	said, ok := explain(r, err)
	if !ok {
		return false
	}
	e, _ := errs.Find(err)
	f.status = map[errs.Kind]int{errs.Invalid: http.StatusUnprocessableEntity, errs.Conflict: http.StatusConflict, errs.Forbidden: http.StatusForbidden}[e.Kind]
	f.errors = web.Errors(r, err)
	for _, fl := range e.Fields {
		id := anchor(fl.Name)
		if !slices.ContainsFunc(f.summary, func(s ui.FieldError) bool { return s.Field == id }) {
			f.summary = append(f.summary, ui.FieldError{Field: id, Text: web.T(r, fl.Key, fl.Args...)})
		}
	}
	if len(e.Fields) == 0 {
		f.notice = said
	}
	return true
}

// anchor is the id of the input of a field.
func anchor(name string) string {
	switch name {
	case "opens", "closes":
		return name + "-time"
	case "at", "embargo", "not_after", "starts", "ends", "day", "measured", "until", "delivered", "valid_until", "to":
		return name + "-day"
	}
	return name
}

// field describes a text field. The hint is a key or empty.
func (f form) field(name, label, hint string) ui.FieldProps {
	p := ui.FieldProps{Name: name, Label: f.d.t(label), Value: f.v.Get(name), Error: f.errors[name]}
	if hint != "" {
		p.Hint = f.d.t(hint)
	}
	return p
}

// words describes a field for a text in a language.
func (f form) words(name, label, hint string, l i18n.Lang, rows, limit int) ui.FieldProps {
	p := f.field(name, label, hint)
	p.Lang, p.Dir, p.Rows, p.MaxLength = l.Tag(), l.Dir(), rows, limit
	return p
}

func optional(p ui.FieldProps) ui.FieldProps {
	p.Optional = true
	return p
}

func (f form) choice(name, label, hint string, options []ui.Option) ui.ChoiceProps {
	c := ui.ChoiceProps{Name: name, Label: f.d.t(label), Error: f.errors[name], Options: slices.Clone(options)}
	if hint != "" {
		c.Hint = f.d.t(hint)
	}
	for i, o := range c.Options {
		c.Options[i].Checked = f.v.Has(name) && f.v.Get(name) == o.Value
	}
	return c
}

// date describes the three fields of a day. The hint is a key or empty.
func (f form) date(name, label, hint string) ui.DateProps {
	p := ui.DateProps{Name: name, Label: f.d.t(label), Error: f.errors[name], Optional: true,
		Day: f.v.Get(name + "-day"), Month: f.v.Get(name + "-month"), Year: f.v.Get(name + "-year")}
	if hint != "" {
		p.Hint = f.d.t(hint)
	}
	return p
}

// clock describes the field beside a day for the time; its label is no key but
// the words, because it names the zone.
func (f form) clock(name, label string) ui.FieldProps {
	return ui.FieldProps{Name: name + "-time", Label: label, Value: f.v.Get(name + "-time"), Optional: true}
}

// putTime writes a moment into the fields of date and clock, in the digits of
// the reader.
func (d *desk) putTime(v url.Values, name string, t db.Time, zone *time.Location) {
	if t.IsZero() {
		return
	}
	at := t.In(zone)
	v.Set(name+"-day", d.p.Digits(strconv.Itoa(at.Day())))
	v.Set(name+"-month", d.p.Digits(strconv.Itoa(int(at.Month()))))
	v.Set(name+"-year", d.p.Digits(strconv.Itoa(at.Year())))
	v.Set(name+"-time", d.p.Digits(at.Format("15:04")))
}

// number reads a number that the form itself wrote; a wrong one is -1, which
// nothing has.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}
