package main

import (
	"sifara/internal/text/classify/linear"
	"sifara/internal/text/classify/ngram"
)

func is(class int) func(sample) bool {
	return func(s sample) bool { return s.Label == class }
}

func label(s sample) int { return s.Label }

func sarcastic(s sample) int { return s.Sarcastic }

// both are the methods whose sum did best in cross-validation.
var both = []linear.Method{
	{Loss: linear.LogisticLoss, Scaling: linear.Ratio, Cost: 3, Balance: 0.5, Weight: 0.5},
	{Loss: linear.LogisticLoss, Scaling: linear.Rarity, Cost: 3, Balance: 0.5, Weight: 0.5},
}

// bothSides is F-PN, the mean F1 of negative and positive.
func bothSides(t *table) float64 { return t.macro(0, 2) }

func second(t *table) float64 { return t.f1(1) }

// three did best for the acts, whose classes differ most in size.
var three = []linear.Method{
	{Loss: linear.LogisticLoss, Scaling: linear.Ratio, Cost: 10, Balance: 0.7, Weight: 0.4},
	{Loss: linear.LogisticLoss, Scaling: linear.Rarity, Cost: 10, Balance: 0.7, Weight: 0.3},
	{Loss: linear.HingeLoss, Scaling: linear.Ratio, Cost: 0.3, Balance: 0.7, Weight: 0.6},
}

// groups weigh the form of a text less than its words and letters.
var groups = [ngram.Groups]float64{1, 1, 0.4}

func sentimentTask() *task {
	return &task{
		name: "sentiment.ar", trained: "ArSarcasm-v2, training set",
		outputs: []func(sample) bool{is(0), is(1), is(2), func(s sample) bool { return s.Sarcastic == 1 }},
		heads: []head{
			{Head: linear.Head{Classes: []string{"negative", "neutral", "positive"}}, label: label, band: 0.02,
				goal: bothSides, also: []measure{{"F-PN", bothSides}}},
			{Head: linear.Head{Classes: []string{"plain", "sarcastic"}, From: 3}, label: sarcastic,
				goal: second, also: []measure{{"F1 of sarcasm", second}}},
		},
		methods: both, groups: groups, min: 2, keep: 100_000, parts: 5,
	}
}

// threat is the place of threats among the acts.
const threat = 4

func actsTask() *task {
	t := &task{
		name: "acts.en", trained: "tweets with speech acts (training set)",
		methods: three, groups: groups, min: 2, keep: 50_000, parts: 5,
	}
	classes := []string{"expression", "statement", "question", "suggestion", "threat", "request", "other"}
	for c := range classes {
		t.outputs = append(t.outputs, is(c))
	}
	t.heads = []head{{Head: linear.Head{Classes: classes}, label: label, band: 0.02,
		// A threat that is missed costs more than one too many.
		goal: func(t *table) float64 { return t.macro() - 2*max(0, 0.80-t.recall(threat)) },
		also: []measure{{"recall of threats", func(t *table) float64 { return t.recall(threat) }}}}}
	return t
}

func crisisTask() *task {
	return &task{
		name: "crisis", trained: "CrisisLexT6 and CrisisLexT26",
		outputs: []func(sample) bool{is(1)},
		heads: []head{{Head: linear.Head{Classes: []string{"not_related", "related"}}, label: label, band: 0.02,
			goal: func(t *table) float64 { return t.macro() }}},
		methods: both[:1], groups: groups, min: 3, keep: 100_000, parts: 5, events: true,
	}
}
