package publish

import (
	"slices"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/perm"
)

// Sensitivity decides, with the mission, which route a message takes.
type Sensitivity string

// The sensitivities, from the least.
const (
	Routine   Sensitivity = "routine"
	Sensitive Sensitivity = "sensitive"
	High      Sensitivity = "high"
)

// Sensitivities lists them from the least.
var Sensitivities = []Sensitivity{Routine, Sensitive, High}

// State is where a message stands; see the package documentation for the ways
// between states.
type State string

// The states of a message.
const (
	StateDraft     State = "draft"     // being written
	StateInReview  State = "in_review" // submitted: a step before the release waits
	StateApproved  State = "approved"  // only the release is missing
	StateScheduled State = "scheduled" // will be released at ReleaseAt
	StateReleased  State = "released"
	StateWithdrawn State = "withdrawn" // was public; its page stays with a note
	StateRejected  State = "rejected"  // sent back with a reason; editable like a draft
)

// States lists the states in the order of a message's life.
var States = []State{StateDraft, StateRejected, StateInReview, StateApproved, StateScheduled, StateReleased, StateWithdrawn}

// Message is one message of the ministry or of a mission in all its languages.
type Message struct {
	bun.BaseModel `bun:"table:publish_message,alias:m"`

	ID          string `bun:",pk"`
	Slug        string // its public address; may change until the first submission, never after
	MissionID   string // empty: the ministry itself speaks
	Kind        Kind
	Sensitivity Sensitivity
	SourceLang  i18n.Lang // the language in which it is written first
	Details     Details   // what its kind needs besides the text
	Subject     string    // of the details: see Details.subject
	OccursAt    db.Time   // of the details: when an event begins

	// Where it comes from; each may be empty.
	DecisionID string
	WarningID  string
	TopicID    string

	State           State
	Version         int    // grows by one with every edit
	SettingsVersion int    // the Version at which the settings were last edited
	Hash            string // of all that would go out: see ContentHash
	Touched         int    // grows with every act; it orders acts on one message

	Route       Path    // the route as it was when the message was submitted
	Round       int     // counts submissions
	Step        int     // index into Route.Steps of the step that waits, the first of a group
	StepAt      db.Time // when it began to wait
	Escalated   Indexes // steps of the present group that were passed on
	EscalateAt  db.Time // when the next one is
	StepDue     db.Time // when that step should be done
	RemindedAt  db.Time // when the step's people were reminded
	OverdueAt   db.Time // when the step was found late
	SubmittedAt db.Time
	SubmittedBy string

	ReleaseAt    db.Time   // planned
	QueueAt      db.Time   // the slot that it waits for in the queue; zero: it was planned for a time of its own
	QueueRank    int64     // its place in the queue
	EmbargoUntil db.Time   // never public before
	NotAfter     db.Time   // never released later, and withdrawn by itself then
	Channels     Channels  // that it is for; empty: any
	Exempt       Exemption // goes out also while publishing is paused
	HeldAt       db.Time   // since when its planned release waits for an official because a pause covered its time
	ReleasedAt   db.Time

	WithdrawnAt   db.Time
	WithdrawnNote Texts // why, for the public; empty when Expired
	Expired       bool  // withdrawn by itself because NotAfter passed

	Lacks Lacks // the languages that were missing or stale when it was released

	Emergency       bool // released before it was approved
	EmergencyReason string
	ReviewDue       db.Time // when the approval afterwards is due
	ReviewedAt      db.Time // when it was given or refused
	ReviewOutcome   Decision

	Failure   string // message key: why a scheduled release did not happen
	CreatedBy string
	CreatedAt db.Time
	UpdatedAt db.Time

	Variants    []Variant    `bun:"-"` // only those with text, in the order of i18n.Langs
	Attachments []Attachment `bun:"-"` // in their order
	Approvals   []Approval   `bun:"-"` // all that were ever given, void ones too, oldest first
	Authors     []string     `bun:"-"` // everyone who ever edited it, and everyone in whose name that was done
}

// Scope is where a permission must hold to act on the message.
func (m *Message) Scope() perm.Scope { return perm.InMission(m.MissionID) }

// Variant gives the text in a language.
func (m *Message) Variant(l i18n.Lang) (Variant, bool) {
	for _, v := range m.Variants {
		if v.Lang == l {
			return v, true
		}
	}
	return Variant{MessageID: m.ID, Lang: l, State: VariantMissing}, false
}

// Source gives the variant from which the others are translated.
func (m *Message) Source() (Variant, bool) { return m.Variant(m.SourceLang) }

// Langs gives the languages that have a text, in the order of i18n.Langs.
func (m *Message) Langs() []i18n.Lang {
	var out []i18n.Lang
	for _, v := range m.Variants {
		out = append(out, v.Lang)
	}
	return out
}

// Title gives the title in the reader's language, else in the source language,
// else in any, with the language it is in. It is empty for a message without
// text.
func (m *Message) Title(l i18n.Lang) (string, i18n.Lang) {
	for _, try := range append([]i18n.Lang{l, m.SourceLang}, i18n.Langs...) {
		if v, ok := m.Variant(try); ok && v.Title != "" {
			return v.Title, try
		}
	}
	return "", m.SourceLang
}

// Stale reports whether a translation is older than its source.
func (m *Message) Stale(l i18n.Lang) bool {
	src, ok := m.Source()
	v, has := m.Variant(l)
	return ok && has && l != m.SourceLang && v.SourceHash != src.Hash
}

// WasPublic reports whether the message has, or has had, a public page.
func (m *Message) WasPublic() bool { return m.State == StateReleased || m.State == StateWithdrawn }

// Editable reports whether the text may still change. An edit of a message
// that was submitted voids its approvals.
func (m *Message) Editable() bool { return !m.WasPublic() }

// Current gives the step of the route that waits, the first of those that wait
// together; false when none does.
func (m *Message) Current() (Step, bool) {
	open := m.Open()
	if len(open) == 0 {
		return Step{}, false
	}
	return m.Route.Steps[open[0]], true
}

// Open gives the steps that wait, as indexes into the route: those of the
// present group that nobody has taken yet.
func (m *Message) Open() []int {
	if m.State != StateInReview && m.State != StateApproved || m.Step < 0 || m.Step >= len(m.Route.Steps) {
		return nil
	}
	from, to := m.Route.group(m.Step)
	if to == from+1 {
		return []int{from}
	}
	var out []int
	for i := from; i < to; i++ {
		unread := m.Route.Steps[i].Kind == LanguageReview && len(m.Variants) == 0 // in lists without texts: perhaps
		if unread || !m.stepDone(i) {
			out = append(out, i)
		}
	}
	return out
}

// Overdue reports whether a step, or the approval after an emergency release,
// is late.
func (m *Message) Overdue(now time.Time) bool {
	at := db.At(now)
	if _, ok := m.Current(); ok && !m.StepDue.IsZero() && m.StepDue.Before(at) {
		return true
	}
	return m.AwaitsReview() && m.ReviewDue.Before(at)
}

// AwaitsReview reports whether an emergency release has not been judged yet.
// That is owed also when the message has been withdrawn meanwhile.
func (m *Message) AwaitsReview() bool {
	return m.Emergency && m.WasPublic() && m.ReviewedAt.IsZero()
}

// Held reports whether a pause held up its planned release and no official has
// looked at it since.
func (m *Message) Held() bool { return m.State == StateScheduled && !m.HeldAt.IsZero() }

// ChangedAt is when the public page last changed: released or withdrawn.
func (m *Message) ChangedAt() db.Time { return max(m.ReleasedAt, m.WithdrawnAt) }

// fill puts the variants in the order of i18n.Langs and says the state of
// each.
func (m *Message) fill() {
	slices.SortFunc(m.Variants, func(a, b Variant) int {
		return slices.Index(i18n.Langs, a.Lang) - slices.Index(i18n.Langs, b.Lang)
	})
	for i := range m.Variants {
		v := &m.Variants[i]
		switch {
		case m.Stale(v.Lang):
			v.State = VariantStale
		case m.State == StateApproved || m.State == StateScheduled || m.WasPublic() && (!m.Emergency || m.ReviewOutcome == Approve):
			v.State = VariantApproved
		case slices.ContainsFunc(m.Approvals, func(a Approval) bool {
			return a.Kind == LanguageReview && a.Lang == v.Lang && a.inForce(m)
		}):
			v.State = VariantReviewed
		default:
			v.State = VariantDraft
		}
	}
}
