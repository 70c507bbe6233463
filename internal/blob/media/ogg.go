package media

import (
	"bytes"
	"encoding/binary"
)

// crcTable is that of the check sum of Ogg pages (RFC 3533, 6).
var crcTable = func() (t [256]uint32) {
	for i := range t {
		r := uint32(i) << 24
		for range 8 {
			if r&(1<<31) != 0 {
				r = r<<1 ^ 0x04c11db7
			} else {
				r <<= 1
			}
		}
		t[i] = r
	}
	return t
}()

// checkSum is that of a page whose own field is taken for zero.
func checkSum(page []byte) (sum uint32) {
	for i, c := range page {
		if i >= 22 && i < 26 {
			c = 0
		}
		sum = sum<<8 ^ crcTable[byte(sum>>24)^c]
	}
	return sum
}

// page is an Ogg page with its bytes.
type page struct {
	at     int64
	bytes  []byte
	lacing []byte
	body   []byte
}

func (p page) flags() byte     { return p.bytes[5] }
func (p page) granule() uint64 { return binary.LittleEndian.Uint64(p.bytes[6:]) }
func (p page) serial() uint32  { return binary.LittleEndian.Uint32(p.bytes[14:]) }

const (
	pageHead    = 27
	maxComments = 4 << 20 // bytes of the packet of comments
	noGranule   = ^uint64(0)
)

// page reads the page at a place; false where there is none.
func (f *file) page(at int64) (page, bool, error) {
	if err := f.part(); err != nil {
		return page{}, false, err
	}
	if at > f.size-pageHead {
		return page{}, false, nil
	}
	head, err := f.read(at, pageHead)
	if err != nil {
		return page{}, false, err
	}
	if string(head[:5]) != "OggS\x00" {
		return page{}, false, nil
	}
	segments := int(head[26])
	lacing, err := f.read(at+pageHead, segments)
	if err != nil {
		return page{}, false, err
	}
	size := pageHead + segments
	for _, n := range lacing {
		size += int(n)
	}
	all, err := f.read(at, size)
	if err != nil {
		return page{}, false, err
	}
	if binary.LittleEndian.Uint32(all[22:]) != checkSum(all) {
		return page{}, false, ErrDamaged
	}
	return page{at, all, all[pageHead : pageHead+segments], all[pageHead+segments:]}, true, nil
}

// tape collects what an Ogg file says.
type tape struct {
	info     Info
	serial   uint32
	rate     uint32
	skip     uint64 // samples before the sound
	last     uint64
	opus     bool
	packets  int      // that have ended
	comments []byte   // the second packet, as it is gathered
	pages    []Blank  // those that hold parts of it, whole
	places   [][2]int // in each of them: where a part begins, and its length
}

func readOgg(f *file) (Info, error) {
	t := &tape{info: Info{Type: Ogg}}
	at := int64(0)
	for {
		p, ok, err := f.page(at)
		if err != nil {
			return Info{}, err
		}
		if !ok {
			break
		}
		if err := t.add(p, at == 0); err != nil {
			return Info{}, err
		}
		at += int64(len(p.bytes))
	}
	if f.size-at > maxTail || t.packets < 3 {
		return Info{}, ErrDamaged
	}
	if err := t.silence(); err != nil {
		return Info{}, err
	}
	t.info.To = at
	if t.last > t.skip {
		t.info.Duration = span(t.last-t.skip, t.rate)
	}
	return t.info, nil
}

// add takes a page. One stream is taken, so that nothing travels beside it.
func (t *tape) add(p page, first bool) error {
	begins := p.flags()&2 != 0
	switch {
	case first != begins && first:
		return ErrDamaged
	case first:
		t.serial = p.serial()
		return t.begin(p)
	case begins, p.serial() != t.serial:
		return ErrTrack
	}
	if g := p.granule(); g != noGranule {
		t.last = g
	}
	return t.gather(p)
}

// begin reads the head of the stream, which is alone on the first page.
func (t *tape) begin(p page) error {
	switch {
	case bytes.HasPrefix(p.body, []byte("OpusHead")) && len(p.body) >= 19:
		t.opus, t.rate, t.skip = true, 48000, uint64(binary.LittleEndian.Uint16(p.body[10:]))
	case bytes.HasPrefix(p.body, []byte("\x01vorbis")) && len(p.body) == 30:
		t.rate = binary.LittleEndian.Uint32(p.body[12:])
	default:
		return ErrCodec
	}
	if len(p.lacing) != 1 {
		return ErrDamaged
	}
	t.packets = 1
	return nil
}

// gather counts packets and keeps what belongs to the second.
func (t *tape) gather(p page) error {
	at, from := 0, 0
	for _, n := range p.lacing {
		at += int(n)
		if n == 255 {
			continue
		}
		if t.packets == 1 {
			if err := t.part(p, from, at); err != nil {
				return err
			}
		}
		t.packets++
		from = at
	}
	if t.packets == 1 {
		return t.part(p, from, at)
	}
	return nil
}

// part keeps a part of the second packet with its page.
func (t *tape) part(p page, from, to int) error {
	if len(t.comments)+to-from > maxComments {
		return ErrDamaged
	}
	t.comments = append(t.comments, p.body[from:to]...)
	t.pages = append(t.pages, Blank{p.at, int64(len(p.bytes)), bytes.Clone(p.bytes)})
	t.places = append(t.places, [2]int{len(p.bytes) - len(p.body) + from, to - from})
	return nil
}

// silence writes comments of the same length that say nothing.
func (t *tape) silence() error {
	mark, tail := "OpusTags", ""
	if !t.opus {
		mark, tail = "\x03vorbis", "\x01"
	}
	quiet, ok := silence(mark, tail, len(t.comments))
	if !ok || !bytes.HasPrefix(t.comments, []byte(mark)) {
		return ErrDamaged
	}
	for i, b := range t.pages {
		place := t.places[i]
		quiet = quiet[copy(b.Head[place[0]:][:place[1]], quiet):]
		binary.LittleEndian.PutUint32(b.Head[22:], checkSum(b.Head))
		t.info.Blanks = append(t.info.Blanks, b)
	}
	return nil
}

// silence gives a packet of comments of a size that says nothing: the name of the
// program is spaces, and no comment follows. False when the size is too small.
func silence(mark, tail string, size int) ([]byte, bool) {
	spaces := size - len(mark) - 8 - len(tail)
	if spaces < 0 {
		return nil, false
	}
	quiet := binary.LittleEndian.AppendUint32([]byte(mark), uint32(spaces))
	quiet = append(quiet, bytes.Repeat([]byte{' '}, spaces)...)
	return append(append(quiet, 0, 0, 0, 0), tail...), true
}
