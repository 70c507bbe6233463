package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"sifara/internal/app"
)

type listenPrivacyCmd struct{ output }

func (p *listenPrivacyCmd) Run(ctx context.Context, c *app.Config) error {
	ctx = asOperator(ctx, "listen privacy")
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	r, err := h.Listen.PrivacyReport(ctx)
	if err != nil {
		return err
	}
	return p.print(r, func(w io.Writer) {
		fmt.Fprintf(w, "posts kept\t%d\n", r.Posts)
		if r.Posts > 0 {
			fmt.Fprintf(w, "of\t%s – %s\n", r.Oldest.Format(time.DateOnly), r.Newest.Format(time.DateOnly))
		}
		fmt.Fprintf(w, "of what posts pass on, answer, quote or show, as keyed hashes\t%d\n", r.Shared)
		fmt.Fprintf(w, "questions refused in a year\t%d\n", r.Refused)
		for _, kind := range []string{"posts", "lines", "items", "keys", "responses"} {
			fmt.Fprintf(w, "%s removed in a year\t%d\n", kind, r.Removed[kind])
		}
		fmt.Fprintf(w, "fewest that are told\t%d\n", r.Smallest)
		for _, s := range r.Sources {
			name := s.Name
			if name == "" {
				name = "imports"
			}
			fmt.Fprintf(w, "source\t%s\t%s\tkept %s\n", name, s.Kind, keptFor(s.KeepDays))
		}
		for _, a := range r.Actors {
			fmt.Fprintf(w, "public actor\t%s\t%s\tuntil %s\t%s\n", a.Name, a.Kind, a.EndsAt.Format(time.DateOnly), a.Reason)
		}
		for _, k := range r.Keys {
			fmt.Fprintf(w, "key\t%s – %s\tgoes %s\n", k.From.Format(time.DateOnly), k.Until.Format(time.DateOnly), k.GoesAt.Format(time.DateOnly))
		}
	})
}

// keptFor says how long posts are kept.
func keptFor(days int) string {
	if days == 0 {
		return "for ever"
	}
	return strconv.Itoa(days) + " days"
}
