package org

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// AppointStandIn lets one person act with the own authority of another, under
// the id that in brings along; the same id again changes nothing. A zero From
// is now; Until must be set and at most a year later.
//
// One may appoint one's own stand-in. To appoint one for somebody else needs
// org.grant where each of their assignments holds, and all that they hold
// (ErrMoreThanHeld).
func (s *Service) AppointStandIn(ctx context.Context, in StandIn) error {
	if err := s.appointable(ctx, &in); err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		deputy, err := activePerson(ctx, tx, in.PersonID)
		if err != nil {
			return err
		}
		absent, err := activePerson(ctx, tx, in.ForPersonID)
		if err != nil {
			return err
		}
		if err := s.mayLend(ctx, tx, in); err != nil {
			return err
		}
		fresh, err := insert(ctx, tx, &standInRow{StandIn: in})
		if err != nil || !fresh {
			return wrap(err, "appoint stand-in for %s", in.ForPersonID)
		}
		return s.record(ctx, tx, Grant, absent.Scope(), "org.standin.appoint", "person", absent.ID, map[string]any{
			"name": absent.Recorded(), "deputy": deputy.Recorded(), "until": in.Until, "standin": in.ID,
		})
	})
}

// appointable checks what can be said of a stand-in without a transaction.
func (s *Service) appointable(ctx context.Context, in *StandIn) error {
	actor, now := perm.From(ctx), db.At(s.clock.Now())
	if in.PersonID == in.ForPersonID {
		return errs.InvalidFields(errs.Field{Name: "person", Key: "org.standin_self"})
	}
	if actor.Kind != perm.System && actor.ID == in.PersonID {
		return errs.New(errs.Forbidden, "org.own_grant")
	}
	if actor.ID != in.ForPersonID {
		if _, err := s.SeePerson(ctx, in.ForPersonID); err != nil {
			return err
		}
	}
	in.Reason = text.Line(in.Reason)
	in.AppointedBy, in.AppointedAt, in.EndedAt, in.EndedBy = actor.ID, now, 0, ""
	if in.From.IsZero() {
		in.From = now
	}
	bad := checkPeriod(in.From, in.Until, now)
	if in.Until.IsZero() {
		bad = append(bad, errs.Field{Name: "until", Key: "web.field.required"})
	}
	if in.Until.Sub(in.From) > maxStandIn {
		bad = append(bad, errs.Field{Name: "until", Key: "org.standin_long"})
	}
	if in.Reason == "" {
		bad = append(bad, errs.Field{Name: "reason", Key: "web.field.required"})
	}
	if n := utf8.RuneCountInString(in.Reason); n > maxAddress {
		bad = append(bad, tooLong("reason", n, maxAddress))
	}
	return errs.InvalidFields(bad...)
}

// activePerson reads a person who has not left.
func activePerson(ctx context.Context, tx bun.Tx, personID string) (Person, error) {
	row, err := one[personRow](ctx, tx, "id", personID)
	if err != nil {
		return Person{}, err
	}
	if !row.Active {
		return Person{}, errs.New(errs.Conflict, "org.person_left")
	}
	return row.Person, nil
}

// mayLend asks whether the actor may lend out the authority of the absent.
func (s *Service) mayLend(ctx context.Context, tx bun.Tx, in StandIn) error {
	actor := perm.From(ctx)
	if actor.Kind == perm.System || actor.ID == in.ForPersonID {
		return nil
	}
	assignments, err := readAssignments(ctx, tx, in.ForPersonID)
	if err != nil {
		return err
	}
	held := 0
	for _, a := range assignments {
		if p := a.Phase(s.clock.Now()); p != InForce && p != Coming {
			continue
		}
		role, err := one[roleRow](ctx, tx, "key", a.Role)
		if err != nil {
			return err
		}
		if err := mayGive(actor, append(slices.Clone(role.Permissions), Grant), a.Scope(), earlier(a.Until, in.Until).Std()); err != nil {
			return err
		}
		held++
	}
	if held == 0 {
		return errs.New(errs.Conflict, "org.nothing_to_lend")
	}
	return nil
}

// EndStandIn ends a stand-in now; one that is over already stays as it is.
// Both people concerned may end it, and who holds org.grant where the absent
// person serves.
func (s *Service) EndStandIn(ctx context.Context, standInID string) error {
	return s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		row, err := one[standInRow](ctx, tx, "id", standInID)
		if err != nil {
			return err
		}
		absent, err := one[personRow](ctx, tx, "id", row.ForPersonID)
		if err != nil {
			return err
		}
		actor := perm.From(ctx)
		if concerned := actor.ID == row.PersonID || actor.ID == row.ForPersonID; !concerned && !actor.MayIn(Grant, absent.Scope()) {
			return errs.New(errs.NotFound, "")
		}
		now := s.clock.Now()
		if p := row.Phase(now); p == Over || p == Revoked {
			return nil
		}
		row.EndedAt, row.EndedBy = db.At(now), actor.ID
		if _, err := tx.NewUpdate().Model(&row).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("end stand-in %s: %w", standInID, err)
		}
		deputy, err := one[personRow](ctx, tx, "id", row.PersonID)
		if err != nil {
			return err
		}
		return s.record(ctx, tx, Grant, absent.Scope(), "org.standin.end", "person", absent.ID, map[string]any{
			"name": absent.Recorded(), "deputy": deputy.Recorded(), "standin": row.ID,
		})
	})
}

// StandInsOf lists the stand-ins of a person, as deputy and as absent, the
// newest first.
func (s *Service) StandInsOf(ctx context.Context, personID string) ([]StandIn, error) {
	asDeputy, err := readStandIns(ctx, s.db.Reader(), "person_id", personID)
	if err != nil {
		return nil, err
	}
	asAbsent, err := readStandIns(ctx, s.db.Reader(), "for_person_id", personID)
	if err != nil {
		return nil, err
	}
	all := append(asDeputy, asAbsent...)
	slices.SortFunc(all, func(a, b StandIn) int { return int(max(-1, min(1, b.From-a.From))) })
	return all, nil
}

// StandIns lists stand-ins that are in force or to come where the actor may
// see the absent person.
func (s *Service) StandIns(ctx context.Context) ([]StandIn, error) {
	var rows []standInRow
	q := s.db.Reader().NewSelect().Model(&rows).Join("JOIN org_person p ON p.id = s.for_person_id").
		Where("s.ended_at = 0").Where("s.until_at > ?", db.At(s.clock.Now())).Order("s.from_at", "s.id")
	a := perm.From(ctx)
	if scopes, everywhere := a.Scopes(View); !everywhere {
		q = q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			q = q.Where("s.person_id = ?", a.ID).WhereOr("s.for_person_id = ?", a.ID)
			for _, sc := range scopes {
				if sc.Level == perm.Mission {
					q = q.WhereOr("p.mission_id = ?", sc.Unit)
				} else {
					q = q.WhereOr("p.department_id = ?", sc.Unit)
				}
			}
			return q
		})
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list stand-ins: %w", err)
	}
	var out []StandIn
	for _, r := range rows {
		out = append(out, r.StandIn)
	}
	return out, nil
}

func readStandIns(ctx context.Context, q bun.IDB, column, personID string) ([]StandIn, error) {
	var rows []standInRow
	if err := q.NewSelect().Model(&rows).Where("? = ?", bun.Ident(column), personID).Order("from_at DESC", "id DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("stand-ins of %s: %w", personID, err)
	}
	var out []StandIn
	for _, r := range rows {
		out = append(out, r.StandIn)
	}
	return out, nil
}
