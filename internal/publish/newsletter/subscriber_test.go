package newsletter_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/publish/newsletter"
	"sifara/internal/publish/newsletter/newslettertest"
)

var confirm = regexp.MustCompile(`/newsletter/confirm/(\S+)`)

func (h *house) onList() int {
	h.t.Helper()
	n, err := h.Reach(newslettertest.System(h.t), h.list.ID, newsletter.Segment{})
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

// TestDoubleOptIn wants nobody on a list who did not follow the link, and the
// form to tell nothing of addresses.
func TestDoubleOptIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		wish := newsletter.Wish{Email: "Reader@Example.ORG", Lang: i18n.Kurmanji, Country: "FR", Lists: []string{h.list.ID}, Topics: map[string][]string{h.list.ID: {"culture", "nonsense"}}}
		ask := func() {
			t.Helper()
			if err := h.SignUp(t.Context(), wish); err != nil {
				t.Fatal(err)
			}
			if err := h.Queue.Drain(t.Context(), h.clock.Now()); err != nil {
				t.Fatal(err)
			}
		}
		ask()
		if h.onList() != 0 || len(h.Letters.Sent) != 1 || h.Letters.Sent[0].To[0].Email != "Reader@example.org" {
			t.Fatalf("%d on the list, letters %+v", h.onList(), h.Letters.Sent)
		}
		token := confirm.FindStringSubmatch(h.Letters.Sent[0].Text)[1]
		if err := h.Confirm(t.Context(), token[:len(token)-1]+"x"); !errors.Is(err, newsletter.ErrLink) {
			t.Errorf("a forged link: %v", err)
		}
		if err := h.Confirm(t.Context(), token); err != nil || h.onList() != 1 {
			t.Fatalf("%v, %d on the list", err, h.onList())
		}
		if err := h.Confirm(t.Context(), token); !errors.Is(err, newsletter.ErrLink) {
			t.Errorf("the link held twice: %v", err)
		}
		// A known address gets the same answer and the same letter, and strangers
		// cannot have it flooded.
		for range 5 {
			ask()
		}
		if len(h.Letters.Sent) > 4 || h.onList() != 1 {
			t.Errorf("%d letters, %d on the list", len(h.Letters.Sent), h.onList())
		}
		n, err := h.Reach(newslettertest.System(t), h.list.ID, newsletter.Segment{Topics: []string{"culture"}, Countries: []string{"FR"}, Langs: []i18n.Lang{i18n.Kurmanji}})
		if err != nil || n != 1 {
			t.Errorf("segment reaches %d, %v", n, err)
		}
		if n, err := h.Reach(newslettertest.System(t), h.list.ID, newsletter.Segment{Topics: []string{"consular"}}); err != nil || n != 0 {
			t.Errorf("another topic reaches %d, %v", n, err)
		}
		// No address stands readable in the database.
		for _, table := range []string{"publish_newsletter_subscriber", "publish_newsletter_request"} {
			var all []string
			if err := h.DB.Reader().NewRaw(`SELECT address FROM `+table).Scan(t.Context(), &all); err != nil {
				t.Fatal(err)
			}
			for _, a := range all {
				if !strings.HasPrefix(a, "v1.") {
					t.Errorf("%s holds %q", table, a)
				}
			}
		}
		h.clock.Advance(49 * time.Hour)
		late := confirm.FindStringSubmatch(h.Letters.Sent[1].Text)[1]
		if err := h.Confirm(t.Context(), late); !errors.Is(err, newsletter.ErrLink) {
			t.Errorf("a link of two days ago: %v", err)
		}
		if err := h.Sweep(newslettertest.System(t)); err != nil {
			t.Fatal(err)
		}
		var left int
		if err := h.DB.Reader().NewRaw(`SELECT count(*) FROM publish_newsletter_request`).Scan(t.Context(), &left); err != nil || left != 0 {
			t.Errorf("%d requests are kept, %v", left, err)
		}
	})
}

// TestLeavingIsForGood wants who unsubscribed not to come back by an import.
func TestLeavingIsForGood(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Enlist(t, h.list, i18n.English, "a@x.example", "b@x.example")
		h.send(nil)
		token := tokens.FindStringSubmatch(read(t, h.sink.Letters("a@x.example")[0]).plain)[2]
		for range 2 {
			if err := h.Unsubscribe(t.Context(), token, false); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.Unsubscribe(t.Context(), strings.Repeat("A", 36), false); !errors.Is(err, newsletter.ErrLink) {
			t.Errorf("a link of nobody: %v", err)
		}
		got, err := h.Import(newslettertest.As(t, "keeper"), h.list.ID, strings.NewReader("email\nA@x.example\nb@x.example\nc@x.example\n"), newsletter.Consent{Source: "s", At: h.clock.Now()}, i18n.Arabic)
		if err != nil || got != (newsletter.Imported{Rows: 3, Added: 1, Known: 1, Left: 1}) || h.onList() != 2 {
			t.Errorf("%+v, %v, %d on the list", got, err, h.onList())
		}
		token = tokens.FindStringSubmatch(read(t, h.sink.Letters("b@x.example")[0]).plain)[2]
		if err := h.Change(t.Context(), token, newsletter.Change{Lang: i18n.Sorani, Country: "xx"}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a country that nobody knows: %v", err)
		}
		if err := h.Change(t.Context(), token, newsletter.Change{Lang: i18n.Sorani, Country: "IQ", Lists: []string{h.list.ID}}); err != nil {
			t.Fatal(err)
		}
		if p, err := h.Preferences(t.Context(), token); err != nil || p.Lang != i18n.Sorani || p.Country != "IQ" || !p.On[h.list.ID] {
			t.Errorf("%+v, %v", p, err)
		}
		if err := h.Change(t.Context(), token, newsletter.Change{Lang: i18n.Sorani}); err != nil || h.onList() != 1 {
			t.Errorf("%v, %d on the list", err, h.onList())
		}
	})
}

// TestHostileCSV wants nothing that is no address to get in, and nothing out
// that a spreadsheet would run.
func TestHostileCSV(t *testing.T) {
	h := quick(t)
	keeper := newslettertest.As(t, "keeper")
	c := newsletter.Consent{Source: "=1+1", At: h.clock.Now()}
	rows := []string{
		"good@x.example,en,FR,culture", "", "\"a\nb@x.example\",en,,", "a@x.example\r\nBcc: b@x.example,en,,", "<script>@x.example,en,,", "b@x.example,xx,,", "c@x.example,en,Atlantis,",
		"=cmd|' /C calc'!A0@x.example,en,,", "\"unclosed@x.example", strings.Repeat("x", 5000) + "@x.example,en,,", "d@x.example,en,,\"=HYPERLINK(1)\"", "\x00@x.example", "good@x.example,ar,,",
	}
	got, err := h.Import(keeper, h.list.ID, strings.NewReader("\ufeffEmail,lang,country,topics\n"+strings.Join(rows, "\n")), c, i18n.Arabic)
	if err != nil || got.Added < 2 || got.Added > 3 || got.Refused == 0 || got.First == 0 || got.Known != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	for _, text := range []string{"", "name\nx", strings.Repeat("a,", 100) + "email\n"} {
		if _, err := h.Import(keeper, h.list.ID, strings.NewReader(text), c, i18n.Arabic); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%.20q: %v", text, err)
		}
	}
	for _, c := range []newsletter.Consent{{}, {Source: "x"}, {At: h.clock.Now()}, {Source: "x", At: h.clock.Now().Add(time.Hour)}} {
		if _, err := h.Import(keeper, h.list.ID, strings.NewReader("email\na@b.example"), c, i18n.Arabic); errs.KindOf(err) != errs.Invalid {
			t.Errorf("without consent %+v: %v", c, err)
		}
	}
	var out strings.Builder
	if err := h.Export(keeper, h.list.ID, &out); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		for _, cell := range strings.Split(strings.TrimSpace(line), ",") {
			if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
				t.Errorf("a spreadsheet would run %q", cell)
			}
		}
	}
	if !strings.Contains(out.String(), "good@x.example,en,FR,culture,'=1+1,2026-05-03") {
		t.Errorf("export:\n%s", out.String())
	}
}
