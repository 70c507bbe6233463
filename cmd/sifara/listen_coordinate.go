package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"sifara/internal/app"
	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/listen/coordination"
	"sifara/internal/listen/group"
)

type listenCoordinateCmd struct {
	output
	From  string `help:"First day or moment of the stored posts to look at; seven days before --to when not given."`
	To    string `help:"End, exclusive; now when not given."`
	Topic string `help:"Only stored posts of this topic." placeholder:"ID"`

	Input   string        `help:"Look at this file instead, which needs no database: CSV or JSON Lines, plain or gzip, in the columns of the coordination-network-toolkit, of CooRTweet or as --map says." type:"existingfile" placeholder:"FILE"`
	Window  time.Duration `help:"Acts this close in time are together." default:"60s"`
	Keys    []string      `help:"Only these behaviours: repost, link, text, near, tags, reply, image, object." placeholder:"KEY,…"`
	Map     string        `help:"Columns of the file by name: account, time, id, repost, reply, text, urls, image, object. What is left out is guessed, - is not in the file." placeholder:"FIELD=COLUMN,…"`
	Exempt  string        `help:"File with official and registered media accounts, one a line: in no group." type:"existingfile" placeholder:"FILE"`
	Rate    float64       `help:"Share of the accounts found that may be wrong." default:"0.01"`
	Least   int           `help:"Fewest accounts of a group." default:"3"`
	Charset string        `help:"Encoding of the file; found out when not given."`
}

// toldLines is how many refused lines are told one by one; all are counted.
const toldLines = 20

func (l *listenCoordinateCmd) Run(ctx context.Context, c *app.Config) error {
	if l.Input == "" {
		return l.stored(ctx, c)
	}
	if l.From != "" || l.To != "" || l.Topic != "" {
		return errors.New("--from, --to and --topic are of the stored posts, not of --input")
	}
	return l.file(ctx)
}

// file looks at a file.
func (l *listenCoordinateCmd) file(ctx context.Context) error {
	o, err := l.options()
	if err != nil {
		return err
	}
	refused := map[string]int{}
	told := 0
	o.Refused = func(line int64, reason string) {
		refused[reason]++
		if told++; told <= toldLines {
			fmt.Fprintf(os.Stderr, "line %d: %s\n", line, reason)
		}
	}
	f, err := os.Open(l.Input)
	if err != nil {
		return err
	}
	defer f.Close()
	found, err := listen.Coordinate(ctx, f, o)
	for _, reason := range sortedKeys(refused) {
		fmt.Fprintf(os.Stderr, "%d lines refused: %s\n", refused[reason], reason)
	}
	if err != nil {
		return err
	}
	return l.show(found)
}

// stored has the house look at its posts, and keeps what it finds.
func (l *listenCoordinateCmd) stored(ctx context.Context, c *app.Config) error {
	if len(l.Keys) > 0 || l.Map != "" || l.Exempt != "" || l.Charset != "" || l.Rate != 0.01 || l.Least != 3 {
		return errors.New("--keys, --map, --exempt, --charset, --rate and --least are of --input, not of the stored posts")
	}
	ctx = asOperator(ctx, "listen coordinate")
	until, err := moment(l.To)
	if err != nil {
		return err
	}
	if until.IsZero() {
		until = time.Now().UTC()
	}
	from, err := moment(l.From)
	if err != nil {
		return err
	}
	if from.IsZero() {
		from = until.AddDate(0, 0, -7)
	}
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	found, err := h.Groups.Report(ctx, group.Ask{ID: id.New(), TopicID: l.Topic, From: from, Until: until, Window: l.Window})
	if err != nil {
		return err
	}
	return l.show(found)
}

func (l *listenCoordinateCmd) show(found listen.Coordinated) error {
	return l.print(found, func(w io.Writer) {
		for _, g := range found.Groups {
			fmt.Fprintf(w, "%d accounts\t%s\t%d edges\tp %.2g\tsince %s\t%s\n", len(g.Accounts), strings.Join(g.Keys, ","), g.Edges, g.P, g.First.Format(time.RFC3339), strings.Join(g.Accounts, " "))
		}
		fmt.Fprintf(w, "%d groups among %d posts, %.1f s, %.1f CPU seconds\n", len(found.Groups), found.Posts, found.Seconds, found.CPUSeconds)
	})
}

func (l *listenCoordinateCmd) options() (o listen.CoordinateOptions, err error) {
	o.Charset, o.Window, o.Rate, o.Least = l.Charset, l.Window, l.Rate, l.Least
	if l.Window <= 0 || l.Least < 2 || l.Rate <= 0 || l.Rate >= 1 {
		return o, errs.New(errs.Invalid, "")
	}
	for _, name := range l.Keys {
		k, ok := coordination.KindOf(strings.TrimSpace(name))
		if !ok {
			return o, errs.New(errs.Invalid, "listen.coordinate.key", "key", name, "keys", "repost, link, text, near, tags, reply, image, object")
		}
		o.Kinds = append(o.Kinds, k)
	}
	if o.Mapping, err = listen.ParseShareMap(l.Map); err != nil || l.Exempt == "" {
		return o, err
	}
	f, err := os.Open(l.Exempt)
	if err != nil {
		return o, err
	}
	defer f.Close()
	o.Exempt = map[string]bool{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		o.Exempt[strings.TrimSpace(lines.Text())] = true
	}
	return o, lines.Err()
}

func sortedKeys(m map[string]int) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
