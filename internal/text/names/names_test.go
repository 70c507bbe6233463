package names

import (
	"math"
	"os"
	"path/filepath"
	"testing"
)

func TestScore(t *testing.T) {
	tests := []struct {
		arabic, latin string
		same          bool
	}{
		{"محمد", "Mohammed", true},
		{"مُحَمَّد", "MUHAMMAD", true},
		{"حسين", "Hussein", true},
		{"العبادي", "al-Abadi", true},
		{"العبادي", "Abadi", true},
		{"عبد الله", "Abdullah", true},
		{"فؤاد حسين", "Fuad Hussein", true},
		{"فؤاد حسين", "HUSSEIN, FUAD", true},
		{"مصطفى الكاظمي", "Mustafa Al-Kadhimi", true},
		{"برهم صالح", "Barham Salih", true},
		{"محمد", "Ahmed", false},
		{"حسين", "Karim", false},
		{"برهم صالح", "Fuad Hussein", false},
		{"", "Mohammed", false},
		{"محمد", "123", false},
		{"محمد", "محمد", false},
	}
	for _, tt := range tests {
		if got := Score(tt.arabic, tt.latin); got > 0.5 != tt.same || got < 0 || got > 1 {
			t.Errorf("%s and %s score %.2f, want same: %v", tt.arabic, tt.latin, got, tt.same)
		}
	}
}

func TestKey(t *testing.T) {
	tests := []struct{ arabic, latin string }{
		{"محمد", "Mohamed"}, {"سليم", "Saleem"}, {"طارق", "Tarik"}, {"", "123"},
	}
	for _, tt := range tests {
		if a, l := Key(tt.arabic), Key(tt.latin); a != l {
			t.Errorf("%s is %q, %s is %q", tt.arabic, a, tt.latin, l)
		}
	}
}

func TestFitIsDeterministic(t *testing.T) {
	pairs := []Pair{{"سليم", "salim"}, {"طارق", "tariq"}, {"كريم", "karim"}, {"مالك", "malik"}, {"نبيل", "nabil"}}
	if a, b := Fit(pairs).String(), Fit(pairs).String(); a != b {
		t.Error("two tables of the same pairs differ")
	}
}

// TestFigures holds what docs/models/names.md says.
func TestFigures(t *testing.T) {
	dir := os.Getenv("SIFARA_TEST_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	path := filepath.Join(dir, "arabic_names_train.txt.gz")
	if _, err := os.Stat(path); err != nil {
		t.Skip("no test data: set SIFARA_TEST_DATA to a directory with arabic_names_train.txt.gz")
	}
	_, held, err := ReadPairs(path)
	if err != nil {
		t.Fatal(err)
	}
	f := loaded().Measure(held)
	t.Logf("%+v", f)
	if f.N < 1000 || f.Rank1 < 0.955 || f.Precision < 0.97 || f.Recall < 0.94 || f.Baseline > 0.65 {
		t.Errorf("figures fell: %+v", f)
	}
}

func FuzzScore(f *testing.F) {
	f.Add("عبد الله", "Abd-ullah")
	f.Fuzz(func(t *testing.T, a, l string) {
		if s := Score(a, l); s < 0 || s > 1 || math.IsNaN(s) {
			t.Fatalf("%q and %q score %v", a, l, s)
		}
		if k := Key(l); Key(k) != k {
			t.Fatalf("key of the key %q of %q is %q", k, l, Key(k))
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add("base\t\t1\nslope\t\t2\nب\tb\t0.1\n")
	f.Fuzz(func(t *testing.T, s string) {
		if tab, err := parse(s); err == nil && tab == nil {
			t.Fatal("neither table nor error")
		}
	})
}

func BenchmarkScore(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Score("مصطفى الكاظمي", "Mustafa Al-Kadhimi")
	}
}
