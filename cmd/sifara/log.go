package main

import (
	"context"
	"fmt"
	"io"

	"sifara/internal/app"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/witness"
)

// logCmd keeps the public log. Who can run it on the data folder is at the
// keyboard of the house: no other proof of identity is asked.
type logCmd struct {
	Keys      logKeysCmd      `cmd:"" help:"List the keys of the public log with the times in which they sign."`
	Rotate    logRotateCmd    `cmd:"" help:"Put a new key in force; the old one signs along for 30 days."`
	Witnesses logWitnessesCmd `cmd:"" help:"List the witnesses and how it goes with them."`
	Witness   logWitnessCmd   `cmd:"" help:"Add or remove a witness."`
	Ask       logAskCmd       `cmd:"" help:"Ask the witnesses now that have not signed the log as it stands."`
}

type logWitnessCmd struct {
	Add    logAddCmd    `cmd:"" help:"Have a witness sign the log from now on."`
	Remove logRemoveCmd `cmd:"" help:"Ask a witness no more."`
}

type logKeysCmd struct{ output }

func (l *logKeysCmd) Run(ctx context.Context, c *app.Config) error {
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	keys, err := h.Proof.Keys(ctx)
	if err != nil {
		return err
	}
	return l.print(map[string]any{"origin": h.Proof.Origin(), "keys": keys}, func(w io.Writer) {
		for _, k := range keys {
			fmt.Fprintf(w, "%d\t%s\t%s\n", k.Number, keyTimes(k), k.Key)
		}
	})
}

// keyTimes says when a key signs.
func keyTimes(k publish.LogKey) string {
	since, until := "the beginning", "in force"
	if !k.Since.IsZero() {
		since = k.Since.Std().Format("2006-01-02")
	}
	if !k.Until.IsZero() {
		until = "until " + k.Until.Std().Format("2006-01-02")
	}
	return "from " + since + ", " + until
}

type logRotateCmd struct{ output }

func (l *logRotateCmd) Run(ctx context.Context, c *app.Config) error {
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	k, err := h.Witness.ChangeKey(operator(ctx))
	if err != nil {
		return err
	}
	return l.print(k, func(w io.Writer) { fmt.Fprintf(w, "%d\t%s\t%s\n", k.Number, keyTimes(k), k.Key) })
}

// operator acts as the machine's own operator.
func operator(ctx context.Context) context.Context {
	return perm.With(ctx, perm.SystemActor("operator"))
}

type logWitnessesCmd struct{ output }

func (l *logWitnessesCmd) Run(ctx context.Context, c *app.Config) error {
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	return l.witnesses(ctx, h)
}

func (o output) witnesses(ctx context.Context, h *app.House) error {
	all, err := h.Witness.Witnesses(ctx)
	if err != nil {
		return err
	}
	tree, err := h.Proof.Tree(ctx)
	if err != nil {
		return err
	}
	return o.print(map[string]any{"size": tree.Size, "witnesses": all}, func(w io.Writer) {
		fmt.Fprintf(w, "log\t%d records\t%s\n", tree.Size, tree.Root)
		for _, x := range all {
			state := x.Failure
			if state == "" {
				state = "signs"
			}
			fmt.Fprintf(w, "%s\t%d records\t%s\t%s\t%s\n", x.Name, x.Size, state, x.Address, x.ID)
		}
	})
}

type logAddCmd struct {
	output
	Key     string `arg:"" help:"The witness's verifier key, one line."`
	Address string `arg:"" help:"Its submission prefix."`
}

func (l *logAddCmd) Run(ctx context.Context, c *app.Config) error {
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	d := witness.Draft{ID: id.New(), Key: l.Key, Address: l.Address}
	if err := h.Witness.Add(operator(ctx), d); err != nil {
		return err
	}
	return l.print(map[string]string{"id": d.ID}, func(w io.Writer) { fmt.Fprintln(w, d.ID) })
}

type logRemoveCmd struct {
	output
	Witness string `arg:"" help:"Name of its key, or its id."`
}

func (l *logRemoveCmd) Run(ctx context.Context, c *app.Config) error {
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	all, err := h.Witness.Witnesses(ctx)
	if err != nil {
		return err
	}
	for _, w := range all {
		if w.Name == l.Witness {
			l.Witness = w.ID
		}
	}
	if err := h.Witness.Remove(operator(ctx), l.Witness); err != nil {
		return err
	}
	return l.print(map[string]string{"removed": l.Witness}, func(w io.Writer) { fmt.Fprintln(w, "removed") })
}

type logAskCmd struct{ output }

func (l *logAskCmd) Run(ctx context.Context, c *app.Config) error {
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	if err := h.Witness.Look(operator(ctx)); err != nil {
		return err
	}
	return l.witnesses(ctx, h)
}
