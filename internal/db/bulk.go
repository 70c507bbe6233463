package db

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"
)

// bulkRows is how many rows one statement of Bulk writes.
const bulkRows = 100

// Bulk runs an INSERT of many rows, a hundred at a time, with the engine's own
// parameters: head is "INSERT INTO t (a, b)", tail what follows the values, and
// casts has one entry for each column, empty or as "::bigint". The statement is
// parsed once for all full hundreds, which is a good part of the work where
// many rows are written.
func Bulk(ctx context.Context, tx bun.Tx, e Engine, head string, casts []string, args []any, tail string) error {
	width := len(casts)
	if len(args) == 0 {
		return nil
	}
	var full *sql.Stmt
	if len(args) >= 2*width*bulkRows {
		var err error
		if full, err = tx.Tx.PrepareContext(ctx, head+" VALUES "+places(e, bulkRows, casts)+tail); err != nil {
			return err
		}
		defer full.Close()
	}
	for part := range slices.Chunk(args, width*bulkRows) {
		var err error
		if full != nil && len(part) == width*bulkRows {
			_, err = full.ExecContext(ctx, part...)
		} else {
			_, err = tx.Tx.ExecContext(ctx, head+" VALUES "+places(e, len(part)/width, casts)+tail, part...)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// places writes "(?,?),(?,?)" or "($1,$2),($3,$4)".
func places(e Engine, rows int, casts []string) string {
	var b strings.Builder
	for i := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('(')
		for j, cast := range casts {
			if j > 0 {
				b.WriteByte(',')
			}
			if e == Postgres {
				b.WriteString("$" + strconv.Itoa(i*len(casts)+j+1) + cast)
			} else {
				b.WriteByte('?')
			}
		}
		b.WriteByte(')')
	}
	return b.String()
}

// Prepare prepares a statement for the writer, with `?` for values on either
// engine and nowhere else: it spares parsing to what runs many times. Run it in
// a transaction by tx.StmtContext, and close it.
func (d *DB) Prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if d.engine == Postgres {
		parts := strings.Split(query, "?")
		var b strings.Builder
		for i, part := range parts[:len(parts)-1] {
			b.WriteString(part + "$" + strconv.Itoa(i+1))
		}
		query = b.String() + parts[len(parts)-1]
	}
	return d.writer.DB.PrepareContext(ctx, query)
}
