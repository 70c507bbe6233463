package mail_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gomessage "github.com/emersion/go-message"
	gomail "github.com/emersion/go-message/mail"

	"sifara/internal/clock"
	"sifara/internal/mail"
)

var (
	noon  = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	house = mail.Address{Name: "وزارة الخارجية", Email: "no-reply@mofa.example"}
	asker = mail.Address{Name: "Rojîn Ş.", Email: "rojin@example.org"}
)

const arabic = "سعادة السفير،\n\nنحيطكم علمًا بأن سؤالكم قد أُجيب عنه. " // one line made long below

func arabicMessage() mail.Message {
	return mail.Message{
		ID: "reply-018f", To: []mail.Address{asker}, ReplyTo: mail.Address{Email: "berlin@mofa.example"},
		Subject: "ردُّ السفارة على سؤالكم بشأن تصديق الوثائق الدراسية الصادرة في الخارج",
		Text:    arabic + strings.Repeat("كلمة ", 800) + "\n.\nنهاية",
		HTML:    `<html lang="ar" dir="rtl"><body><p>` + strings.Repeat("كلمة ", 800) + `</p></body></html>`,
		Lang:    "ar",
		Headers: map[string]string{"List-Unsubscribe": "<https://mofa.example/u/1>"},
		Attachments: []mail.Attachment{
			{Name: "قرار رقم ٥.pdf", ContentType: "application/pdf", Data: bytes.Repeat([]byte("%PDF\x00\xff"), 500)},
		},
	}
}

// parsed is what a mail program would see.
type parsed struct {
	header      gomail.Header
	text, html  string
	attachments map[string][]byte
}

func parse(t *testing.T, raw []byte) parsed {
	t.Helper()
	for i, line := range bytes.Split(raw, []byte("\r\n")) {
		if len(line) > 200 {
			t.Errorf("line %d has %d bytes", i, len(line))
		}
		if bytes.ContainsFunc(line, func(r rune) bool { return r >= 0x80 || r == '\n' || r == '\r' }) {
			t.Errorf("line %d is not 7 bit: %q", i, line)
		}
	}
	r, err := gomail.CreateReader(bytes.NewReader(raw))
	if err != nil && !gomessage.IsUnknownCharset(err) {
		t.Fatal(err)
	}
	p := parsed{header: r.Header, attachments: map[string][]byte{}}
	for {
		part, err := r.NextPart()
		if err == io.EOF {
			return p
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(part.Body)
		if err != nil {
			t.Fatal(err)
		}
		switch h := part.Header.(type) {
		case *gomail.InlineHeader:
			kind, params, _ := h.ContentType()
			if !strings.EqualFold(params["charset"], "utf-8") {
				t.Errorf("%s has charset %q", kind, params["charset"])
			}
			if kind == "text/html" {
				p.html = string(body)
			} else {
				p.text = string(body)
			}
		case *gomail.AttachmentHeader:
			name, err := h.Filename()
			if err != nil {
				t.Error(err)
			}
			p.attachments[name] = body
		}
	}
}

func lines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

// checkArabic compares what arrived with arabicMessage.
func checkArabic(t *testing.T, raw []byte) {
	t.Helper()
	m, p := arabicMessage(), parse(t, raw)
	if got, err := p.header.Subject(); err != nil || got != m.Subject {
		t.Errorf("Subject = %q, %v", got, err)
	}
	for name, want := range map[string]mail.Address{"From": house, "To": asker, "Reply-To": m.ReplyTo} {
		got, err := p.header.AddressList(name)
		if err != nil || len(got) != 1 || got[0].Address != want.Email || got[0].Name != want.Name {
			t.Errorf("%s = %+v, %v; want %+v", name, got, err, want)
		}
	}
	for name, want := range map[string]string{
		"Message-Id": "<reply-018f@mofa.example>", "Content-Language": "ar", "Auto-Submitted": "auto-generated",
		"List-Unsubscribe": "<https://mofa.example/u/1>", "X-Mailer": "", "User-Agent": "",
	} {
		if got := p.header.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if at, err := p.header.Date(); err != nil || !at.Equal(noon) {
		t.Errorf("Date = %v, %v", at, err)
	}
	if got := lines(p.text); got != m.Text {
		t.Errorf("text = %.80q…, want %.80q…", got, m.Text)
	}
	if got := lines(p.html); got != m.HTML {
		t.Errorf("html = %.80q…", got)
	}
	if got := p.attachments["قرار رقم ٥.pdf"]; !bytes.Equal(got, m.Attachments[0].Data) {
		t.Errorf("attachments = %d, %d bytes", len(p.attachments), len(got))
	}
}

func folder(t *testing.T) (*mail.Folder, string, *bytes.Buffer) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "mail")
	var log bytes.Buffer
	f, err := mail.NewFolder(dir, house, clock.At(noon), slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return f, dir, &log
}

func TestFolder(t *testing.T) {
	f, dir, log := folder(t)
	if err := f.Send(context.Background(), arabicMessage()); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "20260501-120000-reply-018f.eml"))
	if err != nil {
		t.Fatal(err)
	}
	checkArabic(t, raw)
	if !strings.Contains(log.String(), "reply-018f.eml") || strings.Contains(log.String(), asker.Email) {
		t.Errorf("log = %s", log)
	}
	simple := mail.Message{To: []mail.Address{{Email: "a@example.org"}, {Email: "b@example.org"}}, Subject: "Your code", Text: "https://mofa.example/i/" + strings.Repeat("x", 300)}
	for range 2 {
		if err := f.Send(context.Background(), simple); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 3 {
		t.Fatalf("files = %v, %v", files, err)
	}
	raw, err = os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if p := parse(t, raw); p.text != simple.Text {
		t.Errorf("text = %q", p.text)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := f.Send(ctx, simple); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestRefusedMessages(t *testing.T) {
	change := func(f func(*mail.Message)) mail.Message {
		m := arabicMessage()
		f(&m)
		return m
	}
	to := func(email string) mail.Message {
		return change(func(m *mail.Message) { m.To = []mail.Address{{Email: email}} })
	}
	f, dir, _ := folder(t)
	for name, test := range map[string]struct {
		m    mail.Message
		want error
	}{
		"nobody":              {change(func(m *mail.Message) { m.To = nil }), mail.ErrMessage},
		"no text":             {change(func(m *mail.Message) { m.Text = "" }), mail.ErrMessage},
		"no subject":          {change(func(m *mail.Message) { m.Subject = "\r\n \u202e" }), mail.ErrMessage},
		"not UTF-8":           {change(func(m *mail.Message) { m.Text = "\xff" }), mail.ErrMessage},
		"id with line break":  {change(func(m *mail.Message) { m.ID = "a\r\nBcc: x@example.org" }), mail.ErrMessage},
		"id with path":        {change(func(m *mail.Message) { m.ID = "../../etc/x" }), mail.ErrMessage},
		"header value":        {change(func(m *mail.Message) { m.Headers = map[string]string{"X-A": "1\r\nBcc: x@example.org"} }), mail.ErrMessage},
		"header name":         {change(func(m *mail.Message) { m.Headers = map[string]string{"X-A: 1\r\nBcc": "x"} }), mail.ErrMessage},
		"own header":          {change(func(m *mail.Message) { m.Headers = map[string]string{"bcc": "x@example.org"} }), mail.ErrMessage},
		"language":            {change(func(m *mail.Message) { m.Lang = "ar\r\nX: y" }), mail.ErrMessage},
		"attachment type":     {change(func(m *mail.Message) { m.Attachments[0].ContentType = "a/b\r\nX: y" }), mail.ErrMessage},
		"too large":           {change(func(m *mail.Message) { m.Attachments[0].Data = make([]byte, 21<<20) }), mail.ErrMessage},
		"empty address":       {to(""), mail.ErrAddress},
		"no domain":           {to("rojin"), mail.ErrAddress},
		"no name":             {to("@example.org"), mail.ErrAddress},
		"two addresses":       {to("a@example.org,b@example.org"), mail.ErrAddress},
		"named address":       {to("A <a@example.org>"), mail.ErrAddress},
		"address line break":  {to("a@example.org\r\nBcc: b@example.org"), mail.ErrAddress},
		"SMTP line break":     {to("a@example.org>\r\nRCPT TO:<b@example.org"), mail.ErrAddress},
		"reply to line break": {change(func(m *mail.Message) { m.ReplyTo.Email = "a@b.example\nX: y" }), mail.ErrAddress},
	} {
		if err := f.Send(context.Background(), test.m); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%d files were written", len(left))
	}
}

// TestHeaderInjection: what people type into names and subjects stays inside
// its header.
func TestHeaderInjection(t *testing.T) {
	for _, evil := range []string{
		"x\r\nBcc: evil@example.org", "x\nBcc: evil@example.org", "x\rBcc: evil@example.org", "x\u2028Bcc: evil@example.org",
		"x\x00\r\n\r\nbody", "سؤال\r\n\tBcc: evil@example.org", "=?utf-8?q?x=0D=0ABcc:_evil@example.org?=", `"x" <evil@example.org>`, "photo\u202egpj.exe",
	} {
		f, dir, _ := folder(t)
		m := mail.Message{ID: "x", To: []mail.Address{{Name: evil, Email: "a@example.org"}}, Subject: evil, Text: "text",
			Attachments: []mail.Attachment{{Name: evil, ContentType: "image/png", Data: []byte("x")}}}
		if err := f.Send(context.Background(), m); err != nil {
			t.Errorf("%q: %v", evil, err)
			continue
		}
		raw, err := os.ReadFile(filepath.Join(dir, "20260501-120000-x.eml"))
		if err != nil {
			t.Fatal(err)
		}
		p := parse(t, raw)
		if p.header.Has("Bcc") {
			t.Errorf("%q: a header was injected:\n%s", evil, raw)
		}
		to, err := p.header.AddressList("To")
		if err != nil || len(to) != 1 || to[0].Address != "a@example.org" {
			t.Errorf("%q: To = %v, %v", evil, to, err)
		}
		if subject, _ := p.header.Subject(); strings.ContainsAny(subject, "\r\n\u202e") {
			t.Errorf("%q: Subject = %q", evil, subject)
		}
		if p.text != "text" || len(p.attachments) != 1 {
			t.Errorf("%q: text %q, %d attachments", evil, p.text, len(p.attachments))
		}
	}
}

func TestParseAddress(t *testing.T) {
	for text, want := range map[string]mail.Address{
		"rojin@example.org":                {Email: "rojin@example.org"},
		"Rojîn Ş. <rojin@example.org>":     {Name: "Rojîn Ş.", Email: "rojin@example.org"},
		" a.b+c@xn--mgbaam7a8h.example":    {Email: "a.b+c@xn--mgbaam7a8h.example"},
		"علي@مثال.example":                 {Email: "علي@مثال.example"},
		"":                                 {},
		"a@b@c":                            {},
		"a@example.org, b@example.org":     {},
		"a@-":                              {},
		"a b@example.org":                  {},
		"a@example.org\r\nBcc: b@x.org":    {},
		strings.Repeat("a", 65) + "@x.org": {},
		"<script>@example.org":             {},
		"\"a\r\nb\"@example.org":           {},
	} {
		got, err := mail.ParseAddress(text)
		if got != want || (err == nil) != (want != mail.Address{}) {
			t.Errorf("ParseAddress(%q) = %+v, %v; want %+v", text, got, err, want)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, s := range []string{"a@example.org", "A <a@example.org>", "a@[127.0.0.1]", "\"a b\"@x.org", "a@x.org\r\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := mail.ParseAddress(text)
		if err != nil {
			return
		}
		if strings.ContainsAny(a.String(), "\r\n") || slices.Contains([]byte(a.Email), 0) {
			t.Fatalf("ParseAddress(%q) = %q", text, a)
		}
		again, err := mail.ParseAddress(a.String())
		if err != nil || again.Email != a.Email {
			t.Fatalf("ParseAddress(%q) = %q, which reads as %q, %v", text, a, again, err)
		}
	})
}
