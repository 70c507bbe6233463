package main

import (
	"testing"

	"sifara/internal/text/classify"
	"sifara/internal/text/classify/linear"
	"sifara/internal/text/tone"
)

// TestToneFindsThreats holds package tone against posts that its model has not
// seen: each fifth is judged by a model, and by probabilities and allowances, from
// the other four. At least three of four threats are hot; docs/models/tone.md
// states the share of the others that are.
func TestToneFindsThreats(t *testing.T) {
	task, c, err := acts(data(t, "speech_acts_en_train.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	var got, all [2]float64
	units := task.leaveOut(c, byPart)
	for i, u := range units {
		h := task.heads[0].settledWithout(units, i)
		for k, s := range u.posts.samples {
			var p [linear.MaxOutputs]float64
			h.Probabilities(&u.scores[k], &p)
			labels := classify.Labels{Language: "en", ActBasis: classify.Trained, ThreatP: float32(p[threat])}
			of := 0
			if s.Label == threat {
				of = 1
			}
			all[of]++
			if tone.Default().WithLabels(func(string, string) classify.Labels { return labels }).Check("en", s.Text).Hot {
				got[of]++
			}
		}
	}
	recall, alarms, precision := got[1]/all[1], got[0]/all[0], got[1]/(got[0]+got[1])
	t.Logf("recall of threats %.3f (%v of %v), precision %.3f, of the others hot %.3f (%v of %v)", recall, got[1], all[1], precision, alarms, got[0], all[0])
	if recall < 0.75 {
		t.Errorf("recall of threats is %.3f, want at least 0.75", recall)
	}
	if alarms > 0.10 {
		t.Errorf("of the posts that are no threats %.3f are hot, the card says less than 0.10", alarms)
	}
}
