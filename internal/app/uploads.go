package app

import (
	"context"
	"errors"
	"io"
	"os"
)

// uploads keeps files that are being imported, in a folder, until the import
// has read them. With several nodes the folder is one they share.
type uploads string

// Put writes a file under a name that listening chose.
func (u uploads) Put(_ context.Context, name string, r io.Reader) (size int64, err error) {
	root, err := u.root()
	if err != nil {
		return 0, err
	}
	defer root.Close()
	f, err := root.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	size, err = io.Copy(f, r)
	return size, errors.Join(err, f.Sync(), f.Close())
}

// Open reads a file from its beginning.
func (u uploads) Open(_ context.Context, name string) (io.ReadCloser, error) {
	root, err := u.root()
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.Open(name)
}

// Delete removes a file; one that is not there is no error.
func (u uploads) Delete(_ context.Context, name string) error {
	root, err := u.root()
	if err != nil {
		return err
	}
	defer root.Close()
	if err := root.Remove(name); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// root opens the folder such that no name leads outside of it.
func (u uploads) root() (*os.Root, error) {
	if err := os.MkdirAll(string(u), 0o700); err != nil {
		return nil, err
	}
	return os.OpenRoot(string(u))
}
