package listen

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"sifara/internal/listen/privacy"
)

// TestOldEvidenceTellsNoFew reads a warning as it was kept before few were
// hidden.
func TestOldEvidenceTellsNoFew(t *testing.T) {
	old := `{"sources":[{"key":"a","posts":50},{"key":"b","posts":30},{"key":"c","posts":2}],"languages":[{"key":"en","posts":80},{"key":"fr","posts":2}],
		"words":[{"key":"fee","posts":40},{"key":"rare","posts":3}],"authors":7,"looked":82}`
	var e Evidence
	for range 2 {
		if err := json.Unmarshal([]byte(old), &e); err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprint(e.Sources, e.Languages, e.Words, e.Authors, e.Looked)
		if want := "[{a  50} {other  32}] [{other  82}] [{fee  40}] 0 82"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		b, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		old = string(b)
		e = Evidence{}
	}
}

// TestCutListsTellNoFew takes the sum of all, which is known, and what is
// shown of a list that was cut, and tries to tell a small cell.
func TestCutListsTellNoFew(t *testing.T) {
	for small := int64(1); small < privacy.K; small++ {
		for long := 1; long < 12; long++ {
			sums := map[string]int64{"small": small}
			total := small
			for i := range long {
				sums[fmt.Sprint("big", i)] = int64(20 + i)
				total += int64(20 + i)
			}
			missing := total
			for _, s := range leading(sums, 8) {
				if s.Posts < privacy.K {
					t.Errorf("%v: %d is shown", sums, s.Posts)
				}
				missing -= s.Posts
			}
			if missing > 0 && missing < privacy.K {
				t.Errorf("%d and %d others: %d follows from the sum", small, long, missing)
			}
		}
	}
}

// TestDaysTellNoFew knows the posts of every day and the sums of every value,
// subtracts what is told, and wants never a small rest of one cell.
func TestDaysTellNoFew(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 2000 {
		f := Facets{Days: 2 + r.IntN(12), rows: map[string]map[string][]int64{FacetLanguage: {}, FacetSentiment: {}}}
		for _, facet := range []string{FacetLanguage, FacetSentiment} {
			for v := range 1 + r.IntN(5) {
				days := make([]int64, f.Days)
				for i := range days {
					days[i] = max(0, r.Int64N(40)-r.Int64N(25))
				}
				f.rows[facet][fmt.Sprint("value", v)] = days
			}
			for _, days := range []int{1, 3} {
				tryDays(t, f, facet, days)
			}
		}
	}
}

// tryDays subtracts.
func tryDays(t *testing.T, f Facets, facet string, days int) {
	t.Helper()
	c := f.Cells(facet, days)
	sums := map[string]int64{}
	for _, s := range f.Totals(facet) {
		sums[s.Key] = s.Posts
	}
	for j := range c.Pieces() {
		rest, hidden := int64(0), 0
		for _, series := range f.rows[facet] {
			for i, n := range series {
				if i/days == j {
					rest += n
				}
			}
		}
		for i := range c.Values {
			n, told := c.At(i, j)
			if told && n > 0 && n < privacy.K {
				t.Fatalf("%v: %d is told", f.rows[facet], n)
			}
			if rest -= n; !told {
				hidden++
			}
		}
		if hidden > 0 && hidden < len(c.Values) && (hidden < 2 || rest < privacy.K) || rest != c.Untold(j) || hidden == 0 && rest != 0 {
			t.Fatalf("%v, piece %d: %d in %d hidden cells of %d, %d said to be untold", f.rows[facet], j, rest, hidden, len(c.Values), c.Untold(j))
		}
	}
	for i, value := range c.Values {
		rest, hidden := sums[value], 0
		for j := range c.Pieces() {
			n, told := c.At(i, j)
			if rest -= n; !told {
				hidden++
			}
		}
		if sum, ok := sums[value]; ok && sum >= privacy.K && hidden > 0 && hidden < c.Pieces() && (hidden < 2 || rest < privacy.K) {
			t.Fatalf("%v, %s: %d in %d hidden cells", f.rows[facet], value, rest, hidden)
		}
	}
}

// TestFewFound wants the number of a narrow question untold, and no other.
func TestFewFound(t *testing.T) {
	day := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name  string
		q     SearchQuery
		total int
		few   bool
	}{
		{"words only", SearchQuery{Text: "visa"}, 3, false},
		{"one filter", SearchQuery{Country: "NO"}, 3, false},
		{"a country and a language", SearchQuery{Country: "NO", Langs: []string{"ckb"}}, 3, true},
		{"of which nothing is found", SearchQuery{Country: "NO", Langs: []string{"ckb"}}, 0, false},
		{"or enough", SearchQuery{Country: "NO", Langs: []string{"ckb"}}, privacy.K, false},
		{"two languages", SearchQuery{Country: "NO", Langs: []string{"ckb", "ar"}}, 3, false},
		{"a source on a day", SearchQuery{Sources: []string{"s"}, From: day, To: day.AddDate(0, 0, 1)}, 9, true},
		{"a source in a week", SearchQuery{Sources: []string{"s"}, From: day, To: day.AddDate(0, 0, 7)}, 9, false},
	} {
		if n, few := tt.q.told(tt.total); few != tt.few || few && n != 0 || !few && n != tt.total {
			t.Errorf("%s: %d, %v", tt.name, n, few)
		}
	}
}
