package org

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/perm"
)

// AddPerson adds an official under the id that p brings along, with a first
// post; the same id again changes nothing. Needs org.staff in the unit.
func (s *Service) AddPerson(ctx context.Context, p Person) error {
	if err := allowed(ctx, Staff, p.Scope()); err != nil {
		return err
	}
	p.normalise()
	p.Active, p.Version, p.CreatedAt = true, 1, db.At(s.clock.Now())
	if err := p.check(); err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := openUnit(ctx, tx, p.Scope()); err != nil {
			return err
		}
		fresh, err := insert(ctx, tx, &personRow{Person: p})
		if err != nil || !fresh {
			return wrap(taken(err, "email", "org.email_taken"), "add person %s", p.ID)
		}
		if _, err := insert(ctx, tx, &postingRow{Posting: Posting{ID: id.New(), PersonID: p.ID, MissionID: p.MissionID, DepartmentID: p.DepartmentID, Post: p.Post, From: p.CreatedAt}}); err != nil {
			return wrap(err, "add person %s", p.ID)
		}
		return s.record(ctx, tx, Staff, p.Scope(), "org.person.create", "person", p.ID, map[string]any{"name": p.Recorded(), "post": p.Post})
	})
}

// openUnit refuses a unit that does not exist or is closed.
func openUnit(ctx context.Context, tx bun.Tx, scope perm.Scope) error {
	open := true
	var err error
	switch scope.Level {
	case perm.Mission:
		err = tx.NewSelect().Model((*missionRow)(nil)).Column("open").Where("id = ?", scope.Unit).Scan(ctx, &open)
	case perm.Department:
		err = tx.NewSelect().Model((*departmentRow)(nil)).Column("open").Where("id = ?", scope.Unit).Scan(ctx, &open)
	case perm.Ministry:
	default:
		open = false
	}
	if db.IsNoRows(err) || err == nil && !open {
		return errs.InvalidFields(errs.Field{Name: "unit", Key: "web.field.choice"})
	}
	return err
}

// EditPerson changes name, post, address and languages of a person; p.Version
// is the version that was edited. The place is changed by Rotate. Needs
// org.staff where they serve, and to change another's address also all the
// authority they hold, for mail to it can reset their sign-in.
func (s *Service) EditPerson(ctx context.Context, p Person) error {
	p.normalise()
	return s.changePerson(ctx, p.ID, p.Version, "org.person.edit", func(ctx context.Context, tx bun.Tx, old *Person) error {
		if p.Email != old.Email {
			if err := s.mayHandle(ctx, tx, old.ID); err != nil {
				return err
			}
		}
		old.Name, old.Post, old.Email, old.Language, old.Reads, old.FoundBy = p.Name, p.Post, p.Email, p.Language, p.Reads, p.FoundBy
		if err := old.check(); err != nil {
			return err
		}
		_, err := tx.NewUpdate().Model((*postingRow)(nil)).Set("post = ?", mustJSON(old.Post)).Where("person_id = ?", old.ID).Where("until_at = 0").Exec(ctx)
		return err
	})
}

// Activate lets a person leave, or come back. Who left has no authority; their
// own assignments and stand-ins end, their post too. Needs org.staff where
// they serve. The last one who can grant everywhere cannot leave.
func (s *Service) Activate(ctx context.Context, personID string, active bool, version int64) error {
	act := "org.person.return"
	if !active {
		act = "org.person.leave"
	}
	return s.changePerson(ctx, personID, version, act, func(ctx context.Context, tx bun.Tx, p *Person) error {
		if p.Active == active {
			return errs.New(errs.Conflict, "")
		}
		p.Active = active
		now := db.At(s.clock.Now())
		if active {
			if err := openUnit(ctx, tx, p.Scope()); err != nil {
				return errs.New(errs.Conflict, "org.unit_closed")
			}
			_, err := insert(ctx, tx, &postingRow{Posting: Posting{ID: id.New(), PersonID: p.ID, MissionID: p.MissionID, DepartmentID: p.DepartmentID, Post: p.Post, From: now}})
			return err
		}
		if err := s.mayHandle(ctx, tx, p.ID); err != nil {
			return err
		}
		if err := closePosting(ctx, tx, p.ID, now); err != nil {
			return err
		}
		if err := endAll(ctx, tx, p.ID, perm.From(ctx).ID, now, nil); err != nil {
			return err
		}
		return someoneGrants(ctx, tx, now)
	})
}

// Rotation moves a person to a new post. Version is that of the person.
type Rotation struct {
	PersonID     string
	MissionID    string
	DepartmentID string
	Post         Names
	Version      int64
}

// Rotate moves a person now: the old post is kept in the history, and the
// assignments that hold in the old unit end with it. Needs org.staff in the
// old and in the new unit.
func (s *Service) Rotate(ctx context.Context, r Rotation) error {
	to := unitScope(r.MissionID, r.DepartmentID)
	if err := allowed(ctx, Staff, to); err != nil {
		return err
	}
	return s.changePerson(ctx, r.PersonID, r.Version, "org.person.rotate", func(ctx context.Context, tx bun.Tx, p *Person) error {
		if !p.Active {
			return errs.New(errs.Conflict, "org.person_left")
		}
		if p.MissionID == r.MissionID && p.DepartmentID == r.DepartmentID {
			return errs.InvalidFields(errs.Field{Name: "unit", Key: "org.same_unit"})
		}
		if err := openUnit(ctx, tx, to); err != nil {
			return err
		}
		from := p.Scope()
		p.MissionID, p.DepartmentID, p.Post = r.MissionID, r.DepartmentID, r.Post
		p.normalise()
		if err := p.check(); err != nil {
			return err
		}
		now := db.At(s.clock.Now())
		if err := closePosting(ctx, tx, p.ID, now); err != nil {
			return err
		}
		if from.Level != perm.Ministry {
			if err := endAll(ctx, tx, p.ID, perm.From(ctx).ID, now, &from); err != nil {
				return err
			}
		}
		_, err := insert(ctx, tx, &postingRow{Posting: Posting{ID: id.New(), PersonID: p.ID, MissionID: p.MissionID, DepartmentID: p.DepartmentID, Post: p.Post, From: now}})
		return err
	})
}

// changePerson runs a change of a person whom the actor may see and manage.
func (s *Service) changePerson(ctx context.Context, personID string, version int64, act string, change func(ctx context.Context, tx bun.Tx, p *Person) error) error {
	seen, err := s.SeePerson(ctx, personID)
	if err != nil {
		return err
	}
	if err := allowed(ctx, Staff, seen.Scope()); err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		row, err := one[personRow](ctx, tx, "id", personID)
		if err != nil {
			return err
		}
		if row.Scope() != seen.Scope() {
			return errs.New(errs.Conflict, "")
		}
		if err := change(ctx, tx, &row.Person); err != nil {
			return err
		}
		row.Version = version + 1
		if err := update(ctx, tx, &row, row.Version); err != nil {
			return fmt.Errorf("change person %s: %w", personID, taken(err, "email", "org.email_taken"))
		}
		return s.record(ctx, tx, Staff, row.Scope(), act, "person", personID, map[string]any{"name": row.Recorded(), "post": row.Post})
	})
}

func closePosting(ctx context.Context, tx bun.Tx, personID string, now db.Time) error {
	_, err := tx.NewUpdate().Model((*postingRow)(nil)).Set("until_at = ?", now).Where("person_id = ?", personID).Where("until_at = 0").Exec(ctx)
	return wrap(err, "close posting of %s", personID)
}

// endAll ends what authority a person has, in one scope only when it is given;
// then stand-ins stay.
func endAll(ctx context.Context, tx bun.Tx, personID, by string, now db.Time, only *perm.Scope) error {
	q := tx.NewUpdate().Model((*assignmentRow)(nil)).Set("ended_at = ?, ended_by = ?", now, by).
		Where("person_id = ?", personID).Where("ended_at = 0").Where("until_at = 0 OR until_at > ?", now)
	if only != nil {
		q = q.Where("level = ?", only.Level).Where("unit = ?", only.Unit)
	}
	if _, err := q.Exec(ctx); err != nil {
		return fmt.Errorf("end authority of %s: %w", personID, err)
	}
	if only != nil {
		return nil
	}
	_, err := tx.NewUpdate().Model((*standInRow)(nil)).Set("ended_at = ?, ended_by = ?", now, by).
		Where("person_id = ? OR for_person_id = ?", personID, personID).Where("ended_at = 0").Where("until_at > ?", now).Exec(ctx)
	return wrap(err, "end stand-ins of %s", personID)
}
