package mediatest

import (
	"bytes"
	"math"
)

// Element is an EBML element.
func Element(id uint32, body ...[]byte) *Part {
	return &Part{Name: string(bytes.TrimLeft(be(4, uint64(id)), "\x00")), Body: bytes.Join(body, nil)}
}

// Master is an EBML element that holds others.
func Master(id uint32, parts ...*Part) *Part {
	p := Element(id)
	p.Holds, p.Parts = true, parts
	return p
}

// element writes an element; its length stands in eight bytes.
func element(p *Part) []byte {
	body := p.bytes(element)
	size := be(8, 1<<56|uint64(len(body)))
	if p.Open {
		size = be(8, 1<<57-1)
	}
	return append(append([]byte(p.Name), size...), body...)
}

// Elements writes what a part holds, as a WebM file.
func Elements(file *Part) []byte { return file.bytes(element) }

// WebM is a WebM file with tags, titles and names of programs.
func WebM(x Film) []byte { return Elements(WebMParts(x)) }

// WebMParts are the parts of WebM; the file is the one that holds all.
func WebMParts(x Film) *Part {
	if x.Codec == "" {
		x.Codec = "V_VP9"
	}
	said, u := []byte(Secret), func(id uint32, n int, v uint64) *Part { return Element(id, be(n, v)) }
	about := []*Part{u(0x2AD7B1, 3, 1_000_000), Element(0x4D80, said), Element(0x5741, said), Element(0x7BA9, said), u(0x4461, 8, 1)}
	if !x.Open {
		about = append(about, u(0x4489, 8, math.Float64bits(float64(x.Seconds)*1000)))
	}
	tone := append([]byte("OpusHead\x01\x01"), 0x38, 1, 0x80, 0xBB, 0, 0, 0, 0, 0)
	tracks := []*Part{Master(0xAE, u(0xD7, 1, 1), Element(0x73C5, said[:8]), u(0x83, 1, 2), Element(0x86, []byte("A_OPUS")), Element(0x63A2, tone), Element(0x22B59C, []byte("und")), Element(0x536E, said),
		Master(0xE1, u(0x9F, 1, 1), u(0xB5, 8, math.Float64bits(48000))))}
	if x.Width > 0 {
		picture := Master(0xE0, u(0xB0, 2, uint64(x.Width)), u(0xBA, 2, uint64(x.Height)), Master(0x55B0, u(0x55B1, 1, 1), Master(0x55D0, u(0x55D9, 8, math.Float64bits(1000)))))
		if x.Alpha {
			picture.Parts = append(picture.Parts, u(0x53C0, 1, 1))
		}
		tracks = append(tracks, Master(0xAE, u(0xD7, 1, 2), u(0x83, 1, 1), Element(0x86, []byte(x.Codec)), picture))
	}
	frame := func(id uint32, track byte) *Part {
		return Element(id, []byte{0x80 | track, 0, 0, 0x80}, bytes.Repeat([]byte{7}, 300))
	}
	group := Master(0xA0, frame(0xA1, 1), u(0x9B, 1, 20), Element(0xFB, []byte{0xEC}))
	if x.Alpha {
		group = Master(0xA0, frame(0xA1, 2), Master(0x75A1, Master(0xA6, u(0xEE, 1, 1), Element(0xA5, bytes.Repeat([]byte{8}, 300)))))
	}
	clusters := []*Part{Master(0x1F43B675, u(0xE7, 1, 0), frame(0xA3, 1), group), Master(0x1F43B675, u(0xE7, 4, uint64(x.Seconds)*1000), u(0xAB, 2, 300), frame(0xA3, 1))}
	seek := func(id uint32) *Part { return Master(0x4DBB, Element(0x53AB, be(4, uint64(id))), u(0x53AC, 2, 200)) }
	parts := []*Part{Master(0x114D9B74, Element(0xBF, said[:4]), seek(0x1549A966), seek(0x1254C367)), Master(0x1549A966, about...), Master(0x1654AE6B, tracks...), Element(0xBF, said[8:12]), clusters[0], clusters[1],
		Master(0x1C53BB6B, Master(0xBB, u(0xB3, 1, 0), Master(0xB7, u(0xF7, 1, 1), u(0xF1, 2, 300)))), Element(0x1254C367, []byte("\x73\x73\xa3"), said), Element(0x1941A469, said), Element(0xEC, said)}
	segment := Master(0x18538067, parts...)
	segment.Open, clusters[0].Open, clusters[1].Open = x.Open, x.Open, x.Open
	return &Part{Holds: true, Parts: []*Part{Master(0x1A45DFA3, u(0x4286, 1, 1), Element(0x4282, []byte("webm"))), segment}}
}
