// Package errs holds the few kinds of error that cross package borders.
//
// An error says three things apart: its Kind decides the HTTP status and the
// exit code, its Key is a message in the person's language with what to do
// next, and the wrapped cause is for the log only. People never see
// err.Error().
package errs

import (
	"errors"
	"fmt"
	"strings"
)

// Kind sorts errors by what a caller can do about them.
type Kind uint8

// The kinds. Internal is the zero value: an error nobody classified is a fault
// of ours.
const (
	Internal        Kind = iota
	Invalid              // the input is wrong; Fields may say where
	NotFound             // no such thing, or the caller may not know of it
	Unauthenticated      // sign in first
	Forbidden            // signed in, but not allowed
	Conflict             // the state has moved on; reload and look again
	Gone                 // it was there: expired or withdrawn
	TooLarge             // over a size limit
	TooMany              // over a rate limit; try later
	Unavailable          // something outside is not answering; try later
)

var kindNames = [...]string{"internal", "invalid", "not_found", "unauthenticated", "forbidden", "conflict", "gone", "too_large", "too_many", "unavailable"}

// String gives the kind as it appears in logs and problem documents.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "internal"
}

// Field is one wrong input: the form field's name and a message key.
type Field struct {
	Name string
	Key  string
	Args []any
}

// Error is a classified error. Key names a message of the catalogue; Args are
// its name/value pairs. An empty Key means the kind's own general message.
type Error struct {
	Kind   Kind
	Key    string
	Args   []any
	Fields []Field
	cause  error
}

// New makes an error of a kind with a message key and name/value arguments.
func New(kind Kind, key string, args ...any) *Error {
	return &Error{Kind: kind, Key: key, Args: args}
}

// Wrap classifies a cause. The cause goes to the log, the key to the person.
func Wrap(cause error, kind Kind, key string, args ...any) *Error {
	return &Error{Kind: kind, Key: key, Args: args, cause: cause}
}

// InvalidFields makes an Invalid error that points at form fields. It returns
// nil when there are none, so that it can end a validation.
func InvalidFields(fields ...Field) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Key: "errs.fields", Fields: fields}
}

// Error is for logs.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Kind.String())
	if e.Key != "" {
		b.WriteString(" " + e.Key)
	}
	for i := 0; i+1 < len(e.Args); i += 2 {
		fmt.Fprintf(&b, " %v=%v", e.Args[i], e.Args[i+1])
	}
	for _, f := range e.Fields {
		fmt.Fprintf(&b, " %s:%s", f.Name, f.Key)
	}
	if e.cause != nil {
		b.WriteString(": " + e.cause.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// Is reports two classified errors the same when kind and key agree, so that
// sentinel errors made with New can be compared with errors.Is.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Kind == e.Kind && t.Key == e.Key
}

// KindOf gives the kind of the first classified error in the chain, Internal
// when there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Find gives the first classified error in the chain.
func Find(err error) (*Error, bool) { return errors.AsType[*Error](err) }
