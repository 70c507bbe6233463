package names

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestCandidates(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		of         func(string, int) []Candidate
	}{
		{"كريم", "Karim", Latin}, {"سَلِيم", "Salim", Latin}, {"العبادي", "Al-Abadi", Latin},
		{"Karim", "كريم", Arabic}, {"HUSSEIN", "حسين", Arabic}, {"Nabil Karim", "نبيل كريم", Arabic},
	} {
		list := tt.of(tt.name, MostCandidates)
		if i := slices.IndexFunc(list, func(c Candidate) bool { return c.Name == tt.want }); i < 0 || list[i].Score < 0.5 {
			t.Errorf("%s: no %s among %v", tt.name, tt.want, list)
		}
		if again := tt.of(tt.name, 3); len(again) != 3 || !slices.Equal(again, list[:3]) {
			t.Errorf("%s: three are %v", tt.name, again)
		}
	}
	for _, nothing := range []string{"", "123", "Karim"} {
		if list := Latin(nothing, 5); len(list) != 0 {
			t.Errorf("%q in Latin letters: %v", nothing, list)
		}
	}
	if list := Arabic("كريم", 5); len(list) != 0 {
		t.Errorf("an Arabic name in Arabic letters: %v", list)
	}
}

func FuzzCandidates(f *testing.F) {
	f.Add("Nabil عبد الله")
	f.Fuzz(func(t *testing.T, s string) {
		for _, c := range append(Latin(s, 5), Arabic(s, 5)...) {
			if c.Name == "" || c.Score < 0 || c.Score > 1 {
				t.Fatalf("%q gives %+v", s, c)
			}
		}
	})
}

// TestSpellingFigures holds what docs/models/names.md says, on every third pair
// that was held out.
func TestSpellingFigures(t *testing.T) {
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
	var some []Pair
	for i := 0; i < len(held); i += 3 {
		some = append(some, held[i])
	}
	latin, arabic := MeasureSpelling(some)
	t.Logf("latin %+v, arabic %+v", latin, arabic)
	if latin.N < 400 || latin.Rank20 < 0.35 || arabic.Rank5 < 0.5 || arabic.Rank20 < 0.6 {
		t.Errorf("figures fell: latin %+v, arabic %+v", latin, arabic)
	}
}
