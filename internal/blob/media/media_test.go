package media_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"sifara/internal/blob/media"
	"sifara/internal/blob/media/mediatest"
)

// clean is the file as it would be kept.
func clean(t testing.TB, raw []byte, info media.Info) []byte {
	t.Helper()
	out := bytes.Clone(raw)
	for _, b := range info.Blanks {
		if b.At < info.From || b.Size < int64(len(b.Head)) || b.At+b.Size > info.To {
			t.Fatalf("a blank of %d at %d outside %d to %d", b.Size, b.At, info.From, info.To)
		}
		clear(out[b.At+int64(copy(out[b.At:], b.Head)) : b.At+b.Size])
	}
	return out[info.From:info.To]
}

func read(raw []byte) (media.Info, error) { return media.Read(bytes.NewReader(raw), int64(len(raw))) }

func TestRead(t *testing.T) {
	for name, c := range map[string]struct {
		raw    []byte
		kind   string
		length time.Duration
		w, h   int
	}{
		"MP4":              {mediatest.MP4(mediatest.Film{Seconds: 65, Width: 1280, Height: 720}), media.MP4, 65 * time.Second, 1280, 720},
		"MP4 upright":      {mediatest.MP4(mediatest.Film{Seconds: 5, Width: 1280, Height: 720, Turned: true}), media.MP4, 5 * time.Second, 720, 1280},
		"MP4 wide":         {mediatest.MP4(mediatest.Film{Seconds: 65, Width: 640, Height: 360, Wide: true}), media.MP4, 65 * time.Second, 640, 360},
		"MP4 in fragments": {mediatest.MP4(mediatest.Film{Seconds: 9, Width: 640, Height: 360, Fragments: true}), media.MP4, 9 * time.Second, 640, 360},
		"M4A":              {mediatest.MP4(mediatest.Film{Seconds: 65, Brand: "M4A "}), media.M4A, 65 * time.Second, 0, 0},
		"WebM":             {mediatest.WebM(mediatest.Film{Seconds: 65, Width: 640, Height: 360}), media.WebM, 65 * time.Second, 640, 360},
		"WebM recorded":    {mediatest.WebM(mediatest.Film{Seconds: 12, Width: 640, Height: 360, Open: true}), media.WebM, 12 * time.Second, 640, 360},
		"WebM sound":       {mediatest.WebM(mediatest.Film{Seconds: 65}), media.WebA, 65 * time.Second, 0, 0},
		"MP3":              {mediatest.MP3(100), media.MP3, 100 * 1152 * time.Second / 44100, 0, 0},
		"Ogg":              {mediatest.Ogg(7), media.Ogg, 7 * time.Second, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if !media.Looks(c.raw[:64]) {
				t.Error("it does not look like one")
			}
			if !bytes.Contains(c.raw, []byte(mediatest.Secret)) {
				t.Fatal("nothing to remove")
			}
			info, err := read(c.raw)
			if err != nil {
				t.Fatal(err)
			}
			if info.Type != c.kind || info.Duration != c.length || info.Width != c.w || info.Height != c.h {
				t.Errorf("got %s, %s, %d × %d", info.Type, info.Duration, info.Width, info.Height)
			}
			kept := clean(t, c.raw, info)
			for n := 8; n <= len(mediatest.Secret); n++ {
				if bytes.Contains(kept, []byte(mediatest.Secret[n-8:n])) {
					t.Fatalf("%q is still there", mediatest.Secret[n-8:n])
				}
			}
			if bytes.Contains(kept, []byte{0xD0, 0, 0, 1}) || bytes.Contains(kept, []byte("appl")) {
				t.Error("when or with what it was made is still there")
			}
			if !bytes.Contains(kept, bytes.Repeat([]byte{7}, 200)) {
				t.Error("picture or sound is gone")
			}
			again, err := read(kept)
			if err != nil || again.Type != info.Type || again.Duration != info.Duration {
				t.Fatalf("what is kept: %+v, %v", again, err)
			}
			if !bytes.Equal(clean(t, kept, again), kept) {
				t.Error("a second time changes it")
			}
		})
	}
}

func TestRefused(t *testing.T) {
	film := mediatest.MP4(mediatest.Film{Seconds: 1, Width: 64, Height: 64})
	webm := mediatest.WebM(mediatest.Film{Seconds: 1, Width: 64, Height: 64})
	ogg := mediatest.Ogg(2)
	bad := bytes.Clone(ogg)
	bad[len(bad)-1]++
	for name, c := range map[string]struct {
		raw  []byte
		want error
	}{
		"nothing":                {nil, media.ErrCodec},
		"a text":                 {[]byte(strings.Repeat("once upon a time ", 10)), media.ErrCodec},
		"a page":                 {[]byte("<!DOCTYPE html><script>alert(1)</script>" + strings.Repeat(" ", 90)), media.ErrCodec},
		"QuickTime":              {mediatest.MP4(mediatest.Film{Seconds: 1, Width: 64, Height: 64, Brand: "qt  "}), media.ErrCodec},
		"a picture in HEIF":      {mediatest.MP4(mediatest.Film{Seconds: 1, Width: 64, Height: 64, Brand: "heic"}), media.ErrCodec},
		"HEVC":                   {mediatest.MP4(mediatest.Film{Seconds: 1, Width: 64, Height: 64, Codec: "hvc1"}), media.ErrCodec},
		"places of a drone":      {mediatest.MP4(mediatest.Film{Seconds: 1, Width: 64, Height: 64, Handler: "meta"}), media.ErrTrack},
		"a picture of data":      {mediatest.MP4(mediatest.Film{Seconds: 1, Width: 64, Height: 64, Handler: "vide"}), media.ErrCodec},
		"MP4 cut off":            {film[:len(film)-10], media.ErrDamaged},
		"MP4 without data":       {film[:bytes.Index(film, []byte("mdat"))-4], media.ErrDamaged},
		"only a brand":           {film[:24], media.ErrDamaged},
		"Matroska":               {bytes.Replace(webm, []byte("webm"), []byte("mkv\x00"), 1), media.ErrCodec},
		"WebM with H.264":        {mediatest.WebM(mediatest.Film{Seconds: 1, Width: 64, Height: 64, Codec: "V_MPEG4/ISO/AVC"}), media.ErrCodec},
		"WebM cut off":           {webm[:len(webm)-10], media.ErrDamaged},
		"MP3 of one frame":       {mediatest.MP3(1), media.ErrDamaged},
		"ID3 before a page":      {append([]byte("ID3\x04\x00\x00\x00\x00\x00\x01 "), strings.Repeat("<html>", 90)...), media.ErrDamaged},
		"Ogg with a wrong sum":   {bad, media.ErrDamaged},
		"Ogg with Theora":        {mediatest.Page(2, 0, 0, append([]byte("\x80theora"), make([]byte, 40)...)), media.ErrCodec},
		"Ogg with two streams":   {append(bytes.Clone(ogg), mediatest.Ogg(1)...), media.ErrTrack},
		"Ogg that is only heads": {ogg[:bytes.LastIndex(ogg[:len(ogg)-500], []byte("OggS"))], media.ErrDamaged},
	} {
		if _, err := read(c.raw); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}

// TestWhatFollowsIsCut holds that bytes behind the last frame are no part of it.
func TestWhatFollowsIsCut(t *testing.T) {
	for name, raw := range map[string][]byte{"MP3": mediatest.MP3(10), "Ogg": mediatest.Ogg(2)} {
		info, err := read(append(bytes.Clone(raw), "PK\x03\x04 hidden"...))
		if err != nil || info.To > int64(len(raw)) {
			t.Errorf("%s: kept to %d of %d, %v", name, info.To, len(raw), err)
		}
	}
}

func fuzz(f *testing.F, seeds ...[]byte) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		info, err := read(raw)
		if err != nil {
			return
		}
		if info.From < 0 || info.To > int64(len(raw)) || info.From >= info.To || info.Duration < 0 || info.Duration > 101*time.Hour || info.Width < 0 || info.Height < 0 {
			t.Fatalf("got %+v", info)
		}
		kept := clean(t, raw, info)
		again, err := read(kept)
		if err != nil || again.Type != info.Type {
			t.Fatalf("what is kept of %s is %s: %v", info.Type, again.Type, err)
		}
		if !bytes.Equal(clean(t, kept, again), kept) {
			t.Fatal("a second time changes it")
		}
	})
}

func FuzzMP4(f *testing.F) {
	fuzz(f, mediatest.MP4(mediatest.Film{Seconds: 2, Width: 64, Height: 48}), mediatest.MP4(mediatest.Film{Seconds: 2, Wide: true, Fragments: true}))
}

func FuzzWebM(f *testing.F) {
	fuzz(f, mediatest.WebM(mediatest.Film{Seconds: 2, Width: 64, Height: 48}), mediatest.WebM(mediatest.Film{Seconds: 2, Open: true}))
}

func FuzzMP3(f *testing.F) { fuzz(f, mediatest.MP3(4)) }

func FuzzOgg(f *testing.F) {
	fuzz(f, mediatest.Page(2, 0, 0, append([]byte("OpusHead\x01\x01"), make([]byte, 9)...)), mediatest.Ogg(1))
}
