package blob_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"sifara/internal/blob"
	"sifara/internal/blob/media"
	"sifara/internal/blob/media/mediatest"
)

func TestPutMedia(t *testing.T) {
	s, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for kind, raw := range map[string][]byte{
		media.MP4: mediatest.MP4(mediatest.Film{Seconds: 65, Width: 640, Height: 360}), media.WebM: mediatest.WebM(mediatest.Film{Seconds: 65, Width: 640, Height: 360}),
		media.MP3: mediatest.MP3(400), media.Ogg: mediatest.Ogg(65),
	} {
		got, err := s.PutMedia(t.Context(), bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if got.ContentType != kind || got.Duration < 10*time.Second || (got.Width == 640) != (kind == media.MP4 || kind == media.WebM) {
			t.Errorf("%s: got %+v", kind, got)
		}
		c, err := s.Open(t.Context(), got.Hash)
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		kept, err := io.ReadAll(c)
		c.Close()
		if err != nil || int64(len(kept)) != got.Size || bytes.Contains(kept, []byte(mediatest.Secret)) {
			t.Errorf("%s: %d bytes of %d, %v", kind, len(kept), got.Size, err)
		}
		if ok, err := s.Check(t.Context(), got.Hash); err != nil || !ok {
			t.Errorf("%s: the bytes are not those of the hash: %v", kind, err)
		}
		if again, err := s.PutMedia(t.Context(), bytes.NewReader(kept), int64(len(kept))); err != nil || again.Hash != got.Hash {
			t.Errorf("%s: what is kept is changed again: %v", kind, err)
		}
		if _, err := s.PutMedia(t.Context(), bytes.NewReader(raw), int64(len(raw))-1); !errors.Is(err, blob.ErrTooLarge) {
			t.Errorf("%s over the limit: got %v", kind, err)
		}
	}
	if _, err := s.PutMedia(t.Context(), bytes.NewReader(nil), 10); !errors.Is(err, blob.ErrEmpty) {
		t.Errorf("empty: got %v", err)
	}
	if _, err := s.PutMedia(t.Context(), bytes.NewReader([]byte("<script>alert(1)</script>")), 100); !errors.Is(err, media.ErrCodec) {
		t.Errorf("a page: got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.PutMedia(ctx, bytes.NewReader(mediatest.MP3(9)), 1<<20); !errors.Is(err, context.Canceled) {
		t.Errorf("given up: got %v", err)
	}
	files := 0
	if err := s.Walk(t.Context(), func(blob.Info) error { files++; return nil }); err != nil || files != 4 {
		t.Errorf("%d files are kept, %v", files, err)
	}
}
