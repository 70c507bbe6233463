package classify

import (
	"slices"
	"sync"

	"sifara/internal/text/classify/linear"
	"sifara/internal/text/classify/ngram"
)

// reading is what one call works with.
type reading struct {
	features ngram.Features
	scores   [linear.MaxOutputs]float64
}

var readings = sync.Pool{New: func() any { return new(reading) }}

// Post labels one text whose language is known ("ar", "ckb", "kmr", "en" …, also
// with a region: "ar-IQ"). Where it is "" or "und" it is identified first. One
// pass over the text serves all models. A text without a word or sign is unsure
// throughout.
func Post(lang, s string) Labels {
	r := readings.Get().(*reading)
	defer readings.Put(r)
	r.features.Read(s)
	lang = language(lang, s)
	l := Labels{Language: lang}
	if len(r.features.Tokens()) == 0 {
		return l
	}
	r.sentiment(lang, &l)
	r.act(lang, &l)
	r.crisis(lang, &l)
	return l
}

// sentimentClasses and the others put the order of a model's classes, which its
// head names, into the order of the labels.
var (
	sentimentClasses = [...]Sentiment{Negative, Neutral, Positive}
	actClasses       = [...]Act{Expression, Statement, Question, Suggestion, Threat, Request, Other}
	crisisClasses    = [...]Crisis{NotRelated, Related}
)

func (r *reading) sentiment(lang string, l *Labels) {
	if lang != "ar" {
		l.Sentiment, l.SentimentP, l.SentimentBasis = r.sentimentByRule(lang)
		return
	}
	m := sentimentArabic()
	m.Score(&r.features, &r.scores)
	o := m.Heads[0].Decide(&r.scores)
	l.SentimentP, l.SentimentBasis = float32(o.P), Trained
	if o.Class >= 0 {
		l.Sentiment = sentimentClasses[o.Class]
	}
	o = m.Heads[1].Decide(&r.scores)
	l.Sarcasm, l.SarcasmP = o.Best == 1, float32(o.P)
	if !l.Sarcasm {
		l.SarcasmP = 1 - l.SarcasmP
	}
}

func (r *reading) act(lang string, l *Labels) {
	if lang != "en" {
		l.Act, l.ActP, l.ActBasis = r.actByRule(lang)
		return
	}
	m := actsEnglish()
	m.Score(&r.features, &r.scores)
	o := m.Heads[0].Decide(&r.scores)
	l.ActP, l.ActBasis = float32(o.P), Trained
	if o.Class >= 0 {
		l.Act = actClasses[o.Class]
	}
	var p [linear.MaxOutputs]float64
	m.Heads[0].Probabilities(&r.scores, &p)
	l.ThreatP = float32(p[slices.Index(actClasses[:], Threat)])
}

// crisis asks the model in the languages of its training texts.
func (r *reading) crisis(lang string, l *Labels) {
	switch lang {
	case "en", "es", "it", "pt":
	default:
		l.Crisis, l.CrisisP, l.CrisisBasis = r.crisisByRule(lang)
		return
	}
	m := crisisModel()
	m.Score(&r.features, &r.scores)
	o := m.Heads[0].Decide(&r.scores)
	l.CrisisP, l.CrisisBasis = float32(o.P), Trained
	if o.Class >= 0 {
		l.Crisis = crisisClasses[o.Class]
	}
}
