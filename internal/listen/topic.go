package listen

import (
	"errors"
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

	ID     string               `bun:",pk" json:"id"`
	Number int64                `json:"-"`    // by which the store knows it, from 1
	Kind   string               `json:"kind"` // KindTopic or KindNarrative
	Names  map[i18n.Lang]string `json:"names"`
	// Any of the terms: a word, some words in a row, #tag, begin*, or an
	// expression of these (see search.ParseExpr). TermsIn are the same, by the
	// language in which they are written; they find posts in any.
	Terms   []string               `json:"terms"`
	TermsIn map[i18n.Lang][]string `json:"terms_in,omitempty"`
	// Wordings of a narrative's claim, by language. A post that repeats one
	// nearly belongs to it, whatever the terms say.
	Wordings     map[i18n.Lang][]string `json:"wordings,omitempty"`
	Countries    []string               `json:"countries"` // ISO 3166-1 alpha-2; may be empty
	MissionID    string                 `json:"mission_id,omitempty"`
	DepartmentID string                 `json:"department_id,omitempty"`
	Watched      bool                   `json:"watched"` // warnings are raised
	Archived     bool                   `json:"archived,omitempty"`
	Version      int64                  `json:"version"`
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

// Kinds of topic.
const (
	KindTopic     = "topic"
	KindNarrative = "narrative" // a claim that goes around, with its wordings
)

// Narrative reports whether the topic is a claim.
func (t Topic) Narrative() bool { return t.Kind == KindNarrative }

// said is all that the topic asks posts for.
func (t Topic) said() []string {
	out := t.AllTerms()
	for _, list := range t.Wordings {
		out = append(out, list...)
	}
	return out
}

// AllTerms are the terms of all languages.
func (t Topic) AllTerms() []string {
	out := slices.Clone(t.Terms)
	for _, l := range i18n.Langs {
		out = append(out, t.TermsIn[l]...)
	}
	return out
}

// termExpr reads a term. One that was saved before terms could be expressions
// is taken as words in a row.
func termExpr(term string) search.Expr {
	e, err := search.ParseExpr(term, search.InARow)
	if err != nil {
		e, _ = search.ParseExpr(`"`+strings.ReplaceAll(term, `"`, " ")+`"`, search.InARow)
	}
	return e
}

// expr is the topic as a question. Of a narrative's wordings it asks for the
// longest words, which finds a little more than the topic counts.
func (t Topic) expr() search.Expr {
	var list []search.Expr
	for _, term := range t.AllTerms() {
		list = append(list, termExpr(term))
	}
	for _, words := range t.claims() {
		if e, err := search.ParseExpr(strings.Join(longest(words, 4), " AND "), search.InARow); err == nil {
			list = append(list, e)
		}
	}
	return search.AnyOf(list...)
}

// candidates is a question that every post of the topic meets, and others too
// if it is a narrative.
func (t Topic) candidates() search.Query {
	var list []search.Expr
	for _, term := range t.AllTerms() {
		list = append(list, termExpr(term))
	}
	for _, words := range t.claims() {
		// A post with enough of the words lacks fewer than these.
		lacks := len(words) - (claim{words: words}).enough()
		list = append(list, search.AnyToken(longest(words, lacks+1)...))
	}
	return search.AnyOf(list...).Query()
}

// longest gives the n longest words: the longer, the rarer.
func longest(words []string, n int) []string {
	words = slices.Clone(words)
	slices.SortStableFunc(words, func(a, b string) int { return utf8.RuneCountInString(b) - utf8.RuneCountInString(a) })
	return words[:min(len(words), n)]
}

// claims are the words of each wording, as a post holds them.
func (t Topic) claims() (out [][]string) {
	for _, l := range i18n.Langs {
		for _, w := range t.Wordings[l] {
			if words := claimWords(string(l), w); len(words) >= leastClaim {
				out = append(out, words)
			}
		}
	}
	return out
}

func claimWords(lang, s string) (out []string) {
	for _, t := range text.Tokens(nil, s) {
		if t.Kind != text.Word && t.Kind != text.Number || stopWords()[t.Text] {
			continue
		}
		w := t.Text
		if t.Kind == text.Word {
			w = text.Stem(lang, w)
		}
		if !slices.Contains(out, w) && len(out) < 64 {
			out = append(out, w)
		}
	}
	return out
}

// Query is the topic as a search: it finds the posts that the topic counts.
func (t Topic) Query() string { return t.expr().String() }

// query is the search for a topic's posts.
func (t Topic) query() search.Query { return t.expr().Query() }

// Bounds of a topic. A search takes so much; see package search.
const (
	maxTerms     = 120
	maxTermBytes = 4500
	maxWordings  = 12 // of a language
	maxWording   = 400
	leastClaim   = 3 // words that say something
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
	wrong = append(wrong, t.checkTerms()...)
	if t.Narrative() {
		wrong = append(wrong, t.checkWordings()...)
	} else {
		t.Kind, t.Wordings = KindTopic, nil
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

// checkTerms evens out the terms and says of the first that cannot be read
// what is wrong where.
func (t *Topic) checkTerms() (wrong []errs.Field) {
	in := map[i18n.Lang][]string{}
	var seen []string
	even := func(field string, list []string) []string {
		out := []string{}
		for _, term := range list {
			term = text.Line(term)
			if !search.Boolean(term) {
				term = strings.Trim(strings.ReplaceAll(term, `"`, " "), " ")
			}
			if term == "" || slices.Contains(seen, term) {
				continue
			}
			if _, err := search.ParseExpr(term, search.InARow); err != nil && len(wrong) == 0 {
				wrong = append(wrong, termFault(field, term, err))
			}
			seen, out = append(seen, term), append(out, term)
		}
		return out
	}
	t.Terms = even("terms", t.Terms)
	for _, l := range i18n.Langs {
		if list := even("terms_"+string(l), t.TermsIn[l]); len(list) > 0 {
			in[l] = list
		}
	}
	t.TermsIn = in
	switch {
	case len(seen) == 0 && !t.Narrative():
		wrong = append(wrong, errs.Field{Name: "terms", Key: "listen.topic.no_terms"})
	case len(seen) > maxTerms || len(wrong) == 0 && len(t.Query()) > maxTermBytes:
		wrong = append(wrong, errs.Field{Name: "terms", Key: "listen.topic.many_terms", Args: []any{"max", maxTerms}})
	}
	return wrong
}

// termFault says what is wrong with a term, in words of this context.
func termFault(field, term string, err error) errs.Field {
	var bad *search.SyntaxError
	if !errors.As(err, &bad) || bad.Reason == search.WrongWords && !search.Boolean(term) {
		return errs.Field{Name: field, Key: "listen.topic.bad_term", Args: []any{"term", term}}
	}
	return errs.Field{Name: field, Key: "listen.expr." + bad.Reason, Args: []any{"term", term, "position", bad.Pos, "near", bad.Near, "max", search.MaxNear}}
}

// checkWordings evens out the wordings of a claim.
func (t *Topic) checkWordings() (wrong []errs.Field) {
	out, n := map[i18n.Lang][]string{}, 0
	for _, l := range i18n.Langs {
		field := "wordings_" + string(l)
		for _, w := range t.Wordings[l] {
			w = text.Line(w)
			if w == "" || slices.Contains(out[l], w) {
				continue
			}
			if c := utf8.RuneCountInString(w); c > maxWording {
				wrong = append(wrong, errs.Field{Name: field, Key: "web.field.long", Args: []any{"max", maxWording, "count", c - maxWording}})
			} else if len(claimWords(string(l), w)) < leastClaim {
				wrong = append(wrong, errs.Field{Name: field, Key: "listen.narrative.short", Args: []any{"wording", w}})
			}
			out[l] = append(out[l], w)
			n++
		}
		if len(out[l]) > maxWordings {
			wrong = append(wrong, errs.Field{Name: field, Key: "listen.narrative.many", Args: []any{"max", maxWordings}})
		}
	}
	t.Wordings = out
	if n == 0 {
		wrong = append(wrong, errs.Field{Name: "wordings_" + string(i18n.Langs[0]), Key: "listen.narrative.none"})
	}
	return wrong
}
