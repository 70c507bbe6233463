package newsletter_test

import (
	"bytes"
	"fmt"
	"io"
	"net/mail"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-message"
	"github.com/emersion/go-msgauth/dkim"

	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/publish/newsletter"
	"sifara/internal/publish/newsletter/newslettertest"
)

// got is a letter as a mail program reads it.
type got struct {
	header      mail.Header
	plain, page string
}

func read(t *testing.T, raw []byte) got {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(raw) {
		if len(line) > 1000 {
			t.Errorf("a line of %d bytes", len(line))
		}
	}
	e, err := message.Read(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	out := got{header: m.Header}
	parts := e.MultipartReader()
	for {
		p, err := parts.NextPart()
		if err != nil {
			break
		}
		b, err := io.ReadAll(p.Body)
		if err != nil {
			t.Fatal(err)
		}
		if kind, _, _ := p.Header.ContentType(); kind == "text/html" {
			out.page = string(b)
		} else {
			out.plain = string(b)
		}
	}
	return out
}

var tokens = regexp.MustCompile(`/newsletter/(unsubscribe|preferences)/([A-Za-z0-9_-]+)`)

// TestEditions wants each reader their language, with their own links in every
// part, and the fallback told.
func TestEditions(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, l := range i18n.Langs {
			h.Enlist(t, h.list, l, string(l)+"-1@a.example", string(l)+"-2@a.example")
		}
		words := newslettertest.Words()
		delete(words, i18n.Sorani)
		m := h.Say(t, "", words)
		letter := h.WriteLetter(t, h.list, m, func(p *newsletter.Plan) { p.UTM = true })
		if _, err := h.Send(newslettertest.As(t, "sender"), letter.ID); err != nil {
			t.Fatal(err)
		}
		h.turn(letter.ID)
		seen := map[string]bool{}
		for _, l := range i18n.Langs {
			for i := range 2 {
				to := fmt.Sprintf("%s-%d@a.example", l, i+1)
				all := h.sink.Letters(to)
				if len(all) != 1 {
					t.Fatalf("%s got %d letters", to, len(all))
				}
				g := read(t, all[0])
				if !strings.Contains(g.page, `<html lang="`+l.Tag()+`" dir="`+l.Dir()+`"`) || g.header.Get("Content-Language") != l.Tag() {
					t.Errorf("%s: no page in its language and direction", to)
				}
				if l == i18n.Sorani && (!strings.Contains(g.page, `lang="ar" dir="rtl">بيان عن`) || !strings.Contains(g.plain, "عەرەبی")) {
					t.Errorf("%s: the fallback is not told:\n%s", to, g.plain)
				}
				token := ""
				for _, part := range []string{g.page, g.plain, g.header.Get("List-Unsubscribe")} {
					for _, x := range tokens.FindAllStringSubmatch(part, -1) {
						if token == "" {
							token = x[2]
						}
						if x[2] != token || len(token) != 36 {
							t.Errorf("%s: token %q, want %q", to, x[2], token)
						}
					}
					if !strings.Contains(part, token) || token == "" {
						t.Errorf("%s: a part without its link", to)
					}
				}
				if seen[token] {
					t.Errorf("%s has the link of another", to)
				}
				seen[token] = true
				if p, err := h.Preferences(t.Context(), token); err != nil || p.Masked != string(l)[:1]+"•••@a.example" {
					t.Errorf("%s: preferences of %q, %v", to, p.Masked, err)
				}
				if strings.ContainsAny(g.page+g.plain, "\x02\x03") || g.header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" || strings.Contains(g.page, "<img") {
					t.Errorf("%s: marks, headers or pictures: %v", to, g.header)
				}
				if a, err := g.header.AddressList("From"); err != nil || a[0].Address != newslettertest.From.Email || a[0].Name == "" {
					t.Errorf("%s: from %v, %v", to, a, err)
				}
			}
		}
		code := regexp.MustCompile(`/newsletter/go/([A-Za-z0-9_-]+)`).FindStringSubmatch(read(t, h.sink.Letters("en-1@a.example")[0]).plain)
		if code == nil {
			t.Fatal("no counted link")
		}
		for range 3 {
			to, err := h.Follow(t.Context(), code[1], true)
			if err != nil || !strings.HasPrefix(to, newslettertest.Base+"/en/statements/"+m.Slug+"?utm_source=newsletter&utm_medium=email&utm_campaign=") {
				t.Errorf("%q, %v", to, err)
			}
		}
		if _, err := h.Follow(t.Context(), code[1][:35]+"x", true); err == nil {
			t.Error("a forged link was followed")
		}
		clicks, err := h.Clicks(newslettertest.System(t), letter.ID)
		if err != nil || len(clicks) != 1 || clicks[0].ClicksA != 3 || clicks[0].Lang != i18n.English {
			t.Errorf("%+v, %v", clicks, err)
		}
		kept, err := h.InArchive(t.Context(), letter.Slug, i18n.English)
		if err != nil || kept.Subject != words[i18n.English].Title || strings.ContainsAny(kept.Content, "\x02\x03") || !strings.Contains(kept.Content, "mofa.example/plan") {
			t.Errorf("archive: %+v, %v", kept, err)
		}
	})
}

// TestSigned has another library verify the signatures of both kinds of key.
func TestSigned(t *testing.T) {
	h := quick(t)
	h.Enlist(t, h.list, i18n.Arabic, "ar@a.example")
	h.Enlist(t, h.list, i18n.English, "en@a.example")
	for i, algorithm := range []string{newsletter.RSA, newsletter.Ed25519} {
		k, err := h.MakeKey(newslettertest.As(t, "head"), algorithm)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.UseKey(newslettertest.As(t, "head"), k.Selector); err != nil {
			t.Fatal(err)
		}
		h.send(nil)
		for _, to := range []string{"ar@a.example", "en@a.example"} {
			raw := h.sink.Letters(to)[i]
			checks, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) {
				if name != k.DNSName("mofa.example") {
					t.Errorf("asked for %s", name)
				}
				return []string{k.DNSValue()}, nil
			}})
			if err != nil || len(checks) != 1 || checks[0].Err != nil || checks[0].Domain != "mofa.example" {
				t.Errorf("%s: %+v, %v", algorithm, checks, err)
			}
		}
		var sealed string
		if err := h.DB.Reader().NewRaw(`SELECT private FROM publish_newsletter_key WHERE selector = ?`, k.Selector).Scan(t.Context(), &sealed); err != nil || !strings.HasPrefix(sealed, "v1.") {
			t.Errorf("the key is stored as %.10q, %v", sealed, err)
		}
		h.clock.Advance(time.Second)
	}
}

// TestTrial tries two subjects: the rest waits, and gets the one that is better
// by more than chance.
func TestTrial(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Enlist(t, h.list, i18n.English, newslettertest.Addresses(400)...)
		letter := h.send(func(p *newsletter.Plan) {
			p.Subjects.A, p.Subjects.B = publish.Texts{i18n.English: "First wording"}, publish.Texts{i18n.English: "Second wording"}
			p.TestShare, p.TestHours = 50, 4
		})
		rows := h.rows(letter.ID)
		if letter.State != newsletter.Sending || rows[newsletter.RowSent] < 150 || rows[newsletter.RowSent] > 250 || rows[newsletter.RowSent]+rows[newsletter.RowQueued] != 400 {
			t.Fatalf("%s %v", letter.State, rows)
		}
		trial, err := h.Trial(t.Context(), letter.ID)
		if err != nil || trial.SentA < 70 || trial.SentB < 70 {
			t.Fatalf("%+v, %v", trial, err)
		}
		// Twenty readers of B follow the link, five of A.
		follow := regexp.MustCompile(`/newsletter/go/([A-Za-z0-9_-]+)`)
		left := map[string]int{"First wording": 5, "Second wording": 20}
		for to := range h.sink.Counts() {
			g := read(t, h.sink.Letters(to)[0])
			if subject := g.header.Get("Subject"); left[subject] > 0 {
				left[subject]--
				if _, err := h.Follow(t.Context(), follow.FindStringSubmatch(g.plain)[1], true); err != nil {
					t.Fatal(err)
				}
			}
		}
		h.clock.Advance(3 * time.Hour)
		if got := h.turn(letter.ID); got.Winner != "" || h.rows(letter.ID)[newsletter.RowSent] != rows[newsletter.RowSent] {
			t.Fatalf("decided before its hour: %q", got.Winner)
		}
		h.clock.Advance(2 * time.Hour)
		letter = h.turn(letter.ID)
		if letter.State != newsletter.Done || letter.Outcome != newsletter.OutcomeB || letter.Winner != newsletter.WordingB || letter.Sent != 400 {
			t.Errorf("%s %s %s, %d sent", letter.State, letter.Outcome, letter.Winner, letter.Sent)
		}
	})
}

func TestTrialRule(t *testing.T) {
	for _, tc := range []struct {
		trial newsletter.Trial
		want  string
	}{
		{newsletter.Trial{}, newsletter.OutcomeNone},
		{newsletter.Trial{SentA: 100, SentB: 100}, newsletter.OutcomeNone},
		{newsletter.Trial{SentA: 100, SentB: 100, ClicksA: 5, ClicksB: 0}, newsletter.OutcomeNone}, // p = .0625
		{newsletter.Trial{SentA: 100, SentB: 100, ClicksA: 6, ClicksB: 0}, newsletter.OutcomeA},    // p = .03125
		{newsletter.Trial{SentA: 100, SentB: 300, ClicksA: 25, ClicksB: 75}, newsletter.OutcomeNone},
		{newsletter.Trial{SentA: 1000, SentB: 1000, ClicksA: 200, ClicksB: 260}, newsletter.OutcomeB},
	} {
		if got := tc.trial.Outcome(); got != tc.want {
			t.Errorf("%+v: %s (p = %.4f), want %s", tc.trial, got, tc.trial.P(), tc.want)
		}
	}
	if p := (newsletter.Trial{SentA: 1, SentB: 1, ClicksA: 6}).P(); p < .0312 || p > .0313 {
		t.Errorf("p = %v, want 2/64", p)
	}
}

// TestDigest sends what was released since the last one, on working days at the
// mission's hour, once.
func TestDigest(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Enlist(t, h.list, i18n.English, "en@a.example")
		l, err := h.List(newslettertest.System(t), h.list.ID)
		if err != nil {
			t.Fatal(err)
		}
		l.Digest, l.DigestHour = newsletter.Daily, 16 // Baghdad: 13:00 UTC
		if _, err := h.SaveList(newslettertest.As(t, "head"), l); err != nil {
			t.Fatal(err)
		}
		h.clock.Advance(time.Hour)
		h.Say(t, "", newslettertest.Words())
		h.Say(t, "", newslettertest.Words())
		sweep := func(at time.Time, want int) {
			t.Helper()
			h.clock.Set(at)
			for range 2 {
				if err := h.Sweep(newslettertest.System(t)); err != nil {
					t.Fatal(err)
				}
			}
			if err := h.Queue.Drain(t.Context(), at); err != nil {
				t.Fatal(err)
			}
			if got := len(h.sink.Letters("en@a.example")); got != want {
				t.Errorf("at %s: %d letters, want %d", at, got, want)
			}
		}
		sweep(day.Add(3*time.Hour+59*time.Minute), 0)
		sweep(day.Add(4*time.Hour), 1)
		g := read(t, h.sink.Letters("en@a.example")[0])
		if n := strings.Count(g.page, "<h2"); n != 2 || !strings.Contains(g.header.Get("Subject"), "2") {
			t.Errorf("%d items, %q", n, g.header.Get("Subject"))
		}
		sweep(day.Add(28*time.Hour), 1) // nothing was released
		h.clock.Set(day.Add(4*24*time.Hour + 5*time.Hour))
		h.Say(t, "", newslettertest.Words())
		sweep(day.Add(5*24*time.Hour+5*time.Hour), 1) // Friday
		sweep(day.Add(7*24*time.Hour+5*time.Hour), 2)
	})
}
