package publish

import (
	"context"
	"io"
)

// Blobs keeps the bytes of attachments.
type Blobs interface {
	Put(ctx context.Context, r io.Reader) (key string, err error)
	Open(ctx context.Context, key string) (io.ReadCloser, error)
}
