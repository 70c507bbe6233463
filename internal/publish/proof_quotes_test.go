package publish

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/text"
)

// speeches are Iraq's speeches in the General Debate of the United Nations, in
// the order of the archive.
func speeches(t testing.TB) []string {
	t.Helper()
	f, err := os.Open(filepath.Join(os.Getenv("SIFARA_TEST_DATA"), "un_speeches_iraq.tar.gz"))
	if err != nil {
		t.Skip("no test data: set SIFARA_TEST_DATA to a directory with un_speeches_iraq.tar.gz")
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(h.Name, ".txt") || strings.HasPrefix(filepath.Base(h.Name), ".") {
			continue
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		body := strings.Join(strings.Fields(text.Clean(string(b))), " ")
		if r := []rune(body); len(r) > MaxBody {
			body = string(r[:MaxBody])
		}
		if len(body) > 2000 {
			out = append(out, body)
		}
	}
	if len(out) < 40 {
		t.Fatalf("found %d speeches", len(out))
	}
	return out
}

// TestQuotationsOfSpeeches measures on real speeches what is said of quotations
// that are cropped, altered by two words, set into a text of others, or of
// speeches that were never published here. Figures are in docs/benchmarks.md.
func TestQuotationsOfSpeeches(t *testing.T) {
	all := speeches(t)
	h, l := proving(t, dbtest.SQLite(t, schema()...))
	half := len(all) / 2
	for i, s := range all[:half] {
		h.publish(fmt.Sprintf("00000000-0000-7000-8000-%012d", 100+i), fmt.Sprintf("speech-%d", i), Variant{Lang: i18n.English, Title: fmt.Sprintf("Speech %d", i), Body: s})
	}
	r := rand.New(rand.NewPCG(5, 6))
	quote := func(s string, n int) []string {
		w := strings.Fields(s)
		at := r.IntN(len(w) - n)
		return append([]string(nil), w[at:at+n]...)
	}
	forge := func(w []string) string { // two words become words of another speech
		for _, at := range []int{len(w) / 3, 2 * len(w) / 3} {
			for {
				other := quote(all[half+r.IntN(len(all)-half)], 1)[0]
				if loose(other) != loose(w[at]) && loose(other) != "" && loose(w[at]) != "" {
					w[at] = other
					break
				}
			}
		}
		return strings.Join(w, " ")
	}
	tests := []struct {
		name string
		want Verdict
		make func(i int) string
		rate float64
	}{
		{"cropped to 12 words", Part, func(i int) string { return strings.Join(quote(all[i%half], 12), " ") }, 0.9},
		{"cropped to 60 words", Part, func(i int) string { return strings.Join(quote(all[i%half], 60), " ") }, 0.9},
		{"20 words, two changed", Altered, func(i int) string { return forge(quote(all[i%half], 20)) }, 0.9},
		{"60 words, two changed", Altered, func(i int) string { return forge(quote(all[i%half], 60)) }, 0.9},
		{"30 words within 60 of others", Contains, func(i int) string {
			return strings.Join(quote(all[half+i%(len(all)-half)], 30), " ") + " " + strings.Join(quote(all[i%half], 30), " ") + " " + strings.Join(quote(all[half+(i+1)%(len(all)-half)], 30), " ")
		}, 0},
		{"60 words of another speech", NotFound, func(i int) string { return strings.Join(quote(all[half+i%(len(all)-half)], 60), " ") }, 0.9},
		{"20 words of another speech", NotFound, func(i int) string { return strings.Join(quote(all[half+i%(len(all)-half)], 20), " ") }, 0.9},
	}
	const rounds = 14
	for _, tt := range tests {
		got := map[Verdict]int{}
		start := time.Now()
		for i := range rounds {
			f, err := l.Verify(t.Context(), tt.make(i))
			if err != nil {
				t.Fatal(err)
			}
			got[f.Verdict]++
		}
		t.Logf("%-30s %s in %d of %d; all: %v; %v each", tt.name, tt.want, got[tt.want], rounds, got, time.Since(start)/rounds)
		if share := float64(got[tt.want]) / rounds; share < tt.rate {
			t.Errorf("%s: %s in %.3f of all, want %.2f", tt.name, tt.want, share, tt.rate)
		}
	}
}
