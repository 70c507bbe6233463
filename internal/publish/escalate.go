package publish

import (
	"context"
	"database/sql/driver"
	"slices"
	"time"

	"sifara/internal/db"
	"sifara/internal/event"
	"sifara/internal/org"
	"sifara/internal/perm"
)

// Office is a post of the house: whoever holds a role in one mission or
// department.
type Office struct {
	Role string `json:"role"`
	Unit string `json:"unit"` // id of the mission or department
}

// Named are those whom a step asks for or is passed on to: people, roles, offices.
type Named struct {
	People  []string `json:"people,omitempty"`
	Roles   []string `json:"roles,omitempty"`
	Offices []Office `json:"offices,omitempty"`
}

// Nobody reports whether nobody is named.
func (n Named) Nobody() bool { return len(n.People)+len(n.Roles)+len(n.Offices) == 0 }

// has reports whether somebody who acts with an authority is named, in person or
// through whom they stand in for. An office counts when the one whose authority it
// is holds it; the permission may come from another of their assignments.
func (n Named) has(a *perm.Actor, g perm.Grant) bool {
	who := a.ID
	if g.StandInFor != "" {
		who = g.StandInFor
	}
	return slices.Contains(n.People, who) || g.Role != "" && slices.Contains(n.Roles, g.Role) ||
		slices.ContainsFunc(a.Grants, func(held perm.Grant) bool {
			return held.StandInFor == g.StandInFor && slices.Contains(n.Offices, Office{held.Role, held.Scope.Unit})
		})
}

// Escalation passes a step that nobody takes on: when it has waited for After
// hours of working days, those named may take it too, and are told.
type Escalation struct {
	After int `json:"after"`
	Named
}

// Indexes are steps of a route, JSON in the database.
type Indexes []int

// Value implements driver.Valuer; empty for none.
func (x Indexes) Value() (driver.Value, error) {
	if len(x) == 0 {
		return "", nil
	}
	return jsonValue([]int(x))
}

// Scan implements sql.Scanner.
func (x *Indexes) Scan(v any) error { return jsonScan(v, (*[]int)(x)) }

// asks reports whether a step of the message asks for somebody with an
// authority, by itself or because it was passed on to them.
func (m *Message) asks(step int, a *perm.Actor, g perm.Grant) bool {
	s := m.Route.Steps[step]
	return s.asks(a, g) || slices.Contains(m.Escalated, step) && s.Escalate != nil && s.Escalate.has(a, g)
}

// escalates gives when a step that waits is passed on; zero when it is not, or
// was already.
func (m *Message) escalates(step int, w org.Week) db.Time {
	e := m.Route.Steps[step].Escalate
	if e == nil || slices.Contains(m.Escalated, step) {
		return 0
	}
	return db.At(w.After(m.StepAt.Std(), time.Duration(e.After)*time.Hour))
}

// nextEscalation gives when the first of the steps that wait is passed on.
func (m *Message) nextEscalation(w org.Week) db.Time {
	next := db.Time(0)
	for _, i := range m.Open() {
		if at := m.escalates(i, w); !at.IsZero() && (next.IsZero() || at < next) {
			next = at
		}
	}
	return next
}

// escalate passes on the steps whose time for it has come, once each.
func (s *Service) escalate(ctx context.Context, messageID string) error {
	_, err := s.do(ctx, messageID, "publish.escalate", func(ctx context.Context, a *act) error {
		m := a.m
		week, err := s.week(ctx, m.MissionID)
		if err != nil {
			return err
		}
		var told []event.Event
		for _, i := range m.Open() {
			if at := m.escalates(i, week); at.IsZero() || at > a.nowDB() {
				continue
			}
			m.Escalated = append(m.Escalated, i)
			a.detail["publish_step"] = m.Route.Steps[i].word()
			told = append(told, a.waitingAt(i, Waiting{Escalated: true}))
		}
		if next := m.nextEscalation(week); len(told) > 0 || next != m.EscalateAt {
			m.EscalateAt, a.events = next, append(a.events, told...)
			return nil
		}
		a.idle = true
		return nil
	})
	return err
}

// EscalatedTo gives the people to whom a step was passed on and who could take
// it today.
func (s *Service) EscalatedTo(ctx context.Context, m Message, i int) ([]org.Person, error) {
	if i < 0 || i >= len(m.Route.Steps) || m.Route.Steps[i].Escalate == nil {
		return nil, nil
	}
	m.Escalated = append(slices.Clone(m.Escalated), i)
	return s.takers(ctx, m, i, m.Route.Steps[i].Escalate.has)
}
