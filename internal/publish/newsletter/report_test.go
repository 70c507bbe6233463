package newsletter_test

import (
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"sifara/internal/i18n"
	"sifara/internal/publish/newsletter"
	"sifara/internal/publish/newsletter/newslettertest"
)

// bounce is a delivery status notification (RFC 3464) as Postfix writes it.
func bounce(action, status, original string) string {
	return "From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"B\"\r\n\r\n" +
		"--B\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nI'm sorry.\r\n\r\n--B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; x@y.example\r\nAction: " + action + "\r\nStatus: " + status + "\r\nDiagnostic-Code: smtp; 550 " + status + " no\r\n\r\n" +
		"--B\r\nContent-Type: message/rfc822\r\n\r\n" + original + "\r\n--B--\r\n"
}

// complaint is a feedback report (RFC 5965).
func complaint(original string) string {
	return "From: fbl@provider.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=feedback-report; boundary=\"B\"\r\n\r\n--B\r\nContent-Type: text/plain\r\n\r\nThis is a complaint.\r\n" +
		"--B\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: x/1\r\nVersion: 1\r\n\r\n--B\r\nContent-Type: message/rfc822\r\n\r\n" + original + "\r\n--B--\r\n"
}

// TestWhatComesBack takes bounces and complaints, by hand and over LMTP.
func TestWhatComesBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Enlist(t, h.list, i18n.English, "hard@x.example", "soft@x.example", "angry@x.example", "fine@x.example")
		letter := h.send(nil)
		original := func(who string) string { return string(h.sink.Letters(who + "@x.example")[0]) }
		returned := func(text, to string, want newsletter.ReportKind) {
			t.Helper()
			for range 2 { // the same report twice is one
				r, err := h.Returned(newslettertest.System(t), strings.NewReader(text), to)
				if err != nil || r.Kind != want {
					t.Errorf("%q, %v; want %q", r.Kind, err, want)
				}
			}
		}
		returned(bounce("failed", "5.1.1", original("hard")), "", newsletter.HardBounce)
		returned(bounce("delayed", "4.4.1", original("fine")), "", newsletter.Delayed)
		if got := h.onList(); got != 3 {
			t.Errorf("%d on the list after a hard bounce", got)
		}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ctx := newslettertest.System(t)
		go func() { _ = h.Receive(ctx, l, true) }()
		c, err := smtp.Dial(l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		c.Close()
		conn, err := net.DialTimeout("tcp", l.Addr().String(), time.Second)
		if err != nil {
			t.Fatal(err)
		}
		lm := smtp.NewClientLMTP(conn)
		defer lm.Close()
		id := h.sink.Letters("soft@x.example")[0]
		code, _, _ := strings.Cut(strings.SplitAfter(string(id), "Message-ID: <")[1], "@")
		send := func(to, text string) error {
			if err := lm.Reset(); err != nil {
				return err
			}
			if err := lm.Mail("", nil); err != nil {
				return err
			}
			if err := lm.Rcpt(to, nil); err != nil {
				return err
			}
			w, err := lm.Data()
			if err != nil {
				return err
			}
			if _, err := w.Write([]byte(text)); err != nil {
				return err
			}
			return w.Close()
		}
		if err := send("bounces+"+code+"@mofa.example", bounce("failed", "5.2.2", "Subject: cut off\r\n\r\n")); err != nil {
			t.Error(err)
		}
		if err := send("bounces+"+strings.Repeat("a", 42)+"@mofa.example", "x"); err == nil {
			t.Error("a return address of nobody was taken")
		}
		if err := send("press@mofa.example", "x"); err == nil {
			t.Error("mail for somebody else was taken")
		}
		if got := h.rows(letter.ID); got[newsletter.RowBounced] != 2 || got[newsletter.RowSent] != 2 || h.onList() != 3 {
			t.Errorf("%v, %d on the list", got, h.onList())
		}
		returned(complaint(original("angry")), "", newsletter.Complaint)
		if h.onList() != 2 {
			t.Errorf("%d on the list after a complaint", h.onList())
		}
		for name, text := range map[string]string{"a letter": "Subject: hi\r\n\r\nhello", "delivered": bounce("delivered", "2.0.0", original("fine")), "nothing": "", "forged": bounce("failed", "5.1.1", strings.Replace(original("fine"), "Message-ID: <", "Message-ID: <a", 1))} {
			if _, err := h.Returned(newslettertest.System(t), strings.NewReader(text), ""); err == nil {
				t.Errorf("%s was taken for a report", name)
			}
		}
		if h.onList() != 2 {
			t.Errorf("%d on the list in the end", h.onList())
		}
	})
}

func FuzzParseReport(f *testing.F) {
	f.Add(bounce("failed", "5.1.1", "Return-Path: <bounces+"+strings.Repeat("a", 42)+"@mofa.example>\r\n\r\n"), "")
	f.Add(complaint("Message-ID: <"+strings.Repeat("b", 42)+"@mofa.example>\r\n\r\n"), "bounces+"+strings.Repeat("c", 42)+"@x.example")
	f.Add("Content-Type: multipart/report; boundary=\"\"\r\n\r\n--", "a@b")
	f.Fuzz(func(t *testing.T, text, to string) {
		r, err := newsletter.ParseReport(strings.NewReader(text), to)
		if err != nil {
			return
		}
		if len(r.Code) != 42 || strings.Trim(r.Code, "abcdefghijklmnopqrstuvwxyz234567") != "" || len(r.Status) > 9 || r.Kind == "" {
			t.Fatalf("%+v", r)
		}
	})
}
