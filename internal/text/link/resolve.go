package link

import (
	"context"
	"slices"
)

// Resolver asks a shortener where an address leads. It gives the address that
// the answer names, which may be short or wrapped again, without reading what
// stands there. Implementations go through the house's guarded way out.
type Resolver interface {
	Resolve(ctx context.Context, short string) (string, error)
}

// Short says whether an address is one that only its shortener can undo.
func Short(s string) bool {
	u := parse(s)
	return u != nil && len(u.Path) > 1 && slices.Contains(shorteners, u.Host)
}

// Follow is [Canonical] that also asks r about shortened addresses, at most
// three times. Where r fails, the shortened address itself is what is known: two
// copies of it still lead to the same page.
func Follow(ctx context.Context, r Resolver, s string) string {
	at := Canonical(s)
	for range 3 {
		if r == nil || !Short(at) {
			break
		}
		next, err := r.Resolve(ctx, at)
		if err != nil {
			break
		}
		if next = Canonical(next); next == "" {
			break
		}
		at = next
	}
	return at
}
