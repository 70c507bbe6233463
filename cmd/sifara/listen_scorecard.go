package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"sifara/internal/app"
	"sifara/internal/listen/score"
)

type listenScorecardCmd struct {
	output
	From string `help:"From this day (2016-03-01) or moment (RFC 3339) on; a year before --to when not given."`
	To   string `help:"Until before this day or moment; now when not given."`
}

func (s *listenScorecardCmd) Run(ctx context.Context, c *app.Config) error {
	ctx = asOperator(ctx, "listen scorecard")
	from, err := moment(s.From)
	if err != nil {
		return err
	}
	to, err := moment(s.To)
	if err != nil {
		return err
	}
	if to.IsZero() {
		to = time.Now().UTC()
	}
	if from.IsZero() {
		from = to.AddDate(-1, 0, 0)
	}
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	card, err := h.Scores.Card(ctx, from, to)
	if err != nil {
		return err
	}
	return s.print(card, func(w io.Writer) {
		fmt.Fprintln(w, "of\tright\tfalse\tunclear\tnot judged\twarned\tmissed\tfalse a month\tborne\tlead in minutes")
		for _, l := range append(append([]score.Line{card.Total}, card.Topics...), card.Months...) {
			lead := "-"
			if l.Lead != nil {
				lead = fmt.Sprintf("%.0f (%.0f to %.0f)", l.Lead.Median, l.Lead.Least, l.Lead.Most)
			}
			key := l.Key
			if key == "" {
				key = "all"
			}
			fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%.2f\t%g\t%s\n", key, l.Hits, l.FalseAlarms, l.Unclear, l.Unjudged, l.Warned, l.Missed, l.PerMonth, l.Rate, lead)
		}
	})
}
