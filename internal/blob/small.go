package blob

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"io"

	"sifara/internal/errs"
)

// ErrDetail: a picture that stays too heavy however small it is drawn.
var ErrDetail = errs.New(errs.TooLarge, "blob.too_detailed")

// Small says how small a picture is to become.
type Small struct {
	Limit         int64 // bytes as sent
	Width, Height int   // the box it must fit into, in pixels; it is never made larger
	Bytes         int   // the most that it may weigh
}

// PutSmallImage stores one small form of a picture, read and drawn anew as Image
// does: an emblem, a portrait in a list. It is drawn smaller, to the half at most,
// until it weighs no more than it may. Errors as Image, and ErrDetail.
func (s *Store) PutSmallImage(ctx context.Context, r io.Reader, to Small) (StoredRendition, error) {
	raw, err := io.ReadAll(io.LimitReader(contextReader{ctx, r}, to.Limit+1))
	if err != nil {
		return StoredRendition{}, fmt.Errorf("blob: image: %w", err)
	}
	if int64(len(raw)) > to.Limit {
		return StoredRendition{}, fmt.Errorf("blob: image: %w", ErrTooLarge)
	}
	select {
	case s.images <- struct{}{}:
	case <-ctx.Done():
		return StoredRendition{}, ctx.Err()
	}
	small, kind, err := smallImage(raw, to)
	<-s.images
	if err != nil {
		return StoredRendition{}, fmt.Errorf("blob: image: %w", err)
	}
	ref, err := s.Put(ctx, bytes.NewReader(small.Data), int64(len(small.Data)), kind)
	if err != nil {
		return StoredRendition{}, err
	}
	return StoredRendition{ref, small.Width, small.Height}, nil
}

func smallImage(raw []byte, to Small) (Rendition, string, error) {
	src, kind, err := decode(raw)
	if err != nil {
		return Rendition{}, "", err
	}
	turn, as := orientation(kind, raw), PNG
	if o, ok := src.(interface{ Opaque() bool }); (kind == JPEG || kind == WebP) && ok && o.Opaque() {
		as = JPEG
	}
	for _, part := range []float64{1, 0.85, 0.7, 0.6, 0.5} {
		w, h := fit(src, turn, float64(to.Width)*part, float64(to.Height)*part)
		img := upright(src, turn, w, h)
		data, err := encode(img, as)
		if err != nil {
			return Rendition{}, "", err
		}
		if len(data) <= to.Bytes {
			return Rendition{Width: img.Rect.Dx(), Height: img.Rect.Dy(), Data: data}, as, nil
		}
	}
	return Rendition{}, "", ErrDetail
}

// fit gives the size of a picture, as it will be seen, that fits into a box.
func fit(src image.Image, turn int, width, height float64) (w, h int) {
	x, y := float64(src.Bounds().Dx()), float64(src.Bounds().Dy())
	if turn >= 5 {
		x, y = y, x
	}
	by := min(width/x, height/y, 1)
	return max(1, int(x*by)), max(1, int(y*by))
}
