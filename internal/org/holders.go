package org

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/perm"
)

// Holders lists the active people who may now do p in a scope, by name: those
// who hold it there, above it or everywhere, and who stands in for one of
// them. It is meant for telling a desk that something waits; the list may be
// empty.
func (s *Service) Holders(ctx context.Context, p perm.Permission, scope perm.Scope) ([]Person, error) {
	snap, err := s.snap(ctx)
	if err != nil {
		return nil, err
	}
	own, err := s.holding(ctx, snap, p, scope)
	if err != nil || len(own) == 0 {
		return nil, err
	}
	now := db.At(s.clock.Now())
	var rows []personRow
	err = s.db.Reader().NewSelect().Model(&rows).Where("p.active = ?", true).
		WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			return q.Where("p.id IN (?)", bun.List(own)).WhereOr(`p.id IN (SELECT s.person_id FROM org_standin s JOIN org_person o ON o.id = s.for_person_id
				WHERE o.active = ? AND s.ended_at = 0 AND s.from_at <= ? AND s.until_at > ? AND s.for_person_id IN (?))`, true, now, now, bun.List(own))
		}).Order("p.name", "p.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("holders of %s: %w", p, err)
	}
	var out []Person
	for _, r := range rows {
		out = append(out, r.Person)
	}
	return out, nil
}

// holding gives the ids of those whose own assignments cover p in scope.
func (s *Service) holding(ctx context.Context, snap *snapshot, p perm.Permission, scope perm.Scope) ([]string, error) {
	var roles []string
	for _, r := range snap.roles {
		if r.Holds(p) {
			roles = append(roles, r.Key)
		}
	}
	if len(roles) == 0 {
		return nil, nil
	}
	now := db.At(s.clock.Now())
	var ids []string
	err := s.db.Reader().NewSelect().Model((*assignmentRow)(nil)).ColumnExpr("DISTINCT person_id").Where("role IN (?)", bun.List(roles)).
		Where("ended_at = 0").Where("from_at <= ?", now).Where("until_at = 0 OR until_at > ?", now).
		WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			q = q.Where("level = ?", perm.Ministry)
			if scope.Level != perm.Ministry {
				q = q.WhereOr("level = ? AND unit IN (?)", scope.Level, bun.List(above(snap.departments, scope)))
			}
			return q
		}).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("holders of %s: %w", p, err)
	}
	return ids, nil
}

// above gives the unit of a scope and, for a department, those above it.
func above(all []Department, scope perm.Scope) []string {
	units := []string{scope.Unit}
	if scope.Level != perm.Department {
		return units
	}
	for at := scope.Unit; ; {
		i := slices.IndexFunc(all, func(d Department) bool { return d.ID == at })
		if i < 0 || all[i].ParentID == "" || slices.Contains(units, all[i].ParentID) {
			return units
		}
		at = all[i].ParentID
		units = append(units, at)
	}
}
