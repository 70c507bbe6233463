package db

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/uptrace/bun"
)

// Migrations are the schema steps of one context: files NNNN_name.sql at the
// root of FS, run in the order of their names. Where the engines differ a step
// is a pair NNNN_name.sqlite.sql and NNNN_name.pg.sql. In a common file the
// type BLOB stands for BYTEA on PostgreSQL.
type Migrations struct {
	Context string
	FS      fs.FS
}

// Step is one migration as it stands in a database.
type Step struct {
	Context string `json:"context"`
	Name    string `json:"name"`
	Applied bool   `json:"applied"`
	text    string
	hash    string
}

const createMigrationTable = `CREATE TABLE IF NOT EXISTS db_migration (
	context TEXT NOT NULL, name TEXT NOT NULL, hash TEXT NOT NULL, applied_at BIGINT NOT NULL,
	PRIMARY KEY (context, name))`

// Migrate brings the schema up to the given migrations, in the given order,
// each step in a transaction of its own. A step that was applied and has been
// edited since is an error. With withJobs the tables of the job queue are made
// too. Several nodes may call it at once.
func (d *DB) Migrate(ctx context.Context, withJobs bool, all ...Migrations) error {
	release, err := d.migrationLock(ctx)
	if err != nil {
		return err
	}
	defer release()
	if withJobs {
		if err := d.migrateJobs(ctx); err != nil {
			return fmt.Errorf("migrate job queue: %w", err)
		}
	}
	if _, err := d.writer.ExecContext(ctx, createMigrationTable); err != nil {
		return fmt.Errorf("create migration table: %w", err)
	}
	steps, err := d.Steps(ctx, all...)
	if err != nil {
		return err
	}
	for _, s := range steps {
		if s.Applied {
			continue
		}
		if err := d.applyStep(ctx, s); err != nil {
			return fmt.Errorf("migration %s/%s: %w", s.Context, s.Name, err)
		}
	}
	return nil
}

func (d *DB) applyStep(ctx context.Context, s Step) error {
	return d.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.Tx.ExecContext(ctx, s.text); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO db_migration (context, name, hash, applied_at) VALUES (?, ?, ?, ?)`, s.Context, s.Name, s.hash, At(time.Now()))
		return err
	})
}

// Steps lists the migrations with whether each has been applied. A database
// without the migration table has none applied.
func (d *DB) Steps(ctx context.Context, all ...Migrations) ([]Step, error) {
	applied := map[string]string{}
	var rows []struct{ Context, Name, Hash string }
	if err := d.writer.NewRaw(`SELECT context, name, hash FROM db_migration`).Scan(ctx, &rows); err == nil {
		for _, r := range rows {
			applied[r.Context+"/"+r.Name] = r.Hash
		}
	}
	var steps []Step
	for _, m := range all {
		s, err := d.read(m)
		if err != nil {
			return nil, fmt.Errorf("read migrations of %s: %w", m.Context, err)
		}
		steps = append(steps, s...)
	}
	for i := range steps {
		s := &steps[i]
		hash, ok := applied[s.Context+"/"+s.Name]
		if ok && hash != s.hash {
			return nil, fmt.Errorf("migration %s/%s was edited after it had been applied", s.Context, s.Name)
		}
		s.Applied = ok
	}
	return steps, nil
}

// HasTable reports whether there is a table of the name, in PostgreSQL's case
// in the schema that the address chooses.
func (d *DB) HasTable(ctx context.Context, name string) (there bool, err error) {
	query := `SELECT count(*) > 0 FROM sqlite_master WHERE type = 'table' AND name = ?`
	if d.engine == Postgres {
		query = `SELECT to_regclass(?) IS NOT NULL`
	}
	if err := d.writer.NewRaw(query, name).Scan(ctx, &there); err != nil {
		return false, fmt.Errorf("look for table %s: %w", name, err)
	}
	return there, nil
}

var blobType = regexp.MustCompile(`\bBLOB\b`)

func (d *DB) read(m Migrations) ([]Step, error) {
	if m.FS == nil {
		return nil, nil
	}
	names, err := fs.Glob(m.FS, "*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	other := ".pg.sql"
	if d.engine == Postgres {
		other = ".sqlite.sql"
	}
	var steps []Step
	for _, n := range names {
		if strings.HasSuffix(n, other) {
			continue
		}
		b, err := fs.ReadFile(m.FS, n)
		if err != nil {
			return nil, err
		}
		text := string(b)
		if d.engine == Postgres {
			text = blobType.ReplaceAllString(text, "BYTEA")
		}
		sum := sha256.Sum256(b)
		name, _, _ := strings.Cut(path.Base(n), ".")
		steps = append(steps, Step{Context: m.Context, Name: name, text: text, hash: hex.EncodeToString(sum[:])})
	}
	return steps, nil
}

// migrationLock keeps two nodes from migrating one PostgreSQL at once. SQLite
// has one writer anyway.
func (d *DB) migrationLock(ctx context.Context) (release func(), err error) {
	if d.engine != Postgres {
		return func() {}, nil
	}
	conn, err := d.writer.DB.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("migration lock: %w", err)
	}
	const lock int64 = 0x7369_6661_7261 // "sifara"
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, lock); err != nil {
		conn.Close()
		return nil, fmt.Errorf("migration lock: %w", err)
	}
	return func() {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, lock)
		conn.Close()
	}, nil
}

func (d *DB) migrateJobs(ctx context.Context) error {
	if d.engine == Postgres {
		m, err := rivermigrate.New(riverdatabasesql.New(d.writer.DB), nil)
		if err != nil {
			return err
		}
		_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
		return err
	}
	m, err := rivermigrate.New(riversqlite.New(d.writer.DB), nil)
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}
