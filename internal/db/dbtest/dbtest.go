// Package dbtest gives tests a real, empty, migrated database on each engine.
package dbtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sifara/internal/db"
)

// Variable names the address of a PostgreSQL server on which tests may create
// databases. `make test` sets it; without it the tests of that engine skip.
const Variable = "SIFARA_TEST_POSTGRES"

// Each runs a test on SQLite and on PostgreSQL, with the job queue's tables
// and the given migrations applied.
func Each(t *testing.T, migrations []db.Migrations, run func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { run(t, SQLite(t, migrations...)) })
	t.Run("postgres", func(t *testing.T) { run(t, Postgres(t, migrations...)) })
}

// SQLite gives a database in a file of the test's own.
func SQLite(t testing.TB, migrations ...db.Migrations) *db.DB {
	t.Helper()
	template := sqliteTemplate(t, migrations)
	path := filepath.Join(t.TempDir(), "sifara.db")
	copyFile(t, template, path)
	return open(t, path)
}

// Postgres gives a database of the test's own, or skips when there is no
// server.
func Postgres(t testing.TB, migrations ...db.Migrations) *db.DB {
	t.Helper()
	server := os.Getenv(Variable)
	if server == "" {
		t.Skipf("no PostgreSQL: %s is not set (make test sets it)", Variable)
	}
	template := postgresTemplate(t, server, migrations)
	name := fmt.Sprintf("t_%d_%d_%d", os.Getpid(), time.Now().UnixNano(), serial.Add(1))
	admin := open(t, server)
	exec(t, admin, `CREATE DATABASE `+name+` TEMPLATE `+template)
	t.Cleanup(func() {
		a, err := db.Open(context.Background(), server, db.Options{MaxConns: 1})
		if err != nil {
			return
		}
		defer a.Close()
		_, _ = a.Writer().DB.Exec(`DROP DATABASE IF EXISTS ` + name + ` WITH (FORCE)`)
	})
	return open(t, withDatabase(t, server, name))
}

var serial atomic.Int64

// open opens a database without disk barriers: no test cuts the power.
func open(t testing.TB, address string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), address, db.Options{MaxConns: 8, Relaxed: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func exec(t testing.TB, d *db.DB, query string) {
	t.Helper()
	if _, err := d.Writer().DB.Exec(query); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func withDatabase(t testing.TB, server, name string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// fingerprint names a set of migrations by its content, so that a template is
// made once for all test processes and anew when a step changes.
func fingerprint(t testing.TB, migrations []db.Migrations) string {
	t.Helper()
	h := sha256.New()
	for _, m := range migrations {
		fmt.Fprintln(h, m.Context)
		if m.FS == nil {
			continue
		}
		names, err := fs.Glob(m.FS, "*.sql")
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range names {
			b, err := fs.ReadFile(m.FS, n)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintln(h, n, len(b))
			h.Write(b)
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:20]
}

func sqliteTemplate(t testing.TB, migrations []db.Migrations) string {
	t.Helper()
	path := filepath.Join(os.TempDir(), "sifara-test-"+fingerprint(t, migrations)+".db")
	if _, err := os.Stat(path); err == nil {
		return path
	}
	own := filepath.Join(t.TempDir(), "template.db")
	d, err := db.Open(context.Background(), own, db.Options{Relaxed: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(context.Background(), true, migrations...); err != nil {
		t.Fatal(err)
	}
	exec(t, d, `PRAGMA wal_checkpoint(TRUNCATE)`)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	// Another process may be doing the same: the rename is atomic and both
	// files are equal.
	next := path + fmt.Sprintf(".%d", os.Getpid())
	copyFile(t, own, next)
	if err := os.Rename(next, path); err != nil {
		t.Fatal(err)
	}
	return path
}

func postgresTemplate(t testing.TB, server string, migrations []db.Migrations) string {
	t.Helper()
	name := "tpl_" + fingerprint(t, migrations)
	ctx := context.Background()
	admin, err := db.Open(ctx, server, db.Options{MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	conn, err := admin.Writer().DB.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const lock = 7_415_001
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, lock); err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = conn.ExecContext(ctx, `SELECT pg_advisory_unlock($1)`, lock) }()
	var ready bool
	if err := conn.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)`, name).Scan(&ready); err != nil {
		t.Fatal(err)
	}
	if ready {
		return name
	}
	making := strings.Replace(name, "tpl_", "mk_", 1)
	for _, q := range []string{`DROP DATABASE IF EXISTS ` + making, `CREATE DATABASE ` + making} {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			t.Fatal(err)
		}
	}
	d, err := db.Open(ctx, withDatabase(t, server, making), db.Options{MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	err = d.Migrate(ctx, true, migrations...)
	d.Close()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(ctx, `ALTER DATABASE `+making+` RENAME TO `+name); err != nil {
		t.Fatal(err)
	}
	return name
}

func copyFile(t testing.TB, from, to string) {
	t.Helper()
	src, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	dst, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(dst, src); err != nil {
		t.Fatal(err)
	}
	if err := dst.Close(); err != nil {
		t.Fatal(err)
	}
}
