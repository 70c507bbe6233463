package listen

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/id"
)

// Sources lists all sources by name.
func (s *Service) Sources(ctx context.Context) ([]Source, error) {
	list := []Source{}
	err := s.db.Reader().NewSelect().Model(&list).OrderExpr("kind, name, id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list sources: %w", err)
	}
	return list, nil
}

// Source gives a source by its id; errs.NotFound when there is none.
func (s *Service) Source(ctx context.Context, id string) (Source, error) {
	return sourceBy(ctx, s.db.Reader(), "id = ?", id)
}

func sourceBy(ctx context.Context, q bun.IDB, where string, args ...any) (Source, error) {
	var src Source
	err := q.NewSelect().Model(&src).Where(where, args...).Scan(ctx)
	if db.IsNoRows(err) {
		return src, notFound("source", fmt.Sprint(args...))
	}
	if err != nil {
		return src, fmt.Errorf("read source: %w", err)
	}
	return src, nil
}

// sourcesByNumber gives the sources as posts name them.
func (s *Service) sourcesByNumber(ctx context.Context) (map[int64]Source, error) {
	list, err := s.Sources(ctx)
	if err != nil {
		return nil, err
	}
	m := make(map[int64]Source, len(list))
	for _, src := range list {
		m[src.Number] = src
	}
	return m, nil
}

// insertSource gives the source its number. Numbers are never used twice,
// sources are never deleted.
func insertSource(ctx context.Context, tx bun.Tx, src *Source) error {
	var last int64
	if err := tx.NewRaw(`SELECT coalesce(max(number), 0) FROM listen_source`).Scan(ctx, &last); err != nil {
		return fmt.Errorf("number of source: %w", err)
	}
	src.Number = last + 1
	if _, err := tx.NewInsert().Model(src).Exec(ctx); err != nil {
		return fmt.Errorf("insert source: %w", err)
	}
	return nil
}

// importSource finds or makes the source of imports under a name.
func (s *Service) importSource(ctx context.Context, name string) (Source, error) {
	const where = "kind = 'import' AND name = ?"
	src, err := sourceBy(ctx, s.db.Reader(), where, name)
	if err == nil {
		return src, nil
	}
	err = s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var err error
		if src, err = sourceBy(ctx, tx, where, name); err == nil {
			return nil
		}
		src = Source{ID: id.New(), Kind: ImportSource, Name: name, Grade: "F", Every: minEvery, Version: 1, CreatedAt: db.At(s.clock.Now())}
		if err := src.check(s.fetch.CheckURL); err != nil {
			return err
		}
		if err := insertSource(ctx, tx, &src); err != nil {
			return err
		}
		return s.record(ctx, tx, ImportFiles, src.Scope(), "listen.source.add", "source", src.ID, map[string]any{"name": src.Name})
	})
	if db.IsUnique(err) { // another process was faster
		return sourceBy(ctx, s.db.Reader(), where, name)
	}
	return src, err
}
