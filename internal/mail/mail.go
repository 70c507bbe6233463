// Package mail builds messages and hands them over: to a folder of .eml files
// (the default, for a house without a mail server) or to an SMTP server.
//
// Sending is an act on the outside world: in the house it is always done by a
// job, which retries on ErrUnavailable and gives up on ErrMessage and
// ErrRefused. Give such a message an ID, so that a second try after a crash
// carries the same Message-ID and the receiver can tell.
package mail

import (
	"context"
	"fmt"
	"net/mail"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"sifara/internal/errs"
)

// Errors of Send.
var (
	// ErrMessage: the message cannot be sent as it is (no recipient, an address
	// that is none, a line break in a header); trying again does not help.
	ErrMessage = errs.New(errs.Invalid, "mail.bad_message")
	// ErrAddress: as ErrMessage, for a recipient that is no mail address.
	ErrAddress = errs.New(errs.Invalid, "mail.bad_address")
	// ErrRefused: the receiving server refused for good (no such mailbox).
	ErrRefused = errs.New(errs.Conflict, "mail.refused")
	// ErrUnavailable: not now; try again later.
	ErrUnavailable = errs.New(errs.Unavailable, "mail.unavailable")
)

// Sender hands one message over. When it returns nil the message is in the
// folder, or the server has accepted it for all recipients; with an error no
// recipient is known to have it. It is safe for concurrent use.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// Address is a mailbox. Name may be empty and in any script.
type Address struct {
	Name  string
	Email string
}

// ParseAddress reads "name@example.org" or "Name <name@example.org>", for a
// form field. The error is ErrAddress.
func ParseAddress(text string) (Address, error) {
	if len(text) > 512 {
		return Address{}, ErrAddress
	}
	a, err := mail.ParseAddress(text)
	if err != nil {
		return Address{}, ErrAddress
	}
	out := Address{Name: a.Name, Email: a.Address}
	if _, err := out.check(); err != nil {
		return Address{}, err
	}
	return out, nil
}

// String is the address as it is written in a header.
func (a Address) String() string { return (&mail.Address{Name: a.Name, Address: a.Email}).String() }

// check returns the address fit for a header: the domain in ASCII, the name on
// one line.
func (a Address) check() (*mail.Address, error) {
	bad := fmt.Errorf("mail: address: %w", ErrAddress)
	at := strings.LastIndexByte(a.Email, '@')
	if at < 1 || len(a.Email) > 254 || at > 64 || !utf8.ValidString(a.Email) || strings.ContainsFunc(a.Email, unicode.IsControl) {
		return nil, bad
	}
	domain, err := idna.Lookup.ToASCII(a.Email[at+1:])
	if err != nil || domain == "" {
		return nil, bad
	}
	// Only what the parser reads back as the same one address gets into a header.
	email := a.Email[:at] + "@" + domain
	parsed, err := mail.ParseAddress("<" + email + ">")
	if err != nil || parsed.Address != email || strings.ContainsAny(email, "<>()[]\\,;:\" ") {
		return nil, bad
	}
	return &mail.Address{Name: oneLine(a.Name), Address: email}, nil
}

// Message is one mail. It goes to all of To in one piece, each seeing the
// others; for people who do not know each other send one each.
type Message struct {
	// ID makes a stable Message-ID (letters, digits, '.', '_', '-'); empty means
	// a random one.
	ID      string
	To      []Address
	ReplyTo Address // none when Email is empty
	// Subject in any script; line breaks and control characters become spaces.
	Subject string
	// Text is the plain text, always needed. HTML is optional and must say its
	// own lang and dir.
	Text string
	HTML string
	// Lang is the language tag of the content ("ar", "ckb"); may be empty.
	Lang string
	// Headers are further headers, such as List-Unsubscribe. Those this package
	// sets itself are refused.
	Headers     map[string]string
	Attachments []Attachment
}

// Attachment is a file. Its name may be in any script.
type Attachment struct {
	Name        string
	ContentType string
	Data        []byte
}

const maxBytes = 20 << 20

var (
	validID     = regexp.MustCompile(`^[A-Za-z0-9._-]{1,120}$`)
	validHeader = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,60}$`)
	validLang   = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$`)
	validType   = regexp.MustCompile(`^[a-z0-9.+-]+/[a-z0-9.+-]+$`)
)

// ours are the headers a caller may not set.
var ours = map[string]bool{
	"from": true, "sender": true, "to": true, "cc": true, "bcc": true, "reply-to": true, "subject": true, "date": true,
	"message-id": true, "mime-version": true, "content-type": true, "content-transfer-encoding": true, "content-language": true,
	"content-disposition": true, "return-path": true, "received": true, "auto-submitted": true, "user-agent": true, "x-mailer": true,
}

// check refuses what could not be sent, or could forge a header.
func (m Message) check() error {
	size := len(m.Text) + len(m.HTML)
	for _, a := range m.Attachments {
		size += len(a.Data)
		if oneLine(a.Name) == "" || !validType.MatchString(a.ContentType) {
			return fmt.Errorf("mail: attachment: %w", ErrMessage)
		}
	}
	switch {
	case len(m.To) == 0 || len(m.To) > 100:
		return fmt.Errorf("mail: %d recipients: %w", len(m.To), ErrMessage)
	case oneLine(m.Subject) == "" || len(m.Subject) > 2000:
		return fmt.Errorf("mail: subject: %w", ErrMessage)
	case m.Text == "" || !utf8.ValidString(m.Text) || !utf8.ValidString(m.HTML):
		return fmt.Errorf("mail: text: %w", ErrMessage)
	case m.ID != "" && !validID.MatchString(m.ID):
		return fmt.Errorf("mail: id: %w", ErrMessage)
	case m.Lang != "" && !validLang.MatchString(m.Lang):
		return fmt.Errorf("mail: language: %w", ErrMessage)
	case size > maxBytes:
		return fmt.Errorf("mail: %d bytes: %w", size, ErrMessage)
	}
	for name, value := range m.Headers {
		if !validHeader.MatchString(name) || ours[strings.ToLower(name)] || len(value) > 900 || strings.ContainsFunc(value, unicode.IsControl) || !utf8.ValidString(value) {
			return fmt.Errorf("mail: header %.60q: %w", name, ErrMessage)
		}
	}
	return nil
}

// oneLine makes a header text: one line, no control characters, none of the
// characters that turn the reading order of what follows (they are used to pass
// a name or a file ending off as another).
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1
		case unicode.IsControl(r), r == 0x2028, r == 0x2029:
			return ' '
		}
		return r
	}, s)
	// An encoded-word that somebody typed would be decoded by the reader.
	s = strings.ReplaceAll(s, "=?", "= ?")
	return strings.Join(strings.Fields(s), " ")
}
