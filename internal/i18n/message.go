package i18n

import (
	"fmt"
	"slices"
	"strings"
)

// message is one entry of a locale file. Most have one text, so only those with
// plurals carry a map.
type message struct {
	general template
	forms   map[form]template // each form of a plural, other included; nil for a plain text
}

// plural says whether the message was written with plural forms.
func (m message) plural() bool { return m.forms != nil }

// in is the template of a form.
func (m message) in(f form) (template, bool) {
	if !m.plural() {
		return m.general, f == other
	}
	t, ok := m.forms[f]
	return t, ok
}

// pick chooses the template for a count; without one, or when the form is not
// written, the general form.
func (m message) pick(l Lang, count int64, counted bool) template {
	if counted {
		if t, ok := m.in(l.plural(count)); ok {
			return t
		}
	}
	return m.general
}

// placeholders are the names used in any form, sorted, each once.
func (m message) placeholders() []string {
	names := m.general.names()
	for _, t := range m.forms {
		names = append(names, t.names()...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// template is a text cut at its placeholders.
type template []piece

// piece is literal text or, when name is set, a place to fill.
type piece struct {
	text string
	name string
}

// parseTemplate cuts a text at its {placeholders}. A name is made of ASCII
// letters, digits and underscores; {{ and }} are literal braces; any other
// brace is an error.
func parseTemplate(s string) (template, error) {
	if s != "" && !strings.ContainsAny(s, "{}") {
		return template{{text: s}}, nil
	}
	var t template
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			t = append(t, piece{text: text.String()})
			text.Reset()
		}
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c != '{' && c != '}' {
			text.WriteByte(c)
			continue
		}
		if i+1 < len(s) && s[i+1] == c {
			text.WriteByte(c)
			i++
			continue
		}
		end := strings.IndexByte(s[i:], '}')
		if c == '}' || end < 0 {
			return nil, fmt.Errorf("unmatched %q at byte %d", c, i)
		}
		name := s[i+1 : i+end]
		if !isName(name) {
			return nil, fmt.Errorf("bad placeholder {%s}", name)
		}
		flush()
		t = append(t, piece{name: name})
		i += end
	}
	flush()
	return t, nil
}

func isName(s string) bool {
	for _, r := range s {
		if !(r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9') {
			return false
		}
	}
	return s != ""
}

// String writes the template back in the syntax which parseTemplate reads.
func (t template) String() string {
	var b strings.Builder
	for _, p := range t {
		if p.name != "" {
			b.WriteString("{" + p.name + "}")
			continue
		}
		b.WriteString(braces.Replace(p.text))
	}
	return b.String()
}

var braces = strings.NewReplacer("{", "{{", "}", "}}")

// names are the placeholders in the order of the text, repeats included.
func (t template) names() []string {
	var names []string
	for _, p := range t {
		if p.name != "" {
			names = append(names, p.name)
		}
	}
	return names
}

// literal is the text without its placeholders, each replaced by a space so
// that words do not run together.
func (t template) literal() string {
	var b strings.Builder
	for _, p := range t {
		if p.name != "" {
			b.WriteByte(' ')
		}
		b.WriteString(p.text)
	}
	return b.String()
}

// fill writes the text with each placeholder replaced by value(name).
func (t template) fill(value func(name string) string) string {
	if len(t) == 1 && t[0].name == "" {
		return t[0].text
	}
	var b strings.Builder
	for _, p := range t {
		if p.name != "" {
			b.WriteString(value(p.name))
			continue
		}
		b.WriteString(p.text)
	}
	return b.String()
}
