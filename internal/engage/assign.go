package engage

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"sifara/internal/errs"
	"sifara/internal/org"
	"sifara/internal/perm"
)

// Answerers are the people to whom a question of a mission may be given.
func (s *Service) Answerers(ctx context.Context, missionID string) ([]org.Person, error) {
	return s.Org.Holders(ctx, Answer, perm.InMission(missionID))
}

// Assign gives an open question to a person who may answer there; an empty
// person gives it back to the desk. It needs Answer in the question's mission.
func (s *Service) Assign(ctx context.Context, id, personID string) error {
	f, err := s.Question(ctx, id)
	if err != nil {
		return err
	}
	a := &act{id: id, need: Answer, name: "unassigned"}
	if personID != "" {
		people, err := s.Answerers(ctx, f.MissionID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(people, func(p org.Person) bool { return p.ID == personID })
		if i < 0 {
			return errs.InvalidFields(errs.Field{Name: "person", Key: "engage.error.person"})
		}
		a.name, a.subject, a.detail = "assigned", personID, map[string]any{"name": people[i].Recorded()}
	}
	return s.do(ctx, a, func(_ context.Context, _ bun.Tx, q *Question) error {
		if q.MissionID != f.MissionID {
			return errs.New(errs.Conflict, "")
		}
		return q.assign(personID)
	})
}

func (q *Question) assign(personID string) error {
	if !q.State.Open() {
		return ErrState
	}
	q.AssigneeID = personID
	switch {
	case q.State == AnswerPending:
	case personID == "":
		q.State = Fresh
	default:
		q.State = Assigned
	}
	return nil
}

// HandOver moves an open question to another mission, or with an empty id to
// the ministry, for a reason. What had been drafted goes along; an answer that
// waited for approval is a draft again, because the other mission's route may
// differ. The due time stays: the asker waits since the same day.
func (s *Service) HandOver(ctx context.Context, id, missionID, reason string) error {
	if reason == "" {
		return errs.InvalidFields(errs.Field{Name: "reason", Key: "web.field.required"})
	}
	names, err := s.receiver(ctx, missionID)
	if err != nil {
		return err
	}
	a := &act{id: id, need: Answer, name: "handed_over", note: reason, subject: missionID, detail: map[string]any{"mission": names}}
	return s.do(ctx, a, func(ctx context.Context, tx bun.Tx, q *Question) error {
		switch {
		case !q.State.Open():
			return ErrState
		case q.MissionID == missionID:
			return errs.InvalidFields(errs.Field{Name: "mission", Key: "engage.error.same_mission"})
		}
		if err := s.unsubmit(ctx, tx, q.ID); err != nil {
			return err
		}
		q.MissionID, q.AssigneeID, q.State = missionID, "", Fresh
		return nil
	})
}

// receiver gives the names of the open mission, or of the ministry, that gets a
// question.
func (s *Service) receiver(ctx context.Context, missionID string) (org.Names, error) {
	if missionID == "" {
		m, err := s.Org.Ministry(ctx)
		return m.Names, err
	}
	m, err := s.Org.Mission(ctx, missionID)
	if err != nil || !m.Open {
		return nil, errs.InvalidFields(errs.Field{Name: "mission", Key: "web.field.choice"})
	}
	return m.Names, nil
}

// unsubmit makes an answer that waits for approval a draft again.
func (s *Service) unsubmit(ctx context.Context, tx bun.Tx, question string) error {
	_, err := tx.NewUpdate().Model((*Reply)(nil)).Set("state = ?", Drafted).Set("hash = ''").Set("version = version + 1").
		Where("question_id = ?", question).Where("state = ?", Pending).Exec(ctx)
	return err
}

// Note keeps a remark that only officials see. It needs Answer or Approve in
// the mission.
func (s *Service) Note(ctx context.Context, id, note string) error {
	if note == "" {
		return errs.InvalidFields(errs.Field{Name: "note", Key: "web.field.required"})
	}
	need := Answer
	if !perm.From(ctx).May(Answer) {
		need = Approve
	}
	return s.do(ctx, &act{id: id, need: need, name: "noted", note: note}, func(context.Context, bun.Tx, *Question) error { return nil })
}
