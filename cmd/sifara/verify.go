package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"sifara/internal/app"
	"sifara/internal/errs"
	"sifara/internal/publish"
)

type verifyCmd struct {
	output
	Proof   string   `arg:"" help:"The proof: the JSON file from a statement's page."`
	Key     []string `help:"Key of the log (NAME+HASH+BASE64), from a place you trust. Given more than once: old keys too. Without it, the keys of the data folder's own house." placeholder:"KEY"`
	Witness []string `help:"Key of a witness whom you trust (NAME+HASH+BASE64); its signature of the log is checked too." placeholder:"KEY"`
	Quorum  int      `help:"How many of these witnesses must have signed; all of them when it is not said." default:"-1" placeholder:"N"`
	Text    string   `help:"File with the text to hold against the proof; - is standard input." placeholder:"FILE"`

	Monitor verifyMonitorCmd `cmd:"" help:"Watch a log over the network: that it continues what it was, and what is new in it."`
}

// maxText is more bytes than publish.MaxPasted characters can have.
const maxText = 4*publish.MaxPasted + 1

func (v *verifyCmd) Run(ctx context.Context, c *app.Config) error {
	keys := v.Key
	if len(keys) == 0 {
		h, err := open(ctx, c)
		if err != nil {
			return err
		}
		keys, err = h.Proof.KeyLines(ctx)
		h.Close()
		if err != nil {
			return err
		}
	}
	f, err := os.Open(v.Proof)
	if err != nil {
		return err
	}
	defer f.Close()
	given, err := v.given()
	if err != nil {
		return err
	}
	quorum := v.Quorum
	if quorum < 0 {
		quorum = len(v.Witness)
	}
	proven, err := publish.VerifyCosigned(f, given, keys, v.Witness, quorum)
	if err != nil {
		return fmt.Errorf("%w: %w", app.ErrFault, err)
	}
	if err := v.print(answerOf(proven), func(w io.Writer) {
		r := proven.Record
		fmt.Fprintf(w, "in the log\t%s, entry %d\n%s\t%s\t%s\n%s\n", proven.Checkpoint.Origin, proven.Index, r.Act, r.At.Std().Format("2006-01-02 15:04 UTC"), r.Slug, r.Title)
		if len(v.Witness) > 0 {
			fmt.Fprintf(w, "signed by\t%d witnesses: %s\n", len(proven.Witnesses), strings.Join(proven.Witnesses, ", "))
		}
		tellVerdict(w, proven)
	}); err != nil {
		return err
	}
	switch proven.Verdict {
	case "", publish.Unchanged, publish.Formatting, publish.Part:
		return nil
	case publish.Abridged:
		return fmt.Errorf("%w: the text leaves out words of the one in the proof", app.ErrFault)
	case publish.Misquoted:
		return fmt.Errorf("%w: the text alters what it quotes from the one in the proof", app.ErrFault)
	}
	return fmt.Errorf("%w: the text is not the one in the proof", app.ErrFault)
}

func (v *verifyCmd) given() (string, error) {
	if v.Text == "" {
		return "", nil
	}
	in := os.Stdin
	if v.Text != "-" {
		f, err := os.Open(v.Text)
		if err != nil {
			return "", err
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, maxText))
	if err != nil {
		return "", err
	}
	given := strings.TrimSpace(string(b))
	if utf8.RuneCountInString(given) > publish.MaxPasted || len(b) == maxText {
		return "", errs.New(errs.Invalid, "publish.verify.long", "max", publish.MaxPasted)
	}
	return given, nil
}
