package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"sifara/internal/clock"
	"sifara/internal/errs"
)

// TLS says how the connection to the mail server is protected.
type TLS string

// The policies. The zero value is STARTTLS.
const (
	STARTTLS      TLS = "starttls"      // must be offered and its certificate valid
	Implicit      TLS = "tls"           // from the first byte (port 465)
	Opportunistic TLS = "opportunistic" // when offered; no password is ever sent without
	Plain         TLS = "none"          // for a relay on the same machine; no password
)

// SMTPOptions say where and as whom to send. Host and From are needed.
type SMTPOptions struct {
	Host     string
	Port     int // 0 means 587, or 465 for Implicit, 25 for Plain
	TLS      TLS
	Username string // empty: no sign-in
	Password string
	From     Address
	Hello    string         // our own name; empty means the domain of From
	Timeout  time.Duration  // for each step; 0 means 30 s
	RootCAs  *x509.CertPool // nil means the system's
}

// SMTP sends through a mail server, with one connection for each message.
type SMTP struct {
	o     SMTPOptions
	clock clock.Clock
	opts  []gomail.Option
}

// NewSMTP checks the settings; it does not connect. A password without
// protection is refused.
func NewSMTP(o SMTPOptions, c clock.Clock) (*SMTP, error) {
	from, err := o.From.check()
	if err != nil {
		return nil, fmt.Errorf("mail server: sender %q: %w", o.From.Email, err)
	}
	if o.Hello == "" {
		o.Hello = from.Address[strings.LastIndexByte(from.Address, '@')+1:]
	}
	if o.Timeout == 0 {
		o.Timeout = 30 * time.Second
	}
	s := &SMTP{o: o, clock: c}
	s.opts = []gomail.Option{
		gomail.WithHELO(o.Hello), gomail.WithTimeout(o.Timeout),
		gomail.WithTLSConfig(&tls.Config{ServerName: o.Host, MinVersion: tls.VersionTLS12, RootCAs: o.RootCAs}),
	}
	port := 587
	switch o.TLS {
	case "", STARTTLS:
		s.opts = append(s.opts, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case Implicit:
		s.opts, port = append(s.opts, gomail.WithSSL()), 465
	case Opportunistic:
		s.opts = append(s.opts, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	case Plain:
		if o.Username != "" {
			return nil, errors.New("mail server: a password needs TLS")
		}
		s.opts, port = append(s.opts, gomail.WithTLSPolicy(gomail.NoTLS)), 25
	default:
		return nil, fmt.Errorf("mail server: unknown TLS policy %q", o.TLS)
	}
	if o.Port != 0 {
		port = o.Port
	}
	s.opts = append(s.opts, gomail.WithPort(port))
	if o.Username != "" {
		// The discovery never picks a mechanism that shows the password on an
		// unprotected connection.
		s.opts = append(s.opts, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(o.Username), gomail.WithPassword(o.Password))
	}
	if _, err := gomail.NewClient(o.Host, s.opts...); err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	return s, nil
}

// Send implements Sender.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	msg, err := build(m, s.o.From, s.clock.Now())
	if err != nil {
		return err
	}
	client, err := gomail.NewClient(s.o.Host, s.opts...)
	if err != nil {
		return fmt.Errorf("mail server: %w", err)
	}
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return fmt.Errorf("mail server %s: %w", s.o.Host, wrap(ErrUnavailable, err))
	}
	// What goes wrong with the farewell does not matter: a message that has been
	// accepted must not be sent twice.
	defer func() { _ = client.CloseWithSMTPClient(conn) }()
	if err := client.SendWithSMTPClient(conn, msg); err != nil {
		return fmt.Errorf("mail server %s: %w", s.o.Host, sorted(err))
	}
	return nil
}

// Check connects, signs in and leaves, for `doctor` and the settings page.
func (s *SMTP) Check(ctx context.Context) error {
	client, err := gomail.NewClient(s.o.Host, s.opts...)
	if err != nil {
		return fmt.Errorf("mail server: %w", err)
	}
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return fmt.Errorf("mail server %s: %w", s.o.Host, wrap(ErrUnavailable, err))
	}
	_ = client.CloseWithSMTPClient(conn)
	return nil
}

// sorted tells a refusal for good (5xx) from one that passes.
func sorted(err error) error {
	if e, ok := errors.AsType[*gomail.SendError](err); ok && !e.IsTemp() && e.ErrorCode() >= 500 {
		return wrap(ErrRefused, err)
	}
	return wrap(ErrUnavailable, err)
}

func wrap(kind *errs.Error, cause error) error {
	return errs.Wrap(cause, kind.Kind, kind.Key, kind.Args...)
}
