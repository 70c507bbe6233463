package likeness

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	_ "image/png"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	xdraw "golang.org/x/image/draw"
)

// photos gives real photographs from the folder in SIFARA_TEST_PHOTOS, each cut
// into two that show different things. See docs/benchmarks.md for where to get
// some.
func photos(t testing.TB) []*image.RGBA {
	t.Helper()
	dir := os.Getenv("SIFARA_TEST_PHOTOS")
	if dir == "" {
		t.Skip("SIFARA_TEST_PHOTOS names no folder with photographs")
	}
	var out []*image.RGBA
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || !slices.Contains([]string{".jpg", ".jpeg", ".png"}, strings.ToLower(filepath.Ext(path))) {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		img, _, err := image.Decode(f)
		if err != nil {
			return nil // a file that only looks like a picture
		}
		b := img.Bounds()
		half := b.Dx() / 2
		for i := range 2 {
			part := image.Rect(b.Min.X+i*half, b.Min.Y, b.Min.X+(i+1)*half, b.Max.Y)
			h := max(1, 960*part.Dy()/part.Dx())
			dst := image.NewRGBA(image.Rect(0, 0, 960, h))
			xdraw.ApproxBiLinear.Scale(dst, dst.Rect, img, part, draw.Src, nil)
			out = append(out, dst)
		}
		return nil
	})
	if err != nil || len(out) < 20 {
		t.Fatalf("%d photographs in %s, %v", len(out), dir, err)
	}
	return out
}

func compressed(img image.Image, quality int) image.Image {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		panic(err)
	}
	out, err := jpeg.Decode(&b)
	if err != nil {
		panic(err)
	}
	return out
}

func scaled(img image.Image, share float64) image.Image {
	b := img.Bounds()
	dst := image.NewRGBA(image.Rect(0, 0, int(float64(b.Dx())*share), int(float64(b.Dy())*share)))
	xdraw.CatmullRom.Scale(dst, dst.Rect, img, b, draw.Src, nil)
	return dst
}

func cropped4(img *image.RGBA, l, t, r, b float64) image.Image {
	w, h := float64(img.Rect.Dx()), float64(img.Rect.Dy())
	return img.SubImage(image.Rect(int(l*w), int(t*h), int(w-r*w), int(h-b*h)))
}

func brighter(img *image.RGBA, by float64) image.Image {
	out := image.NewRGBA(img.Rect)
	for i := range img.Pix {
		out.Pix[i] = uint8(min(255, float64(img.Pix[i])*by))
	}
	return out
}

// pasted puts a part of another picture into one: w × h of its size at x, y.
func pasted(img, other *image.RGBA, x, y, w, h float64) image.Image {
	out := image.NewRGBA(img.Rect)
	copy(out.Pix, img.Pix)
	W, H := float64(img.Rect.Dx()), float64(img.Rect.Dy())
	r := image.Rect(int(x*W), int(y*H), int((x+w)*W), int((y+h)*H))
	xdraw.ApproxBiLinear.Scale(out, r, other, image.Rect(100, 100, 500, 400), draw.Src, nil)
	return out
}

// lettered puts a band of letters into a picture: light bars on a dark ground, as
// a false caption looks at this size.
func lettered(img *image.RGBA, y, h float64) image.Image {
	out := image.NewRGBA(img.Rect)
	copy(out.Pix, img.Pix)
	W, H := img.Rect.Dx(), img.Rect.Dy()
	for py := int(y * float64(H)); py < int((y+h)*float64(H)); py++ {
		for px := W / 10; px < W*9/10; px++ {
			c := color.RGBA{20, 20, 24, 255}
			if px/6%3 == 0 && py/4%4 != 0 {
				c = color.RGBA{240, 240, 235, 255}
			}
			out.SetRGBA(px, py, c)
		}
	}
	return out
}

type rate struct{ found, altered, cropped, all int }

// TestPhotographs measures on real photographs what is recognised, what is taken
// for altered, and what is taken for another.
func TestPhotographs(t *testing.T) {
	all := photos(t)
	seen := make([]*Picture, len(all))
	prints := make([][]Print, len(all))
	start := time.Now()
	for i, img := range all {
		seen[i] = See(img, 1)
		prints[i] = seen[i].Prints()
	}
	t.Logf("%d photographs, %v each to index", len(all), time.Since(start)/time.Duration(len(all)))
	ways := []struct {
		name  string
		alter bool
		make  func(i int) image.Image
	}{
		{"as it is", false, func(i int) image.Image { return all[i] }},
		{"JPEG 50", false, func(i int) image.Image { return compressed(all[i], 50) }},
		{"JPEG 20", false, func(i int) image.Image { return compressed(all[i], 20) }},
		{"a half", false, func(i int) image.Image { return scaled(all[i], 0.5) }},
		{"a sixth, JPEG 40", false, func(i int) image.Image { return compressed(scaled(all[i], 1.0/6), 40) }},
		{"brighter by 15 %", false, func(i int) image.Image { return brighter(all[i], 1.15) }},
		{"cropped 3 % all round", false, func(i int) image.Image { return cropped4(all[i], 0.03, 0.03, 0.03, 0.03) }},
		{"cropped 7 % all round, JPEG 50", false, func(i int) image.Image { return compressed(cropped4(all[i], 0.07, 0.07, 0.07, 0.07), 50) }},
		{"cropped 10 % left and top", false, func(i int) image.Image { return cropped4(all[i], 0.1, 0.1, 0, 0) }},
		{"cropped 12 % below, a half", false, func(i int) image.Image { return scaled(cropped4(all[i], 0, 0, 0, 0.12), 0.5) }},
		{"cropped 20 % right", false, func(i int) image.Image { return cropped4(all[i], 0, 0, 0.2, 0) }},
		{"another pasted in, 20 × 20 %", true, func(i int) image.Image {
			return compressed(pasted(all[i], all[(i+7)%len(all)], 0.4, 0.5, 0.2, 0.2), 60)
		}},
		{"another pasted in, 10 × 12 %", true, func(i int) image.Image {
			return compressed(pasted(all[i], all[(i+7)%len(all)], 0.3, 0.3, 0.1, 0.12), 60)
		}},
		{"band of letters, 6 %", true, func(i int) image.Image { return compressed(lettered(all[i], 0.85, 0.06), 60) }},
		{"pasted in and cropped 5 %", true, func(i int) image.Image {
			img := pasted(all[i], all[(i+7)%len(all)], 0.4, 0.5, 0.15, 0.15).(*image.RGBA)
			return compressed(cropped4(img, 0.05, 0.05, 0.05, 0.05), 60)
		}},
	}
	for _, way := range ways {
		var r rate
		var far []int
		start := time.Now()
		for i := range all {
			p := See(way.make(i), 1)
			d := Nearest(p.Print(), prints[i])
			far = append(far, d)
			r.all++
			if d > Near {
				continue
			}
			c := Compare(p, seen[i])
			if !c.Same() {
				continue
			}
			r.found++
			if c.Altered() {
				r.altered++
			}
			if c.Cropped() {
				r.cropped++
			}
		}
		slices.Sort(far)
		t.Logf("%-32s recognised %3d of %d, altered %3d, cropped %3d; distance median %d, 95 %% %d, most %d; %v each", way.name, r.found, r.all, r.altered, r.cropped, far[len(far)/2], far[len(far)*95/100], far[len(far)-1], time.Since(start)/time.Duration(r.all))
	}
	near, false_ := 0, 0
	var dist [257]int
	for i := range all {
		for j := range all {
			if i == j {
				continue
			}
			d := Nearest(prints[i][0], prints[j])
			dist[d]++
			if d > Near {
				continue
			}
			near++
			if c := Compare(seen[i], seen[j]); c.Same() {
				false_++
				t.Logf("taken for the same: %d and %d, distance %d, like %.3f", i, j, d, c.Like)
			}
		}
	}
	least := slices.IndexFunc(dist[:], func(n int) bool { return n > 0 })
	t.Logf("%d pairs of different photographs: nearest %d, %d within %d, taken for the same %d", len(all)*(len(all)-1), least, near, Near, false_)
}
