package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"sifara/internal/app"
)

type listenDisarmCmd struct {
	Import listenDisarmImportCmd `cmd:"" help:"Load the framework from the STIX file that the DISARM Foundation publishes, plain or gzip. It takes the place of the edition before."`
}

type listenDisarmImportCmd struct {
	output
	File string `arg:"" help:"The file." type:"existingfile"`
}

func (i *listenDisarmImportCmd) Run(ctx context.Context, c *app.Config) error {
	ctx = asOperator(ctx, "listen disarm import")
	file, err := os.Open(i.File)
	if err != nil {
		return err
	}
	defer file.Close()
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	f, err := h.Campaigns.LoadFramework(ctx, file)
	if err != nil {
		return err
	}
	return i.print(f, func(w io.Writer) {
		fmt.Fprintf(w, "techniques\t%d\nedition\t%s\nSHA-256\t%s\n", f.Techniques, f.Version, f.SourceHash)
	})
}
