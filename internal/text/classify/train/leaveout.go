package main

import (
	"slices"
	"strconv"

	"sifara/internal/text/classify/linear"
)

// unit is a part of the texts, or one event, and the scores of a model that was
// trained without it.
type unit struct {
	name   string
	posts  texts
	scores [][linear.MaxOutputs]float64
}

func byPart(s sample) string { return strconv.Itoa(s.Part) }

func byEvent(s sample) string { return s.Event }

// leaveOut scores each unit by a model that has not seen it.
func (t *task) leaveOut(c texts, of func(sample) string) []unit {
	var names []string
	for _, s := range c.samples {
		if !slices.Contains(names, of(s)) {
			names = append(names, of(s))
		}
	}
	slices.Sort(names)
	var out []unit
	for _, name := range names {
		posts, rest := c.split(func(s sample) bool { return of(s) == name })
		out = append(out, unit{name, posts, score(t.fit(rest), posts)})
	}
	return out
}

// settledWithout is the head settled on the scores of all units but one.
func (h *head) settledWithout(all []unit, i int) head {
	var rest texts
	var scores [][linear.MaxOutputs]float64
	for j, o := range all {
		if i != j {
			rest.samples = append(rest.samples, o.posts.samples...)
			scores = append(scores, o.scores...)
		}
	}
	own := *h
	own.settle(rest, scores)
	return own
}

// verdicts decides each unit with a head that was settled on the scores of the
// other units: neither weights nor calibration nor bounds have seen its labels.
// Only samples are judged that belong.
func (h *head) verdicts(all []unit, belongs func(sample) bool) (by [][]verdict, miss float64) {
	n := 0.0
	for i, u := range all {
		own := h.settledWithout(all, i)
		var vs []verdict
		for k, s := range u.posts.samples {
			if belongs(s) {
				vs = append(vs, verdict{h.label(s), own.Decide(&u.scores[k]).Class})
			}
		}
		by = append(by, vs)
		miss += float64(len(u.posts.samples)) * miscalibration(&own.Head, u.scores, u.posts, h.label)
		n += float64(len(u.posts.samples))
	}
	return by, miss / n
}
