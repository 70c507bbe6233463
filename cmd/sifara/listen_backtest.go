package main

import (
	"fmt"
	"io"
	"os"

	"sifara/internal/app"
	"sifara/internal/listen"
)

// listenBacktestCmd reads the histories in the folder given with --data:
// crisis_t26, headlines_2024_2025.csv.gz and travel_advice_changes_uk.csv.gz.
type listenBacktestCmd struct {
	output
	Rate float64 `help:"False alarms borne in a month, of each series." default:"1"`
}

// Run needs no database.
func (b *listenBacktestCmd) Run(conf *app.Config) error {
	crises, err := listen.BacktestCrises(os.DirFS(conf.Data), b.Rate)
	if err != nil {
		return err
	}
	countries, err := listen.BacktestCountries(os.DirFS(conf.Data), b.Rate)
	if err != nil {
		return err
	}
	cards := []listen.Scorecard{crises, countries}
	return b.print(cards, func(w io.Writer) {
		for _, c := range cards {
			fmt.Fprintf(w, "%s\nevents %d, hits %d (%.1f %%), median lead %.0f minutes; %d alarms, %d false, %.3f a series and month; %d faults\n",
				c.Name, c.Events, c.Hits, 100*c.HitRate, c.Median, c.Alarms, c.False, c.PerMonth, c.Faults)
		}
	})
}
