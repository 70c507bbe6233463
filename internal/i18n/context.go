package i18n

import (
	"context"
	"sync"
)

// printerKey is the key under which a context carries its printer.
type printerKey struct{}

// WithPrinter gives a context the printer of the person it works for.
func WithPrinter(ctx context.Context, p *Printer) context.Context {
	return context.WithValue(ctx, printerKey{}, p)
}

// From is the printer of a context. It is never nil: a context without one
// gets an Arabic printer that knows this package's own words and prints the
// keys of everything else.
func From(ctx context.Context) *Printer {
	if p, ok := ctx.Value(printerKey{}).(*Printer); ok && p != nil {
		return p
	}
	return fallback()
}

// fallback is built on first use, from files inside the binary.
var fallback = sync.OnceValue(func() *Printer {
	c, err := Load()
	if err != nil {
		// Cannot happen with tested locale files; dates are then keys too.
		c = &Catalogue{}
	}
	return c.Printer(Arabic)
})

// T prints a message by the printer of the context.
func T(ctx context.Context, key string, args ...any) string {
	return From(ctx).T(key, args...)
}
