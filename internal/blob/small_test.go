package blob

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"testing"
)

func drawn(t *testing.T, w, h int, at func(x, y int) color.RGBA) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, at(x, y))
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPutSmallImage(t *testing.T) {
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	plain := func(int, int) color.RGBA { return color.RGBA{10, 80, 70, 255} }
	r := rand.New(rand.NewPCG(1, 1))
	noise := func(int, int) color.RGBA {
		return color.RGBA{uint8(r.Uint32()), uint8(r.Uint32()), uint8(r.Uint32()), 255}
	}
	box := Small{Limit: 1 << 20, Width: 360, Height: 112, Bytes: 6 << 10}
	for _, tt := range []struct {
		name string
		raw  []byte
		to   Small
		w, h int
		want error
	}{
		{"wide", drawn(t, 720, 100, plain), box, 360, 50, nil},
		{"high", drawn(t, 100, 224, plain), box, 50, 112, nil},
		{"small stays", drawn(t, 40, 30, plain), box, 40, 30, nil},
		{"one line", drawn(t, 2000, 1, plain), box, 360, 1, nil},
		{"only noise", drawn(t, 360, 112, noise), box, 0, 0, ErrDetail},
		{"too long a file", drawn(t, 360, 112, noise), Small{Limit: 100, Width: 9, Height: 9, Bytes: 100}, 0, 0, ErrTooLarge},
		{"no picture", []byte("<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"), box, 0, 0, ErrType},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := s.PutSmallImage(t.Context(), bytes.NewReader(tt.raw), tt.to)
			if !errors.Is(err, tt.want) {
				t.Fatalf("error %v, want %v", err, tt.want)
			}
			if err == nil && (got.Width != tt.w || got.Height != tt.h || got.ContentType != PNG || got.Size > int64(tt.to.Bytes)) {
				t.Errorf("got %d × %d, %d bytes of %s, want %d × %d", got.Width, got.Height, got.Size, got.ContentType, tt.w, tt.h)
			}
		})
	}
}
