package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"text/tabwriter"

	"sifara/internal/app"
	"sifara/internal/clock"
	"sifara/internal/demo"
)

// output is how a command reports.
type output struct {
	JSON bool `help:"Report as JSON."`
}

// print writes v as JSON, or lets text write it for people.
func (o output) print(v any, text func(w io.Writer)) error {
	if o.JSON {
		enc := json.NewEncoder(os.Stdout)
		enc.SetEscapeHTML(false)
		return enc.Encode(v)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	text(w)
	return w.Flush()
}

// open opens the house on a migrated database; a schema that is older than the
// binary is an error that says what to do.
func open(ctx context.Context, c *app.Config) (*app.House, error) {
	h, err := app.Open(ctx, *c, c.Logger(), clock.System{})
	if err != nil {
		return nil, err
	}
	if err := h.CheckSchema(ctx); err != nil {
		h.Close()
		return nil, err
	}
	return h, nil
}

type serveCmd struct {
	Listen string `help:"Address to serve on." default:"localhost:8080" env:"SIFARA_LISTEN" placeholder:"ADDR"`
	Demo   bool   `help:"Set up the demonstration ministry when the data folder is empty."`
}

func (s *serveCmd) Run(ctx context.Context, c *app.Config) error {
	if c.BaseURL == "" {
		c.BaseURL = "http://" + s.Listen
		// Passkeys and cookies belong to a name; an address has none.
		if host, port, err := net.SplitHostPort(s.Listen); err == nil && (host == "" || net.ParseIP(host) != nil) {
			c.BaseURL = "http://localhost:" + port
		}
	}
	lock, err := c.LockServing()
	if err != nil {
		return err
	}
	defer lock.Release()
	log := c.Logger()
	if s.Demo {
		if err := demo.Ensure(ctx, *c, log); err != nil {
			return err
		}
	}
	h, err := app.Open(ctx, *c, log, clock.System{})
	if err != nil {
		return err
	}
	defer h.Close()
	if err := h.Migrate(ctx); err != nil {
		return err
	}
	return h.Serve(ctx, s.Listen, func(a net.Addr) { demo.Announce(ctx, h, os.Stdout, a) })
}

type initCmd struct {
	output
	Country string            `required:"" help:"Country of the ministry, ISO 3166-1 alpha-2." placeholder:"CODE"`
	Name    map[string]string `required:"" help:"Name of the ministry by language: --name ar=… --name ckb=… --name kmr=… --name en=…" placeholder:"LANG=NAME"`
	Zone    string            `required:"" help:"Time zone of the ministry." placeholder:"Asia/Baghdad"`
	Admin   string            `required:"" help:"E-mail address of the first administrator." placeholder:"ADDRESS"`
}

func (i *initCmd) Run(ctx context.Context, c *app.Config) error {
	h, err := app.Open(ctx, *c, c.Logger(), clock.System{})
	if err != nil {
		return err
	}
	defer h.Close()
	if err := h.Migrate(ctx); err != nil {
		return err
	}
	link, err := h.Initialise(ctx, app.Beginning{Country: i.Country, Names: i.Name, Zone: i.Zone, Admin: i.Admin})
	if err != nil {
		return err
	}
	return i.print(map[string]string{"invitation": link}, func(w io.Writer) {
		fmt.Fprintln(w, "The ministry is set up. The first administrator signs in through this link, once:")
		fmt.Fprintln(w, link)
	})
}

type migrateCmd struct {
	output
	Pending bool `help:"Only list the steps that would be run."`
}

func (m *migrateCmd) Run(ctx context.Context, c *app.Config) error {
	h, err := app.Open(ctx, *c, c.Logger(), clock.System{})
	if err != nil {
		return err
	}
	defer h.Close()
	steps, err := h.PendingSteps(ctx)
	if err != nil {
		return err
	}
	if !m.Pending {
		if err := h.Migrate(ctx); err != nil {
			return err
		}
	}
	return m.print(map[string]any{"steps": steps, "applied": !m.Pending}, func(w io.Writer) {
		if len(steps) == 0 {
			fmt.Fprintln(w, "The schema is up to date.")
		}
		for _, s := range steps {
			fmt.Fprintf(w, "%s\t%s\n", s.Context, s.Name)
		}
	})
}

type doctorCmd struct{ output }

func (d *doctorCmd) Run(ctx context.Context, c *app.Config) error {
	checks := app.Doctor(ctx, *c)
	if err := d.print(checks, func(w io.Writer) {
		for _, ch := range checks {
			fmt.Fprintf(w, "%s\t%s\t%s\n", ch.State, ch.Name, ch.Detail)
		}
	}); err != nil {
		return err
	}
	for _, ch := range checks {
		if ch.State == app.CheckFailed {
			return errors.Join(errReported, app.ErrFault)
		}
	}
	return nil
}

type backupCmd struct {
	output
	File string `arg:"" help:"The archive to write (.tar.gz)."`
	Keys bool   `help:"Include the vault's keys; guard such a backup like the keys."`
}

func (b *backupCmd) Run(ctx context.Context, c *app.Config) error {
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	report, err := h.Backup(ctx, b.File, b.Keys)
	if err != nil {
		return err
	}
	return b.print(report, func(w io.Writer) {
		fmt.Fprintf(w, "%s\t%d bytes\tsha256 %s\n", report.File, report.Bytes, report.SHA256)
		if !report.Keys {
			fmt.Fprintln(w, "The vault's keys are not in it: keep a copy of the key file elsewhere.")
		}
	})
}

type restoreCmd struct {
	File string `arg:"" help:"The archive to restore."`
}

func (r *restoreCmd) Run(ctx context.Context, c *app.Config) error {
	if err := app.Restore(ctx, *c, r.File); err != nil {
		return err
	}
	fmt.Println("Restored. Check it with: sifara doctor, sifara audit verify")
	return nil
}

type configCmd struct{ output }

func (p *configCmd) Run(c *app.Config) error {
	settings := c.Settings()
	return p.print(settings, func(w io.Writer) {
		for _, s := range settings {
			fmt.Fprintf(w, "%s\t%s\t%s\n", s.Name, s.Value, s.Environment)
		}
	})
}

type versionCmd struct{ output }

func (v *versionCmd) Run() error {
	return v.print(map[string]string{"version": app.Version()}, func(w io.Writer) { fmt.Fprintln(w, app.Version()) })
}

type demoCmd struct {
	Reset demoResetCmd `cmd:"" help:"Make the demonstration anew; everything in the data folder goes. Only a demonstration can be reset."`
}

type demoResetCmd struct {
	Seed uint64 `help:"Seed of what is generated; the same seed and day give the same house." default:"1"`
}

func (d *demoResetCmd) Run(ctx context.Context, c *app.Config) error {
	return demo.Reset(ctx, *c, c.Logger(), d.Seed)
}

type auditCmd struct {
	Verify auditVerifyCmd `cmd:"" help:"Recompute the whole record and report the first entry that was changed."`
}

type auditVerifyCmd struct{ output }

func (a *auditVerifyCmd) Run(ctx context.Context, c *app.Config) error {
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	report, err := h.Audit.Verify(ctx)
	if err != nil {
		return err
	}
	if err := a.print(report, func(w io.Writer) {
		fmt.Fprintf(w, "%d entries, root %s\n", report.Size, report.Root)
		if report.Fault != nil {
			fmt.Fprintf(w, "FAULT: entry %d is %s: %s\n", report.Fault.Index, report.Fault.Kind, report.Fault.Detail)
		}
	}); err != nil {
		return err
	}
	if report.Fault != nil {
		return errors.Join(errReported, app.ErrFault)
	}
	return nil
}
