package campaign

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/jobs"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// HandOver hands a file to a mission, or to a department, that exists; both
// empty is the ministry itself. The desk finds it among its files, on Today
// and in the count beside the menu, and HandedOver is told. The desk that
// opened the file keeps seeing it.
func (s *Service) HandOver(ctx context.Context, id, mission, department, deskName string) error {
	return s.change(ctx, id, "listen.campaign.hand", func(ctx context.Context, tx bun.Tx, f *File) (map[string]any, error) {
		if f.State == Closed {
			return nil, errs.New(errs.Conflict, "listen.campaign.is_closed")
		}
		f.DeskMissionID, f.DeskDepartmentID = mission, department
		if mission != "" {
			f.DeskDepartmentID = ""
		}
		f.HandedAt, f.HandedBy = db.At(s.Clock.Now()), perm.From(ctx).ID
		if s.Bus != nil {
			if err := s.Bus.Emit(ctx, tx, HandedOver{CampaignID: f.ID, MissionID: f.DeskMissionID, DepartmentID: f.DeskDepartmentID, By: f.HandedBy}); err != nil {
				return nil, err
			}
		}
		return map[string]any{"desk": deskName}, nil
	})
}

// Link ties a file to the decision file and to the message that is its open
// answer; an empty id unties. Either must be one that the actor sees.
func (s *Service) Link(ctx context.Context, id, decision, answer string) error {
	return s.change(ctx, id, "listen.campaign.link", func(ctx context.Context, _ bun.Tx, f *File) (map[string]any, error) {
		if f.State == Closed {
			return nil, errs.New(errs.Conflict, "listen.campaign.is_closed")
		}
		if decision != "" && decision != f.DecisionID {
			if _, err := s.Decision(ctx, decision); err != nil {
				return nil, unseen(err, "decision", "listen.campaign.no_decision")
			}
		}
		if answer != "" && answer != f.AnswerID {
			if _, err := s.Answer(ctx, answer); err != nil {
				return nil, unseen(err, "answer", "listen.campaign.no_answer")
			}
		}
		f.DecisionID, f.AnswerID = decision, answer
		return nil, nil
	})
}

func unseen(err error, field, key string) error {
	if errs.KindOf(err) == errs.NotFound {
		return errs.InvalidFields(errs.Field{Name: field, Key: key})
	}
	return err
}

// Decision tells of a decision file; errs.NotFound when the actor sees none.
func (s *Service) Decision(ctx context.Context, id string) (Decision, error) {
	if s.Decisions == nil {
		return Decision{}, errs.New(errs.NotFound, "")
	}
	return s.Decisions.CampaignDecision(ctx, id)
}

// Answer tells of a message; errs.NotFound when the actor sees none.
func (s *Service) Answer(ctx context.Context, id string) (Answer, error) {
	if s.Answers == nil {
		return Answer{}, errs.New(errs.NotFound, "")
	}
	return s.Answers.CampaignAnswer(ctx, id)
}

// MarkAnswered notes that the open answer was given. It takes a message that
// was released.
func (s *Service) MarkAnswered(ctx context.Context, id string) error {
	return s.change(ctx, id, "listen.campaign.answer", func(ctx context.Context, _ bun.Tx, f *File) (map[string]any, error) {
		if f.State != Open {
			return nil, errs.New(errs.Conflict, "")
		}
		a, err := s.Answer(ctx, f.AnswerID)
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return nil, err
		}
		if err != nil || a.State != "released" {
			return nil, errs.New(errs.Conflict, "listen.campaign.not_released")
		}
		f.State = Answered
		return nil, nil
	})
}

// Close closes a file with a reason, which stays on record.
func (s *Service) Close(ctx context.Context, id, reason string) error {
	reason = text.Line(reason)
	switch n := utf8.RuneCountInString(reason); {
	case n == 0:
		return errs.InvalidFields(errs.Field{Name: "reason", Key: "web.field.required"})
	case n > MaxReason:
		return errs.InvalidFields(errs.Field{Name: "reason", Key: "web.field.long", Args: []any{"max", MaxReason, "count", n - MaxReason}})
	}
	return s.change(ctx, id, "listen.campaign.close", func(_ context.Context, _ bun.Tx, f *File) (map[string]any, error) {
		if f.State == Closed {
			return nil, errs.New(errs.Conflict, "listen.campaign.is_closed")
		}
		f.State, f.Reason = Closed, reason
		return map[string]any{"reason": reason}, nil
	})
}

// Jobs registers what runs outside requests.
func (s *Service) Jobs(q *jobs.Queue) {
	jobs.Handle(q, s.runExpire)
	q.Every(day, expireJob{})
}

type expireJob struct{}

// Kind implements jobs.Args.
func (expireJob) Kind() string { return "listen.campaign_expire" }

func (s *Service) runExpire(ctx context.Context, _ jobs.Job[expireJob]) error {
	return s.Expire(perm.With(ctx, perm.SystemActor("listen.campaign_expire")))
}

// Expire removes the evidence of files whose time is over, as far as the actor
// works on them. Hashes and the file itself stay.
func (s *Service) Expire(ctx context.Context) error {
	now := db.At(s.Clock.Now())
	var ids []string
	err := s.DB.Reader().NewRaw(`SELECT DISTINCT c.id FROM listen_campaign c JOIN listen_campaign_snapshot s ON s.campaign_id = c.id WHERE c.keep_until < ? AND s.expired_at = 0`, now).Scan(ctx, &ids)
	if err != nil {
		return fmt.Errorf("expired evidence: %w", err)
	}
	for _, id := range ids {
		err := s.change(ctx, id, "listen.campaign.expire", func(ctx context.Context, tx bun.Tx, f *File) (map[string]any, error) {
			if _, err := tx.ExecContext(ctx, `DELETE FROM listen_campaign_evidence WHERE snapshot_id IN (SELECT id FROM listen_campaign_snapshot WHERE campaign_id = ?)`, f.ID); err != nil {
				return nil, fmt.Errorf("remove evidence: %w", err)
			}
			_, err := tx.ExecContext(ctx, `UPDATE listen_campaign_snapshot SET expired_at = ? WHERE campaign_id = ? AND expired_at = 0`, now, f.ID)
			return nil, err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
