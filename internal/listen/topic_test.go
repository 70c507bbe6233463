package listen

import (
	"slices"
	"testing"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/search"
)

func TestCheckTopic(t *testing.T) {
	name := map[i18n.Lang]string{i18n.English: "x"}
	for _, tt := range []struct {
		name  string
		topic Topic
		field string
		key   string
	}{
		{"a list of words", Topic{Names: name, Terms: []string{"visa", "some words", "#tag", "begin*", `"quoted words"`}}, "", ""},
		{"an expression", Topic{Names: name, TermsIn: map[i18n.Lang][]string{i18n.Arabic: {"تأشيرة AND (سفارة OR قنصلية) AND NOT lang:fa"}}}, "", ""},
		{"nothing", Topic{Names: name}, "terms", "listen.topic.no_terms"},
		{"a mention", Topic{Names: name, Terms: []string{"@someone"}}, "terms", "listen.topic.bad_term"},
		{"an open parenthesis", Topic{Names: name, TermsIn: map[i18n.Lang][]string{i18n.Arabic: {"a", "(visa AND fee"}}}, "terms_ar", "listen.expr.open"},
		{"only excluded", Topic{Names: name, Terms: []string{"NOT visa"}}, "terms", "listen.expr.only_not"},
		{"a claim", Topic{Kind: KindNarrative, Names: name, Wordings: map[i18n.Lang][]string{i18n.English: {"The embassy sells passports to the highest bidder"}}}, "", ""},
		{"a claim without wordings", Topic{Kind: KindNarrative, Names: name, Terms: []string{"visa"}}, "wordings_ar", "listen.narrative.none"},
		{"a claim of two words", Topic{Kind: KindNarrative, Names: name, Wordings: map[i18n.Lang][]string{i18n.English: {"passports sold"}}}, "wordings_en", "listen.narrative.short"},
	} {
		err := tt.topic.check()
		if tt.key == "" {
			if err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
			continue
		}
		e, ok := errs.Find(err)
		if !ok || len(e.Fields) != 1 || e.Fields[0].Name != tt.field || e.Fields[0].Key != tt.key {
			t.Errorf("%s: got %+v, want %s of %s", tt.name, e, tt.key, tt.field)
		}
	}
}

// A term that was saved before terms could be expressions still means words in
// a row.
func TestOldTerms(t *testing.T) {
	for term, text := range map[string]string{"visa (entry)": "a visa entry", "NOT now": "not now", `a "b`: "xx a b", "foreign ministry": "the Foreign Ministry said"} {
		m := newMatcher([]Topic{{ID: "x", Terms: []string{term}}})
		if got := m.match(tokensOf(nil, search.Document("en", text))); len(got) != 1 {
			t.Errorf("%s is not found in %q", term, text)
		}
	}
}

func TestMatcher(t *testing.T) {
	topics := []Topic{
		{ID: "and", Terms: []string{"visa AND (embassy OR consulate) AND NOT football"}},
		{ID: "near", Terms: []string{"embassy NEAR/2 closed"}},
		{ID: "lang", Terms: []string{"بغداد AND lang:ckb"}},
		{ID: "list", Terms: []string{"passport*"}, TermsIn: map[i18n.Lang][]string{i18n.Arabic: {"جواز السفر"}}},
		{ID: "gone", Terms: []string{"visa"}, Archived: true},
		{ID: "claim", Kind: KindNarrative, Wordings: map[i18n.Lang][]string{
			i18n.English: {"The embassy sells passports to the highest bidder"}, i18n.Arabic: {"السفارة تبيع الجوازات لمن يدفع أكثر"},
		}},
	}
	m := newMatcher(topics)
	for _, tt := range []struct {
		lang, text string
		want       []string
	}{
		{"en", "A visa from the embassies", []string{"and"}},
		{"en", "A visa from the embassy for the football cup", nil},
		{"en", "A visa, nothing else", nil},
		{"en", "The embassy is now closed", []string{"near"}},
		{"en", "The embassy says that the road is closed", nil},
		{"ckb", "لە بغداد", []string{"lang"}},
		{"ar", "في بغداد", nil},
		{"ar", "جواز السفر", []string{"list"}},
		{"en", "They say the embassy sells passports to highest bidders!!!", []string{"claim", "list"}},
		{"en", "An embassy issues passports", []string{"list"}},
		{"ar", "سمعت أن السفارة تبيع جوازات لمن يدفع", []string{"claim"}},
	} {
		got := m.match(tokensOf(nil, search.Document(tt.lang, tt.text, "lg:"+tt.lang)))
		slices.Sort(got)
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.text, got, tt.want)
		}
	}
}

// TestFacets labels posts on arrival, counts them by their properties, and
// lets the posts behind each count be read.
func TestFacets(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ctx := system()
		topic := Topic{ID: id.New(), Names: map[i18n.Lang]string{i18n.English: "Power"}, Terms: []string{"power", "كهرباء"}}
		if err := h.AddTopic(ctx, topic); err != nil {
			t.Fatal(err)
		}
		at := now.Add(-30 * time.Hour)
		posts := append(incoming(at, "en", "Why is there no power in the city again?", "I will burn down the power station, you will all die", "power is back"),
			incoming(at.Add(20*time.Hour), "ar", "الكهرباء مقطوعة منذ الأمس وهذا عار والناس غاضبون جدا", "مباراة جميلة")...)
		if n, err := h.Receive(ctx, "one", posts); err != nil || n != 5 {
			t.Fatal(n, err)
		}
		look := func() {
			t.Helper()
			f, err := h.Facets(ctx, topic.ID, at, now)
			if err != nil || f.Days != 2 {
				t.Fatalf("%+v, %v", f, err)
			}
			if got := f.Total(FacetLanguage, "en"); got != 3 || f.Total(FacetLanguage, "ar") != 1 || f.Total(FacetCountry, "IQ") != 4 {
				t.Errorf("languages %v, countries %v", f.Totals(FacetLanguage), f.Totals(FacetCountry))
			}
			if f.Total(FacetAct, "question") != 1 || f.Total(FacetSentiment, "negative") != 2 {
				t.Errorf("acts %v", f.Totals(FacetAct))
			}
			if c := f.Cells(FacetLanguage, 1); c.Pieces() != 2 || !slices.Equal(c.Values, []string{OtherKey}) || c.Untold(0) != 3 || c.Untold(1) != 1 {
				t.Errorf("languages of four posts by day: %+v", c)
			}
			src, err := h.TopicSources(ctx, f)
			if err != nil || len(src) != 0 || len(f.Totals(FacetCountry)) != 0 {
				t.Errorf("sources of four posts are told: %+v, %v", src, err)
			}
			asked, err := h.Mentions(ctx, MentionQuery{TopicID: topic.ID, Act: "question", Crisis: true})
			if err != nil || len(asked.Posts) != 1 || asked.Posts[0].Text != posts[0].Text {
				t.Errorf("questions %+v, %v", asked.Posts, err)
			}
		}
		look()
		h.drain(t)
		look()
		// Posts of a house that asked no classifier are labelled when counted.
		if _, err := d.Writer().Exec(`UPDATE listen_post SET labels = 0`); err != nil {
			t.Fatal(err)
		}
		saved, err := h.Topic(ctx, topic.ID)
		if err != nil {
			t.Fatal(err)
		}
		saved.Terms = append(saved.Terms, "electricity")
		if err := h.SaveTopic(ctx, saved); err != nil {
			t.Fatal(err)
		}
		h.drain(t)
		look()
		all, err := h.Facets(ctx, "", at, now)
		if err != nil || all.Total(FacetCountry, "IQ") != 5 {
			t.Errorf("all posts: %v, %v", all.Totals(FacetCountry), err)
		}
		if _, err := h.Mentions(ctx, MentionQuery{TopicID: topic.ID, Act: "nonsense"}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("nonsense: %v", err)
		}
	})
}

// TestNarrative counts what repeats a claim, now and in the past.
func TestNarrative(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ctx := system()
		posts := append(incoming(now.Add(-30*time.Hour), "en", "They say the embassy sells passports to highest bidders!!!", "An embassy issues passports to its citizens", "The weather"),
			incoming(now.Add(-20*time.Hour), "ar", "سمعت أن السفارة تبيع جوازات لمن يدفع")...)
		if _, err := h.Receive(ctx, "one", posts); err != nil {
			t.Fatal(err)
		}
		n := Topic{ID: id.New(), Kind: KindNarrative, Names: map[i18n.Lang]string{i18n.English: "Passports for sale"}, Wordings: map[i18n.Lang][]string{
			i18n.English: {"The embassy sells passports to the highest bidder"}, i18n.Arabic: {"السفارة تبيع الجوازات لمن يدفع أكثر"},
		}}
		if err := h.AddTopic(ctx, n); err != nil {
			t.Fatal(err)
		}
		h.drain(t)
		got, err := h.Mentions(ctx, MentionQuery{TopicID: n.ID})
		if err != nil || len(got.Posts) != 2 {
			t.Errorf("%d posts, %v, want the two that repeat it", len(got.Posts), err)
		}
		saved, err := h.Topic(ctx, n.ID)
		if err != nil || !saved.Narrative() || len(saved.Wordings[i18n.Arabic]) != 1 {
			t.Errorf("saved %+v, %v", saved, err)
		}
	})
}

// Countries, languages and sources of few posts are not told one by one; moods
// and acts, which are nobody's, are.
func TestFacetsTellNoFew(t *testing.T) {
	f := Facets{Days: 1, rows: map[string]map[string][]int64{
		FacetCountry: {"IQ": {120}, "FR": {40}, "SE": {4}, "NO": {2}}, FacetAct: {"threat": {2}, "question": {90}},
		FacetSource: {"1": {30}, "2": {3}},
	}}
	if got := f.Totals(FacetCountry); len(got) != 2 || got[0].Key != "IQ" || got[1] != (Share{Key: OtherKey, Posts: 46}) {
		t.Errorf("countries %v", got)
	}
	if got := f.Totals(FacetAct); len(got) != 2 || got[1].Posts != 2 {
		t.Errorf("acts %v", got)
	}
	if got := f.bySource(nil); len(got) != 1 || !got[0].Others || got[0].Posts != 33 {
		t.Errorf("sources %+v", got)
	}
}
