package group

import (
	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/listen"
)

// States of a group.
const (
	Open  = "open"
	Aside = "aside" // with a reason; found again it stays so
)

// Group is a set of accounts that act together.
type Group struct {
	bun.BaseModel `bun:"table:listen_group,alias:g" json:"-"`

	ID       string   `bun:",pk" json:"id"`
	RunID    string   `json:"run_id"`             // the look that saw it last
	TopicID  string   `json:"topic_id,omitempty"` // of that look
	Kinds    []string `json:"behaviours"`         // names of coordination.Kind
	Accounts int64    `json:"accounts"`
	Posts    int64    `json:"posts"`   // that show it, as far as they are kept
	Objects  int64    `json:"objects"` // that were shared together
	// P is the probability of its encounters by chance, for all pairs looked at.
	P float64 `json:"p"`
	// Seconds is the median time from the first to the last account of an act.
	Seconds float64 `bun:"spread_seconds" json:"seconds"`
	First   db.Time `bun:"first_at" json:"first"`
	Last    db.Time `bun:"last_at" json:"last"`
	Network Network `json:"network,omitzero"` // not in lists
	Spread  Spread  `json:"spread"`
	State   string  `json:"state"`
	Reason  string  `json:"reason,omitempty"` // why it was set aside
	SetBy   string  `json:"-"`
	SetAt   db.Time `json:"-"`
	FoundAt db.Time `json:"found_at"` // by the first look that saw it
	SeenAt  db.Time `json:"seen_at"`  // by the last
}

// Network is how the accounts of a group hang together. They are numbers, the
// best tied first; the numbers of two looks have nothing to do with each other.
type Network struct {
	Nodes []Node `json:"nodes"`
	Ties  []Tie  `json:"ties"`
}

// Node is an account.
type Node struct {
	Ties int     `json:"ties"` // to others
	X    float64 `json:"x"`    // place in the drawing, 0 to 1
	Y    float64 `json:"y"`
}

// Tie joins two nodes.
type Tie struct {
	A      int      `json:"a"` // index of Nodes
	B      int      `json:"b"`
	Met    int      `json:"met"` // objects shared within the window
	Weight float64  `json:"weight"`
	Kinds  []string `json:"behaviours"`
}

// Spread is how far a group reached. The numbers count all; the lists leave out
// what fewer than ten posts have, or add it up under listen.OtherKey.
type Spread struct {
	Languages int            `json:"language_count"`
	Countries int            `json:"country_count"` // known ones
	Sources   int            `json:"source_count"`
	ByLang    []listen.Share `json:"languages"`
	ByCountry []listen.Share `json:"countries"`
	BySource  []listen.Share `json:"sources"` // keys are ids
}

// Evidence is a post that shows a group. Which account it is of is not kept: a
// number that stays would join what one person wrote.
type Evidence struct {
	bun.BaseModel `bun:"table:listen_group_post,alias:e" json:"-"`

	GroupID string `json:"-"`
	Post    int64  `json:"post"`
	Kind    string `json:"behaviour"`
	Object  string `json:"object"` // equal where the same was shared
}

// States of a look.
const (
	Waiting = "waiting"
	Running = "running"
	Done    = "done"
	Failed  = "failed"
)

// Run is one look at the posts of a period.
type Run struct {
	bun.BaseModel `bun:"table:listen_group_run,alias:r" json:"-"`

	ID         string  `bun:",pk" json:"id"`
	TopicID    string  `json:"topic_id,omitempty"`
	From       db.Time `bun:"from_at" json:"from"`
	Until      db.Time `bun:"until_at" json:"until"` // exclusive
	Window     int64   `bun:"window_seconds" json:"window_seconds"`
	State      string  `json:"state"`
	AskedBy    string  `json:"-"` // empty for that of the night
	AskedAt    db.Time `json:"asked_at"`
	StartedAt  db.Time `json:"started_at"`
	FinishedAt db.Time `json:"finished_at"`
	Posts      int64   `json:"posts"`    // that were looked at
	LeftOut    int64   `json:"left_out"` // of media, official or without account
	More       bool    `json:"more"`     // the period had more posts than a look takes
	Found      int64   `json:"found"`    // groups
	Reason     string  `json:"-"`        // of a failure: a key of messages
}

// Nightly reports whether nobody asked for it.
func (r Run) Nightly() bool { return r.AskedBy == "" }
