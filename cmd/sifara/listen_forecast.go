package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"sifara/internal/app"
	"sifara/internal/errs"
	"sifara/internal/listen"
	"sifara/internal/listen/forecast"
)

type listenForecastCmd struct {
	output
	Topic string `arg:"" help:"The topic or narrative: its id, or its name in any language."`
}

// forecastOut is what is printed of a topic. Enough is false, and Days empty,
// when there is not enough data.
type forecastOut struct {
	Topic  string         `json:"topic"`
	Enough bool           `json:"enough"`
	Known  int            `json:"known_days"`
	Days   []forecast.Day `json:"days"`
}

func (f *listenForecastCmd) Run(ctx context.Context, c *app.Config) error {
	ctx = asOperator(ctx, "listen forecast")
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	t, err := namedTopic(ctx, h.Listen, f.Topic)
	if err != nil {
		return err
	}
	a, err := h.Listen.Forecast(ctx, t.ID, time.Time{})
	if err != nil {
		return err
	}
	out := forecastOut{Topic: t.ID, Enough: len(a.Days) > 0, Known: len(a.Known), Days: append([]forecast.Day{}, a.Days...)}
	return f.print(out, func(w io.Writer) {
		if !out.Enough {
			fmt.Fprintf(w, "not enough data: %d full days are known; %d are needed, with %d posts in the last %d\n", out.Known, forecast.Least, forecast.LeastPosts, forecast.Least)
			return
		}
		fmt.Fprintln(w, "day (UTC)\texpected\t50 %\t90 %")
		for _, d := range out.Days {
			fmt.Fprintf(w, "%s\t%d\t%d–%d\t%d–%d\n", d.Day.Format(time.DateOnly), d.Median, d.Low50, d.High50, d.Low90, d.High90)
		}
	})
}

// namedTopic finds a topic by its id or by a name of it.
func namedTopic(ctx context.Context, s *listen.Service, name string) (listen.Topic, error) {
	list, err := s.Topics(ctx)
	if err != nil {
		return listen.Topic{}, err
	}
	for _, t := range list {
		if t.ID == name {
			return t, nil
		}
		for _, n := range t.Names {
			if strings.EqualFold(n, name) {
				return t, nil
			}
		}
	}
	return listen.Topic{}, errs.New(errs.NotFound, "listen.topic.unnamed", "name", name)
}
