package search

import (
	"context"
	"fmt"
	"math"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"

	"sifara/internal/db"
)

// Index is a full-text table, made by the migration that [Schema] describes.
type Index struct{ table string }

// New names the table of an index. The name is part of the program, never input.
func New(table string) Index { return Index{table} }

// Entry is a row of an index: the id of the context's row and its [Document].
type Entry struct {
	ID    int64
	Words string
}

// Page asks for at most Limit ids below Before. Zero Before is from the newest;
// zero Limit is 50.
type Page struct {
	Before int64
	Limit  int
}

const (
	batch        = 100 // rows of one INSERT
	defaultLimit = 50
)

// Put stores entries, in place of what was stored under the same ids.
func (x Index) Put(ctx context.Context, db bun.IDB, entries ...Entry) error {
	return x.insert(ctx, db, entries, "INSERT OR REPLACE", " ON CONFLICT (rowid) DO UPDATE SET words = EXCLUDED.words")
}

// Add stores entries whose ids are not in the index yet, which is cheaper than
// Put. An id that is there makes it fail.
func (x Index) Add(ctx context.Context, db bun.IDB, entries ...Entry) error {
	return x.insert(ctx, db, entries, "INSERT", "")
}

func (x Index) insert(ctx context.Context, q bun.IDB, entries []Entry, lite, pg string) error {
	if tx, ok := q.(bun.Tx); ok {
		return x.fill(ctx, tx, entries, lite, pg)
	}
	return q.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error { return x.fill(ctx, tx, entries, lite, pg) })
}

func (x Index) fill(ctx context.Context, tx bun.Tx, entries []Entry, lite, pg string) error {
	var err error
	if isPostgres(tx) {
		err = x.vectors(ctx, tx, entries, pg)
	} else {
		err = x.rows(ctx, tx, entries, lite)
	}
	if err != nil {
		return fmt.Errorf("index into %s: %w", x.table, err)
	}
	return nil
}

// rows writes to FTS5 row by row: for a statement of many rows SQLite opens a
// savepoint, at which FTS5 writes out what it has gathered and begins a new
// segment, and to merge those is more work than all the rest.
func (x Index) rows(ctx context.Context, tx bun.Tx, entries []Entry, verb string) error {
	if len(entries) == 0 {
		return nil
	}
	one, err := tx.Tx.PrepareContext(ctx, verb+" INTO "+x.table+" (rowid, words) VALUES (?, ?)")
	if err != nil {
		return err
	}
	defer one.Close()
	for _, e := range entries {
		if _, err := one.ExecContext(ctx, e.ID, e.Words); err != nil {
			return err
		}
	}
	return nil
}

func (x Index) vectors(ctx context.Context, tx bun.Tx, entries []Entry, tail string) error {
	args := make([]any, 0, 2*len(entries))
	for _, e := range entries {
		args = append(args, e.ID, Vector(e.Words))
	}
	return db.Bulk(ctx, tx, db.Postgres, "INSERT INTO "+x.table+" (rowid, words)", []string{"::bigint", "::tsvector"}, args, tail)
}

// Delete removes ids. One that is not there is no error.
func (x Index) Delete(ctx context.Context, db bun.IDB, ids ...int64) error {
	for len(ids) > 0 {
		part := ids[:min(batch, len(ids))]
		ids = ids[len(part):]
		if _, err := db.ExecContext(ctx, "DELETE FROM "+x.table+" WHERE rowid IN (?)", bun.List(part)); err != nil {
			return fmt.Errorf("delete from %s: %w", x.table, err)
		}
	}
	return nil
}

// Search gives the ids that the question finds, highest first.
func (x Index) Search(ctx context.Context, db bun.IDB, q Query, p Page) ([]int64, error) {
	if p.Before == 0 {
		p.Before = math.MaxInt64
	}
	if p.Limit <= 0 {
		p.Limit = defaultLimit
	}
	cond, args := x.condition(db, q)
	args = append(args, p.Before, p.Limit)
	ids := []int64{}
	err := db.NewRaw("SELECT rowid FROM "+x.table+" WHERE "+cond+" AND rowid < ? ORDER BY rowid DESC LIMIT ?", args...).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("search %s: %w", x.table, err)
	}
	return ids, nil
}

// Count gives how many documents the question finds, but no more than limit: a
// word that half of all documents hold should not be counted to the end for a
// person who wants to know "more than a thousand".
func (x Index) Count(ctx context.Context, db bun.IDB, q Query, limit int) (int, error) {
	cond, args := x.condition(db, q)
	var n int
	err := db.NewRaw("SELECT count(*) FROM (SELECT 1 FROM "+x.table+" WHERE "+cond+" LIMIT ?) AS found", append(args, limit)...).Scan(ctx, &n)
	if err != nil {
		return 0, fmt.Errorf("count in %s: %w", x.table, err)
	}
	return n, nil
}

// Match gives a condition for the WHERE clause of the context's own SELECT, with
// its arguments in bun's notation: rows whose column (an integer id) is among the
// documents found.
//
//	cond, args := words.Match(db, "m.words_id", q)
//	db.NewSelect().Model(&rows).Where(cond, args...)
func (x Index) Match(db bun.IDB, column string, q Query) (string, []any) {
	cond, args := x.condition(db, q)
	return column + " IN (SELECT rowid FROM " + x.table + " WHERE " + cond + ")", args
}

func (x Index) condition(db bun.IDB, q Query) (string, []any) {
	switch {
	case q.Empty():
		return "1 = 1", nil
	case isPostgres(db):
		return "words @@ ?::tsquery", []any{q.TSQuery()}
	}
	return x.table + " MATCH ?", []any{q.FTS5()}
}

func isPostgres(db bun.IDB) bool { return db.Dialect().Name() == dialect.PG }
