package newsletter

import (
	"bufio"
	"bytes"
	"io"
	"net/textproto"
	"strings"

	"github.com/emersion/go-message"

	"sifara/internal/errs"
)

// ReportKind sorts what comes back.
type ReportKind string

// The kinds of report.
const (
	HardBounce ReportKind = "hard"      // there is no such mailbox
	SoftBounce ReportKind = "soft"      // full, too large, refused by policy, given up
	Delayed    ReportKind = "delayed"   // it is still being tried
	Complaint  ReportKind = "complaint" // marked as unwanted by who got it
)

// Report is what came back of one letter.
type Report struct {
	Kind   ReportKind
	Code   string // return code in VERP: which delivery
	Status string // enhanced status code of a bounce: "5.1.1"
}

// ErrNoReport: the message is no report that we understand: an automatic reply,
// a letter from a person, something hostile.
var ErrNoReport = errs.New(errs.Invalid, "newsletter.error.no_report")

// The bounds of reports: what a server of others sends is hostile until read.
const (
	maxReport  = 1 << 20
	maxParts   = 20
	maxDepth   = 4
	maxFields  = 64 << 10
	reportPart = "multipart/report"
)

// ParseReport reads a delivery status notification (RFC 3464) or a feedback
// report (RFC 5965). to is the address it came to, with the code of the
// delivery; when it has none, the code is looked for in what is reported. It
// never trusts addresses in the text: the code is signed. The error is
// ErrNoReport.
func ParseReport(r io.Reader, to string) (Report, error) {
	e, err := message.Read(bufio.NewReader(io.LimitReader(r, maxReport)))
	if err != nil && !message.IsUnknownCharset(err) || e == nil {
		return Report{}, ErrNoReport
	}
	kind, params, _ := e.Header.ContentType()
	if kind != reportPart {
		return Report{}, ErrNoReport
	}
	p := &reading{code: codeIn(to), feedback: strings.EqualFold(params["report-type"], "feedback-report")}
	p.parts(e, 0)
	return p.report()
}

// reading gathers what a report says.
type reading struct {
	code     string
	feedback bool
	abuse    bool
	action   string
	status   string
	seen     int
}

// parts walks through the parts of a report. What cannot be read is passed over.
func (p *reading) parts(e *message.Entity, depth int) {
	m := e.MultipartReader()
	if m == nil || depth >= maxDepth {
		return
	}
	defer m.Close()
	for p.seen < maxParts {
		part, err := m.NextPart()
		if err != nil && !message.IsUnknownCharset(err) || part == nil {
			return
		}
		p.seen++
		kind, _, _ := part.Header.ContentType()
		switch kind {
		case "message/delivery-status":
			p.delivery(part.Body)
		case "message/feedback-report":
			p.complaint(part.Body)
		case "message/rfc822", "text/rfc822-headers", "message/rfc822-headers":
			p.original(part.Body)
		default:
			p.parts(part, depth+1)
		}
	}
}

// fields reads groups of fields apart by empty lines.
func fields(r io.Reader) []textproto.MIMEHeader {
	var out []textproto.MIMEHeader
	b, err := io.ReadAll(io.LimitReader(r, maxFields))
	if err != nil && len(b) == 0 {
		return nil
	}
	in := textproto.NewReader(bufio.NewReader(bytes.NewReader(b)))
	for range maxParts {
		h, err := in.ReadMIMEHeader()
		if len(h) > 0 {
			out = append(out, h)
		}
		if err != nil {
			return out
		}
	}
	return out
}

// delivery reads a delivery status. One letter has one recipient, so the first
// group that tells an action tells all.
func (p *reading) delivery(r io.Reader) {
	for _, h := range fields(r) {
		action := strings.ToLower(strings.TrimSpace(h.Get("Action")))
		if action == "" || p.action != "" {
			continue
		}
		p.action, p.status = action, statusIn(h.Get("Status"))
		if p.status == "" || p.status == "5.0.0" {
			if s := statusIn(strings.TrimPrefix(strings.ToLower(h.Get("Diagnostic-Code")), "smtp;")); s != "" {
				p.status = s
			}
		}
	}
}

// statusIn finds the first enhanced status code in a line.
func statusIn(line string) string {
	for w := range strings.FieldsFuncSeq(line, func(r rune) bool { return r != '.' && (r < '0' || r > '9') }) {
		a := strings.Split(w, ".")
		if len(a) == 3 && (a[0] == "4" || a[0] == "5") && a[1] != "" && a[2] != "" && len(w) <= 9 {
			return w
		}
	}
	return ""
}

func (p *reading) complaint(r io.Reader) {
	for _, h := range fields(r) {
		switch strings.ToLower(strings.TrimSpace(h.Get("Feedback-Type"))) {
		case "abuse", "opt-out", "fraud", "virus":
			p.abuse = true
		}
		p.find(h.Get("Original-Mail-From"))
	}
}

// original looks for the code in the letter that is reported.
func (p *reading) original(r io.Reader) {
	blocks := fields(r)
	if len(blocks) == 0 {
		return
	}
	for _, name := range []string{"Return-Path", "Message-Id", "X-Original-To"} {
		p.find(blocks[0].Get(name))
	}
}

func (p *reading) find(address string) {
	if p.code == "" {
		p.code = codeIn(address)
	}
}

// verpLen is the length of a code in a return address.
const verpLen = 42

// codeIn takes the code out of "<bounces+CODE@…>" or of a Message-ID
// "<CODE@…>"; empty when there is none.
func codeIn(address string) string {
	local, _, ok := strings.Cut(strings.Trim(strings.TrimSpace(address), "<>"), "@")
	if !ok {
		return ""
	}
	if _, code, ok := strings.Cut(strings.ToLower(local), returnLocal); ok {
		local = code
	}
	local = strings.ToLower(local)
	if len(local) != verpLen || strings.Trim(local, "abcdefghijklmnopqrstuvwxyz234567") != "" {
		return ""
	}
	return local
}

// report says what was gathered.
func (p *reading) report() (Report, error) {
	r := Report{Code: p.code, Status: p.status}
	switch {
	case p.code == "":
		return Report{}, ErrNoReport
	case p.feedback && p.abuse:
		r.Kind = Complaint
	case p.feedback:
		return Report{}, ErrNoReport
	case p.action == "delayed":
		r.Kind = Delayed
	case p.action == "failed" && hard(0, p.status):
		r.Kind = HardBounce
	case p.action == "failed":
		r.Kind = SoftBounce
	default:
		return Report{}, ErrNoReport // delivered, relayed, expanded
	}
	return r, nil
}
