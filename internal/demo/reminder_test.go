package demo

import (
	"context"
	"io"
	"mime"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/app"
	"sifara/internal/clock"
	"sifara/internal/perm"
)

// lookForOverdue is the hourly look of the house, by the name of its job.
type lookForOverdue struct{}

// Kind implements jobs.Args.
func (lookForOverdue) Kind() string { return "app.overdue" }

// reminders lets two days pass over a demonstration: nobody was written to
// about its past, and then whoever must approve and answer gets one letter.
func reminders(t *testing.T, c app.Config) {
	ctx := perm.With(context.Background(), perm.SystemActor("test"))
	if got := letters(t, c); len(got) != 0 {
		t.Fatalf("letters of the past: %v", got)
	}
	now := clock.At(present)
	h, err := app.Open(ctx, c, quiet, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close() })
	look := func(at time.Time) map[string]int {
		t.Helper()
		now.Set(at)
		if err := h.Publish.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		err := h.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return h.Queue.Insert(ctx, tx, lookForOverdue{}) })
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Queue.Drain(ctx, at); err != nil {
			t.Fatal(err)
		}
		now.Advance(15 * time.Minute)
		if err := h.Queue.Drain(ctx, now.Now()); err != nil {
			t.Fatal(err)
		}
		return letters(t, c)
	}
	tuesday := present.Add(2*24*time.Hour - 6*time.Hour)
	first := look(tuesday)
	if len(first) == 0 {
		t.Fatal("nobody was told that things are late")
	}
	for to, n := range first {
		if n != 1 {
			t.Errorf("%d letters to %s on one day", n, to)
		}
	}
	for to, n := range look(tuesday.Add(time.Hour)) {
		if n != 1 {
			t.Errorf("%d letters to %s an hour later", n, to)
		}
	}
}

// letters counts the letters in the folder by recipient, and looks that each
// is one of reminders.
func letters(t *testing.T, c app.Config) map[string]int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(c.Data, "mail", "*digest*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, f := range files {
		file, err := os.Open(f)
		if err != nil {
			t.Fatal(err)
		}
		m, err := netmail.ReadMessage(file)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(m.Body)
		if err != nil || len(body) == 0 {
			t.Fatalf("%s: %v", f, err)
		}
		file.Close()
		to, err := m.Header.AddressList("To")
		if err != nil {
			t.Fatal(err)
		}
		out[to[0].Address]++
		subject, _ := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		if strings.HasPrefix(subject, "auth.") {
			t.Errorf("subject %q", subject)
		}
		t.Log(to[0].Address, subject)
	}
	return out
}
