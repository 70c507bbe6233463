package influence

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/listen"
	"sifara/internal/listen/privacy"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// States of an entry.
const (
	Proposed = "proposed" // waits for a second official
	Active   = "active"
	Ended    = "ended" // by its date, early, or refused before it counted
)

// Kinds of actor. A private person is none of them.
func Kinds() []string { return []string{"government", "media", "organisation", "figure"} }

// Actor is an entry in the register of public actors.
type Actor struct {
	bun.BaseModel `bun:"table:listen_actor,alias:a" json:"-"`

	ID          string    `bun:",pk" json:"id"`
	Name        string    `json:"name"`
	Kind        string    `json:"kind"`
	Country     string    `json:"country,omitempty"` // ISO 3166-1 alpha-2; empty for none
	Reason      string    `json:"reason"`
	State       string    `json:"state"`
	EndsAt      db.Time   `json:"ends_at"`
	EnteredBy   string    `json:"entered_by"`
	EnteredAt   db.Time   `json:"entered_at"`
	ConfirmedBy string    `json:"confirmed_by,omitempty"`
	ConfirmedAt db.Time   `json:"confirmed_at"`
	EndedBy     string    `json:"ended_by,omitempty"` // empty when the date ended it
	EndedAt     db.Time   `json:"ended_at"`
	EndReason   string    `json:"end_reason,omitempty"`
	RenewsTo    db.Time   `json:"renews_to"` // proposed, not yet confirmed; null otherwise
	RenewReason string    `json:"renew_reason,omitempty"`
	RenewedBy   string    `json:"renewed_by,omitempty"`
	Accounts    []Account `bun:"-" json:"accounts"` // none of an ended entry
}

// Account is an account of an actor.
type Account struct {
	bun.BaseModel `bun:"table:listen_actor_account,alias:n" json:"-"`

	Network string `bun:",pk" json:"network"`
	Handle  string `bun:",pk" json:"handle"` // bare, in lower case
	ActorID string `json:"-"`
}

// Networks are those on which accounts can be registered.
func Networks() []string {
	return []string{"x", "bluesky", "mastodon", "telegram", "youtube", "facebook", "instagram"}
}

// sourcesOf are the kinds of source in which the accounts of a network appear.
// A file may come from any.
func sourcesOf(network string) []listen.SourceKind {
	kinds := []listen.SourceKind{listen.ImportSource}
	switch network {
	case "x":
		kinds = append(kinds, listen.XSearchSource, listen.XStreamSource)
	case "bluesky":
		kinds = append(kinds, listen.BlueskySource)
	case "mastodon":
		kinds = append(kinds, listen.MastodonSource, listen.ActivityPubSource)
	case "telegram":
		kinds = append(kinds, listen.TelegramSource)
	case "youtube":
		kinds = append(kinds, listen.YouTubeSource)
	case "facebook":
		kinds = append(kinds, listen.FacebookSource)
	case "instagram":
		kinds = append(kinds, listen.InstagramSource)
	}
	return kinds
}

// Bounds of an entry, in characters, words, and accounts.
const (
	MaxName      = 200
	MaxReason    = 1000
	LeastWords   = 5
	MaxAccounts  = 20
	maxHandle    = 256
	longestYears = 1
)

// Errors of the rules.
var (
	ErrOwnWork = errs.New(errs.Forbidden, "listen.actor.own_work")
	ErrState   = errs.New(errs.Conflict, "listen.actor.state_changed")
)

// check evens out an entry and refuses what the rules do not allow.
func (a *Actor) check(now time.Time) error {
	a.Name, a.Reason = text.Line(a.Name), text.Line(a.Reason)
	var bad []errs.Field
	fail := func(name, key string, args ...any) {
		bad = append(bad, errs.Field{Name: name, Key: key, Args: args})
	}
	switch n := utf8.RuneCountInString(a.Name); {
	case n == 0:
		fail("name", "web.field.required")
	case n > MaxName:
		fail("name", "web.field.long", "max", MaxName, "count", n-MaxName)
	}
	if !slices.Contains(Kinds(), a.Kind) {
		fail("kind", "web.field.choice")
	}
	if a.Country != "" && !country.MatchString(a.Country) {
		fail("country", "web.field.choice")
	}
	if f, ok := badReason("reason", a.Reason); !ok {
		bad = append(bad, f)
	}
	if f, ok := badEnd(a.EndsAt, now); !ok {
		bad = append(bad, f)
	}
	switch problem := a.tidyAccounts(); {
	case len(a.Accounts) == 0 && problem == "":
		fail("accounts", "web.field.required")
	case problem != "":
		fail("accounts", "listen.actor.bad_handle", "handle", problem)
	case len(a.Accounts) > MaxAccounts:
		fail("accounts", "listen.actor.many", "max", MaxAccounts)
	}
	return errs.InvalidFields(bad...)
}

// country is how countries are written: ISO 3166-1 alpha-2.
var country = regexp.MustCompile(`^[A-Z]{2}$`)

func badReason(field, reason string) (errs.Field, bool) {
	n := utf8.RuneCountInString(reason)
	switch {
	case len(strings.Fields(reason)) < LeastWords:
		return errs.Field{Name: field, Key: "listen.actor.short_reason", Args: []any{"count", LeastWords}}, false
	case n > MaxReason:
		return errs.Field{Name: field, Key: "web.field.long", Args: []any{"max", MaxReason, "count", n - MaxReason}}, false
	}
	return errs.Field{}, true
}

// badEnd refuses an end that has passed, and one more than a year ahead. The
// day itself still counts.
func badEnd(end db.Time, now time.Time) (errs.Field, bool) {
	if end.IsZero() || !end.Std().After(now) || end.Std().After(now.AddDate(longestYears, 0, 1)) {
		return errs.Field{Name: "ends", Key: "listen.actor.bad_end"}, false
	}
	return errs.Field{}, true
}

// tidyAccounts evens out the accounts, and gives one that is none.
func (a *Actor) tidyAccounts() (problem string) {
	var out []Account
	for _, x := range a.Accounts {
		x = Account{Network: x.Network, Handle: privacy.BareHandle(x.Handle), ActorID: a.ID}
		if x.Handle == "" || len(x.Handle) > maxHandle || !slices.Contains(Networks(), x.Network) || strings.ContainsFunc(x.Handle, notInHandle) {
			return x.Handle + " " + x.Network
		}
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
		if len(out) > MaxAccounts {
			break // too many, however many there are
		}
	}
	a.Accounts = out
	return ""
}

// notInHandle reports whether no network's handles hold a character. Bluesky's
// identifiers hold colons, Mastodon's names the server after "@".
func notInHandle(r rune) bool {
	return !privacy.HandleRune(r) && r != ':' && r != '@' || unicode.IsSpace(r)
}

// MayConfirm is the rule of the second person: neither who entered what waits,
// nor who stands in for them, confirms it.
func (a Actor) MayConfirm(p *perm.Actor) error {
	by := a.waitsOf()
	if by == "" {
		return ErrState
	}
	if p.Kind != perm.Person && p.Kind != perm.Token {
		return ErrOwnWork
	}
	problem := errs.New(errs.Forbidden, "")
	for _, g := range p.Grants {
		if !slices.Contains(g.Permissions, Manage) {
			continue
		}
		if p.ID != by && g.StandInFor != by {
			return nil
		}
		problem = ErrOwnWork
	}
	return problem
}

// waitsOf is the person whose proposal waits for a second one; empty when
// nothing waits.
func (a Actor) waitsOf() string {
	switch {
	case a.State == Proposed:
		return a.EnteredBy
	case a.State == Active && !a.RenewsTo.IsZero():
		return a.RenewedBy
	}
	return ""
}

// Waits reports whether a second person must look.
func (a Actor) Waits() bool { return a.waitsOf() != "" }
