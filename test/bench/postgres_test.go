package bench

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sifara/internal/db"
	"sifara/internal/id"
)

// postgresEnv names a PostgreSQL server on which the benchmarks of the
// listening store make databases of their own. Without it they use files of
// SQLite.
const postgresEnv = "SIFARA_BENCH_POSTGRES"

// openDatabase opens an empty database that is gone when the benchmark ends.
func openDatabase(tb testing.TB, dir, name string, o db.Options) *db.DB {
	tb.Helper()
	ctx := context.Background()
	address := filepath.Join(dir, name+".db")
	if server := os.Getenv(postgresEnv); server != "" {
		u, err := url.Parse(server)
		if err != nil {
			tb.Fatal(err)
		}
		own := "bench_" + strings.ReplaceAll(id.New(), "-", "")
		order(tb, server, "CREATE DATABASE "+own)
		tb.Cleanup(func() { order(tb, server, "DROP DATABASE "+own+" WITH (FORCE)") })
		u.Path = "/" + own
		address = u.String()
	}
	d, err := db.Open(ctx, address, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { d.Close() })
	return d
}

// order has a PostgreSQL server do something about its databases.
func order(tb testing.TB, server, query string) {
	tb.Helper()
	d, err := db.Open(context.Background(), server, db.Options{MaxConns: 1})
	if err != nil {
		tb.Fatal(err)
	}
	defer d.Close()
	if _, err := d.Writer().DB.Exec(query); err != nil {
		tb.Fatalf("%s: %v", query, err)
	}
}

// settle does what PostgreSQL's own housekeeping has done a minute after much
// was stored. SQLite has none.
func settle(tb testing.TB, d *db.DB) {
	tb.Helper()
	if d.Engine() != db.Postgres {
		return
	}
	if _, err := d.Writer().DB.Exec("VACUUM ANALYZE"); err != nil {
		tb.Fatal(err)
	}
}

// sizeOf is how many bytes a database takes on the disk.
func sizeOf(tb testing.TB, d *db.DB) (size int64) {
	tb.Helper()
	if d.Engine() == db.Postgres {
		if err := d.Writer().QueryRow("SELECT pg_database_size(current_database())").Scan(&size); err != nil {
			tb.Fatal(err)
		}
		return size
	}
	for _, tail := range []string{"", "-wal"} {
		if info, err := os.Stat(d.Address() + tail); err == nil {
			size += info.Size()
		}
	}
	return size
}

// serverCPU is what all processes of the PostgreSQL server of a database have
// used in seconds, those that ended too; zero for SQLite, which is part of the
// program. The server must run on this machine.
func serverCPU(tb testing.TB, d *db.DB) float64 {
	tb.Helper()
	if d.Engine() != db.Postgres {
		return 0
	}
	var backend int
	if err := d.Writer().QueryRow("SELECT pg_backend_pid()").Scan(&backend); err != nil {
		tb.Fatal(err)
	}
	s, ok := statOf(backend)
	if !ok || !strings.HasPrefix(s.name, "postgres") {
		tb.Fatalf("process %d is no process of PostgreSQL on this machine", backend)
	}
	head, _ := statOf(s.parent)
	sum := head.own + head.ended
	all, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		tb.Fatal(err)
	}
	for _, dir := range all {
		var pid int
		if _, err := fmt.Sscanf(dir, "/proc/%d", &pid); err != nil {
			continue
		}
		if p, ok := statOf(pid); ok && p.parent == s.parent {
			sum += p.own
		}
	}
	return sum
}

// stat is a line of /proc/PID/stat: times in seconds, ended that of children
// who ended.
type stat struct {
	name       string
	parent     int
	own, ended float64
}

// statOf reads a process; false when it is gone.
func statOf(pid int) (s stat, ok bool) {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return s, false
	}
	// The name in parentheses may hold anything. Behind it the parent is the
	// 2nd field, and times in hundredths of a second the 12th to 15th.
	begin, end := bytes.IndexByte(line, '('), bytes.LastIndexByte(line, ')')
	fields := strings.Fields(string(line[end+1:]))
	var times [4]float64
	if _, err := fmt.Sscan(strings.Join(append(fields[1:2], fields[11:15]...), " "), &s.parent, &times[0], &times[1], &times[2], &times[3]); err != nil {
		return s, false
	}
	s.name, s.own, s.ended = string(line[begin+1:end]), (times[0]+times[1])/100, (times[2]+times[3])/100
	return s, true
}
