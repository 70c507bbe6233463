package engage

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
)

// noRows turns "no row" into NotFound.
func noRows(err error) error {
	if db.IsNoRows(err) {
		return errs.New(errs.NotFound, "")
	}
	return err
}

// loadQuestion reads a question.
func (s *Service) loadQuestion(ctx context.Context, q bun.IDB, id string) (*Question, error) {
	out := &Question{}
	if err := q.NewSelect().Model(out).Where("q.id = ?", id).Scan(ctx); err != nil {
		return nil, noRows(err)
	}
	return out, nil
}

// lockQuestion reads a question that is about to change: no other node changes
// it before the transaction ends. On SQLite there is one writer anyway.
func (s *Service) lockQuestion(ctx context.Context, tx bun.Tx, id string) (*Question, error) {
	out := &Question{}
	sel := tx.NewSelect().Model(out).Where("q.id = ?", id)
	if s.DB.Engine() == db.Postgres {
		sel = sel.For("UPDATE")
	}
	if err := sel.Scan(ctx); err != nil {
		return nil, noRows(err)
	}
	return out, nil
}

func (s *Service) saveQuestion(ctx context.Context, tx bun.Tx, q *Question) error {
	q.Version++
	res, err := tx.NewUpdate().Model(q).WherePK().Where("version = ?", q.Version-1).Exec(ctx)
	return oneRow(res, err)
}

func (s *Service) saveReply(ctx context.Context, tx bun.Tx, a *Reply) error {
	if a.Version == 0 {
		a.Version = 1
		_, err := tx.NewInsert().Model(a).Exec(ctx)
		return err
	}
	a.Version++
	res, err := tx.NewUpdate().Model(a).WherePK().Where("version = ?", a.Version-1).Exec(ctx)
	return oneRow(res, err)
}

// oneRow makes an update that found its row changed a Conflict.
func oneRow(res interface{ RowsAffected() (int64, error) }, err error) error {
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n != 1 {
		return errs.New(errs.Conflict, "")
	}
	return err
}

// replies are the revisions of a question's answer, the first first.
func (s *Service) replies(ctx context.Context, q bun.IDB, question string) ([]Reply, error) {
	var out []Reply
	err := q.NewSelect().Model(&out).Where("a.question_id = ?", question).Order("a.revision").Scan(ctx)
	return out, err
}

// repliesOf are the sent revisions of several questions, by question.
func (s *Service) repliesOf(ctx context.Context, questions []Question) (map[string][]Reply, error) {
	out := map[string][]Reply{}
	if len(questions) == 0 {
		return out, nil
	}
	ids := make([]string, len(questions))
	for i, q := range questions {
		ids[i] = q.ID
	}
	var rows []Reply
	err := s.DB.Reader().NewSelect().Model(&rows).Where("a.question_id IN (?)", bun.List(ids)).Where("a.state = ?", Sent).Order("a.revision").Scan(ctx)
	for _, a := range rows {
		out[a.QuestionID] = append(out[a.QuestionID], a)
	}
	return out, err
}

// nextNumber counts questions without gaps between committed ones.
func (s *Service) nextNumber(ctx context.Context, tx bun.Tx) (n int64, err error) {
	err = tx.NewRaw(`INSERT INTO engage_counter (name, value) VALUES ('question', 1)
		ON CONFLICT (name) DO UPDATE SET value = engage_counter.value + 1 RETURNING value`).Scan(ctx, &n)
	if err != nil {
		return 0, fmt.Errorf("number a question: %w", err)
	}
	return n, nil
}
