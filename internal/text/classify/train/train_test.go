package main

import (
	"math"
	"path/filepath"
	"testing"

	"sifara/internal/text/classify/corpus"
)

func data(t *testing.T, name string) string {
	t.Helper()
	if testing.Short() || raceEnabled {
		t.Skip("trains for half a minute; not with -short or the race detector")
	}
	dir := corpus.Find(filepath.Join("..", "..", "..", ".."), name)
	if dir == "" {
		t.Skipf("no test data: set SIFARA_TEST_DATA to a directory with %s", name)
	}
	return dir
}

// wants holds the measures of a head against those of its card.
func wants(t *testing.T, h *head, vs []verdict, want map[string]float64) {
	t.Helper()
	got := tabulate(len(h.Classes), vs)
	for _, m := range h.measures() {
		x := m.of(got)
		t.Logf("%s %.4f", m.name, x)
		if math.Abs(x-want[m.name]) > 0.002 {
			t.Errorf("%s is %.4f, the card says %.3f", m.name, x, want[m.name])
		}
	}
}

// TestHeldOutSentiment trains on four fifths and holds what is reached on the last
// against docs/models/sentiment.md.
func TestHeldOutSentiment(t *testing.T) {
	task, c, err := sentiment(data(t, "arabic_sentiment_train.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	out := task.heldOut(c)
	wants(t, &task.heads[0], out[0], map[string]float64{"macro-F1": 0.683, "F-PN": 0.662})
	wants(t, &task.heads[1], out[1], map[string]float64{"macro-F1": 0.721, "F1 of sarcasm": 0.553})
}

// TestHeldOutActs does the same for docs/models/acts.md.
func TestHeldOutActs(t *testing.T) {
	task, c, err := acts(data(t, "speech_acts_en_train.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	wants(t, &task.heads[0], task.heldOut(c)[0], map[string]float64{"macro-F1": 0.602, "recall of threats": 0.833})
}

func TestFigures(t *testing.T) {
	x := tabulate(2, []verdict{{0, 0}, {0, 0}, {0, 1}, {1, 1}, {1, -1}})
	for name, c := range map[string]struct{ got, want float64 }{
		"precision": {x.precision(1), 0.5}, "recall": {x.recall(1), 0.5}, "F1": {x.f1(0), 0.8},
		"macro": {x.macro(), 0.65}, "unsure": {x.unsure(), 0.2}, "support": {x.support(0), 3},
	} {
		if math.Abs(c.got-c.want) > 1e-9 {
			t.Errorf("%s: got %v, want %v", name, c.got, c.want)
		}
	}
	low, high := interval(2, []verdict{{0, 0}, {0, 0}, {0, 1}, {1, 1}, {1, -1}}, func(t *table) float64 { return t.recall(0) })
	if low > 2.0/3 || high < 2.0/3 || low < 0 || high > 1 {
		t.Errorf("interval [%v, %v] does not hold the figure", low, high)
	}
}
