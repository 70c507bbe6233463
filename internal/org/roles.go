package org

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
)

// SyncRoles brings the standard roles to what the contexts of this version
// declare; the ministry's own roles lose permissions that exist no more. It is
// called at each start, after migration.
func (s *Service) SyncRoles(ctx context.Context, all []perm.Definition) error {
	var known []perm.Permission
	want := clone(standardRoles)
	for _, d := range all {
		known = append(known, d.Permission)
		for i := range want {
			if slices.Contains(d.Roles, want[i].Key) {
				want[i].Permissions = append(want[i].Permissions, d.Permission)
			}
		}
		for _, key := range d.Roles {
			if !slices.Contains(StandardRoles(), key) {
				return fmt.Errorf("permission %s: no standard role %q", d.Permission, key)
			}
		}
		if len(d.Roles) == 0 {
			return fmt.Errorf("permission %s: held by no standard role", d.Permission)
		}
	}
	return s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		now, err := readSnapshot(ctx, tx)
		if err != nil {
			return fmt.Errorf("read roles: %w", err)
		}
		for _, r := range want {
			r.Standard = true
			if err := s.syncRole(ctx, tx, now.roles, r); err != nil {
				return err
			}
		}
		for _, r := range now.roles {
			if r.Standard {
				continue
			}
			r.Permissions = slices.DeleteFunc(clone(r.Permissions), func(p perm.Permission) bool { return !slices.Contains(known, p) })
			if err := s.syncRole(ctx, tx, now.roles, r); err != nil {
				return err
			}
		}
		return nil
	})
}

// syncRole writes a role when it differs from what is there.
func (s *Service) syncRole(ctx context.Context, tx bun.Tx, now []Role, r Role) error {
	r.normalise()
	i := slices.IndexFunc(now, func(x Role) bool { return x.Key == r.Key })
	if i >= 0 && slices.Equal(now[i].Permissions, r.Permissions) && mustJSON(now[i].Names) == mustJSON(r.Names) && now[i].Standard == r.Standard {
		return nil
	}
	r.Version = 1
	if i >= 0 {
		r.Version = now[i].Version + 1
	}
	_, err := tx.NewInsert().Model(&roleRow{Role: r}).
		On("CONFLICT (key) DO UPDATE SET names = EXCLUDED.names, permissions = EXCLUDED.permissions, standard = EXCLUDED.standard, version = EXCLUDED.version").Exec(ctx)
	if err != nil {
		return fmt.Errorf("sync role %s: %w", r.Key, err)
	}
	return s.record(ctx, tx, Manage, perm.Everywhere(), "org.role.sync", "role", r.Key, map[string]any{"role": r.Names, "permissions": len(r.Permissions)})
}

// CreateRole adds a role of the ministry's own. Needs org.manage everywhere
// and, everywhere and without end, each of its permissions: whoever has the
// role has them.
func (s *Service) CreateRole(ctx context.Context, r Role) error {
	r.normalise()
	r.Standard, r.Version = false, 1
	if err := s.checkRole(ctx, r, nil); err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(&roleRow{Role: r}).Exec(ctx); err != nil {
			return fmt.Errorf("create role %s: %w", r.Key, taken(err, "key", "org.role_taken"))
		}
		return s.recordRole(ctx, tx, "org.role.create", r)
	})
}

// EditRole changes names and permissions of a role of the ministry's own;
// r.Version is the version that was edited. What it did not hold before needs
// the same as in CreateRole. errs.Conflict for a standard role.
func (s *Service) EditRole(ctx context.Context, r Role) error {
	r.normalise()
	old, err := s.Role(ctx, r.Key)
	if err != nil {
		return err
	}
	if err := s.checkRole(ctx, r, old.Permissions); err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		row, err := one[roleRow](ctx, tx, "key", r.Key)
		if err != nil {
			return err
		}
		if row.Standard {
			return errs.New(errs.Conflict, "org.role_standard")
		}
		row.Names, row.Permissions, row.Version = r.Names, r.Permissions, r.Version+1
		if err := update(ctx, tx, &row, row.Version); err != nil {
			return fmt.Errorf("edit role %s: %w", r.Key, err)
		}
		return s.recordRole(ctx, tx, "org.role.edit", r)
	})
}

// DeleteRole removes a role of the ministry's own that nobody was ever given;
// errs.Conflict for any other.
func (s *Service) DeleteRole(ctx context.Context, key string) error {
	if err := allowed(ctx, Manage, perm.Everywhere()); err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx bun.Tx) error {
		row, err := one[roleRow](ctx, tx, "key", key)
		if err != nil {
			return err
		}
		if row.Standard {
			return errs.New(errs.Conflict, "org.role_standard")
		}
		n, err := tx.NewSelect().Model((*assignmentRow)(nil)).Where("role = ?", key).Count(ctx)
		if err != nil {
			return fmt.Errorf("delete role %s: %w", key, err)
		}
		if n > 0 {
			return errs.New(errs.Conflict, "org.role_given")
		}
		if _, err := tx.NewDelete().Model(&row).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("delete role %s: %w", key, err)
		}
		return s.recordRole(ctx, tx, "org.role.delete", row.Role)
	})
}

func (s *Service) checkRole(ctx context.Context, r Role, had []perm.Permission) error {
	if err := allowed(ctx, Manage, perm.Everywhere()); err != nil {
		return err
	}
	known, err := s.KnownPermissions(ctx)
	if err != nil {
		return err
	}
	if err := r.check(known); err != nil {
		return err
	}
	added := slices.DeleteFunc(clone(r.Permissions), func(p perm.Permission) bool { return slices.Contains(had, p) })
	return mayGive(perm.From(ctx), added, perm.Everywhere(), db.Time(0).Std())
}

func (s *Service) recordRole(ctx context.Context, tx bun.Tx, act string, r Role) error {
	return s.record(ctx, tx, Manage, perm.Everywhere(), act, "role", r.Key, map[string]any{"role": r.Names, "permissions": len(r.Permissions)})
}
