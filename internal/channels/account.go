package channels

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// State says where an account stands.
type State string

// The states. Proposed ones are not public yet; a suspended one is ours but
// must not be trusted at present, as after a takeover; a closed one is ours no
// more and stays closed.
const (
	Proposed  State = "proposed"
	Active    State = "active"
	Suspended State = "suspended"
	Closed    State = "closed"
)

// States lists the states.
func States() []State { return []State{Proposed, Active, Suspended, Closed} }

// next are the states that may follow.
var next = map[State][]State{
	Proposed: {Active, Closed}, Active: {Suspended, Closed}, Suspended: {Active, Closed}, Closed: nil,
}

// Next lists the states that may follow; none after Closed.
func (s State) Next() []State { return slices.Clone(next[s]) }

// CheckEvery is how long a security check holds: who has access, second
// factor, connected programs, recovery contact.
const CheckEvery = 90 * 24 * time.Hour

// Account is one official account. MissionID is empty for the ministry's own.
// The owner answers for what is said there; the custodian, another person,
// keeps the access.
type Account struct {
	ID          string   `bun:",pk" json:"id"`
	MissionID   string   `bun:",nullzero" json:"mission_id,omitempty"`
	Platform    Platform `json:"platform"`
	Handle      string   `json:"handle"`
	URL         string   `bun:"url" json:"url,omitempty"`
	OwnerID     string   `json:"owner_id"`
	CustodianID string   `bun:",nullzero" json:"custodian_id,omitempty"`
	State       State    `json:"state"`
	Since       db.Time  `json:"since"`      // first active
	StateAt     db.Time  `json:"state_at"`   // of the last change of state
	LastCheck   db.Time  `json:"last_check"` // security check; not set before the first
	CheckedBy   string   `json:"checked_by,omitempty"`
	CreatedAt   db.Time  `json:"created_at"`
	Version     int64    `json:"version"`
	// NameKey is the platform and name by which accounts are compared.
	NameKey string `json:"-"`
	// Recovery is the contact to which the platform sends what restores
	// access, sealed; see Service.RecoveryContact.
	Recovery string `json:"-"`
}

// Scope is where the account belongs.
func (a Account) Scope() perm.Scope { return perm.InMission(a.MissionID) }

// CheckDue reports whether a security check is due: never made, or older than
// CheckEvery. Only accounts in use need one.
func (a Account) CheckDue(now time.Time) bool {
	return (a.State == Active || a.State == Suspended) && db.At(now).Sub(a.LastCheck) > CheckEvery
}

// CheckBy is when the next check is due.
func (a Account) CheckBy() db.Time {
	if a.LastCheck.IsZero() {
		return a.Since
	}
	return a.LastCheck.Add(CheckEvery)
}

// name is the part of the key by which people know the account.
func (a Account) name() string {
	_, name, _ := strings.Cut(a.NameKey, ":")
	return name
}

// Draft is what an officer says of an account. Recovery is in plain text;
// nil leaves the present one as it is.
type Draft struct {
	ID          string
	MissionID   string
	Platform    Platform
	Handle      string
	URL         string
	OwnerID     string
	CustodianID string
	Recovery    *string
	Version     int64 // that was edited; 0 for a new account
}

const (
	maxHandle   = 200
	maxURL      = 500
	maxRecovery = 200
)

// account checks the draft and gives the account it describes.
func (d Draft) account() (Account, error) {
	a := Account{ID: d.ID, MissionID: d.MissionID, Platform: d.Platform, Handle: text.Line(d.Handle), URL: strings.TrimSpace(text.Line(d.URL)), OwnerID: d.OwnerID, CustodianID: d.CustodianID, Version: d.Version}
	var bad []errs.Field
	fail := func(name, key string, args ...any) { bad = append(bad, errs.Field{Name: name, Key: key, Args: args}) }
	if !id.Valid(a.ID) {
		fail("id", "web.field.choice")
	}
	if !a.Platform.Valid() {
		fail("platform", "web.field.choice")
	}
	address := addressOf(a.Platform, a.Handle, a.URL)
	switch {
	case a.Handle == "" && a.URL == "":
		fail("handle", "web.field.required")
	case address.Name == "":
		fail("handle", "channels.handle_unreadable")
	case utf8.RuneCountInString(a.Handle) > maxHandle:
		fail("handle", "web.field.long", "max", maxHandle, "count", utf8.RuneCountInString(a.Handle)-maxHandle)
	}
	if a.Handle == "" {
		a.Handle = address.Name
	}
	if a.URL == "" && bases[a.Platform] != "" {
		a.URL = bases[a.Platform] + address.Name
	}
	if a.URL != "" && !validURL(a.Platform, a.URL) {
		fail("url", "channels.url_wrong")
	}
	if a.OwnerID == "" {
		fail("owner", "web.field.required")
	}
	if a.CustodianID != "" && a.CustodianID == a.OwnerID {
		fail("custodian", "channels.same_person")
	}
	if d.Recovery != nil && utf8.RuneCountInString(*d.Recovery) > maxRecovery {
		fail("recovery", "web.field.long", "max", maxRecovery, "count", utf8.RuneCountInString(*d.Recovery)-maxRecovery)
	}
	a.NameKey = address.key()
	return a, errs.InvalidFields(bad...)
}

func validURL(p Platform, s string) bool {
	if len(s) > maxURL {
		return false
	}
	if p == Email {
		return strings.HasPrefix(s, "mailto:")
	}
	return (strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")) && strings.ContainsRune(s, '.') && !strings.ContainsAny(s, " \"<>")
}

// Entry is one line of an account's history. State is that after it.
type Entry struct {
	ID        string  `bun:",pk" json:"id"`
	AccountID string  `json:"-"`
	At        db.Time `json:"at"`
	ActorID   string  `json:"actor_id"`
	Act       string  `json:"act"` // "register", "edit", "state", "check"
	State     State   `json:"state"`
	Note      string  `json:"note,omitempty"`
}

// AccountChanged says that an account was registered or changed.
type AccountChanged struct {
	AccountID string `json:"account_id"`
	MissionID string `json:"mission_id"`
	State     State  `json:"state"`
}

// EventName implements event.Event.
func (AccountChanged) EventName() string { return "channels.account_changed" }
