package newslettertest

import (
	"errors"
	"io"
	"log"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"sifara/internal/clock"
	"sifara/internal/mail"
)

// Sink is a mail server that keeps what it took. What it does with a recipient
// follows from the address:
//
//	gone…    550 5.1.1 at RCPT       full…   452 4.2.2 at RCPT
//	policy…  550 5.7.1 after DATA    grey…   451 at the first try
//	drop…    takes the letter and drops the connection without an answer
//	cut…     drops the connection in the middle of the content
//	stall…   takes the letter and does not answer until Stall is closed
type Sink struct {
	Address string
	Stall   chan struct{}

	took    func(to string)
	mu      sync.Mutex
	letters map[string][][]byte
	tries   map[string]int
	srv     *smtp.Server
}

// NewSink starts one on loopback until the test ends.
func NewSink(t testing.TB) *Sink {
	t.Helper()
	s := &Sink{Stall: make(chan struct{}), letters: map[string][][]byte{}, tries: map[string]int{}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Address = l.Addr().String()
	s.srv = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &conversation{sink: s, conn: c}, nil }))
	s.srv.Domain, s.srv.AllowInsecureAuth, s.srv.MaxLineLength = "sink.test", true, 1000
	s.srv.ErrorLog = log.New(io.Discard, "", 0)
	go func() { _ = s.srv.Serve(l) }()
	t.Cleanup(func() { s.srv.Close() })
	return s
}

// Carrier sends to the sink.
func (s *Sink) Carrier(t testing.TB) mail.Carrier {
	t.Helper()
	c, err := CarrierTo(s.Address, 3*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// CarrierTo sends to a mail server on loopback.
func CarrierTo(address string, timeout time.Duration) (*mail.SMTP, error) {
	a, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, err
	}
	return mail.NewSMTP(mail.SMTPOptions{Host: "127.0.0.1", Port: a.Port, TLS: mail.Plain, From: From, Timeout: timeout}, clock.System{})
}

// Letters gives what was taken for a recipient.
func (s *Sink) Letters(to string) [][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.letters[to]
}

// Listen has fn hear of each letter that is taken; nil of none.
func (s *Sink) Listen(fn func(to string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.took = fn
}

// Counts gives how many letters were taken, by recipient.
func (s *Sink) Counts() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]int{}
	for to, l := range s.letters {
		out[to] = len(l)
	}
	return out
}

type conversation struct {
	sink *Sink
	conn *smtp.Conn
	to   string
}

func (c *conversation) Mail(string, *smtp.MailOptions) error { return nil }

func (c *conversation) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.sink.mu.Lock()
	defer c.sink.mu.Unlock()
	c.sink.tries[to]++
	switch {
	case strings.HasPrefix(to, "gone"):
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox " + to}
	case strings.HasPrefix(to, "full"), strings.HasPrefix(to, "grey") && c.sink.tries[to] == 1:
		return &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 2, 2}, Message: "later"}
	}
	c.to = to
	return nil
}

func (c *conversation) Data(r io.Reader) error {
	if strings.HasPrefix(c.to, "cut") {
		_, _ = io.CopyN(io.Discard, r, 100)
		c.conn.Close()
		return errors.New("cut")
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if strings.HasPrefix(c.to, "policy") {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "not wanted"}
	}
	c.sink.mu.Lock()
	c.sink.letters[c.to] = append(c.sink.letters[c.to], raw)
	took := c.sink.took
	c.sink.mu.Unlock()
	if took != nil {
		took(c.to)
	}
	switch {
	case strings.HasPrefix(c.to, "drop"):
		c.conn.Close()
	case strings.HasPrefix(c.to, "stall"):
		<-c.sink.Stall
	}
	return nil
}

func (c *conversation) Reset()        { c.to = "" }
func (c *conversation) Logout() error { return nil }
