package campaign

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// States of a file.
const (
	Open     = "open"
	Answered = "answered" // an open answer was given
	Closed   = "closed"   // with a reason
)

// File is a file on one hostile campaign. TopicID, WarningID and Group say
// where it came from; each may be empty. Search, SearchCountry, From and Until
// find its posts, from which its reach is measured.
type File struct {
	bun.BaseModel `bun:"table:listen_campaign,alias:c" json:"-"`

	ID               string               `bun:",pk" json:"id"`
	Titles           map[i18n.Lang]string `json:"titles"`
	Narrative        string               `json:"narrative"` // the claim, as the file's author puts it
	Wordings         []string             `json:"wordings"`  // how it is put, in any language
	TopicID          string               `json:"topic_id,omitempty"`
	WarningID        string               `json:"warning_id,omitempty"`
	Group            string               `bun:"group_key" json:"group,omitempty"` // coordinated group
	Search           string               `json:"search"`
	SearchCountry    string               `json:"search_country,omitempty"`
	From             db.Time              `bun:"from_at" json:"from"`
	Until            db.Time              `bun:"until_at" json:"until"` // exclusive
	Countries        []string             `json:"countries"`            // aimed at, ISO 3166-1 alpha-2
	Confidence       int64                `json:"confidence"`           // per cent, 1 to 99; see Scale
	Basis            string               `json:"basis"`                // why so sure and no surer
	Behaviour        []Technique          `json:"behaviour"`
	Reach            Reach                `json:"reach"`
	TLP              string               `json:"tlp"` // white, green, amber or red
	MissionID        string               `json:"mission_id,omitempty"`
	DepartmentID     string               `json:"department_id,omitempty"`
	DeskMissionID    string               `json:"desk_mission_id,omitempty"` // handed to
	DeskDepartmentID string               `json:"desk_department_id,omitempty"`
	HandedBy         string               `json:"handed_by,omitempty"`
	HandedAt         db.Time              `json:"handed_at"` // zero while with its own desk
	State            string               `json:"state"`
	Reason           string               `json:"reason,omitempty"`
	DecisionID       string               `json:"decision_id,omitempty"`
	AnswerID         string               `json:"answer_id,omitempty"`
	KeepUntil        db.Time              `json:"keep_until"` // evidence is removed then
	CreatedBy        string               `json:"created_by"`
	CreatedAt        db.Time              `json:"created_at"`
	UpdatedAt        db.Time              `json:"updated_at"`
	Version          int64                `json:"version"`
}

// Technique is a behaviour of the DISARM framework. Name is empty while the
// framework is not loaded.
type Technique struct {
	ID   string `json:"id"` // T0000 or T0000.000
	Name string `json:"name,omitempty"`
}

// Title is the file's title in a language, else in the first that has one.
func (f File) Title(l i18n.Lang) string {
	for _, l := range append([]i18n.Lang{l, i18n.English}, i18n.Langs...) {
		if t := f.Titles[l]; t != "" {
			return t
		}
	}
	return f.ID
}

// Scope is the desk that opened the file.
func (f File) Scope() perm.Scope { return scopeOf(f.MissionID, f.DepartmentID) }

// Desk is the desk that works on it: the one it was handed to, else its own.
func (f File) Desk() perm.Scope {
	if f.HandedAt.IsZero() {
		return f.Scope()
	}
	return scopeOf(f.DeskMissionID, f.DeskDepartmentID)
}

func scopeOf(mission, department string) perm.Scope {
	if mission == "" && department != "" {
		return perm.InDepartment(department)
	}
	return perm.InMission(mission)
}

// seen reports whether an actor sees and works on the file.
func (f File) seen(a *perm.Actor) bool {
	return a.MayIn(Manage, f.Scope()) || a.MayIn(Manage, f.Desk())
}

// Bounds of a file, in characters or entries.
const (
	MaxTitle     = 160
	MaxText      = 4000
	MaxReason    = 1000
	maxWordings  = 60
	maxTechs     = 60
	maxCountries = 60
	maxSearch    = 900
	// KeepMost is how many months evidence may be kept at most.
	KeepMost = 60
)

// TLPs are the markings of the Traffic Light Protocol that STIX 2.1 defines.
func TLPs() []string { return []string{"white", "green", "amber", "red"} }

var techniqueID = regexp.MustCompile(`^T[0-9]{4}(\.[0-9]{3})?$`)

// TechniqueForm reports whether an id has the form of the framework's: T0000
// or T0000.000.
func TechniqueForm(id string) bool { return techniqueID.MatchString(id) }

// check evens out what was typed and finds what is wrong with it.
func (f *File) check() error {
	var wrong []errs.Field
	long := func(name, s string, most int) {
		if n := utf8.RuneCountInString(s); n > most {
			wrong = append(wrong, errs.Field{Name: name, Key: "web.field.long", Args: []any{"max", most, "count", n - most}})
		}
	}
	bad := func(name, key string, args ...any) {
		wrong = append(wrong, errs.Field{Name: name, Key: key, Args: args})
	}
	if !id.Valid(f.ID) {
		bad("id", "web.field.required")
	}
	titles := map[i18n.Lang]string{}
	for _, l := range i18n.Langs {
		if t := text.Line(f.Titles[l]); t != "" {
			titles[l] = t
			long("title_"+string(l), t, MaxTitle)
		}
	}
	if f.Titles = titles; len(titles) == 0 {
		bad("title_"+string(i18n.Langs[0]), "listen.campaign.no_title")
	}
	f.Narrative, f.Basis, f.Search = strings.TrimSpace(text.Clean(f.Narrative)), strings.TrimSpace(text.Clean(f.Basis)), text.Line(f.Search)
	long("narrative", f.Narrative, MaxText)
	long("basis", f.Basis, MaxText)
	long("search", f.Search, maxSearch)
	if f.Narrative == "" {
		bad("narrative", "web.field.required")
	}
	f.Wordings = lines(f.Wordings)
	if len(f.Wordings) > maxWordings {
		bad("wordings", "listen.campaign.many", "max", maxWordings)
	}
	for _, w := range f.Wordings {
		long("wordings", w, MaxReason)
	}
	if f.Confidence < 1 || f.Confidence > 99 {
		bad("confidence", "listen.campaign.bad_confidence")
	}
	if !slices.Contains(TLPs(), f.TLP) {
		bad("tlp", "web.field.choice")
	}
	f.Behaviour = techniques(f.Behaviour)
	if len(f.Behaviour) > maxTechs {
		bad("behaviour", "listen.campaign.many", "max", maxTechs)
	}
	for _, t := range f.Behaviour {
		if !TechniqueForm(t.ID) {
			bad("behaviour", "listen.campaign.bad_technique", "technique", t.ID)
			break
		}
	}
	if f.From > 0 && f.Until > 0 && f.Until <= f.From {
		bad("until", "listen.campaign.bad_span")
	}
	f.Countries = countries(f.Countries)
	if f.MissionID != "" {
		f.DepartmentID = ""
	}
	return errs.InvalidFields(wrong...)
}

// lines evens out a list. One that is too long is cut behind the first entry
// that is too many; so are techniques.
func lines(list []string) []string {
	out := []string{}
	for _, s := range list {
		if s = text.Line(s); s != "" && !slices.Contains(out, s) && len(out) <= maxWordings {
			out = append(out, s)
		}
	}
	return out
}

func techniques(list []Technique) []Technique {
	out := []Technique{}
	for _, t := range list {
		t.ID = strings.ToUpper(text.Line(t.ID))
		if t.ID != "" && !slices.ContainsFunc(out, func(o Technique) bool { return o.ID == t.ID }) && len(out) <= maxTechs {
			out = append(out, Technique{ID: t.ID})
		}
	}
	return out
}

func countries(list []string) []string {
	out := []string{}
	for _, c := range list {
		if c = strings.ToUpper(strings.TrimSpace(c)); len(c) == 2 && !slices.Contains(out, c) && len(out) < maxCountries {
			out = append(out, c)
		}
	}
	slices.Sort(out)
	return out
}
