package influence

import (
	"cmp"
	"maps"
	"slices"

	"sifara/internal/listen"
	"sifara/internal/listen/privacy"
)

// least is the fewest responders, and voices, of which anything is told (R4.7).
const least = privacy.K

// Figure is what is measured of an actor in a stretch of time. Told is false
// where fewer than ten responded, or fewer than ten voices did; all other fields
// are empty then.
type Figure struct {
	Told bool `json:"told"`
	// Rank is the place among the actors of which anything is told, from 1; the
	// place may as well be any from RankHigh, the best, to RankLow.
	Rank     int `json:"rank,omitempty"`
	RankHigh int `json:"rank_high,omitempty"`
	RankLow  int `json:"rank_low,omitempty"`
	// Score is the response-weighted centrality: how many times the attention of
	// an average voice. Low and High bound it at two standard errors.
	Score float64 `json:"score"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`

	Responders int `json:"responders"` // distinct accounts
	Voices     int `json:"voices"`     // of them, those that act as one counted once
	// Responses by kind; 0 also where they are fewer than ten.
	Reposts  int `json:"reposts"`
	Replies  int `json:"replies"`
	Mentions int `json:"mentions"`
	// HPosts is h where h posts were passed on or answered by h voices each (after
	// Hirsch 2005), HDays where on h days h voices each responded.
	HPosts int `json:"h_posts"`
	HDays  int `json:"h_days"`
	// Bridging is the chance that two of the voices that respond, drawn at random,
	// are of different circles; Publics, that they are of different languages or
	// countries. Nil where too little is known.
	Bridging *float64 `json:"bridging,omitempty"`
	Publics  *float64 `json:"publics,omitempty"`
	// Reach is the sum of the followers of the responders, rounded down to two
	// digits: the same reader may be counted more than once.
	Reach     int64     `json:"reach"`
	Languages []Portion `json:"languages"`
	Countries []Portion `json:"countries"`
}

// Portion is how many responders have a value. Small ones are not told, and added
// up under listen.OtherKey where that tells nothing of few.
type Portion struct {
	Key   string `json:"key"` // empty where it is not known
	Count int64  `json:"count"`
}

// tally is what is counted of one actor.
type tally struct {
	accounts        map[int32]bool
	voices          map[int32]bool
	circles         map[int32]int
	publics         map[uint16]int
	objects, days   map[int64]map[int32]bool
	kinds           [4]int
	langs, counties map[string]int64
	reach           int64
}

func newTally() *tally {
	return &tally{
		accounts: map[int32]bool{}, voices: map[int32]bool{}, circles: map[int32]int{}, publics: map[uint16]int{},
		objects: map[int64]map[int32]bool{}, days: map[int64]map[int32]bool{}, langs: map[string]int64{}, counties: map[string]int64{},
	}
}

// describe counts who responds to each actor.
func (n *Network) describe(voice, circle []int32) []Figure {
	tallies := make([]*tally, n.actors)
	for i := range tallies {
		tallies[i] = newTally()
	}
	for _, a := range n.acts {
		if int(a.to) >= n.actors {
			continue
		}
		t, v := tallies[a.to], voice[a.from]
		t.kinds[a.kind]++
		put(t.days, a.at/86400, v)
		if a.object != 0 {
			put(t.objects, a.object, v)
		}
		x := n.accounts[a.from]
		if !t.accounts[a.from] {
			t.accounts[a.from] = true
			t.reach += x.followers
			t.langs[n.publics[x.public].lang]++
			t.counties[n.publics[x.public].country]++
		}
		if !t.voices[v] {
			t.voices[v] = true
			t.publics[x.public]++
			if c := circle[v]; c >= 0 {
				t.circles[c]++
			}
		}
	}
	out := make([]Figure, n.actors)
	for i, t := range tallies {
		out[i] = t.figure()
	}
	return out
}

func put(sets map[int64]map[int32]bool, key int64, v int32) {
	if sets[key] == nil {
		sets[key] = map[int32]bool{}
	}
	sets[key][v] = true
}

func (t *tally) figure() Figure {
	f := Figure{Told: len(t.accounts) >= least && len(t.voices) >= least, Languages: []Portion{}, Countries: []Portion{}}
	if !f.Told {
		return f
	}
	f.Responders, f.Voices = len(t.accounts), len(t.voices)
	for kind, sum := range map[Kind]*int{Repost: &f.Reposts, Reply: &f.Replies, Mention: &f.Mentions} {
		if t.kinds[kind] >= least {
			*sum = t.kinds[kind]
		}
	}
	f.HPosts, f.HDays = hIndex(t.objects), hIndex(t.days)
	f.Bridging, f.Publics = mixed(t.circles), mixed(t.publics)
	f.Reach = rounded(t.reach)
	f.Languages, f.Countries = told(t.langs), told(t.counties)
	return f
}

// hIndex is the greatest h for which h of the sets have h members and more.
func hIndex(sets map[int64]map[int32]bool) int {
	sizes := make([]int, 0, len(sets))
	for _, s := range sets {
		sizes = append(sizes, len(s))
	}
	slices.SortFunc(sizes, func(a, b int) int { return b - a })
	h := 0
	for h < len(sizes) && sizes[h] > h {
		h++
	}
	return h
}

// rounded rounds down to two digits and zeros.
func rounded(n int64) int64 {
	unit := int64(1)
	for n/unit >= 100 {
		unit *= 10
	}
	return n / unit * unit
}

// told are the values that enough responders have, the commonest first.
func told(sums map[string]int64) []Portion {
	all := []Portion{}
	for _, k := range slices.Sorted(maps.Keys(sums)) {
		all = append(all, Portion{k, sums[k]})
	}
	slices.SortStableFunc(all, func(a, b Portion) int { return cmp.Compare(b.Count, a.Count) })
	shown, others := privacy.Fold(all, func(s Portion) int64 { return s.Count })
	if others > 0 {
		shown = append(shown, Portion{listen.OtherKey, others})
	}
	return shown
}

// rank gives the places.
func rank(actors []Figure) {
	for i := range actors {
		f := &actors[i]
		if !f.Told {
			f.Score, f.Low, f.High = 0, 0, 0
			continue
		}
		f.Rank, f.RankHigh, f.RankLow = 1, 1, 0
		for _, g := range actors {
			if !g.Told {
				continue
			}
			if g.Score > f.Score {
				f.Rank++
			}
			if g.Low > f.High {
				f.RankHigh++
			}
			if g.High >= f.Low {
				f.RankLow++
			}
		}
	}
}
