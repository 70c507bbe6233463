package listen

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
)

func TestHandlesIn(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"nothing here", nil},
		{"@UN and @UNESCO.", []string{"UN", "UNESCO"}},
		{"write to contact@mofa.example", nil},
		{"@un@social.un.org, @a@", []string{"un@social.un.org", "a"}},
		{"＠UN", []string{"UN"}}, {"(@UN)", []string{"UN"}}, {"@ UN", nil}, {"@@UN", []string{"UN"}}, {"@", nil},
		{"مرحبا @وزارة_الخارجية!", []string{"وزارة_الخارجية"}},
	} {
		if got := handlesIn(tt.text); !slices.Equal(got, tt.want) {
			t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestRepostOf(t *testing.T) {
	for _, tt := range []struct{ text, handle, said string }{
		{"RT @UN: Peace is possible", "UN", "Peace is possible"},
		{"RT @UN: Peace is pos…", "UN", "Peace is pos"},
		{"RT @UN no colon", "", ""}, {"rt @UN: small", "", ""}, {"I RT @UN: quoted", "", ""}, {"RT @: x", "", ""},
		{"RT @UN: " + "0123456789012345678901234567890123456789012345678901234567890123456789", "UN", "012345678901234567890123456789012345678901234567890123456789"},
	} {
		if h, s := repostOf(tt.text); h != tt.handle || s != tt.said {
			t.Errorf("%q: got %q %q", tt.text, h, s)
		}
	}
}

func registered(d *Deps) { d.PublicActor = func(s string) bool { return s == "unesco" } }

// responses are all that is kept, the oldest first.
func (h *house) responses(t *testing.T) (out []Response) {
	t.Helper()
	if _, _, err := h.Responses(system(), h.clock.Now().Add(-responsesKept), h.clock.Now().Add(time.Second), 1000, func(r Response) error {
		out = append(out, r)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(out)
	return out
}

// TestResponsesAreKept: who responds to whom, by pseudonyms, of which only those
// of registered accounts can be made.
func TestResponsesAreKept(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, registered)
		at := func(i int) time.Time { return h.clock.Now().Add(time.Duration(i-100) * time.Minute) }
		posts := []Incoming{
			{At: at(1), ID: "1", Author: "UNESCO", Text: "Schools reopen in Mosul", Lang: "en", Followers: 5_000_000},
			{At: at(2), ID: "2", Author: "private1person", Text: "RT @UNESCO: Schools reopen in Mosul", Lang: "en", Country: "IQ", Followers: 120},
			{At: at(3), ID: "3", Author: "private2person", Text: "RT @unesco: Schools reopen in Mo…", Lang: "en"},
			{At: at(4), ID: "4", Author: "private3person", Text: "Thank you @UNESCO and @private1person, @UNESCO!", Lang: "en"},
			{At: at(5), ID: "5", Author: "UNESCO", Text: "We, @UNESCO, write", Lang: "en"},
			{At: at(6), ID: "6", Text: "Nobody says @UNESCO", Lang: "en"},
			{At: at(0).Add(-responsesKept), ID: "7", Author: "private1person", Text: "Long ago @UNESCO", Lang: "en"},
		}
		if n, err := h.Receive(system(), "a", posts); err != nil || n != len(posts) {
			t.Fatal(n, err)
		}
		got := h.responses(t)
		if len(got) != 4 {
			t.Fatalf("%d responses, want 4: %+v", len(got), got)
		}
		who, err := h.Pseudonyms(system(), "@UNESCO", []SourceKind{ImportSource}, at(0).Add(-time.Hour), h.clock.Now())
		if err != nil || len(who) != 1 {
			t.Fatal(who, err)
		}
		to := map[int64]int{}
		for _, r := range got {
			to[r.To]++
		}
		if to[who[0]] != 3 || len(to) != 2 {
			t.Errorf("responses to UNESCO: %d of %v", to[who[0]], to)
		}
		if got[0].Kind != RepostResponse || got[0].Object == 0 || got[0].Country != "IQ" || got[0].Followers != 120 || !got[0].At().Equal(at(2).Truncate(time.Second)) {
			t.Errorf("%+v", got[0])
		}
		if got[2].Kind != MentionResponse || got[2].Object != 0 {
			t.Errorf("%+v", got[2])
		}
		if n, err := h.Audiences(system(), who, at(0), h.clock.Now()); err != nil || len(n) != 1 || n[who[0]].Followers != 5_000_000 {
			t.Errorf("audience %v %v", n, err)
		}
		if _, err := h.Pseudonyms(system(), "private1person", []SourceKind{ImportSource}, at(0), h.clock.Now()); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a private account: %v", err)
		}
		if p, err := h.Pseudonyms(system(), "unesco", []SourceKind{BlueskySource}, at(0), h.clock.Now()); err != nil || len(p) != 0 {
			t.Errorf("of another network: %v %v", p, err)
		}
		found, err := h.Search(system(), SearchQuery{Text: "@UNESCO"})
		if err != nil || len(found.Posts) != 6 {
			t.Errorf("a search for a registered actor: %d found, %v", len(found.Posts), err)
		}
		if thanks, err := h.Search(system(), SearchQuery{Text: "thank @UNESCO"}); err != nil || len(thanks.Posts) != 1 {
			t.Errorf("with a word: %d found, %v", len(thanks.Posts), err)
		}
		if _, err := h.Search(system(), SearchQuery{Text: "@private1person"}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a search for a private account: %v", err)
		}
		for _, p := range found.Posts {
			if p.Official != "" {
				t.Errorf("a public actor is no official account: %+v", p)
			}
		}
	})
}

// TestResponsesGo: with their posts, and after 91 days at the latest.
func TestResponsesGo(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, registered)
		var posts []Incoming
		for i := range 5 {
			posts = append(posts, Incoming{At: h.clock.Now().Add(-time.Duration(i) * 20 * 24 * time.Hour), ID: fmt.Sprint(i), Author: "private1person", Text: "Dear @UNESCO", Lang: "en"})
		}
		if _, err := h.Receive(system(), "a", posts); err != nil {
			t.Fatal(err)
		}
		if n := len(h.responses(t)); n != 5 {
			t.Fatalf("%d responses", n)
		}
		h.clock.Advance(35 * 24 * time.Hour)
		if err := h.forgetResponses(t.Context()); err != nil {
			t.Fatal(err)
		}
		var kept int
		if err := h.store.Reader().NewRaw(`SELECT count(*) FROM listen_response`).Scan(t.Context(), &kept); err != nil || kept != 3 {
			t.Errorf("%d are kept after 35 days, %v, want 3", kept, err)
		}
	})
}
