package corpus

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"sifara/internal/text/language"
)

// data finds a file of the real data, which is no part of the repository.
func data(t testing.TB, name string) string {
	t.Helper()
	if raceEnabled {
		t.Skip("reads a hundred thousand texts; not under the race detector")
	}
	dir := os.Getenv("SIFARA_TEST_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "..", "shared", "data")
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no test data: set SIFARA_TEST_DATA to a directory with %s", name)
	}
	return path
}

// TestFigures asks the model about the sentences it has not learned from and holds
// what docs/models/identify.md says.
func TestFigures(t *testing.T) {
	all, err := Read(data(t, "language_id_train.tsv.gz"), data(t, "arabic_sentiment_train.csv.gz"), data(t, "speech_acts_en_train.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	_, _, held := Split(all, "")
	t.Log("\n" + Measure(held))
	table := Ask(held)
	if got := table.Macro(Goal); got < 0.975 {
		t.Errorf("macro accuracy %.4f, want at least 0.975", got)
	}
	for _, want := range []struct {
		code  string
		least float64
	}{{"ar", 0.98}, {"ckb", 0.97}, {"kmr", 0.90}, {"fa", 0.98}, {"tr", 0.97}, {"en", 0.97}, {"ur", 0.98}} {
		if got := table.By[want.code].Share(); got < want.least {
			t.Errorf("%s %.4f, want at least %.2f", want.code, got, want.least)
		}
	}
	if got := table.Source["ar arsarcasm-gulf"].Share(); got < 0.92 {
		t.Errorf("Gulf and Iraqi dialect %.4f, want at least 0.92", got)
	}
}

// TestSoraniPosts asks about posts of another collector, none of which was learned.
func TestSoraniPosts(t *testing.T) {
	posts, err := Read(data(t, "kurdish_sentiment_silver.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for _, p := range posts {
		if got, _ := language.Identify(p.Text); got == "ckb" {
			right++
		}
	}
	share := float64(right) / float64(len(posts))
	t.Logf("%d posts, %.4f Sorani", len(posts), share)
	if len(posts) < 1000 || share < 0.95 {
		t.Errorf("%.4f of %d posts, want at least 0.95", share, len(posts))
	}
}

func TestSplitKeepsApart(t *testing.T) {
	all := []Sentence{{"en", "a", "one"}, {"en", "b", "two"}, {"en", "b", "three"}}
	train, aside, held := Split(all, "b")
	for _, h := range held {
		if h.Source != "b" {
			t.Errorf("held out %v", h)
		}
	}
	if len(held) != 2 || len(train)+len(aside) > 1 {
		t.Errorf("%d learned, %d aside, %d held out", len(train), len(aside), len(held))
	}
}

// BenchmarkIdentify asks about the texts held out, of all languages; its own figure
// is processor time, which other work on the machine does not touch as much.
func BenchmarkIdentify(b *testing.B) {
	all, err := Read(data(b, "language_id_train.tsv.gz"))
	if err != nil {
		b.Fatal(err)
	}
	_, _, held := Split(all, "")
	bytes := 0
	for _, s := range held {
		bytes += len(s.Text)
	}
	b.SetBytes(int64(bytes / len(held)))
	before := processor()
	i := 0
	for b.Loop() {
		language.Identify(held[i%len(held)].Text)
		i++
	}
	b.ReportMetric(float64(b.N)/(processor()-before), "texts/CPU-s")
}

func processor() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}
