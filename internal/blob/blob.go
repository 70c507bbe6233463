// Package blob stores files by their content: attachments, pictures, exports.
//
// A file is known by the SHA-256 of its bytes, so the same file is kept once,
// a kept file never changes, and a damaged one is found (Check). What a file
// is for, its name and its type are the business of the context that owns the
// row pointing at it; it keeps the Ref.
//
// Files lie in the data directory, or in an S3-compatible store when several
// nodes share them.
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"time"

	"sifara/internal/errs"
)

// Errors that people see. A file that is not there is errs.NotFound.
var (
	ErrTooLarge = errs.New(errs.TooLarge, "blob.too_large")
	ErrEmpty    = errs.New(errs.Invalid, "blob.empty")
	// ErrType: the content, whatever its name says, is of a type not wanted here.
	ErrType = errs.New(errs.Invalid, "blob.forbidden_type")
	// ErrImage: not a picture we can read, or a damaged one.
	ErrImage = errs.New(errs.Invalid, "blob.bad_image")
	// ErrPixels: a picture with too many pixels to be opened safely.
	ErrPixels = errs.New(errs.TooLarge, "blob.too_many_pixels")
)

// Ref is what a context keeps of a file.
type Ref struct {
	Hash        string // SHA-256, 64 lower-case hexadecimal digits
	Size        int64
	ContentType string // from the content, never from what the sender claims
}

// Info is a file as Walk meets it.
type Info struct {
	Hash     string
	Size     int64
	Modified time.Time // when it was last put
}

// Content is an open file. It can seek, as http.ServeContent wants.
type Content struct {
	io.ReadSeekCloser
	Info
}

// backend is where the bytes lie. put takes a whole local file of known hash
// and may move it away.
type backend interface {
	put(ctx context.Context, path string, ref Ref) error
	open(ctx context.Context, hash string) (*Content, error)
	delete(ctx context.Context, hash string) error
	walk(ctx context.Context, fn func(Info) error) error
}

// Store keeps files. It is safe for concurrent use, by several processes too.
type Store struct {
	backend backend
	temp    string        // directory of unfinished files
	images  chan struct{} // bounds the pictures opened at once: they need memory
}

const imagesAtOnce = 2

// Put stores what r gives and returns where. It writes all or nothing: on any
// error (reading included) no file is left. When allowed is not empty the
// content must be of one of these types, see Attachments. Errors: ErrTooLarge
// over limit bytes, ErrEmpty, ErrType.
//
// A file that is there already is not written again, but counts as put anew.
func (s *Store) Put(ctx context.Context, r io.Reader, limit int64, allowed ...string) (Ref, error) {
	return s.put(ctx, r, limit, func(_ *os.File, ref Ref) (Ref, error) {
		if len(allowed) > 0 && !slices.Contains(allowed, ref.ContentType) {
			return Ref{}, fmt.Errorf("%s: %w", ref.ContentType, ErrType)
		}
		return ref, nil
	})
}

// put copies r into a file, has prepare look at it or change it, and stores it as
// what prepare says.
func (s *Store) put(ctx context.Context, r io.Reader, limit int64, prepare func(*os.File, Ref) (Ref, error)) (Ref, error) {
	file, err := os.CreateTemp(s.temp, "put-*")
	if err != nil {
		return Ref{}, fmt.Errorf("blob: put: %w", err)
	}
	defer os.Remove(file.Name())
	defer file.Close()
	ref, err := spool(ctx, file, r, limit)
	if err == nil {
		ref, err = prepare(file, ref)
	}
	if err == nil {
		err = errors.Join(file.Sync(), file.Close())
	}
	if err != nil {
		return Ref{}, fmt.Errorf("blob: put: %w", err)
	}
	if err := s.backend.put(ctx, file.Name(), ref); err != nil {
		return Ref{}, fmt.Errorf("blob: put %s: %w", ref.Hash, err)
	}
	return ref, nil
}

// spool copies r into file, hashing and looking at the beginning as it goes.
func spool(ctx context.Context, file *os.File, r io.Reader, limit int64) (Ref, error) {
	sum := sha256.New()
	head := &prefix{max: sniffLength}
	n, err := io.Copy(io.MultiWriter(file, sum, head), io.LimitReader(contextReader{ctx, r}, limit+1))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok || n > limit {
		return Ref{}, ErrTooLarge
	}
	if err != nil {
		return Ref{}, err
	}
	if n == 0 {
		return Ref{}, ErrEmpty
	}
	return Ref{Hash: hex.EncodeToString(sum.Sum(nil)), Size: n, ContentType: Sniff(head.b)}, nil
}

// Open opens a file for reading. errs.NotFound when there is none, or when
// hash has not the form of one. The caller closes it.
func (s *Store) Open(ctx context.Context, hash string) (*Content, error) {
	if !validHash(hash) {
		return nil, notFound(hash, nil)
	}
	c, err := s.backend.open(ctx, hash)
	if err != nil {
		return nil, fmt.Errorf("blob: open %s: %w", hash, err)
	}
	return c, nil
}

// Delete removes a file; removing one that is not there is no error. The caller
// makes sure that no row points at it, and leaves those put within the last day
// alone: their row may not be committed yet.
func (s *Store) Delete(ctx context.Context, hash string) error {
	if !validHash(hash) {
		return notFound(hash, nil)
	}
	if err := s.backend.delete(ctx, hash); err != nil {
		return fmt.Errorf("blob: delete %s: %w", hash, err)
	}
	return nil
}

// Walk calls fn for every file, in no promised order, until fn returns an error,
// which Walk returns.
func (s *Store) Walk(ctx context.Context, fn func(Info) error) error {
	if err := s.backend.walk(ctx, fn); err != nil {
		return fmt.Errorf("blob: walk: %w", err)
	}
	return nil
}

// Check reads a file and reports whether its bytes are still those of its hash.
func (s *Store) Check(ctx context.Context, hash string) (intact bool, err error) {
	c, err := s.Open(ctx, hash)
	if err != nil {
		return false, err
	}
	defer c.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, contextReader{ctx, c}); err != nil {
		return false, fmt.Errorf("blob: check %s: %w", hash, err)
	}
	return hex.EncodeToString(sum.Sum(nil)) == hash, nil
}

func validHash(hash string) bool {
	if len(hash) != 64 {
		return false
	}
	for _, c := range []byte(hash) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

func notFound(hash string, cause error) error {
	return fmt.Errorf("blob %.80q: %w", hash, errs.Wrap(cause, errs.NotFound, ""))
}

// prefix keeps the first max bytes written to it.
type prefix struct {
	b   []byte
	max int
}

func (p *prefix) Write(b []byte) (int, error) {
	p.b = append(p.b, b[:min(len(b), p.max-len(p.b))]...)
	return len(b), nil
}

// contextReader stops reading when the context ends.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
