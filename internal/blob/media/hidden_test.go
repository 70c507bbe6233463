package media_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"testing"

	"sifara/internal/blob/media"
	"sifara/internal/blob/media/mediatest"
)

// told gives a part of the secret that is in a file; empty when none is.
func told(raw []byte) string {
	const window = 8 // what fits in one number
	for n := window; n <= len(mediatest.Secret); n++ {
		if part := mediatest.Secret[n-window : n]; bytes.Contains(raw, []byte(part)) {
			return part
		}
	}
	return ""
}

// holds wants that a file which is taken tells nothing and stays the same when it
// is cleaned again. It gives what is kept; nil for a file that is refused.
func holds(t *testing.T, name string, raw []byte) []byte {
	t.Helper()
	info, err := read(raw)
	if err != nil {
		if !errors.Is(err, media.ErrDamaged) && !errors.Is(err, media.ErrCodec) && !errors.Is(err, media.ErrTrack) {
			t.Errorf("%s: %v", name, err)
		}
		return nil
	}
	kept := clean(t, raw, info)
	if part := told(kept); part != "" {
		t.Errorf("%s: %q is still there", name, part)
	}
	again, err := read(kept)
	if err != nil || !bytes.Equal(clean(t, kept, again), kept) {
		t.Errorf("%s: a second time changes it, %v", name, err)
	}
	return kept
}

// pictures counts those of a film of mediatest.
func pictures(raw []byte) int { return bytes.Count(raw, bytes.Repeat([]byte{7}, 200)) }

var webmFilms = []mediatest.Film{{Seconds: 2, Width: 64, Height: 48}, {Seconds: 2, Width: 64, Height: 48, Codec: "V_VP8", Open: true}, {Seconds: 2, Width: 64, Height: 48, Alpha: true}, {Seconds: 2}}

// TestNothingHidesInWebM puts bytes that are neither picture nor sound at every
// place of a film where an element may stand.
func TestNothingHidesInWebM(t *testing.T) {
	said := []byte(mediatest.Secret)
	for n, film := range webmFilms {
		for id, must := range map[uint32]bool{ // whether the film must be taken all the same
			0xEC: true, 0xBF: true, 0x1254C367: false, 0x80: true, 0x4444: true, 0x10203040: true, 0x114D9B74: false, 0x1C53BB6B: false,
			0x53AC: true, 0x53AB: false, 0xF1: true, 0xBB: true, 0x4DBB: true, 0xB7: true, 0x63A2: false, 0x55D0: false, 0x7670: false, 0xA3: true, 0xA0: false, 0x75A1: false, 0xA6: false, 0xD7: false, 0x86: false, 0x83: false, 0xE7: false, 0x22B59C: true,
		} {
			for i := range mediatest.WebMParts(film).Places() {
				file := mediatest.WebMParts(film)
				at := file.Places()[i]
				at.Put(mediatest.Element(id, said))
				name := fmt.Sprintf("film %d, %x in %x at %d", n, id, at.In.Name, at.Index)
				kept := holds(t, name, mediatest.Elements(file))
				if must && at.In.Name != "" && pictures(kept) != pictures(mediatest.WebM(film)) {
					t.Errorf("%s: %d bytes are kept, with %d pictures", name, len(kept), pictures(kept))
				}
			}
		}
	}
}

var mp4Films = []mediatest.Film{{Seconds: 2, Width: 64, Height: 48}, {Seconds: 2, Width: 64, Height: 48, Wide: true, Turned: true}, {Seconds: 2, Width: 64, Height: 48, Fragments: true}, {Seconds: 2, Brand: "M4A "}}

// TestNothingHidesInMP4 does the same with boxes.
func TestNothingHidesInMP4(t *testing.T) {
	said := []byte(mediatest.Secret)
	for n, film := range mp4Films {
		for _, kind := range []string{"free", "skip", "wide", "uuid", "udta", "prft", "abcd", "ftyp", "sidx", "sgpd", "colr"} {
			for _, before := range []int{0, 16} { // zeros before it, where fields would be
				for i := range mediatest.MP4Parts(film).Places() {
					file := mediatest.MP4Parts(film)
					at := file.Places()[i]
					at.Put(mediatest.NewBox(kind, make([]byte, before), said))
					name := fmt.Sprintf("film %d, %s in %s at %d behind %d", n, kind, at.In.Name, at.Index, before)
					kept := holds(t, name, mediatest.Boxes(file))
					if first, described := at.In.Name == "" && at.Index == 0, at.In.Name == "stsd"; !first && !described && pictures(kept) != pictures(mediatest.MP4(film)) {
						t.Errorf("%s: %d bytes are kept, with %d pictures", name, len(kept), pictures(kept))
					}
				}
			}
		}
	}
}

// TestTextIsNoNumber puts text where tables have numbers, and wants it refused.
func TestTextIsNoNumber(t *testing.T) {
	for _, film := range mp4Films {
		var walk func(of *mediatest.Part, file *mediatest.Part)
		tried := 0
		walk = func(of, file *mediatest.Part) {
			for _, p := range of.Parts {
				switch p.Name {
				case "stts", "stsc", "stsz", "stco", "trun", "trex", "tfra", "sidx", "elst":
					was := p.Body
					p.Body = bytes.Clone(was[:len(was)-len(mediatest.Secret)])
					rows := p.Body[len(p.Body)-4:]
					if p.Name == "tfra" {
						rows = p.Body[len(p.Body)-7:] // a place
					}
					copy(rows, mediatest.Secret[:4])
					raw := mediatest.Boxes(file)
					info, err := read(raw)
					if err == nil && bytes.Contains(clean(t, raw, info), rows) {
						t.Errorf("%s holds a text", p.Name)
					}
					p.Body, tried = was, tried+1
				}
				walk(p, file)
			}
		}
		file := mediatest.MP4Parts(film)
		walk(file, file)
		if tried < 5 {
			t.Errorf("%d tables were tried", tried)
		}
	}
}

// TestIndexesStay holds that a good index of a film is kept, so that one may go to
// any moment of it, and one that is none is not.
func TestIndexesStay(t *testing.T) {
	film := mediatest.Film{Seconds: 2, Width: 64, Height: 48}
	for id, good := range map[string]string{"\x11\x4D\x9B\x74": "\x53\xAB\x01\x00\x00\x00\x00\x00\x00\x04\x15\x49\xA9\x66", "\x1C\x53\xBB\x6B": "\xF1\x01\x00\x00\x00\x00\x00\x00\x02\x01\x2C"} {
		raw := mediatest.WebM(film)
		info, err := read(raw)
		if err != nil {
			t.Fatal(err)
		}
		if kept := clean(t, raw, info); !bytes.Contains(kept, []byte(id)) || !bytes.Contains(kept, []byte(good)) {
			t.Errorf("%x is gone", id)
		}
		file := mediatest.WebMParts(film)
		for _, p := range file.Parts[1].Parts {
			if p.Name == id {
				p.Parts, p.Body = nil, []byte("no elements at all")
			}
		}
		raw = mediatest.Elements(file)
		if info, err = read(raw); err != nil {
			t.Fatalf("%x: %v", id, err)
		}
		if kept := clean(t, raw, info); bytes.Contains(kept, []byte(id)) || bytes.Contains(kept, []byte("elements")) {
			t.Errorf("%x is there, and holds what it likes", id)
		}
	}
}

// hide puts elements or boxes into a film as data says: eight bytes for each.
func hide(data []byte, file *mediatest.Part, part func(id [4]byte, body []byte) *mediatest.Part) {
	for n := 0; len(data) >= 8 && n < 8; n, data = n+1, data[8:] {
		places := file.Places()
		at := places[int(binary.BigEndian.Uint16(data))%len(places)]
		body := bytes.Repeat([]byte{data[7]}, int(data[6]&63))
		at.Put(part([4]byte(data[2:6]), append(body, mediatest.Secret...)))
	}
}

// FuzzHiddenWebM puts elements of any name at any place of a film, with the secret
// in them. What is cleaned tells nothing of it. Pictures and sounds lie in blocks.
func FuzzHiddenWebM(f *testing.F) {
	for _, id := range []string{"\x00\x00\x00\xEC", "\x00\x00\x00\xBF", "\x11\x4D\x9B\x74", "\x1C\x53\xBB\x6B", "\x00\x00\x53\xAC", "\x00\x00\x63\xA2", "\x00\x00\x00\xA0", "\x00\x00\x75\xA1"} {
		for at := byte(0); at < 60; at += 7 {
			f.Add(at, []byte("\x00"+string(at)+id+"\x00\x00"))
		}
	}
	f.Fuzz(func(t *testing.T, film byte, data []byte) {
		file := mediatest.WebMParts(webmFilms[int(film)%len(webmFilms)])
		hide(data, file, func(id [4]byte, body []byte) *mediatest.Part {
			name := binary.BigEndian.Uint32(id[:])
			if n := len(bytes.TrimLeft(id[:], "\x00")); n == 0 || bits.LeadingZeros8(id[4-n]) != n-1 || name == 0xA1 || name == 0xA3 || name == 0xA5 {
				name = 0xEC // what is no name would make another file of it
			}
			return mediatest.Element(name, body)
		})
		holds(t, "film", mediatest.Elements(file))
	})
}

// FuzzHiddenMP4 does the same with boxes. Pictures and sounds lie in "mdat".
func FuzzHiddenMP4(f *testing.F) {
	for _, kind := range []string{"free", "skip", "wide", "uuid", "stts", "sidx", "trun", "avcC", "esds", "colr", "mvhd", "tkhd"} {
		for at := byte(0); at < 60; at += 7 {
			f.Add(at, []byte("\x00"+string(at)+kind+"\x04\x00"))
		}
	}
	f.Fuzz(func(t *testing.T, film byte, data []byte) {
		file := mediatest.MP4Parts(mp4Films[int(film)%len(mp4Films)])
		hide(data, file, func(id [4]byte, body []byte) *mediatest.Part {
			if string(id[:]) == "mdat" {
				id[0] = 'M'
			}
			return mediatest.NewBox(string(id[:]), body)
		})
		holds(t, "film", mediatest.Boxes(file))
	})
}

// TestWhatDecodersBeginWith holds that nothing else lies there.
func TestWhatDecodersBeginWith(t *testing.T) {
	said := []byte(mediatest.Secret)
	comments := bytes.Join([][]byte{[]byte("\x03vorbis"), {byte(len(said)), 0, 0, 0}, said, {1, 0, 0, 0, byte(len(said)), 0, 0, 0}, said, {1}}, nil)
	ident, books := append([]byte("\x01vorbis"), make([]byte, 23)...), append([]byte("\x05vorbis"), 7, 7, 7, 7, 7, 7)
	vorbis := bytes.Join([][]byte{{2, 30, byte(len(comments))}, ident, comments, books}, nil)
	sequence, about := []byte{1<<3 | 2, 4, 9, 9, 9, 9}, append([]byte{5<<3 | 2, byte(len(said))}, said...)
	for name, c := range map[string]struct {
		codec   string
		private []byte
		want    []byte // what stays; nil: the film is refused
	}{
		"Vorbis":                    {"A_VORBIS", vorbis, books},
		"Vorbis without comments":   {"A_VORBIS", bytes.Join([][]byte{{2, 30, 0}, ident, books}, nil), nil},
		"Opus":                      {"A_OPUS", append([]byte("OpusHead\x01\x01"), make([]byte, 9)...), []byte("OpusHead")},
		"Opus and more":             {"A_OPUS", append(append([]byte("OpusHead\x01\x01"), make([]byte, 9)...), said...), nil},
		"VP9":                       {"V_VP9", []byte{1, 1, 0, 2, 1, 31}, []byte{1, 1, 0, 2, 1, 31}},
		"VP9 and more":              {"V_VP9", append([]byte{1, 1, 0}, said...), []byte{0xEC}},
		"VP8":                       {"V_VP8", said, []byte{0xEC}},
		"AV1":                       {"V_AV1", append([]byte{0x81, 0, 0, 0}, sequence...), sequence},
		"AV1 with what describes":   {"V_AV1", bytes.Join([][]byte{{0x81, 0, 0, 0}, sequence, about}, nil), append(bytes.Clone(sequence), 15<<3|2, byte(len(said)), 0, 0, 0)},
		"AV1 that is no such thing": {"V_AV1", append([]byte{0x81, 0, 0, 0}, said...), []byte{0xEC}},
	} {
		file := mediatest.WebMParts(mediatest.Film{Seconds: 1, Width: 64, Height: 48})
		tracks := file.Parts[1].Parts[2]
		track := tracks.Parts[0]
		if c.codec[0] == 'V' {
			track = tracks.Parts[1]
		}
		rest := track.Parts
		track.Parts = nil
		for _, p := range rest {
			if p.Name == "\x86" {
				p.Body = []byte(c.codec)
			}
			if p.Name != "\x63\xA2" {
				track.Parts = append(track.Parts, p)
			}
		}
		track.Parts = append(track.Parts, mediatest.Element(0x63A2, c.private))
		kept := holds(t, name, mediatest.Elements(file))
		if (kept == nil) != (c.want == nil) || !bytes.Contains(kept, c.want) {
			t.Errorf("%s: %d bytes are kept, want %x in them", name, len(kept), c.want)
		}
	}
}
