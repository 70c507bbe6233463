package brief

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"sifara/internal/errs"
)

// FindBrowser gives the program that prints to PDF, or an empty string: the
// one named, else the first that is installed under a usual name.
func FindBrowser(name string) string {
	names := []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}
	if name != "" {
		names = []string{name}
	}
	for _, n := range names {
		if p, err := exec.LookPath(n); err == nil {
			return p
		}
	}
	return ""
}

const (
	// printTime bounds one print, with the wait for its turn.
	printTime = 40 * time.Second
	// mostPrints is how many run at once: a browser takes some hundred megabytes.
	mostPrints = 2
)

// PDF prints a briefing in the language of the context. errs.Unavailable when
// the house has no browser to print with, or too much to print. The browser
// gets one local file whose own policy forbids scripts, and may reach nothing
// else.
func (s *Service) PDF(ctx context.Context, b Briefing) ([]byte, error) {
	if s.Browser == "" || s.Draw == nil {
		return nil, errs.New(errs.Unavailable, "listen.briefing.no_pdf")
	}
	ctx, cancel := context.WithTimeout(ctx, printTime)
	defer cancel()
	select {
	case s.prints <- struct{}{}:
		defer func() { <-s.prints }()
	case <-ctx.Done():
		return nil, errs.Wrap(fmt.Errorf("print briefing: %w", ctx.Err()), errs.Unavailable, "listen.briefing.print_busy")
	}
	page, err := s.Draw.Briefing(ctx, b, true)
	if err != nil {
		return nil, fmt.Errorf("draw briefing: %w", err)
	}
	dir, err := os.MkdirTemp("", "sifara-print-")
	if err != nil {
		return nil, fmt.Errorf("print briefing: %w", err)
	}
	defer os.RemoveAll(dir)
	in, out := filepath.Join(dir, "page.html"), filepath.Join(dir, "page.pdf")
	if err := os.WriteFile(in, []byte(page), 0o600); err != nil {
		return nil, fmt.Errorf("print briefing: %w", err)
	}
	cmd := exec.CommandContext(ctx, s.Browser, browserFlags(dir, out, in)...)
	cmd.WaitDelay = 5 * time.Second
	if said, err := cmd.CombinedOutput(); err != nil {
		return nil, errs.Wrap(fmt.Errorf("print briefing: %w: %.300s", err, said), errs.Unavailable, "listen.briefing.no_pdf")
	}
	data, err := os.ReadFile(out)
	if errors.Is(err, os.ErrNotExist) {
		return nil, errs.Wrap(errors.New("the browser printed nothing"), errs.Unavailable, "listen.briefing.no_pdf")
	}
	return data, err
}

// browserFlags have the browser print one file and nothing else: no network, no
// profile of its own.
func browserFlags(dir, out, in string) []string {
	flags := []string{
		"--headless", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-background-networking", "--disable-component-update",
		"--disable-sync", "--disable-quic", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND",
		"--user-data-dir=" + filepath.Join(dir, "profile"), "--no-pdf-header-footer", "--print-to-pdf=" + out,
	}
	if os.Geteuid() == 0 {
		flags = append(flags, "--no-sandbox") // the browser's own sandbox refuses root
	}
	return append(flags, "file://"+in)
}
