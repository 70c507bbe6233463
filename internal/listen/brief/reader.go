package brief

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/listen"
	"sifara/internal/perm"
)

// reader is a person who gets a briefing by mail.
type reader struct {
	bun.BaseModel `bun:"table:listen_briefing_reader"`

	PersonID     string `bun:",pk"`
	MissionID    string `bun:",pk"`
	DepartmentID string `bun:",pk"`
	TopicID      string `bun:",pk"`
	Since        db.Time
	LastDay      string // of the briefing that was sent last
}

func (r reader) about() About {
	return About{MissionID: r.MissionID, DepartmentID: r.DepartmentID, TopicID: r.TopicID}
}

// maxSubscribed bounds the letters of one person's morning.
const maxSubscribed = 20

// Subscribe has the acting person get a briefing by mail each morning of a
// working day, or no more. Doing it twice changes nothing.
func (s *Service) Subscribe(ctx context.Context, a About, on bool) error {
	me := perm.From(ctx)
	if me.Kind != perm.Person {
		return errs.New(errs.Forbidden, "")
	}
	if _, err := s.see(ctx, a); err != nil {
		return err
	}
	mine, err := s.Subscribed(ctx)
	if err != nil {
		return err
	}
	if on && len(mine) >= maxSubscribed {
		return errs.New(errs.Conflict, "listen.briefing.many", "max", maxSubscribed)
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		r := reader{PersonID: me.ID, MissionID: a.MissionID, DepartmentID: a.DepartmentID, TopicID: a.TopicID, Since: db.At(s.Clock.Now())}
		act := "listen.briefing.subscribe"
		n := int64(0)
		if on {
			res, err := tx.NewInsert().Model(&r).On("CONFLICT DO NOTHING").Exec(ctx)
			if err != nil {
				return fmt.Errorf("subscribe to briefing: %w", err)
			}
			n, _ = res.RowsAffected()
		} else {
			act = "listen.briefing.unsubscribe"
			res, err := tx.NewDelete().Model(&r).WherePK().Exec(ctx)
			if err != nil {
				return fmt.Errorf("unsubscribe from briefing: %w", err)
			}
			n, _ = res.RowsAffected()
		}
		if n == 0 {
			return nil
		}
		return s.record(ctx, tx, listen.View, a.scope(), act, "person", me.ID, nil)
	})
}

// Subscribed lists what the acting person gets by mail.
func (s *Service) Subscribed(ctx context.Context) ([]About, error) {
	var rows []reader
	if err := s.DB.Reader().NewSelect().Model(&rows).Where("person_id = ?", perm.From(ctx).ID).OrderExpr("since, mission_id, department_id, topic_id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("subscribed briefings: %w", err)
	}
	out := make([]About, len(rows))
	for i, r := range rows {
		out[i] = r.about()
	}
	return out, nil
}
