package web

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/errs"
)

const problemType = "application/problem+json"

// Error implements error; it is for logs.
func (p *Problem) Error() string { return p.Title + ": " + p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return problemType }

// kinds of what huma itself finds wrong with a request, by its status.
var kindOfStatus = map[int]errs.Error{
	http.StatusBadRequest:            {Kind: errs.Invalid, Key: "web.api.unreadable"},
	http.StatusUnprocessableEntity:   {Kind: errs.Invalid, Key: "errs.fields"},
	http.StatusUnsupportedMediaType:  {Kind: errs.Invalid, Key: "web.api.media"},
	http.StatusNotAcceptable:         {Kind: errs.Invalid, Key: "web.api.accept"},
	http.StatusRequestEntityTooLarge: {Kind: errs.TooLarge, Key: "web.too_large"},
	http.StatusRequestTimeout:        {Kind: errs.Invalid, Key: "web.api.slow"},
}

// localise makes what huma finds wrong a problem document of ours, in the
// caller's language. It is a huma.Transformer.
func localise(c huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	e, known := kindOfStatus[m.Status]
	if !known {
		e = errs.Error{Kind: errs.Internal}
	}
	for _, d := range m.Errors {
		if f, ok := fieldOf(d); ok {
			e.Fields = append(e.Fields, f)
		}
	}
	return problemOf(c.Context(), &e, m.Status), nil
}

// rules translate huma's sentences into messages of the catalogue. The first
// group of a pattern, where it has one, is the argument.
var rules = []struct {
	pattern  *regexp.Regexp
	key, arg string
}{
	{regexp.MustCompile(`^expected required property (\S+) to be present`), "web.field.required", ""},
	{regexp.MustCompile(`^required \S+ parameter is missing`), "web.field.required", ""},
	{regexp.MustCompile(`^expected length >= 1$`), "web.field.required", ""},
	{regexp.MustCompile(`^request body is required`), "web.api.no_body", ""},
	{regexp.MustCompile(`^unexpected property`), "web.api.unexpected", ""},
	{regexp.MustCompile(`^expected value to be one of "(.*)"`), "web.api.one_of", "values"},
	{regexp.MustCompile(`^expected length <= (\d+)`), "web.api.length_most", "max"},
	{regexp.MustCompile(`^expected length >= (\d+)`), "web.api.length_least", "min"},
	{regexp.MustCompile(`^expected array length <= (\d+)`), "web.api.items_most", "max"},
	{regexp.MustCompile(`^expected array length >= (\d+)`), "web.api.items_least", "min"},
	{regexp.MustCompile(`^expected number <= (\S+)`), "web.api.most", "max"},
	{regexp.MustCompile(`^expected number < (\S+)`), "web.api.most", "max"},
	{regexp.MustCompile(`^expected number >= (\S+)`), "web.api.least", "min"},
	{regexp.MustCompile(`^expected number > (\S+)`), "web.api.least", "min"},
	{regexp.MustCompile(`^expected string to be (RFC \d+ [a-z0-9-]+)`), "web.api.format", "format"},
	{regexp.MustCompile(`^expected string to be base64`), "web.api.format", ""},
	{regexp.MustCompile(`^expected string to (?:match pattern|be) (.+)`), "web.api.format", "format"},
	{regexp.MustCompile(`^expected (boolean|number|integer|string|array|object)$`), "web.api.type", "type"},
	{regexp.MustCompile(`^invalid (boolean|number|integer|float|date/time)`), "web.api.type", "type"},
}

func fieldOf(err error) (errs.Field, bool) {
	d, ok := err.(*huma.ErrorDetail)
	if !ok {
		return errs.Field{}, false
	}
	f := errs.Field{Name: location(d.Location), Key: "web.api.wrong"}
	for _, r := range rules {
		m := r.pattern.FindStringSubmatch(d.Message)
		if m == nil {
			continue
		}
		f.Key = r.key
		if strings.HasPrefix(d.Message, "expected required property ") {
			f.Name = strings.TrimPrefix(f.Name+"."+m[1], ".")
		}
		switch {
		case r.arg != "" && len(m) > 1:
			f.Args = []any{r.arg, argument(m[1])}
		case r.key == "web.api.format":
			f.Args = []any{"format", "base64"}
		}
		break
	}
	return f, true
}

// argument gives a number as one, so that it is written by the language.
func argument(s string) any {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n
	}
	return s
}

// location is the name of a field as the caller knows it: "body.title" is
// "title".
func location(s string) string {
	for _, part := range []string{"body", "query", "path", "header", "cookie", "form"} {
		if s == part {
			return ""
		}
		if rest, ok := strings.CutPrefix(s, part+"."); ok {
			return rest
		}
	}
	return s
}
