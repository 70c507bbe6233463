package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// docField is one line of a table of fields: "items[].title".
type docField struct {
	Name     string
	Type     string
	Required bool
	Doc      string
	Limits   string
}

// docDepth bounds how deep nested fields are shown.
const docDepth = 4

// fields lists the fields of a schema with those nested in it.
func (a *API) fields(s *huma.Schema) []docField {
	var out []docField
	a.addFields(&out, s, "", map[string]bool{}, 0)
	return out
}

func (a *API) addFields(out *[]docField, s *huma.Schema, prefix string, above map[string]bool, depth int) {
	s, name := a.resolve(s)
	if s == nil || depth > docDepth || name != "" && above[name] {
		return
	}
	if name != "" {
		above[name] = true
		defer delete(above, name)
	}
	if s.Type == huma.TypeArray {
		a.addFields(out, s.Items, prefix+"[]", above, depth)
		return
	}
	for _, key := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[key]
		at := strings.TrimPrefix(prefix+"."+key, ".")
		*out = append(*out, docField{Name: at, Type: a.typeOf(p), Required: slices.Contains(s.Required, key), Doc: p.Description, Limits: limitsOf(p)})
		a.addFields(out, p, at, above, depth+1)
	}
}

// resolve follows a reference and gives the name that it had.
func (a *API) resolve(s *huma.Schema) (*huma.Schema, string) {
	if s == nil || s.Ref == "" {
		return s, ""
	}
	return a.huma.OpenAPI().Components.Schemas.SchemaFromRef(s.Ref), s.Ref
}

// typeOf is the type in one or two words of JSON.
func (a *API) typeOf(s *huma.Schema) string {
	s, _ = a.resolve(s)
	switch {
	case s == nil:
		return "any"
	case s.Type == huma.TypeArray:
		return a.typeOf(s.Items) + "[]"
	case s.Format != "" && s.Type == huma.TypeString:
		return s.Type + " (" + s.Format + ")"
	case s.Type == "":
		return "any"
	}
	return s.Type
}

// limitsOf writes what a value must keep to, in the signs of mathematics that
// need no translation.
func limitsOf(s *huma.Schema) string {
	var out []string
	if len(s.Enum) > 0 {
		var values []string
		for _, v := range s.Enum {
			values = append(values, fmt.Sprint(v))
		}
		out = append(out, strings.Join(values, " | "))
	}
	if s.Default != nil {
		out = append(out, fmt.Sprintf("= %v", s.Default))
	}
	for _, l := range []struct {
		sign  string
		value *float64
	}{{"≥", s.Minimum}, {"≤", s.Maximum}} {
		if l.value != nil {
			out = append(out, fmt.Sprintf("%s %g", l.sign, *l.value))
		}
	}
	for _, l := range []struct {
		sign  string
		value *int
	}{{"≥", s.MinLength}, {"≤", s.MaxLength}, {"≥", s.MinItems}, {"≤", s.MaxItems}} {
		if l.value != nil {
			out = append(out, fmt.Sprintf("# %s %d", l.sign, *l.value))
		}
	}
	return strings.Join(out, ", ")
}

// example is a value that fits a schema, as indented JSON.
func (a *API) example(s *huma.Schema) string {
	b, err := json.MarshalIndent(a.sample(s, map[string]bool{}, 0), "", "  ")
	if err != nil {
		return ""
	}
	return string(b)
}

func (a *API) sample(s *huma.Schema, above map[string]bool, depth int) any {
	s, name := a.resolve(s)
	if s == nil || depth > docDepth+1 || name != "" && above[name] {
		return nil
	}
	if name != "" {
		above[name] = true
		defer delete(above, name)
	}
	switch {
	case len(s.Examples) > 0:
		return s.Examples[0]
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Type == huma.TypeArray:
		return []any{a.sample(s.Items, above, depth+1)}
	case s.Type == huma.TypeObject:
		out := map[string]any{}
		for key, p := range s.Properties {
			out[key] = a.sample(p, above, depth+1)
		}
		return out
	}
	return plainSample(s)
}

func plainSample(s *huma.Schema) any {
	switch s.Type {
	case huma.TypeBoolean:
		return true
	case huma.TypeInteger, huma.TypeNumber:
		if s.Minimum != nil {
			return *s.Minimum
		}
		return 1
	case huma.TypeString:
		switch s.Format {
		case "date-time":
			return "2026-03-21T09:00:00Z"
		case "uri":
			return "https://example.org/"
		}
		return "…"
	}
	return nil
}
