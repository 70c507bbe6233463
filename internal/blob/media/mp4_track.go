package media

import (
	"encoding/binary"
	"errors"
	"slices"
)

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
		if x.kind == "edts" {
			return m.f.boxes(x.body, x.end, false, func(y box) error { return m.keep(y, []string{"elst"}) })
		}
		return m.keep(x, nil)
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
	at := int64(40)
	if wide {
		at = 52
	}
	matrix := body[at : at+36]
	if !isMatrix(matrix) {
		return ErrDamaged
	}
	t.head = true
	t.width, t.height = int(binary.BigEndian.Uint16(body[at+36:])), int(binary.BigEndian.Uint16(body[at+40:]))
	if binary.BigEndian.Uint32(matrix) == 0 && binary.BigEndian.Uint32(matrix[16:]) == 0 {
		t.width, t.height = t.height, t.width
	}
	place := b.body + at // behind the times: number, empty, length, empty, layer, group, volume, empty
	empty := place - 24
	if wide {
		empty -= 4
	}
	return errors.Join(m.zero(empty, empty+4), m.zero(place-16, place-8), m.zero(place-2, place), m.zero(place+38, place+40), m.zero(place+42, place+44))
}

func (m *film) medium(b box, t *track) error {
	switch b.kind {
	case "mdhd":
		_, wide, err := m.timed(b, 24)
		if at := b.body + 22; err == nil && wide {
			err = m.zero(at+12, at+14)
		} else if err == nil {
			err = m.zero(at, at+2)
		}
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
	return m.keep(b, nil)
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
	kind := string(body[8:12])
	return kind, m.zero(b.body+12, b.end)
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
		return errors.Join(err, m.zero(x.body+4, x.end))
	})
}
