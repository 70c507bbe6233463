package mail_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"sifara/internal/clock"
	"sifara/internal/mail"
)

// server is a real SMTP server that keeps what it accepts.
type server struct {
	mu      sync.Mutex
	from    string
	to      []string
	data    [][]byte
	signins []string
	hello   string
	encrypt bool
}

func (s *server) NewSession(c *smtp.Conn) (smtp.Session, error) {
	_, encrypted := c.TLSConnectionState()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hello, s.encrypt = c.Hostname(), encrypted
	return &session{server: s, encrypted: encrypted}, nil
}

type session struct {
	*server
	encrypted bool
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.signins = append(s.signins, user+":"+password)
		if password != "right" {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.from, s.to = from, nil
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	switch {
	case strings.HasPrefix(to, "gone@"):
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}
	case strings.HasPrefix(to, "full@"):
		return &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 2, 2}, Message: "mailbox full"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.data = append(s.data, raw)
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

// start runs the server on loopback. The certificate is that of httptest, for
// "example.com" and 127.0.0.1.
func start(t *testing.T, withTLS, implicit bool) (*server, int, *x509.CertPool) {
	t.Helper()
	cert := httptest.NewUnstartedServer(nil)
	cert.StartTLS()
	cert.Close()
	pool := x509.NewCertPool()
	pool.AddCert(cert.Certificate())
	s := &server{}
	srv := smtp.NewServer(s)
	srv.Domain, srv.AllowInsecureAuth, srv.MaxLineLength = "mail.test", true, 1000
	srv.ErrorLog = log.New(io.Discard, "", 0)
	if withTLS {
		srv.TLSConfig = &tls.Config{Certificates: cert.TLS.Certificates}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	if implicit {
		l = tls.NewListener(l, srv.TLSConfig)
	}
	go srv.Serve(l)
	t.Cleanup(func() { srv.Close() })
	return s, port, pool
}

func TestSMTP(t *testing.T) {
	for _, test := range []struct {
		name               string
		policy             mail.TLS
		withTLS, implicit  bool
		user               string
		trust, wantEncrypt bool
		want               error
	}{
		{name: "starttls with password", policy: mail.STARTTLS, withTLS: true, user: "house", trust: true, wantEncrypt: true},
		{name: "starttls is the default", withTLS: true, trust: true, wantEncrypt: true},
		{name: "starttls not offered", policy: mail.STARTTLS, want: mail.ErrUnavailable},
		{name: "unknown certificate", policy: mail.STARTTLS, withTLS: true, want: mail.ErrUnavailable},
		{name: "implicit", policy: mail.Implicit, withTLS: true, implicit: true, user: "house", trust: true, wantEncrypt: true},
		{name: "opportunistic, offered", policy: mail.Opportunistic, withTLS: true, trust: true, wantEncrypt: true},
		{name: "opportunistic, not offered", policy: mail.Opportunistic},
		{name: "plain", policy: mail.Plain, withTLS: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, port, pool := start(t, test.withTLS, test.implicit)
			o := mail.SMTPOptions{Host: "127.0.0.1", Port: port, TLS: test.policy, Username: test.user, Password: "right", From: house, Timeout: 5 * time.Second}
			if test.trust {
				o.RootCAs = pool
			} else {
				o.RootCAs = x509.NewCertPool()
			}
			sender, err := mail.NewSMTP(o, clock.At(noon))
			if err != nil {
				t.Fatal(err)
			}
			err = sender.Send(context.Background(), arabicMessage())
			if !errors.Is(err, test.want) {
				t.Fatalf("Send = %v, want %v", err, test.want)
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			if test.want != nil {
				if len(s.data) != 0 {
					t.Error("the message was sent all the same")
				}
				return
			}
			if s.encrypt != test.wantEncrypt || s.from != house.Email || len(s.to) != 1 || s.to[0] != asker.Email || s.hello != "mofa.example" {
				t.Errorf("encrypted %v, from %q, to %q, hello %q", s.encrypt, s.from, s.to, s.hello)
			}
			if (len(s.signins) == 1) != (test.user != "") {
				t.Errorf("signed in as %q", s.signins)
			}
			checkArabic(t, s.data[0])
		})
	}
}

func TestSMTPFailures(t *testing.T) {
	s, port, pool := start(t, true, false)
	to := func(emails ...string) mail.Message {
		m := mail.Message{Subject: "s", Text: "t"}
		for _, e := range emails {
			m.To = append(m.To, mail.Address{Email: e})
		}
		return m
	}
	good := mail.SMTPOptions{Host: "127.0.0.1", Port: port, From: house, RootCAs: pool, Timeout: 5 * time.Second}
	wrong := good
	wrong.Username, wrong.Password = "house", "s3cret-wrong"
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := good
	nobody.Port = closed.Addr().(*net.TCPAddr).Port
	closed.Close()
	for _, test := range []struct {
		name string
		o    mail.SMTPOptions
		m    mail.Message
		want error
	}{
		{"no such mailbox", good, to("gone@example.org"), mail.ErrRefused},
		{"mailbox full", good, to("full@example.org"), mail.ErrUnavailable},
		{"one of two refused", good, to("a@example.org", "gone@example.org"), mail.ErrRefused},
		{"wrong password", wrong, to("a@example.org"), mail.ErrUnavailable},
		{"no server", nobody, to("a@example.org"), mail.ErrUnavailable},
	} {
		t.Run(test.name, func(t *testing.T) {
			sender, err := mail.NewSMTP(test.o, clock.At(noon))
			if err != nil {
				t.Fatal(err)
			}
			err = sender.Send(context.Background(), test.m)
			if !errors.Is(err, test.want) {
				t.Errorf("Send = %v, want %v", err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), "s3cret") {
				t.Errorf("the error tells the password: %v", err)
			}
		})
	}
	s.mu.Lock()
	if len(s.data) != 0 {
		t.Errorf("%d messages went out", len(s.data))
	}
	s.mu.Unlock()
	if err := mustSMTP(t, good).Check(context.Background()); err != nil {
		t.Errorf("Check = %v", err)
	}
	if err := mustSMTP(t, wrong).Check(context.Background()); !errors.Is(err, mail.ErrUnavailable) {
		t.Errorf("Check with a wrong password = %v", err)
	}
}

func mustSMTP(t *testing.T, o mail.SMTPOptions) *mail.SMTP {
	t.Helper()
	s, err := mail.NewSMTP(o, clock.At(noon))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSMTPSettings(t *testing.T) {
	good := mail.SMTPOptions{Host: "mail.example", From: house}
	for name, change := range map[string]func(*mail.SMTPOptions){
		"no host":              func(o *mail.SMTPOptions) { o.Host = "" },
		"no sender":            func(o *mail.SMTPOptions) { o.From = mail.Address{} },
		"password without TLS": func(o *mail.SMTPOptions) { o.TLS, o.Username = mail.Plain, "house" },
		"unknown policy":       func(o *mail.SMTPOptions) { o.TLS = "maybe" },
		"bad port":             func(o *mail.SMTPOptions) { o.Port = 70_000 },
	} {
		o := good
		change(&o)
		if _, err := mail.NewSMTP(o, clock.At(noon)); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if _, err := mail.NewSMTP(good, clock.At(noon)); err != nil {
		t.Error(err)
	}
}
