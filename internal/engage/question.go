package engage

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// State is where a question stands.
type State string

// The states of a question.
const (
	Fresh         State = "new" // nobody has taken it
	Assigned      State = "assigned"
	AnswerPending State = "answer_pending" // an answer waits for a second person
	Answered      State = "answered"
	Closed        State = "closed"
)

// Open reports whether the asker still waits.
func (s State) Open() bool { return s == Fresh || s == Assigned || s == AnswerPending }

// Reason says why a question was closed without a new answer.
type Reason string

// The reasons for closing. Withdrawn is the asker's own and cannot be given by
// an official.
const (
	Spam      Reason = "spam"
	Duplicate Reason = "duplicate"
	NotForUs  Reason = "not_for_us"
	Abusive   Reason = "abusive"
	Elsewhere Reason = "elsewhere" // answered by other means
	Withdrawn Reason = "withdrawn"
)

// Reasons are those an official may choose from.
var Reasons = []Reason{Duplicate, NotForUs, Elsewhere, Spam, Abusive}

// Limits on what an asker writes, in characters.
const (
	MaxText  = 2000
	MaxName  = 80
	MaxEmail = 200
	MaxBody  = 8000 // of an answer
	MaxNote  = 500  // of a reason, a correction's note or an internal note
)

// Question is what someone asked. Text and Name are as the asker wrote them,
// cleaned; both are empty once erased. Email is sealed. Titles are those of the
// statement at the time of asking.
type Question struct {
	bun.BaseModel `bun:"table:engage_question,alias:q"`

	ID           string `bun:",pk"`
	WordsID      int64
	Number       int64
	SecretHash   string
	MessageID    string
	Slug         string
	Titles       map[i18n.Lang]string
	MissionID    string
	Lang         i18n.Lang
	Text         string
	Name         string
	Email        string
	AgreedPublic bool
	Public       bool
	State        State
	AssigneeID   string
	Reason       Reason
	AskedAt      db.Time
	DueAt        db.Time
	AnsweredAt   db.Time
	ClosedAt     db.Time
	ErasedAt     db.Time
	Version      int64
}

// Scope is where the question belongs.
func (q *Question) Scope() perm.Scope { return perm.InMission(q.MissionID) }

// Overdue reports whether the asker waits beyond the service target.
func (q *Question) Overdue(now time.Time) bool { return q.State.Open() && q.DueAt.Std().Before(now) }

// Dir is the direction in which the question is written.
func (q *Question) Dir() string {
	if q.Text == "" {
		return q.Lang.Dir()
	}
	return text.Direction(q.Text)
}

// Title is the statement's title in a language, or in any that it has.
func (q *Question) Title(l i18n.Lang) string { return pick(q.Titles, l) }

// pick gives the text in a language, else in the first that has one.
func pick(m map[i18n.Lang]string, l i18n.Lang) string {
	for _, x := range append([]i18n.Lang{l}, i18n.Langs...) {
		if m[x] != "" {
			return m[x]
		}
	}
	return ""
}

// AnswerState is where a revision of an answer stands.
type AnswerState string

// The states of an answer's revision.
const (
	Drafted AnswerState = "draft"
	Pending AnswerState = "pending"
	Sent    AnswerState = "sent"
)

// Reply is one revision of the answer to a question. Revision 1 is the
// answer, each further one a correction whose Note readers see. Hash is that of
// what was submitted for approval.
type Reply struct {
	bun.BaseModel `bun:"table:engage_answer,alias:a"`

	ID           string `bun:",pk"`
	QuestionID   string
	Revision     int64
	Body         string
	Note         string
	Publish      bool
	AuthorID     string
	Editors      []string
	State        AnswerState
	Hash         string
	SubmittedAt  db.Time
	ApprovedBy   string
	ApprovedAt   db.Time
	ReturnedBy   string
	ReturnReason string
	SentBy       string
	SentAt       db.Time
	Version      int64
}

// Digest is the hash that an approval is bound to: of everything the reader
// will see, and of whether the public will.
func (a *Reply) Digest(l i18n.Lang) string {
	b, err := json.Marshal([]any{"engage/answer/1", a.QuestionID, a.Revision, l, a.Body, a.Note, a.Publish})
	if err != nil {
		panic(err) // strings, a number and a bool
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Errors of the rules.
var (
	ErrOwnWork  = errs.New(errs.Forbidden, "engage.error.own_work")
	ErrChanged  = errs.New(errs.Conflict, "engage.error.changed")
	ErrAnswered = errs.New(errs.Conflict, "engage.error.answered")
	ErrState    = errs.New(errs.Conflict, "engage.error.state")
)

// MayApprove is the rule of the second person: whoever wrote any part of this
// revision, or acts for one who did, cannot let it out; and what is let out is
// exactly what was submitted and seen.
func (a *Reply) MayApprove(actor, onBehalfOf, seen string, l i18n.Lang) error {
	switch {
	case a.State != Pending:
		return ErrState
	case slices.Contains(a.Editors, actor) || onBehalfOf != "" && slices.Contains(a.Editors, onBehalfOf):
		return ErrOwnWork
	case seen != a.Hash || a.Digest(l) != a.Hash:
		return ErrChanged
	}
	return nil
}

// edited notes who has written on a revision.
func (a *Reply) edited(by string) {
	if !slices.Contains(a.Editors, by) {
		a.Editors = append(a.Editors, by)
	}
}

// Entry is one thing that happened to a question, or an internal note. Subject
// is the person or mission it concerns.
type Entry struct {
	bun.BaseModel `bun:"table:engage_entry,alias:e"`

	ID         string `bun:",pk"`
	QuestionID string
	At         db.Time
	ActorID    string
	Act        string
	Note       string
	Subject    string
}

// Canned is a prepared answer in several languages. Without a mission it is
// for all.
type Canned struct {
	bun.BaseModel `bun:"table:engage_canned,alias:c"`

	ID        string `bun:",pk"`
	MissionID string
	Titles    map[i18n.Lang]string
	Bodies    map[i18n.Lang]string
	Retired   bool
	UpdatedBy string
	UpdatedAt db.Time
	Version   int64
}

// Title is the name in a language, or in any that there is.
func (c *Canned) Title(l i18n.Lang) string { return pick(c.Titles, l) }

// Notice is a letter to an asker: its state is queued, sent or failed.
type Notice struct {
	bun.BaseModel `bun:"table:engage_notice,alias:n"`

	QuestionID string `bun:",pk"`
	Kind       string `bun:",pk"`
	State      string
	At         db.Time
}
