package org

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
)

// Rows of the tables of this context, as bun reads and writes them.
type (
	ministryRow struct {
		bun.BaseModel `bun:"table:org_ministry"`
		Ministry
	}
	departmentRow struct {
		bun.BaseModel `bun:"table:org_department"`
		Department
	}
	missionRow struct {
		bun.BaseModel `bun:"table:org_mission"`
		Mission
	}
	personRow struct {
		bun.BaseModel `bun:"table:org_person,alias:p"`
		Person
	}
	postingRow struct {
		bun.BaseModel `bun:"table:org_posting"`
		Posting
	}
	roleRow struct {
		bun.BaseModel `bun:"table:org_role"`
		Role
	}
	assignmentRow struct {
		bun.BaseModel `bun:"table:org_assignment,alias:a"`
		Assignment
	}
	holidayRow struct {
		bun.BaseModel `bun:"table:org_holiday"`
		Holiday
	}
	unkeptRow struct {
		bun.BaseModel `bun:"table:org_unkept"`
		HolidayID     string `bun:",pk"`
		MissionID     string `bun:",pk"`
		Year          int    `bun:",pk"`
	}
	standInRow struct {
		bun.BaseModel `bun:"table:org_standin,alias:s"`
		StandIn
	}
)

func readSnapshot(ctx context.Context, q bun.IDB) (*snapshot, error) {
	s := &snapshot{}
	var ministry []ministryRow
	if err := q.NewSelect().Model(&ministry).Scan(ctx); err != nil {
		return nil, err
	}
	if len(ministry) > 0 {
		s.ministry = &ministry[0].Ministry
	}
	var err error
	if s.departments, err = readDepartments(ctx, q); err != nil {
		return nil, err
	}
	var missions []missionRow
	if err := q.NewSelect().Model(&missions).Order("slug").Scan(ctx); err != nil {
		return nil, err
	}
	for _, r := range missions {
		s.missions = append(s.missions, r.Mission)
	}
	var roles []roleRow
	if err := q.NewSelect().Model(&roles).Order("key").Scan(ctx); err != nil {
		return nil, err
	}
	for _, r := range roles {
		s.roles = append(s.roles, r.Role)
	}
	if err := readHolidays(ctx, q, s); err != nil {
		return nil, err
	}
	keys := StandardRoles()
	slices.SortStableFunc(s.roles, func(a, b Role) int { return rank(keys, a.Key) - rank(keys, b.Key) })
	return s, nil
}

// rank is the place of a key among those known, or after them all.
func rank(keys []string, key string) int {
	if i := slices.Index(keys, key); i >= 0 {
		return i
	}
	return len(keys)
}

func readDepartments(ctx context.Context, q bun.IDB) ([]Department, error) {
	var rows []departmentRow
	if err := q.NewSelect().Model(&rows).Order("created_at", "id").Scan(ctx); err != nil {
		return nil, err
	}
	var out []Department
	for _, r := range rows {
		out = append(out, r.Department)
	}
	return out, nil
}

// one reads the row of an id; errs.NotFound when there is none.
func one[R any](ctx context.Context, q bun.IDB, column, id string) (R, error) {
	var row R
	err := q.NewSelect().Model(&row).Where("? = ?", bun.Ident(column), id).Scan(ctx)
	if db.IsNoRows(err) {
		return row, fmt.Errorf("%T %s: %w", row, id, errs.Wrap(err, errs.NotFound, ""))
	}
	if err != nil {
		return row, fmt.Errorf("%T %s: %w", row, id, err)
	}
	return row, nil
}

// insert adds a row. It reports false when its key exists already: the form
// was sent twice.
func insert(ctx context.Context, tx bun.Tx, row any) (fresh bool, err error) {
	res, err := tx.NewInsert().Model(row).On("CONFLICT (id) DO NOTHING").Exec(ctx)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// update writes a row over the version before its own; errs.Conflict when the
// stored one is another.
func update(ctx context.Context, tx bun.Tx, row any, version int64) error {
	res, err := tx.NewUpdate().Model(row).WherePK().Where("version = ?", version-1).Exec(ctx)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return errs.New(errs.Conflict, "")
}
