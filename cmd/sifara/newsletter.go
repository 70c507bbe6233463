package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"sifara/internal/app"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/publish/newsletter"
)

type lettersCmd struct {
	Lists   newsletterListsCmd   `cmd:"" help:"List the newsletters and how many are on each."`
	Import  newsletterImportCmd  `cmd:"" help:"Import subscribers from a CSV file with a column email; may be lang, country, topics."`
	Export  newsletterExportCmd  `cmd:"" help:"Write the subscribers of a newsletter as CSV to standard output."`
	Deliver newsletterDeliverCmd `cmd:"" help:"Send on the letters that were let out, in this process, until nothing is due."`
	Bounce  newsletterBounceCmd  `cmd:"" help:"Take a bounce or complaint from standard input, as a mail server's pipe gives it."`
}

// newsletterList finds a newsletter by its address or id.
func newsletterList(ctx context.Context, h *app.House, name string) (newsletter.Counted, error) {
	all, err := h.Letters.Lists(ctx)
	if err != nil {
		return newsletter.Counted{}, err
	}
	for _, l := range all {
		if l.Slug == name || l.ID == name {
			return l, nil
		}
	}
	return newsletter.Counted{}, fmt.Errorf("newsletter %q: %w", name, errs.New(errs.NotFound, ""))
}

type newsletterListsCmd struct{ output }

func (n *newsletterListsCmd) Run(ctx context.Context, c *app.Config) error {
	ctx = asOperator(ctx, "newsletter lists")
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	all, err := h.Letters.Lists(ctx)
	if err != nil {
		return err
	}
	type line struct {
		Slug        string `json:"slug"`
		Name        string `json:"name"`
		Open        bool   `json:"open"`
		Subscribers int    `json:"subscribers"`
	}
	out := []line{}
	for _, l := range all {
		out = append(out, line{l.Slug, l.Name(i18n.English), l.Open, l.Subscribers})
	}
	return n.print(out, func(w io.Writer) {
		for _, l := range out {
			fmt.Fprintf(w, "%s\t%d\t%s\n", l.Slug, l.Subscribers, l.Name)
		}
	})
}

type newsletterImportCmd struct {
	output
	List   string `arg:"" help:"Address of the newsletter."`
	File   string `arg:"" help:"The file; - is standard input."`
	Source string `help:"Where and how these people agreed." required:""`
	Date   string `help:"When they agreed: 2026-03-31." required:""`
	Lang   string `help:"Language of those without one: ar, ckb, kmr or en." default:"ar" enum:"ar,ckb,kmr,en"`
}

func (n *newsletterImportCmd) Run(ctx context.Context, c *app.Config) error {
	ctx = asOperator(ctx, "newsletter import")
	at, err := time.Parse(time.DateOnly, n.Date)
	if err != nil {
		return fmt.Errorf("--date: %w", err)
	}
	in := os.Stdin
	if n.File != "-" {
		if in, err = os.Open(n.File); err != nil {
			return err
		}
		defer in.Close()
	}
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	l, err := newsletterList(ctx, h, n.List)
	if err != nil {
		return err
	}
	done, err := h.Letters.Import(ctx, l.ID, in, newsletter.Consent{Source: n.Source, At: at}, i18n.Lang(n.Lang))
	if err != nil {
		return err
	}
	return n.print(map[string]int{"rows": done.Rows, "added": done.Added, "known": done.Known, "left": done.Left, "refused": done.Refused, "first_refused": done.First}, func(w io.Writer) {
		fmt.Fprintf(w, "rows\t%d\nadded\t%d\nknown before\t%d\nhad left\t%d\nrefused\t%d\n", done.Rows, done.Added, done.Known, done.Left, done.Refused)
		if done.First > 0 {
			fmt.Fprintf(w, "first refused row\t%d\n", done.First)
		}
	})
}

type newsletterExportCmd struct {
	List string `arg:"" help:"Address of the newsletter."`
}

func (n *newsletterExportCmd) Run(ctx context.Context, c *app.Config) error {
	ctx = asOperator(ctx, "newsletter export")
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	l, err := newsletterList(ctx, h, n.List)
	if err != nil {
		return err
	}
	return h.Letters.Export(ctx, l.ID, os.Stdout)
}

type newsletterDeliverCmd struct{ output }

func (n *newsletterDeliverCmd) Run(ctx context.Context, c *app.Config) error {
	ctx = asOperator(ctx, "newsletter deliver")
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	sent, err := h.Letters.Deliver(ctx)
	if err != nil {
		return err
	}
	return n.print(map[string]int64{"sent": sent}, func(w io.Writer) { fmt.Fprintf(w, "sent\t%d\n", sent) })
}

type newsletterBounceCmd struct {
	To string `arg:"" optional:"" help:"Address to which it came, when the mail server knows it."`
}

// Run ends well also for what is no report: a mail server would send a bounce of
// the bounce.
func (n *newsletterBounceCmd) Run(ctx context.Context, c *app.Config) error {
	ctx = asOperator(ctx, "newsletter bounce")
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	r, err := h.Letters.Returned(ctx, os.Stdin, n.To)
	if errors.Is(err, newsletter.ErrNoReport) {
		fmt.Println("no report")
		return nil
	}
	if err != nil {
		return err
	}
	fmt.Println(r.Kind, r.Status)
	return nil
}
