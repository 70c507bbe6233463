package publish

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/errs"
	"sifara/internal/i18n"
)

func TestPartsOfAThread(t *testing.T) {
	long := strings.Repeat("هذه جملة من الكلمة. ", 40)
	for name, c := range map[string]struct {
		body string
		want []string // nil: more than one, each of which fits
	}{
		"nothing":    {" \n", []string{}},
		"one":        {"Short.", []string{"Short."}},
		"by rules":   {"One.\n\n---\nTwo.\n---\n\n---\n", []string{"One.", "Two."}},
		"sentences":  {long, nil},
		"paragraphs": {strings.Repeat("A line of words that goes on.\n\n", 20), nil},
		"no space":   {strings.Repeat("x", 700), nil},
		"addresses":  {strings.Repeat("See https://mofa.example/"+strings.Repeat("long/", 60)+" for more. ", 12), nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := Parts(c.body)
			if c.want != nil {
				if !slices.Equal(got, c.want) {
					t.Errorf("got %q, want %q", got, c.want)
				}
				return
			}
			if len(got) < 2 {
				t.Errorf("got %d parts", len(got))
			}
			for _, p := range got {
				if Weigh(p) > MaxPart || p == "" {
					t.Errorf("a part of %d", Weigh(p))
				}
			}
			if squeeze(strings.Join(got, " ")) != squeeze(c.body) {
				t.Error("words were lost")
			}
		})
	}
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

func FuzzParts(f *testing.F) {
	f.Add("One.\n---\nTwo.")
	f.Add(strings.Repeat("كلمة ", 100))
	f.Add(strings.Repeat("\xa7", 4000)) // no characters: once as slow as its square
	f.Fuzz(func(t *testing.T, body string) {
		parts := Parts(body)
		byRules := len(partedAt(body)) > 1
		for _, p := range parts {
			if strings.TrimSpace(p) == "" {
				t.Fatalf("an empty part of %q", body)
			}
			if n := Weigh(p); !byRules && n > MaxPart {
				t.Fatalf("a part of %d of %q", n, body)
			}
		}
	})
}

// TestKindsNeedTheirDetails holds that a message is submitted only with what
// its kind needs, and that an approval covers it.
func TestKindsNeedTheirDetails(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		start := db.At(h.clock.Now().Add(48 * time.Hour))
		venue := Texts{i18n.Arabic: "السفارة", i18n.English: "Embassy"}
		for _, c := range []struct {
			kind        Kind
			short, full Details
		}{
			{Event, Details{Starts: start, Ends: start.Add(time.Hour), Zone: "Europe/Paris", Venue: Texts{i18n.Arabic: "السفارة"}}, Details{Starts: start, Ends: start.Add(time.Hour), Zone: "Europe/Paris", Venue: venue}},
			{Speech, Details{GivenBy: venue}, Details{GivenBy: venue, Occasion: venue, Delivered: start}},
			{TravelAdvice, Details{Country: "FR"}, Details{Country: "FR", Level: 2, ValidUntil: start}},
			{Page, Details{Section: ProfilePage}, Details{Section: ProfilePage, Address: "history"}},
		} {
			m := h.draft(Routine)
			to := Settings{MissionID: paris, Kind: c.kind, Sensitivity: Routine, Details: c.short}
			m = h.must(h.Arrange(as(t, writer), m.ID, m.SettingsVersion, to))
			if _, err := h.Submit(as(t, writer), m.ID, m.Hash); !errors.Is(err, ErrDetails) {
				t.Errorf("%s without its details: got %v, want %v", c.kind, err, ErrDetails)
			}
			before := m.Hash
			to.Details = c.full
			m = h.must(h.Arrange(as(t, writer), m.ID, m.SettingsVersion, to))
			if got := h.reload(m.ID); got.Hash == before || got.ContentHash() != got.Hash || got.Kind != c.kind {
				t.Errorf("%s: the hash does not cover the details", c.kind)
			}
			if _, err := h.Submit(as(t, writer), m.ID, m.Hash); err != nil {
				t.Errorf("%s: %v", c.kind, err)
			}
			// Of another kind nothing of it stays.
			m = h.must(h.Arrange(as(t, writer), m.ID, m.SettingsVersion, Settings{MissionID: paris, Kind: News, Sensitivity: Routine, Details: c.full}))
			if !m.Details.IsZero() || m.Subject != "" || m.OccursAt != 0 {
				t.Errorf("%s turned into news keeps %+v", c.kind, m.Details)
			}
		}
	})
}

func TestWrongDetailsAreRefused(t *testing.T) {
	h := build(t, dbtest.SQLite(t, schema()...))
	start := db.At(h.clock.Now())
	m := h.draft(Routine)
	for field, s := range map[string]Settings{
		"ends":     {Kind: Event, Details: Details{Starts: start, Ends: start}},
		"zone":     {Kind: Event, Details: Details{Zone: "Mars/Base"}},
		"register": {Kind: Event, Details: Details{Register: "javascript:alert(1)"}},
		"venue_en": {Kind: Event, Details: Details{Venue: Texts{i18n.English: strings.Repeat("x", maxVenue+1)}}},
		"country":  {Kind: TravelAdvice, Details: Details{Country: "QQ"}},
		"level":    {Kind: TravelAdvice, Details: Details{Level: MaxLevel + 1}},
		"section":  {Kind: Page, Details: Details{Section: "cellar"}},
		"address":  {Kind: Page, Details: Details{Section: ProfilePage, Address: "../x"}},
		"order":    {Kind: Page, Details: Details{Order: MaxOrder + 1}},
	} {
		s.MissionID, s.Sensitivity = paris, Routine
		_, err := h.Arrange(as(t, writer), m.ID, m.SettingsVersion, s)
		if e, ok := errs.Find(err); !ok || len(e.Fields) != 1 || e.Fields[0].Name != field {
			t.Errorf("%s: got %v", field, err)
		}
	}
}

func TestThreadsAndGalleriesAreComplete(t *testing.T) {
	m := Message{Kind: Thread, SourceLang: i18n.English, Variants: []Variant{{Lang: i18n.English, Title: "t", Body: "One."}}}
	for body, want := range map[string]error{"One.": errOnePart, "One.\n---\nTwo.": nil, "One.\n---\n" + strings.Repeat("long ", 70): errLongPart} {
		m.Variants[0].Body = body
		if err := m.detailed(); !errors.Is(err, want) {
			t.Errorf("%.20q: got %v, want %v", body, err, want)
		}
	}
	m.Kind = Gallery
	if err := m.detailed(); !errors.Is(err, errNoPicture) {
		t.Errorf("a gallery without pictures: got %v", err)
	}
	m.Attachments = []Attachment{{MediaType: "image/png"}}
	if err := m.detailed(); err != nil {
		t.Errorf("a gallery with a picture: %v", err)
	}
}

// TestNewestIsInForce holds that of pages and advice the newest counts, and that
// none counts when that was taken back.
func TestNewestIsInForce(t *testing.T) {
	h := build(t, dbtest.SQLite(t, schema()...))
	release := func() Message {
		m := h.draft(Routine)
		m = h.must(h.Arrange(as(t, writer), m.ID, m.SettingsVersion, Settings{MissionID: paris, Kind: Page, Sensitivity: Routine, Details: Details{Section: AboutPage}}))
		m = h.must(h.Submit(as(t, writer), m.ID, m.Hash))
		m = h.must(h.Approve(as(t, reviewer), m.ID, Judgement{Step: 0, Hash: m.Hash}))
		m = h.must(h.Approve(as(t, clearer), m.ID, Judgement{Step: 1, Hash: m.Hash}))
		h.clock.Advance(time.Minute)
		return h.must(h.Release(as(t, releaser), m.ID, m.Hash))
	}
	f := ReleasedFilter{Kind: Page, MissionID: paris, Subject: "about"}
	first, newer := release(), release()
	if first.Subject != "about" {
		t.Fatalf("subject %q", first.Subject)
	}
	got, err := h.InForce(t.Context(), f)
	if err != nil || len(got) != 1 || got[0].ID != newer.ID {
		t.Errorf("got %d in force, %v", len(got), err)
	}
	if list, err := h.Released(t.Context(), ReleasedFilter{}); err != nil || len(list) != 0 {
		t.Errorf("pages are among the dated texts: %d, %v", len(list), err)
	}
	h.must(h.Withdraw(as(t, releaser), newer.ID, Texts{i18n.Arabic: "خطأ"}))
	if got, err = h.InForce(t.Context(), f); err != nil || len(got) != 0 {
		t.Errorf("after the withdrawal: got %d in force, %v", len(got), err)
	}
}
