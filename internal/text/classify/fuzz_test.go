package classify

import (
	"errors"
	"testing"

	"sifara/internal/text/classify/linear"
)

// FuzzPost holds any text against what Post promises: an answer with a
// probability, the same answer again, nothing without a basis.
func FuzzPost(f *testing.F) {
	for _, p := range posts {
		f.Add(p.lang, p.text)
	}
	f.Add("", "\xff\xfe @ # http:// ﷺ 𝐛 \u202e !!! ؟")
	f.Add("en-GB", "’'’' #_ #' ـــ ")
	target := NewTarget("ministry", "وزارة")
	f.Fuzz(func(t *testing.T, lang, text string) {
		l := Post(lang, text)
		if again := Post(lang, text); again != l {
			t.Fatalf("%+v, then %+v", l, again)
		}
		for _, p := range []float32{l.SentimentP, l.SarcasmP, l.ActP, l.CrisisP} {
			if !(p >= 0 && p <= 1) {
				t.Fatalf("%+v: not a probability", l)
			}
		}
		if l.SentimentBasis == None && l.Sentiment != SentimentUnsure || l.ActBasis == None && l.Act != ActUnsure || l.CrisisBasis == None && l.Crisis != CrisisUnsure {
			t.Fatalf("%+v: an answer without a basis", l)
		}
		if _, p := StanceOn(lang, text, target); !(p >= 0 && p <= 1) {
			t.Fatalf("stance %v", p)
		}
	})
}

// FuzzModel opens damaged models.
func FuzzModel(f *testing.F) {
	f.Add(crisisFile[:200])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := linear.Decode(b)
		if err != nil {
			return
		}
		var r reading
		r.features.Read("a word and another")
		m.Score(&r.features, &r.scores)
		for i := range m.Heads {
			m.Heads[i].Decide(&r.scores)
		}
	})
}

// FuzzTopics trains on any text.
func FuzzTopics(f *testing.F) {
	f.Add("good", "bad", "which?")
	f.Fuzz(func(t *testing.T, a, b, ask string) {
		topics, err := TrainTopics([]Example{{"a", a}, {"b", b}, {"a", a + " one"}, {"b", b + " two"}})
		if errors.Is(err, ErrExamples) {
			return // a text without words
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, p := topics.Of(ask); !(p >= 0 && p <= 1) {
			t.Fatalf("probability %v", p)
		}
	})
}
