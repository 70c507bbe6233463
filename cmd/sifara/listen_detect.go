package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"sifara/internal/app"
	"sifara/internal/i18n"
	"sifara/internal/listen"
	"sifara/internal/listen/burst"
)

type listenDetectCmd struct {
	output
	From string `help:"First day or moment of the stored posts to look at."`
	To   string `help:"End, exclusive."`

	Input     string        `help:"Replay this file instead (CSV, JSON Lines, or one time or post id a line; plain or gzip) and print its alarms. Needs no database." type:"existingfile" placeholder:"FILE"`
	Map       string        `help:"Columns of the file by name: time, text, source, country, lang, topic, tag, series, count, id. What is left out is guessed." placeholder:"FIELD=COLUMN,…"`
	By        string        `help:"What makes a series: all, series, topic, tag, word, country, source, lang." placeholder:"WHAT"`
	Topic     []string      `help:"A topic and its words; may be repeated." placeholder:"NAME=WORD|WORD…" sep:"none"`
	Bin       time.Duration `help:"Width of a bin; found from the file when not given: a minute, or a day where only days are known."`
	Rate      float64       `help:"False alarms borne in a month." default:"1"`
	PerSeries bool          `help:"The rate is of each series and not of all together."`
	MinPosts  int64         `help:"Fewest posts of a burst; 5 when not given."`
	MinTimes  float64       `help:"Least times the expected; 3 when not given."`
	Quiet     time.Duration `help:"How much quiet still belongs to a burst; 12h when not given."`
	Known     string        `help:"Since when a silence in the file counts as silence; the first post when not given." placeholder:"MOMENT"`
	Charset   string        `help:"Encoding of the file; found out when not given."`
}

func (d *listenDetectCmd) Run(ctx context.Context, c *app.Config) error {
	if d.Input != "" {
		return d.replay()
	}
	if d.From == "" || d.To == "" {
		return errors.New("--from and --to, or --input")
	}
	ctx = asOperator(ctx, "listen detect")
	from, err := moment(d.From)
	if err != nil {
		return err
	}
	to, err := moment(d.To)
	if err != nil {
		return err
	}
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	raised, err := h.Listen.Detect(ctx, from, to)
	if err != nil {
		return err
	}
	return d.print(map[string]int{"raised": raised}, func(w io.Writer) { fmt.Fprintf(w, "%d warnings raised\n", raised) })
}

// replay prints the alarms of a file.
func (d *listenDetectCmd) replay() error {
	o := listen.ReplayOptions{By: d.By, Charset: d.Charset, Burst: burst.Config{
		Bin: d.Bin, Rate: d.Rate, PerSeries: d.PerSeries, MinPosts: d.MinPosts, MinTimes: d.MinTimes, Quiet: d.Quiet,
	}}
	var err error
	if o.Mapping, err = listen.ParseReplayMap(d.Map); err != nil {
		return err
	}
	if d.Known != "" {
		if o.Burst.Known, err = moment(d.Known); err != nil {
			return err
		}
	}
	for _, s := range d.Topic {
		name, terms, _ := strings.Cut(s, "=")
		o.Topics = append(o.Topics, listen.Topic{ID: name, Names: map[i18n.Lang]string{i18n.English: name}, Terms: strings.Split(terms, "|")})
	}
	f, err := os.Open(d.Input)
	if err != nil {
		return err
	}
	defer f.Close()
	found, err := listen.Replay(f, o)
	if err != nil {
		return err
	}
	return d.print(found.Alarms, func(w io.Writer) {
		for _, a := range found.Alarms {
			kind := "alarm"
			if a.Faulty() {
				kind = "fault " + a.Faults[0].Kind
			}
			fmt.Fprintf(w, "%s\t%s\t%s\tsince %s\tuntil %s\t%s\n", a.At.Format(time.RFC3339), kind, a.Series, a.Since.Format(time.RFC3339), a.Until.Format(time.RFC3339), a.Why.Text)
		}
		fmt.Fprintf(w, "%d posts of %d series, %d without a time\n", found.Posts, found.Series, found.Bad)
	})
}
