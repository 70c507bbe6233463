package planning

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/db"
)

// Answering is a file that was opened for a warning.
type Answering struct {
	ID        string
	WarningID string
	CreatedAt db.Time
}

// Answering gives the files that were opened for warnings, over the whole house,
// the first opened first. The caller shows numbers only.
func (s *Service) Answering(ctx context.Context, warningIDs []string) ([]Answering, error) {
	var out []Answering
	if len(warningIDs) == 0 {
		return nil, nil
	}
	err := s.DB.Reader().NewSelect().TableExpr("planning_decision AS d").ColumnExpr("d.id, d.warning_id, d.created_at").
		Where("d.warning_id IN (?)", bun.List(warningIDs)).Order("d.created_at", "d.id").Scan(ctx, &out)
	if err != nil {
		return nil, fmt.Errorf("files of warnings: %w", err)
	}
	return out, nil
}
