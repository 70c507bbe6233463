package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"syscall"

	"sifara/internal/errs"
	"sifara/internal/i18n"
)

// ExitCode is what a command ends with: 2 for what the caller can mend, 3 when
// something outside does not answer, 4 when a check found a fault, 1 for
// faults of ours.
func ExitCode(err error) int {
	if errors.Is(err, ErrFault) {
		return 4
	}
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrExist) || errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.EISDIR) || errors.Is(err, syscall.EROFS) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, ErrNotEmpty) {
		return 2
	}
	switch errs.KindOf(err) {
	case errs.Internal:
		return 1
	case errs.Unavailable:
		return 3
	default:
		return 2
	}
}

// ErrFault ends a check that found a fault: a changed record, a text that is
// not ours, a house that is not sound.
var ErrFault = errors.New("fault found")

// Explain says on the command line what went wrong: the catalogue's message
// for classified errors, in the language of the environment, else the error
// itself, which here is for an operator.
func Explain(err error) string {
	e, ok := errs.Find(err)
	if !ok {
		return oneLine(err.Error())
	}
	p := commandPrinter()
	if p != nil && e.Key == "" {
		return p.T("web.error."+e.Kind.String()) + " (" + oneLine(err.Error()) + ")"
	}
	if p == nil {
		return err.Error()
	}
	text := p.T(e.Key, e.Args...)
	for _, f := range e.Fields {
		text += "\n  " + f.Name + ": " + p.T(f.Key, f.Args...)
	}
	return text
}

// commandPrinter speaks English unless SIFARA_LANG names another of the
// house's languages; a terminal seldom draws right-to-left text well.
func commandPrinter() *i18n.Printer {
	words, err := catalogue()
	if err != nil {
		return nil
	}
	l, ok := i18n.Parse(os.Getenv("SIFARA_LANG"))
	if !ok {
		l = i18n.English
	}
	return words.Printer(l)
}

// WithWords puts the command line's language into the context.
func WithWords(ctx context.Context) context.Context {
	if p := commandPrinter(); p != nil {
		return i18n.WithPrinter(ctx, p)
	}
	return ctx
}
