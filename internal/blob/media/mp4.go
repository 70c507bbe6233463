package media

import (
	"encoding/binary"
	"errors"
	"slices"
)

// box is a box of an MP4 file: its header at at, its content from body to end.
type box struct {
	kind          string
	at, body, end int64
}

// boxes hands every box between two places to fn. The last may be open-ended only
// where open is set, at the top of the file.
func (f *file) boxes(from, to int64, open bool, fn func(box) error) error {
	for at := from; at < to; {
		if err := f.part(); err != nil {
			return err
		}
		b, err := f.box(at, to, open)
		if err != nil {
			return err
		}
		if err := fn(b); err != nil {
			return err
		}
		at = b.end
	}
	return nil
}

func (f *file) box(at, to int64, open bool) (box, error) {
	head, err := f.read(at, 8)
	if err != nil {
		return box{}, err
	}
	size, b := int64(binary.BigEndian.Uint32(head)), box{kind: string(head[4:8]), at: at, body: at + 8}
	switch {
	case size == 0 && open:
		size = to - at
	case size == 1:
		long, err := f.read(at+8, 8)
		if err != nil {
			return box{}, err
		}
		if size, b.body = int64(binary.BigEndian.Uint64(long)), at+16; size < 16 {
			return box{}, ErrDamaged
		}
	}
	if size < b.body-at || size > to-at {
		return box{}, ErrDamaged
	}
	b.end = at + size
	return b, nil
}

// film collects what an MP4 file says.
type film struct {
	f            *file
	info         Info
	scale        uint32
	sound, video int
	data, header bool
}

// The boxes that are kept, as far as table knows them; all others are blanked.
var (
	topBoxes   = []string{"sidx"}
	minfBoxes  = []string{"vmhd", "smhd", "nmhd"}
	stblBoxes  = []string{"stts", "ctts", "cslg", "stsc", "stsz", "stz2", "stco", "co64", "stss", "sbgp", "sgpd"}
	trafBoxes  = []string{"tfhd", "tfdt", "trun", "sbgp", "sgpd"}
	mfraBoxes  = []string{"tfra", "mfro"}
	filmCodecs = []string{"avc1", "avc3", "vp09", "av01"}
	toneCodecs = []string{"mp4a", "Opus", ".mp3"}
	filmBrands = []string{"isom", "iso2", "iso3", "iso4", "iso5", "iso6", "iso7", "iso8", "iso9", "mp41", "mp42", "avc1", "dash", "M4V ", "M4A ", "M4B ", "3gp4", "3gp5", "3gp6"}
)

func readMP4(f *file) (Info, error) {
	m := &film{f: f, info: Info{Type: M4A, To: f.size}}
	first := true
	err := f.boxes(0, f.size, true, func(b box) error {
		if first {
			first = false
			return m.brand(b)
		}
		switch b.kind {
		case "moov":
			if m.header {
				return ErrDamaged
			}
			m.header = true
			return f.boxes(b.body, b.end, false, m.moov)
		case "moof":
			return f.boxes(b.body, b.end, false, m.moof)
		case "mdat":
			m.data = true
			return nil
		case "mfra":
			return f.boxes(b.body, b.end, false, func(x box) error { return m.keep(x, mfraBoxes) })
		}
		return m.keep(b, topBoxes)
	})
	if err != nil {
		return Info{}, err
	}
	if !m.header || !m.data || m.scale == 0 || m.sound+m.video == 0 {
		return Info{}, ErrDamaged
	}
	if m.video > 1 {
		return Info{}, ErrTrack
	}
	if m.video == 1 {
		m.info.Type = MP4
	}
	return m.info, nil
}

// brand reads what the file says it is.
func (m *film) brand(b box) error {
	n := b.end - b.body
	if n < 8 || n > 1024 {
		return ErrDamaged
	}
	list, err := m.f.read(b.body, int(n))
	if err != nil {
		return err
	}
	known := ""
	for i := 0; i+4 <= len(list); i += 4 {
		if s := string(list[i : i+4]); i != 4 && slices.Contains(filmBrands, s) {
			known = s
			break
		}
	}
	if known == "" {
		return ErrCodec // QuickTime, HEIF and others
	}
	return m.info.blank(Blank{b.body + 4, n - 4, knownBrands(list, known)})
}

// knownBrands gives a list of brands from its second four bytes on, which are no
// brand, with one that is known in the place of all that are not.
func knownBrands(list []byte, known string) []byte {
	out := make([]byte, 4, len(list))
	for i := 8; i+4 <= len(list); i += 4 {
		if s := string(list[i : i+4]); slices.Contains(filmBrands, s) {
			out = append(out, s...)
		} else {
			out = append(out, known...)
		}
	}
	return out
}

// keep blanks a box unless it is one of those that are kept and holds what such a
// box holds. A film plays without what some of them tell; others are refused.
func (m *film) keep(b box, list []string) error {
	switch {
	case slices.Contains(list, b.kind):
		mark := len(m.info.Blanks)
		err := m.table(b)
		if !errors.Is(err, ErrDamaged) || !slices.Contains(spareBoxes, b.kind) {
			return err
		}
		m.info.Blanks = m.info.Blanks[:mark]
	case b.kind == "free", b.kind == "skip", b.kind == "wide":
		return m.zero(b.body, b.end)
	}
	return m.free(b)
}

// free turns a box into one that says nothing, of the same length.
func (m *film) free(b box) error {
	head := []byte("free")
	if b.body == b.at+16 {
		long, err := m.f.read(b.at+8, 8)
		if err != nil {
			return err
		}
		head = append(head, long...)
	}
	return m.info.blank(Blank{b.at + 4, b.end - b.at - 4, head})
}

func (m *film) zero(from, to int64) error {
	if to <= from {
		return nil
	}
	return m.info.blank(Blank{At: from, Size: to - from})
}

func (m *film) moov(b box) error {
	switch b.kind {
	case "mvhd":
		return m.movieHead(b)
	case "trak":
		return m.track(b)
	case "mvex":
		return m.f.boxes(b.body, b.end, false, func(x box) error {
			if x.kind == "mehd" {
				return m.fragmentHead(x)
			}
			return m.keep(x, []string{"trex"})
		})
	}
	return m.keep(b, nil)
}

func (m *film) moof(b box) error {
	if b.kind == "traf" {
		return m.f.boxes(b.body, b.end, false, func(x box) error { return m.keep(x, trafBoxes) })
	}
	return m.keep(b, []string{"mfhd"})
}

// timed reads a full box of n bytes in version 0 and 12 more in version 1, whose
// first fields are when it was made and changed, and blanks those and what lies
// behind it.
func (m *film) timed(b box, n int64) (body []byte, wide bool, err error) {
	if body, err = m.f.read(b.body, int(min(b.end-b.body, 128))); err != nil {
		return nil, false, err
	}
	if len(body) == 0 || body[0] > 1 {
		return nil, false, ErrDamaged
	}
	times := int64(12)
	if wide = body[0] == 1; wide {
		n, times = n+12, 20
	}
	if int64(len(body)) < n {
		return nil, false, ErrDamaged
	}
	length := "wt" // units in a second, or the number of a track and nothing, and the length
	switch {
	case b.kind == "tkhd" && wide:
		length = "wtW"
	case b.kind == "tkhd":
		length = "wtt"
	case wide:
		length = "wW"
	}
	if _, err := m.fields(b.body+times, b.end, length); err != nil {
		return nil, false, err
	}
	return body, wide, errors.Join(m.zero(b.body+4, b.body+times), m.zero(b.body+n, b.end))
}

func (m *film) movieHead(b box) error {
	body, wide, err := m.timed(b, 100)
	if err != nil {
		return err
	}
	n, rest := uint64(0), int64(20)
	if wide {
		m.scale, n, rest = binary.BigEndian.Uint32(body[20:]), binary.BigEndian.Uint64(body[24:]), 32
	} else {
		m.scale, n = binary.BigEndian.Uint32(body[12:]), uint64(binary.BigEndian.Uint32(body[16:]))
	}
	if d := span(n, m.scale); d > 0 {
		m.info.Duration = d
	}
	body = body[rest:] // rate, volume, empty, matrix, empty, next track
	if !isMatrix(body[16:52]) {
		return ErrDamaged
	}
	at := b.body + rest
	return errors.Join(m.zero(at+6, at+16), m.zero(at+52, at+76))
}

// isMatrix reports whether 36 bytes say how a picture is turned, and no text.
func isMatrix(b []byte) bool {
	for ; len(b) > 0; b = b[4:] {
		if w := binary.BigEndian.Uint32(b); !isNumber(w) && w != 1<<30 {
			return false
		}
	}
	return true
}

// fragmentHead reads how long a film in fragments is.
func (m *film) fragmentHead(b box) error {
	body, err := m.f.read(b.body, int(min(b.end-b.body, 12)))
	if err != nil {
		return err
	}
	switch {
	case len(body) == 12 && body[0] == 1:
		m.info.Duration = span(binary.BigEndian.Uint64(body[4:]), m.scale)
		return m.zero(b.body+12, b.end)
	case len(body) >= 8 && body[0] == 0:
		m.info.Duration = span(uint64(binary.BigEndian.Uint32(body[4:])), m.scale)
		return m.zero(b.body+8, b.end)
	}
	return ErrDamaged
}
