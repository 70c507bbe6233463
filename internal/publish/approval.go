package publish

import (
	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/i18n"
)

// Decision is what someone said at a step.
type Decision string

// The decisions.
const (
	Approve Decision = "approve"
	Reject  Decision = "reject"
)

// Why an approval is void.
const (
	VoidEdited      = "edited"      // the content changed
	VoidRejected    = "rejected"    // a later step sent the message back
	VoidRecalled    = "recalled"    // its writer took it back
	VoidDropped     = "dropped"     // a pause held it up, and it was given up
	VoidUnscheduled = "unscheduled" // the planned release was given up or moved
)

// Approval is what one person said at one step about one exact content. Rows
// are never changed but for being voided, and never removed.
type Approval struct {
	bun.BaseModel `bun:"table:publish_approval,alias:p"`

	ID         string `bun:",pk"`
	MessageID  string
	Round      int
	Step       int // index into the route; -1 for emergency and after_review
	Kind       StepKind
	Lang       i18n.Lang // of a language review, else empty
	ActorID    string
	OnBehalfOf string // whose authority was used, when not the actor's own
	Hash       string // the content it is bound to
	Decision   Decision
	Reason     string
	At         db.Time
	VoidedAt   db.Time
	VoidedBy   string
	VoidedWhy  string
}

// inForce reports whether the approval counts for the message as it is now.
func (a Approval) inForce(m *Message) bool {
	return a.Decision == Approve && a.VoidedAt.IsZero() && a.Round == m.Round && a.Hash == m.Hash
}

// by reports whether a person gave it, or had it given by a stand-in.
func (a Approval) by(personID string) bool {
	return personID != "" && (a.ActorID == personID || a.OnBehalfOf == personID)
}
