package app

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	"sifara/internal/db"
	"sifara/internal/errs"
)

// Lock says that this process works with a data folder. The kernel gives it up
// when the process ends in whatever way, so that none is left after kill -9;
// the file stays, and names the last process that held it.
type Lock struct{ file *os.File }

// lockName is the file of the lock in the data folder.
const lockName = "sifara.lock"

// LockServing takes the folder for a server. On SQLite there is one: two would
// each keep pages and limits of their own over one file. On PostgreSQL the
// nodes share it, and Lock waits for none of them.
func (c Config) LockServing() (*Lock, error) {
	if db.IsPostgres(c.DatabaseURL) {
		return c.lock(syscall.LOCK_SH)
	}
	return c.lock(syscall.LOCK_EX)
}

// Lock takes the folder for a command that must have it for itself. The error
// is errs.Conflict with the number of the process that serves.
func (c Config) Lock() (*Lock, error) { return c.lock(syscall.LOCK_EX) }

func (c Config) lock(how int) (*Lock, error) {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, folderError(err)
	}
	f, err := os.OpenFile(c.path(lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, folderError(err)
	}
	switch err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB); {
	case errors.Is(err, syscall.EWOULDBLOCK):
		b, _ := io.ReadAll(io.LimitReader(f, 32)) // only to be shown
		f.Close()
		return nil, errs.Wrap(err, errs.Conflict, "app.running", "dir", c.Data, "pid", strings.TrimSpace(string(b)))
	case err != nil && how == syscall.LOCK_SH:
		// Not every network file system has locks; nodes on one share it anyway.
	case err != nil:
		f.Close()
		return nil, fmt.Errorf("lock %s: %w", f.Name(), err)
	}
	if err := errors.Join(f.Truncate(0), writePID(f)); err != nil {
		f.Close()
		return nil, fmt.Errorf("lock %s: %w", f.Name(), err)
	}
	return &Lock{f}, nil
}

func writePID(f *os.File) error {
	_, err := f.WriteAt(fmt.Appendln(nil, os.Getpid()), 0)
	return err
}

// Release gives the folder back.
func (l *Lock) Release() error { return l.file.Close() }
