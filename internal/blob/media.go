package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"time"

	"sifara/internal/blob/media"
)

// StoredMedia is a film or a sound recording that has been put into the store.
type StoredMedia struct {
	Ref
	Duration      time.Duration // zero: the file does not say
	Width, Height int           // of a film
}

// PutMedia stores a film or a sound recording without what cameras and programs
// wrote beside picture and sound (see package media). It never holds the file in
// memory. Errors: ErrTooLarge over limit bytes, ErrEmpty, those of package media.
func (s *Store) PutMedia(ctx context.Context, r io.Reader, limit int64) (StoredMedia, error) {
	var info media.Info
	ref, err := s.put(ctx, r, limit, func(file *os.File, ref Ref) (_ Ref, err error) {
		if info, err = media.Read(file, ref.Size); err != nil {
			return Ref{}, err
		}
		if err := strip(ctx, file, info); err != nil {
			return Ref{}, err
		}
		sum, size := sha256.New(), info.To-info.From
		if _, err := io.Copy(sum, contextReader{ctx, io.NewSectionReader(file, 0, size)}); err != nil {
			return Ref{}, err
		}
		return Ref{Hash: hex.EncodeToString(sum.Sum(nil)), Size: size, ContentType: info.Type}, nil
	})
	if err != nil {
		return StoredMedia{}, err
	}
	return StoredMedia{ref, info.Duration, info.Width, info.Height}, nil
}

// strip writes over what must go and moves what is kept to the beginning.
func strip(ctx context.Context, file *os.File, info media.Info) error {
	zeros := make([]byte, 64<<10)
	for _, b := range info.Blanks {
		if _, err := file.WriteAt(b.Head, b.At); err != nil {
			return err
		}
		for at, end := b.At+int64(len(b.Head)), b.At+b.Size; at < end; {
			n, err := file.WriteAt(zeros[:min(int64(len(zeros)), end-at)], at)
			if err = errors.Join(err, ctx.Err()); err != nil {
				return err
			}
			at += int64(n)
		}
	}
	if info.From > 0 {
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return err
		}
		if _, err := io.Copy(file, contextReader{ctx, io.NewSectionReader(file, info.From, info.To-info.From)}); err != nil {
			return err
		}
	}
	return file.Truncate(info.To - info.From)
}
