package media

import (
	"encoding/binary"
	"errors"
	"math"
	"strings"
)

// Elements of WebM (RFC 8794, RFC 9559).
const (
	elHeader    = 0x1A45DFA3
	elDocType   = 0x4282
	elSegment   = 0x18538067
	elSeekHead  = 0x114D9B74
	elSeek      = 0x4DBB
	elSeekID    = 0x53AB
	elInfo      = 0x1549A966
	elTracks    = 0x1654AE6B
	elCues      = 0x1C53BB6B
	elCuePoint  = 0xBB
	elCuePlaces = 0xB7
	elCluster   = 0x1F43B675
	elTags      = 0x1254C367
	elChapters  = 0x1043A770
	elAttached  = 0x1941A469
	elVoid      = 0xEC
	elScale     = 0x2AD7B1
	elDuration  = 0x4489
	elMuxing    = 0x4D80
	elWriting   = 0x5741
	elTrack     = 0xAE
	elNumber    = 0xD7
	elUID       = 0x73C5
	elTrackType = 0x83
	elCodec     = 0x86
	elPrivate   = 0x63A2
	elEncodings = 0x6D80
	elVideo     = 0xE0
	elAudio     = 0xE1
	elWidth     = 0xB0
	elHeight    = 0xBA
	elAlpha     = 0x53C0
	elColour    = 0x55B0
	elMastering = 0x55D0
	elProject   = 0x7670
	elTimestamp = 0xE7
	elSimple    = 0xA3
	elGroup     = 0xA0
	elBlock     = 0xA1
	elAdditions = 0x75A1
	elMore      = 0xA6
	elAddID     = 0xEE
	elAdded     = 0xA5
)

// form is what an element that is kept holds: a whole number up to this one, or
// one of the forms below. Numbers have bounds so that they are not text.
type form uint64

const (
	real     form = math.MaxUint64 - iota // with a point, in none, four or eight bytes
	signed                                // whole, of either sign
	place                                 // a number of bytes within the file
	language                              // two or three letters (ISO 639)
)

const (
	flag     form = 1
	small    form = 1 << 16
	moment   form = 1 << 50 // in units of the segment, or nanoseconds
	maxScale      = 1 << 30
)

// What is kept of an element, by its parent; all else is voided.
var (
	headerParts    = map[uint32]form{0x4286: small, 0x42F7: small, 0x42F2: small, 0x42F3: small, 0x4287: small, 0x4285: small}
	seekParts      = map[uint32]form{0x53AC: place}
	cueParts       = map[uint32]form{0xB3: moment}
	cuePlaces      = map[uint32]form{0xF7: small, 0xF1: place, 0xF0: place, 0xB2: moment, 0x5378: 1 << 24}
	trackParts     = map[uint32]form{0xB9: flag, 0x88: flag, 0x55AA: flag, 0x9C: flag, 0x6DE7: small, 0x6DF8: small, 0x23E383: moment, 0x55EE: small, 0x56AA: moment, 0x56BB: moment, 0xAA: flag, 0x22B59C: language}
	videoParts     = map[uint32]form{0x9A: small, 0x9D: small, 0x53B8: small, 0x54AA: small, 0x54BB: small, 0x54CC: small, 0x54DD: small, 0x54B0: small, 0x54BA: small, 0x54B2: small, 0x54B3: small}
	audioParts     = map[uint32]form{0xB5: real, 0x78B5: real, 0x9F: small, 0x6264: small}
	colourParts    = map[uint32]form{0x55B1: small, 0x55B2: small, 0x55B3: small, 0x55B4: small, 0x55B5: small, 0x55B6: small, 0x55B7: small, 0x55B8: small, 0x55B9: small, 0x55BA: small, 0x55BB: small, 0x55BC: small, 0x55BD: small}
	masteringParts = map[uint32]form{0x55D1: real, 0x55D2: real, 0x55D3: real, 0x55D4: real, 0x55D5: real, 0x55D6: real, 0x55D7: real, 0x55D8: real, 0x55D9: real, 0x55DA: real}
	projectParts   = map[uint32]form{0x7671: small, 0x7673: real, 0x7674: real, 0x7675: real}
	clusterParts   = map[uint32]form{0xA7: place, 0xAB: place}
	groupParts     = map[uint32]form{0x9B: moment, 0xFB: signed, 0x75A2: signed, 0xFA: small}
)

// number reads an unsigned number of up to eight bytes.
func (f *file) number(e element) (uint64, error) {
	if e.end-e.body > 8 {
		return 0, ErrDamaged
	}
	b, err := f.read(e.body, int(e.end-e.body))
	if err != nil {
		return 0, err
	}
	var v uint64
	for _, c := range b {
		v = v<<8 | uint64(c)
	}
	return v, nil
}

func (f *file) word(e element) (string, error) {
	if e.end-e.body > 64 {
		return "", ErrDamaged
	}
	b, err := f.read(e.body, int(e.end-e.body))
	return strings.TrimRight(string(b), "\x00"), err
}

// real reads a number with a point; false for one that nothing in a film has.
func (m *reel) real(e element) (float64, bool, error) {
	v, err := m.f.number(e)
	if err != nil {
		return 0, false, err
	}
	x := 0.0
	switch e.end - e.body {
	case 0:
	case 4:
		x = float64(math.Float32frombits(uint32(v)))
	case 8:
		x = math.Float64frombits(v)
	default:
		return 0, false, nil
	}
	size := math.Abs(x)
	return x, x == 0 || size > 1e-9 && size < 1e15, nil
}

// keep keeps an element that is in a list and holds what the list says, and voids
// any other.
func (m *reel) keep(e element, list map[uint32]form) error {
	as, known := list[e.id]
	if !known || e.end-e.body > 8 {
		return m.void(e)
	}
	if ok, err := m.holds(e, as); err != nil || ok {
		return err
	}
	return m.void(e)
}

func (m *reel) holds(e element, as form) (bool, error) {
	v, err := m.f.number(e)
	if err != nil {
		return false, err
	}
	switch as {
	case real:
		_, ok, err := m.real(e)
		return ok, err
	case signed:
		unused := 64 - 8*(e.end-e.body)
		x := int64(v<<unused) >> unused
		return x > -1<<40 && x < 1<<40, nil
	case place:
		return v <= uint64(m.f.size), nil
	case language:
		s, err := m.f.word(e)
		return len(s) >= 2 && len(s) <= 3 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == "", err
	}
	return v <= uint64(as), nil
}

// index reads an element without which a film plays too, and voids it where its
// structure does not hold.
func (m *reel) index(e element, fn func(element) error) error {
	mark := len(m.info.Blanks)
	err := m.f.elements(e.body, e.end, fn)
	if errors.Is(err, ErrDamaged) {
		m.info.Blanks = m.info.Blanks[:mark]
		return m.void(e)
	}
	return err
}

// seek keeps a place where one of the elements lies that are kept.
func (m *reel) seek(s element) error {
	if s.id != elSeek {
		return m.void(s)
	}
	mark, of := len(m.info.Blanks), uint64(0)
	if err := m.f.elements(s.body, s.end, func(e element) (err error) {
		if e.id != elSeekID {
			return m.keep(e, seekParts)
		}
		of, err = m.f.number(e)
		return err
	}); err != nil {
		return err
	}
	switch of {
	case elSeekHead, elInfo, elTracks, elCues, elCluster:
		return nil
	}
	m.info.Blanks = m.info.Blanks[:mark]
	return m.void(s)
}

func (m *reel) cue(c element) error {
	if c.id != elCuePoint {
		return m.void(c)
	}
	return m.f.elements(c.body, c.end, func(e element) error {
		if e.id == elCuePlaces {
			return m.all(e, cuePlaces)
		}
		return m.keep(e, cueParts)
	})
}

// all keeps what of an element is in a list.
func (m *reel) all(e element, list map[uint32]form) error {
	return m.f.elements(e.body, e.end, func(x element) error { return m.keep(x, list) })
}

// void turns an element into one that says nothing, of the same length.
func (m *reel) void(e element) error {
	n := e.end - e.at
	head := []byte{elVoid, 0}
	if n-2 < 127 {
		head[1] = 0x80 | byte(n-2)
	} else if n >= 9 {
		head = binary.BigEndian.AppendUint64(head[:1], 1<<56|uint64(n-9))
	}
	if n < 2 {
		return ErrDamaged
	}
	return m.info.blank(Blank{e.at, n, head})
}

func (m *reel) zero(e element) error {
	if e.end == e.body {
		return nil
	}
	return m.info.blank(Blank{At: e.body, Size: e.end - e.body})
}
