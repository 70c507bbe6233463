package blob

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"sifara/internal/fetch"
)

// S3Options say which bucket. The bucket must exist.
type S3Options struct {
	URL       string // "https://minio.internal:9000"
	Bucket    string
	Prefix    string // put before each name, for example "sifara/"; may be empty
	Region    string // empty: asked for
	AccessKey string
	SecretKey string
}

// OpenS3 gives the store in a bucket and checks that the bucket is there. Its
// server may be inside the network: settings name it, people cannot.
func OpenS3(ctx context.Context, o S3Options) (*Store, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.Trim(u.Path, "/") != "" {
		return nil, fmt.Errorf("blob: S3 address %q: want http(s)://host:port", o.URL)
	}
	client, err := fetch.New(fetch.Options{
		Allow: []string{hostPort(u)}, Stall: time.Minute, MaxBody: 1 << 40, MaxRedirects: -1, PerHost: 32,
	})
	if err != nil {
		return nil, fmt.Errorf("blob: S3: %w", err)
	}
	m, err := minio.New(u.Host, &minio.Options{
		Creds: credentials.NewStaticV4(o.AccessKey, o.SecretKey, ""), Secure: u.Scheme == "https",
		Region: o.Region, Transport: client.HTTP().Transport, MaxRetries: 3,
	})
	if err != nil {
		return nil, fmt.Errorf("blob: S3: %w", err)
	}
	found, err := m.BucketExists(ctx, o.Bucket)
	if err != nil {
		return nil, fmt.Errorf("blob: S3 bucket %s: %w", o.Bucket, err)
	}
	if !found {
		return nil, fmt.Errorf("blob: S3 bucket %s: %w", o.Bucket, notFound(o.Bucket, nil))
	}
	return &Store{backend: bucket{m, o.Bucket, o.Prefix}, temp: os.TempDir(), images: make(chan struct{}, imagesAtOnce)}, nil
}

func hostPort(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Host
	case u.Scheme == "https":
		return u.Host + ":443"
	}
	return u.Host + ":80"
}

type bucket struct {
	client *minio.Client
	name   string
	prefix string
}

// put writes even what is there: the store's date of it moves on, see Delete.
func (b bucket) put(ctx context.Context, temp string, ref Ref) error {
	_, err := b.client.FPutObject(ctx, b.name, b.prefix+ref.Hash, temp, minio.PutObjectOptions{ContentType: ref.ContentType})
	return err
}

func (b bucket) open(ctx context.Context, hash string) (*Content, error) {
	object, err := b.client.GetObject(ctx, b.name, b.prefix+hash, minio.GetObjectOptions{})
	if err != nil {
		return nil, err
	}
	info, err := object.Stat()
	if err != nil {
		object.Close()
		if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
			return nil, notFound(hash, err)
		}
		return nil, err
	}
	return &Content{object, Info{Hash: hash, Size: info.Size, Modified: info.LastModified.UTC()}}, nil
}

func (b bucket) delete(ctx context.Context, hash string) error {
	return b.client.RemoveObject(ctx, b.name, b.prefix+hash, minio.RemoveObjectOptions{})
}

func (b bucket) walk(ctx context.Context, fn func(Info) error) error {
	ctx, cancel := context.WithCancelCause(ctx) // ends the listing when fn gives up
	defer cancel(errors.New("walk is over"))
	for object := range b.client.ListObjects(ctx, b.name, minio.ListObjectsOptions{Prefix: b.prefix, Recursive: true}) {
		if object.Err != nil {
			return object.Err
		}
		hash := strings.TrimPrefix(object.Key, b.prefix)
		if !validHash(hash) {
			continue
		}
		if err := fn(Info{Hash: hash, Size: object.Size, Modified: object.LastModified.UTC()}); err != nil {
			return err
		}
	}
	return ctx.Err()
}
