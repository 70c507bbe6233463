package media

import (
	"encoding/binary"
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

// The boxes that are kept; all others are blanked.
var (
	topBoxes   = []string{"ftyp", "sidx", "ssix", "styp", "pdin", "prft"}
	moovBoxes  = []string{"iods"}
	trakBoxes  = []string{"edts", "tref"}
	minfBoxes  = []string{"vmhd", "smhd", "nmhd"}
	stblBoxes  = []string{"stts", "ctts", "cslg", "stsc", "stsz", "stz2", "stco", "co64", "stss", "stsh", "padb", "stdp", "sdtp", "sbgp", "sgpd", "subs", "saiz", "saio"}
	trafBoxes  = []string{"tfhd", "tfdt", "trun", "sdtp", "sbgp", "sgpd", "subs", "saiz", "saio"}
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
	for i := 0; i+4 <= len(list); i += 4 {
		if i != 4 && slices.Contains(filmBrands, string(list[i:i+4])) {
			return nil
		}
	}
	return ErrCodec // QuickTime, HEIF and others
}

// keep blanks a box unless it is one of those that are kept.
func (m *film) keep(b box, list []string) error {
	switch {
	case slices.Contains(list, b.kind):
		return nil
	case b.kind == "free", b.kind == "skip", b.kind == "wide":
		m.zero(b.body, b.end)
		return nil
	}
	head := []byte("free")
	if b.body == b.at+16 {
		long, err := m.f.read(b.at+8, 8)
		if err != nil {
			return err
		}
		head = append(head, long...)
	}
	m.info.Blanks = append(m.info.Blanks, Blank{b.at + 4, b.end - b.at - 4, head})
	return nil
}

func (m *film) zero(from, to int64) {
	if to > from {
		m.info.Blanks = append(m.info.Blanks, Blank{At: from, Size: to - from})
	}
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
			return m.keep(x, []string{"trex", "leva", "trep"})
		})
	}
	return m.keep(b, moovBoxes)
}

func (m *film) moof(b box) error {
	if b.kind == "traf" {
		return m.f.boxes(b.body, b.end, false, func(x box) error { return m.keep(x, trafBoxes) })
	}
	return m.keep(b, []string{"mfhd"})
}

// timed reads a full box of n bytes in version 0 and more in version 1, whose
// first fields are when it was made and changed, and blanks those.
func (m *film) timed(b box, n int64) (body []byte, wide bool, err error) {
	size := min(b.end-b.body, 128)
	if body, err = m.f.read(b.body, int(size)); err != nil {
		return nil, false, err
	}
	if len(body) == 0 || body[0] > 1 {
		return nil, false, ErrDamaged
	}
	if wide = body[0] == 1; wide {
		n += 12
	}
	if size < n {
		return nil, false, ErrDamaged
	}
	if wide {
		m.zero(b.body+4, b.body+20)
	} else {
		m.zero(b.body+4, b.body+12)
	}
	return body, wide, nil
}

func (m *film) movieHead(b box) error {
	body, wide, err := m.timed(b, 20)
	if err != nil {
		return err
	}
	n := uint64(0)
	if wide {
		m.scale, n = binary.BigEndian.Uint32(body[20:]), binary.BigEndian.Uint64(body[24:])
	} else {
		m.scale, n = binary.BigEndian.Uint32(body[12:]), uint64(binary.BigEndian.Uint32(body[16:]))
	}
	if d := span(n, m.scale); d > 0 {
		m.info.Duration = d
	}
	return nil
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
	case len(body) >= 8 && body[0] == 0:
		m.info.Duration = span(uint64(binary.BigEndian.Uint32(body[4:])), m.scale)
	default:
		return ErrDamaged
	}
	return nil
}

// track is one track while it is read.
type track struct {
	handler       string
	codecs        []string
	width, height int
	head          bool
}

func (m *film) track(b box) error {
	var t track
	if err := m.f.boxes(b.body, b.end, false, func(x box) error {
		switch x.kind {
		case "tkhd":
			return m.trackHead(x, &t)
		case "mdia":
			return m.f.boxes(x.body, x.end, false, func(y box) error { return m.medium(y, &t) })
		}
		return m.keep(x, trakBoxes)
	}); err != nil {
		return err
	}
	known := toneCodecs
	switch t.handler {
	case "vide":
		known = filmCodecs
		m.video++
		m.info.Width, m.info.Height = t.width, t.height
	case "soun":
		m.sound++
	case "":
		return ErrDamaged
	default:
		return ErrTrack
	}
	if !t.head || len(t.codecs) == 0 {
		return ErrDamaged
	}
	if slices.ContainsFunc(t.codecs, func(c string) bool { return !slices.Contains(known, c) }) {
		return ErrCodec
	}
	return nil
}

// trackHead reads the size in which a film is shown, turned where it is.
func (m *film) trackHead(b box, t *track) error {
	body, wide, err := m.timed(b, 84)
	if err != nil {
		return err
	}
	at := 40
	if wide {
		at = 52
	}
	matrix := body[at : at+36]
	t.head = true
	t.width, t.height = int(binary.BigEndian.Uint16(body[at+36:])), int(binary.BigEndian.Uint16(body[at+40:]))
	if binary.BigEndian.Uint32(matrix) == 0 && binary.BigEndian.Uint32(matrix[16:]) == 0 {
		t.width, t.height = t.height, t.width
	}
	return nil
}

func (m *film) medium(b box, t *track) error {
	switch b.kind {
	case "mdhd":
		_, _, err := m.timed(b, 24)
		return err
	case "hdlr":
		kind, err := m.handler(b)
		t.handler = kind
		return err
	case "minf":
		return m.f.boxes(b.body, b.end, false, func(x box) error {
			switch x.kind {
			case "hdlr":
				_, err := m.handler(x)
				return err
			case "dinf":
				return m.f.boxes(x.body, x.end, false, m.references)
			case "stbl":
				return m.f.boxes(x.body, x.end, false, func(y box) error {
					if y.kind == "stsd" {
						return m.samples(y, t)
					}
					return m.keep(y, stblBoxes)
				})
			}
			return m.keep(x, minfBoxes)
		})
	}
	return m.keep(b, []string{"elng"})
}

// handler reads what a track is and blanks who made it.
func (m *film) handler(b box) (string, error) {
	if b.end-b.body < 24 {
		return "", ErrDamaged
	}
	body, err := m.f.read(b.body, 12)
	if err != nil {
		return "", err
	}
	m.zero(b.body+12, b.end)
	return string(body[8:12]), nil
}

// references refuses a film whose pictures lie in another file.
func (m *film) references(b box) error {
	if b.kind != "dref" {
		return m.keep(b, nil)
	}
	if b.end-b.body < 8 {
		return ErrDamaged
	}
	return m.f.boxes(b.body+8, b.end, false, func(x box) error {
		if x.end-x.body < 4 {
			return ErrDamaged
		}
		flags, err := m.f.uint32(x.body)
		if err == nil && (x.kind != "url " || flags&1 == 0) {
			err = ErrDamaged
		}
		return err
	})
}

// samples reads how a track is coded and blanks with what.
func (m *film) samples(b box, t *track) error {
	if b.end-b.body < 8 {
		return ErrDamaged
	}
	return m.f.boxes(b.body+8, b.end, false, func(x box) error {
		const name, nameSize = 42, 32
		t.codecs = append(t.codecs, x.kind)
		if len(t.codecs) > 64 {
			return ErrDamaged
		}
		if slices.Contains(filmCodecs, x.kind) {
			if x.end-x.body < name+nameSize+4 {
				return ErrDamaged
			}
			m.zero(x.body+name, x.body+name+nameSize)
		}
		return nil
	})
}
