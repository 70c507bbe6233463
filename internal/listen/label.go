package listen

import "sifara/internal/text/classify"

// Labels are what the classifiers say of one post, as it is stored beside it.
// The zero value says that they were not asked: everything is unsure.
type Labels int64

// Places of the answers in Labels. Changing one would change the past.
const (
	sentimentShift = 0
	actShift       = 2
	crisisShift    = 5
	sarcasmBit     = Labels(1) << 7
	labelledBit    = Labels(1) << 8
)

// labelsOf asks the classifiers. A text in no known language is read as what
// its letters are mostly used for.
func labelsOf(lang, s string) Labels {
	l := classify.Post(lang, s)
	out := labelledBit | Labels(l.Sentiment)<<sentimentShift | Labels(l.Act)<<actShift | Labels(l.Crisis)<<crisisShift
	if l.Sarcasm {
		out |= sarcasmBit
	}
	return out
}

// Sentiment is the attitude that the post shows.
func (l Labels) Sentiment() classify.Sentiment { return classify.Sentiment(l >> sentimentShift & 3) }

// Act is what the post does.
func (l Labels) Act() classify.Act { return classify.Act(l >> actShift & 7) }

// Crisis is whether the post is about a crisis at hand.
func (l Labels) Crisis() classify.Crisis { return classify.Crisis(l >> crisisShift & 3) }

// Sarcasm is whether the post is sarcastic; only Arabic posts are ever said to
// be.
func (l Labels) Sarcasm() bool { return l&sarcasmBit != 0 }

// Asked reports whether the classifiers were asked at all.
func (l Labels) Asked() bool { return l&labelledBit != 0 }
