package classify

import (
	"slices"

	"sifara/internal/text/classify/ngram"
)

// finding is what the word lists see in a text.
type finding struct {
	good, bad      int // words and emoji, negation and stress counted in
	senses         sense
	first          sense // of the first word
	crises         int   // different crisis words
	words, emoji   int
	asks, cries    int
	endsAsking     bool
	numbers, links int
}

// reach is how many words behind a negation or a stressing word it works on.
const reach = 2

// look weighs the whole text.
func (r *reading) look(l *lexicon) finding { return r.lookAt(l, r.features.Tokens()) }

func (r *reading) lookAt(l *lexicon, tokens []ngram.Token) finding {
	var f finding
	var seen [8]uint32
	denied, stressed := 0, 0
	for _, t := range tokens {
		w := r.features.Runes(t)
		switch t.Kind {
		case ngram.Number:
			f.numbers++
		case ngram.Address:
			f.links++
		case ngram.Sign:
			f.sign(w[0])
			if w[0] != '#' {
				denied, stressed = 0, 0
			}
		case ngram.Emoji:
			f.emoji++
			f.weigh(l.find(w), 1, false)
		case ngram.Word, ngram.Tag:
			s := l.find(w)
			if f.words++; f.words == 1 {
				f.first = s
			}
			f.endsAsking = false
			f.senses |= s
			by := 1
			if stressed > 0 {
				by = 2
			}
			f.weigh(s, by, denied > 0)
			if s&critical != 0 && f.crises < len(seen) && !slices.Contains(seen[:f.crises], t.Hash) {
				seen[f.crises] = t.Hash
				f.crises++
			}
			denied, stressed = denied-1, stressed-1
			if s&denial != 0 {
				denied = reach
			}
			if s&stress != 0 {
				stressed = reach
			}
		}
	}
	return f
}

func (f *finding) sign(r rune) {
	switch r {
	case '?':
		f.asks++
		f.endsAsking = true
	case '!':
		f.cries++
	}
}

// weigh counts a word's attitude; denied turns it around.
func (f *finding) weigh(s sense, by int, denied bool) {
	good, bad := s&positive != 0, s&negative != 0
	if denied {
		good, bad = bad, good
	}
	if good {
		f.good += by
	}
	if bad {
		f.bad += by
	}
}

// sentimentByRule answers where listed words stand and one side outweighs the
// other; it never finds a text neutral, since a list cannot know that.
func (r *reading) sentimentByRule(lang string) (Sentiment, float32, Basis) {
	words := lexicons[lang]
	if words == nil || lang == "ar" {
		return SentimentUnsure, 0, None
	}
	f := r.look(words())
	switch margin := f.good - f.bad; {
	case margin > 0:
		return Positive, ruleSentimentP(margin), Rules
	case margin < 0:
		return Negative, ruleSentimentP(-margin), Rules
	}
	return SentimentUnsure, 0, Rules
}

// ruleSentimentP is how often the rule was right on Sorani posts with labels made
// by a machine, a third of them neutral (docs/models/sentiment.md): with a margin
// of one word, and with more.
func ruleSentimentP(margin int) float32 {
	return [...]float32{0, 0.57, 0.83}[min(margin, 2)]
}

// actByRule goes from the plainest sign to the vaguest; the first that fits
// decides. The probabilities are how often the same rule is right in English,
// where there are labels (docs/models/acts.md).
func (r *reading) actByRule(lang string) (Act, float32, Basis) {
	words := lexicons[lang]
	if words == nil {
		return ActUnsure, 0, None
	}
	f := r.look(words())
	a := f.act()
	return a, ruleActP[a], Rules
}

var ruleActP = [...]float32{Expression: 0.70, Statement: 0.48, Question: 0.63, Suggestion: 0.30, Threat: 0.33, Request: 0.43, Other: 1}

func (f *finding) act() Act {
	switch {
	case f.words == 0:
		return Other
	case f.endsAsking, f.asks > 0 && f.senses&asking != 0, f.first&asking != 0 && f.cries == 0 && f.senses&stating == 0:
		return Question
	case f.senses&threatening != 0:
		return Threat
	case f.senses&requesting != 0:
		return Request
	case f.first&suggesting != 0, f.senses&suggesting != 0 && f.good+f.bad == 0:
		return Suggestion
	case f.good+f.bad > 0, f.emoji > 0, f.cries > 1:
		if f.senses&stating != 0 && f.emoji+f.cries == 0 {
			return Statement
		}
		return Expression
	case f.senses&stating != 0, f.crises > 0, f.numbers > 0 && f.links > 0:
		return Statement
	}
	return ActUnsure
}

// crisisByRule takes any crisis word as evidence. The probabilities are how often
// the same rule is right in English, where two thirds of the texts are related
// (docs/models/crisis.md); where a crisis is rare, more of its answers are wrong.
func (r *reading) crisisByRule(lang string) (Crisis, float32, Basis) {
	words := lexicons[lang]
	if words == nil {
		return CrisisUnsure, 0, None
	}
	switch f := r.look(words()); f.crises {
	case 0:
		return NotRelated, 0.58, Rules
	case 1:
		return Related, 0.95, Rules
	}
	return Related, 0.98, Rules
}
