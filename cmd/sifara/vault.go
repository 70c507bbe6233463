package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"sifara/internal/app"
	"sifara/internal/clock"
)

type vaultCmd struct {
	Status vaultStatusCmd `cmd:"" help:"Count what is sealed with which keys."`
	Rotate vaultRotateCmd `cmd:"" help:"Add a sealing key and seal everything with it. The house must be stopped on every machine."`
	Reseal vaultResealCmd `cmd:"" help:"Go on with a rotation that was broken off."`
}

type vaultStatusCmd struct{ output }

func (v *vaultStatusCmd) Run(ctx context.Context, c *app.Config) error {
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	r, err := h.Sealed(ctx)
	if err != nil {
		return err
	}
	return v.seals(r)
}

type vaultRotateCmd struct{ output }

func (v *vaultRotateCmd) Run(ctx context.Context, c *app.Config) error {
	r, err := app.RotateVault(ctx, *c, c.Logger(), clock.System{})
	if err != nil {
		return err
	}
	return v.seals(r)
}

type vaultResealCmd struct{ output }

func (v *vaultResealCmd) Run(ctx context.Context, c *app.Config) error {
	r, err := app.ResealVault(ctx, *c, c.Logger(), clock.System{})
	if err != nil {
		return err
	}
	return v.seals(r)
}

// seals reports; values that nobody can open are a fault.
func (o output) seals(r app.SealReport) error {
	err := o.print(r, func(w io.Writer) {
		fmt.Fprintf(w, "keys\t%d\tnewest %s\n", len(r.Keys), r.Keys[len(r.Keys)-1])
		for _, c := range r.Columns {
			fmt.Fprintf(w, "%s\t%d newest\t%d old\t%d unknown\n", c.Column, c.Newest, c.Old, c.Unknown)
		}
		fmt.Fprintf(w, "sealed anew\t%d\n", r.Resealed)
		for _, f := range r.Failures {
			fmt.Fprintf(w, "NOT OPENED\t%s\n", f)
		}
	})
	if err == nil && (r.Unknown > 0 || r.Failed > 0) {
		return errors.Join(errReported, app.ErrFault)
	}
	return err
}
