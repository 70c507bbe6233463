package blob

import (
	"bytes"
	"encoding/binary"
	"image"
)

// orientation finds the EXIF orientation of a picture: 1 (upright) to 8, and 1
// whenever the file does not say so clearly. (EXIF 2.32, 4.5.4 and 4.6.4 A; PNG 3,
// 11.3.3.6 eXIf; WebP container, EXIF chunk)
func orientation(kind string, file []byte) int {
	var tiff []byte
	switch kind {
	case JPEG:
		tiff = jpegExif(file)
	case PNG:
		tiff = chunk(file, 8, "eXIf", binary.BigEndian, 4)
	case WebP:
		tiff = bytes.TrimPrefix(chunk(file, 12, "EXIF", binary.LittleEndian, 0), []byte("Exif\x00\x00"))
	}
	if tiff == nil {
		return 1
	}
	return tiffOrientation(tiff)
}

// jpegExif finds the EXIF part of a JPEG file.
func jpegExif(file []byte) []byte {
	if len(file) < 4 || file[0] != 0xff || file[1] != 0xd8 {
		return nil
	}
	for rest := file[2:]; len(rest) >= 4 && rest[0] == 0xff; {
		marker, length := rest[1], int(binary.BigEndian.Uint16(rest[2:]))
		if marker == 0xff { // padding
			rest = rest[1:]
			continue
		}
		if marker == 0xda || length < 2 || len(rest) < 2+length {
			return nil
		}
		if tiff, ok := bytes.CutPrefix(rest[4:2+length], []byte("Exif\x00\x00")); ok && marker == 0xe1 {
			return tiff
		}
		rest = rest[2+length:]
	}
	return nil
}

// chunk finds the first chunk of a name in a PNG file, where its length stands
// before its name and a check sum of tail bytes behind it, or in a RIFF file, where
// its name comes first and its length is made even.
func chunk(file []byte, at int, name string, order binary.ByteOrder, tail int) []byte {
	for at+8 <= len(file) {
		label, size := file[at:at+4], file[at+4:at+8]
		if tail > 0 {
			label, size = size, label
		}
		n := int64(order.Uint32(size))
		if n > int64(len(file)-at-8) {
			return nil
		}
		data := file[at+8 : at+8+int(n)]
		if string(label) == name {
			return data
		}
		at += 8 + int(n) + tail
		if tail == 0 {
			at += int(n & 1)
		}
	}
	return nil
}

func tiffOrientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if string(tiff[:2]) == "MM" {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at < 8 || at+2 > int64(len(tiff)) {
		return 1
	}
	entries := int(order.Uint16(tiff[at:]))
	for entry := tiff[at+2:]; entries > 0 && len(entry) >= 12; entries, entry = entries-1, entry[12:] {
		const tag, short = 0x0112, 3
		if order.Uint16(entry) != tag {
			continue
		}
		if v := int(order.Uint16(entry[8:])); order.Uint16(entry[2:]) == short && v >= 1 && v <= 8 {
			return v
		}
		return 1
	}
	return 1
}

// rotate turns a picture of the given orientation upright.
func rotate(src *image.RGBA, turn int) *image.RGBA {
	if turn <= 1 || turn > 8 {
		return src
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	if turn >= 5 {
		dst = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			var dx, dy int
			switch turn {
			case 2:
				dx, dy = w-1-x, y
			case 3:
				dx, dy = w-1-x, h-1-y
			case 4:
				dx, dy = x, h-1-y
			case 5:
				dx, dy = y, x
			case 6:
				dx, dy = h-1-y, x
			case 7:
				dx, dy = h-1-y, w-1-x
			case 8:
				dx, dy = y, w-1-x
			}
			copy(dst.Pix[dy*dst.Stride+dx*4:][:4], src.Pix[y*src.Stride+x*4:][:4])
		}
	}
	return dst
}
