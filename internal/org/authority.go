package org

import (
	"slices"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
)

// Assignment gives a person a role in a scope from a moment on, until another
// when Until is set. It may be ended earlier.
type Assignment struct {
	ID        string     `bun:",pk" json:"id"`
	PersonID  string     `json:"person_id"`
	Role      string     `json:"role"`
	Level     perm.Level `json:"level"`
	Unit      string     `json:"unit"` // id of the department or mission
	From      db.Time    `bun:"from_at" json:"from"`
	Until     db.Time    `bun:"until_at" json:"until"`
	Reason    string     `json:"reason"`
	GrantedBy string     `json:"granted_by"`
	GrantedAt db.Time    `json:"granted_at"`
	EndedAt   db.Time    `json:"ended_at"`
	EndedBy   string     `json:"ended_by,omitempty"`
	EndReason string     `json:"end_reason,omitempty"`
}

// Scope is where the assignment holds.
func (a Assignment) Scope() perm.Scope { return perm.Scope{Level: a.Level, Unit: a.Unit} }

// Phase says where an assignment or a stand-in stands in time.
type Phase string

// The phases.
const (
	Coming  Phase = "coming"
	InForce Phase = "in_force"
	Over    Phase = "over"    // its time has run out
	Revoked Phase = "revoked" // it was ended before its time
)

// Phase tells where the assignment stands at a moment.
func (a Assignment) Phase(now time.Time) Phase { return phase(a.From, a.Until, a.EndedAt, now) }

// phase treats From as included and Until as excluded.
func phase(from, until, ended db.Time, at time.Time) Phase {
	now := db.At(at)
	switch {
	case !ended.IsZero() && ended <= now:
		return Revoked
	case !until.IsZero() && until <= now:
		return Over
	case from > now:
		return Coming
	}
	return InForce
}

// StandIn lends a person the own authority of another for a bounded time. What
// the other has borrowed is not lent on.
type StandIn struct {
	ID          string  `bun:",pk" json:"id"`
	PersonID    string  `json:"person_id"`
	ForPersonID string  `json:"for_person_id"`
	From        db.Time `bun:"from_at" json:"from"`
	Until       db.Time `bun:"until_at" json:"until"`
	Reason      string  `json:"reason"`
	AppointedBy string  `json:"appointed_by"`
	AppointedAt db.Time `json:"appointed_at"`
	EndedAt     db.Time `json:"ended_at"`
	EndedBy     string  `json:"ended_by,omitempty"`
}

// Phase tells where the stand-in stands at a moment.
func (s StandIn) Phase(now time.Time) Phase { return phase(s.From, s.Until, s.EndedAt, now) }

// maxStandIn bounds a stand-in; longer needs a role of one's own.
const maxStandIn = 366 * 24 * time.Hour

// ErrMoreThanHeld means that an actor wanted to give away authority that they
// do not hold themselves, there, and for that long.
var ErrMoreThanHeld = errs.New(errs.Forbidden, "org.more_than_held")

// mayGive is the rule that nobody grants more than they hold: for each
// permission the actor has a grant that covers the scope and lasts at least as
// long; a zero until asks for a grant without end.
func mayGive(a *perm.Actor, give []perm.Permission, scope perm.Scope, until time.Time) error {
	if a.Kind == perm.System {
		return nil
	}
	for _, p := range give {
		if !slices.ContainsFunc(a.Grants, func(g perm.Grant) bool {
			return slices.Contains(g.Permissions, p) && g.Scope.Covers(scope) && lasts(g.Until, until)
		}) {
			return ErrMoreThanHeld
		}
	}
	return nil
}

// lasts reports whether a grant until one date outlives another date. Zero is
// without end.
func lasts(grant, wanted time.Time) bool {
	return grant.IsZero() || !wanted.IsZero() && !wanted.After(grant)
}

// earlier gives the earlier of two end dates; zero is without end.
func earlier(a, b db.Time) db.Time {
	if a.IsZero() || !b.IsZero() && b < a {
		return b
	}
	return a
}
