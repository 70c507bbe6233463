package media

import (
	"bytes"
	"encoding/binary"
	"math"
)

// spool is one track of a WebM file.
type spool struct {
	number uint64
	kind   uint64
	codec  string
	alpha  bool // how far its picture is transparent lies beside each part
}

func (m *reel) track(t element) error {
	if t.id != elTrack {
		return m.void(t)
	}
	s := &spool{}
	var private, uids []element
	if err := m.f.elements(t.body, t.end, func(e element) error {
		var err error
		switch e.id {
		case elNumber, elTrackType, elCodec:
			err = m.says(e, s)
		case elUID:
			uids = append(uids, e)
		case elPrivate:
			private = append(private, e)
		case elVideo:
			err = m.f.elements(e.body, e.end, func(x element) error { return m.picture(x, s) })
		case elAudio:
			err = m.all(e, audioParts)
		case elEncodings:
			err = ErrCodec
		default:
			err = m.keep(e, trackParts)
		}
		return err
	}); err != nil {
		return err
	}
	if err := m.known(s); err != nil {
		return err
	}
	for _, e := range uids {
		if err := m.anonymous(e, s); err != nil {
			return err
		}
	}
	for _, e := range private {
		if err := m.private(e, s); err != nil {
			return err
		}
	}
	return nil
}

// says reads what a track is. It says so once; what it says again is voided.
func (m *reel) says(e element, s *spool) (err error) {
	switch {
	case e.id == elNumber && s.number == 0:
		s.number, err = m.f.number(e)
	case e.id == elTrackType && s.kind == 0:
		s.kind, err = m.f.number(e)
	case e.id == elCodec && s.codec == "":
		s.codec, err = m.f.word(e)
	default:
		return m.void(e)
	}
	return err
}

// known refuses a track that browsers do not play, or of which another has the
// number.
func (m *reel) known(s *spool) error {
	known := false
	switch s.kind {
	case 1:
		m.video++
		known = s.codec == "V_VP8" || s.codec == "V_VP9" || s.codec == "V_AV1"
	case 2:
		m.sound++
		known = s.codec == "A_OPUS" || s.codec == "A_VORBIS"
	default:
		return ErrTrack
	}
	if !known {
		return ErrCodec
	}
	if s.number == 0 || s.number > 127 || m.spool(s.number) != nil {
		return ErrDamaged
	}
	m.spools = append(m.spools, s)
	return nil
}

// spool gives the track of a number; nil for none.
func (m *reel) spool(number uint64) *spool {
	for _, s := range m.spools {
		if s.number == number {
			return s
		}
	}
	return nil
}

// anonymous writes the number of a track in the place of the one that a program
// drew by lot for it. Nothing that is kept refers to that.
func (m *reel) anonymous(e element, s *spool) error {
	n := e.end - e.body
	if n < 1 || n > 8 {
		return m.void(e)
	}
	return m.info.blank(Blank{e.body, n, binary.BigEndian.AppendUint64(nil, s.number)[8-n:]})
}

func (m *reel) picture(e element, s *spool) error {
	switch e.id {
	case elWidth, elHeight:
		v, err := m.f.number(e)
		if err != nil {
			return err
		}
		if v > math.MaxUint16 {
			return ErrDamaged
		}
		if e.id == elWidth {
			m.info.Width = int(v)
		} else {
			m.info.Height = int(v)
		}
		return nil
	case elAlpha:
		v, err := m.f.number(e)
		if s.alpha = v == 1; err != nil || s.alpha {
			return err
		}
		return m.void(e)
	case elColour:
		return m.f.elements(e.body, e.end, func(x element) error {
			if x.id == elMastering {
				return m.all(x, masteringParts)
			}
			return m.keep(x, colourParts)
		})
	case elProject:
		return m.all(e, projectParts)
	}
	return m.keep(e, videoParts)
}

// maxPrivate bounds what a decoder begins with, in bytes. Vorbis has its books in it.
const maxPrivate = 1 << 20

// private looks at what a decoder begins with: what is not that is voided where it
// plays without, else refused.
func (m *reel) private(e element, s *spool) error {
	n := e.end - e.body
	if n > maxPrivate {
		return ErrDamaged
	}
	b, err := m.f.read(e.body, int(n))
	if err != nil {
		return err
	}
	switch s.codec {
	case "A_OPUS":
		if !isOpusHead(b) {
			return ErrDamaged
		}
		return nil
	case "A_VORBIS":
		return m.vorbis(e, b)
	case "V_VP9":
		if isVP9Features(b) {
			return nil
		}
	case "V_AV1":
		if list, ok := av1Config(b); ok {
			return m.info.blanksAt(e.body, list)
		}
	}
	return m.void(e)
}

// vorbis silences the comments, which are the second of three packets.
func (m *reel) vorbis(e element, b []byte) error {
	if len(b) < 3 || b[0] != 2 {
		return ErrDamaged
	}
	var sizes [2]int
	at := 1
	for i := range sizes {
		for {
			if at >= len(b) {
				return ErrDamaged
			}
			n := int(b[at])
			sizes[i] += n
			if at++; n != 255 {
				break
			}
		}
	}
	head, comments := at, at+sizes[0]
	books := comments + sizes[1]
	if books > len(b) || sizes[0] != 30 || !bytes.HasPrefix(b[head:], []byte("\x01vorbis")) || !bytes.HasPrefix(b[comments:books], []byte("\x03vorbis")) || !bytes.HasPrefix(b[books:], []byte("\x05vorbis")) {
		return ErrDamaged
	}
	quiet, ok := silence("\x03vorbis", "\x01", sizes[1])
	if !ok {
		return ErrDamaged
	}
	return m.info.blank(Blank{e.body + int64(comments), int64(sizes[1]), quiet})
}
