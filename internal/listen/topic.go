package listen

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/search"
	"sifara/internal/text"
)

// Topic is a matter that a desk watches: words in any language that speak of
// it, and the countries in which it matters.
type Topic struct {
	bun.BaseModel `bun:"table:listen_topic,alias:t" json:"-"`

	ID           string               `bun:",pk" json:"id"`
	Names        map[i18n.Lang]string `json:"names"`
	Terms        []string             `json:"terms"`     // any of them: a word, "some words", #tag or begin*
	Countries    []string             `json:"countries"` // ISO 3166-1 alpha-2; may be empty
	MissionID    string               `json:"mission_id,omitempty"`
	DepartmentID string               `json:"department_id,omitempty"`
	Watched      bool                 `json:"watched"` // warnings are raised
	Archived     bool                 `json:"archived,omitempty"`
	Version      int64                `json:"version"`
	// Versions at which the terms changed last and of which the counts are.
	TermsVersion   int64   `json:"-"`
	CountedVersion int64   `json:"-"`
	CreatedAt      db.Time `json:"created_at"`
	UpdatedAt      db.Time `json:"updated_at"`
}

// Name is the topic's name in a language, else in the first that has one.
func (t Topic) Name(l i18n.Lang) string {
	if n := t.Names[l]; n != "" {
		return n
	}
	for _, l := range []i18n.Lang{i18n.English, i18n.Arabic, i18n.Sorani, i18n.Kurmanji} {
		if n := t.Names[l]; n != "" {
			return n
		}
	}
	return t.ID
}

// Counted reports whether the counts of the past follow the present terms.
func (t Topic) Counted() bool { return t.CountedVersion >= t.TermsVersion }

// Scope is the desk that owns the topic.
func (t Topic) Scope() perm.Scope { return deskScope(t.MissionID, t.DepartmentID) }

func deskScope(mission, department string) perm.Scope {
	if mission == "" && department != "" {
		return perm.InDepartment(department)
	}
	return perm.InMission(mission)
}

// Query is the topic as a search: it finds the posts that the topic counts.
func (t Topic) Query() string {
	parts := make([]string, len(t.Terms))
	for i, term := range t.Terms {
		parts[i] = term
		if strings.ContainsAny(term, " \t") {
			parts[i] = `"` + term + `"`
		}
	}
	return strings.Join(parts, " OR ")
}

// Bounds of a topic. A search takes so much; see package search.
const (
	maxTerms     = 60
	maxTermBytes = 900
	maxTopicName = 120
	maxCountries = 60
)

// check evens out what was typed and finds what is wrong with it.
func (t *Topic) check() error {
	var wrong []errs.Field
	names := map[i18n.Lang]string{}
	for _, l := range i18n.Langs {
		if n := text.Line(t.Names[l]); n != "" {
			names[l] = n
		}
		if n := utf8.RuneCountInString(names[l]); n > maxTopicName {
			wrong = append(wrong, errs.Field{Name: "name_" + string(l), Key: "web.field.long", Args: []any{"max", maxTopicName, "count", n - maxTopicName}})
		}
	}
	t.Names = names
	if len(names) == 0 {
		wrong = append(wrong, errs.Field{Name: "name_" + string(i18n.Langs[0]), Key: "listen.topic.no_name"})
	}
	terms := []string{}
	for _, term := range t.Terms {
		term = strings.Trim(text.Line(strings.ReplaceAll(term, `"`, " ")), " ")
		if term == "" || slices.Contains(terms, term) {
			continue
		}
		if len(compileTerm(term)) == 0 {
			wrong = append(wrong, errs.Field{Name: "terms", Key: "listen.topic.bad_term", Args: []any{"term", term}})
		}
		terms = append(terms, term)
	}
	t.Terms = terms
	switch {
	case len(terms) == 0:
		wrong = append(wrong, errs.Field{Name: "terms", Key: "listen.topic.no_terms"})
	case len(terms) > maxTerms || len(t.Query()) > maxTermBytes:
		wrong = append(wrong, errs.Field{Name: "terms", Key: "listen.topic.many_terms", Args: []any{"max", maxTerms}})
	}
	countries := []string{}
	for _, c := range t.Countries {
		c = strings.ToUpper(strings.TrimSpace(c))
		if len(c) == 2 && !slices.Contains(countries, c) && len(countries) < maxCountries {
			countries = append(countries, c)
		}
	}
	slices.Sort(countries)
	t.Countries = countries
	if t.MissionID != "" {
		t.DepartmentID = ""
	}
	return errs.InvalidFields(wrong...)
}

// pattern is a row of tokens of the index; with prefix the last is only the
// beginning of a token.
type pattern struct {
	tokens []string
	prefix bool
}

// compileTerm gives the rows of tokens by which the index holds a term,
// whatever the language of the post. It agrees with package search.
func compileTerm(term string) []pattern {
	prefix := strings.HasSuffix(term, "*")
	tokens := text.Tokens(nil, term)
	var out []pattern
	add := func(p pattern) {
		if len(p.tokens) > 0 && !slices.ContainsFunc(out, func(o pattern) bool { return slices.Equal(o.tokens, p.tokens) }) {
			out = append(out, p)
		}
	}
	switch {
	case len(tokens) == 0:
	case tokens[0].Kind == text.Tag:
		add(pattern{[]string{tokens[0].Text}, prefix})
	case len(tokens) == 1 && (tokens[0].Kind != text.Word || prefix):
		add(pattern{[]string{tokens[0].Text}, prefix})
	case len(tokens) == 1:
		for _, f := range text.Forms(nil, tokens[0].Text) {
			add(pattern{tokens: []string{f}})
		}
	default:
		for _, l := range []string{"", "ar", "ckb", "fa", "kmr", "en", "de"} {
			add(pattern{tokens: text.Index(nil, l, strings.TrimSuffix(term, "*"))})
		}
	}
	return out
}

// matcher finds the topics of a post among its tokens. The zero matcher and
// nil know no topic.
type matcher struct {
	ids      []string
	first    map[string][]candidate
	prefixes map[string][]candidate
	lengths  []int // of the prefixes in bytes, ascending, each once
}

type candidate struct {
	topic int
	pattern
}

// newMatcher compiles topics.
func newMatcher(topics []Topic) *matcher {
	m := &matcher{first: map[string][]candidate{}, prefixes: map[string][]candidate{}}
	for _, t := range topics {
		if t.Archived {
			continue
		}
		n := len(m.ids)
		m.ids = append(m.ids, t.ID)
		for _, term := range t.Terms {
			for _, p := range compileTerm(term) {
				c := candidate{n, p}
				if p.prefix {
					m.prefixes[p.tokens[0]] = append(m.prefixes[p.tokens[0]], c)
				} else {
					m.first[p.tokens[0]] = append(m.first[p.tokens[0]], c)
				}
			}
		}
	}
	for p := range m.prefixes {
		if !slices.Contains(m.lengths, len(p)) {
			m.lengths = append(m.lengths, len(p))
		}
	}
	slices.Sort(m.lengths)
	return m
}

// match gives the ids of the topics, each once.
func (m *matcher) match(tokens []string) []string {
	if m == nil || len(m.ids) == 0 {
		return nil
	}
	var found []string
	take := func(n int) {
		if !slices.Contains(found, m.ids[n]) {
			found = append(found, m.ids[n])
		}
	}
	for i, w := range tokens {
		for _, c := range m.first[w] {
			if len(c.tokens) == 1 || i+len(c.tokens) <= len(tokens) && slices.Equal(tokens[i:i+len(c.tokens)], c.tokens) {
				take(c.topic)
			}
		}
		for _, n := range m.lengths {
			if n > len(w) {
				break
			}
			for _, c := range m.prefixes[w[:n]] {
				take(c.topic)
			}
		}
	}
	return found
}

// query is the search for a topic's posts.
func (t Topic) query() search.Query { return search.Parse(t.Query()) }
