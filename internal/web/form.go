package web

import (
	"mime/multipart"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/text"
)

// Form reads the fields of a posted form and collects what is wrong with them,
// so that all errors are shown at once and nothing typed is lost.
type Form struct {
	r      *http.Request
	fields []errs.Field
}

// ReadForm parses the request's form, url-encoded or multipart.
func ReadForm(r *http.Request) (*Form, error) {
	var err error
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		err = r.ParseMultipartForm(4 << 20)
	} else {
		err = r.ParseForm()
	}
	if err != nil {
		if errs.KindOf(classify(err)) == errs.TooLarge {
			return nil, classify(err)
		}
		return nil, errs.Wrap(err, errs.Invalid, "web.form")
	}
	return &Form{r: r}, nil
}

// Raw is the value as it was typed, cleaned of what no text may hold; for
// showing it again.
func (f *Form) Raw(name string) string { return text.Clean(f.r.PostForm.Get(name)) }

// All gives all values of a field.
func (f *Form) All(name string) []string {
	var out []string
	for _, v := range f.r.PostForm[name] {
		out = append(out, text.Clean(v))
	}
	return out
}

// Fail adds an error to a field.
func (f *Form) Fail(name, key string, args ...any) {
	f.fields = append(f.fields, errs.Field{Name: name, Key: key, Args: args})
}

// Err is nil when nothing was wrong, else an Invalid error with the fields.
func (f *Form) Err() error { return errs.InvalidFields(f.fields...) }

// Optional is a text of at most max characters, trimmed.
func (f *Form) Optional(name string, max int) string {
	v := strings.TrimSpace(strings.ReplaceAll(f.Raw(name), "\r\n", "\n"))
	if n := utf8.RuneCountInString(v); n > max {
		f.Fail(name, "web.field.long", "max", max, "count", n-max)
	}
	return v
}

// Text is a text that must be given.
func (f *Form) Text(name string, max int) string {
	v := f.Optional(name, max)
	if v == "" {
		f.Fail(name, "web.field.required")
	}
	return v
}

// Choice is one of the given values.
func (f *Form) Choice(name string, values ...string) string {
	v := f.Raw(name)
	for _, x := range values {
		if v == x {
			return v
		}
	}
	f.Fail(name, "web.field.choice")
	return ""
}

// Lang is one of the house's languages.
func (f *Form) Lang(name string) i18n.Lang {
	l, ok := i18n.Parse(f.Raw(name))
	if !ok {
		f.Fail(name, "web.field.choice")
	}
	return l
}

// ID is the identifier that the form brings along: that of a chosen object, or
// the one under which a new object will be made, so that a replayed form makes
// it only once.
func (f *Form) ID(name string) string {
	v := f.Raw(name)
	if !id.Valid(v) {
		f.Fail(name, "web.field.choice")
		return ""
	}
	return v
}

// OptionalID is an identifier or nothing.
func (f *Form) OptionalID(name string) string {
	if f.Raw(name) == "" {
		return ""
	}
	return f.ID(name)
}

// Int is a whole number between lo and hi, in any digits.
func (f *Form) Int(name string, lo, hi int) int {
	n, err := strconv.Atoi(strings.TrimSpace(i18n.ParseDigits(f.Raw(name))))
	if err != nil || n < lo || n > hi {
		f.Fail(name, "web.field.number", "min", lo, "max", hi)
		return 0
	}
	return n
}

// Checked reports whether a box is ticked.
func (f *Form) Checked(name string) bool { return f.r.PostForm.Get(name) != "" }

// Date reads three fields NAME-day, NAME-month, NAME-year in any digits as
// midnight in the zone. All empty gives the zero time.
func (f *Form) Date(name string, zone *time.Location) time.Time {
	var n [3]int
	empty := 0
	for i, part := range [3]string{"-year", "-month", "-day"} {
		v := strings.TrimSpace(i18n.ParseDigits(f.Raw(name + part)))
		if v == "" {
			empty++
			continue
		}
		x, err := strconv.Atoi(v)
		if err != nil {
			f.Fail(name, "web.field.date")
			return time.Time{}
		}
		n[i] = x
	}
	if empty == 3 {
		return time.Time{}
	}
	t := time.Date(n[0], time.Month(n[1]), n[2], 0, 0, 0, 0, zone)
	if empty > 0 || n[0] < 1900 || n[0] > 2200 || t.Day() != n[2] || int(t.Month()) != n[1] {
		f.Fail(name, "web.field.date")
		return time.Time{}
	}
	return t
}

// DateTime reads the three date fields and NAME-time ("14:30") in the zone.
// All empty gives the zero time; a date without time is midnight.
func (f *Form) DateTime(name string, zone *time.Location) time.Time {
	d := f.Date(name, zone)
	v := strings.TrimSpace(i18n.ParseDigits(f.Raw(name + "-time")))
	if v == "" {
		return d
	}
	c, err := time.Parse("15:04", v)
	if err != nil || d.IsZero() {
		f.Fail(name, "web.field.time")
		return time.Time{}
	}
	return time.Date(d.Year(), d.Month(), d.Day(), c.Hour(), c.Minute(), 0, 0, zone)
}

// Errors gives the messages by field in the reader's language, for a form that
// is shown again. It is empty for an error that has no fields.
func Errors(r *http.Request, err error) map[string]string {
	out := map[string]string{}
	e, ok := errs.Find(err)
	if !ok {
		return out
	}
	for _, fl := range e.Fields {
		if _, dup := out[fl.Name]; !dup {
			out[fl.Name] = T(r, fl.Key, fl.Args...)
		}
	}
	return out
}

// File gives an uploaded file of at most max bytes with the name it had, or
// nil when none was chosen. The caller closes it.
func (f *Form) File(name string, max int64) (multipart.File, *multipart.FileHeader) {
	file, head, err := f.r.FormFile(name)
	if err != nil {
		return nil, nil
	}
	if head.Size > max {
		file.Close()
		f.Fail(name, "web.too_large")
		return nil, nil
	}
	head.Filename = text.Clean(filepath.Base(head.Filename))
	return file, head
}
