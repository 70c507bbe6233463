package newsletter

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"sifara/internal/i18n"
	"sifara/internal/mail"
)

// form is an edition with one wording, made once: all bytes of the letter but
// those that are the recipient's own, and where they stand.
type form struct {
	head   []byte // fields of the header that all share, and the empty line
	body   []byte
	slots  []slot
	domain string // of the Message-ID and of return addresses
	base   string // address of the house
}

// slot is where a token stands in the body, character by character: the
// encoding of the body may break its line. coded tells that it stands there in
// base64.
type slot struct {
	at    []int32
	coded bool
}

// compile makes the form of an edition with a wording.
func (s *Service) compile(t Letter, l List, who string, e *Edition, wording string) (*form, error) {
	subject := e.Subject
	if wording == WordingB {
		subject = e.SubjectB
	}
	f := &form{domain: s.Return, base: s.BaseURL}
	boundary := "=_" + strings.ReplaceAll(t.ID, "-", "") + "_" + string(e.Lang)
	var head bytes.Buffer
	field := func(name, value string) { fmt.Fprintf(&head, "%s: %s\r\n", name, value) }
	field("From", mail.Address{Name: who, Email: s.From.Email}.String())
	field("Subject", mime.BEncoding.Encode("utf-8", subject))
	field("Date", t.StartedAt.Std().Format("Mon, 02 Jan 2006 15:04:05 -0700"))
	field("List-Id", "<"+l.Slug+".newsletter."+mail.Domain(s.From.Email)+">")
	field("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	field("List-Archive", "<"+s.BaseURL+"/"+string(e.Lang)+"/newsletter/archive>")
	field("Auto-Submitted", "auto-generated")
	field("Precedence", "bulk")
	field("Content-Language", e.Lang.Tag())
	field("MIME-Version", "1.0")
	field("Content-Type", `multipart/alternative; boundary="`+boundary+`"`)
	head.WriteString("\r\n")
	f.head = head.Bytes()
	var body bytes.Buffer
	for _, part := range []struct{ kind, content string }{{"text/plain", e.Plain}, {"text/html", e.HTML}} {
		fmt.Fprintf(&body, "--%s\r\nContent-Type: %s; charset=utf-8\r\n", boundary, part.kind)
		if err := f.part(&body, s.withLinks(part.content, t.ID, e.Lang, wording)); err != nil {
			return nil, err
		}
	}
	fmt.Fprintf(&body, "--%s--\r\n", boundary)
	f.body = body.Bytes()
	if len(f.head)+len(f.body) > maxLetter {
		return nil, ErrTooLarge
	}
	return f, nil
}

// withLinks puts the counted links of a wording in the place of their marks.
func (s *Service) withLinks(content, letterID string, lang i18n.Lang, wording string) string {
	var b strings.Builder
	for {
		i := strings.Index(content, markLink)
		if i < 0 || len(content) < i+len(markLink)+3 {
			b.WriteString(content)
			return b.String()
		}
		b.WriteString(content[:i])
		n, err := strconv.Atoi(content[i+len(markLink) : i+len(markLink)+2])
		if err == nil {
			b.WriteString(s.BaseURL + "/newsletter/go/" + s.linkCode(link{letterID, lang, wording, n}))
		}
		content = content[i+len(markLink)+3:]
	}
}

// The two fillings differ in every character, as they are and in base64: what
// differs between a body with one and with the other is where a token stands.
var (
	fillA = strings.Repeat("A", tokenLen)
	fillZ = strings.Repeat("z", tokenLen)
)

// part writes a part's encoding and content, and notes where tokens stand.
func (f *form) part(body *bytes.Buffer, content string) error {
	content = strings.ReplaceAll(strings.ReplaceAll(content, "\r\n", "\n"), "\n", "\r\n")
	encode, name := quoted, "quoted-printable"
	if wide(content) {
		encode, name = based, "base64"
		content = aligned(content)
	}
	content = strings.ReplaceAll(content, markPad, "")
	a, err := encode(strings.ReplaceAll(content, markToken, fillA))
	if err != nil {
		return err
	}
	z, err := encode(strings.ReplaceAll(content, markToken, fillZ))
	if err != nil {
		return err
	}
	fmt.Fprintf(body, "Content-Transfer-Encoding: %s\r\n\r\n", name)
	from := body.Len()
	body.Write(a)
	body.WriteString("\r\n")
	long := tokenLen
	if name == "base64" {
		long = base64.StdEncoding.EncodedLen(tokenLen)
	}
	var at []int32
	for i := range a {
		if a[i] != z[i] {
			at = append(at, int32(from+i))
		}
	}
	if len(a) != len(z) || len(at) != long*strings.Count(content, markToken) {
		return fmt.Errorf("newsletter: %d places for tokens in a %s part", len(at), name)
	}
	for len(at) > 0 {
		f.slots = append(f.slots, slot{at[:long], name == "base64"})
		at = at[long:]
	}
	return nil
}

// aligned fills the pads, so that each token begins at a multiple of three
// bytes and its base64 depends on nothing else.
func aligned(content string) string {
	var b strings.Builder
	for {
		pad := strings.Index(content, markPad)
		if pad < 0 {
			b.WriteString(content)
			return b.String()
		}
		token := strings.Index(content[pad:], markToken)
		if token < 0 {
			b.WriteString(content)
			return b.String()
		}
		b.WriteString(content[:pad])
		between := content[pad+len(markPad) : pad+token]
		// What was written so far has tokens in full length.
		have := b.Len() - strings.Count(b.String(), markToken)*(len(markToken)-tokenLen) + len(between)
		b.WriteString(strings.Repeat(" ", (3-have%3)%3) + between + markToken)
		content = content[pad+token+len(markToken):]
	}
}

// wide reports whether base64 is shorter than quoted-printable.
func wide(s string) bool {
	n := 0
	for i := range len(s) {
		if s[i] >= 0x80 {
			n++
		}
	}
	return n > len(s)/6
}

func quoted(s string) ([]byte, error) {
	var b bytes.Buffer
	w := quotedprintable.NewWriter(&b)
	if _, err := w.Write([]byte(s)); err != nil {
		return nil, err
	}
	err := w.Close()
	return b.Bytes(), err
}

func based(s string) ([]byte, error) {
	const line = 57 // bytes, 76 characters
	b := make([]byte, 0, len(s)*3/2)
	for len(s) > 0 {
		n := min(line, len(s))
		b = base64.StdEncoding.AppendEncode(b, []byte(s[:n]))
		if s = s[n:]; s != "" {
			b = append(b, '\r', '\n')
		}
	}
	return b, nil
}

// written is a letter for one recipient. Its bytes are good until the next.
type written struct {
	from string
	data []byte
}

// writer writes letters into one buffer, for one worker.
type letterWriter struct {
	codes *coder
	token []byte
	based []byte
	verp  []byte
	buf   []byte
}

// write writes the letter of a recipient into the buffer, with room at its
// beginning for a signature.
func (w *letterWriter) write(f *form, letter uuid.UUID, n int64, subscriber uuid.UUID, bare string) written {
	w.token = w.codes.tokenOf(w.token[:0], subscriber)
	w.verp = w.codes.verpOf(w.verp[:0], letter, n)
	b := append(w.buf[:0], "To: <"...)
	b = append(b, bare...)
	b = append(b, ">\r\nMessage-ID: <"...)
	b = append(append(append(b, w.verp...), '@'), f.domain...)
	b = append(b, ">\r\nList-Unsubscribe: <"...)
	b = append(append(append(b, f.base...), "/newsletter/unsubscribe/"...), w.token...)
	b = append(b, ">\r\n"...)
	b = append(b, f.head...)
	from := len(b)
	b = append(b, f.body...)
	w.based = base64.StdEncoding.AppendEncode(w.based[:0], w.token)
	for _, s := range f.slots {
		fill := w.token
		if s.coded {
			fill = w.based
		}
		for i, at := range s.at {
			b[from+int(at)] = fill[i]
		}
	}
	w.buf = b
	return written{from: returnLocal + string(w.verp) + "@" + f.domain, data: b}
}

// returnLocal begins the local part of return addresses.
const returnLocal = "bounces+"
