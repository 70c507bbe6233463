package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"sifara/internal/app"
	"sifara/internal/i18n"
	"sifara/internal/publish/term"
)

type publishTermsCmd struct {
	List   termsListCmd   `cmd:"" help:"List official names with their wordings by language."`
	Import termsImportCmd `cmd:"" help:"Add the entries of a table (CSV) or of TBX to the term base; nothing is removed."`
	Export termsExportCmd `cmd:"" help:"Write the term base to standard output."`
}

type termsListCmd struct {
	output
	Query string `arg:"" optional:"" help:"Words of a wording, in any spelling."`
}

func (t *termsListCmd) Run(ctx context.Context, c *app.Config) error {
	ctx = asOperator(ctx, "publish terms")
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	list, err := h.Terms.List(ctx, term.Filter{Query: t.Query})
	if err != nil {
		return err
	}
	return t.print(list, func(w io.Writer) {
		for _, e := range list {
			words := []string{string(e.Kind)}
			for _, l := range i18n.Langs {
				words = append(words, e.Words[string(l)].Preferred)
			}
			fmt.Fprintln(w, strings.Join(words, "\t"))
		}
	})
}

type termsImportCmd struct {
	output
	File    string `arg:"" optional:"" help:"The file; - is standard input."`
	Iraq    bool   `help:"Import the official names of Iraq that are shipped with the program."`
	Mission string `help:"Of one mission, by its slug; else of the whole house." placeholder:"SLUG"`
}

func (t *termsImportCmd) Run(ctx context.Context, c *app.Config) error {
	ctx = asOperator(ctx, "publish terms import")
	list, err := t.read()
	if err != nil {
		return err
	}
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	mission := ""
	if t.Mission != "" {
		m, err := h.Org.MissionBySlug(ctx, t.Mission)
		if err != nil {
			return err
		}
		mission = m.ID
	}
	done, err := h.Terms.Import(ctx, mission, list)
	if err != nil {
		return err
	}
	return t.print(done, func(w io.Writer) {
		fmt.Fprintf(w, "added\t%d\nchanged\t%d\nsame\t%d\nrefused\t%d\n", done.Added, done.Changed, done.Same, done.Refused)
		if done.First > 0 {
			fmt.Fprintf(w, "first refused entry\t%d\n", done.First)
		}
	})
}

func (t *termsImportCmd) read() ([]term.Entry, error) {
	switch {
	case t.Iraq:
		return term.Starter(), nil
	case t.File == "" || t.File == "-":
		return term.Read(os.Stdin)
	}
	f, err := os.Open(t.File)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return term.Read(f)
}

type termsExportCmd struct {
	Format string `help:"csv or tbx." enum:"csv,tbx" default:"csv"`
}

func (t *termsExportCmd) Run(ctx context.Context, c *app.Config) error {
	ctx = asOperator(ctx, "publish terms export")
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	list, err := h.Terms.List(ctx, term.Filter{})
	if err != nil {
		return err
	}
	return term.Write(os.Stdout, term.Format(t.Format), list)
}
