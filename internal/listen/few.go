package listen

import (
	"encoding/json"
	"slices"
	"time"

	"sifara/internal/listen/privacy"
)

// hideFew takes out of evidence what speaks of fewer than privacy.K posts or
// authors. Done twice it changes nothing.
func (e *Evidence) hideFew() {
	e.Words = slices.DeleteFunc(e.Words, func(w Share) bool { return w.Posts < privacy.K })
	e.Sources, e.Languages = told(e.Sources), told(e.Languages)
	if e.Authors < privacy.K {
		e.Authors = 0
	}
}

// UnmarshalJSON reads evidence as it was kept. That of warnings from before
// few were hidden is hidden here, wherever it is read.
func (e *Evidence) UnmarshalJSON(b []byte) error {
	type kept Evidence
	if err := json.Unmarshal(b, (*kept)(e)); err != nil {
		return err
	}
	e.hideFew()
	return nil
}

// leading are the commonest values. The others are folded before the list is
// cut: what is missing from a known sum would tell a small one.
func leading(sums map[string]int64, limit int) []Share {
	all := told(topShares(sums, len(sums)))
	return all[:min(len(all), limit)]
}

// narrow is from how many filters on a question puts people together: one
// country, one language, one source, less than a week.
const narrow = 2

// told is what may be said of how many posts a question finds: below privacy.K
// only that there are few, when its filters are narrow.
func (q SearchQuery) told(total int) (posts int, few bool) {
	filters := 0
	for _, is := range []bool{q.Country != "", len(q.Langs) == 1, len(q.Sources) == 1, !q.From.IsZero() && !q.To.IsZero() && q.To.Sub(q.From) < 7*24*time.Hour} {
		if is {
			filters++
		}
	}
	if filters >= narrow && total > 0 && total < privacy.K {
		return 0, true
	}
	return total, false
}
