// Package perm says who is acting and what they may do.
//
// A Permission is an act ("publish.approve"). A Grant gives a set of them in a
// Scope, the whole ministry, a department or a mission, perhaps until a date.
// Routes ask for the permission anywhere; services ask for it in the scope of
// the object at hand.
package perm

import (
	"context"
	"slices"
	"time"
)

// Permission names an act as "context.act".
type Permission string

// Definition is how a context declares a permission of its own. Roles are the
// keys of the standard roles that hold it in a new ministry.
type Definition struct {
	Permission Permission
	Roles      []string
}

// Level is the breadth of a scope.
type Level string

// The levels of a scope.
const (
	Ministry   Level = "ministry"
	Department Level = "department"
	Mission    Level = "mission"
)

// Scope is where a grant holds, or where an object belongs. Unit is the id of
// the department or mission, empty for the ministry.
type Scope struct {
	Level Level
	Unit  string
}

// Everywhere is the scope of the whole ministry.
func Everywhere() Scope { return Scope{Level: Ministry} }

// InMission is the scope of one mission. An empty id means the ministry
// itself, as for an object that belongs to no mission.
func InMission(id string) Scope {
	if id == "" {
		return Everywhere()
	}
	return Scope{Level: Mission, Unit: id}
}

// InDepartment is the scope of one department.
func InDepartment(id string) Scope { return Scope{Level: Department, Unit: id} }

// Covers reports whether a grant in scope s holds for an object in scope o.
func (s Scope) Covers(o Scope) bool { return s.Level == Ministry || s == o }

// Grant is a set of permissions in a scope. Source says where it comes from:
// the assignment's id. StandInFor names the person whose authority is used
// while they are away, empty for one's own. A zero Until never ends.
type Grant struct {
	Role        string
	Permissions []Permission
	Scope       Scope
	Until       time.Time
	Source      string
	StandInFor  string
}

// Kind sorts actors.
type Kind string

// The kinds of actor.
const (
	Nobody Kind = "nobody" // a visitor of the public site
	Person Kind = "person" // a signed-in official
	Token  Kind = "token"  // a program with an API token of an official
	System Kind = "system" // a job or a command of the operator
)

// Actor is who acts. ID is the person's, also for a token; for System it names
// the job or command.
type Actor struct {
	Kind   Kind
	ID     string
	Name   string
	Grants []Grant
}

// SystemActor acts for the house itself: a job, a command of the operator. It
// may do everything; what it does is recorded under its name.
func SystemActor(name string) *Actor { return &Actor{Kind: System, ID: name, Name: name} }

// May reports whether the actor holds p anywhere.
func (a *Actor) May(p Permission) bool {
	return a.Kind == System || slices.ContainsFunc(a.Grants, func(g Grant) bool { return slices.Contains(g.Permissions, p) })
}

// MayIn reports whether the actor holds p for an object in scope o.
func (a *Actor) MayIn(p Permission, o Scope) bool {
	if a.Kind == System {
		return true
	}
	_, ok := a.Authority(p, o)
	return ok
}

// Authority gives the grant under which the actor may do p in o, their own
// before a borrowed one.
func (a *Actor) Authority(p Permission, o Scope) (Grant, bool) {
	var found Grant
	ok := false
	for _, g := range a.Grants {
		if !g.Scope.Covers(o) || !slices.Contains(g.Permissions, p) {
			continue
		}
		if g.StandInFor == "" {
			return g, true
		}
		if !ok {
			found, ok = g, true
		}
	}
	return found, ok
}

// Scopes gives the scopes in which the actor holds p, and whether that is
// everywhere. Lists are filtered with it.
func (a *Actor) Scopes(p Permission) (scopes []Scope, everywhere bool) {
	if a.Kind == System {
		return nil, true
	}
	for _, g := range a.Grants {
		if !slices.Contains(g.Permissions, p) {
			continue
		}
		if g.Scope.Level == Ministry {
			return nil, true
		}
		if !slices.Contains(scopes, g.Scope) {
			scopes = append(scopes, g.Scope)
		}
	}
	return scopes, false
}

// Missions gives the ids of the missions in which the actor holds p, and
// whether it is all of them.
func (a *Actor) Missions(p Permission) (ids []string, all bool) {
	scopes, all := a.Scopes(p)
	for _, s := range scopes {
		if s.Level == Mission {
			ids = append(ids, s.Unit)
		}
	}
	return ids, all
}

type key struct{}

// With puts the actor into the context.
func With(ctx context.Context, a *Actor) context.Context { return context.WithValue(ctx, key{}, a) }

// From gives the actor of the context; a visitor without rights when there is
// none. It is never nil.
func From(ctx context.Context) *Actor {
	if a, ok := ctx.Value(key{}).(*Actor); ok && a != nil {
		return a
	}
	return &Actor{Kind: Nobody}
}

// Public stands where a permission is asked for and anybody may: the place
// says so in so many words.
const Public Permission = "public"
