package channels

import (
	"context"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
)

// Rows of the tables of this context, as bun reads and writes them.
type (
	accountRow struct {
		bun.BaseModel `bun:"table:channels_account,alias:a"`
		Account
	}
	entryRow struct {
		bun.BaseModel `bun:"table:channels_history,alias:e"`
		Entry
	}
	webhookRow struct {
		bun.BaseModel `bun:"table:channels_webhook,alias:w"`
		Webhook
	}
	deliveryRow struct {
		bun.BaseModel `bun:"table:channels_delivery,alias:d"`
		Delivery
	}
)

func (s *Service) readRegister(ctx context.Context) ([]Account, error) {
	var rows []accountRow
	err := s.DB.Reader().NewSelect().Model(&rows).Where("a.state <> ?", Proposed).Order("a.created_at", "a.id").Scan(ctx)
	return accountsOf(rows), err
}

func accountsOf(rows []accountRow) []Account {
	list := make([]Account, len(rows))
	for i, r := range rows {
		list[i] = r.Account
	}
	return list
}

// one reads the row of an id; errs.NotFound when there is none.
func one[R any](ctx context.Context, q bun.IDB, id string) (*R, error) {
	var row R
	err := q.NewSelect().Model(&row).Where("id = ?", id).Scan(ctx)
	if db.IsNoRows(err) {
		return nil, errs.Wrap(err, errs.NotFound, "")
	}
	return &row, err
}

// insert adds a row; false when its id exists already, for the form was sent
// twice.
func insert(ctx context.Context, tx bun.Tx, row any) (fresh bool, err error) {
	res, err := tx.NewInsert().Model(row).On("CONFLICT (id) DO NOTHING").Exec(ctx)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// update writes a row over the version that was edited; errs.Conflict when the
// stored one is another.
func update(ctx context.Context, tx bun.Tx, row any, version int64) error {
	res, err := tx.NewUpdate().Model(row).WherePK().Where("version = ?", version).Exec(ctx)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return errs.New(errs.Conflict, "")
}
