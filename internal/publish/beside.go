package publish

import (
	"context"
	"fmt"

	"sifara/internal/db"
	"sifara/internal/perm"
)

// Beside is what planning must know of another message that goes out about the
// same time, of whichever mission. It holds no text: who may not view the
// message is told no more than that there is one.
type Beside struct {
	ID        string
	MissionID string
	Kind      Kind
	Subject   string
	TopicID   string
	At        db.Time
	Out       bool // it is public already
	Seen      bool // the actor may view it
}

// maxBeside bounds what one look finds.
const maxBeside = 500

// Besides gives the messages of all missions that go out, or went out, between
// two moments, both included, the earliest first; the one that is planned is
// not its own neighbour.
func (s *Service) Besides(ctx context.Context, from, until db.Time, planned string) ([]Beside, error) {
	var list []Message
	err := s.db.Reader().NewSelect().Model(&list).Column("id", "mission_id", "kind", "subject", "topic_id", "state", "release_at", "released_at").
		Where("m.id <> ?", planned).
		Where("(m.state = ? AND m.release_at BETWEEN ? AND ? OR m.state = ? AND m.released_at BETWEEN ? AND ?)", StateScheduled, from, until, StateReleased, from, until).
		OrderExpr("CASE WHEN m.state = ? THEN m.release_at ELSE m.released_at END, m.id", StateScheduled).Limit(maxBeside).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("publish: messages beside: %w", err)
	}
	actor := perm.From(ctx)
	out := make([]Beside, len(list))
	for i := range list {
		m := &list[i]
		out[i] = Beside{ID: m.ID, MissionID: m.MissionID, Kind: m.Kind, Subject: m.Subject, TopicID: m.TopicID, At: m.ReleaseAt, Out: m.State == StateReleased, Seen: actor.MayIn(MayView, m.Scope())}
		if out[i].Out {
			out[i].At = m.ReleasedAt
		}
	}
	return out, nil
}
