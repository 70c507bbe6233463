package org

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
)

// EditMinistry changes the ministry. m.Version is the version that was edited;
// errs.Conflict when it is no longer the present one. Needs org.manage
// everywhere.
func (s *Service) EditMinistry(ctx context.Context, m Ministry) error {
	if err := allowed(ctx, Manage, perm.Everywhere()); err != nil {
		return err
	}
	m.normalise()
	if err := m.check(ctx); err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		m.Version++
		if err := update(ctx, tx, &ministryRow{Ministry: m}, m.Version); err != nil {
			return fmt.Errorf("edit ministry: %w", err)
		}
		return s.record(ctx, tx, Manage, perm.Everywhere(), "org.ministry.edit", "ministry", "", nil)
	})
}

// CreateDepartment adds a department under the id that d brings along; the
// same id again changes nothing. Needs org.manage everywhere.
func (s *Service) CreateDepartment(ctx context.Context, d Department) error {
	if err := allowed(ctx, Manage, perm.Everywhere()); err != nil {
		return err
	}
	d.Names, d.Open, d.Version, d.CreatedAt = d.Names.clean(), true, 1, db.At(s.clock.Now())
	return s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		all, err := readDepartments(ctx, tx)
		if err != nil {
			return err
		}
		if err := d.check(all); err != nil {
			return err
		}
		fresh, err := insert(ctx, tx, &departmentRow{Department: d})
		if err != nil || !fresh {
			return wrap(err, "create department %s", d.ID)
		}
		return s.record(ctx, tx, Manage, perm.InDepartment(d.ID), "org.department.create", "department", d.ID, map[string]any{"name": d.Names})
	})
}

// EditDepartment changes kind, names and place of a department. Needs
// org.manage in it, and everywhere to move it: moving widens the authority of
// those above.
func (s *Service) EditDepartment(ctx context.Context, d Department) error {
	return s.changeDepartment(ctx, d.ID, "org.department.edit", func(old *Department, all []Department) error {
		if d.ParentID != old.ParentID {
			if err := allowed(ctx, Manage, perm.Everywhere()); err != nil {
				return err
			}
		}
		old.Kind, old.ParentID, old.Names, old.Version = d.Kind, d.ParentID, d.Names.clean(), d.Version
		return old.check(all)
	})
}

// OpenDepartment closes a department or opens it again. One in which people
// serve, or with open departments below it, cannot be closed. Needs org.manage
// everywhere.
func (s *Service) OpenDepartment(ctx context.Context, id string, open bool, version int64) error {
	if err := allowed(ctx, Manage, perm.Everywhere()); err != nil {
		return err
	}
	act := "org.department.reopen"
	if !open {
		act = "org.department.close"
	}
	return s.changeDepartment(ctx, id, act, func(d *Department, all []Department) error {
		d.Version = version
		d.Open = open
		for _, x := range all {
			if !open && x.ParentID == id && x.Open {
				return errs.New(errs.Conflict, "org.department_not_empty")
			}
			if open && x.ID == d.ParentID && !x.Open {
				return errs.New(errs.Conflict, "org.parent_closed")
			}
		}
		return nil
	})
}

func (s *Service) changeDepartment(ctx context.Context, id, act string, change func(d *Department, all []Department) error) error {
	if err := allowed(ctx, Manage, perm.InDepartment(id)); err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		all, err := readDepartments(ctx, tx)
		if err != nil {
			return err
		}
		row, err := one[departmentRow](ctx, tx, "id", id)
		if err != nil {
			return err
		}
		if err := change(&row.Department, all); err != nil {
			return err
		}
		if !row.Open {
			if err := vacant(ctx, tx, "department_id", id, "org.department_not_empty"); err != nil {
				return err
			}
		}
		row.Version++
		if err := update(ctx, tx, &row, row.Version); err != nil {
			return fmt.Errorf("change department %s: %w", id, err)
		}
		return s.record(ctx, tx, Manage, perm.InDepartment(id), act, "department", id, map[string]any{"name": row.Names})
	})
}

// vacant refuses to close a unit in which active people serve.
func vacant(ctx context.Context, tx bun.Tx, column, id, key string) error {
	n, err := tx.NewSelect().Model((*personRow)(nil)).Where("? = ?", bun.Ident(column), id).Where("active = ?", true).Count(ctx)
	if err != nil || n == 0 {
		return err
	}
	return errs.New(errs.Conflict, key, "count", n)
}

// CreateMission opens a mission under the id that m brings along; the same id
// again changes nothing. Needs org.manage everywhere.
func (s *Service) CreateMission(ctx context.Context, m Mission) error {
	if err := allowed(ctx, Manage, perm.Everywhere()); err != nil {
		return err
	}
	m.normalise()
	m.Open, m.Version, m.CreatedAt, m.ClosedAt = true, 1, db.At(s.clock.Now()), 0
	if err := m.check(ctx); err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		fresh, err := insert(ctx, tx, &missionRow{Mission: m})
		if err != nil || !fresh {
			return wrap(taken(err, "slug", "org.slug_taken"), "create mission %s", m.Slug)
		}
		return s.record(ctx, tx, Manage, perm.InMission(m.ID), "org.mission.create", "mission", m.ID, map[string]any{"name": m.Names})
	})
}

// EditMission changes a mission; m.Version is the version that was edited.
// Needs org.manage in it.
func (s *Service) EditMission(ctx context.Context, m Mission) error {
	m.normalise()
	return s.changeMission(ctx, m.ID, "org.mission.edit", func(old *Mission) error {
		m.Open, m.CreatedAt, m.ClosedAt = old.Open, old.CreatedAt, old.ClosedAt
		*old = m
		return old.check(ctx)
	})
}

// OpenMission closes a mission or opens it again. One at which people serve
// cannot be closed. Needs org.manage everywhere.
func (s *Service) OpenMission(ctx context.Context, id string, open bool, version int64) error {
	if err := allowed(ctx, Manage, perm.Everywhere()); err != nil {
		return err
	}
	act := "org.mission.reopen"
	if !open {
		act = "org.mission.close"
	}
	return s.changeMission(ctx, id, act, func(m *Mission) error {
		m.Version, m.Open, m.ClosedAt = version, open, 0
		if !open {
			m.ClosedAt = db.At(s.clock.Now())
		}
		return nil
	})
}

func (s *Service) changeMission(ctx context.Context, id, act string, change func(m *Mission) error) error {
	if err := allowed(ctx, Manage, perm.InMission(id)); err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		row, err := one[missionRow](ctx, tx, "id", id)
		if err != nil {
			return err
		}
		if err := change(&row.Mission); err != nil {
			return err
		}
		if !row.Open {
			if err := vacant(ctx, tx, "mission_id", id, "org.mission_not_empty"); err != nil {
				return err
			}
		}
		row.Version++
		if err := update(ctx, tx, &row, row.Version); err != nil {
			return fmt.Errorf("change mission %s: %w", id, taken(err, "slug", "org.slug_taken"))
		}
		return s.record(ctx, tx, Manage, perm.InMission(id), act, "mission", id, map[string]any{"name": row.Names})
	})
}

// taken makes the violation of a unique key an error of the form's field.
func taken(err error, field, key string) error {
	if err != nil && db.IsUnique(err) {
		return errs.InvalidFields(errs.Field{Name: field, Key: key})
	}
	return err
}

// wrap names the act in an error, if there is one.
func wrap(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(format+": %w", append(args, err)...)
}
