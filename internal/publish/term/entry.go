package term

import (
	"cmp"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"
	"golang.org/x/text/language"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/text"
	engine "sifara/internal/text/tone"
)

// Kind says what an entry names.
type Kind string

// The kinds of entry.
const (
	Institution Kind = "institution"
	Office      Kind = "title" // of people: minister, ambassador
	Spot        Kind = "place"
	Agreement   Kind = "treaty"
	Other       Kind = "other"
)

// Kinds lists them in the order in which they are offered.
var Kinds = []Kind{Institution, Office, Spot, Agreement, Other}

// Bounds of an entry, in characters and numbers.
const (
	MaxWording  = 200
	MaxWordings = 20 // of one sort in one language
	MaxLangs    = 16
	MaxNote     = 1000
	maxWords    = 14 // of one wording
)

// Wording is how one language names it. Also are admitted beside the preferred
// one; Wrong are not wanted.
type Wording struct {
	Preferred string   `json:"preferred,omitempty"`
	Also      []string `json:"also,omitempty"`
	Wrong     []string `json:"wrong,omitempty"`
}

func (w Wording) empty() bool { return w.Preferred == "" && len(w.Also)+len(w.Wrong) == 0 }

// Words are the wordings by language: a tag of BCP 47 ("ar", "ckb", "kmr", "en",
// "fr", "pt-br"), in lower case. JSON in the database.
type Words map[string]Wording

// Value implements driver.Valuer.
func (w Words) Value() (driver.Value, error) {
	b, err := json.Marshal(w)
	return string(b), err
}

// Scan implements sql.Scanner.
func (w *Words) Scan(v any) error {
	switch v := v.(type) {
	case string:
		return json.Unmarshal([]byte(v), w)
	case []byte:
		return json.Unmarshal(v, w)
	}
	return fmt.Errorf("term: cannot read words from %T", v)
}

// String writes them on one line, for the record: wanted | unwanted.
func (w Words) String() string {
	var out []string
	for _, l := range w.Langs() {
		x := w[l]
		s := l + ": " + strings.Join(append([]string{x.Preferred}, x.Also...), ", ")
		if len(x.Wrong) > 0 {
			s += " | " + strings.Join(x.Wrong, ", ")
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

// Langs are the languages that have wordings: those of the house first.
func (w Words) Langs() []string {
	var out, more []string
	for l := range w {
		if !slices.Contains(i18n.Langs, i18n.Lang(l)) {
			more = append(more, l)
		}
	}
	for _, l := range i18n.Langs {
		if _, ok := w[string(l)]; ok {
			out = append(out, string(l))
		}
	}
	slices.Sort(more)
	return append(out, more...)
}

// Entry is one thing and its wordings.
type Entry struct {
	bun.BaseModel `bun:"table:publish_term,alias:te" json:"-"`

	ID        string  `bun:",pk" json:"id"`
	MissionID string  `json:"mission_id,omitempty" doc:"Empty: of the whole house"`
	Kind      Kind    `json:"kind" enum:"institution,title,place,treaty,other"`
	Words     Words   `json:"words" doc:"By language"`
	Note      string  `json:"note,omitempty" doc:"Shown to writers with a finding"`
	Source    string  `json:"source,omitempty" doc:"Where the wording is laid down"`
	Folded    string  `json:"-"` // all wordings, for searching
	Version   int     `json:"version" doc:"0 for a new entry"`
	EditedBy  string  `json:"edited_by"`
	EditedAt  db.Time `json:"edited_at" format:"date-time"`
}

// Scope is where the entry counts.
func (e *Entry) Scope() perm.Scope {
	if e.MissionID == "" {
		return perm.Everywhere()
	}
	return perm.InMission(e.MissionID)
}

// Name is the preferred wording in a language, else in the first that has one.
func (e *Entry) Name(l i18n.Lang) string {
	if s := e.Words[string(l)].Preferred; s != "" {
		return s
	}
	for _, l := range e.Words.Langs() {
		if s := e.Words[l].Preferred; s != "" {
			return s
		}
	}
	return ""
}

// Missing are the languages of the house without a preferred wording.
func (e *Entry) Missing() []i18n.Lang {
	var out []i18n.Lang
	for _, l := range i18n.Langs {
		if e.Words[string(l)].Preferred == "" {
			out = append(out, l)
		}
	}
	return out
}

// clean brings an entry into form and says what is wrong with it, at the fields
// "kind", "words", "note", "source", and "preferred-LANG", "also-LANG" and
// "wrong-LANG".
func (e *Entry) clean() error {
	var bad []errs.Field
	fail := func(name, key string, args ...any) { bad = append(bad, errs.Field{Name: name, Key: key, Args: args}) }
	if !slices.Contains(Kinds, e.Kind) {
		fail("kind", "web.field.choice")
	}
	for _, f := range []struct {
		name string
		s    *string
	}{{"note", &e.Note}, {"source", &e.Source}} {
		*f.s = strings.TrimSpace(text.Clean(*f.s))
		if n := utf8.RuneCountInString(*f.s); n > MaxNote {
			fail(f.name, "web.field.long", "max", MaxNote, "count", n-MaxNote)
		}
	}
	words := Words{}
	for l, w := range e.Words {
		w = Wording{text.Line(w.Preferred), lines(w.Also), lines(w.Wrong)}
		tag, ok := langTag(l)
		switch {
		case w.empty():
			continue
		case !ok:
			fail("words", "publish.term.error.lang", "lang", cut(l))
			continue
		}
		checkWording(tag, w, fail)
		words[tag] = w
	}
	e.Words = words
	if len(words) > MaxLangs {
		fail("words", "publish.term.error.langs", "max", MaxLangs)
	}
	if e.Name("") == "" {
		fail("preferred-"+string(i18n.Langs[0]), "publish.term.error.none")
	}
	slices.SortFunc(bad, func(a, b errs.Field) int { return cmp.Compare(a.Name, b.Name) })
	e.Folded = e.fold()
	return errs.InvalidFields(bad...)
}

// checkWording holds the bounds, and that no wording is wanted and unwanted at once.
func checkWording(lang string, w Wording, fail func(name, key string, args ...any)) {
	for _, f := range []struct {
		name string
		list []string
	}{{"preferred-", []string{w.Preferred}}, {"also-", w.Also}, {"wrong-", w.Wrong}} {
		if len(f.list) > MaxWordings {
			fail(f.name+lang, "publish.term.error.many", "max", MaxWordings)
		}
		for _, s := range f.list {
			n, folded := utf8.RuneCountInString(s), engine.FoldPhrase(s)
			switch {
			case n > MaxWording:
				fail(f.name+lang, "web.field.long", "max", MaxWording, "count", n-MaxWording)
			case s != "" && folded == "" || strings.Count(folded, " ") >= maxWords:
				fail(f.name+lang, "publish.term.error.words", "word", cut(s), "max", maxWords)
			case f.name == "wrong-" && (s == w.Preferred || slices.Contains(w.Also, s)):
				fail(f.name+lang, "publish.term.error.both", "word", cut(s))
			}
		}
	}
}

// cut keeps what is quoted in an error short.
func cut(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// lines cleans a list of wordings: without empty ones and doubles.
func lines(in []string) []string {
	var out []string
	for _, s := range in {
		if s = text.Line(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// langTag brings a language into form. The tags of the house are kept as they are:
// the registry would make "kmr" of Kurmanji into "ku".
func langTag(s string) (string, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if slices.Contains(i18n.Langs, i18n.Lang(s)) {
		return s, true
	}
	if len(s) > 35 {
		return "", false
	}
	_, err := language.Parse(s)
	return s, err == nil && s != "und"
}

func (e *Entry) fold() string {
	var all []string
	for _, l := range e.Words.Langs() {
		w := e.Words[l]
		all = append(append(append(all, w.Preferred), w.Also...), w.Wrong...)
	}
	return text.Fold(strings.Join(all, "\n"))
}

// same reports whether two entries say the same.
func (e *Entry) same(o *Entry) bool {
	a, _ := e.Words.Value()
	b, _ := o.Words.Value()
	return e.MissionID == o.MissionID && e.Kind == o.Kind && e.Note == o.Note && e.Source == o.Source && a == b
}
