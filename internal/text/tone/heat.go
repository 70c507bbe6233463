package tone

import (
	"math"
	"slices"
)

// spot is heat at a word of the text.
type spot struct {
	word int
	heat float64
}

// The heat of one finding of each kind. They were set such that one insult or
// threat is hot, two attacks on the reader nearly are, and a paragraph has to hold
// five undiplomatic terms to be; and held against the data that docs/models/tone.md
// names.
const (
	heatInsult       = 0.55
	heatThreat       = 0.6
	heatAttack       = 0.3
	heatSarcasm      = 0.2
	heatUndiplomatic = 0.13
	heatShout        = 0.1 // of a run of capital words, for each word, up to heatMostShout
	heatMostShout    = 0.3
	heatBang         = 0.05 // of one exclamation mark
	heatBangs        = 0.15 // of several in a row
	heatLeader       = 0.03
	heatSuperlative  = 0.01
	heatModel        = 0.5 // of a threat that the model sees, with its probability on top
)

// window is how many words in a row are taken together. Heat is that of the
// hottest window, so that a long text is not hotter than its hottest passage.
const window = 40

// warmth is the heat of the hottest window: of several findings in it each
// leaves the share of calm that the others left.
func warmth(spots []spot) float64 {
	slices.SortStableFunc(spots, func(a, b spot) int { return a.word - b.word })
	calm, least, from := 0.0, 0.0, 0 // logarithms
	for _, s := range spots {
		calm += math.Log(1 - s.heat)
		for spots[from].word < s.word-window {
			calm -= math.Log(1 - spots[from].heat)
			from++
		}
		least = min(least, calm)
	}
	return math.Round((1-math.Exp(least))*1000) / 1000
}
