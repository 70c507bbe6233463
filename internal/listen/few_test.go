package listen

import (
	"encoding/json"
	"fmt"
	"testing"

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
