package classify

import "testing"

func TestStance(t *testing.T) {
	ministry := NewTarget("the ministry", "Foreign Ministry", "وزارة الخارجية", "وەزارەتی دەرەوە", "Wezareta Derve")
	for _, c := range []struct {
		name, lang, text string
		want             Stance
	}{
		{"for", "en", "Thanks to the ministry for the wonderful help", For},
		{"against", "en", "The Foreign Ministry is a disgrace, useless people", Against},
		{"denied", "en", "the ministry is not helpful", Against},
		{"another is meant", "en", "Thanks a lot for your wonderful help, dear friends; it was a very long day and at its end I passed the ministry", StanceUnsure},
		{"not named", "en", "what a wonderful day", NotNamed},
		{"in Arabic, with a particle", "ar", "شكرا لوزارة الخارجية على العمل الرائع", For},
		{"in Sorani", "ckb", "وەزارەتی دەرەوە گەندەڵ و درۆزنە", Against},
		{"in Kurmanji", "kmr", "Spas ji bo Wezareta Derve", For},
		{"a language without lists", "sv", "the ministry", StanceUnsure},
		{"nothing", "en", "", NotNamed},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, p := StanceOn(c.lang, c.text, ministry); got != c.want || p < 0 || p > 1 {
				t.Errorf("got %v %.2f, want %v", got, p, c.want)
			}
		})
	}
}
