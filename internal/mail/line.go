package mail

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"sifara/internal/errs"
)

// ErrUnknown: the connection broke after a letter had been handed over and
// before the server said whether it took it. The letter may have arrived:
// sending it again may send it twice.
var ErrUnknown = errs.New(errs.Unavailable, "mail.unknown")

// Envelope says who gets back what cannot be delivered, and who is to get it.
// Both are bare addresses as Bare gives them.
type Envelope struct{ From, To string }

// Line is a way on which many letters go, one after the other. It is for one
// goroutine. A letter is announced first and handed over then, so that the last
// question (may it go?) is asked when only its content is missing.
type Line interface {
	// Announce tells the server of the next letter. A *Refusal concerns that
	// letter alone, and the line can be used on; after any other error it
	// cannot. Nothing has been sent in either case.
	Announce(ctx context.Context, e Envelope) error
	// Hand hands over the announced letter, complete with header and CRLF line
	// ends, and announces the next one, if any, in the same breath. handed is
	// nil when the letter was accepted, a *Refusal when it was not, ErrUnknown
	// when nobody can tell; after that the line cannot be used on. announced is
	// what Announce would have said of the next.
	Hand(ctx context.Context, letter []byte, next *Envelope) (handed, announced error)
	// Close leaves. A letter that was announced and not handed over is not sent.
	Close() error
}

// Carrier opens lines. It is safe for concurrent use.
type Carrier interface {
	Open(ctx context.Context) (Line, error)
}

// Refusal is a server's no. It holds codes only: texts of servers repeat
// addresses. It wraps ErrRefused when it is for good, else ErrUnavailable.
type Refusal struct {
	Code     int    // 550
	Enhanced string // "5.1.1", empty when the server told none (RFC 3463)
	Stage    string // "MAIL", "RCPT", "DATA" or "LETTER"
}

// Error implements error.
func (r *Refusal) Error() string {
	return strings.TrimSpace(fmt.Sprintf("mail server at %s: %d %s", r.Stage, r.Code, r.Enhanced))
}

// Unwrap gives the kind of the refusal.
func (r *Refusal) Unwrap() error {
	if r.Code >= 500 {
		return ErrRefused
	}
	return ErrUnavailable
}

// Bare gives the address as envelopes and headers hold it: the domain in ASCII
// and lower case, the local part as it is written. The error is ErrAddress.
func Bare(email string) (string, error) {
	a, err := Address{Email: strings.TrimSpace(email)}.check()
	if err != nil {
		return "", err
	}
	at := strings.LastIndexByte(a.Address, '@')
	return a.Address[:at] + strings.ToLower(a.Address[at:]), nil
}

// Domain is what follows the last '@'.
func Domain(bare string) string { return bare[strings.LastIndexByte(bare, '@')+1:] }

// fit refuses what would break out of a command.
func (e Envelope) fit() error {
	for _, a := range []string{e.From, e.To} {
		if a == "" || len(a) > 320 || strings.ContainsAny(a, "<>\r\n \x00") {
			return fmt.Errorf("mail: envelope: %w", ErrAddress)
		}
	}
	return nil
}

// ascii reports whether every byte is plain.
func ascii(s string) bool {
	return !slices.ContainsFunc([]byte(s), func(b byte) bool { return b >= 0x80 })
}
