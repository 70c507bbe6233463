package main

import (
	"fmt"
	"io"
	"os"

	"sifara/internal/app"
	"sifara/internal/listen"
)

// listenBacktestCmd reads the histories in the folder given with --data:
// crisis_t26, headlines_2024_2025.csv.gz, travel_advice_changes_uk.csv.gz and, for
// the forecasts, posts_2016h1.csv.gz.
type listenBacktestCmd struct {
	output
	Rate      float64 `help:"False alarms borne in a month, of each series." default:"1"`
	Forecasts bool    `help:"Only the forecasts of volume."`
}

// Run needs no database.
func (b *listenBacktestCmd) Run(conf *app.Config) error {
	var out backtested
	if !b.Forecasts {
		crises, err := listen.BacktestCrises(os.DirFS(conf.Data), b.Rate)
		if err != nil {
			return err
		}
		countries, err := listen.BacktestCountries(os.DirFS(conf.Data), b.Rate)
		if err != nil {
			return err
		}
		out.Warnings = []listen.Scorecard{crises, countries}
	}
	var err error
	if out.Forecasts, err = listen.BacktestForecasts(os.DirFS(conf.Data)); err != nil {
		return err
	}
	return b.print(out, out.write)
}

// backtested is what is printed.
type backtested struct {
	Warnings  []listen.Scorecard    `json:"warnings,omitempty"`
	Forecasts []listen.ForecastCard `json:"forecasts"`
}

func (b backtested) write(w io.Writer) {
	for _, c := range b.Warnings {
		fmt.Fprintf(w, "%s\nevents %d, hits %d (%.1f %%), median lead %.0f minutes; %d alarms, %d false, %.3f a series and month; %d faults\n",
			c.Name, c.Events, c.Hits, 100*c.HitRate, c.Median, c.Alarms, c.False, c.PerMonth, c.Faults)
	}
	for _, c := range b.Forecasts {
		t := c.Total
		fmt.Fprintf(w, "%s\nseries %d, days forecast %d; error %.2f against %.2f, loss %.2f against %.2f of the same weekday last week; within 50 %%: %.1f %%, within 90 %%: %.1f %% against %.1f %%\n",
			c.Name, len(c.Series), t.Days, t.MAE, t.BaseMAE, t.Pinball, t.BasePinball, 100*t.Within50, 100*t.Within90, 100*t.BaseWithin90)
	}
}
