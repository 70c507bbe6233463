package mail

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	gomail "github.com/wneessen/go-mail"
	gosmtp "github.com/wneessen/go-mail/smtp"
)

// smtpLine sends many letters over one connection. Where the server allows it
// (PIPELINING, RFC 2920), a letter's content and the commands of the next go in
// one flight, so that each letter costs one write and one wait.
type smtpLine struct {
	client  *gosmtp.Client
	host    string
	timeout time.Duration
	flights bool // the server takes commands without waiting for each answer
	utf8    bool
	reset   bool // the transaction before was not ended
	rest    time.Time
	w       *bufio.Writer // so large that a letter is one write
}

// flight is how much a line gathers before it writes.
const flight = 64 << 10

// restful is how long a line may rest until it is asked whether it still holds.
const restful = 5 * time.Second

// Open implements Carrier.
func (s *SMTP) Open(ctx context.Context) (Line, error) {
	client, err := gomail.NewClient(s.o.Host, s.opts...)
	if err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return nil, fmt.Errorf("mail server %s: %w", s.o.Host, wrap(ErrUnavailable, err))
	}
	l := &smtpLine{client: conn, host: s.o.Host, timeout: s.o.Timeout, rest: time.Now(), w: bufio.NewWriterSize(conn.Text.W, flight)}
	l.flights, _ = conn.Extension("PIPELINING")
	l.utf8, _ = conn.Extension("SMTPUTF8")
	return l, nil
}

// Announce implements Line.
func (l *smtpLine) Announce(ctx context.Context, e Envelope) error {
	if err := errors.Join(ctx.Err(), e.fit()); err != nil {
		return err
	}
	if err := l.extend(); err != nil {
		return err
	}
	if time.Since(l.rest) > restful {
		l.reset = true
	}
	l.commands(e)
	return l.answers(e)
}

// Hand implements Line.
func (l *smtpLine) Hand(ctx context.Context, letter []byte, next *Envelope) (handed, announced error) {
	if err := l.extend(); err != nil {
		return err, err
	}
	writeDotted(l.w, letter)
	if next != nil && next.fit() != nil {
		announced, next = next.fit(), nil
	}
	inFlight := next != nil && l.flights && ctx.Err() == nil
	if inFlight {
		l.commands(*next)
	}
	if err := l.flush(); err != nil {
		return l.broken(ErrUnknown, err), l.broken(ErrUnavailable, err)
	}
	code, text, err := l.client.Text.ReadResponse(0)
	l.rest = time.Now()
	switch {
	case err != nil && code == 0:
		return l.broken(ErrUnknown, err), l.broken(ErrUnavailable, err)
	case code/100 != 2:
		handed = refusal(code, text, "LETTER")
	}
	if code == 421 { // it closes the line after this answer
		return handed, l.broken(ErrUnavailable, handed)
	}
	switch {
	case inFlight:
		announced = l.answers(*next)
	case next != nil:
		announced = l.Announce(ctx, *next)
	}
	return handed, announced
}

// commands writes what announces a letter into the buffer.
func (l *smtpLine) commands(e Envelope) {
	w := l.w
	if l.reset {
		_, _ = w.WriteString("RSET\r\n")
	}
	_, _ = w.WriteString("MAIL FROM:<" + e.From + ">")
	if l.utf8 && !ascii(e.From+e.To) {
		_, _ = w.WriteString(" SMTPUTF8")
	}
	_, _ = w.WriteString("\r\n")
	if l.flights {
		_, _ = w.WriteString("RCPT TO:<" + e.To + ">\r\nDATA\r\n")
	}
}

// answers reads what the server says to an announced letter. Without flights
// the commands after the first are written here, each after the answer before.
func (l *smtpLine) answers(e Envelope) error {
	if l.reset {
		if _, err := l.answer("RSET", ""); err != nil {
			return l.broken(ErrUnavailable, err)
		}
		l.reset = false
	}
	from, err := l.answer("MAIL", "RCPT TO:<"+e.To+">\r\n")
	if err != nil {
		return l.broken(ErrUnavailable, err)
	}
	if from != nil && !l.flights {
		return from.orNil()
	}
	to, err := l.answer("RCPT", "DATA\r\n")
	if err != nil {
		return l.first(from, err)
	}
	if to != nil && !l.flights {
		l.reset = true
		return to.orNil()
	}
	data, err := l.answer("DATA", "")
	if err != nil {
		return l.first(from, err)
	}
	no := first(from, to)
	if data == nil && no != nil {
		// It waits for content in spite of having no recipient.
		return l.nothing(no)
	}
	if no = first(no, data); no != nil {
		l.reset = true
		return no
	}
	return nil
}

// nothing ends a letter that has no recipient with empty content.
func (l *smtpLine) nothing(no *Refusal) error {
	_, _ = l.w.WriteString(".\r\n")
	if err := l.flush(); err != nil {
		return l.broken(ErrUnavailable, err)
	}
	if code, _, err := l.client.Text.ReadResponse(0); err != nil && code == 0 {
		return l.broken(ErrUnavailable, err)
	}
	l.reset = true
	return no
}

// answer flushes and reads one answer. A refusal is no error: the error says
// that the line is broken. Without flights, then is written when the answer was
// a yes.
func (l *smtpLine) answer(stage, then string) (*Refusal, error) {
	if err := l.flush(); err != nil {
		return nil, err
	}
	code, text, err := l.client.Text.ReadResponse(0)
	l.rest = time.Now()
	if err != nil && code == 0 {
		return nil, err
	}
	if code == 421 {
		return nil, refusal(code, text, stage)
	}
	if code/100 != 2 && code != 354 {
		return refusal(code, text, stage), nil
	}
	if then != "" && !l.flights {
		_, _ = l.w.WriteString(then)
	}
	return nil, nil
}

func (r *Refusal) orNil() error {
	if r == nil {
		return nil
	}
	return r
}

func first(list ...*Refusal) *Refusal {
	for _, r := range list {
		if r != nil {
			return r
		}
	}
	return nil
}

// first is what is told of a broken line: when the server had refused the
// sender before, that is why.
func (l *smtpLine) first(no *Refusal, err error) error {
	if no != nil {
		err = no
	}
	return l.broken(ErrUnavailable, err)
}

// broken wraps what ended the line, so that it is no refusal of a letter.
func (l *smtpLine) broken(kind error, cause error) error {
	return fmt.Errorf("line to mail server %s: %w (%v)", l.host, kind, cause)
}

// flush writes what was gathered, if anything.
func (l *smtpLine) flush() error {
	if l.w.Buffered() == 0 {
		return nil
	}
	return errors.Join(l.w.Flush(), l.client.Text.W.Flush())
}

// extend gives the next steps their time.
func (l *smtpLine) extend() error {
	if err := l.client.UpdateDeadline(l.timeout); err != nil {
		return l.broken(ErrUnavailable, err)
	}
	return nil
}

// Close implements Line. It does not wait for a farewell.
func (l *smtpLine) Close() error { return l.client.Close() }

// refusal reads the codes at the beginning of an answer and drops its words.
func refusal(code int, text, stage string) *Refusal {
	r := &Refusal{Code: code, Stage: stage}
	end := 0
	for end < len(text) && end < 9 && (text[end] == '.' || text[end] >= '0' && text[end] <= '9') {
		end++
	}
	if bytes.Count([]byte(text[:end]), []byte{'.'}) == 2 {
		r.Enhanced = text[:end]
	}
	return r
}

// writeDotted writes content with dots doubled where a line begins with one, and
// the line that ends it.
func writeDotted(w *bufio.Writer, b []byte) {
	if len(b) > 0 && b[0] == '.' {
		_, _ = w.WriteString(".")
	}
	for {
		i := bytes.Index(b, []byte("\n."))
		if i < 0 {
			break
		}
		_, _ = w.Write(b[:i+1])
		_, _ = w.WriteString(".")
		b = b[i+1:]
	}
	_, _ = w.Write(b)
	if !bytes.HasSuffix(b, []byte("\r\n")) {
		_, _ = w.WriteString("\r\n")
	}
	_, _ = w.WriteString(".\r\n")
}
