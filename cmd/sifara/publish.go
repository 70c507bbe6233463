package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"sifara/internal/app"
)

type publishCmd struct {
	Check     publishCheckCmd     `cmd:"" help:"Check the tone of a text on standard input, or of one text a line: heat from 0 to 1 and findings with place, reason and suggestion."`
	Terms     publishTermsCmd     `cmd:"" help:"The term base: official names, titles and places in each language."`
	Pause     publishPauseCmd     `cmd:"" help:"Stop everything that is published, of all or of a part, at the instant of sending. When the command ends without error nothing leaves any more."`
	Resume    publishResumeCmd    `cmd:"" help:"End a pause. What it held up waits until an official has looked at it."`
	Pauses    publishPausesCmd    `cmd:"" help:"List the pauses in force."`
	Calendar  publishCalendarCmd  `cmd:"" help:"List what goes out and what has, with events, occasions and holidays, as the calendar of the console shows it."`
	Campaigns publishCampaignsCmd `cmd:"" help:"List the campaigns of the ministry and its missions, the latest changed first."`
	Export    publishExportCmd    `cmd:"" help:"Write the public site into a folder of files that any web server or a disk can give out."`
}

type publishExportCmd struct {
	output
	Dir string `arg:"" help:"The folder: new, empty, or an earlier copy, which is brought up to date." placeholder:"DIR"`
}

func (p *publishExportCmd) Run(ctx context.Context, c *app.Config) error {
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	r, err := h.Export(ctx, p.Dir)
	if err != nil {
		return err
	}
	return p.print(r, func(w io.Writer) {
		fmt.Fprintf(w, "address\t%s\nat\t%s\npages\t%d\nfiles\t%d\nbytes\t%d\nwritten\t%d\nremoved\t%d\n", r.Address, r.At.Format(time.RFC3339), r.Pages, r.Files, r.Bytes, r.Written, r.Removed)
		for _, m := range r.Missing {
			fmt.Fprintf(w, "missing\t%s\n", m)
		}
	})
}
