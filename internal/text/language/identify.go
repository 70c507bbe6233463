package language

import "math"

// Unknown is the code of no language.
const Unknown = "und"

// faint is the probability below which an answer would be a guess.
const faint = 0.2

// Identify names the language of s by its BCP 47 code and the probability that it
// is right. "und" with 0 means no letters, a script that is not known here, or that
// no language is likely. Languages of one code are one, whatever their script.
func Identify(s string) (code string, probability float64) {
	var t text
	t.read(s)
	return t.identify()
}

func (t *text) identify() (string, float64) {
	s, share := dominant(&t.count)
	p := t.partOf(s)
	if p == nil {
		if only[s] == "" || only[s] == Unknown {
			return Unknown, 0
		}
		if s == han {
			share *= 0.95 // a short Japanese text may have no kana
		}
		return only[s], share
	}
	var out [maxClasses]float64
	t.score(p, s, &out)
	lang, best := likeliest(p, &out)
	if best < faint {
		return Unknown, 0
	}
	return lang, best * share
}

// partOf is the model of a script, nil when it needs none.
func (t *text) partOf(s script) *part {
	if s >= modelled {
		return nil
	}
	return loaded()[s]
}

// score gives the logits of the text's words of script s.
func (t *text) score(p *part, s script, out *[maxClasses]float64) {
	var all sums
	var stack [full + featuresOfWord]uint32
	features, words := stack[:0], 0
	for _, w := range t.words[:t.w] {
		if w.of != s {
			continue
		}
		words++
		if features = appendFeatures(features, t.letters[w.from:w.to], p.lo, p.hi); len(features) >= full {
			all.add(p, features)
			features = features[:0]
		}
	}
	all.add(p, features)
	all.scores(p, words, out)
}

// likeliest is the code of the greatest probability, that of its spellings
// together. It leaves the probabilities in out, each at the first class of its code.
func likeliest(p *part, out *[maxClasses]float64) (string, float64) {
	softmax(out[:len(p.classes)])
	lang, best := Unknown, 0.0
	for c, first := range p.first {
		if first != c {
			out[first], out[c] = out[first]+out[c], 0
		}
	}
	for c := range p.classes {
		if out[c] > best {
			lang, best = p.codes[c], out[c]
		}
	}
	return lang, min(best, 1)
}

func softmax(x []float64) {
	top := math.Inf(-1)
	for _, v := range x {
		top = max(top, v)
	}
	sum := 0.0
	for i, v := range x {
		if v -= top; v < -20 {
			x[i] = 0
			continue
		}
		x[i] = math.Exp(v)
		sum += x[i]
	}
	for i := range x {
		x[i] /= sum
	}
}
