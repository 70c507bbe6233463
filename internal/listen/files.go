package listen

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// FolderFiles keeps uploaded files in a folder, which only this house reads.
// Nodes that share a database must share it.
type FolderFiles struct{ Dir string }

// Put stores a file whole or not at all.
func (f FolderFiles) Put(_ context.Context, name string, r io.Reader) (int64, error) {
	if err := os.MkdirAll(f.Dir, 0o700); err != nil {
		return 0, fmt.Errorf("folder of uploads: %w", err)
	}
	tmp, err := os.CreateTemp(f.Dir, ".upload-*")
	if err != nil {
		return 0, fmt.Errorf("store upload: %w", err)
	}
	defer os.Remove(tmp.Name())
	n, err := io.Copy(tmp, r)
	if err == nil {
		err = tmp.Sync()
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return 0, fmt.Errorf("store upload: %w", err)
	}
	if err := os.Rename(tmp.Name(), f.path(name)); err != nil {
		return 0, fmt.Errorf("store upload: %w", err)
	}
	return n, nil
}

// Open reads a stored file.
func (f FolderFiles) Open(_ context.Context, name string) (io.ReadCloser, error) {
	return os.Open(f.path(name))
}

// Delete removes a file. One that is gone is no error.
func (f FolderFiles) Delete(_ context.Context, name string) error {
	if err := os.Remove(f.path(name)); err != nil && !os.IsNotExist(err) {
		return err
	}
	return nil
}

func (f FolderFiles) path(name string) string { return filepath.Join(f.Dir, filepath.Base(name)) }
