package planning

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
)

// lock reads a file that is about to change.
func (s *Service) lock(ctx context.Context, tx bun.Tx, id string) (*File, error) {
	f := &File{}
	sel := tx.NewSelect().Model(&f.Decision).Where("d.id = ?", id)
	if s.DB.Engine() == db.Postgres {
		sel = sel.For("UPDATE")
	}
	return f, s.fill(ctx, tx, f, sel)
}

func (s *Service) load(ctx context.Context, id string) (*File, error) {
	f := &File{}
	r := s.DB.Reader()
	if err := s.fill(ctx, r, f, r.NewSelect().Model(&f.Decision).Where("d.id = ?", id)); err != nil {
		return nil, fmt.Errorf("decision file %s: %w", id, err)
	}
	return f, nil
}

// fill reads the decision by sel and what belongs to it.
func (s *Service) fill(ctx context.Context, q bun.IDB, f *File, sel *bun.SelectQuery) error {
	if err := sel.Scan(ctx); err != nil {
		if db.IsNoRows(err) {
			return errs.New(errs.NotFound, "")
		}
		return err
	}
	for _, part := range []struct {
		model any
		alias string
		order string
	}{{&f.Options, "o", "added_at"}, {&f.Arguments, "g", "added_at"}, {&f.Parties, "p", "id"}, {&f.Entries, "e", "at"}} {
		err := q.NewSelect().Model(part.model).Where(part.alias+".decision_id = ?", f.ID).Order(part.alias+"."+part.order, part.alias+".id").Scan(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

// insertOnce adds a row whose id came with the form; false means that the same
// form added it before.
func insertOnce(ctx context.Context, tx bun.Tx, model any) (bool, error) {
	res, err := tx.NewInsert().Model(model).On("CONFLICT DO NOTHING").Exec(ctx)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}
