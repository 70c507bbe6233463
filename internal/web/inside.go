package web

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
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
	return inside(ctx, h, base, address, "")
}

// InsidePart is Inside for at most n bytes of what is large, from a place on
// (RFC 9110, 14): the status is 206 where the handler gives parts, and 200 with the
// whole where it does not. Whole is the length of the whole; -1 when it is not told.
func InsidePart(ctx context.Context, h http.Handler, base, address string, from, n int64) (a Answer, whole int64, err error) {
	a, err = inside(ctx, h, base, address, fmt.Sprintf("bytes=%d-%d", from, from+n-1))
	whole = -1
	if err == nil && a.Status == http.StatusPartialContent {
		if _, total, ok := strings.Cut(a.Header.Get("Content-Range"), "/"); ok {
			if whole, err = strconv.ParseInt(total, 10, 64); err != nil {
				return a, -1, fmt.Errorf("web: length of %s: %w", address, err)
			}
		}
	}
	return a, whole, err
}

func inside(ctx context.Context, h http.Handler, base, address, part string) (Answer, error) {
	r, err := http.NewRequestWithContext(context.WithValue(ctx, freshKey{}, true), http.MethodGet, base+address, nil)
	if err != nil {
		return Answer{}, fmt.Errorf("web: ask for %s: %w", address, err)
	}
	r.RequestURI, r.RemoteAddr = address, "127.0.0.1:0"
	r.Header.Set("User-Agent", "sifara (robot)")
	if part != "" {
		r.Header.Set("Range", part)
	}
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
