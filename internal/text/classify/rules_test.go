package classify

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"sifara/internal/text/classify/corpus"
)

// data finds the folder of the data sets or skips.
func data(t testing.TB, name string) string {
	t.Helper()
	if raceEnabled {
		t.Skip("reads thousands of real texts; not under the race detector")
	}
	dir := corpus.Find(filepath.Join("..", "..", ".."), name)
	if dir == "" {
		t.Skipf("no test data: set SIFARA_TEST_DATA to a directory with %s", name)
	}
	return dir
}

// counted is how often a rule said something and was right.
type counted struct{ said, right float64 }

func (c *counted) add(right bool) {
	c.said++
	if right {
		c.right++
	}
}

func (c counted) holds(t *testing.T, what string, p float32) {
	t.Helper()
	got := c.right / c.said
	t.Logf("%s: right %.3f of %.0f", what, got, c.said)
	if math.Abs(got-float64(p)) > 0.01 {
		t.Errorf("%s: right %.3f of the time, the rule claims %.2f", what, got, p)
	}
}

// TestRulesClaimWhatTheyReach measures the rules where there are labels; the
// figures stand in docs/models.
func TestRulesClaimWhatTheyReach(t *testing.T) {
	samples, err := corpus.EnglishActs(data(t, "speech_acts_en_train.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	var r reading
	var acts [Other + 1]counted
	for _, s := range samples {
		r.features.Read(s.Text)
		a, _, _ := r.actByRule("en")
		acts[a].add(a == actClasses[s.Label])
	}
	for a := Expression; a <= Other; a++ {
		acts[a].holds(t, a.String(), ruleActP[a])
	}
}

func TestCrisisRuleClaimsWhatItReaches(t *testing.T) {
	samples, err := corpus.Crises(data(t, "crisis_t6_2012_Sandy_Hurricane-ontopic_offtopic.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	var r reading
	by := map[float32]*counted{}
	for _, s := range samples {
		r.features.Read(s.Text)
		c, p, _ := r.crisisByRule("en")
		if by[p] == nil {
			by[p] = &counted{}
		}
		by[p].add(c == crisisClasses[s.Label])
	}
	for p, c := range by {
		c.holds(t, "crisis rule", p)
	}
}

func TestSentimentRuleClaimsWhatItReaches(t *testing.T) {
	samples, err := corpus.Sorani(data(t, "kurdish_sentiment_silver.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	by := map[float32]*counted{}
	var answered float64
	for _, s := range samples {
		l := Post("ckb", s.Text)
		if l.Sentiment == SentimentUnsure {
			continue
		}
		answered++
		if by[l.SentimentP] == nil {
			by[l.SentimentP] = &counted{}
		}
		by[l.SentimentP].add(l.Sentiment == sentimentClasses[s.Label])
	}
	for p, c := range by {
		c.holds(t, "sentiment rule", p)
	}
	if share := answered / float64(len(samples)); math.Abs(share-0.47) > 0.02 {
		t.Errorf("%.3f answered, the card says 0.47", share)
	}
}

func TestListsAreRead(t *testing.T) {
	for lang, words := range lexicons {
		l := words()
		seen := sense(0)
		for _, s := range l.words {
			seen |= s
		}
		for name, s := range sections {
			if seen&s == 0 {
				t.Errorf("%s: no word in %s", lang, name)
			}
		}
	}
}

func TestFind(t *testing.T) {
	var r reading
	for _, c := range []struct {
		lang, word string
		want       sense
	}{
		{"ar", "جميل", positive}, {"ar", "والجميلة", positive}, {"ar", "جمل", 0},
		{"ckb", "جوانەکان", positive}, {"ckb", "دزەکان", negative}, {"kmr", "xweşik", positive}, {"en", "Thanked", positive}, {"en", "thankless", 0},
	} {
		r.features.Read(c.word)
		if got := lexicons[c.lang]().find(r.features.Runes(r.features.Tokens()[0])); got != c.want {
			t.Errorf("%s %q: got %b, want %b", c.lang, c.word, got, c.want)
		}
	}
}

// TestSentimentRuleAgreesWithEmoticons measures English, for which there are no
// labels, on what people say of their own posts with :) and :(.
func TestSentimentRuleAgreesWithEmoticons(t *testing.T) {
	samples, err := corpus.Crises(data(t, "crisis_t6_2012_Sandy_Hurricane-ontopic_offtopic.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	var c counted
	n := 0.0
	for _, s := range samples {
		smiles, frowns := strings.Contains(s.Text, ":)") || strings.Contains(s.Text, ":-)"), strings.Contains(s.Text, ":(") || strings.Contains(s.Text, ":-(")
		if smiles == frowns {
			continue
		}
		n++
		if l := Post("en", s.Text); l.Sentiment != SentimentUnsure {
			c.add((l.Sentiment == Positive) == smiles)
		}
	}
	t.Logf("%.0f posts, %.0f answered, agrees in %.3f", n, c.said, c.right/c.said)
	if math.Abs(c.right/c.said-0.84) > 0.01 {
		t.Errorf("agrees in %.3f of %.0f, the card says 0.84", c.right/c.said, c.said)
	}
}
