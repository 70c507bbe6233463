package tone

import "math"

// Bounds of reading: from which a sentence is long, in words, and a text hard.
const (
	longSentence = 45
	hardGrade    = 20 // Flesch–Kincaid: years of school
	hardLIX      = 75 // Björnsson: above 60 is "very difficult"
	levelWords   = 30 // fewer tell nothing
)

// level measures how hard the text is to read and finds long sentences. English:
// the Flesch–Kincaid grade (1975), syllables counted by groups of vowels. The other
// languages: Björnsson's LIX (1968), words a sentence plus the share of words with
// more than six letters, which needs no syllables; its bounds were not made for
// them, see docs/models/tone.md.
func (l *look) level() Reach {
	words, long, syllables := 0, 0, 0
	begin, sentence := 0, 0
	for i := range l.words {
		w := &l.words[i]
		if w.sentence != sentence {
			l.longOne(begin, i)
			begin, sentence = i, w.sentence
		}
		if w.number {
			continue
		}
		words++
		if w.letters > 6 {
			long++
		}
		if l.lang == "en" {
			syllables += vowels(w.key)
		}
	}
	l.longOne(begin, len(l.words))
	out := Reach{Measure: "lix"}
	if l.lang == "en" {
		out.Measure = "flesch_kincaid"
	}
	if words < levelWords {
		return out
	}
	a := float64(words) / float64(max(1, l.sentences))
	hard := false
	if l.lang == "en" {
		out.Value = max(0, 0.39*a+11.8*float64(syllables)/float64(words)-15.59)
		hard = out.Value > hardGrade
	} else {
		out.Value = a + 100*float64(long)/float64(words)
		hard = out.Value > hardLIX
	}
	out.Value = math.Round(out.Value*10) / 10
	if hard {
		l.add(Reading, 0, len(l.s), 0, 0, "", "hard_"+out.Measure, "value", int(math.Round(out.Value)))
	}
	return out
}

func (l *look) longOne(from, to int) {
	if to-from > longSentence {
		l.mark(Reading, from, to, 0, "", "long_sentence", "count", to-from)
	}
}

// vowels counts groups of vowels, a silent e at the end apart: syllables, nearly.
func vowels(s string) int {
	n, in := 0, false
	for i := range len(s) {
		switch s[i] {
		case 'a', 'e', 'i', 'o', 'u', 'y':
			if !in {
				n++
			}
			in = true
		default:
			in = false
		}
	}
	if len(s) > 2 && s[len(s)-1] == 'e' && s[len(s)-2] != 'l' && n > 1 {
		n--
	}
	return max(n, 1)
}
