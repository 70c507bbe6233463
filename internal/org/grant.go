package org

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// Grant gives a role to a person under the id that a brings along; the same id
// again changes nothing. A zero From is now; a zero Until has no end.
//
// Needs org.grant in the scope, and nobody grants more than they hold: the
// actor must have each permission of the role there and for as long
// (ErrMoreThanHeld). Nobody grants to themselves.
func (s *Service) Grant(ctx context.Context, a Assignment) error {
	actor := perm.From(ctx)
	if err := s.grantable(ctx, &a); err != nil {
		return err
	}
	if _, err := s.SeePerson(ctx, a.PersonID); err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		person, err := one[personRow](ctx, tx, "id", a.PersonID)
		if err != nil {
			return err
		}
		if !person.Active {
			return errs.New(errs.Conflict, "org.person_left")
		}
		role, err := one[roleRow](ctx, tx, "key", a.Role)
		if err != nil {
			return err
		}
		if err := mayGive(actor, append(slices.Clone(role.Permissions), Grant), a.Scope(), a.Until.Std()); err != nil {
			return err
		}
		if err := openUnit(ctx, tx, a.Scope()); err != nil {
			return err
		}
		fresh, err := insert(ctx, tx, &assignmentRow{Assignment: a})
		if err != nil || !fresh {
			return wrap(err, "grant %s to %s", a.Role, a.PersonID)
		}
		return s.record(ctx, tx, Grant, a.Scope(), "org.assignment.grant", "person", a.PersonID, map[string]any{
			"name": person.Recorded(), "role": role.Names, "until": endDate(a.Until), "assignment": a.ID,
		})
	})
}

// endDate is an end date as the record shows it.
func endDate(t db.Time) any {
	if t.IsZero() {
		return audit.Word("org.no_end")
	}
	return t
}

// grantable checks what can be said of an assignment without the database.
func (s *Service) grantable(ctx context.Context, a *Assignment) error {
	actor, now := perm.From(ctx), db.At(s.clock.Now())
	if a.Level == perm.Ministry {
		a.Unit = ""
	}
	if err := allowed(ctx, Grant, a.Scope()); err != nil {
		return err
	}
	if actor.Kind != perm.System && actor.ID == a.PersonID {
		return errs.New(errs.Forbidden, "org.own_grant")
	}
	a.Reason = text.Line(a.Reason)
	a.GrantedBy, a.GrantedAt, a.EndedAt, a.EndedBy, a.EndReason = actor.ID, now, 0, "", ""
	if a.From.IsZero() {
		a.From = now
	}
	bad := checkPeriod(a.From, a.Until, now)
	if n := utf8.RuneCountInString(a.Reason); n > maxAddress {
		bad = append(bad, tooLong("reason", n, maxAddress))
	}
	return errs.InvalidFields(bad...)
}

// checkPeriod looks at a period whose end, when it is set, must lie ahead.
func checkPeriod(from, until, now db.Time) []errs.Field {
	switch {
	case until.IsZero():
	case until <= now:
		return []errs.Field{{Name: "until", Key: "org.until_past"}}
	case until <= from:
		return []errs.Field{{Name: "until", Key: "org.until_before_from"}}
	}
	return nil
}

// EndAssignment ends an assignment now; one that is over already stays as it
// is. Needs org.grant in its scope. The last assignment that lets someone
// grant everywhere without end cannot be ended.
func (s *Service) EndAssignment(ctx context.Context, assignmentID, reason string) error {
	return s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		row, err := one[assignmentRow](ctx, tx, "id", assignmentID)
		if err != nil {
			return err
		}
		if !perm.From(ctx).MayIn(View, row.Scope()) {
			return errs.New(errs.NotFound, "")
		}
		if err := allowed(ctx, Grant, row.Scope()); err != nil {
			return err
		}
		now := s.clock.Now()
		if p := row.Phase(now); p == Over || p == Revoked {
			return nil
		}
		row.EndedAt, row.EndedBy, row.EndReason = db.At(now), perm.From(ctx).ID, text.Line(reason)
		if _, err := tx.NewUpdate().Model(&row).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("end assignment %s: %w", assignmentID, err)
		}
		if err := someoneGrants(ctx, tx, db.At(now)); err != nil {
			return err
		}
		person, err := one[personRow](ctx, tx, "id", row.PersonID)
		if err != nil {
			return err
		}
		role, err := one[roleRow](ctx, tx, "key", row.Role)
		if err != nil {
			return err
		}
		return s.record(ctx, tx, Grant, row.Scope(), "org.assignment.end", "person", row.PersonID, map[string]any{
			"name": person.Recorded(), "role": role.Names, "assignment": row.ID,
		})
	})
}

// someoneGrants makes sure that the house cannot lock itself out: an active
// person must be left who holds org.grant everywhere without an end date.
func someoneGrants(ctx context.Context, tx bun.Tx, now db.Time) error {
	// Two who end each other's authority at once must wait for each other.
	if _, err := tx.ExecContext(ctx, `UPDATE org_ministry SET version = version WHERE id = 1`); err != nil {
		return fmt.Errorf("who can grant: %w", err)
	}
	var rows []assignmentRow
	err := tx.NewSelect().Model(&rows).Join("JOIN org_person p ON p.id = a.person_id").Where("p.active = ?", true).
		Where("a.level = ?", perm.Ministry).Where("a.ended_at = 0").Where("a.until_at = 0").Where("a.from_at <= ?", now).Scan(ctx)
	if err != nil {
		return fmt.Errorf("who can grant: %w", err)
	}
	for _, r := range rows {
		role, err := one[roleRow](ctx, tx, "key", r.Role)
		if err != nil {
			return err
		}
		if role.Holds(Grant) {
			return nil
		}
	}
	return errs.New(errs.Conflict, "org.last_administrator")
}

// Assignments lists all assignments of a person, the newest first.
func (s *Service) Assignments(ctx context.Context, personID string) ([]Assignment, error) {
	return readAssignments(ctx, s.db.Reader(), personID)
}

func readAssignments(ctx context.Context, q bun.IDB, personID string) ([]Assignment, error) {
	var rows []assignmentRow
	if err := q.NewSelect().Model(&rows).Where("person_id = ?", personID).Order("from_at DESC", "id DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("assignments of %s: %w", personID, err)
	}
	var out []Assignment
	for _, r := range rows {
		out = append(out, r.Assignment)
	}
	return out, nil
}

// Grants gives what a person may do now: by their own assignments in force,
// then by those of the people they stand in for, each with its end date. A
// grant in a department holds in those below it too. Whoever is not active has
// none; errs.NotFound for an unknown person.
func (s *Service) Grants(ctx context.Context, personID string) ([]perm.Grant, error) {
	snap, err := s.snap(ctx)
	if err != nil {
		return nil, err
	}
	p, err := s.Person(ctx, personID)
	if err != nil || !p.Active {
		return nil, err
	}
	now := s.clock.Now()
	grants, err := snap.own(ctx, s.db.Reader(), personID, now)
	if err != nil {
		return nil, err
	}
	standIns, err := readStandIns(ctx, s.db.Reader(), "person_id", personID)
	if err != nil {
		return nil, err
	}
	for _, in := range standIns {
		if in.Phase(now) != InForce {
			continue
		}
		absent, err := s.Person(ctx, in.ForPersonID)
		if err != nil || !absent.Active {
			continue
		}
		borrowed, err := snap.own(ctx, s.db.Reader(), in.ForPersonID, now)
		if err != nil {
			return nil, err
		}
		for _, g := range borrowed {
			g.StandInFor, g.Until = in.ForPersonID, earlier(db.At(g.Until), in.Until).Std()
			grants = append(grants, g)
		}
	}
	return grants, nil
}

// own gives the grants of a person's own assignments that are in force.
func (snap *snapshot) own(ctx context.Context, q bun.IDB, personID string, now time.Time) ([]perm.Grant, error) {
	assignments, err := readAssignments(ctx, q, personID)
	if err != nil {
		return nil, err
	}
	var grants []perm.Grant
	for _, a := range assignments {
		if a.Phase(now) != InForce {
			continue
		}
		i := slices.IndexFunc(snap.roles, func(r Role) bool { return r.Key == a.Role })
		if i < 0 {
			continue
		}
		g := perm.Grant{Role: a.Role, Permissions: snap.roles[i].Permissions, Scope: a.Scope(), Until: a.Until.Std(), Source: a.ID}
		grants = append(grants, g)
		if a.Level == perm.Department {
			for _, unit := range Below(snap.departments, a.Unit)[1:] {
				g.Scope = perm.InDepartment(unit)
				grants = append(grants, g)
			}
		}
	}
	return grants, nil
}

// MayHandle reports with ErrMoreThanHeld that a person holds authority which
// the actor does not hold as well and as long: then the actor may change neither their address nor
// their sign-in. Anyone may handle themselves.
func (s *Service) MayHandle(ctx context.Context, personID string) error {
	return s.mayHandle(ctx, s.db.Reader(), personID)
}

func (s *Service) mayHandle(ctx context.Context, q bun.IDB, personID string) error {
	actor := perm.From(ctx)
	if actor.Kind == perm.System || actor.ID == personID {
		return nil
	}
	snap, err := s.snap(ctx)
	if err != nil {
		return err
	}
	assignments, err := readAssignments(ctx, q, personID)
	if err != nil {
		return err
	}
	for _, a := range assignments {
		if p := a.Phase(s.clock.Now()); p != InForce && p != Coming {
			continue
		}
		for _, r := range snap.roles {
			if r.Key != a.Role {
				continue
			}
			if err := mayGive(actor, r.Permissions, a.Scope(), a.Until.Std()); err != nil {
				return err
			}
		}
	}
	return nil
}

func mustJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps of strings always encode
	}
	return string(b)
}

// AssignmentsIn lists the assignments in force or to come in exactly one unit,
// by when they began. Needs org.view there.
func (s *Service) AssignmentsIn(ctx context.Context, scope perm.Scope) ([]Assignment, error) {
	if err := allowed(ctx, View, scope); err != nil {
		return nil, err
	}
	var rows []assignmentRow
	err := s.db.Reader().NewSelect().Model(&rows).Where("level = ?", scope.Level).Where("unit = ?", scope.Unit).Where("ended_at = 0").
		Where("until_at = 0 OR until_at > ?", db.At(s.clock.Now())).Order("from_at", "id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("assignments in %s: %w", scope.Unit, err)
	}
	var out []Assignment
	for _, r := range rows {
		out = append(out, r.Assignment)
	}
	return out, nil
}
