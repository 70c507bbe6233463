package channels

import (
	"context"
	"slices"
	"strings"

	"sifara/internal/db"
)

// Verdict is the answer to "is this account ours?".
type Verdict string

// The verdicts.
const (
	Ours         Verdict = "ours"
	NotTrusted   Verdict = "suspended" // ours, but do not trust it at present
	NoLonger     Verdict = "closed"    // was ours
	Resembles    Verdict = "resembles" // like one of ours, and is not
	NotOurs      Verdict = "unknown"   // not in the register
	Unreadable   Verdict = "unreadable"
	maxResembles         = 5
)

// PublicAccount is what the public may know of an account.
type PublicAccount struct {
	ID        string   `json:"id"`
	MissionID string   `json:"mission_id,omitempty" doc:"Empty for the ministry's own"`
	Platform  Platform `json:"platform"`
	Handle    string   `json:"handle"`
	URL       string   `json:"url,omitempty"`
	State     State    `json:"state" enum:"active,suspended,closed"`
	Since     db.Time  `json:"since" doc:"In the register as active since"`
	StateAt   db.Time  `json:"state_at" doc:"Moment of the last change of state"`
}

func (a Account) public() PublicAccount {
	return PublicAccount{ID: a.ID, MissionID: a.MissionID, Platform: a.Platform, Handle: a.Handle, URL: a.URL, State: a.State, Since: a.Since, StateAt: a.StateAt}
}

// Answer is a verdict with the accounts it is about: those that are meant, or
// those that are resembled.
type Answer struct {
	Verdict  Verdict         `json:"verdict" enum:"ours,suspended,closed,resembles,unknown,unreadable"`
	Read     Address         `json:"-"`
	Accounts []PublicAccount `json:"accounts"`
}

// Lookup answers for a handle or address as anybody may type it. A bare name
// is ours when it is ours on any platform; the answer then says on which.
func (s *Service) Lookup(ctx context.Context, query string) (Answer, error) {
	all, err := s.registered(ctx)
	if err != nil {
		return Answer{}, err
	}
	return lookup(all, query), nil
}

func lookup(all []Account, query string) Answer {
	q := ParseAddress(query)
	if q.Name == "" {
		return Answer{Verdict: Unreadable, Accounts: []PublicAccount{}}
	}
	found := Answer{Verdict: NotOurs, Read: q, Accounts: []PublicAccount{}}
	for _, step := range []struct {
		state   State
		verdict Verdict
	}{{Active, Ours}, {Suspended, NotTrusted}, {Closed, NoLonger}} {
		for _, a := range all {
			if a.State == step.state && a.is(q, query) {
				found.Verdict = step.verdict
				found.Accounts = append(found.Accounts, a.public())
			}
		}
		if len(found.Accounts) > 0 {
			return found
		}
	}
	eye, user := skeleton(q.Name), skeleton(userOf(q.Name))
	for _, a := range all {
		if a.State == Closed || len(found.Accounts) == maxResembles {
			continue
		}
		if name := a.name(); resembles(eye, skeleton(name)) || resembles(user, skeleton(userOf(name))) && userOf(name) != "" {
			found.Verdict = Resembles
			found.Accounts = append(found.Accounts, a.public())
		}
	}
	return found
}

// is reports whether the account is the one that is asked for.
func (a Account) is(q Address, typed string) bool {
	if q.Platform != "" {
		return a.NameKey == q.key() || a.Platform == Other && strings.EqualFold(a.URL, strings.TrimSpace(typed))
	}
	return nameOn(a.Platform, q.Name) == a.name()
}

// userOf is the part of a name before the server.
func userOf(name string) string {
	user, _, _ := strings.Cut(name, "@")
	return user
}

// Public lists the accounts that the public may see, active and suspended, by
// mission and platform. An empty filter field does not narrow.
func (s *Service) Public(ctx context.Context, f Filter) ([]PublicAccount, error) {
	all, err := s.registered(ctx)
	if err != nil {
		return nil, err
	}
	list := []PublicAccount{}
	for _, a := range all {
		if (a.State == Active || a.State == Suspended) && f.matches(a) {
			list = append(list, a.public())
		}
	}
	order := Platforms()
	slices.SortStableFunc(list, func(a, b PublicAccount) int {
		return slices.Index(order, a.Platform) - slices.Index(order, b.Platform)
	})
	return list, nil
}

// Official reports whether a handle, with or without "@" and in any case of
// letters, is that of an active account of ours on any platform. Posts by such
// accounts are no private person's. When the register cannot be read it
// answers with what was read last.
func (s *Service) Official(handle string) bool {
	names := s.names()
	a := ParseAddress(handle)
	return a.Name != "" && (names[a.Name] || names[plainName(handle)])
}
