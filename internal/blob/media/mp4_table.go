package media

import (
	"encoding/binary"
	"slices"
)

// spareBoxes are those without which a film plays too.
var spareBoxes = []string{"sidx", "tfra", "mfro", "sbgp", "sgpd", "cslg"}

// isNumber reports whether four bytes are a number as films have them, a small
// one below zero too, and no text: the first letter of that is a high byte.
func isNumber(w uint32) bool { return w < 1<<29 || w >= 0xF0000000 }

// layout is what the content of a box is made of: fields, and rows of fields. A
// field is one letter:
//
//	w  a number, see isNumber          W  a time in eight bytes
//	t  a time in four bytes            o  a place in the file, in four bytes
//	O  a place in the file, in eight   s  how a part of an index begins
//	b  one byte                        h  two bytes
type layout struct {
	head string // behind version and flags
	rows string
	n    int64
}

// layouts are those of boxes that are the same in every file.
var layouts = map[string]layout{
	"trex": {head: "wwwww"}, "mfhd": {head: "w"}, "mfro": {head: "w"},
	"stts": {head: "w", rows: "ww"}, "ctts": {head: "w", rows: "ww"}, "stsc": {head: "w", rows: "www"}, "stss": {head: "w", rows: "w"},
	"stco": {head: "w", rows: "o"}, "co64": {head: "w", rows: "O"}, "elst": {head: "w", rows: "tww"}, "tfdt": {head: "t"}, "cslg": {head: "wwwww"},
}

// wideLayouts are those of version 1 where it differs.
var wideLayouts = map[string]layout{"elst": {head: "w", rows: "WWw"}, "tfdt": {head: "W"}, "cslg": {head: "WWWWW"}}

// table holds a box to its layout and blanks what lies behind. ErrDamaged where
// it does not hold.
func (m *film) table(b box) error {
	start, err := m.f.read(b.body, int(min(b.end-b.body, 40)))
	if err != nil {
		return err
	}
	if len(start) < 4 {
		return ErrDamaged
	}
	switch b.kind {
	case "vmhd", "smhd", "nmhd": // how pictures and tones are mixed, which is one way
		if binary.BigEndian.Uint32(start) > 1 {
			return ErrDamaged
		}
		return m.zero(b.body+4, b.end)
	}
	l, ok := layoutOf(b.kind, start)
	if !ok {
		return ErrDamaged
	}
	at := b.body + 4
	if at, err = m.fields(at, b.end, l.head); err != nil {
		return err
	}
	for range l.n {
		if at, err = m.fields(at, b.end, l.rows); err != nil {
			return err
		}
	}
	return m.zero(at, b.end)
}

// layoutOf reads the layout of a box from its beginning; false where that is none.
func layoutOf(kind string, start []byte) (layout, bool) {
	b := make([]byte, 40)
	copy(b, start)
	word := func(at int) int64 { return int64(binary.BigEndian.Uint32(b[at:])) }
	version, flags := b[0], word(0)&0xFFFFFF
	if version > 1 {
		return layout{}, false
	}
	l, fixed := layouts[kind]
	if w, ok := wideLayouts[kind]; ok && version == 1 {
		l = w
	}
	if fixed {
		l.n = word(4)
		return l, flags <= 1
	}
	switch kind {
	case "stsz":
		l = layout{head: "ww", rows: "w", n: word(8)}
		if word(4) != 0 {
			l.n = 0
		}
	case "stz2":
		return sizes(b[7], word(8)), flags == 0 && slices.Contains([]byte{4, 8, 16}, b[7])
	case "sbgp":
		l = layout{head: "tw", rows: "ww", n: word(8)}
		if version == 1 {
			l = layout{head: "tww", rows: "ww", n: word(12)}
		}
		return l, flags == 0 && slices.Contains(groups, string(b[4:8]))
	case "sgpd":
		size, n := word(8), word(12)
		return layout{head: "tww", rows: "bb"[:min(size, 2)], n: n}, version == 1 && flags == 0 && slices.Contains(groups, string(b[4:8])) && size > 0 && size <= 2 && n <= 16
	case "sidx":
		l = layout{head: "wttohh", rows: "wws", n: int64(binary.BigEndian.Uint16(b[22:]))}
		if version == 1 {
			l = layout{head: "wtWOhh", rows: "wws", n: int64(binary.BigEndian.Uint16(b[30:]))}
		}
	case "tfra":
		return places(version, word(8), word(12)), flags == 0 && word(8) < 64
	case "tfhd":
		return fragment(flags), flags&^0x3003B == 0
	case "trun":
		return run(flags, word(4)), flags&^0xF05 == 0
	default:
		return layout{}, false
	}
	return l, flags == 0
}

// groups are the kinds of group that say where a decoder may begin.
var groups = []string{"roll", "prol", "rap "}

// sizes is a table of sizes in 4, 8 or 16 bits.
func sizes(bits byte, n int64) layout {
	switch bits {
	case 4:
		return layout{head: "ww", rows: "b", n: (n + 1) / 2}
	case 8:
		return layout{head: "ww", rows: "b", n: n}
	}
	return layout{head: "ww", rows: "h", n: n}
}

// places is the index of a film in fragments: when and where each begins, and
// three numbers of one to four bytes.
func places(version byte, lengths, n int64) layout {
	row := "to"
	if version == 1 {
		row = "WO"
	}
	for shift := 4; shift >= 0; shift -= 2 {
		row += [...]string{"b", "h", "bh", "w"}[lengths>>shift&3]
	}
	return layout{head: "www", rows: row, n: n}
}

// fragment is the head of a track in a fragment.
func fragment(flags int64) layout {
	l := layout{head: "w"}
	for _, x := range []struct {
		flag  int64
		field string
	}{{1, "O"}, {2, "w"}, {8, "w"}, {16, "w"}, {32, "w"}} {
		if flags&x.flag != 0 {
			l.head += x.field
		}
	}
	return l
}

// run is a run of samples in a fragment.
func run(flags, n int64) layout {
	l := layout{head: "w", n: n}
	for _, flag := range []int64{1, 4} {
		if flags&flag != 0 {
			l.head += "w"
		}
	}
	for _, flag := range []int64{0x100, 0x200, 0x400, 0x800} {
		if flags&flag != 0 {
			l.rows += "w"
		}
	}
	if l.rows == "" {
		l.n = 0
	}
	return l
}

// fields checks the fields from a place on and gives where they end.
func (m *film) fields(at, end int64, list string) (int64, error) {
	size := int64(0)
	for _, c := range list {
		size += fieldSize[c]
	}
	if size > end-at {
		return 0, ErrDamaged
	}
	b, err := m.f.read(at, int(size))
	if err != nil {
		return 0, err
	}
	for _, c := range list {
		if !m.holds(c, b) {
			return 0, ErrDamaged
		}
		b = b[fieldSize[c]:]
	}
	return at + size, nil
}

var fieldSize = map[rune]int64{'w': 4, 't': 4, 'o': 4, 's': 4, 'W': 8, 'O': 8, 'b': 1, 'h': 2}

func (m *film) holds(field rune, b []byte) bool {
	switch field {
	case 'w':
		return isNumber(binary.BigEndian.Uint32(b))
	case 'o':
		return int64(binary.BigEndian.Uint32(b)) <= m.f.size
	case 's':
		return binary.BigEndian.Uint32(b)&0x0FFFFFFF < 1<<20
	case 'O':
		return binary.BigEndian.Uint64(b) <= uint64(m.f.size)
	case 'W':
		x := int64(binary.BigEndian.Uint64(b))
		return x > -1<<40 && x < int64(moment)
	}
	return true
}
