package web

import (
	"context"
	"fmt"
	"mime"
	"net/http"
)

// Answer is what a handler of the house said to the house itself.
type Answer struct {
	Status int
	Header http.Header
	Media  string // type without parameters; empty when there is none
	Body   []byte
}

// freshKey marks a request that wants nothing from the page cache.
type freshKey struct{}

// Inside asks a handler of the house for what it shows to a visitor at this
// moment, without the network, the page cache, and being counted as a reader. Base is the address of the
// house without a trailing slash, address a path with its query.
func Inside(ctx context.Context, h http.Handler, base, address string) (Answer, error) {
	r, err := http.NewRequestWithContext(context.WithValue(ctx, freshKey{}, true), http.MethodGet, base+address, nil)
	if err != nil {
		return Answer{}, fmt.Errorf("web: ask for %s: %w", address, err)
	}
	r.RequestURI, r.RemoteAddr = address, "127.0.0.1:0"
	r.Header.Set("User-Agent", "sifara (robot)")
	rec := &recorder{header: http.Header{}, status: http.StatusOK}
	h.ServeHTTP(rec, r)
	a := Answer{Status: rec.status, Header: rec.header, Body: rec.body.Bytes()}
	if media := rec.header.Get("Content-Type"); media != "" {
		if a.Media, _, err = mime.ParseMediaType(media); err != nil {
			return Answer{}, fmt.Errorf("web: content type of %s: %w", address, err)
		}
	}
	return a, nil
}
