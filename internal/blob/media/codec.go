package media

import (
	"bytes"
	"encoding/binary"
)

// What decoders begin with. It is looked at so that nothing else lies there; the
// pictures and sounds that follow are not.

// longest bounds the parts of a beginning that are not understood, in bytes.
const longest = 256

// isOpusHead: RFC 7845, 5.1, with nothing behind it.
func isOpusHead(b []byte) bool {
	if len(b) < 19 || !bytes.HasPrefix(b, []byte("OpusHead")) {
		return false
	}
	if b[18] == 0 {
		return len(b) == 19
	}
	return len(b) == 21+int(b[9])
}

// opusConfig is the same in MP4; it gives how many bytes that has.
func opusConfig(b []byte) (int, bool) {
	switch {
	case len(b) < 11 || b[0] != 0:
		return 0, false
	case b[10] == 0:
		return 11, true
	}
	n := 13 + int(b[1])
	return n, n <= len(b)
}

// isVP9Features: features of one byte each, by their numbers.
func isVP9Features(b []byte) bool {
	if len(b) > 12 {
		return false
	}
	for ; len(b) > 0; b = b[3:] {
		if len(b) < 3 || b[0] < 1 || b[0] > 4 || b[1] != 1 || b[2] > 127 {
			return false
		}
	}
	return true
}

// av1Config reads AV1CodecConfigurationRecord and blanks what of it is no
// description of the sequence: it becomes padding (AV1, 6.2.2).
func av1Config(b []byte) ([]Blank, bool) {
	const sequence, padding, sized = 1, 15, 2
	if len(b) < 4 || b[0] != 0x81 {
		return nil, false
	}
	var out []Blank
	for at := 4; at < len(b); {
		if b[at]&0x87 != sized {
			return nil, false
		}
		n, w := binary.Uvarint(b[at+1:])
		if w <= 0 || n > uint64(len(b)-at-1-w) {
			return nil, false
		}
		size := 1 + w + int(n)
		if b[at]>>3 != sequence {
			out = append(out, Blank{int64(at), int64(size), append([]byte{padding<<3 | sized}, b[at+1:at+1+w]...)})
		} else if n > longest {
			return nil, false
		}
		at += size
	}
	return out, true
}

// avcConfig reads AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3) and gives
// how many bytes it has: sets of parameters, and at their end how deep colours are.
func avcConfig(b []byte) (int, bool) {
	if len(b) < 7 || b[0] != 1 {
		return 0, false
	}
	at, ok := parameters(b, 6, int(b[5]&31), 7)
	if !ok || at >= len(b) {
		return 0, false
	}
	if at, ok = parameters(b, at+1, int(b[at]), 8); !ok {
		return 0, false
	}
	deep := b[1] != 66 && b[1] != 77 && b[1] != 88
	if !deep || len(b)-at < 4 || b[at]&0xFC != 0xFC || b[at+1]&0xF8 != 0xF8 || b[at+2]&0xF8 != 0xF8 {
		return at, true
	}
	if end, ok := parameters(b, at+4, int(b[at+3]), 13); ok {
		return end, true
	}
	return at, true
}

// parameters passes so many sets of parameters of a kind.
func parameters(b []byte, at, n int, kind byte) (int, bool) {
	for range n {
		if len(b)-at < 3 {
			return 0, false
		}
		size := int(binary.BigEndian.Uint16(b[at:]))
		if size < 1 || size > longest || size > len(b)-at-2 || b[at+2]&31 != kind {
			return 0, false
		}
		at += 2 + size
	}
	return at, true
}

// soundConfig reads the descriptors of a sound (ISO/IEC 14496-1, 7.2.6) and gives
// how many bytes they have up to what a decoder begins with. What may follow says
// that nothing is special about it.
func soundConfig(b []byte) (int, bool) {
	const stream, decoder, special = 3, 4, 5
	at, _, ok := descriptor(b, 4, stream)
	if !ok || len(b)-at < 3 || b[at+2]&0xE0 != 0 {
		return 0, false
	}
	at, n, ok := descriptor(b, at+3, decoder)
	if !ok || n < 13 || !isNumber(binary.BigEndian.Uint32(b[at+5:])) || !isNumber(binary.BigEndian.Uint32(b[at+9:])) {
		return 0, false
	}
	end := at + n
	if at += 13; at < end {
		if at, n, ok = descriptor(b[:end], at, special); !ok || n > longest/4 {
			return 0, false
		}
		at += n
	}
	if tail := bytes.ReplaceAll(b[at:], []byte{0x80}, nil); bytes.HasPrefix(tail, []byte{6, 1, 2}) {
		return at + bytes.IndexByte(b[at:], 2) + 1, true
	}
	return at, true
}

// descriptor reads the head of a descriptor and gives where its content begins and
// how long that is.
func descriptor(b []byte, at int, tag byte) (body, n int, ok bool) {
	if at >= len(b) || b[at] != tag {
		return 0, 0, false
	}
	for range 4 {
		if at++; at >= len(b) {
			return 0, 0, false
		}
		n = n<<7 | int(b[at]&0x7F)
		if b[at]&0x80 == 0 {
			return at + 1, n, n <= len(b)-at-1
		}
	}
	return 0, 0, false
}

// colours reads which colours are meant by their numbers (ISO/IEC 23001-8) and
// gives how many bytes that has; false for a profile.
func colours(b []byte) (int, bool) {
	n := map[string]int{"nclx": 11, "nclc": 10}[string(b[:min(4, len(b))])]
	return n, n > 0 && len(b) >= n
}
