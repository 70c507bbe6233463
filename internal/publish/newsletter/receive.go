package newsletter

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"time"

	"github.com/emersion/go-smtp"

	"sifara/internal/errs"
	"sifara/internal/perm"
)

// Receive takes bounces and complaints from a mail server at an address, by
// SMTP or, with lmtp, by LMTP, until ctx ends. It takes nothing but return
// addresses that this house gave out, and sends nothing anywhere.
func (s *Service) Receive(ctx context.Context, l net.Listener, lmtp bool) error {
	srv := smtp.NewServer(receiver{s})
	srv.Domain, srv.LMTP = s.Return, lmtp
	srv.ReadTimeout, srv.WriteTimeout = time.Minute, time.Minute
	srv.MaxMessageBytes, srv.MaxRecipients, srv.MaxLineLength = maxReport, 10, 2000
	srv.ErrorLog = log.New(io.Discard, "", 0) // its lines may hold addresses
	stop := context.AfterFunc(ctx, func() { _ = srv.Close() })
	defer stop()
	if err := srv.Serve(l); err != nil && ctx.Err() == nil && !errors.Is(err, smtp.ErrServerClosed) {
		return fmt.Errorf("newsletter: take bounces: %w", err)
	}
	return nil
}

type receiver struct{ s *Service }

// NewSession implements smtp.Backend.
func (r receiver) NewSession(*smtp.Conn) (smtp.Session, error) { return &reception{s: r.s}, nil }

// reception is one conversation with a mail server.
type reception struct {
	s  *Service
	to string
}

var errNotOurs = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such return address"}

// Mail implements smtp.Session.
func (r *reception) Mail(string, *smtp.MailOptions) error { return nil }

// Rcpt implements smtp.Session: only return addresses of ours, and one at a
// time.
func (r *reception) Rcpt(to string, _ *smtp.RcptOptions) error {
	if _, _, ok := r.s.deliveryOf(codeIn(to)); !ok || r.to != "" {
		return errNotOurs
	}
	r.to = to
	return nil
}

// Data implements smtp.Session. What is no report is taken and forgotten: it is
// an automatic reply, and refusing it would make another.
func (r *reception) Data(in io.Reader) error {
	ctx, cancel := context.WithTimeout(perm.With(context.Background(), perm.SystemActor("newsletter bounces")), time.Minute)
	defer cancel()
	_, err := r.s.Returned(ctx, in, r.to)
	_, _ = io.Copy(io.Discard, in)
	if err == nil || errors.Is(err, ErrNoReport) {
		return nil
	}
	r.s.Log.Warn("a bounce was not taken", "err", errs.KindOf(err))
	return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "try again later"}
}

// Reset implements smtp.Session.
func (r *reception) Reset() { r.to = "" }

// Logout implements smtp.Session.
func (r *reception) Logout() error { return nil }
