package collect

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

const newsMap = `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://news.example/1</loc><news:news><news:publication><news:name>News</news:name><news:language>ar</news:language></news:publication>
<news:publication_date>2026-06-01T10:00:00+03:00</news:publication_date><news:title>فتح &amp; معبر</news:title></news:news></url>
<url><loc>https://news.example/2</loc><lastmod>2026-06-01</lastmod></url>
<url><loc>javascript:x()</loc><news:news><news:title>bad</news:title></news:news></url></urlset>`

func TestParseSitemap(t *testing.T) {
	m, err := ParseSitemap([]byte(newsMap))
	want := []FeedItem{{Key: "https://news.example/1", URL: "https://news.example/1", Text: "فتح & معبر", At: time.Date(2026, 6, 1, 7, 0, 0, 0, time.UTC)}}
	if err != nil || !reflect.DeepEqual(m.Feed.Items, want) || m.Feed.Title != "News" || m.Feed.Lang != "ar" {
		t.Errorf("got %+v, %v", m, err)
	}
	m, err = ParseSitemap([]byte(`<sitemapindex><sitemap><loc>https://news.example/a.xml</loc></sitemap></sitemapindex>`))
	if err != nil || len(m.Maps) != 1 {
		t.Errorf("index: %+v, %v", m, err)
	}
	for _, bad := range []string{"", "<rss></rss>", "hello", "<urlset><url>", "<url><loc>https://x.example/</loc></url>"} {
		if m, err := ParseSitemap([]byte(bad)); !errors.Is(err, ErrFeed) {
			t.Errorf("%q: %+v, %v", bad, m, err)
		}
	}
}

func TestOPML(t *testing.T) {
	list := []Outline{{Title: "وكالة & <أنباء>", URL: "https://news.example/feed", Site: "https://news.example/", Lang: "ar"}, {Title: "Radio", URL: "https://radio.example/a?b=1&c=2"}}
	var b bytes.Buffer
	if err := WriteOPML(&b, "Sources", list); err != nil {
		t.Fatal(err)
	}
	if got, err := ParseOPML(b.Bytes()); err != nil || !reflect.DeepEqual(got, list) {
		t.Errorf("there and back: %+v, %v", got, err)
	}
	folders := `<opml><body><outline text="Press"><outline text="A" xmlUrl="https://a.example/f"/><outline title="B" xmlurl="https://a.example/f"/><outline text="C" xmlUrl="file:///etc/passwd"/></outline></body></opml>`
	if got, err := ParseOPML([]byte(folders)); err != nil || len(got) != 1 || got[0].Title != "A" {
		t.Errorf("folders: %+v, %v", got, err)
	}
	for _, bad := range []string{"", "<rss/>", "<opml><body>", `<!DOCTYPE x [<!ENTITY a "aaaa">]><opml>&a;`, "<opml>" + strings.Repeat("<outline>", 100)} {
		if got, err := ParseOPML([]byte(bad)); err == nil && len(got) > 0 || err != nil && !errors.Is(err, ErrFeed) {
			t.Errorf("%.40q: %+v, %v", bad, got, err)
		}
	}
}

func FuzzParseSitemap(f *testing.F) {
	f.Add([]byte(newsMap))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseSitemap(b)
		if err == nil && len(m.Feed.Items) > maxItems {
			t.Error("too many items")
		}
		for _, it := range m.Feed.Items {
			if it.Text == "" || !web(it.URL) {
				t.Errorf("item %+v", it)
			}
		}
	})
}

func FuzzParseOPML(f *testing.F) {
	f.Add([]byte(`<opml version="2.0"><body><outline text="A" xmlUrl="https://a.example/f"/></body></opml>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		list, _ := ParseOPML(b)
		for _, o := range list {
			if !web(o.URL) {
				t.Errorf("address %q", o.URL)
			}
		}
	})
}
