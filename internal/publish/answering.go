package publish

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/db"
)

// Answering is a message that came from a warning or a decision file, by its
// moments; zero is what has not happened. ApprovedAt is when the last approval
// that counts was given; of an emergency release it is later than ReleasedAt.
type Answering struct {
	ID         string
	WarningID  string
	DecisionID string
	CreatedAt  db.Time
	ApprovedAt db.Time
	ReleasedAt db.Time
}

// Answering gives the messages that came from warnings or decision files, over
// the whole house. The caller shows numbers only.
func (s *Service) Answering(ctx context.Context, warningIDs, decisionIDs []string) ([]Answering, error) {
	var out []Answering
	err := s.db.Reader().NewSelect().TableExpr("publish_message AS m").ColumnExpr("m.id, m.warning_id, m.decision_id, m.created_at, m.released_at").
		ColumnExpr(`CASE WHEN m.state IN (?) THEN coalesce((SELECT max(p.at) FROM publish_approval AS p WHERE p.message_id = m.id AND p.decision = ? AND p.voided_at = 0 AND p.kind NOT IN (?)), 0) ELSE 0 END AS approved_at`,
			bun.List([]State{StateApproved, StateScheduled, StateReleased, StateWithdrawn}), Approve, bun.List([]StepKind{ReleaseStep, EmergencyStep})).
		Where("m.warning_id <> '' AND m.warning_id IN (?) OR m.decision_id <> '' AND m.decision_id IN (?)", bun.List(append([]string{""}, warningIDs...)), bun.List(append([]string{""}, decisionIDs...))).Scan(ctx, &out)
	if err != nil {
		return nil, fmt.Errorf("publish: messages of warnings: %w", err)
	}
	return out, nil
}
