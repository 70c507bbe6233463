package mediatest

import "bytes"

// NewBox is a box of an MP4 file.
func NewBox(kind string, body ...[]byte) *Part { return &Part{Name: kind, Body: bytes.Join(body, nil)} }

// container is a box that holds others behind its own fields.
func container(kind string, fields []byte, parts ...*Part) *Part {
	return &Part{Name: kind, Body: fields, Parts: parts, Holds: true}
}

// box writes a box.
func box(p *Part) []byte {
	body := p.bytes(box)
	if p.Wide {
		return append(append(append(be(4, 1), p.Name...), be(8, uint64(len(body)+16))...), body...)
	}
	return append(append(be(4, uint64(len(body)+8)), p.Name...), body...)
}

// Box writes one box.
func Box(kind string, body ...[]byte) []byte { return box(NewBox(kind, body...)) }

// Boxes writes what a part holds, as an MP4 file.
func Boxes(file *Part) []byte { return file.bytes(box) }

// MP4 is an MP4 file with places and devices wherever cameras write them.
func MP4(x Film) []byte { return Boxes(MP4Parts(x)) }

// MP4Parts are the parts of MP4; the file is the one that holds all.
func MP4Parts(x Film) *Part {
	if x.Brand == "" {
		x.Brand = "isom"
	}
	said := []byte(Secret)
	length := uint64(x.Seconds) * 600
	if x.Fragments {
		length = 0
	}
	head := bytes.Join([][]byte{be(4, 0), be(4, 0xD0000001), be(4, 0xD0000002), be(4, 600), be(4, length)}, nil)
	if x.Wide {
		head = bytes.Join([][]byte{be(4, 1<<24), be(8, 0xD0000001), be(8, 0xD0000002), be(4, 600), be(8, length)}, nil)
	}
	movie := container("moov", nil, NewBox("mvhd", head, be(4, 1<<16), be(2, 256), said[:10], matrix(false), said[:24], be(4, 3), said), track("soun", "mp4a", x))
	if x.Width > 0 {
		codec := x.Codec
		if codec == "" {
			codec = "avc1"
		}
		movie.Parts = append(movie.Parts, track("vide", codec, x))
	}
	if x.Handler != "" {
		movie.Parts = append(movie.Parts, track(x.Handler, "gpmd", x))
	}
	if x.Fragments {
		movie.Parts = append(movie.Parts, container("mvex", nil, NewBox("mehd", be(4, 0), be(4, uint64(x.Seconds)*600), said), NewBox("trex", be(4, 0), be(4, 1), be(4, 1), be(4, 1024), make([]byte, 8), said)))
	}
	movie.Parts = append(movie.Parts, NewBox("udta", Box("\xa9xyz", said), Box("meta", be(4, 0), Box("ilst", said))), NewBox("meta", be(4, 0), said), NewBox("free", said))
	file := []*Part{NewBox("ftyp", []byte(x.Brand), said[:4], []byte(x.Brand), said[:8]), movie}
	if x.Fragments {
		file = append(file, NewBox("sidx", be(4, 0), be(4, 1), be(4, 600), be(4, 0), be(4, 0), be(4, 1), be(4, 500), be(4, 600), be(4, 0x90000000), said),
			container("moof", nil, NewBox("mfhd", be(4, 0), be(4, 1)), container("traf", nil, NewBox("tfhd", be(4, 0x20000), be(4, 1), said), NewBox("tfdt", be(4, 0), be(4, 0), said), NewBox("trun", be(4, 0x201), be(4, 1), be(4, 100), be(4, 2000), said), NewBox("uuid", make([]byte, 16), said))),
			NewBox("emsg", said), NewBox("prft", said))
	}
	wide := NewBox("uuid", bytes.Repeat([]byte{0xAC}, 16), said)
	wide.Wide = true
	file = append(file, NewBox("uuid", bytes.Repeat([]byte{0xBE}, 16), said), wide, NewBox("mdat", bytes.Repeat([]byte{7}, 2000)))
	if x.Fragments {
		file = append(file, container("mfra", nil, NewBox("tfra", be(4, 0), be(4, 1), be(4, 0), be(4, 1), be(4, 0), be(4, 200), []byte{1, 1, 1}, said), NewBox("uuid", make([]byte, 16), said), NewBox("mfro", be(4, 0), be(4, 80))))
	}
	return &Part{Holds: true, Parts: file}
}

// matrix says how a picture is turned.
func matrix(turned bool) []byte {
	if turned {
		return bytes.Join([][]byte{make([]byte, 4), be(4, 1<<16), make([]byte, 4), be(4, 1<<32-1<<16), make([]byte, 16), be(4, 1<<30)}, nil)
	}
	return bytes.Join([][]byte{be(4, 1<<16), make([]byte, 12), be(4, 1<<16), make([]byte, 12), be(4, 1<<30)}, nil)
}

func track(handler, codec string, x Film) *Part {
	said, w, h := []byte(Secret), 0, 0
	if handler == "vide" {
		w, h = x.Width, x.Height
	}
	head := bytes.Join([][]byte{be(4, 3), be(4, 0xD0000001), be(4, 0xD0000002), be(4, 1), said[:4], be(4, 0)}, nil)
	times := bytes.Join([][]byte{be(4, 0), be(8, 0xD0000001D0000002), be(4, 600), be(4, 0), be(2, 0x55C4), said[:2]}, nil)
	if x.Wide {
		head = bytes.Join([][]byte{be(4, 1<<24|3), be(8, 0xD0000001), be(8, 0xD0000002), be(4, 1), said[:4], be(8, 0)}, nil)
		times = bytes.Join([][]byte{be(4, 1<<24), be(8, 0xD0000001), be(8, 0xD0000002), be(4, 600), be(8, 0), be(2, 0x55C4), said[:2]}, nil)
	}
	return container("trak", nil,
		NewBox("tkhd", head, said[:8], make([]byte, 6), said[:2], matrix(x.Turned), be(4, uint64(w)<<16), be(4, uint64(h)<<16), said),
		container("edts", nil, NewBox("elst", be(4, 0), be(4, 1), be(4, 600), be(4, 0), be(4, 1<<16), said)),
		container("mdia", nil,
			NewBox("mdhd", times, said),
			NewBox("hdlr", be(8, 0), []byte(handler), []byte("appl"), make([]byte, 8), []byte(Secret+"\x00")),
			container("minf", nil, NewBox("nmhd", be(4, 0), said), container("dinf", nil, NewBox("dref", be(4, 0), be(4, 1), Box("url ", be(4, 1), said))),
				container("stbl", nil, container("stsd", be(8, 1), sample(handler, codec, w, h)),
					NewBox("stts", be(4, 0), be(4, 1), be(4, 10), be(4, 60), said), NewBox("stsc", be(4, 0), be(4, 1), be(4, 1), be(4, 10), be(4, 1), said), NewBox("stsz", be(4, 0), be(4, 0), be(4, 2), be(4, 900), be(4, 1100), said),
					NewBox("stco", be(4, 0), be(4, 1), be(4, 900), said), NewBox("sgpd", be(4, 1<<24), []byte("roll"), be(4, 2), be(4, 1), be(2, 0xFFFF), said), NewBox("sdtp", be(4, 0), said)))),
		NewBox("udta", said))
}

// sample describes how a track is coded.
func sample(handler, codec string, w, h int) *Part {
	said := []byte(Secret)
	switch {
	case handler == "vide":
		set := func(kind byte) []byte { return []byte{1, 0, 3, kind, 0x42, 0} } // one of three bytes
		return container(codec, bytes.Join([][]byte{said[:6], be(2, 1), said[:16], be(2, uint64(w)), be(2, uint64(h)), be(8, 0x0048000000480000), said[:4], be(2, 1), said[:32], be(4, 0x18FFFF)}, nil),
			NewBox("avcC", []byte{1, 66, 0, 30, 0xFF}, set(0x67), set(0x68), said), NewBox("colr", []byte("nclx"), be(7, 0x01000100010000), said), NewBox("colr", []byte("prof"), said), NewBox("pasp", be(8, 1<<32|1), said))
	case codec == "mp4a":
		config := []byte{3, 25, 0, 1, 0, 4, 17, 0x40, 0x15, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 5, 2, 0x12, 0x10, 6, 1, 2}
		return container(codec, bytes.Join([][]byte{said[:6], be(2, 1), be(2, 0), said[:6], be(2, 2), be(2, 16), be(4, 0), be(4, 44100<<16)}, nil), NewBox("esds", be(4, 0), config, said))
	}
	return NewBox(codec, make([]byte, 28))
}
