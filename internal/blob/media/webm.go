package media

import (
	"encoding/binary"
	"math"
	"math/bits"
	"strings"
	"time"
)

const ebmlMagic = "\x1a\x45\xdf\xa3"

// Elements of WebM (RFC 8794, RFC 9559).
const (
	elHeader    = 0x1A45DFA3
	elDocType   = 0x4282
	elSegment   = 0x18538067
	elSeekHead  = 0x114D9B74
	elInfo      = 0x1549A966
	elTracks    = 0x1654AE6B
	elCues      = 0x1C53BB6B
	elCluster   = 0x1F43B675
	elTags      = 0x1254C367
	elChapters  = 0x1043A770
	elAttached  = 0x1941A469
	elVoid      = 0xEC
	elCRC       = 0xBF
	elScale     = 0x2AD7B1
	elDuration  = 0x4489
	elMuxing    = 0x4D80
	elWriting   = 0x5741
	elTrack     = 0xAE
	elTrackType = 0x83
	elCodec     = 0x86
	elName      = 0x536E
	elCodecName = 0x258688
	elEncodings = 0x6D80
	elVideo     = 0xE0
	elWidth     = 0xB0
	elHeight    = 0xBA
	elTimestamp = 0xE7
)

// element is an EBML element; an open one does not say where it ends.
type element struct {
	id            uint32
	at, body, end int64
	open          bool
}

// element reads the head of an element that must end before to.
func (f *file) element(at, to int64) (element, error) {
	if err := f.part(); err != nil {
		return element{}, err
	}
	head, err := f.read(at, int(min(12, to-at)))
	if err != nil {
		return element{}, err
	}
	if len(head) < 2 {
		return element{}, ErrDamaged
	}
	n := bits.LeadingZeros8(head[0]) + 1
	if n > 4 || n >= len(head) {
		return element{}, ErrDamaged
	}
	e := element{at: at}
	for _, c := range head[:n] {
		e.id = e.id<<8 | uint32(c)
	}
	w := bits.LeadingZeros8(head[n]) + 1
	if w > 8 || n+w > len(head) {
		return element{}, ErrDamaged
	}
	size := uint64(head[n]) & (1<<(8-w) - 1)
	for _, c := range head[n+1 : n+w] {
		size = size<<8 | uint64(c)
	}
	e.body = at + int64(n+w)
	if size == 1<<(7*w)-1 {
		e.open, e.end = true, to
		return e, nil
	}
	if size > uint64(to-e.body) {
		return element{}, ErrDamaged
	}
	e.end = e.body + int64(size)
	return e, nil
}

// elements hands every element between two places to fn; none may be open.
func (f *file) elements(from, to int64, fn func(element) error) error {
	for at := from; at < to; {
		e, err := f.element(at, to)
		if err != nil {
			return err
		}
		if e.open {
			return ErrDamaged
		}
		if err := fn(e); err != nil {
			return err
		}
		at = e.end
	}
	return nil
}

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

// reel collects what a WebM file says.
type reel struct {
	f            *file
	info         Info
	scale        uint64 // nanoseconds of one unit
	length       float64
	last         uint64 // when the last cluster begins
	sound, video int
	clusters     int
}

func readWebM(f *file) (Info, error) {
	m := &reel{f: f, info: Info{Type: WebA}, scale: 1_000_000}
	head, err := f.element(0, f.size)
	if err != nil {
		return Info{}, err
	}
	kind := ""
	if head.id != elHeader || head.open {
		return Info{}, ErrDamaged
	}
	if err := f.elements(head.body, head.end, func(e element) error {
		switch e.id {
		case elDocType:
			kind, err = f.word(e)
			return err
		case elVoid:
			m.zero(e)
		}
		return nil
	}); err != nil {
		return Info{}, err
	}
	if kind != "webm" {
		return Info{}, ErrCodec
	}
	segment, err := f.element(head.end, f.size)
	if err != nil {
		return Info{}, err
	}
	if segment.id != elSegment {
		return Info{}, ErrDamaged
	}
	m.info.To = segment.end
	if err := m.segment(segment); err != nil {
		return Info{}, err
	}
	if m.clusters == 0 || m.sound+m.video == 0 {
		return Info{}, ErrDamaged
	}
	if m.video > 1 {
		return Info{}, ErrTrack
	}
	if m.video == 1 {
		m.info.Type = WebM
	}
	m.info.Duration = m.duration()
	return m.info, nil
}

// duration is what the file says, else when its last cluster begins.
func (m *reel) duration() time.Duration {
	length := m.length
	if length == 0 {
		length = float64(m.last)
	}
	ns := length * float64(m.scale)
	if !(ns > 0) || ns > float64(100*time.Hour) {
		return 0
	}
	return time.Duration(ns)
}

func (m *reel) segment(s element) error {
	for at := s.body; at < s.end; {
		e, err := m.f.element(at, s.end)
		if err != nil {
			return err
		}
		if e.open && e.id != elCluster {
			return ErrDamaged
		}
		switch e.id {
		case elSeekHead, elCues:
		case elInfo:
			err = m.f.elements(e.body, e.end, m.about)
		case elTracks:
			err = m.f.elements(e.body, e.end, m.track)
		case elCluster:
			e.end, err = m.cluster(e)
		default: // tags, chapters, attached files and what is unknown
			err = m.void(e)
		}
		if err != nil {
			return err
		}
		at = e.end
	}
	return nil
}

// cluster reads when a cluster begins and gives where it ends: an open one before
// the next element of the segment.
func (m *reel) cluster(c element) (int64, error) {
	m.clusters++
	for at := c.body; at < c.end; {
		e, err := m.f.element(at, c.end)
		if err != nil {
			return 0, err
		}
		switch e.id {
		case elCluster, elCues, elTags, elChapters, elAttached, elInfo, elTracks, elSeekHead:
			if c.open {
				return at, nil
			}
			return 0, ErrDamaged
		case elTimestamp:
			if m.last, err = m.f.number(e); err != nil {
				return 0, err
			}
			if !c.open {
				return c.end, nil
			}
		}
		if e.open {
			return 0, ErrDamaged
		}
		at = e.end
	}
	return c.end, nil
}

// about reads the information on the segment and blanks all that is not needed.
func (m *reel) about(e element) error {
	switch e.id {
	case elScale:
		v, err := m.f.number(e)
		m.scale = v
		return err
	case elDuration:
		return m.float(e)
	case elMuxing, elWriting:
		m.zero(e)
		return nil
	}
	return m.void(e)
}

func (m *reel) float(e element) error {
	v, err := m.f.number(e)
	switch {
	case err != nil:
		return err
	case e.end-e.body == 4:
		m.length = float64(math.Float32frombits(uint32(v)))
	case e.end-e.body == 8:
		m.length = math.Float64frombits(v)
	default:
		return ErrDamaged
	}
	return nil
}

func (m *reel) track(t element) error {
	if t.id != elTrack {
		return m.void(t)
	}
	kind, codec := uint64(0), ""
	if err := m.f.elements(t.body, t.end, func(e element) error {
		var err error
		switch e.id {
		case elTrackType:
			kind, err = m.f.number(e)
		case elCodec:
			codec, err = m.f.word(e)
		case elVideo:
			err = m.f.elements(e.body, e.end, m.picture)
		case elEncodings:
			err = ErrCodec
		case elName, elCodecName, elCRC, elVoid, elTags:
			err = m.void(e)
		}
		return err
	}); err != nil {
		return err
	}
	known := false
	switch kind {
	case 1:
		m.video++
		known = codec == "V_VP8" || codec == "V_VP9" || codec == "V_AV1"
	case 2:
		m.sound++
		known = codec == "A_OPUS" || codec == "A_VORBIS"
	default:
		return ErrTrack
	}
	if !known {
		return ErrCodec
	}
	return nil
}

func (m *reel) picture(e element) error {
	if e.id != elWidth && e.id != elHeight {
		return nil
	}
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
	m.info.Blanks = append(m.info.Blanks, Blank{e.at, n, head})
	return nil
}

func (m *reel) zero(e element) {
	if e.end > e.body {
		m.info.Blanks = append(m.info.Blanks, Blank{At: e.body, Size: e.end - e.body})
	}
}
