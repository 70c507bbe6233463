package mediatest

import (
	"bytes"
	"encoding/binary"
)

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
