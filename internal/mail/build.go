package mail

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"sifara/internal/id"
)

// build makes the MIME message. Long lines are folded by the encoding: QP where
// most is ASCII, base64 where most is not (Arabic would triple in QP).
func build(m Message, from Address, now time.Time) (*gomail.Msg, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	sender, err := from.check()
	if err != nil {
		return nil, fmt.Errorf("mail: sender: %w", ErrMessage)
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(sender)
	for _, to := range m.To {
		a, err := to.check()
		if err != nil {
			return nil, err
		}
		msg.AddToMailAddress(a)
	}
	if m.ReplyTo.Email != "" {
		a, err := m.ReplyTo.check()
		if err != nil {
			return nil, err
		}
		if err := msg.ReplyTo(a.String()); err != nil {
			return nil, fmt.Errorf("mail: reply to: %w", ErrMessage)
		}
	}
	msg.Subject(oneLine(m.Subject))
	msg.SetDateWithValue(now)
	name := m.ID
	if name == "" {
		name = id.New()
	}
	msg.SetMessageIDWithValue(name + "@" + sender.Address[strings.LastIndexByte(sender.Address, '@')+1:])
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // keeps holiday replies away (RFC 3834)
	if m.Lang != "" {
		msg.SetGenHeader(gomail.HeaderContentLang, m.Lang)
	}
	for name, value := range m.Headers {
		msg.SetGenHeader(gomail.Header(name), value)
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text, gomail.WithPartEncoding(encoding(m.Text)))
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML, gomail.WithPartEncoding(encoding(m.HTML)))
	}
	for _, a := range m.Attachments {
		// The reader is read again at each try.
		msg.AttachReadSeeker(oneLine(a.Name), bytes.NewReader(slices.Clone(a.Data)), gomail.WithFileContentType(gomail.ContentType(a.ContentType)))
	}
	return msg, nil
}

func encoding(text string) gomail.Encoding {
	wide := 0
	for i := range len(text) {
		if text[i] >= 0x80 {
			wide++
		}
	}
	if wide > len(text)/6 {
		return gomail.EncodingB64
	}
	return gomail.EncodingQP
}
