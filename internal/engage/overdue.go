package engage

import (
	"context"
	"fmt"
)

// OverdueMissions lists the missions with questions beyond their due time, the
// empty id for the ministry's own.
func (s *Service) OverdueMissions(ctx context.Context) ([]string, error) {
	var ids []string
	q := s.inBox(ctx, s.DB.Reader().NewSelect().Model((*Question)(nil)), BoxOverdue)
	if err := q.ColumnExpr("DISTINCT q.mission_id").Order("q.mission_id").Scan(ctx, &ids); err != nil {
		return nil, fmt.Errorf("missions with overdue questions: %w", err)
	}
	return ids, nil
}

// OverdueIn counts the questions of a mission beyond their due time, whoever
// asks; of the ministry's own when the id is empty.
func (s *Service) OverdueIn(ctx context.Context, missionID string) (int, error) {
	q := s.inBox(ctx, s.DB.Reader().NewSelect().Model((*Question)(nil)), BoxOverdue)
	n, err := q.Where("q.mission_id = ?", missionID).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("overdue questions: %w", err)
	}
	return int(n), nil
}
