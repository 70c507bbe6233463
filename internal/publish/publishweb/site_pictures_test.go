package publishweb

import (
	"image"
	"net/http"
	"strings"
	"testing"

	"sifara/internal/audit"
	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/publish"
)

// TestGalleryOnTheSite reads two pictures of a statement on its page and in feeds.
func TestGalleryOnTheSite(t *testing.T) {
	p := newPublic(t, dbtest.SQLite(t, audit.Migrations(), org.Migrations(), publish.Migrations()))
	m := p.pictured(image.NewRGBA(image.Rect(0, 0, 1000, 500)), publish.FileText{
		Alt: publish.Texts{i18n.English: "Two people"}, Caption: publish.Texts{i18n.English: "The signing"}, Author: "A. Photographer", Source: "Archive 7", Licence: publish.CCBY, FocusX: -30, FocusY: 21})
	page := p.As(nil, i18n.English).Get(t, "/en/statements/"+m.Slug)
	list := page.Doc.Find("ul.pictures > li > figure")
	if list.Length() != 2 || page.Doc.Find("ul.pictures[aria-label]").Length() != 1 {
		t.Fatalf("%d pictures: %s", list.Length(), page.Text("main"))
	}
	second := list.Eq(1)
	img := second.Find("a > img")
	if img.AttrOr("alt", "") != "Two people" || !img.HasClass("fx-2") || !img.HasClass("fy-7") {
		t.Errorf("the picture: %v", img.Nodes[0].Attr)
	}
	for _, size := range strings.Split(img.AttrOr("srcset", ""), ", ") {
		href, width, _ := strings.Cut(size, " ")
		a := p.As(nil, i18n.English).Get(t, href)
		c, _, err := image.DecodeConfig(strings.NewReader(a.Body))
		if a.Status != http.StatusOK || err != nil || itoa(c.Width)+"w" != width || c.Height*2 != c.Width || c.Width > 1000 {
			t.Errorf("%s: %d, %d × %d, %v", size, a.Status, c.Width, c.Height, err)
		}
	}
	if a := p.As(nil, i18n.English).Get(t, second.Find("a").AttrOr("href", "")); a.Status != http.StatusOK {
		t.Errorf("the whole picture: %d", a.Status)
	}
	if s := strings.Join(strings.Fields(second.Find("figcaption").Text()), " "); !strings.Contains(s, "The signing") || !strings.Contains(s, "By A. Photographer. Source: Archive 7") || second.Find("a[rel=license]").AttrOr("href", "") != publish.CCBY.Address() {
		t.Errorf("below the picture: %s", s)
	}
	if s := list.Eq(0).Find("figcaption").Text(); !strings.Contains(s, "Press office") || !strings.Contains(s, "our own work") {
		t.Errorf("below the first: %s", s)
	}
	feed := p.As(nil, i18n.English).Get(t, "/en/feed.rss").Body
	if strings.Count(feed, "<media:content ") != 2 || !strings.Contains(feed, "<media:title>The signing</media:title>") || !strings.Contains(feed, "<media:credit>A. Photographer</media:credit>") {
		t.Errorf("RSS: %s", feed)
	}
}
