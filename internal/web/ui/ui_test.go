package ui_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"sifara/internal/i18n"
	"sifara/internal/web/ui"
)

// render draws a component in a language.
func render(t *testing.T, lang string, c templ.Component) *goquery.Document {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(i18n.WithPrinter(t.Context(), printers(t)[lang]), &b); err != nil {
		t.Fatalf("render: %v", err)
	}
	doc, err := goquery.NewDocumentFromReader(&b)
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	return doc
}

func TestPagesAreWhole(t *testing.T) {
	for _, page := range ui.GalleryPages {
		for _, lang := range i18n.Langs {
			t.Run(page+"/"+lang.Tag(), func(t *testing.T) {
				doc := render(t, lang.Tag(), ui.Gallery(page))
				if got := doc.Find("html").AttrOr("dir", ""); got != lang.Dir() {
					t.Errorf("dir: got %q, want %q", got, lang.Dir())
				}
				if got := doc.Find("html").AttrOr("lang", ""); got != lang.Tag() {
					t.Errorf("lang: got %q, want %q", got, lang.Tag())
				}
				for selector, want := range map[string]int{"h1": 1, "main#main": 1, "a.skip[href='#main']": 1, "head > title": 1} {
					if got := doc.Find(selector).Length(); got != want {
						t.Errorf("%s: got %d, want %d", selector, got, want)
					}
				}
				// The content security policy forbids all of these.
				for _, selector := range []string{"[style]", "style", "script:not([src]):not([type='application/json'])", "[onclick]", "[onload]"} {
					if got := doc.Find(selector).Length(); got != 0 {
						t.Errorf("%s: got %d, want none", selector, got)
					}
				}
				if text := doc.Text(); strings.Contains(text, "⟦") {
					t.Errorf("a word is missing: …%s…", text[max(0, strings.Index(text, "⟦")-20):])
				}
				ids := map[string]bool{}
				doc.Find("[id]").Each(func(_ int, s *goquery.Selection) {
					id := s.AttrOr("id", "")
					if ids[id] {
						t.Errorf("id %q is there twice", id)
					}
					ids[id] = true
				})
				doc.Find("label[for]").Each(func(_ int, s *goquery.Selection) {
					if id := s.AttrOr("for", ""); !ids[id] {
						t.Errorf("label for %q has no field", id)
					}
				})
				doc.Find("[aria-describedby]").Each(func(_ int, s *goquery.Selection) {
					for _, id := range strings.Fields(s.AttrOr("aria-describedby", "")) {
						if !ids[id] {
							t.Errorf("aria-describedby %q leads nowhere", id)
						}
					}
				})
			})
		}
	}
}

// TestScriptsKnowTheirWords finds every word("…") of the scripts in every
// language, and among those that pages bring along.
func TestScriptsKnowTheirWords(t *testing.T) {
	scripts, err := filepath.Glob(filepath.Join("..", "..", "..", "assets", "scripts", "*.js"))
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts found: %v", err)
	}
	brought := map[string]string{}
	doc := render(t, "en", ui.Gallery("console"))
	if err := json.Unmarshal([]byte(doc.Find("#ui-words").Text()), &brought); err != nil {
		t.Fatalf("ui-words: %v", err)
	}
	quoted := regexp.MustCompile(`word\((?:[^()]*\? )?"([a-z.]+)"(?: : "([a-z.]+)")?`)
	for _, script := range scripts {
		data, err := os.ReadFile(script)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range quoted.FindAllStringSubmatch(string(data), -1) {
			for _, name := range m[1:] {
				if name != "" && brought[name] == "" {
					t.Errorf("%s: word %q is not brought along", filepath.Base(script), name)
				}
			}
		}
	}
}

func TestLocalesHaveTheSameKeys(t *testing.T) {
	keys := map[string]map[string]any{}
	for _, lang := range i18n.Langs {
		data, err := fs.ReadFile(ui.Locales(), lang.Tag()+".json")
		if err != nil {
			t.Fatal(err)
		}
		m := map[string]any{}
		if err := json.Unmarshal(data, &m); err != nil {
			t.Fatalf("%s: %v", lang, err)
		}
		keys[lang.Tag()] = m
	}
	for lang, m := range keys {
		for key := range keys["en"] {
			if _, ok := m[key]; !ok {
				t.Errorf("%s lacks %q", lang, key)
			}
		}
		if len(m) != len(keys["en"]) {
			t.Errorf("%s: got %d keys, want %d", lang, len(m), len(keys["en"]))
		}
	}
}

func TestForeignTextIsEscaped(t *testing.T) {
	evil := `<script>alert(1)</script>"'>`
	parts := map[string]templ.Component{
		"field":     ui.Field(ui.FieldProps{Name: "a", Label: evil, Hint: evil, Error: evil, Value: evil}),
		"table":     ui.Table(ui.TableProps{Caption: evil, Columns: []ui.Column{{Label: evil}}, Rows: []ui.Row{{Cells: []ui.Cell{{Text: evil, Sub: evil, Href: "javascript:alert(1)"}}}}}),
		"chart":     ui.Chart(ui.ChartProps{ID: "c", Title: evil, Labels: []string{evil}, Series: []ui.Series{{Name: evil, Values: []float64{1}}}}),
		"highlight": ui.Highlight([]ui.Part{{Op: "!", Text: evil}, {Text: evil}}),
		"map":       ui.MissionMap(evil, []ui.MapPoint{{Label: evil, Href: "javascript:alert(1)"}}),
		"diff":      ui.DiffView("ar", []ui.Part{{Op: "+", Text: evil}}),
	}
	for name, c := range parts {
		t.Run(name, func(t *testing.T) {
			doc := render(t, "ar", c)
			if got := doc.Find("script:not([type='application/json'])").Length(); got != 0 {
				t.Errorf("got %d scripts, want none", got)
			}
			if got := doc.Find("a[href^='javascript']").Length(); got != 0 {
				t.Errorf("got %d links to scripts, want none", got)
			}
		})
	}
}
