package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"sifara/internal/errs"
)

// Why there is no answer. Each has a message for people in Locales. The text of
// the errors names the host only: addresses may hold tokens.
var (
	// ErrURL: not an http or https address we could ask.
	ErrURL = errs.New(errs.Invalid, "fetch.bad_url")
	// ErrAddress: the address leads into a private network, to this machine or
	// to a port we do not ask on.
	ErrAddress = errs.New(errs.Invalid, "fetch.forbidden_address")
	// ErrTooLarge: the answer is longer than we take.
	ErrTooLarge = errs.New(errs.TooLarge, "fetch.too_large")
	// ErrTimeout: the server did not answer, or stopped answering.
	ErrTimeout = errs.New(errs.Unavailable, "fetch.timeout")
	// ErrRedirects: one redirect after another.
	ErrRedirects = errs.New(errs.Unavailable, "fetch.redirects")
	// ErrUnreachable: no such name, no connection, no valid certificate, or an
	// answer that is not HTTP.
	ErrUnreachable = errs.New(errs.Unavailable, "fetch.unreachable")
)

// describe sorts an error of net/http into ours. An end of the caller's own
// context stays what it is.
func describe(ctx context.Context, u *url.URL, err error) error {
	// url.Error repeats the whole address.
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	where := ""
	if u != nil {
		where = " " + u.Host
	}
	if cause := ctx.Err(); cause != nil {
		return fmt.Errorf("fetch%s: %w", where, cause)
	}
	for _, known := range []*errs.Error{ErrAddress, ErrURL, ErrTooLarge, ErrTimeout, ErrRedirects, ErrUnreachable} {
		if errors.Is(err, known) {
			return fmt.Errorf("fetch%s: %w", where, err)
		}
	}
	var timeout net.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Errorf("fetch%s: %w", where, wrap(ErrTimeout, err))
	case strings.Contains(err.Error(), "response headers exceeded"):
		return fmt.Errorf("fetch%s: %w", where, wrap(ErrTooLarge, err))
	}
	return fmt.Errorf("fetch%s: %w", where, wrap(ErrUnreachable, err))
}

// Describe sorts an error that a library met on the client of HTTP or StreamHTTP
// as Get sorts its own.
func Describe(ctx context.Context, u *url.URL, err error) error { return describe(ctx, u, err) }

func wrap(kind *errs.Error, cause error) error {
	return errs.Wrap(cause, kind.Kind, kind.Key, kind.Args...)
}
