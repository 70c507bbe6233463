// Package ledger keeps append-only logs whose history cannot be changed without
// being noticed: the audit log, and the public log of every text the ministry
// has released.
//
// A log is a Merkle tree (RFC 6962 hashing, golang.org/x/mod/sumdb/tlog) over
// its records, in three tables of the context that owns it. One hash, the root,
// stands for all records; a signed root is a checkpoint. With a checkpoint
// anyone can check, without the database, that a record is in the log
// (Bundle, VerifyBundle), and that a later log continues an earlier one.
//
// What it protects against: a row changed, removed, added or moved behind the
// program's back is found by Verify. Someone who rewrites the records and every
// hash above them is found only by comparing with a checkpoint kept elsewhere
// (VerifyOptions.Known), which is why checkpoints are published.
package ledger

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/uptrace/bun"
	"golang.org/x/mod/sumdb/tlog"

	"sifara/internal/db"
	"sifara/internal/errs"
)

// MaxRecord is the longest record in bytes. A record holds what must be
// provable, large content goes in by its hash.
const MaxRecord = 1 << 20

var validPrefix = regexp.MustCompile(`^[a-z][a-z0-9_]{0,40}$`)

// Log is one append-only log. It holds no state but its table names and is safe
// for concurrent use.
type Log struct {
	prefix string
	names  *strings.Replacer
}

// New gives the log in the tables PREFIX_record, PREFIX_hash and PREFIX_head
// (see Schema). The prefix is part of the program and carries the name of the
// owning context ("audit_log"); New panics on one that is not plain lower case.
func New(prefix string) *Log {
	if !validPrefix.MatchString(prefix) {
		panic("ledger: bad table prefix " + prefix)
	}
	return &Log{prefix: prefix, names: strings.NewReplacer("@", prefix+"_")}
}

// sql puts the log's table names in place of @record, @hash and @head.
func (l *Log) sql(text string) string { return l.names.Replace(text) }

// Schema is the DDL of a log. Copy it into a migration of the owning context
// (its text must not change once it has been applied). It serves both engines:
// the migration runner writes BYTEA for BLOB on PostgreSQL.
//
//	record  one row per record, id counts from 0 without gaps
//	hash    every node of the tree by its storage index (tlog.StoredHashIndex)
//	head    one row: the size, and the roots of the complete subtrees; the row
//	        lock on it puts concurrent appends in order
func Schema(prefix string) string {
	return New(prefix).sql(`CREATE TABLE @record (
	id BIGINT PRIMARY KEY,
	hash BLOB NOT NULL,
	data BLOB NOT NULL
);
CREATE TABLE @hash (
	id BIGINT PRIMARY KEY,
	hash BLOB NOT NULL
);
CREATE TABLE @head (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	size BIGINT NOT NULL,
	frontier BLOB NOT NULL
);
INSERT INTO @head (id, size, frontier) VALUES (1, 0, '');
`)
}

// Append adds records in order, in the caller's transaction, and returns the
// index of the first; the others follow without a gap. If the transaction is
// rolled back nothing of them remains and the indexes are given out again.
//
// Appends to one log wait for each other until their transactions end, so
// append last and keep the transaction short. Errors: errs.Invalid without
// records, errs.TooLarge over MaxRecord.
func (l *Log) Append(ctx context.Context, tx bun.Tx, records ...[]byte) (first int64, err error) {
	if len(records) == 0 {
		return 0, fmt.Errorf("ledger: append to %s: %w", l.prefix, errs.New(errs.Invalid, ""))
	}
	for _, r := range records {
		if len(r) > MaxRecord {
			return 0, fmt.Errorf("ledger: append %d bytes to %s: %w", len(r), l.prefix, errs.New(errs.TooLarge, ""))
		}
	}
	// The update takes the row lock on both engines; a SELECT FOR UPDATE would
	// not exist on SQLite.
	var row headRow
	err = tx.NewRaw(l.sql(`UPDATE @head SET size = size + ? WHERE id = 1 RETURNING size, frontier`), len(records)).Scan(ctx, &row)
	if err != nil {
		return 0, fmt.Errorf("ledger: append to %s: %w", l.prefix, err)
	}
	first = row.Size - int64(len(records))
	h, err := newHead(first, row.Frontier)
	if err != nil {
		return 0, fmt.Errorf("ledger: append to %s: %w", l.prefix, err)
	}
	if err := l.insert(ctx, tx, &h, records); err != nil {
		return 0, fmt.Errorf("ledger: append to %s: %w", l.prefix, err)
	}
	return first, nil
}

// insert writes the rows a few hundred at a time.
func (l *Log) insert(ctx context.Context, tx bun.Tx, h *head, records [][]byte) error {
	const batch = 256
	for start := 0; start < len(records); start += batch {
		var rows, nodes []string
		var rowArgs, nodeArgs []any
		for _, data := range records[start:min(start+batch, len(records))] {
			if data == nil {
				data = []byte{}
			}
			n := h.size
			id := tlog.StoredHashIndex(0, n)
			stored := h.add(tlog.RecordHash(data))
			rows = append(rows, "(?, ?, ?)")
			rowArgs = append(rowArgs, n, stored[0][:], data)
			for i, hash := range stored {
				nodes = append(nodes, "(?, ?)")
				nodeArgs = append(nodeArgs, id+int64(i), hash[:])
			}
		}
		if _, err := tx.ExecContext(ctx, l.sql(`INSERT INTO @record (id, hash, data) VALUES `)+strings.Join(rows, ", "), rowArgs...); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, l.sql(`INSERT INTO @hash (id, hash) VALUES `)+strings.Join(nodes, ", "), nodeArgs...); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, l.sql(`UPDATE @head SET frontier = ? WHERE id = 1`), h.bytes())
	return err
}

// Record returns one record by its index, errs.NotFound when the log is
// shorter.
func (l *Log) Record(ctx context.Context, q bun.IDB, index int64) ([]byte, error) {
	var data []byte
	err := q.NewRaw(l.sql(`SELECT data FROM @record WHERE id = ?`), index).Scan(ctx, &data)
	if db.IsNoRows(err) {
		return nil, fmt.Errorf("ledger: record %d of %s: %w", index, l.prefix, errs.Wrap(err, errs.NotFound, ""))
	}
	if err != nil {
		return nil, fmt.Errorf("ledger: record %d of %s: %w", index, l.prefix, err)
	}
	return data, nil
}

// Records returns up to limit records from an index on, in order; fewer (or
// none) at the end of the log. The first one's index is from.
func (l *Log) Records(ctx context.Context, q bun.IDB, from int64, limit int) ([][]byte, error) {
	var out [][]byte
	err := q.NewRaw(l.sql(`SELECT data FROM @record WHERE id >= ? ORDER BY id LIMIT ?`), from, limit).Scan(ctx, &out)
	if err != nil {
		return nil, fmt.Errorf("ledger: records of %s: %w", l.prefix, err)
	}
	return out, nil
}
