package media

import (
	"cmp"
	"math/bits"
	"slices"
	"time"
)

const ebmlMagic = "\x1a\x45\xdf\xa3"

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

// reel collects what a WebM file says.
type reel struct {
	f            *file
	info         Info
	scale        uint64 // nanoseconds of one unit
	length       float64
	last         uint64 // when the last cluster begins
	spools       []*spool
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
		if e.id != elDocType || kind != "" {
			return m.keep(e, headerParts)
		}
		kind, err = f.word(e)
		return err
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
	slices.SortFunc(m.info.Blanks, func(a, b Blank) int { return cmp.Compare(a.At, b.At) })
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
		case elSeekHead:
			err = m.index(e, m.seek)
		case elCues:
			err = m.index(e, m.cue)
		case elInfo:
			err = m.f.elements(e.body, e.end, m.about)
		case elTracks:
			err = m.f.elements(e.body, e.end, m.track)
		case elCluster:
			e.end, err = m.cluster(e)
		default: // tags, chapters, attached files, checksums, empty places and what is unknown
			err = m.void(e)
		}
		if err != nil {
			return err
		}
		at = e.end
	}
	return nil
}

// about reads the information on the segment and blanks all that is not needed.
func (m *reel) about(e element) error {
	switch e.id {
	case elScale:
		v, err := m.f.number(e)
		if m.scale = v; err == nil && v > maxScale {
			err = ErrDamaged
		}
		return err
	case elDuration:
		v, ok, err := m.real(e)
		if m.length = v; err == nil && !ok {
			err = ErrDamaged
		}
		return err
	case elMuxing, elWriting:
		return m.zero(e)
	}
	return m.void(e)
}
