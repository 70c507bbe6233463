package org

import (
	"context"
	"fmt"

	"sifara/internal/db"
	"sifara/internal/perm"
)

// Office is a post of the house, whoever holds it: a role in one mission or
// department.
type Office struct {
	Role  string
	Level perm.Level // perm.Mission or perm.Department
	Unit  string
}

// Offices lists the posts that somebody holds now, by unit and role.
func (s *Service) Offices(ctx context.Context) ([]Office, error) {
	now := db.At(s.clock.Now())
	var out []Office
	err := s.db.Reader().NewSelect().Model((*assignmentRow)(nil)).ColumnExpr("DISTINCT role, level, unit").Where("level <> ?", perm.Ministry).
		Where("ended_at = 0").Where("from_at <= ?", now).Where("until_at = 0 OR until_at > ?", now).Order("unit", "role").Scan(ctx, &out)
	if err != nil {
		return nil, fmt.Errorf("org: offices: %w", err)
	}
	return out, nil
}
