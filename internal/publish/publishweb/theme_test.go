package publishweb

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"sifara/internal/audit"
	"sifara/internal/blob"
	"sifara/internal/event"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/theme"
	"sifara/internal/web"
	"sifara/internal/web/webtest"
)

// themes opens the console and the site of an office with themes.
func (o *office) themes(t *testing.T) *theme.Service {
	t.Helper()
	blobs, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := theme.New(theme.Deps{DB: o.db, Clock: o.clock, Audit: audit.New(o.db, o.clock), Live: event.NewLive(o.db, slog.New(slog.DiscardHandler)), Org: o.org, Blobs: blobs})
	m := Module(Options{Service: o.svc, Org: o.org, Clock: o.clock, Themes: s, BaseURL: testBase})
	o.options.Themes = s
	m = AddSite(m, o.options)
	o.site = webtest.New(t, locales(), m.Routes...)
	m.API(web.NewAPI(o.site.Server, "test"))
	return s
}

func wine() url.Values {
	return url.Values{"version": {"0"}, "accent": {"#8a1c2c"}, "ink": {"#ffffff"}, "follows": {"yes"}, "header": {"band"}, "logo": {""}}
}

// TestThemeIsTriedAndSaved walks from the form by the preview to the public sheet.
func TestThemeIsTriedAndSaved(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		s := o.themes(t)
		c := o.site.As(o.releaser, i18n.English)
		at := SitesPath + "/" + o.paris.ID + "/theme"
		if a := c.Get(t, at); a.Status != http.StatusOK || a.Doc.Find("input[name=accent]").AttrOr("value", "") != "#0f4c45" || a.Doc.Find("input[name=header][value=full][checked]").Length() != 1 {
			t.Fatalf("the form: %d %s", a.Status, a.Text("main"))
		}
		tried := c.Get(t, at+"/preview?"+wine().Encode())
		sheet := tried.Doc.Find("link[rel=stylesheet]").Last().AttrOr("href", "")
		if tried.Status != http.StatusOK || tried.Doc.Find("html.site.head-band").Length() != 1 || !strings.HasPrefix(sheet, at+"/sheet.css?") || tried.Doc.Find("[style], style").Length() != 0 {
			t.Fatalf("the preview: %d, sheet %q", tried.Status, sheet)
		}
		if rows := tried.Doc.Find("#uses tbody tr").Length(); rows < 20 {
			t.Errorf("the preview measures %d pairs", rows)
		}
		if a := c.Get(t, sheet); a.Status != http.StatusOK || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/css") || !strings.Contains(a.Body, ".in-dark{--brand:") {
			t.Errorf("the sheet of the preview: %d %s", a.Status, a.Body)
		}
		if now, err := s.Theme(t.Context(), o.paris.ID); err != nil || now.Own {
			t.Fatalf("the preview saved: %+v, %v", now, err)
		}
		// The form of the preview saves what was seen.
		form := url.Values{}
		for _, in := range tried.Doc.Find("main form input[type=hidden]").EachIter() {
			form.Set(in.AttrOr("name", ""), in.AttrOr("value", ""))
		}
		if a := c.Post(t, at, form); a.Status != http.StatusSeeOther {
			t.Fatalf("save: %d %s", a.Status, a.Text("main"))
		}
		look, err := s.Look(t.Context(), o.paris.ID)
		if err != nil || look.Accent.String() != "#8a1c2c" || look.Header != theme.Band {
			t.Fatalf("saved %+v, %v", look, err)
		}
		worn := SiteTheme(look, i18n.English)
		visitor := o.site.As(nil, i18n.English)
		a := visitor.Get(t, worn.Sheet)
		if a.Status != http.StatusOK || !strings.Contains(a.Body, "--brand:#8a1c2c") || a.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || len(a.Body) > 700 {
			t.Errorf("public sheet: %d, %d bytes, %v", a.Status, len(a.Body), a.Header)
		}
		for _, path := range []string{"/theme/" + strings.Repeat("0", 32) + ".css", "/theme/x.png", "/theme/..css", "/theme/" + look.Sheet} {
			if a := visitor.Get(t, path); a.Status != http.StatusNotFound {
				t.Errorf("%s: %d", path, a.Status)
			}
		}
		if a := c.Post(t, at, wine()); a.Status != http.StatusConflict || a.Doc.Find("input[name=version]").AttrOr("value", "") != "1" {
			t.Errorf("an old version: %d", a.Status)
		}
		if a := c.Post(t, at, url.Values{"version": {"1"}, "own": {"no"}}); a.Status != http.StatusSeeOther {
			t.Errorf("give up: %d %s", a.Status, a.Text("main"))
		}
		if look, err := s.Look(t.Context(), o.paris.ID); err != nil || look.Sheet != "" {
			t.Errorf("given up: %+v, %v", look, err)
		}
	})
}

// TestUnreadableThemeIsRefused wants a message that says by how much a colour fails
// and which one would do, in every language.
func TestUnreadableThemeIsRefused(t *testing.T) {
	o := quick(t)
	o.themes(t)
	at := SitesPath + "/" + o.paris.ID + "/theme"
	for _, l := range i18n.Langs {
		c := o.site.As(o.releaser, l)
		v := wine()
		v.Set("accent", "#f2d060")
		v.Set("ink", "#000000")
		for _, a := range []webtest.Answer{c.Post(t, at, v), c.Get(t, at+"/preview?"+v.Encode())} {
			said := a.Text("#accent-error")
			if a.Status != http.StatusUnprocessableEntity || !strings.Contains(said, "#") || a.Doc.Find("[role=alert] a[href='#accent']").Length() != 1 || a.Doc.Find("input[name=accent]").AttrOr("value", "") != "#f2d060" {
				t.Errorf("%s: %d %q", l, a.Status, said)
			}
		}
	}
	for name, value := range map[string]string{"accent": "red", "ink": "", "header": "huge", "logo": id.New()} {
		v := wine()
		v.Set(name, value)
		if a := o.site.As(o.releaser, i18n.English).Post(t, at, v); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s %q: %d", name, value, a.Status)
		}
	}
	if a := o.site.As(o.releaser, i18n.English).Get(t, at+"/sheet.css?accent=}body{display:none}"); a.Status != http.StatusNotFound {
		t.Errorf("a sheet of what is no colour: %d %s", a.Status, a.Body)
	}
}

// TestThemesOfOthers holds that nobody sees or changes the look of a unit for which
// they do not release.
func TestThemesOfOthers(t *testing.T) {
	o := quick(t)
	s := o.themes(t)
	l, err := s.AddLogo(perm.With(t.Context(), o.releaser), o.paris.ID, id.New(), bytes.NewReader(disc(t)))
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{SitesPath + "/" + o.paris.ID + "/theme", SitesPath + "/ministry/theme", SitesPath + "/nowhere/theme"} {
		for _, a := range []*perm.Actor{o.abroad, o.releaser} {
			if a == o.releaser && strings.Contains(at, o.paris.ID) {
				continue
			}
			c := o.site.As(a, i18n.English)
			for _, path := range []string{"", "/preview?" + wine().Encode(), "/sheet.css?" + wine().Encode(), "/logos/" + l.ID} {
				if got := c.Get(t, at+path).Status; got != http.StatusNotFound {
					t.Errorf("%s reads %s%s: %d", a.ID, at, path, got)
				}
			}
			for path, form := range map[string]url.Values{"": wine(), "/logos/" + l.ID + "/drop": {}} {
				if got := c.Post(t, at+path, form).Status; got != http.StatusNotFound {
					t.Errorf("%s changes %s%s: %d", a.ID, at, path, got)
				}
			}
		}
	}
	if got := o.site.As(o.writer, i18n.English).Get(t, SitesPath+"/"+o.paris.ID+"/theme").Status; got != http.StatusForbidden {
		t.Errorf("without the permission: %d", got)
	}
}

// disc is a simple emblem.
func disc(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 300, 300))
	for y := range 300 {
		for x := range 300 {
			if (x-150)*(x-150)+(y-150)*(y-150) < 20000 {
				img.SetRGBA(x, y, color.RGBA{0x8a, 0x1c, 0x2c, 0xff})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (o *office) upload(t *testing.T, path, name string, data []byte) webtest.Answer {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.WriteField("id", id.New())
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(data)
	_ = w.Close()
	r := httptest.NewRequest(http.MethodPost, path, &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return o.site.As(o.releaser, i18n.English).Do(t, r)
}

// TestEmblemIsUploadedAndWorn walks from the file to the head of the page.
func TestEmblemIsUploadedAndWorn(t *testing.T) {
	o := quick(t)
	s := o.themes(t)
	c := o.site.As(o.releaser, i18n.English)
	at := SitesPath + "/" + o.paris.ID + "/theme"
	if a := o.upload(t, at+"/logos", "emblem.svg", []byte("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")); a.Status != http.StatusSeeOther {
		t.Errorf("a drawing with a script: %d", a.Status)
	}
	if n := c.Get(t, at).Doc.Find("#logos .files li").Length(); n != 0 {
		t.Fatalf("%d emblems of what is no picture", n)
	}
	if a := o.upload(t, at+"/logos", "emblem.png", disc(t)); a.Status != http.StatusSeeOther {
		t.Fatalf("upload: %d %s", a.Status, a.Text("main"))
	}
	page := c.Get(t, at)
	emblem := page.Doc.Find("input[name=logo]").Last().AttrOr("value", "")
	if a := c.Get(t, page.Doc.Find("#logos .files img").AttrOr("src", "")); a.Status != http.StatusOK || a.Header.Get("Content-Type") != "image/png" {
		t.Errorf("the emblem in the console: %d %s", a.Status, a.Header.Get("Content-Type"))
	}
	v := wine()
	v.Set("logo", emblem)
	v.Set("alt_en", "A disc")
	if a := c.Post(t, at, v); a.Status != http.StatusUnprocessableEntity || a.Text("#alt_ar-error") == "" {
		t.Errorf("described in one language: %d %s", a.Status, a.Text("main"))
	}
	for _, l := range i18n.Langs {
		v.Set("alt_"+string(l), "disc in "+string(l))
	}
	if a := c.Get(t, at+"/preview?"+v.Encode()); a.Doc.Find(".site-head img.logo[alt='disc in en']").Length() != 1 {
		t.Errorf("the preview does not wear it: %s", a.Text(".site-head"))
	}
	if a := c.Post(t, at, v); a.Status != http.StatusSeeOther {
		t.Fatalf("save: %d %s", a.Status, a.Text("main"))
	}
	look, err := s.Look(t.Context(), o.paris.ID)
	if err != nil {
		t.Fatal(err)
	}
	worn := SiteTheme(look, i18n.Sorani)
	if worn.Logo.Alt != "disc in ckb" {
		t.Errorf("in Sorani it is described as %q", worn.Logo.Alt)
	}
	a := o.site.As(nil, i18n.English).Get(t, worn.Logo.Src)
	if a.Status != http.StatusOK || a.Header.Get("Content-Type") != "image/png" || !strings.Contains(a.Header.Get("Content-Security-Policy"), "sandbox") || len(a.Body) > theme.MaxLogo {
		t.Errorf("public emblem: %d %v, %d bytes", a.Status, a.Header, len(a.Body))
	}
}

// TestListLeadsToThemes holds that the page of sites leads to the looks that one
// may set.
func TestListLeadsToThemes(t *testing.T) {
	o := quick(t)
	o.themes(t)
	everywhere := webtest.Official("unit", perm.Everywhere(), publish.MayView, publish.MayRelease)
	if n := o.site.As(everywhere, i18n.Arabic).Get(t, SitesPath).Doc.Find("a[href='" + SitesPath + "/ministry/theme']").Length(); n != 1 {
		t.Error("no way to the ministry's look")
	}
	if n := o.site.As(o.releaser, i18n.Arabic).Get(t, SitesPath).Doc.Find("a[href='" + SitesPath + "/ministry/theme']").Length(); n != 0 {
		t.Error("a mission is led to the ministry's look")
	}
	if n := o.site.As(o.releaser, i18n.Arabic).Get(t, SitesPath+"/"+o.paris.ID).Doc.Find("a[href='" + SitesPath + "/" + o.paris.ID + "/theme']").Length(); n != 1 {
		t.Error("no way to the mission's look")
	}
}
