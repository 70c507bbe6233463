package main

import (
	"context"
	"fmt"
	"io"

	"sifara/internal/app"
	"sifara/internal/listen/influence"
)

type listenActorsCmd struct {
	output
	Days    int  `help:"Over so many days: 28 or 90." default:"28"`
	Measure bool `help:"Measure now, instead of showing what was measured last."`
}

// actorsMeasured is the output of the command.
type actorsMeasured struct {
	Measured influence.Measured `json:"measured"`
	Actors   []influence.Ranked `json:"actors"`
}

func (l *listenActorsCmd) Run(ctx context.Context, c *app.Config) error {
	ctx = asOperator(ctx, "listen actors")
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	if l.Measure {
		if _, err := h.Influence.Measure(ctx, l.Days); err != nil {
			return err
		}
	}
	m, list, err := h.Influence.Ranking(ctx, l.Days)
	if err != nil {
		return err
	}
	return l.print(actorsMeasured{m, list}, func(w io.Writer) {
		fmt.Fprintln(w, "rank\tname\tscore\tresponders\tvoices\th\tbridging\tfollowers\tuntil")
		for _, a := range list {
			until := a.EndsAt.Std().Format("2006-01-02")
			if !a.Told {
				fmt.Fprintf(w, "-\t%s\ttoo few responses\t\t\t\t\t\t%s\n", a.Name, until)
				continue
			}
			bridging := "-"
			if a.Bridging != nil {
				bridging = fmt.Sprintf("%.2f", *a.Bridging)
			}
			fmt.Fprintf(w, "%s\t%s\t%.1f (%.1f to %.1f)\t%d\t%d\t%d\t%s\t%d\t%s\n", places(a.Figure), a.Name, a.Score, a.Low, a.High, a.Responders, a.Voices, a.HPosts, bridging, a.Followers, until)
		}
		if m.Days > 0 {
			fmt.Fprintf(w, "measured %s over %d days: %d responses of %d accounts in %.1f s\n", m.MeasuredAt.Format("2006-01-02 15:04"), m.Days, m.Responses, m.Accounts, m.Seconds)
		}
	})
}

// places writes a rank with the range in which it may lie.
func places(f influence.Figure) string {
	if f.RankHigh == f.RankLow {
		return fmt.Sprint(f.Rank)
	}
	return fmt.Sprintf("%d (%d to %d)", f.Rank, f.RankHigh, f.RankLow)
}
