package app

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
)

// manifest is the first file of a backup.
type manifest struct {
	Format  int       `json:"format"`
	Version string    `json:"version"`
	Made    time.Time `json:"made"`
	Engine  db.Engine `json:"engine"`
	Keys    bool      `json:"keys"`
}

// BackupReport says what a backup or restore holds.
type BackupReport struct {
	File   string `json:"file"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	Keys   bool   `json:"keys"`
}

const backupFormat = 1

// Backup writes databases and files into one compressed archive while the
// house goes on working; each database is a snapshot of one moment. The
// vault's keys are left out unless asked for: a backup with them must be
// guarded like the keys themselves.
func (h *House) Backup(ctx context.Context, file string, withKeys bool) (BackupReport, error) {
	work, err := os.MkdirTemp(filepath.Dir(file), ".backup-*")
	if err != nil {
		return BackupReport{}, fmt.Errorf("backup: %w", err)
	}
	defer os.RemoveAll(work)
	stores := map[string]*db.DB{"main": h.DB, "listen": h.Store}
	if _, schema, _ := h.Config.listenAddress(); schema != "" {
		delete(stores, "listen") // it is a schema of the main database and in its dump
	}
	for name, d := range stores {
		if err := snapshot(ctx, d, filepath.Join(work, name)); err != nil {
			return BackupReport{}, fmt.Errorf("backup of the %s store: %w", name, err)
		}
	}
	if withKeys {
		if err := copyFile(h.Config.keyFile(), filepath.Join(work, "vault.key")); err != nil {
			return BackupReport{}, fmt.Errorf("backup of the keys: %w", err)
		}
	}
	m := manifest{Format: backupFormat, Version: Version(), Made: h.Clock.Now(), Engine: h.DB.Engine(), Keys: withKeys}
	report, err := archive(file, m, work, h.Config.path("blobs"))
	if err != nil {
		return BackupReport{}, err
	}
	return report, h.noteBackup(ctx, report)
}

// backupAct is the act under which the record knows of backups.
const backupAct = "app.backup"

// noteBackup records that a backup was taken, so that its age is known.
func (h *House) noteBackup(ctx context.Context, r BackupReport) error {
	ctx = perm.With(ctx, perm.SystemActor("command:backup"))
	return h.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return h.Audit.Record(ctx, tx, audit.Entry{Act: backupAct, Object: "backup", ObjectID: r.SHA256, Detail: map[string]any{"count": r.Bytes}})
	})
}

// snapshot copies a database of one moment into a file.
func snapshot(ctx context.Context, d *db.DB, file string) error {
	if d.Engine() == db.SQLite {
		// A connection that only reads may not write the copy either.
		_, err := d.Writer().ExecContext(ctx, `VACUUM INTO ?`, file)
		return err
	}
	return postgresTool(ctx, "pg_dump", "--format=custom", "--no-owner", "--file="+file, "--dbname="+d.Address())
}

// postgresTool runs one of PostgreSQL's client programs.
func postgresTool(ctx context.Context, name string, args ...string) error {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		return fmt.Errorf("%s is not installed (package postgresql-client): %w", name, err)
	}
	if err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(string(out)))
	}
	return nil
}

// archive writes the manifest, the files of work and the blobs into a new
// file, which appears under its name only when it is whole.
func archive(file string, m manifest, work, blobs string) (BackupReport, error) {
	tmp, err := os.CreateTemp(filepath.Dir(file), ".backup-*.partial")
	if err != nil {
		return BackupReport{}, err
	}
	defer os.Remove(tmp.Name())
	defer tmp.Close()
	sum := sha256.New()
	z := gzip.NewWriter(io.MultiWriter(tmp, sum))
	t := tar.NewWriter(z)
	b, err := json.Marshal(m)
	if err != nil {
		return BackupReport{}, err
	}
	if err := errors.Join(
		addBytes(t, "manifest.json", b, m.Made),
		addTree(t, work, ""), addTree(t, blobs, "blobs"),
		t.Close(), z.Close(), tmp.Chmod(0o600), tmp.Sync(),
	); err != nil {
		return BackupReport{}, fmt.Errorf("write %s: %w", file, err)
	}
	info, err := tmp.Stat()
	if err != nil {
		return BackupReport{}, err
	}
	if err := os.Rename(tmp.Name(), file); err != nil {
		return BackupReport{}, err
	}
	return BackupReport{File: file, Bytes: info.Size(), SHA256: hex.EncodeToString(sum.Sum(nil)), Keys: m.Keys}, nil
}

func addBytes(t *tar.Writer, name string, b []byte, at time.Time) error {
	if err := t.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(b)), ModTime: at}); err != nil {
		return err
	}
	_, err := t.Write(b)
	return err
}

// addTree adds the regular files below dir under a prefix. A file that goes
// away meanwhile, an upload given up, is passed over.
func addTree(t *tar.Writer, dir, prefix string) error {
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		f, err := os.Open(p)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, p)
		if err != nil {
			return err
		}
		if err := t.WriteHeader(&tar.Header{Name: path.Join(prefix, filepath.ToSlash(rel)), Mode: 0o600, Size: info.Size(), ModTime: info.ModTime()}); err != nil {
			return err
		}
		_, err = io.CopyN(t, f, info.Size())
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func copyFile(from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o600)
}

// ErrNotEmpty refuses to restore over data that is there.
var ErrNotEmpty = errors.New("there is data already; restore goes into an empty folder and empty databases only")

// Restore unpacks a backup into the empty data folder of the configuration,
// and on PostgreSQL into its empty databases. The house must not be running.
func Restore(ctx context.Context, c Config, file string) (err error) {
	lock, err := c.Lock()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	if entries, err := os.ReadDir(c.Data); err == nil && slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return !slices.Contains([]string{"sifara.toml", "vault.key", lockName}, e.Name())
	}) {
		return ErrNotEmpty
	}
	work, err := os.MkdirTemp(c.Data, ".restore-*")
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	defer os.RemoveAll(work)
	m, err := unpack(file, work)
	if err != nil {
		return errs.Wrap(err, errs.Invalid, "app.restore", "file", file, "cause", cause(err))
	}
	engine := db.SQLite
	if db.IsPostgres(c.mainAddress()) {
		engine = db.Postgres
	}
	if m.Engine != engine {
		return errs.New(errs.Invalid, "app.restore_engine", "was", string(m.Engine), "is", string(engine))
	}
	return place(ctx, c, m, work)
}

// unpack writes the archive's files below dir and gives its manifest.
func unpack(file, dir string) (manifest, error) {
	var m manifest
	f, err := os.Open(file)
	if err != nil {
		return m, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return m, fmt.Errorf("not a backup: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return m, err
	}
	defer root.Close()
	t := tar.NewReader(z)
	for first := true; ; first = false {
		head, err := t.Next()
		if errors.Is(err, io.EOF) {
			if m.Format == 0 {
				return m, errors.New("not a backup: no manifest")
			}
			return m, nil
		}
		if err != nil {
			return m, err
		}
		if first {
			if head.Name != "manifest.json" {
				return m, errors.New("not a backup: no manifest")
			}
			if err := json.NewDecoder(io.LimitReader(t, 1<<16)).Decode(&m); err != nil {
				return m, fmt.Errorf("manifest: %w", err)
			}
			if m.Format != backupFormat {
				return m, fmt.Errorf("a backup of format %d, this version reads %d", m.Format, backupFormat)
			}
			continue
		}
		if err := extract(root, head, t); err != nil {
			return m, err
		}
	}
}

// extract writes one file; the root refuses names that lead outside.
func extract(root *os.Root, head *tar.Header, r io.Reader) error {
	if head.Typeflag != tar.TypeReg {
		return fmt.Errorf("%s is not a plain file", head.Name)
	}
	if dir := path.Dir(head.Name); dir != "." {
		if err := root.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	out, err := root.OpenFile(head.Name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, r)
	return errors.Join(err, out.Sync(), out.Close())
}

// place moves what was unpacked to where the house looks for it, the main
// database last: a restore that was interrupted has none and can be begun
// again.
func place(ctx context.Context, c Config, m manifest, work string) error {
	if m.Keys {
		if err := os.Rename(filepath.Join(work, "vault.key"), c.keyFile()); err != nil {
			return err
		}
	}
	if _, err := os.Stat(filepath.Join(work, "blobs")); err == nil {
		if err := os.Rename(filepath.Join(work, "blobs"), c.path("blobs")); err != nil {
			return err
		}
	}
	if m.Engine == db.SQLite {
		if err := os.Rename(filepath.Join(work, "listen"), c.path("listen.db")); err != nil {
			return err
		}
		return os.Rename(filepath.Join(work, "main"), c.path("sifara.db"))
	}
	listen, schema, err := c.listenAddress()
	if err != nil {
		return err
	}
	if schema == "" {
		if err := postgresTool(ctx, "pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", "--dbname="+listen, filepath.Join(work, "listen")); err != nil {
			return err
		}
	}
	return postgresTool(ctx, "pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", "--dbname="+c.mainAddress(), filepath.Join(work, "main"))
}
