package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/perm"
)

// TestBackupWhileWriting takes a backup while the record grows and restores it
// elsewhere: the record there verifies and continues none but whole entries.
func TestBackupWhileWriting(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			from, to := backupConfigs(t, engine)
			ctx := t.Context()
			h := openedHouse(t, from)
			if _, err := h.Initialise(ctx, Beginning{Country: "IQ", Names: everyName("Ministry"), Zone: "Asia/Baghdad", Admin: "admin@mofa.example"}); err != nil {
				t.Fatal(err)
			}
			stop := keepRecording(t, h)
			file := filepath.Join(t.TempDir(), "house.tar.gz")
			report, err := h.Backup(ctx, file, true)
			stop()
			if err != nil {
				t.Fatal(err)
			}
			if info, err := os.Stat(file); err != nil || info.Size() != report.Bytes || info.Mode().Perm() != 0o600 {
				t.Fatalf("archive: %v, %v; want %d bytes for its owner only", info, err, report.Bytes)
			}
			if err := Restore(ctx, to, file); err != nil {
				t.Fatal(err)
			}
			restored := openedHouse(t, to)
			got, err := restored.Audit.Verify(ctx)
			if err != nil || got.Fault != nil {
				t.Fatalf("restored record: %+v, %v", got.Fault, err)
			}
			if got.Size == 0 {
				t.Error("the restored record is empty")
			}
			if got, want := proofKey(t, restored), proofKey(t, h); got != want {
				t.Errorf("key of the public log: got %s, want %s", got, want)
			}
			if err := Restore(ctx, to, file); !errors.Is(err, ErrNotEmpty) {
				t.Errorf("restore over data: got %v, want ErrNotEmpty", err)
			}
		})
	}
}

// backupConfigs gives the configuration of a house and of an empty one beside
// it, on an engine.
func backupConfigs(t *testing.T, engine db.Engine) (from, to Config) {
	t.Helper()
	from, to = Config{Data: t.TempDir(), MailFrom: "sifara@localhost"}, Config{Data: t.TempDir(), MailFrom: "sifara@localhost"}
	if engine == db.SQLite {
		return from, to
	}
	server := os.Getenv(dbtest.Variable)
	if server == "" {
		t.Skipf("no PostgreSQL: %s is not set (make test sets it)", dbtest.Variable)
	}
	for _, tool := range []string{"pg_dump", "pg_restore"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
	from.DatabaseURL, to.DatabaseURL = emptyDatabase(t, server, "a"), emptyDatabase(t, server, "b")
	return from, to
}

func emptyDatabase(t *testing.T, server, suffix string) string {
	t.Helper()
	name := fmt.Sprintf("backup_%d_%d_%s", os.Getpid(), time.Now().UnixNano(), suffix)
	run := func(query string) error {
		d, err := db.Open(context.Background(), server, db.Options{MaxConns: 1})
		if err != nil {
			return err
		}
		defer d.Close()
		_, err = d.Writer().DB.Exec(query)
		return err
	}
	if err := run(`CREATE DATABASE ` + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = run(`DROP DATABASE IF EXISTS ` + name + ` WITH (FORCE)`) })
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

func openedHouse(t *testing.T, c Config) *House {
	t.Helper()
	h, err := Open(t.Context(), c, slog.New(slog.DiscardHandler), clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close() })
	if err := h.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h
}

func everyName(name string) map[string]string {
	names := map[string]string{}
	for _, l := range i18n.Langs {
		names[string(l)] = name
	}
	return names
}

// keepRecording records acts until the function it gives is called.
func keepRecording(t *testing.T, h *House) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(perm.With(t.Context(), perm.SystemActor("test")))
	var done sync.WaitGroup
	done.Go(func() {
		for ctx.Err() == nil {
			err := h.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
				return h.Audit.Record(ctx, tx, audit.Entry{Act: "audit.verify", Object: "record"})
			})
			if err != nil && ctx.Err() == nil {
				t.Errorf("record an act: %v", err)
				return
			}
		}
	})
	return func() { cancel(); done.Wait() }
}
