package listen

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"sync"
)

// memFiles keeps files in memory.
type memFiles map[string][]byte

var memMu sync.Mutex

func (m memFiles) Put(_ context.Context, name string, r io.Reader) (int64, error) {
	b, err := io.ReadAll(r)
	memMu.Lock()
	defer memMu.Unlock()
	m[name] = b
	return int64(len(b)), err
}

func (m memFiles) Open(_ context.Context, name string) (io.ReadCloser, error) {
	memMu.Lock()
	defer memMu.Unlock()
	b, ok := m[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}

func (m memFiles) Delete(_ context.Context, name string) error {
	memMu.Lock()
	defer memMu.Unlock()
	delete(m, name)
	return nil
}
