package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"sifara/internal/app"
	"sifara/internal/errs"
	"sifara/internal/listen"
	"sifara/internal/listen/privacy"
	"sifara/internal/perm"
)

type listenCmd struct {
	Import     listenImportCmd     `cmd:"" help:"Import posts from a CSV or JSONL file, plain or gzip. Run it again after an interruption: nothing is stored twice."`
	Search     listenSearchCmd     `cmd:"" help:"Search posts, newest first."`
	Detect     listenDetectCmd     `cmd:"" help:"Look for bursts: in a file of timed posts, or in a stretch of the stored ones, where warnings are raised."`
	Backtest   listenBacktestCmd   `cmd:"" help:"Compute the scorecard of hits, misses, false alarms and lead time, and that of the forecasts, on the history in the folder --data: crisis_t26, headlines_2024_2025.csv.gz, travel_advice_changes_uk.csv.gz, posts_2016h1.csv.gz."`
	Scorecard  listenScorecardCmd  `cmd:"" help:"Show what came of the warnings of a period: right, false, unclear, missed, lead time, by topic and month."`
	Forecast   listenForecastCmd   `cmd:"" help:"Forecast how many posts of a topic the next seven days will bring, with intervals."`
	Coordinate listenCoordinateCmd `cmd:"" help:"Find groups of accounts that act together more often than chance and common interest explain: in a file, or among the stored posts."`
	Privacy    listenPrivacyCmd    `cmd:"" help:"The data-protection report: what is kept, for how long, under which keys, and what was refused and removed."`
	Actors     listenActorsCmd     `cmd:"" help:"Public actors by influence: response-weighted centrality, responders, h-index, bridging, beside the followers."`
	Disarm     listenDisarmCmd     `cmd:"" help:"The DISARM framework, from which campaign files take the names of techniques."`
}

// asOperator is the context of a command that acts for the house.
func asOperator(ctx context.Context, name string) context.Context {
	return app.WithWords(perm.With(ctx, perm.SystemActor("command:"+name)))
}

type listenImportCmd struct {
	output
	File    string `arg:"" help:"The file." type:"existingfile"`
	Map     string `help:"Columns by name: time=publish_date,author=author_id,text=content,lang=language; also id, url, country, followers, repost, reply, image. What is left out is guessed." placeholder:"FIELD=COLUMN,…"`
	Source  string `help:"Name of the source the posts belong to."`
	Charset string `help:"Encoding of the file; found out when not given."`
	Rejects string `help:"File for refused lines; FILE.rejects.jsonl when not given." placeholder:"FILE"`
	Quiet   bool   `help:"Show no progress."`
}

func (i *listenImportCmd) Run(ctx context.Context, c *app.Config) error {
	ctx = asOperator(ctx, "listen import")
	mapping, err := listen.ParseMapping(i.Map)
	if err != nil {
		return err
	}
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	o := listen.ImportOptions{Path: i.File, Source: i.Source, Mapping: mapping, Charset: i.Charset, Rejects: i.Rejects}
	if !i.Quiet {
		o.Progress = progressLine(os.Stderr)
	}
	report, err := h.Listen.Import(ctx, o)
	if !i.Quiet {
		fmt.Fprintln(os.Stderr)
	}
	if err != nil {
		return err
	}
	return i.print(report, func(w io.Writer) {
		fmt.Fprintf(w, "read\t%d\nstored\t%d\nduplicates\t%d\nrejected\t%d\nseconds\t%.1f\nCPU seconds\t%.1f\n",
			report.Read, report.Stored, report.Duplicates, report.Rejected, report.Seconds, report.CPUSeconds)
		if report.RejectsFile != "" {
			fmt.Fprintf(w, "refused lines\t%s\n", report.RejectsFile)
		}
	})
}

// progressLine shows an import's progress on one line that is written over.
func progressLine(w io.Writer) func(listen.Progress) {
	return func(p listen.Progress) {
		share := ""
		if p.Size > 0 {
			share = fmt.Sprintf(" %3.0f %%", 100*float64(p.Bytes)/float64(p.Size))
		}
		remaining := ""
		if p.Remaining > 0 {
			remaining = ", " + p.Remaining.Round(time.Second).String() + " left"
		}
		fmt.Fprintf(w, "\r%s  %d read, %.0f a second%s   ", share, p.Read, p.Rate, remaining)
	}
}

type listenSearchCmd struct {
	output
	Query    string   `arg:"" help:"Words, \"phrases\", begin*, -not, OR."`
	Limit    int      `help:"How many posts, 1 to 200." default:"20"`
	Language []string `help:"Only these languages (ar, ckb, …)."`
	Country  string   `help:"Only this country (ISO 3166-1 alpha-2)."`
	From     string   `help:"From this day (2016-03-22) or moment (RFC 3339) on."`
	To       string   `help:"Until before this day or moment."`
}

func (s *listenSearchCmd) Run(ctx context.Context, c *app.Config) error {
	ctx = asOperator(ctx, "listen search")
	if s.Limit < 1 || s.Limit > 200 {
		return errs.New(errs.Invalid, "web.field.number", "min", 1, "max", 200)
	}
	q := listen.SearchQuery{Text: s.Query, Limit: s.Limit, Langs: s.Language, Country: s.Country}
	var err error
	if q.From, err = moment(s.From); err != nil {
		return err
	}
	if q.To, err = moment(s.To); err != nil {
		return err
	}
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	found, err := h.Listen.SearchCLI(ctx, q)
	if err != nil {
		return err
	}
	return s.print(found, func(w io.Writer) {
		for _, p := range found.Posts {
			fmt.Fprintf(w, "%s\t%s\t%s\n", p.Time, p.Language, p.Text)
		}
		total := fmt.Sprint(found.Total)
		if found.Few {
			total = fmt.Sprintf("fewer than %d", privacy.K)
		}
		fmt.Fprintf(w, "%s found in %.1f ms\n", total, found.Milliseconds)
	})
}

// moment reads a day or an RFC 3339 time in UTC; empty is the zero time.
func moment(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, errs.New(errs.Invalid, "app.not_a_time", "text", s)
}
