package publish

import (
	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/perm"
)

// Live topics of this context. They say only "look again".
const TopicMessages = "publish.messages"

// TopicMessage is the live topic of one message.
func TopicMessage(id string) string { return "publish.message:" + id }

// Submitted says that a message went on its route.
type Submitted struct {
	MessageID string `json:"message_id"`
	MissionID string `json:"mission_id"`
	Hash      string `json:"hash"`
}

// EventName implements event.Event.
func (Submitted) EventName() string { return "publish.submitted" }

// Waiting says that a step of a message waits for those who hold a permission:
// when it begins (neither Reminder, Overdue nor Escalated), again before it is
// due, when it is late, and when it is passed on.
type Waiting struct {
	MessageID  string          `json:"message_id"`
	MissionID  string          `json:"mission_id"`
	Step       StepKind        `json:"step"`
	Index      int             `json:"index"` // of the step in the route; -1 when it is not part of it
	Permission perm.Permission `json:"permission"`
	Ministry   bool            `json:"ministry"`
	Due        db.Time         `json:"due"`
	Reminder   bool            `json:"reminder"`
	Overdue    bool            `json:"overdue"`
	Escalated  bool            `json:"escalated,omitempty"` // the step was passed on; it is told to whom
}

// EventName implements event.Event.
func (Waiting) EventName() string { return "publish.waiting" }

// Released says that a message became public.
type Released struct {
	MessageID string      `json:"message_id"`
	MissionID string      `json:"mission_id"`
	Slug      string      `json:"slug"`
	Langs     []i18n.Lang `json:"langs"`
	Emergency bool        `json:"emergency"`
	// Proofs are the addresses by which anyone can check the texts; empty in a
	// house without a public log.
	Proofs map[i18n.Lang]string `json:"proofs,omitempty"`
}

// EventName implements event.Event.
func (Released) EventName() string { return "publish.released" }

// Withdrawn says that a public message was taken back. Its page stays, with a
// note.
type Withdrawn struct {
	MessageID string `json:"message_id"`
	MissionID string `json:"mission_id"`
	Slug      string `json:"slug"`
	Expired   bool   `json:"expired"`
}

// EventName implements event.Event.
func (Withdrawn) EventName() string { return "publish.withdrawn" }
