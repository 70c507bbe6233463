package media

import (
	"bytes"
	"encoding/binary"
	"strconv"
)

const apeMagic = "APETAGEX"

// frame is one frame of MPEG audio, layer III.
type frame struct {
	rate, size, samples int
}

var (
	bitRates  = [2][15]int{{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}, {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}}
	toneRates = [3]int{44100, 48000, 32000}
)

// frameOf reads the head of a frame: four bytes. A free bit rate is none of ours.
func frameOf(b []byte) (frame, bool) {
	if len(b) < 4 || b[0] != 0xFF || b[1]&0xE0 != 0xE0 {
		return frame{}, false
	}
	version, layer := b[1]>>3&3, b[1]>>1&3
	bit, tone, pad := b[2]>>4, b[2]>>2&3, int(b[2]>>1&1)
	if version == 1 || layer != 1 || bit == 0 || bit == 15 || tone == 3 || b[3]&3 == 2 {
		return frame{}, false
	}
	x := frame{rate: toneRates[tone], samples: 1152}
	row := 0
	switch version {
	case 2:
		x.rate, x.samples, row = x.rate/2, 576, 1
	case 0:
		x.rate, x.samples, row = x.rate/4, 576, 1
	}
	x.size = x.samples/8*bitRates[row][bit]*1000/x.rate + pad
	return x, true
}

// readMP3 walks the frames between the tags before and behind them.
func readMP3(f *file) (Info, error) {
	from, err := f.tagsBefore()
	if err != nil {
		return Info{}, err
	}
	to, err := f.tagsBehind(from)
	if err != nil {
		return Info{}, err
	}
	info := Info{Type: MP3, From: from}
	var first frame
	frames, at := 0, from
	for at < to-4 {
		if err := f.part(); err != nil {
			return Info{}, err
		}
		head, err := f.read(at, 4)
		if err != nil {
			return Info{}, err
		}
		x, ok := frameOf(head)
		if !ok && to-at > maxTail || frames > 0 && ok && (x.rate != first.rate || x.samples != first.samples) {
			return Info{}, ErrDamaged
		}
		if !ok || int64(x.size) > to-at {
			break
		}
		if frames == 0 {
			first = x
		}
		frames++
		at += int64(x.size)
	}
	if frames < 3 {
		return Info{}, ErrDamaged
	}
	info.To = at
	info.Duration = span(uint64(frames)*uint64(first.samples), uint32(first.rate))
	return info, nil
}

// tagsBefore gives where the sound begins: behind ID3v2 and APE tags and zeros.
func (f *file) tagsBefore() (int64, error) {
	for at := int64(0); ; {
		if err := f.part(); err != nil {
			return 0, err
		}
		if at > f.size-32 {
			return 0, ErrDamaged
		}
		head, err := f.read(at, 32)
		if err != nil {
			return 0, err
		}
		switch {
		case string(head[:3]) == "ID3":
			n := int64(0)
			for _, c := range head[6:10] {
				n = n<<7 | int64(c&0x7F)
			}
			if head[5]&0x10 != 0 {
				n += 10
			}
			at += 10 + n
		case string(head[:8]) == apeMagic:
			at += 32 + int64(binary.LittleEndian.Uint32(head[12:]))
		case head[0] == 0 && at > 0: // padding behind a tag
			n := 1
			for n < len(head) && head[n] == 0 {
				n++
			}
			at += int64(n)
		default:
			return at, nil
		}
	}
}

// tagsBehind gives where the sound ends: before ID3v1, Lyrics3, APE and ID3v2 tags.
func (f *file) tagsBehind(from int64) (int64, error) {
	to := f.size
	for {
		n, err := f.tagBefore(to, from)
		if err != nil || n == 0 {
			return to, err
		}
		if n > to-from {
			return 0, ErrDamaged
		}
		if err := f.part(); err != nil {
			return 0, err
		}
		to -= n
	}
}

// tagBefore gives the length of the tag that ends at to; zero for none.
func (f *file) tagBefore(to, from int64) (int64, error) {
	n := min(to-from, 355)
	tail, err := f.read(to-n, int(n))
	if err != nil {
		return 0, err
	}
	end := func(k int) []byte { return tail[max(0, len(tail)-k):] }
	switch {
	case len(tail) >= 355 && bytes.HasPrefix(tail, []byte("TAG+")) && bytes.HasPrefix(end(128), []byte("TAG")):
		return 355, nil
	case len(tail) >= 128 && bytes.HasPrefix(end(128), []byte("TAG")):
		return 128, nil
	case len(tail) >= 32 && bytes.HasPrefix(end(32), []byte(apeMagic)):
		foot := end(32)
		size := int64(binary.LittleEndian.Uint32(foot[12:]))
		if binary.LittleEndian.Uint32(foot[20:])&(1<<31) != 0 {
			size += 32
		}
		return max(size, 32), nil
	case len(tail) >= 15 && string(end(9)) == "LYRICS200":
		size, err := strconv.Atoi(string(end(15)[:6]))
		if err != nil || size < 0 {
			return 0, ErrDamaged
		}
		return int64(size) + 15, nil
	case len(tail) >= 10 && string(end(10)[:3]) == "3DI":
		size := int64(0)
		for _, c := range end(10)[6:10] {
			size = size<<7 | int64(c&0x7F)
		}
		return size + 20, nil
	}
	return 0, nil
}
