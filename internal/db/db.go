// Package db opens the database and runs transactions on either engine.
//
// SQLite inside the binary is the default; PostgreSQL is used when the address
// says so. Both sit behind bun with one SQL text: placeholders are written `?`.
// On SQLite there is one writing connection and several readers, so a caller
// inside Tx must use the transaction it was given and never the pool.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Engine is the kind of database.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// DB is an open database.
type DB struct {
	engine Engine
	url    string
	writer *bun.DB
	reader *bun.DB
}

// Options tune a database. The zero value is right for the main store.
type Options struct {
	// Relaxed lets SQLite skip the disk barrier of each commit: a power cut
	// may lose the last commits, never the consistency. For stores that can be
	// filled again from their sources.
	Relaxed bool
	// MaxConns bounds the connections to PostgreSQL; zero means 16.
	MaxConns int
}

// Open opens the database at address: a file path for SQLite, or a
// postgres:// URL. It checks that the database answers.
func Open(ctx context.Context, address string, o Options) (*DB, error) {
	var d *DB
	var err error
	if IsPostgres(address) {
		d, err = openPostgres(address, o)
	} else {
		d, err = openSQLite(address, o)
	}
	if err != nil {
		return nil, err
	}
	if err := d.writer.PingContext(ctx); err != nil {
		d.Close()
		return nil, fmt.Errorf("open database %s: %w", Redact(address), err)
	}
	return d, nil
}

// IsPostgres reports whether the address is that of a PostgreSQL server.
func IsPostgres(address string) bool {
	return strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://")
}

// Redact gives the address without its password, for logs.
func Redact(address string) string {
	if u, err := url.Parse(address); err == nil && u.User != nil {
		return u.Redacted()
	}
	return address
}

// readerIdle is how long a reader of SQLite that nobody needs stays open: jobs
// use several at once, and each fills a cache of its own.
const readerIdle = 10 * time.Second

// pageCache is how many KiB of pages a connection of SQLite keeps. The kernel
// holds the file anyway, and a page takes twice its length in the allocator of
// modernc: with eight times as much an import takes the same CPU time and an idle
// house 45 MB more.
const pageCache = "cache_size(-2000)"

func openSQLite(path string, o Options) (*DB, error) {
	q := url.Values{}
	sync := "FULL"
	if o.Relaxed {
		sync = "NORMAL"
	}
	for _, p := range []string{"busy_timeout(15000)", "journal_mode(WAL)", "synchronous(" + sync + ")", "foreign_keys(1)", "temp_store(MEMORY)", pageCache, "journal_size_limit(67108864)"} {
		q.Add("_pragma", p)
	}
	q.Set("_txlock", "immediate")
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
	w, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	w.SetMaxOpenConns(1)
	q.Add("_pragma", "query_only(1)")
	q.Set("_txlock", "deferred")
	r, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	if err != nil {
		w.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	r.SetMaxOpenConns(max(4, runtime.NumCPU()))
	r.SetMaxIdleConns(max(4, runtime.NumCPU()))
	r.SetConnMaxIdleTime(readerIdle) // and gives its cache of pages back
	return &DB{engine: SQLite, url: path, writer: bun.NewDB(w, sqlitedialect.New()), reader: bun.NewDB(r, sqlitedialect.New())}, nil
}

func openPostgres(address string, o Options) (*DB, error) {
	p, err := sql.Open("pgx", address)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", Redact(address), err)
	}
	n := o.MaxConns
	if n == 0 {
		n = 16
	}
	p.SetMaxOpenConns(n)
	p.SetMaxIdleConns(min(n, 8))
	p.SetConnMaxIdleTime(5 * time.Minute)
	b := bun.NewDB(p, pgdialect.New())
	return &DB{engine: Postgres, url: address, writer: b, reader: b}, nil
}

// Close closes all connections.
func (d *DB) Close() error {
	err := d.writer.Close()
	if d.reader != d.writer {
		err = errors.Join(err, d.reader.Close())
	}
	return err
}

// Engine says which engine this is.
func (d *DB) Engine() Engine { return d.engine }

// Address is the file path or URL the database was opened with. It may hold a
// password: see Redact.
func (d *DB) Address() string { return d.url }

// Reader is for queries outside a transaction. On SQLite it refuses writes.
func (d *DB) Reader() bun.IDB { return d.reader }

// Writer is the pool that writes. Use Tx; this is for the job queue and for
// migrations.
func (d *DB) Writer() *bun.DB { return d.writer }

// hooks collects what is to happen once the transaction is committed.
type hooks struct{ fns []func() }

type hooksKey struct{}

// AfterCommit runs fn once the transaction of ctx is committed, and not at all
// when it is rolled back. Outside a transaction it runs fn at once.
func AfterCommit(ctx context.Context, fn func()) {
	if h, ok := ctx.Value(hooksKey{}).(*hooks); ok {
		h.fns = append(h.fns, fn)
		return
	}
	fn()
}

// Tx runs fn in a transaction: commits when it returns nil, rolls back
// otherwise. A transaction that the engine gave up for a conflict is run again
// a few times, so fn must have no effect but through tx and AfterCommit.
func (d *DB) Tx(ctx context.Context, fn func(ctx context.Context, tx bun.Tx) error) error {
	const tries = 5
	for try := 1; ; try++ {
		h := &hooks{}
		err := d.writer.RunInTx(context.WithValue(ctx, hooksKey{}, h), nil, fn)
		if err == nil {
			for _, f := range h.fns {
				f()
			}
			return nil
		}
		if try == tries || !Retryable(err) || ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(try*try) * 10 * time.Millisecond):
		}
	}
}

// Retryable reports whether the engine gave up for a reason that passes: a
// serialization failure, a deadlock, a busy file.
func Retryable(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code == "40001" || e.Code == "40P01"
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code()&0xff == sqlite3.SQLITE_BUSY
	}
	return false
}

// IsUnique reports whether err is the violation of a unique or primary key.
func IsUnique(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code == "23505"
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	return false
}

// IsNoRows reports whether a query found nothing.
func IsNoRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }
