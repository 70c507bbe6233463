package blob

import (
	"encoding/binary"
	"testing"
)

// TestOrientationOfWebP reads it behind other chunks, of odd length too.
func TestOrientationOfWebP(t *testing.T) {
	tiff := []byte("II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00")
	for _, prefix := range []string{"", "Exif\x00\x00"} {
		file := []byte("RIFF\x00\x00\x00\x00WEBPVP8L\x03\x00\x00\x00abc\x00EXIF")
		file = binary.LittleEndian.AppendUint32(file, uint32(len(prefix)+len(tiff)))
		file = append(append(file, prefix...), tiff...)
		if got := orientation(WebP, file); got != 6 {
			t.Errorf("%q: got %d, want 6", prefix, got)
		}
		if got := orientation(WebP, file[:len(file)-1]); got != 1 {
			t.Errorf("%q cut off: got %d, want 1", prefix, got)
		}
	}
}

func FuzzOrientation(f *testing.F) {
	f.Add(JPEG, []byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00II*\x00"))
	f.Add(PNG, []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x04eXIfII*\x00"))
	f.Add(WebP, []byte("RIFF\x00\x00\x00\x00WEBPEXIF\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, kind string, b []byte) {
		if got := orientation(kind, b); got < 1 || got > 8 {
			t.Errorf("got %d", got)
		}
	})
}
