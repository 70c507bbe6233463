package blob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Open gives the store in a directory, made (mode 0700) when there is
// none. A file lies at ab/cd/abcd….
func Open(dir string) (*Store, error) {
	temp := filepath.Join(dir, "tmp")
	if err := os.MkdirAll(temp, 0o700); err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	if err := sweep(temp); err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	return &Store{backend: files{dir}, temp: temp, images: make(chan struct{}, imagesAtOnce)}, nil
}

// sweep removes what a crash left behind. Another process may be writing here:
// only what is older than a day goes.
func sweep(temp string) error {
	entries, err := os.ReadDir(temp)
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && time.Since(info.ModTime()) > 24*time.Hour {
			_ = os.Remove(filepath.Join(temp, e.Name()))
		}
	}
	return nil
}

type files struct{ dir string }

func (f files) path(hash string) string { return filepath.Join(f.dir, hash[:2], hash[2:4], hash) }

func (f files) put(_ context.Context, temp string, ref Ref) error {
	path := f.path(ref.Hash)
	if info, err := os.Stat(path); err == nil && info.Size() == ref.Size {
		now := time.Now()
		return os.Chtimes(path, now, now) // put anew: see Delete
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	// The name must survive a power cut as well as the bytes do.
	return errors.Join(syncDir(dir), syncDir(filepath.Dir(dir)), syncDir(f.dir))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

func (f files) open(_ context.Context, hash string) (*Content, error) {
	file, err := os.Open(f.path(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, notFound(hash, err)
	}
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, err
	}
	return &Content{file, Info{Hash: hash, Size: info.Size(), Modified: info.ModTime().UTC()}}, nil
}

func (f files) delete(_ context.Context, hash string) error {
	err := os.Remove(f.path(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (f files) walk(ctx context.Context, fn func(Info) error) error {
	return filepath.WalkDir(f.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				return nil // removed meanwhile
			}
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if e.IsDir() || !validHash(e.Name()) || path != f.path(e.Name()) {
			return nil
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		return fn(Info{Hash: e.Name(), Size: info.Size(), Modified: info.ModTime().UTC()})
	})
}
