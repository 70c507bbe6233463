package media

import (
	"encoding/binary"
	"errors"
	"slices"
)

// The boxes that are kept in the description of a track's coding.
var (
	filmParts = []string{"avcC", "vpcC", "av1C", "pasp", "colr", "clap", "btrt", "fiel", "mdcv", "clli"}
	toneParts = []string{"esds", "dOps", "btrt"}
	// shortParts are the fields of those that are only numbers, see layout.
	shortParts = map[string]string{"pasp": "ww", "clap": "wwwwwwww", "btrt": "www", "fiel": "bb", "mdcv": "hhhhhhhhww", "clli": "hh"}
)

// samples reads how a track is coded and blanks with what.
func (m *film) samples(b box, t *track) error {
	if b.end-b.body < 8 {
		return ErrDamaged
	}
	return m.f.boxes(b.body+8, b.end, false, func(x box) error {
		t.codecs = append(t.codecs, x.kind)
		if len(t.codecs) > 64 {
			return ErrDamaged
		}
		switch {
		case slices.Contains(filmCodecs, x.kind):
			return m.filmSample(x)
		case slices.Contains(toneCodecs, x.kind):
			return m.toneSample(x)
		}
		return nil // refused
	})
}

// filmSample blanks what QuickTime writes in the empty places of a description,
// and the name of the program.
func (m *film) filmSample(x box) error {
	const size = 78
	if x.end-x.body < size {
		return ErrDamaged
	}
	for _, place := range [][2]int64{{0, 6}, {8, 24}, {36, 40}, {42, 74}} {
		if err := m.zero(x.body+place[0], x.body+place[1]); err != nil {
			return err
		}
	}
	return m.parts(x.body+size, x.end, filmParts)
}

// toneSample is filmSample for sound. QuickTime has two longer forms of it.
func (m *film) toneSample(x box) error {
	size := int64(28)
	if x.end-x.body < size {
		return ErrDamaged
	}
	b, err := m.f.read(x.body, int(size))
	if err != nil {
		return err
	}
	switch binary.BigEndian.Uint16(b[8:]) {
	case 0:
	case 1:
		size += 16
	default:
		return ErrCodec
	}
	if x.end-x.body < size {
		return ErrDamaged
	}
	if err := errors.Join(m.zero(x.body, x.body+6), m.zero(x.body+10, x.body+16)); err != nil {
		return err
	}
	if size > 28 {
		if _, err := m.fields(x.body+28, x.end, "wwww"); err != nil {
			return err
		}
	}
	return m.parts(x.body+size, x.end, toneParts)
}

// parts keeps the boxes of a description that are known. Behind the last may be
// fewer bytes than a box has.
func (m *film) parts(from, to int64, list []string) error {
	for at := from; at < to; {
		if err := m.f.part(); err != nil {
			return err
		}
		if to-at < 8 {
			return m.zero(at, to)
		}
		b, err := m.f.box(at, to, false)
		if err != nil {
			return err
		}
		if err := m.describes(b, list); err != nil {
			return err
		}
		at = b.end
	}
	return nil
}

// describes keeps one box of a description as far as it is understood.
func (m *film) describes(b box, list []string) error {
	if b.kind == "wave" && slices.Contains(list, "esds") {
		return m.parts(b.body, b.end, []string{"esds"})
	}
	if !slices.Contains(list, b.kind) {
		return m.keep(b, nil)
	}
	const most = 4096
	n := b.end - b.body
	if n > most {
		return ErrDamaged
	}
	c, err := m.f.read(b.body, int(n))
	if err != nil {
		return err
	}
	used, ok := 0, false
	switch b.kind {
	case "avcC":
		used, ok = avcConfig(c)
	case "av1C":
		blanks, ok := av1Config(c)
		if !ok {
			return ErrDamaged
		}
		return m.info.blanksAt(b.body, blanks)
	case "vpcC":
		used, ok = 10, len(c) >= 12 && c[0] <= 1 // what follows is the size of nothing
	case "esds":
		used, ok = soundConfig(c)
	case "dOps":
		used, ok = opusConfig(c)
	case "colr":
		if used, ok = colours(c); !ok {
			return m.free(b) // a profile, which names its maker
		}
	default:
		end, err := m.fields(b.body, b.end, shortParts[b.kind])
		if err != nil {
			return err
		}
		return m.zero(end, b.end)
	}
	if !ok {
		return ErrDamaged
	}
	return m.zero(b.body+int64(used), b.end)
}
