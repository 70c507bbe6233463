package blob_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"

	"sifara/internal/blob"
)

var (
	red, green = color.RGBA{220, 20, 20, 255}, color.RGBA{20, 200, 20, 255}
	blue, gold = color.RGBA{20, 20, 220, 255}, color.RGBA{220, 200, 20, 255}
)

// quarters has a colour in each corner: red, green above; blue, gold below.
func quarters(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := [2][2]color.RGBA{{red, green}, {blue, gold}}[2*y/h][2*x/w]
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func jpegOf(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withEXIF puts an EXIF segment with an orientation and a note into a JPEG.
func withEXIF(file []byte, order binary.AppendByteOrder, orientation uint16) []byte {
	tiff := []byte("II")
	if order.String() == binary.BigEndian.String() {
		tiff = []byte("MM")
	}
	tiff = order.AppendUint16(tiff, 42)
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 2)
	for _, entry := range [][2]uint16{{0x0100, 77}, {0x0112, orientation}} {
		tiff = order.AppendUint16(tiff, entry[0])
		tiff = order.AppendUint16(tiff, 3)
		tiff = order.AppendUint32(tiff, 1)
		tiff = order.AppendUint16(tiff, entry[1])
		tiff = order.AppendUint16(tiff, 0)
	}
	body := append([]byte("Exif\x00\x00"), tiff...)
	body = append(body, "GPS 33.3152 N 44.3661 E"...)
	out := append([]byte{}, file[:2]...)
	out = append(out, 0xff, 0xe1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(body)+2))
	return append(append(out, body...), file[2:]...)
}

func corners(t *testing.T, r blob.Rendition) [4]color.RGBA {
	t.Helper()
	img, _, err := image.Decode(bytes.NewReader(r.Data))
	if err != nil {
		t.Fatal(err)
	}
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	if w != r.Width || h != r.Height {
		t.Errorf("picture is %d × %d, said to be %d × %d", w, h, r.Width, r.Height)
	}
	var out [4]color.RGBA
	for i, p := range []image.Point{{w / 4, h / 4}, {3 * w / 4, h / 4}, {w / 4, 3 * h / 4}, {3 * w / 4, 3 * h / 4}} {
		got := color.RGBAModel.Convert(img.At(p.X, p.Y)).(color.RGBA)
		for _, c := range []color.RGBA{red, green, blue, gold} {
			if near(got.R, c.R) && near(got.G, c.G) && near(got.B, c.B) {
				out[i] = c
			}
		}
	}
	return out
}

func near(a, b uint8) bool { return max(a, b)-min(a, b) < 30 }

func TestImageOrientation(t *testing.T) {
	for turn, want := range map[uint16][4]color.RGBA{
		0: {red, green, blue, gold}, 1: {red, green, blue, gold}, 2: {green, red, gold, blue}, 3: {gold, blue, green, red},
		4: {blue, gold, red, green}, 5: {red, blue, green, gold}, 6: {blue, red, gold, green}, 7: {gold, green, blue, red},
		8: {green, gold, red, blue}, 9: {red, green, blue, gold},
	} {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			p, err := blob.Image(bytes.NewReader(withEXIF(jpegOf(t, quarters(500, 100)), order, turn)), 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range p.Renditions {
				if got := corners(t, r); got != want {
					t.Errorf("orientation %d (%v) at %d: %v, want %v", turn, order, r.Width, got, want)
				}
				if bytes.Contains(r.Data, []byte("GPS")) || bytes.Contains(r.Data, []byte("Exif")) {
					t.Errorf("orientation %d: metadata is still there", turn)
				}
			}
			last := p.Renditions[len(p.Renditions)-1]
			if upright := turn < 5 || turn > 8; (last.Width == 500) != upright {
				t.Errorf("orientation %d: %d × %d", turn, last.Width, last.Height)
			}
		}
	}
}

func TestImageSizesAndTypes(t *testing.T) {
	clear := quarters(100, 100)
	clear.Set(5, 5, color.RGBA{})
	var animation bytes.Buffer
	frame := image.NewPaletted(image.Rect(0, 0, 50, 40), color.Palette{red, blue})
	if err := gif.EncodeAll(&animation, &gif.GIF{Image: []*image.Paletted{frame, frame}, Delay: []int{1, 1}}); err != nil {
		t.Fatal(err)
	}
	// One opaque pixel, lossy.
	webp, err := base64.StdEncoding.DecodeString(onePixel)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		file   []byte
		kind   string
		widths []int
	}{
		{"photograph", jpegOf(t, quarters(2400, 240)), blob.JPEG, []int{480, 960, 1920}},
		{"between", jpegOf(t, quarters(1200, 300)), blob.JPEG, []int{480, 960, 1200}},
		{"exact", jpegOf(t, quarters(960, 30)), blob.JPEG, []int{480, 960}},
		{"small", jpegOf(t, quarters(30, 300)), blob.JPEG, []int{30}},
		{"drawing", pngOf(t, quarters(500, 10)), blob.PNG, []int{480, 500}},
		{"transparent", pngOf(t, clear), blob.PNG, []int{100}},
		{"16 bit", pngOf(t, image.NewNRGBA64(image.Rect(0, 0, 20, 20))), blob.PNG, []int{20}},
		{"one pixel high", pngOf(t, quarters(4000, 1)), blob.PNG, []int{480, 960, 1920}},
		{"animation", animation.Bytes(), blob.PNG, []int{50}},
		{"webp", webp, blob.JPEG, []int{1}},
		{"with a tail", append(jpegOf(t, quarters(30, 30)), "<script>alert(1)</script>"...), blob.JPEG, []int{30}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, err := blob.Image(bytes.NewReader(test.file), 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			var widths []int
			for _, r := range p.Renditions {
				widths = append(widths, r.Width)
				if blob.Sniff(r.Data) != p.ContentType || bytes.Contains(r.Data, []byte("script")) {
					t.Errorf("rendition %d is %s", r.Width, blob.Sniff(r.Data))
				}
			}
			if p.ContentType != test.kind || !slices.Equal(widths, test.widths) {
				t.Errorf("got %s %v, want %s %v", p.ContentType, widths, test.kind, test.widths)
			}
		})
	}
}

// announce makes a PNG header that claims a size, without the pixels.
func announce(w, h uint32, depth, kind byte) []byte {
	ihdr := []byte("IHDR")
	ihdr = binary.BigEndian.AppendUint32(ihdr, w)
	ihdr = binary.BigEndian.AppendUint32(ihdr, h)
	ihdr = append(ihdr, depth, kind, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	out = append(out, ihdr...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(ihdr))
}

func TestImageRefuses(t *testing.T) {
	good := jpegOf(t, quarters(60, 60))
	for name, test := range map[string]struct {
		file []byte
		want error
	}{
		"bomb":            {announce(100_000, 100_000, 8, 2), blob.ErrPixels},
		"wide bomb":       {announce(1<<30, 1, 8, 2), blob.ErrPixels},
		"deep bomb":       {announce(6000, 6000, 16, 2), blob.ErrPixels},
		"no pixels":       {announce(20, 20, 8, 2), blob.ErrImage},
		"cut":             {good[:len(good)/2], blob.ErrImage},
		"header only":     {good[:4], blob.ErrImage},
		"svg":             {[]byte("<svg/>"), blob.ErrType},
		"pdf":             {[]byte("%PDF-1.4"), blob.ErrType},
		"empty":           {nil, blob.ErrType},
		"over the limit":  {bytes.Repeat([]byte("x"), 1<<20+1), blob.ErrTooLarge},
		"html in a photo": {[]byte("<html>" + string(good)), blob.ErrType},
	} {
		p, err := blob.Image(bytes.NewReader(test.file), 1<<20)
		if !errors.Is(err, test.want) || len(p.Renditions) != 0 {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
}

func TestPutImage(t *testing.T) {
	each(t, func(t *testing.T, s *blob.Store, _ func(string)) {
		ctx := context.Background()
		p, err := s.PutImage(ctx, bytes.NewReader(jpegOf(t, quarters(700, 350))), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Renditions) != 2 || p.Renditions[0].Width != 480 || p.Renditions[0].Height != 240 || p.Renditions[1].Width != 700 || p.Renditions[1].ContentType != blob.JPEG {
			t.Errorf("PutImage = %+v", p)
		}
		if got := all(t, s); len(got) != 2 {
			t.Errorf("%d files, want the two renditions and not the original", len(got))
		}
		if _, err := s.PutImage(ctx, strings.NewReader("<svg/>"), 100); !errors.Is(err, blob.ErrType) {
			t.Errorf("svg: %v", err)
		}
		stopped, cancel := context.WithCancel(ctx)
		cancel()
		if _, err := s.PutImage(stopped, strings.NewReader("x"), 100); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	})
}

func FuzzImage(f *testing.F) {
	f.Add(withEXIF(jpegOf(f, quarters(8, 6)), binary.LittleEndian, 6))
	f.Add(pngOf(f, quarters(5, 5)))
	f.Add(announce(3, 3, 8, 6))
	f.Add([]byte("RIFF\x24\x00\x00\x00WEBPVP8 "))
	f.Fuzz(func(t *testing.T, file []byte) {
		// Keep the fuzzer among small pictures.
		if c, _, err := image.DecodeConfig(bytes.NewReader(file)); err == nil && c.Width*c.Height > 1<<16 {
			return
		}
		p, err := blob.Image(bytes.NewReader(file), 1<<16)
		if err == nil && len(p.Renditions) == 0 {
			t.Fatal("a picture without renditions")
		}
	})
}

func BenchmarkImage(b *testing.B) {
	file := jpegOf(b, quarters(4000, 3000)) // 12 megapixels, a telephone's
	for range b.N {
		if _, err := blob.Image(bytes.NewReader(file), 20<<20); err != nil {
			b.Fatal(err)
		}
	}
}

// onePixel is the smallest WebP picture.
const onePixel = "UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAwA0JaQAA3AA/vuUAAA="

// tiff is an EXIF part that turns a picture to the right and tells where it was taken.
func tiff() []byte {
	body := withEXIF([]byte{0xff, 0xd8}, binary.LittleEndian, 6)
	return body[2+4+6:]
}

// hidden is what no picture may keep of its file.
var hidden = [][]byte{[]byte("GPS 33.3152"), []byte("photoshop:City"), []byte("Baghdad home"), []byte("Exif"), []byte("eXIf"), []byte("XMP"), []byte("8BIM")}

// TestImageForgets puts EXIF with a place, XMP and IPTC into files of every kind.
func TestImageForgets(t *testing.T) {
	xmp := []byte("<x:xmpmeta photoshop:City='Baghdad home'/>")
	segment := func(marker byte, body []byte) []byte {
		return append(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(body)+2)), body...)
	}
	pngChunk := func(name string, data []byte) []byte {
		out := append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), name...)
		out = append(out, data...)
		return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
	}
	riff := func(name string, data []byte) []byte {
		out := append(binary.LittleEndian.AppendUint32([]byte(name), uint32(len(data))), data...)
		return append(out, make([]byte, len(data)&1)...)
	}
	img := quarters(200, 100)
	plainJPEG, plainPNG := jpegOf(t, img), pngOf(t, img)
	var g bytes.Buffer
	if err := gif.Encode(&g, img, nil); err != nil {
		t.Fatal(err)
	}
	plainGIF := g.Bytes()
	comment := append([]byte{0x21, 0xfe, byte(len(xmp))}, append(slices.Clone(xmp), 0)...)
	files := map[string]struct {
		file  []byte
		turns bool
	}{
		"jpeg": {slices.Concat(withEXIF(plainJPEG, binary.BigEndian, 6)[:2], segment(0xe1, append([]byte("http://ns.adobe.com/xap/1.0/\x00"), xmp...)),
			segment(0xed, append([]byte("Photoshop 3.0\x008BIM\x04\x04"), xmp...)), segment(0xfe, xmp), withEXIF(plainJPEG, binary.BigEndian, 6)[2:], xmp), true},
		"png": {slices.Concat(plainPNG[:33], pngChunk("eXIf", tiff()), pngChunk("tEXt", append([]byte("Comment\x00"), xmp...)),
			pngChunk("iTXt", append([]byte("XML:com.adobe.xmp\x00\x00\x00\x00\x00"), xmp...)), plainPNG[33:], xmp), true},
		"gif": {slices.Concat(plainGIF[:len(plainGIF)-1], comment, []byte{0x3b}, xmp), false},
	}
	webp, err := base64.StdEncoding.DecodeString(onePixel)
	if err != nil {
		t.Fatal(err)
	}
	webp = slices.Concat(webp, riff("EXIF", tiff()), riff("XMP ", xmp))
	binary.LittleEndian.PutUint32(webp[4:], uint32(len(webp)-8))
	files["webp"] = struct {
		file  []byte
		turns bool
	}{webp, false} // one pixel: see TestOrientationOfWebP
	for name, x := range files {
		p, err := blob.Image(bytes.NewReader(x.file), 1<<20)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, r := range p.Renditions {
			if turned := r.Height > r.Width; turned != x.turns {
				t.Errorf("%s: %d × %d", name, r.Width, r.Height)
			}
			for _, h := range hidden {
				if bytes.Contains(r.Data, h) {
					t.Errorf("%s keeps %q", name, h)
				}
			}
		}
	}
}
