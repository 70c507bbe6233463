package publish

import (
	"context"

	"sifara/internal/db"
)

// Origin is one step on the way that led to a message, in another context: the
// early warning, the decision.
type Origin struct {
	Kind  string // "warning", "decision" or "topic"
	Title Texts  // in the languages in which it has one
	At    db.Time
	Href  string // its page in the console; empty when the reader may not see it
}

// Origins tells where a message comes from. It gives, oldest first, those of
// the three that exist; an id may be empty.
type Origins interface {
	Origins(ctx context.Context, warningID, decisionID, topicID string) ([]Origin, error)
}

// Origins gives the way to a message before its draft, oldest first.
func (s *Service) Origins(ctx context.Context, m Message) ([]Origin, error) {
	if s.origins == nil || m.WarningID+m.DecisionID+m.TopicID == "" {
		return nil, nil
	}
	return s.origins.Origins(ctx, m.WarningID, m.DecisionID, m.TopicID)
}
