package main

import (
	"fmt"
	"io"
	"slices"
)

// measure is a figure that a card states.
type measure struct {
	name string
	of   func(*table) float64
}

func (h *head) measures() []measure {
	m := []measure{{"macro-F1", func(t *table) float64 { return t.macro() }}}
	return append(m, h.also...)
}

// report cross-validates over the five parts, then trains on four fifths and
// judges the last.
func report(w io.Writer, t *task, c texts) {
	units := t.leaveOut(c, byPart)
	for _, h := range t.heads {
		by, miss := h.verdicts(units, func(sample) bool { return true })
		title := fmt.Sprintf("%s, cross-validated (calibration error %.3f)", t.name, miss)
		h.print(w, title, slices.Concat(by...))
	}
	for i, vs := range t.heldOut(c) {
		t.heads[i].print(w, t.name+", held-out fifth", vs)
	}
}

// heldOut trains, calibrates and tunes on parts 1 to 4 and decides part 0; one
// list of verdicts for each head.
func (t *task) heldOut(c texts) [][]verdict {
	test, dev := c.split(func(s sample) bool { return s.Part == 0 })
	m := t.develop(dev)
	scores := score(m, test)
	var out [][]verdict
	for i, h := range t.heads {
		out = append(out, verdicts(&m.Heads[i], scores, test, h.label))
	}
	return out
}

// reportEvents prints leave-one-event-out figures of both collections.
func reportEvents(w io.Writer, t *task, c texts) {
	units := t.leaveOut(c, byEvent)
	h := &t.heads[0]
	for _, set := range []string{"T6", "T26"} {
		by, miss := h.verdicts(units, func(s sample) bool { return s.Set == set })
		sum, n := 0.0, 0.0
		fmt.Fprintf(w, "\n| event (%s) | posts | related | F1 related | F1 not related | macro-F1 |\n|---|---|---|---|---|---|\n", set)
		for i, u := range units {
			if len(by[i]) == 0 {
				continue
			}
			x := tabulate(len(h.Classes), by[i])
			sum, n = sum+x.macro(), n+1
			fmt.Fprintf(w, "| %s | %d | %.0f | %.3f | %.3f | %.3f |\n", u.name, len(by[i]), x.support(1), x.f1(1), x.f1(0), x.macro())
		}
		fmt.Fprintf(w, "\nMean of the events: %.3f.\n", sum/n)
		h.print(w, fmt.Sprintf("crisis, %s, leaving one event out (calibration error %.3f)", set, miss), slices.Concat(by...))
	}
}

// print writes the measures with their intervals, and a table of the classes.
func (h *head) print(w io.Writer, title string, vs []verdict) {
	t := tabulate(len(h.Classes), vs)
	fmt.Fprintf(w, "\n%s: %d texts, %.1f %% not sure\n\n", title, len(vs), 100*t.unsure())
	for _, m := range h.measures() {
		low, high := interval(len(h.Classes), vs, m.of)
		fmt.Fprintf(w, "%s %.3f [%.3f, %.3f]\n", m.name, m.of(t), low, high)
	}
	fmt.Fprint(w, "\n| class | texts | precision | recall | F1 |\n|---|---|---|---|---|\n")
	for c, n := range h.Classes {
		fmt.Fprintf(w, "| %s | %.0f | %.3f | %.3f | %.3f |\n", n, t.support(c), t.precision(c), t.recall(c), t.f1(c))
	}
}
