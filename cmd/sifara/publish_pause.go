package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"sifara/internal/app"
	"sifara/internal/errs"
	"sifara/internal/publish"
)

// pauseWhat says what is paused: one of them.
type pauseWhat struct {
	All     bool   `help:"Everything that the ministry and its missions publish."`
	Country string `help:"The missions whose seat is in a country." placeholder:"CODE"`
	Mission string `help:"One mission, by its slug." placeholder:"SLUG"`
	Topic   string `help:"What is published on one topic, by its id." placeholder:"ID"`
}

// pause gives the pause that the flags name.
func (p pauseWhat) pause(ctx context.Context, h *app.House) (publish.Pause, error) {
	var out publish.Pause
	n := 0
	for _, c := range []struct {
		given bool
		scope publish.PauseScope
		value string
	}{{p.All, publish.PauseAll, ""}, {p.Country != "", publish.PauseCountry, p.Country}, {p.Mission != "", publish.PauseMission, p.Mission}, {p.Topic != "", publish.PauseTopic, p.Topic}} {
		if c.given {
			n++
			out.Scope, out.Value = c.scope, c.value
		}
	}
	if n != 1 {
		return out, errs.New(errs.Invalid, "app.pause_what")
	}
	if out.Scope == publish.PauseMission {
		m, err := h.Org.MissionBySlug(ctx, p.Mission)
		if err != nil {
			return out, err
		}
		out.Value = m.ID
	}
	return out, nil
}

type publishPauseCmd struct {
	output
	pauseWhat
	Reason string `required:"" help:"Why, for the officials who read it on every page."`
}

func (p *publishPauseCmd) Run(ctx context.Context, c *app.Config) error {
	ctx = asOperator(ctx, "publish pause")
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	z, err := p.pause(ctx, h)
	if err != nil {
		return err
	}
	z.Reason = p.Reason
	if z, err = h.Publish.Pause(ctx, z); err != nil {
		return err
	}
	return p.print(pauseLineOf(z), pauseLines(z))
}

type publishResumeCmd struct {
	output
	pauseWhat
}

func (p *publishResumeCmd) Run(ctx context.Context, c *app.Config) error {
	ctx = asOperator(ctx, "publish resume")
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	want, err := p.pause(ctx, h)
	if err != nil {
		return err
	}
	z, err := h.Publish.ResumeScope(ctx, want.Scope, want.Value)
	if err != nil {
		return err
	}
	return p.print(pauseLineOf(z), pauseLines(z))
}

type publishPausesCmd struct{ output }

func (p *publishPausesCmd) Run(ctx context.Context, c *app.Config) error {
	ctx = asOperator(ctx, "publish pauses")
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	list, err := h.Publish.Pauses(ctx)
	if err != nil {
		return err
	}
	lines := make([]pauseLine, len(list))
	for i, z := range list {
		lines[i] = pauseLineOf(z)
	}
	return p.print(lines, pauseLines(list...))
}

// pauseLine is one pause as JSON.
type pauseLine struct {
	ID     string `json:"id"`
	Scope  string `json:"scope"`
	Value  string `json:"value"`
	Reason string `json:"reason"`
	Since  string `json:"since"`
	Ended  string `json:"ended_at,omitempty"`
}

func pauseLineOf(z publish.Pause) pauseLine {
	l := pauseLine{ID: z.ID, Scope: string(z.Scope), Value: z.Value, Reason: z.Reason, Since: z.Since.Std().Format(time.RFC3339)}
	if !z.EndedAt.IsZero() {
		l.Ended = z.EndedAt.Std().Format(time.RFC3339)
	}
	return l
}

func pauseLines(list ...publish.Pause) func(io.Writer) {
	return func(w io.Writer) {
		for _, z := range list {
			l := pauseLineOf(z)
			state := "paused since " + l.Since
			if l.Ended != "" {
				state = "resumed " + l.Ended
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", l.Scope, l.Value, state, l.Reason)
		}
	}
}
