package classify

import (
	"errors"
	"slices"
	"testing"
)

var visaOrPassport = []Example{
	{"visa", "How long does a visa take?"}, {"visa", "my tourist visa was refused"}, {"visa", "متى تصدر تأشيرة الدخول؟"},
	{"visa", "visa fees for students"}, {"visa", "كم رسوم التأشيرة"},
	{"passport", "I lost my passport in Berlin"}, {"passport", "renew passport of my child"}, {"passport", "فقدت جواز سفري"},
	{"passport", "is my new passport ready to collect"}, {"passport", "تجديد جواز السفر"},
}

func TestTopics(t *testing.T) {
	topics, err := TrainTopics(visaOrPassport)
	if err != nil {
		t.Fatal(err)
	}
	again, err := TrainTopics(visaOrPassport)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"what documents for a student visa": "visa", "my passport expired": "passport",
		"أريد تأشيرة": "visa", "ضاع جواز سفر ابني": "passport", "ωψξ": "", "": "",
	} {
		got, p := topics.Of(text)
		if got != want || p < 0 || p > 1 {
			t.Errorf("%q: got %q %.2f, want %q", text, got, p, want)
		}
		if class, q := again.Of(text); class != got || q != p {
			t.Errorf("%q: trained again: %q %v, before %q %v", text, class, q, got, p)
		}
	}
}

func TestTrainTopicsRefuses(t *testing.T) {
	for _, c := range []struct {
		name     string
		examples []Example
		want     error
	}{
		{"nothing", nil, ErrClasses},
		{"one class", visaOrPassport[:5], ErrClasses},
		{"one example of a class", visaOrPassport[:6], ErrExamples},
		{"examples without words", append(slices.Clone(visaOrPassport[:6]), Example{"passport", "…"}), ErrExamples},
		{"too many", slices.Repeat(visaOrPassport, MaxExamples/len(visaOrPassport)+1), ErrExamples},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := TrainTopics(c.examples); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestTerms(t *testing.T) {
	terms := NewTerms([]string{"ar", "en"}, []TermClass{
		{"consular", []string{"passport", "جواز السفر"}}, {"protest", []string{"demonstration", "مظاهرة"}}, {"empty", []string{"", "…"}},
	})
	for _, c := range []struct {
		lang, text string
		want       []string
	}{
		{"en", "Two passports and a DEMONSTRATION", []string{"consular", "protest"}},
		{"ar", "تجديد جواز السفر", []string{"consular"}},
		{"ar", "والمظاهرة مستمرة", []string{"protest"}},
		{"en", "nothing of the kind", nil},
		{"ckb", "passport", nil},
	} {
		if got := terms.Of(c.lang, c.text); !slices.Equal(got, c.want) {
			t.Errorf("%s %q: got %q, want %q", c.lang, c.text, got, c.want)
		}
	}
}
