package blob

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"

	"sifara/internal/blob/likeness"
)

const (
	maxSide        = 16_384
	maxImageMemory = 160 << 20 // decoded; 40 million pixels of the usual kind
	jpegQuality    = 85
)

// widths are those a page chooses from; the last is the most.
var widths = [...]int{480, 960, 1920}

// Rendition is one size of a picture, encoded.
type Rendition struct {
	Width, Height int
	Data          []byte
}

// Picture is a picture made safe to publish: decoded and encoded anew, so that
// nothing of the sender's file remains but what can be seen. No place, device
// or author travels along, and nothing hides behind the pixels.
type Picture struct {
	ContentType string      // JPEG or PNG
	Renditions  []Rendition // smallest first: 480, 960, 1920 wide or the picture's own width, never larger than it is
}

// Image reads a JPEG, PNG, GIF or WebP picture of at most limit bytes and turns
// it upright (EXIF). Of an animation the first frame is kept. Photographs become
// JPEG, pictures with few colours or transparency PNG. Colour profiles are
// dropped: the colours are read as sRGB. Errors: ErrTooLarge, ErrType, ErrPixels,
// ErrImage.
//
// It needs up to some 300 MB for the largest pictures it accepts; PutImage
// bounds how many are open at once.
func Image(r io.Reader, limit int64) (Picture, error) {
	raw, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return Picture{}, fmt.Errorf("blob: image: %w", err)
	}
	if int64(len(raw)) > limit {
		return Picture{}, fmt.Errorf("blob: image: %w", ErrTooLarge)
	}
	src, kind, err := decode(raw)
	if err != nil {
		return Picture{}, fmt.Errorf("blob: image: %w", err)
	}
	turn := orientation(kind, raw)
	p := Picture{ContentType: PNG}
	if o, ok := src.(interface{ Opaque() bool }); (kind == JPEG || kind == WebP) && ok && o.Opaque() {
		p.ContentType = JPEG
	}
	for _, img := range renditions(src, turn) {
		data, err := encode(img, p.ContentType)
		if err != nil {
			return Picture{}, fmt.Errorf("blob: image: %w", err)
		}
		p.Renditions = append(p.Renditions, Rendition{Width: img.Rect.Dx(), Height: img.Rect.Dy(), Data: data})
	}
	return p, nil
}

type codec struct {
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

// codecs are named one by one: image.Decode would take whatever some imported
// package registers.
var codecs = map[string]codec{
	JPEG: {jpeg.DecodeConfig, jpeg.Decode},
	PNG:  {png.DecodeConfig, png.Decode},
	GIF:  {gif.DecodeConfig, gif.Decode},
	WebP: {webp.DecodeConfig, webp.Decode},
}

// decode looks at the size the file announces before it gives it memory.
func decode(raw []byte) (image.Image, string, error) {
	kind := Sniff(raw)
	c, ok := codecs[kind]
	if !ok {
		return nil, kind, fmt.Errorf("%s: %w", kind, ErrType)
	}
	config, err := c.config(bytes.NewReader(raw))
	if err != nil {
		return nil, kind, fmt.Errorf("%w: %w", ErrImage, err)
	}
	w, h := config.Width, config.Height
	if w < 1 || h < 1 {
		return nil, kind, ErrImage
	}
	if w > maxSide || h > maxSide || int64(w)*int64(h)*bytesPerPixel(config.ColorModel) > maxImageMemory {
		return nil, kind, fmt.Errorf("%d × %d: %w", w, h, ErrPixels)
	}
	img, err := c.decode(bytes.NewReader(raw))
	if err != nil {
		return nil, kind, fmt.Errorf("%w: %w", ErrImage, err)
	}
	if b := img.Bounds(); b.Empty() || b.Dx() > w || b.Dy() > h {
		return nil, kind, ErrImage
	}
	return img, kind, nil
}

func bytesPerPixel(m color.Model) int64 {
	if m == color.RGBA64Model || m == color.NRGBA64Model || m == color.Gray16Model {
		return 8
	}
	return 4
}

// renditions scales the largest from the source and the others from it.
func renditions(src image.Image, turn int) []*image.RGBA {
	w, h := src.Bounds().Dx(), src.Bounds().Dy()
	if turn >= 5 {
		w, h = h, w
	}
	most := min(w, widths[len(widths)-1])
	largest := upright(src, turn, most, max(1, h*most/w))
	var out []*image.RGBA
	for _, width := range widths {
		if width < most {
			out = append(out, scale(largest, width, max(1, h*width/w)))
		}
	}
	return append(out, largest)
}

// upright scales to w × h as it will be seen, then turns: the fewer pixels.
func upright(src image.Image, turn, w, h int) *image.RGBA {
	if turn >= 5 {
		return rotate(scale(src, h, w), turn)
	}
	return rotate(scale(src, w, h), turn)
}

func scale(src image.Image, w, h int) *image.RGBA {
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	if b := src.Bounds(); b.Dx() == w && b.Dy() == h {
		draw.Draw(dst, dst.Rect, src, b.Min, draw.Src)
		return dst
	}
	draw.CatmullRom.Scale(dst, dst.Rect, src, src.Bounds(), draw.Src, nil)
	return dst
}

func encode(img image.Image, kind string) ([]byte, error) {
	var b bytes.Buffer
	var err error
	if kind == JPEG {
		err = jpeg.Encode(&b, img, &jpeg.Options{Quality: jpegQuality})
	} else {
		err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, indexed(img))
	}
	return b.Bytes(), err
}

// indexed gives a picture of few colours as indices into a palette, which
// makes it a half or a third of the size. Colours that an eye cannot tell
// apart, equal in the upper five bits of each channel, become the one that
// came first; a picture that still has more than 256 stays as it is.
func indexed(img image.Image) image.Image {
	src, ok := img.(*image.RGBA)
	if !ok {
		return img
	}
	dst := image.NewPaletted(src.Rect, nil)
	at := map[color.RGBA]uint8{}
	for y := src.Rect.Min.Y; y < src.Rect.Max.Y; y++ {
		for x := src.Rect.Min.X; x < src.Rect.Max.X; x++ {
			c := src.RGBAAt(x, y)
			key := color.RGBA{c.R >> 3, c.G >> 3, c.B >> 3, c.A >> 3}
			i, known := at[key]
			if !known {
				if len(dst.Palette) == 256 {
					return img
				}
				i = uint8(len(dst.Palette))
				at[key] = i
				dst.Palette = append(dst.Palette, c)
			}
			dst.SetColorIndex(x, y, i)
		}
	}
	return dst
}

// StoredPicture is a Picture that has been put into the store.
type StoredPicture struct {
	Renditions []StoredRendition // smallest first, at least one
}

// StoredRendition is one size of it.
type StoredRendition struct {
	Ref
	Width, Height int
}

// PutImage stores a picture in the sizes Image gives; the file as sent is not
// kept. It waits while other pictures are being read. Errors as Image.
func (s *Store) PutImage(ctx context.Context, r io.Reader, limit int64) (StoredPicture, error) {
	select {
	case s.images <- struct{}{}:
	case <-ctx.Done():
		return StoredPicture{}, ctx.Err()
	}
	p, err := Image(contextReader{ctx, r}, limit)
	<-s.images
	if err != nil {
		return StoredPicture{}, err
	}
	var out StoredPicture
	for _, rendition := range p.Renditions {
		ref, err := s.Put(ctx, bytes.NewReader(rendition.Data), int64(len(rendition.Data)), p.ContentType)
		if err != nil {
			return StoredPicture{}, err
		}
		out.Renditions = append(out.Renditions, StoredRendition{ref, rendition.Width, rendition.Height})
	}
	return out, nil
}

// SeeImage looks at a picture as package likeness does and keeps nothing of it.
// It waits while other pictures are being read. Errors as Image.
func (s *Store) SeeImage(ctx context.Context, r io.Reader, limit int64) (*likeness.Picture, error) {
	raw, err := io.ReadAll(io.LimitReader(contextReader{ctx, r}, limit+1))
	if err != nil {
		return nil, fmt.Errorf("blob: image: %w", err)
	}
	if int64(len(raw)) > limit {
		return nil, fmt.Errorf("blob: image: %w", ErrTooLarge)
	}
	select {
	case s.images <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-s.images }()
	img, kind, err := decode(raw)
	if err != nil {
		return nil, fmt.Errorf("blob: image: %w", err)
	}
	turn := orientation(kind, raw)
	return likeness.See(img, turn), nil
}
