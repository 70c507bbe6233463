package collect

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"sifara/internal/errs"
	"sifara/internal/fetch"
)

// lines reads a stream line by line, each bounded by maxEvent.
type lines struct {
	s *bufio.Scanner
}

func newLines(r io.Reader) lines {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 0, 16<<10), maxEvent)
	return lines{s}
}

// next gives the next line without its end; it is valid until the next call.
// The end of the stream is io.EOF.
func (l lines) next() ([]byte, error) {
	if l.s.Scan() {
		return l.s.Bytes(), nil
	}
	err := l.s.Err()
	switch {
	case err == nil:
		return nil, io.EOF
	case errors.Is(err, bufio.ErrTooLong):
		return nil, fmt.Errorf("%w: %w", fetch.ErrTooLarge, err)
	}
	return nil, err
}

// streamError sorts the end of a stream over HTTP: an end that the server says
// is none; one that it does not say, a fault on the way.
func streamError(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err == nil || errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return nil
	}
	return delivering(err)
}

// delivering leaves what is classified, as the errors of Deliver should be, and
// takes everything else for a fault of the connection.
func delivering(err error) error {
	if _, ok := errs.Find(err); ok {
		return err
	}
	return fmt.Errorf("%w: %w", fetch.ErrUnreachable, err)
}
