package engage

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/errs"
)

// Follow gives the asker their question by its secret: with the answer and its
// corrections as far as they were sent. An unknown secret is NotFound.
func (s *Service) Follow(ctx context.Context, secret string) (*Pair, error) {
	q, err := s.bySecret(ctx, s.DB.Reader(), secret)
	if err != nil {
		return nil, err
	}
	sent, err := s.repliesOf(ctx, []Question{*q})
	if err != nil {
		return nil, fmt.Errorf("answers of question %s: %w", q.ID, err)
	}
	return &Pair{*q, sent[q.ID]}, nil
}

func (s *Service) bySecret(ctx context.Context, db bun.IDB, secret string) (*Question, error) {
	if len(secret) != 32 {
		return nil, errs.New(errs.NotFound, "engage.follow.unknown")
	}
	q := &Question{}
	if err := db.NewSelect().Model(q).Where("q.secret_hash = ?", secretHash(secret)).Scan(ctx); err != nil {
		if err := noRows(err); errs.KindOf(err) == errs.NotFound {
			return nil, errs.New(errs.NotFound, "engage.follow.unknown")
		}
		return nil, fmt.Errorf("question by secret: %w", err)
	}
	return q, nil
}

// Withdraw has the asker take their question back: text, name and address are
// deleted at once, and it disappears from public pages and from the search. It
// may be done at any time and done again without effect.
func (s *Service) Withdraw(ctx context.Context, secret string) error {
	err := s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		found, err := s.bySecret(ctx, tx, secret)
		if err != nil {
			return err
		}
		q, err := s.lockQuestion(ctx, tx, found.ID)
		if err != nil || q.Reason == Withdrawn {
			return err
		}
		q.State, q.Reason, q.ClosedAt = Closed, Withdrawn, s.now()
		if err := s.erase(ctx, tx, q); err != nil {
			return err
		}
		// What was being written for them ends here; what had been sent is
		// theirs already.
		if _, err := tx.NewDelete().Model((*Reply)(nil)).Where("question_id = ?", q.ID).Where("state <> ?", Sent).Exec(ctx); err != nil {
			return err
		}
		if err := s.enter(ctx, tx, q.ID, "withdrawn", "", ""); err != nil {
			return err
		}
		if err := s.Live.Notify(ctx, tx, InboxTopic, QuestionTopic(q.ID), siteTopic); err != nil {
			return err
		}
		return s.record(ctx, tx, "engage.withdrawn", q, nil)
	})
	if err != nil {
		return fmt.Errorf("withdraw question: %w", err)
	}
	return nil
}

// erase deletes what the asker wrote, everywhere it is kept.
func (s *Service) erase(ctx context.Context, tx bun.Tx, q *Question) error {
	q.Text, q.Name, q.Email, q.Public, q.ErasedAt = "", "", "", false, s.now()
	if err := s.saveQuestion(ctx, tx, q); err != nil {
		return err
	}
	return s.words.Delete(ctx, tx, q.WordsID)
}
