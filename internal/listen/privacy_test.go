package listen

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
)

// told brings n posts of one source, one a day back from now.
func (h *house) told(t *testing.T, source string, n int) {
	t.Helper()
	var posts []Incoming
	for i := range n {
		posts = append(posts, Incoming{At: h.clock.Now().Add(-time.Duration(i)*24*time.Hour - time.Hour), ID: fmt.Sprint(i), Author: "Private1Person", Text: fmt.Sprintf("harbour news %d", i), Lang: "en"})
	}
	if _, err := h.Receive(system(), source, posts); err != nil {
		t.Fatal(err)
	}
}

// TestPeopleAreNotSearchedFor tries every way to ask for one account.
func TestPeopleAreNotSearchedFor(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, func(d *Deps) { d.Official = func(s string) bool { return s == "mofa_iraq" } })
		h.told(t, "a", 3)
		ask := "@Private1Person harbour"
		tries := map[string]func() error{
			"search":         func() error { _, err := h.Search(system(), SearchQuery{Text: ask}); return err },
			"a further page": func() error { _, err := h.Search(system(), SearchQuery{Text: ask, Before: 1 << 62}); return err },
			"command":        func() error { _, err := h.SearchCLI(system(), SearchQuery{Text: ask}); return err },
			"new topic": func() error {
				return h.AddTopic(system(), Topic{ID: id.New(), Names: map[i18n.Lang]string{i18n.English: "x"}, Terms: []string{"harbour", "@Private1Person"}})
			},
			"topic in a language": func() error {
				return h.AddTopic(system(), Topic{ID: id.New(), Names: map[i18n.Lang]string{i18n.English: "x"}, TermsIn: map[i18n.Lang][]string{i18n.Arabic: {"\"@Private1Person\""}}})
			},
		}
		for name, try := range tries {
			err := try()
			if errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: %v, want a refusal", name, err)
			}
			if err != nil && strings.Contains(strings.ToLower(err.Error()), "private1") {
				t.Errorf("%s: the answer repeats the account: %v", name, err)
			}
		}
		n, err := h.Refused(system(), db.At(now.Add(-time.Hour)))
		if err != nil || n != int64(len(tries)) {
			t.Errorf("%d refusals counted, %v, want %d", n, err, len(tries))
		}
		records, _, err := h.audit.List(system(), audit.Filter{Act: "listen.search.refuse", Limit: 50})
		if err != nil || len(records) != len(tries) {
			t.Fatalf("%d records, %v", len(records), err)
		}
		first := fmt.Sprint(records[0].Detail)
		for _, r := range records {
			if s := fmt.Sprint(r.Detail); strings.Contains(strings.ToLower(s), "private1") || s != first {
				t.Errorf("record %s: want one keyed hash, the same for all", s)
			}
		}
		if _, err := h.Search(system(), SearchQuery{Text: "@mofa_iraq"}); err != nil {
			t.Errorf("an official account: %v", err)
		}
	})
}

// TestPseudonymsRotate: within a period one author is one pseudonym, over
// periods not; when the key is gone, nobody can make it again.
func TestPseudonymsRotate(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		at := periodEnd(periodOf(now) - 2)
		name := func(at time.Time) int64 {
			t.Helper()
			n, err := h.names.author("1", "@Private1Person", at)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		first, last, next := name(at), name(at.Add(pseudonymDays*24*time.Hour-time.Second)), name(at.Add(pseudonymDays*24*time.Hour))
		if first != last || first == next || first == 0 {
			t.Errorf("pseudonyms %d and %d of one period, %d of the next", first, last, next)
		}
		other := New(Deps{DB: d, Store: d, Log: h.log, Clock: h.clock, Audit: h.audit, Vault: h.vault})
		if n, err := other.names.author("1", "private1person", at); err != nil || n != first {
			t.Errorf("another node says %d (%v), want %d", n, err, first)
		}
		if err := h.forgetKeys(system()); err != nil || name(at) != first {
			t.Errorf("a key that may still serve was deleted (%v)", err)
		}
		h.clock.Advance(keyAge + 3*pseudonymDays*24*time.Hour)
		if err := h.forgetKeys(system()); err != nil {
			t.Fatal(err)
		}
		var left int
		if err := d.Reader().NewRaw(`SELECT count(*) FROM listen_pseudonym_key`).Scan(system(), &left); err != nil || left != 0 {
			t.Errorf("%d keys left (%v)", left, err)
		}
		if again := name(at); again == first {
			t.Error("the pseudonym was made again without its key")
		}
		if n, err := h.names.author("1", "", at); n != 0 || err != nil {
			t.Errorf("without handle %d %v", n, err)
		}
	})
}

// TestRetentionBySource: each source keeps its posts as long as it says, and
// nothing of a removed post is found any more.
func TestRetentionBySource(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, func(d *Deps) { d.Keep = 20 * 24 * time.Hour })
		topic := Topic{ID: id.New(), Names: map[i18n.Lang]string{i18n.English: "Harbour"}, Terms: []string{"harbour"}}
		if err := h.AddTopic(system(), topic); err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{"long", "short", "usual"} {
			h.told(t, s, 40)
		}
		h.drain(t)
		keep := map[string]int{"long": 3000, "short": 5}
		sources, err := h.Sources(system())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range sources {
			if s.KeepDays = keep[s.Name]; s.KeepDays > 0 {
				if err := h.SaveSource(system(), s); err != nil {
					t.Fatal(err)
				}
			}
		}
		for {
			done, err := h.prunePosts(system())
			if err != nil {
				t.Fatal(err)
			}
			if done {
				break
			}
		}
		for _, s := range sources {
			want := map[string]int{"long": 40, "short": 5, "usual": 20}[s.Name]
			r, err := h.Search(system(), SearchQuery{Text: "harbour", Sources: []string{s.ID}, Limit: 200, Count: -1})
			if err != nil || r.Total != want || len(r.Posts) != want {
				t.Errorf("%s keeps %d posts (%d found), %v, want %d", s.Name, len(r.Posts), r.Total, err, want)
			}
		}
		m, err := h.Mentions(system(), MentionQuery{TopicID: topic.ID, Limit: 200})
		if err != nil || len(m.Posts) != 65 {
			t.Errorf("the topic shows %d posts, %v, want 65", len(m.Posts), err)
		}
		report, err := h.PrivacyReport(system())
		if err != nil || report.Posts != 65 || report.Removed["posts"] != 55 || report.KeepDays != 20 || len(report.Sources) != 3 {
			t.Errorf("report %+v, %v", report, err)
		}
		b, err := json.Marshal(report)
		if err != nil || strings.Contains(strings.ToLower(string(b)), "private1") {
			t.Errorf("report names somebody: %s", b)
		}
	})
}

// TestFewAreNotTold: counts of small groups say "others" or nothing.
func TestFewAreNotTold(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		var posts []Incoming
		for lang, n := range map[string]int{"en": 40, "ar": 20, "fr": 3, "ckb": 12} {
			for i := range n {
				posts = append(posts, Incoming{At: now.Add(-time.Hour), ID: fmt.Sprint(lang, i), Author: fmt.Sprint("P", i), Text: "word" + lang + " #tag" + lang, Lang: lang})
			}
		}
		if _, err := h.Receive(system(), "a", posts); err != nil {
			t.Fatal(err)
		}
		langs, err := h.Languages(system(), now.Add(-2*time.Hour), now)
		if got := fmt.Sprint(langs); err != nil || got != "[{en  40} {ar  20} {other  15}]" {
			t.Errorf("languages %s, %v", got, err)
		}
		tags, err := h.TopTags(system(), now.Add(-2*time.Hour), now, 10)
		if err != nil || len(tags) != 3 {
			t.Errorf("hashtags %v, %v: want those of ten posts and more", tags, err)
		}
		sources, err := h.BySource(system(), now.Add(-2*time.Hour), now)
		if err != nil || len(sources) != 1 || sources[0].Posts != 75 {
			t.Errorf("sources %v, %v", sources, err)
		}
	})
}

// TestPseudonymsEndWithTheAnswer: within an answer one author has one name;
// neither the next page nor the same question again has it.
func TestPseudonymsEndWithTheAnswer(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.told(t, "a", 6)
		seen := map[string]int{}
		q := SearchQuery{Text: "harbour", Limit: 3}
		for range 2 {
			for q.Before = 0; ; {
				r, err := h.Search(system(), q)
				if err != nil || len(r.Posts) != 3 {
					t.Fatalf("%d posts, %v, want 3", len(r.Posts), err)
				}
				name := r.Posts[0].Pseudonym()
				for _, p := range r.Posts {
					if p.Pseudonym() != name || name == "" {
						t.Errorf("one author is %q and %q in one answer", name, p.Pseudonym())
					}
				}
				seen[name]++
				if q.Before = r.Next; r.Next == 0 {
					break
				}
			}
		}
		if len(seen) != 4 {
			t.Errorf("four answers name the author %v, want four names", seen)
		}
	})
}

func TestAudience(t *testing.T) {
	for _, c := range []struct {
		followers, want int64
		official        string
	}{
		{0, 0, ""}, {9, 0, ""}, {10, 10, ""}, {13482, 10000, ""}, {999, 900, ""}, {1 << 62, 4e18, ""}, {13482, 13482, "mofa_iraq"},
	} {
		if got := (Post{Followers: c.followers, Official: c.official}).Audience(); got != c.want {
			t.Errorf("%d followers are told as %d, want %d", c.followers, got, c.want)
		}
	}
}
