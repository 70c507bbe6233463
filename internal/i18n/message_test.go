package i18n

import (
	"slices"
	"strings"
	"testing"
)

func TestParseTemplate(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		names      []string
		filled     string // each placeholder filled with its name in capitals
	}{
		{"empty", "", nil, ""},
		{"plain", "رسالة", nil, "رسالة"},
		{"one", "{name}", []string{"name"}, "NAME"},
		{"around", "a {x} b {y_2} c", []string{"x", "y_2"}, "a X b Y_2 c"},
		{"repeated", "{a}{a}", []string{"a", "a"}, "AA"},
		{"braces", "{{a}} {b} }}{{", []string{"b"}, "{a} B }{"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tmpl, err := parseTemplate(tc.text)
			if err != nil {
				t.Fatal(err)
			}
			if got := tmpl.names(); !slices.Equal(got, tc.names) {
				t.Errorf("names = %q, want %q", got, tc.names)
			}
			if got := tmpl.fill(strings.ToUpper); got != tc.filled {
				t.Errorf("filled = %q, want %q", got, tc.filled)
			}
			if got := tmpl.String(); got != tc.text {
				t.Errorf("String() = %q, want %q", got, tc.text)
			}
		})
	}
}

func TestParseTemplateErrors(t *testing.T) {
	for _, text := range []string{"{", "}", "{a", "a}", "{}", "{a b}", "{ا}", "{a{b}}", "{{a}"} {
		if tmpl, err := parseTemplate(text); err == nil {
			t.Errorf("parseTemplate(%q) = %q, want an error", text, tmpl)
		}
	}
}

func FuzzParseTemplate(f *testing.F) {
	for _, seed := range []string{"", "{a}", "{{", "a {b} c", "}", "{count} رسائل"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tmpl, err := parseTemplate(text)
		if err != nil {
			return
		}
		if got := tmpl.String(); got != text {
			t.Errorf("String() = %q, want %q", got, text)
		}
		if got := tmpl.fill(func(string) string { return "" }); len(got) > len(text) {
			t.Errorf("filled with nothing %q is longer than %q", got, text)
		}
	})
}

func FuzzParseFile(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":"b"}`, `{"a":{"one":"x","other":"{count}"}}`, `{"a":1}`, `[`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, err := parseFile(data)
		if err != nil {
			return
		}
		for key, m := range entries {
			if _, ok := m.in(other); key == "" || !ok {
				t.Errorf("accepted key %q without a general form", key)
			}
		}
	})
}
