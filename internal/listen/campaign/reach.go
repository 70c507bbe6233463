package campaign

import (
	"context"
	"slices"
	"time"

	"sifara/internal/db"
	"sifara/internal/listen"
	"sifara/internal/listen/privacy"
)

// maxMeasured is how many posts a reach is measured from at most, the newest.
const maxMeasured = 20000

// Reach is how far a campaign went, measured from the posts that its search
// finds. The zero value was never measured.
type Reach struct {
	At      db.Time  `json:"at"`
	Posts   int64    `json:"posts"`
	Few     bool     `json:"few,omitempty"`  // a narrow search finds fewer than K; no number is told
	More    bool     `json:"more,omitempty"` // there were more than are measured
	Authors int64    `json:"authors"`        // distinct pseudonyms; 0 stands for fewer than K
	Sources int64    `json:"sources"`
	Places  []string `json:"countries"` // from which at least K of its posts are
	// Days are in order. Those without posts are left out; of one country also
	// those of few, and as many others as it takes that none of them follows.
	Days []Day `json:"days"`
}

// Day counts posts of a day (UTC).
type Day struct {
	Day   time.Time `json:"day"`
	Posts int64     `json:"posts"`
}

// measure reads the posts that the file's search finds.
func (s *Service) measure(ctx context.Context, f File) (Reach, error) {
	r := Reach{At: db.At(s.Clock.Now()), Places: []string{}, Days: []Day{}}
	authors, sources, days, places := map[int64]bool{}, map[int64]bool{}, map[time.Time]int64{}, map[string]int{}
	q := f.Query()
	q.Limit, q.Count = 200, K
	for q.Text != "" {
		found, err := s.Listen.Search(ctx, q)
		if err != nil {
			return r, err
		}
		if found.Few {
			r.Few = true
			return r, nil
		}
		q.Count = 0 // asked once
		for _, p := range found.Posts {
			r.Posts++
			if p.Author != 0 {
				authors[p.Author] = true
			}
			sources[p.Post.Source] = true
			days[p.At.UTC().Truncate(24*time.Hour)]++
			if p.Country == "" {
				continue
			}
			if places[p.Country]++; places[p.Country] == K {
				r.Places = append(r.Places, p.Country)
			}
		}
		if found.Next == 0 {
			break
		}
		if r.More = r.Posts >= maxMeasured; r.More {
			break
		}
		q.Before = found.Next
	}
	r.Sources = int64(len(sources))
	if len(authors) >= K {
		r.Authors = int64(len(authors))
	}
	slices.Sort(r.Places)
	for d, n := range days {
		r.Days = append(r.Days, Day{d, n})
	}
	slices.SortFunc(r.Days, func(a, b Day) int { return a.Day.Compare(b.Day) })
	if f.SearchCountry != "" {
		r.Days, _ = privacy.Fold(r.Days, func(d Day) int64 { return d.Posts })
	}
	return r, nil
}

// Query is the search for the file's posts.
func (f File) Query() listen.SearchQuery {
	q := listen.SearchQuery{Text: f.Search, Country: f.SearchCountry}
	if f.From > 0 {
		q.From = f.From.Std()
	}
	if f.Until > 0 {
		q.To = f.Until.Std()
	}
	return q
}
