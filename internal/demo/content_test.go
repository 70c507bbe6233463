package demo

import (
	"io/fs"
	"math/rand/v2"
	"path"
	"regexp"
	"strings"
	"testing"

	"sifara/internal/i18n"
)

var (
	addresses = regexp.MustCompile(`[\w.+-]+@[\w.-]+`)
	links     = regexp.MustCompile(`https?://([^/\s)]+)`)
)

// TestTexts reads every message of the demonstration.
func TestTexts(t *testing.T) {
	files, err := fs.Glob(content, "content/messages/*.md")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d messages, %v", len(files), err)
	}
	for _, file := range files {
		words, err := texts(strings.TrimSuffix(path.Base(file), ".md"))
		if err != nil {
			t.Fatal(err)
		}
		if words[i18n.Arabic].Body == "" {
			t.Errorf("%s has no Arabic text", file)
		}
		for l, w := range words {
			if w.Title == "" || w.Summary == "" || w.Body == "" {
				t.Errorf("%s in %s: title %q, summary %q, %d bytes of body", file, l, w.Title, w.Summary, len(w.Body))
			}
		}
	}
}

// TestNobodyReal holds that no address leads out of the demonstration.
func TestNobodyReal(t *testing.T) {
	err := fs.WalkDir(content, "content", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := content.ReadFile(file)
		if err != nil {
			return err
		}
		for _, a := range addresses.FindAllString(string(data), -1) {
			if !strings.HasSuffix(strings.TrimRight(a, "."), "@mofa.example") {
				t.Errorf("%s: address %s", file, a)
			}
		}
		for _, l := range links.FindAllStringSubmatch(string(data), -1) {
			if !strings.HasSuffix(l[1], ".example") {
				t.Errorf("%s: link to %s", file, l[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestPatterns holds that every pattern can be said and leaves no sign of its
// making.
func TestPatterns(t *testing.T) {
	files, err := fs.Glob(content, "content/posts/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d themes, %v", len(files), err)
	}
	r := rand.New(rand.NewPCG(1, 1))
	for _, file := range files {
		said, err := theme(strings.TrimSuffix(path.Base(file), ".txt"))
		if err != nil {
			t.Fatal(err)
		}
		for lang, ways := range said {
			for _, w := range ways {
				if strings.Count(w, "{") != strings.Count(w, "}") {
					t.Errorf("%s, %s: unbalanced %q", file, lang, w)
				}
				for range 20 {
					if s := say(w, r); s == "" || strings.ContainsAny(s, "{|}") {
						t.Errorf("%s, %s: %q says %q", file, lang, w, s)
					}
				}
			}
		}
	}
}

func TestSay(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for _, test := range []struct{ pattern, want string }{
		{"plain", "plain"},
		{"a {b} c", "a b c"},
		{"{{x|x} y|{x} y}{|}!", "x y!"},
		{"a  {|}  b", "a b"},
		{"{open", "open"},
	} {
		if got := say(test.pattern, r); got != test.want {
			t.Errorf("say(%q) = %q, want %q", test.pattern, got, test.want)
		}
	}
}
