package likeness

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"
)

// scene is a picture with shapes and shades as a photograph has: the same for
// the same number.
func scene(n uint64, w, h int) *image.RGBA {
	r := rand.New(rand.NewPCG(n, 7))
	type lump struct{ x, y, size, light, hue float64 }
	var lumps []lump
	for range 40 {
		lumps = append(lumps, lump{r.Float64(), r.Float64(), 0.02 + 0.15*r.Float64(), 160*r.Float64() - 80, r.Float64()})
	}
	tilt, slope := r.Float64()*2-1, r.Float64()*2-1
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			u, v := float64(x)/float64(w), float64(y)/float64(h)
			light, red := 128+50*(tilt*(u-0.5)+slope*(v-0.5)), 0.0
			for _, l := range lumps {
				if d := math.Hypot(u-l.x, v-l.y) / l.size; d < 1 {
					light += l.light * (1 - d)
					red += 60 * (l.hue - 0.5) * (1 - d)
				}
			}
			at := func(v float64) uint8 { return uint8(min(max(v, 0), 255)) }
			img.SetRGBA(x, y, color.RGBA{at(light + red), at(light), at(light - red), 255})
		}
	}
	return img
}

func TestPrintsAreReadAgain(t *testing.T) {
	all := See(scene(1, 300, 200), 1).Prints()
	got, err := Read(Bytes(all))
	if err != nil || len(all) != 81 || len(got) != len(all) || got[80] != all[80] || len(all[0].String()) != 64 {
		t.Errorf("got %d prints, %v", len(got), err)
	}
	if _, err := Read(make([]byte, 33)); err == nil {
		t.Error("33 bytes were read as prints")
	}
}

func TestCopiesAreRecognised(t *testing.T) {
	img := scene(1, 640, 420)
	official := See(img, 1)
	prints := official.Prints()
	other := scene(2, 640, 420)
	tests := []struct {
		name                   string
		img                    image.Image
		same, altered, cropped bool
	}{
		{"itself", img, true, false, false},
		{"a third of the size", scaled(img, 0.33), true, false, false},
		{"compressed", compressed(img, 25), true, false, false},
		{"brighter", brighter(img, 1.1), true, false, false},
		{"cropped", cropped4(img, 0.08, 0.04, 0, 0.1), true, false, true},
		{"altered", pasted(img, other, 0.4, 0.4, 0.2, 0.2), true, true, false},
		{"with false letters", lettered(img, 0.8, 0.08), true, true, false},
		{"altered and cropped", cropped4(pasted(img, other, 0.4, 0.4, 0.2, 0.2).(*image.RGBA), 0.06, 0, 0.06, 0), true, true, true},
		{"another", other, false, false, false},
		{"a plain ground", image.NewRGBA(image.Rect(0, 0, 50, 50)), false, false, false},
		{"one dot", image.NewGray(image.Rect(0, 0, 1, 1)), false, false, false},
		{"nothing", image.NewGray(image.Rectangle{}), false, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := See(tt.img, 1)
			d := Nearest(p.Print(), prints)
			c := Compare(p, official)
			same := d <= Near && c.Same()
			if same != tt.same || same && c.Altered() != tt.altered || same && !tt.altered && c.Cropped() != tt.cropped {
				t.Errorf("distance %d, like %.3f, altered %v, cropped %v (%+v)", d, c.Like, c.Altered(), c.Cropped(), c.Window)
			}
			if tt.name == "altered" && len(c.Changed) > 0 {
				if w := c.Changed[0]; w.Left < 0.3 || w.Right > 0.7 || w.Top < 0.3 || w.Bottom > 0.7 {
					t.Errorf("shown at %+v, was at 0.4 to 0.6", w)
				}
			}
		})
	}
}

func TestPicturesAreTurnedUpright(t *testing.T) {
	img := scene(3, 200, 120)
	want := See(img, 1).Print()
	for turn := 2; turn <= 8; turn++ {
		// Undo the turn on the pixels: what EXIF says is what has to be done.
		w, h := 200, 120
		if turn >= 5 {
			w, h = h, w
		}
		stored := image.NewRGBA(image.Rect(0, 0, w, h))
		for y := range 120 {
			for x := range 200 {
				sx, sy := x, y
				switch turn {
				case 2:
					sx = 199 - x
				case 3:
					sx, sy = 199-x, 119-y
				case 4:
					sy = 119 - y
				case 5:
					sx, sy = y, x
				case 6:
					sx, sy = y, 199-x
				case 7:
					sx, sy = 119-y, 199-x
				case 8:
					sx, sy = 119-y, x
				}
				stored.Set(sx, sy, img.At(x, y))
			}
		}
		if d := See(stored, turn).Print().Distance(want); d > 8 {
			t.Errorf("orientation %d: differs in %d bits", turn, d)
		}
	}
}

func FuzzSee(f *testing.F) {
	f.Add(3, 5, 1, []byte{1, 2, 3})
	f.Add(300, 1, 6, []byte{255})
	official := See(scene(1, 200, 150), 1)
	f.Fuzz(func(t *testing.T, w, h, turn int, pix []byte) {
		if w < 0 || h < 0 || w > 400 || h > 400 || len(pix) == 0 {
			return
		}
		img := image.NewGray(image.Rect(0, 0, w, h))
		for i := range img.Pix {
			img.Pix[i] = pix[i%len(pix)]
		}
		p := See(img, turn)
		c := Compare(p, official)
		if math.IsNaN(c.Like) || c.Like > 1.0001 || Nearest(p.Print(), p.Prints()) != 0 {
			t.Errorf("%d × %d: like %v", w, h, c.Like)
		}
		_, _ = Read(pix)
	})
}

func BenchmarkSee(b *testing.B) {
	img := compressed(scene(1, 1920, 1280), 85)
	for b.Loop() {
		See(img, 1)
	}
}

func BenchmarkPrints(b *testing.B) {
	p := See(scene(1, 480, 320), 1)
	for b.Loop() {
		p.Prints()
	}
}

func BenchmarkCompare(b *testing.B) {
	img := scene(1, 480, 320)
	official, p := See(img, 1), See(compressed(cropped4(img, 0.05, 0, 0.05, 0), 60), 1)
	for b.Loop() {
		Compare(p, official)
	}
}

// BenchmarkNearest looks for a print among those of 10,000 pictures.
func BenchmarkNearest(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	all := make([][]Print, 10_000)
	for i := range all {
		all[i] = make([]Print, 81)
		for j := range all[i] {
			all[i][j] = Print{r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64()}
		}
	}
	for b.Loop() {
		for _, prints := range all {
			Nearest(all[0][0], prints)
		}
	}
}
