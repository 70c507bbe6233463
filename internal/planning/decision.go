package planning

import (
	"slices"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/listen"
	"sifara/internal/perm"
)

// State is where a file stands.
type State string

// The states of a file.
const (
	Opened  State = "open"
	Decided State = "decided"
	Closed  State = "closed"
)

// Limits, in characters.
const (
	MaxTitle = 160
	MaxText  = 4000
	MaxNote  = 1000
)

// Decision is a decision file. Evidence is nil for one that was opened from
// nothing. MissionID and DepartmentID say whose file it is; both empty is the
// ministry's own. Unheard is how many parties had not been heard when it was
// decided.
type Decision struct {
	bun.BaseModel `bun:"table:planning_decision,alias:d"`

	ID           string `bun:",pk"`
	Title        string
	Question     string
	WarningID    string
	TopicID      string
	Country      string
	MissionID    string
	DepartmentID string
	Evidence     *Evidence
	State        State
	DueAt        db.Time
	ChosenID     string
	Reasons      string
	Unheard      int64
	DecidedBy    string
	DecidedAt    db.Time
	Outcome      string
	ClosedBy     string
	ClosedAt     db.Time
	CreatedBy    string
	CreatedAt    db.Time
	FoundBy      string
	Version      int64
}

// Scope is whose file it is.
func (d *Decision) Scope() perm.Scope { return scopeOf(d.MissionID, d.DepartmentID) }

func scopeOf(mission, department string) perm.Scope {
	if mission == "" && department != "" {
		return perm.InDepartment(department)
	}
	return perm.InMission(mission)
}

// Overdue reports whether the decision should have been made.
func (d *Decision) Overdue(now time.Time) bool {
	return d.State == Opened && !d.DueAt.IsZero() && d.DueAt.Std().Before(now)
}

// Evidence is what a warning rested on when the file was opened.
type Evidence struct {
	Topic    map[i18n.Lang]string `json:"topic,omitempty"`
	Term     string               `json:"term,omitempty"`
	Since    time.Time            `json:"since"`
	Until    time.Time            `json:"until"`
	Observed int64                `json:"observed"`
	Expected float64              `json:"expected"`
	Strength string               `json:"strength"`
	Words    []string             `json:"words,omitempty"`
	Hours    []listen.EvidenceBin `json:"hours,omitempty"`
	Samples  []Sample             `json:"samples,omitempty"`
}

// Sample is the text of a post, without its author.
type Sample struct {
	At   time.Time `json:"at"`
	Lang string    `json:"lang"`
	Text string    `json:"text"`
}

// Name is what the warning was about, in a language.
func (e *Evidence) Name(l i18n.Lang) string {
	if e.Term != "" {
		return e.Term
	}
	for _, x := range append([]i18n.Lang{l}, i18n.Langs...) {
		if e.Topic[x] != "" {
			return e.Topic[x]
		}
	}
	return ""
}

// Option is one of the ways to decide. A dropped one stays in the file.
type Option struct {
	bun.BaseModel `bun:"table:planning_option,alias:o"`

	ID         string `bun:",pk"`
	DecisionID string
	Text       string
	Dropped    bool
	AddedBy    string
	AddedAt    db.Time
}

// Argument speaks for an option or against it.
type Argument struct {
	bun.BaseModel `bun:"table:planning_argument,alias:g"`

	ID         string `bun:",pk"`
	DecisionID string
	OptionID   string
	SpeaksFor  bool
	Text       string
	AddedBy    string
	AddedAt    db.Time
}

// PartyKind sorts those who must be heard.
type PartyKind string

// The kinds of party.
const (
	DepartmentParty PartyKind = "department"
	MissionParty    PartyKind = "mission"
	PersonParty     PartyKind = "person"
)

// Stance is the position of a party.
type Stance string

// The stances. A condition or an objection needs words.
const (
	Agrees   Stance = "agrees"
	AgreesIf Stance = "agrees_if"
	Objects  Stance = "objects"
	Abstains Stance = "abstains"
)

// Stances lists the stances.
var Stances = []Stance{Agrees, AgreesIf, Objects, Abstains}

// Party must be heard until DueAt. OptionID is the option it prefers, empty
// when it names none.
type Party struct {
	bun.BaseModel `bun:"table:planning_party,alias:p"`

	ID         string `bun:",pk"`
	DecisionID string
	Kind       PartyKind
	UnitID     string
	DueAt      db.Time
	Stance     Stance
	OptionID   string
	Statement  string
	RecordedBy string
	RecordedAt db.Time
	RemindedAt db.Time
	OverdueAt  db.Time
	AddedBy    string
}

// Heard reports whether the party's position is recorded.
func (p *Party) Heard() bool { return !p.RecordedAt.IsZero() }

// Overdue reports whether it should have been heard.
func (p *Party) Overdue(now time.Time) bool {
	return !p.Heard() && !p.DueAt.IsZero() && p.DueAt.Std().Before(now)
}

// Entry is one thing that happened to a file.
type Entry struct {
	bun.BaseModel `bun:"table:planning_entry,alias:e"`

	ID         string `bun:",pk"`
	DecisionID string
	At         db.Time
	ActorID    string
	Act        string
	Note       string
	Subject    string
}

// File is a decision with all that belongs to it, each list oldest first.
type File struct {
	Decision
	Options   []Option
	Arguments []Argument
	Parties   []Party
	Entries   []Entry
}

// UnheardParties are those without a recorded position.
func (f *File) UnheardParties() []Party {
	return slices.DeleteFunc(slices.Clone(f.Parties), func(p Party) bool { return p.Heard() })
}

// Chosen is the option that was decided for, nil before.
func (f *File) Chosen() *Option {
	for i := range f.Options {
		if f.Options[i].ID == f.ChosenID {
			return &f.Options[i]
		}
	}
	return nil
}

// Errors of the rules.
var (
	ErrState   = errs.New(errs.Conflict, "planning.error.state")
	ErrChanged = errs.New(errs.Conflict, "planning.error.changed")
)

// Ruling is what is decided. Unheard says that the one who decides knows that
// not all parties were heard.
type Ruling struct {
	OptionID string
	Reasons  string
	Unheard  bool
	Version  int64
}

// MayDecide is the rule for deciding: an open file, one of its options,
// reasons, and either everybody heard or the knowledge that they were not.
func (f *File) MayDecide(r Ruling) error {
	if f.State != Opened {
		return ErrState
	}
	if f.Version != r.Version {
		return ErrChanged
	}
	var bad []errs.Field
	if !slices.ContainsFunc(f.Options, func(o Option) bool { return o.ID == r.OptionID && !o.Dropped }) {
		bad = append(bad, errs.Field{Name: "option", Key: "planning.error.option"})
	}
	if r.Reasons == "" {
		bad = append(bad, errs.Field{Name: "reasons", Key: "web.field.required"})
	}
	if len(f.UnheardParties()) > 0 && !r.Unheard {
		bad = append(bad, errs.Field{Name: "unheard", Key: "planning.error.unheard"})
	}
	return errs.InvalidFields(bad...)
}

// Made is emitted when a file is decided.
type Made struct {
	DecisionID   string
	WarningID    string
	TopicID      string
	MissionID    string
	DepartmentID string
}

// EventName implements event.Event.
func (Made) EventName() string { return "planning.decided" }
