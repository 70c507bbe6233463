package publish_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/publish/term"
	"sifara/internal/text"
	"sifara/internal/text/parallel"
)

// official reads texts in the form of the demonstration: "@lang", "# title",
// "> summary", body.
func official(s string) (out []publish.Variant) {
	for _, part := range strings.Split("\n"+s, "\n@")[1:] {
		lang, rest, _ := strings.Cut(part, "\n")
		v := publish.Variant{Lang: i18n.Lang(strings.TrimSpace(lang))}
		var body []string
		for _, line := range strings.Split(rest, "\n") {
			switch {
			case strings.HasPrefix(line, "# ") && v.Title == "":
				v.Title = line[2:]
			case strings.HasPrefix(line, "> ") && v.Summary == "":
				v.Summary = line[2:]
			default:
				body = append(body, line)
			}
		}
		v.Body = strings.TrimSpace(strings.Join(body, "\n"))
		out = append(out, v)
	}
	return out
}

// starters are the official names with which a house may begin.
type starters struct{}

func (starters) Named(_ context.Context, lang, s string) ([]parallel.Known, error) {
	return term.Shipped().Named(lang, s), nil
}

// rendered is a house with the messages of the demonstration, those of the test
// and, when wanted, speeches.
func rendered(t testing.TB, speeches []string) *publish.PublicLog {
	t.Helper()
	d := dbtest.SQLite(t, publish.Schema()...)
	h, l := publish.Proving(t, d)
	l.UseNames(starters{})
	n := 0
	add := func(slug string, texts ...publish.Variant) {
		n++
		h.Publish(fmt.Sprintf("00000000-0000-7000-8000-%012d", n), slug, texts...)
	}
	files, err := filepath.Glob("../demo/content/messages/*.md")
	if err != nil || len(files) < 20 {
		t.Fatalf("demonstration: %d files, %v", len(files), err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		add(strings.TrimSuffix(filepath.Base(f), ".md"), official(string(b))...)
	}
	for _, s := range statements {
		add(s.slug, official(s.texts)...)
	}
	for i, s := range speeches {
		add(fmt.Sprintf("speech-%d", i), publish.Variant{Lang: i18n.Arabic, Title: "كلمة العراق", Body: "كلمة جمهورية العراق في المناقشة العامة."},
			publish.Variant{Lang: i18n.English, Title: "Statement of Iraq in the general debate", Body: s})
	}
	for i := 0; i < 4*n; i += 50 {
		if err := l.LearnAnchors(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

// TestRenderings holds hand-written translations by others against what was
// released.
func TestRenderings(t *testing.T) {
	l := rendered(t, nil)
	found, strong := 0, 0
	for _, r := range renderings {
		t.Run(r.name, func(t *testing.T) {
			f, err := l.Verify(t.Context(), r.text)
			if err != nil {
				t.Fatal(err)
			}
			if r.want == publish.NotFound && f.Verdict == publish.NotFound {
				return
			}
			if f.Verdict != r.want || f.Message.Slug != r.slug {
				lang, p := text.Identify(r.text)
				t.Errorf("got %s of %q, want %s of %q (%s %.2f)\n%s", f.Verdict, f.Message.Slug, r.want, r.slug, lang, p, publish.Explain(t, l, r.text, r.slug))
				return
			}
			found++
			if f.Rendering == nil {
				return
			}
			if f.Rendering.Strong {
				strong++
			}
			var differ []string
			for _, p := range f.Rendering.Pairs {
				for _, x := range append(p.Ours, p.Theirs...) {
					if x.Op == "-" || x.Op == "+" {
						differ = append(differ, x.Op+strings.TrimSpace(x.Text))
					}
				}
				if p.Denied {
					differ = append(differ, "denied")
				}
			}
			if got := strings.Join(differ, " "); got != r.differ {
				t.Errorf("differences: got %q, want %q", got, r.differ)
			}
		})
	}
	t.Logf("%d of %d translations found, %d of them with many signs", found, len(renderings), strong)
}

// passagesAsked is how many passages of others are asked about. The figures in
// docs/models/parallel.md are of 400.
const passagesAsked = 60

// TestRenderingsOfOthers measures how often texts of others on the same matters are
// taken for a rendering: passages of real speeches of Iraq in the United Nations,
// among statements and other such speeches that are ours.
func TestRenderingsOfOthers(t *testing.T) {
	all := publish.Speeches(t)
	half := len(all) / 2
	l := rendered(t, all[:half])
	r := rand.New(rand.NewPCG(7, 8))
	wrong, strong, asked := 0, 0, 0
	for i := range passagesAsked {
		w := strings.Fields(all[half+i%(len(all)-half)])
		n := 30 + r.IntN(220)
		at := r.IntN(len(w) - n)
		f, err := l.Verify(t.Context(), strings.Join(w[at:at+n], " "))
		if err != nil {
			t.Fatal(err)
		}
		asked++
		if f.Verdict == publish.Translated {
			wrong++
			if f.Rendering.Strong {
				strong++
			}
			t.Logf("%d words taken for %s in %s: %+v", n, f.Message.Slug, f.Lang, publish.Explain(t, l, strings.Join(w[at:at+n], " "), f.Message.Slug))
		}
	}
	t.Logf("%d of %d passages of others taken for renderings, %d of them with many signs", wrong, asked, strong)
	if 100*wrong > asked {
		t.Errorf("%d of %d passages of others were taken for renderings, want at most one in a hundred", wrong, asked)
	}
	if strong > 0 {
		t.Errorf("%d with many signs, want none", strong)
	}
}
