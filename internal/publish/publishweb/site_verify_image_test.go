package publishweb

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	xdraw "golang.org/x/image/draw"

	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/ledger"
	"sifara/internal/publish"
	"sifara/internal/web/webtest"
)

// landscape is a picture with enough in it to be recognised.
func landscape(seed int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, 900, 600))
	for y := range 600 {
		for x := range 900 {
			c := color.RGBA{uint8(x * 200 / 900), uint8(y * 220 / 600), 120, 255}
			for i := range 14 {
				dx, dy, r := x-(i*seed*97)%900, y-(i*seed*61+40)%600, 30+(i*seed*13)%70
				if dx*dx+dy*dy < r*r {
					c = color.RGBA{uint8(i * 17), uint8(255 - i*seed*5), uint8(i * seed * 11), 255}
				}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func pngOf(t *testing.T, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// pictured makes a statement with a picture public, and with it again for each
// further text about it.
func (p *public) pictured(img image.Image, more ...publish.FileText) publish.Message {
	p.t.Helper()
	must := func(m publish.Message, err error) publish.Message {
		p.t.Helper()
		if err != nil {
			p.t.Fatal(err)
		}
		return m
	}
	writer := p.as("writer")
	m := must(p.svc.Create(writer, publish.Beginning{ID: id.New(), MissionID: p.paris.ID, Kind: publish.Statement, Sensitivity: publish.Routine, SourceLang: i18n.English, Words: visit[i18n.English]}))
	for _, about := range append([]publish.FileText{{Alt: publish.Texts{i18n.English: "The visit"}, Author: "Press office", Licence: publish.OwnWork}}, more...) {
		m = must(p.svc.Attach(writer, m.ID, publish.Upload{ID: id.New(), Name: "visit.png", Data: bytes.NewReader(pngOf(p.t.(*testing.T), img)), FileText: about}))
	}
	m = must(p.svc.Submit(writer, m.ID, m.Hash))
	m = must(p.svc.Approve(p.as("reviewer"), m.ID, publish.Judgement{Step: m.Step, Hash: m.Hash}))
	m = must(p.svc.Approve(p.as("clearer"), m.ID, publish.Judgement{Step: m.Step, Hash: m.Hash}))
	m = must(p.svc.Release(p.as("releaser"), m.ID, m.Hash))
	p.pages.Clear()
	return m
}

func upload(t *testing.T, c *webtest.Client, data []byte) webtest.Answer {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if data != nil {
		f, err := form.CreateFormFile("picture", "picture.jpg")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = f.Write(data)
	}
	form.Close()
	r := httptest.NewRequest(http.MethodPost, "/en/verify/image", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return c.Do(t, r)
}

func TestVerifyImage(t *testing.T) {
	eachPublic(t, func(t *testing.T, p *public) {
		img := landscape(3)
		m := p.pictured(img)
		for range 2 { // once more changes nothing
			if err := p.svc.LogImages(p.system()); err != nil {
				t.Fatal(err)
			}
		}
		a := m.Attachments[0]
		c := p.As(nil, i18n.English)
		served := c.Get(t, mediaHref(a.ID, a.Digest))
		small := image.NewRGBA(image.Rect(0, 0, 300, 200))
		xdraw.CatmullRom.Scale(small, small.Rect, img, img.Rect, draw.Src, nil)
		var compressed bytes.Buffer
		if err := jpeg.Encode(&compressed, small, &jpeg.Options{Quality: 50}); err != nil {
			t.Fatal(err)
		}
		forged := image.NewRGBA(img.Rect)
		copy(forged.Pix, img.Pix)
		draw.Draw(forged, image.Rect(400, 250, 600, 400), image.NewUniform(color.RGBA{250, 20, 20, 255}), image.Point{}, draw.Src)
		tests := []struct {
			name string
			data []byte
			want string
		}{
			{"the file itself", []byte(served.Body), "unchanged"},
			{"smaller and compressed", compressed.Bytes(), "resized"},
			{"cropped", pngOf(t, img.SubImage(image.Rect(60, 40, 900, 560))), "cropped"},
			{"painted over", pngOf(t, forged), "altered"},
			{"another", pngOf(t, landscape(7)), "not_found"},
		}
		words := p.words(t)
		for _, tt := range tests {
			got := upload(t, c, tt.data)
			if got.Status != http.StatusOK || !strings.Contains(got.Text(".verdict"), words.T("publish.verify.image."+tt.want)) {
				t.Errorf("%s: got %d %q, want %s", tt.name, got.Status, got.Text(".verdict"), tt.want)
			}
			if boxes := got.Doc.Find("svg.marked rect").Length(); (boxes > 0) != (tt.want == "altered") {
				t.Errorf("%s: %d frames", tt.name, boxes)
			}
		}
		for name, data := range map[string][]byte{"no file": nil, "text": []byte("hello"), "page": []byte("<html><svg onload=alert(1)>"), "broken": pngOf(t, img)[:2000]} {
			if got := upload(t, c, data); got.Status != http.StatusUnprocessableEntity || got.Doc.Find("#check-picture .field-bad").Length() == 0 {
				t.Errorf("%s: got %d", name, got.Status)
			}
		}
		// The signed record of the picture, led to by the picture itself.
		at := mediaHref(a.ID, a.Digest) + sidecar
		if link := served.Header.Get("Link"); !strings.Contains(link, "<"+at+">") {
			t.Errorf("the picture does not name its proof: %q", link)
		}
		b, err := ledger.ReadBundle(strings.NewReader(c.Get(t, at).Body))
		if err != nil {
			t.Fatal(err)
		}
		key, _ := p.log.Key(t.Context())
		proven, err := publish.VerifyBundle(b, "", key)
		if err != nil || proven.Record.Act != publish.ImageAct || proven.Record.Image.Digest != a.Digest || proven.Record.Message != m.ID {
			t.Errorf("sidecar: got %+v, %v", proven.Record, err)
		}
		if got := c.Get(t, mediaHref(id.New(), a.Digest)+sidecar); got.Status != http.StatusNotFound {
			t.Errorf("proof of nothing: got %d", got.Status)
		}
		if _, err := p.svc.Withdraw(p.as("releaser"), m.ID, publish.Texts{i18n.English: "Wrong picture."}); err != nil {
			t.Fatal(err)
		}
		if got := upload(t, c, compressed.Bytes()); !strings.Contains(got.Text(".verdict"), words.T("publish.verify.withdrawn")) || got.Doc.Find("svg.marked").Length() != 0 {
			t.Errorf("withdrawn: got %q", got.Text(".verdict"))
		}
	})
}

// words speaks English as the pages do.
func (p *public) words(t *testing.T) *i18n.Printer {
	t.Helper()
	cat, err := i18n.Load(publish.Locales())
	if err != nil {
		t.Fatal(err)
	}
	return cat.Printer(i18n.English)
}
