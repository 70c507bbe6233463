package collect

import (
	"errors"
	"fmt"
	"time"

	"sifara/internal/errs"
	"sifara/internal/fetch"
)

// Why a source gave nothing, beside fetch's errors for when there was no answer
// at all (fetch.ErrTooLarge, fetch.ErrTimeout …). Each key is a message that
// tells an officer what to do.
var (
	// ErrBusy: asked too often, or a quota is used up; see RetryAfter.
	ErrBusy = errs.New(errs.TooMany, "listen.source.busy")
	// ErrRefused: the token is wrong, has expired or does not allow this. It
	// does not pass by waiting.
	ErrRefused = errs.New(errs.Forbidden, "listen.source.refused")
	// ErrMissing: there is nothing at this address.
	ErrMissing = errs.New(errs.NotFound, "listen.source.missing")
	// ErrGone: it has ended for good.
	ErrGone = errs.New(errs.Gone, "listen.source.gone")
	// ErrFault: the server has a fault of its own.
	ErrFault = errs.New(errs.Unavailable, "listen.source.status")
	// ErrBroken: the answer is not what the protocol promises, or breaks off.
	ErrBroken = errs.New(errs.Unavailable, "listen.source.broken")
	// ErrDictionary: events are compressed with another dictionary than ours.
	ErrDictionary = errs.New(errs.Unavailable, "listen.source.dictionary")
	// ErrActor: what is at this address is no account of the Fediverse.
	ErrActor = errs.New(errs.Invalid, "listen.source.no_actor")
	// ErrPerson: the account is a person's and in no register.
	ErrPerson = errs.New(errs.Forbidden, "listen.source.a_person")
	// ErrSigned: the server answers signed questions only, and we sign none.
	ErrSigned = errs.New(errs.Forbidden, "listen.source.signed_only")
	// ErrFeed: the answer is no feed or sitemap that can be read.
	ErrFeed = errs.New(errs.Invalid, "listen.feed.unreadable")
)

// later is an error with the time that the source wants to be left alone.
type later struct {
	error
	after time.Duration
}

func (l later) Unwrap() error { return l.error }

// RetryAfter is how long a source asks to be left alone; 0 when the error does
// not say, at most a week.
func RetryAfter(err error) time.Duration {
	if l, ok := errors.AsType[later](err); ok {
		return min(l.after, 7*24*time.Hour)
	}
	return 0
}

// Lasting reports whether asking again cannot help until an officer has changed
// something.
func Lasting(err error) bool {
	return errors.Is(err, ErrRefused) || errors.Is(err, ErrPerson) || errors.Is(err, ErrSigned) || errors.Is(err, ErrGone) || errors.Is(err, ErrMissing) || errors.Is(err, fetch.ErrURL) || errors.Is(err, fetch.ErrAddress)
}

// waiting puts a wait on an error.
func waiting(err error, after time.Duration) error {
	if after <= 0 {
		return err
	}
	return later{err, after}
}

// refusal is the error of a status that is no success, nil for one that is.
func refusal(status int, retryAfter time.Duration) error {
	var err *errs.Error
	switch {
	case status >= 200 && status < 300:
		return nil
	case status == 401 || status == 403:
		err = ErrRefused
	case status == 404:
		err = ErrMissing
	case status == 410:
		err = ErrGone
	case status == 429 || status == 420:
		err = ErrBusy
	default:
		err = ErrFault
	}
	return waiting(fmt.Errorf("status %d: %w", status, err), retryAfter)
}

// isOurs reports whether an error is classified.
func isOurs(err error) bool {
	_, ok := errs.Find(err)
	return ok
}

// broken wraps what a parser said.
func broken(cause error) error { return fmt.Errorf("%w: %w", ErrBroken, cause) }
