package tone

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sifara/internal/text/classify/corpus"
)

const speechesFile = "un_speeches_iraq.tar.gz"

// speeches gives the speeches of Iraq in the General Debate, each as one text.
func speeches(t testing.TB) map[string]string {
	t.Helper()
	dir := corpus.Find(filepath.Join("..", "..", ".."), speechesFile)
	if dir == "" {
		t.Skipf("no test data: set SIFARA_TEST_DATA to a directory with %s", speechesFile)
	}
	f, err := os.Open(filepath.Join(dir, speechesFile))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(h.Name, ".txt") || strings.HasPrefix(filepath.Base(h.Name), "._") {
			continue
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[h.Name] = strings.ToValidUTF8(strings.TrimPrefix(string(b), "\uFEFF"), "\uFFFD")
	}
}

// parts are the passages of all speeches: lines as they stand in the files, and
// paragraphs: the same, with the lines of speeches that were set in short lines
// joined at empty lines and at ends of sentences.
func parts(all map[string]string) (lines, paragraphs []string) {
	for _, s := range all {
		var p strings.Builder
		flush := func() {
			if p.Len() > 0 {
				paragraphs = append(paragraphs, p.String())
			}
			p.Reset()
		}
		for line := range strings.SplitSeq(s, "\n") {
			line = strings.TrimSpace(line)
			if line == "" {
				flush()
				continue
			}
			lines = append(lines, line)
			if p.Len() > 0 {
				p.WriteByte(' ')
			}
			p.WriteString(line)
			if strings.HasSuffix(line, ".") && p.Len() > 400 {
				flush()
			}
		}
		flush()
	}
	return lines, paragraphs
}

// TestDiplomaticTextPasses: of the paragraphs of seventy-seven speeches at the
// United Nations, at most 2 % are hot.
func TestDiplomaticTextPasses(t *testing.T) {
	lines, paragraphs := parts(speeches(t))
	for name, list := range map[string][]string{"lines": lines, "paragraphs": paragraphs} {
		hot := 0
		by := map[Kind]int{}
		for _, s := range list {
			r := Default().Check("en", s)
			if !r.Hot {
				continue
			}
			hot++
			for _, f := range r.Findings {
				if f.Heat > 0 {
					by[f.Kind]++
				}
			}
			if testing.Verbose() && hot%9 == 0 {
				t.Logf("%.2f %.160s", r.Heat, s)
				for _, f := range r.Findings {
					if f.Heat > 0.1 {
						t.Logf("   %s %.2f %q", f.Kind, f.Heat, f.Excerpt)
					}
				}
			}
		}
		share := float64(hot) / float64(len(list))
		t.Logf("%s: %d of %d hot, %.2f %%; %v", name, hot, len(list), 100*share, by)
		if share > 0.02 {
			t.Errorf("%s: %.2f %% are hot, want at most 2 %%", name, 100*share)
		}
	}
}

// TestThreatsOfPostsAreHot reads the posts on which the shipped model was trained:
// it shows that the program does what the card says, not how well the model does
// on posts it has not seen. That is TestToneFindsThreats in package classify/train.
func TestThreatsOfPostsAreHot(t *testing.T) {
	const file = "speech_acts_en_train.csv.gz"
	dir := corpus.Find(filepath.Join("..", "..", ".."), file)
	if dir == "" {
		t.Skipf("no test data: set SIFARA_TEST_DATA to a directory with %s", file)
	}
	all, err := corpus.EnglishActs(dir)
	if err != nil {
		t.Fatal(err)
	}
	const threat = 4
	var n, hot [2]float64
	for _, s := range all {
		of := 0
		if s.Label == threat {
			of = 1
		}
		n[of]++
		if Default().Check("en", s.Text).Hot {
			hot[of]++
		}
	}
	t.Logf("threats hot %v of %v, others %v of %v", hot[1], n[1], hot[0], n[0])
	if recall := hot[1] / n[1]; recall < 0.75 {
		t.Errorf("recall of threats is %.3f, want at least 0.75", recall)
	}
	if share := hot[0] / n[0]; share > 0.12 {
		t.Errorf("of the posts that are no threats %.3f are hot", share)
	}
}
