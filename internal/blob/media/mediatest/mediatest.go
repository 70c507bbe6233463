// Package mediatest makes small films and sound recordings for tests: containers
// whose structure is whole and whose pictures and sound are empty.
package mediatest

import (
	"bytes"
	"encoding/binary"
	"math"
)

// Secret stands in everything of a file that must not be published.
const Secret = "+33.3128+044.3615/Baghdad telephone"

// Film says what an MP4 or WebM file holds.
type Film struct {
	Seconds       int
	Width, Height int    // zero: sound only
	Brand         string // of MP4; empty: "isom"
	Codec         string // of the picture; empty: "avc1" or "V_VP9"
	Handler       string // of a further track of MP4; empty: none
	Turned        bool   // shown upright, as telephones film
	Wide          bool   // MP4 with 64-bit times and sizes
	Fragments     bool   // MP4 in fragments
	Open          bool   // WebM as browsers record it: nothing says how long it is
}

func be(n int, v uint64) []byte {
	b := binary.BigEndian.AppendUint64(nil, v)
	return b[8-n:]
}

// Box is a box of an MP4 file.
func Box(kind string, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	return append(append(be(4, uint64(len(body)+8)), kind...), body...)
}

func wideBox(kind string, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	return append(append(append(be(4, 1), kind...), be(8, uint64(len(body)+16))...), body...)
}

// MP4 is an MP4 file with places and devices wherever cameras write them.
func MP4(x Film) []byte {
	if x.Brand == "" {
		x.Brand = "isom"
	}
	said := []byte(Secret)
	length := uint64(x.Seconds) * 600
	if x.Fragments {
		length = 0
	}
	head := append(append(be(4, 0), be(4, 0xD0000001)...), be(4, 0xD0000002)...)
	head = append(append(head, be(4, 600)...), be(4, length)...)
	if x.Wide {
		head = append(append(be(4, 1<<24), be(8, 0xD0000001)...), be(8, 0xD0000002)...)
		head = append(append(head, be(4, 600)...), be(8, length)...)
	}
	head = append(head, make([]byte, 80)...)
	parts := [][]byte{Box("mvhd", head), track("soun", "mp4a", 0, 0, x)}
	if x.Width > 0 {
		codec := x.Codec
		if codec == "" {
			codec = "avc1"
		}
		parts = append(parts, track("vide", codec, x.Width, x.Height, x))
	}
	if x.Handler != "" {
		parts = append(parts, track(x.Handler, "gpmd", 0, 0, x))
	}
	if x.Fragments {
		parts = append(parts, Box("mvex", Box("mehd", be(4, 0), be(4, uint64(x.Seconds)*600)), Box("trex", make([]byte, 24))))
	}
	parts = append(parts, Box("udta", Box("\xa9xyz", said), Box("meta", be(4, 0), Box("ilst", said))), Box("meta", be(4, 0), said), Box("free", said))
	file := [][]byte{Box("ftyp", []byte(x.Brand), be(4, 512), []byte(x.Brand)), Box("moov", parts...)}
	if x.Fragments {
		file = append(file, Box("moof", Box("mfhd", be(8, 1)), Box("traf", Box("tfhd", be(8, 1)), Box("uuid", make([]byte, 16), said))), Box("emsg", said))
	}
	file = append(file, Box("uuid", bytes.Repeat([]byte{0xBE}, 16), said), wideBox("uuid", bytes.Repeat([]byte{0xAC}, 16), said), Box("mdat", bytes.Repeat([]byte{7}, 2000)))
	if x.Fragments {
		file = append(file, Box("mfra", Box("tfra", make([]byte, 16)), Box("uuid", make([]byte, 16), said), Box("mfro", be(8, 80))))
	}
	return bytes.Join(file, nil)
}

func track(handler, codec string, w, h int, x Film) []byte {
	matrix := append(append(append(be(4, 1<<16), make([]byte, 12)...), be(4, 1<<16)...), make([]byte, 16)...)
	if x.Turned {
		matrix = append(append(append(make([]byte, 4), be(4, 1<<16)...), make([]byte, 4)...), make([]byte, 24)...)
	}
	head := append(be(4, 3), be(4, 0xD0000001)...)
	head = append(append(head, be(4, 0xD0000002)...), make([]byte, 28)...)
	times := append(append(be(4, 0), be(8, 0xD0000001D0000002)...), be(8, 600<<32)...)
	if x.Wide {
		head = append(append(append(be(4, 1<<24), be(8, 0xD0000001)...), be(8, 0xD0000002)...), make([]byte, 32)...)
		times = append(append(append(be(4, 1<<24), be(8, 0xD0000001)...), be(8, 0xD0000002)...), append(be(4, 600), be(8, 0)...)...)
	}
	head = append(append(append(head, matrix...), be(4, uint64(w)<<16)...), be(4, uint64(h)<<16)...)
	entry := Box(codec, make([]byte, 28))
	if handler == "vide" {
		name := make([]byte, 32)
		copy(name, Secret)
		entry = Box(codec, make([]byte, 24), be(2, uint64(w)), be(2, uint64(h)), make([]byte, 14), name, make([]byte, 4))
	}
	return Box("trak", Box("tkhd", head), Box("mdia",
		Box("mdhd", times, make([]byte, 4)),
		Box("hdlr", be(8, 0), []byte(handler), []byte("appl"), make([]byte, 8), []byte(Secret+"\x00")),
		Box("minf", Box("nmhd", be(4, 0)), Box("dinf", Box("dref", be(4, 0), be(4, 1), Box("url ", be(4, 1)))),
			Box("stbl", Box("stsd", be(4, 0), be(4, 1), entry), Box("stts", be(8, 0)), Box("stco", be(8, 0))))),
		Box("udta", []byte(Secret)))
}

// Element is an EBML element whose length stands in eight bytes.
func Element(id uint32, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	return append(append(bytes.TrimLeft(be(4, uint64(id)), "\x00"), be(8, 1<<56|uint64(len(body)))...), body...)
}

// open is an element that does not say where it ends.
func open(id uint32, parts ...[]byte) []byte {
	return append(append(be(4, uint64(id)), be(8, 1<<57-1)...), bytes.Join(parts, nil)...)
}

// WebM is a WebM file with tags, titles and names of programs.
func WebM(x Film) []byte {
	if x.Codec == "" {
		x.Codec = "V_VP9"
	}
	said := []byte(Secret)
	about := [][]byte{Element(0x2AD7B1, be(3, 1_000_000)), Element(0x4D80, said), Element(0x5741, said), Element(0x7BA9, said), Element(0x4461, be(8, 1))}
	if !x.Open {
		about = append(about, Element(0x4489, be(8, math.Float64bits(float64(x.Seconds)*1000))))
	}
	tracks := [][]byte{Element(0xAE, Element(0xD7, be(1, 1)), Element(0x83, be(1, 2)), Element(0x86, []byte("A_OPUS")), Element(0x536E, said))}
	if x.Width > 0 {
		tracks = append(tracks, Element(0xAE, Element(0xD7, be(1, 2)), Element(0x83, be(1, 1)), Element(0x86, []byte(x.Codec)),
			Element(0xE0, Element(0xB0, be(2, uint64(x.Width))), Element(0xBA, be(2, uint64(x.Height))))))
	}
	wrap := Element
	if x.Open {
		wrap = open
	}
	block := Element(0xA3, bytes.Repeat([]byte{7}, 300))
	tags := Element(0x1254C367, Element(0x7373, said))
	segment := wrap(0x18538067, Element(0x114D9B74, be(4, 0)), Element(0x1549A966, about...), Element(0x1654AE6B, tracks...), []byte{0xBF, 0x84, 1, 2, 3, 4},
		wrap(0x1F43B675, Element(0xE7, be(1, 0)), block), wrap(0x1F43B675, Element(0xE7, be(4, uint64(x.Seconds)*1000)), block), tags, Element(0x1941A469, said), Element(0xEC, said))
	return append(Element(0x1A45DFA3, Element(0x4286, be(1, 1)), Element(0x4282, []byte("webm"))), segment...)
}

// MP3 is a recording of so many frames of 26 ms between tags of every kind.
func MP3(frames int) []byte {
	said := []byte(Secret)
	tag := append([]byte("ID3\x04\x00\x00"), 0, 0, 0, byte(len(said)+6))
	tag = append(append(tag, said...), make([]byte, 6)...)
	frame := append([]byte{0xFF, 0xFB, 0x90, 0xC0}, bytes.Repeat([]byte{7}, 413)...)
	ape := append([]byte("APETAGEX"), 0xD0, 7, 0, 0)
	ape = binary.LittleEndian.AppendUint32(ape, uint32(len(said)+32))
	ape = append(append(said, ape...), make([]byte, 16)...)
	v1 := make([]byte, 128)
	copy(v1, "TAG"+Secret)
	return bytes.Join([][]byte{tag, bytes.Repeat(frame, frames), ape, v1}, nil)
}

// Ogg is a recording in Ogg with Opus, so many seconds long, with comments that
// fill more than one page.
func Ogg(seconds int) []byte {
	head := append([]byte("OpusHead\x01\x01"), 0x38, 0x01, 0x80, 0xBB, 0, 0, 0, 0, 0)
	tags := append([]byte("OpusTags"), binary.LittleEndian.AppendUint32(nil, uint32(len(Secret)))...)
	tags = append(append(tags, Secret...), binary.LittleEndian.AppendUint32(nil, 1)...)
	comment := bytes.Repeat([]byte(Secret), 2000)
	tags = append(append(tags, binary.LittleEndian.AppendUint32(nil, uint32(len(comment)))...), comment...)
	b := Page(2, 0, 0, head)
	number := uint32(1)
	for len(tags) > 255*255 {
		b = append(b, pages(byte(min(number-1, 1)), ^uint64(0), number, tags[:255*255], false)...)
		tags, number = tags[255*255:], number+1
	}
	b = append(b, pages(1, 0, number, tags, true)...)
	for i := range seconds {
		b = append(b, Page(0, uint64(i+1)*48000+312, number+1+uint32(i), bytes.Repeat([]byte{7}, 200))...)
	}
	return b
}

// Page is an Ogg page of one stream that holds one whole packet.
func Page(flags byte, granule uint64, number uint32, packet []byte) []byte {
	return pages(flags, granule, number, packet, true)
}

func pages(flags byte, granule uint64, number uint32, part []byte, ends bool) []byte {
	lacing := bytes.Repeat([]byte{255}, len(part)/255)
	if ends {
		lacing = append(lacing, byte(len(part)%255))
	}
	b := append([]byte("OggS\x00"), flags)
	b = binary.LittleEndian.AppendUint64(b, granule)
	b = binary.LittleEndian.AppendUint32(b, 77)
	b = binary.LittleEndian.AppendUint32(b, number)
	b = append(append(b, 0, 0, 0, 0, byte(len(lacing))), lacing...)
	b = append(b, part...)
	binary.LittleEndian.PutUint32(b[22:], Sum(b))
	return b
}

// Sum is the check sum of an Ogg page whose own field is zero.
func Sum(b []byte) (sum uint32) {
	for _, c := range b {
		sum ^= uint32(c) << 24
		for range 8 {
			if sum&(1<<31) != 0 {
				sum = sum<<1 ^ 0x04c11db7
			} else {
				sum <<= 1
			}
		}
	}
	return sum
}
