package classify

import (
	"sifara/internal/text/classify/ngram"
)

// Stance is a text's attitude towards a stated target.
type Stance uint8

// The stances.
const (
	StanceUnsure Stance = iota // named, but the text does not show how it is meant
	NotNamed                   // the target does not occur
	For
	Against
)

// String is "unsure", "not_named", "for" or "against".
func (s Stance) String() string { return [...]string{"unsure", "not_named", "for", "against"}[s] }

// Target is what a stance is towards: a body, a policy, an event. It is never a
// private person; who offers targets to users must see to that.
type Target struct {
	names [][]uint32
}

// NewTarget takes the names of a target, in all languages and spellings; a name
// may be several words.
func NewTarget(names ...string) Target {
	var t Target
	for _, n := range names {
		var f ngram.Features
		f.Read(n)
		var hashes []uint32
		for _, tok := range f.Tokens() {
			if tok.Kind == ngram.Word || tok.Kind == ngram.Tag {
				hashes = append(hashes, hashRunes(f.Runes(tok)))
			}
		}
		if len(hashes) > 0 {
			t.names = append(t.names, hashes)
		}
	}
	return t
}

// window is how many words before and behind a name are taken to speak of it.
const window = 6

// StanceOn judges by rule and model. The words around each mention of the target
// are weighed by the lists, with negation; where they are silent, and the language
// has a sentiment model that is surer than 0.6, the sentiment of the whole text
// counts, at a discount. It does not see irony, nor whose opinion is reported, nor
// which of two targets in one clause is meant (docs/models/stance.md). p is the
// confidence, by the strength of the evidence; it is not calibrated, there being
// no data.
func StanceOn(lang, s string, t Target) (stance Stance, p float32) {
	r := readings.Get().(*reading)
	defer readings.Put(r)
	r.features.Read(s)
	lang = language(lang, s)
	words := lexicons[lang]
	if words == nil {
		return StanceUnsure, 0
	}
	l := words()
	margin, named := r.around(l, t)
	switch {
	case !named:
		return NotNamed, 1
	case margin > 0:
		return For, stanceP(margin)
	case margin < 0:
		return Against, stanceP(-margin)
	}
	var whole Labels
	r.sentiment(lang, &whole)
	if whole.SentimentBasis != Trained || whole.SentimentP < 0.6 || whole.Sarcasm {
		return StanceUnsure, 0
	}
	switch whole.Sentiment {
	case Positive:
		return For, whole.SentimentP * 0.7
	case Negative:
		return Against, whole.SentimentP * 0.7
	}
	return StanceUnsure, 0
}

// stanceP is that of the sentiment rule, for want of anything better measured.
func stanceP(margin int) float32 { return ruleSentimentP(margin) }

// around weighs the listed words near each mention of the target.
func (r *reading) around(l *lexicon, t Target) (margin int, named bool) {
	tokens := r.features.Tokens()
	for i := range tokens {
		n := r.named(tokens[i:], l, t)
		if n == 0 {
			continue
		}
		named = true
		margin += r.weighBetween(l, tokens[max(0, i-window):i])
		margin += r.weighBetween(l, tokens[i+n:min(len(tokens), i+n+window)])
	}
	return margin, named
}

// named is how many tokens a name takes that begins here, 0 if none does.
func (r *reading) named(tokens []ngram.Token, l *lexicon, t Target) int {
	for _, name := range t.names {
		if len(name) > len(tokens) {
			continue
		}
		n := 0
		for n < len(name) && (tokens[n].Kind == ngram.Word || tokens[n].Kind == ngram.Tag) && l.isWord(r.features.Runes(tokens[n]), name[n]) {
			n++
		}
		if n == len(name) {
			return n
		}
	}
	return 0
}

// isWord is whether w is the word of that hash, alone or with one particle of the
// language before it ("wa-", "bi-").
func (l *lexicon) isWord(w []rune, hash uint32) bool {
	if hashRunes(w) == hash {
		return true
	}
	h := uint32(hashSeed)
	for i := 0; i < l.longest && len(w)-i > shortest; i++ {
		h = hashStep(h, w[i])
		if l.prefixes[h] && hashRunes(w[i+1:]) == hash {
			return true
		}
	}
	return false
}

func (r *reading) weighBetween(l *lexicon, tokens []ngram.Token) int {
	f := r.lookAt(l, tokens)
	return f.good - f.bad
}
