package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"sifara/internal/app"
	"sifara/internal/fetch"
	"sifara/internal/ledger"
	"sifara/internal/publish"
)

type verifyMonitorCmd struct {
	output
	URL     string   `arg:"" help:"Address of the log: https://mofa.example/log"`
	Key     []string `help:"Key of the log (NAME+HASH+BASE64), from a place you trust; more than once while it changes." required:"" placeholder:"KEY"`
	State   string   `help:"File in which the last checkpoint is kept." default:"checkpoint.txt" placeholder:"FILE"`
	Witness []string `help:"Key of a witness whom you trust." placeholder:"KEY"`
	Quorum  int      `help:"How many of these witnesses must have signed." default:"0" placeholder:"N"`
	Allow   []string `help:"Address of a machine inside that may be asked." placeholder:"HOST:PORT"`
}

// sighted is what one look saw, for programs.
type sighted struct {
	Origin    string           `json:"origin"`
	Before    int64            `json:"before"`
	Size      int64            `json:"size"`
	Root      string           `json:"root"`
	Witnesses []string         `json:"witnesses"`
	First     int64            `json:"first"`
	New       []publish.Record `json:"new"`
	Unread    int              `json:"unread,omitempty"` // new records of a form that this program does not know
}

func (v *verifyMonitorCmd) Run(ctx context.Context) error {
	last, err := os.ReadFile(v.State)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	client, err := fetch.New(fetch.Options{UserAgent: "Sifara-monitor/" + app.Version(), Allow: v.Allow})
	if err != nil {
		return err
	}
	base := strings.TrimRight(v.URL, "/") + "/"
	m := ledger.Monitor{Keys: v.Key, Witnesses: v.Witness, Quorum: v.Quorum, Read: func(path string) ([]byte, error) {
		res, err := client.Get(ctx, base+path, fetch.Conditional{})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if res.Status != http.StatusOK {
			return nil, fmt.Errorf("%s: the log answered %d", path, res.Status)
		}
		return res.Body, nil
	}}
	s, err := m.Look(last)
	if err != nil {
		if errors.Is(err, ledger.ErrCheckpoint) || errors.Is(err, ledger.ErrBundle) || errors.Is(err, ledger.ErrQuorum) {
			return fmt.Errorf("%w: %w", app.ErrFault, err)
		}
		return err
	}
	if err := keepFile(v.State, s.Text, last); err != nil {
		return err
	}
	return v.report(s, last)
}

// keepFile replaces the file as a whole, when it changed.
func keepFile(path string, text, last []byte) error {
	if bytes.Equal(text, last) {
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".checkpoint-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err := f.Write(text); err != nil {
		f.Close()
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func (v *verifyMonitorCmd) report(s ledger.Sight, last []byte) error {
	out := sighted{Origin: s.Checkpoint.Origin, Size: s.Checkpoint.Size, Root: s.Checkpoint.Root.String(), First: s.First, Witnesses: []string{}, New: []publish.Record{}}
	if before, err := ledger.OpenCheckpoint(last, v.Key...); err == nil {
		out.Before = before.Size
	}
	for _, c := range s.Cosignatures {
		out.Witnesses = append(out.Witnesses, c.Witness)
	}
	for _, data := range s.New {
		r, err := publish.ReadRecord(data)
		if err != nil {
			out.Unread++
			continue
		}
		r.Source, r.Text = "", ""
		out.New = append(out.New, r)
	}
	return v.print(out, func(w io.Writer) {
		fmt.Fprintf(w, "%s\t%d records\tcontinues %d\tsigned by %d witnesses\n", out.Origin, out.Size, out.Before, len(out.Witnesses))
		for _, r := range out.New {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", r.At.Std().Format("2006-01-02 15:04 UTC"), r.Act, r.Language, r.Slug+r.Key)
		}
	})
}
