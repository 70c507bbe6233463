package collect

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Sitemap is a site's map (sitemaps.org/protocol, with Google's news
// extension): either pages, or the addresses of further maps.
type Sitemap struct {
	Feed Feed     // pages that have a title
	Maps []string // of an index
}

// maxMaps bounds the further maps of an index.
const maxMaps = 50

// ParseSitemap reads a map. It never panics; what is no map is ErrFeed. Pages
// without a title are left out: nothing could be said of them.
func ParseSitemap(body []byte) (Sitemap, error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = false
	var m Sitemap
	known := false
	for len(m.Feed.Items) < maxItems && len(m.Maps) < maxMaps {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return m, fmt.Errorf("%w: %w", ErrFeed, err)
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "urlset", "sitemapindex":
			known = true
		case "url", "sitemap":
			if !known {
				return m, ErrFeed
			}
			if err := m.take(d, start); err != nil {
				return m, fmt.Errorf("%w: %w", ErrFeed, err)
			}
		default:
			if !known {
				return m, ErrFeed
			}
		}
	}
	if !known {
		return m, ErrFeed
	}
	return m, nil
}

type sitemapEntry struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod"`
	News    struct {
		Title     string `xml:"title"`
		Published string `xml:"publication_date"`
		Keywords  string `xml:"keywords"`
		Paper     struct {
			Language string `xml:"language"`
			Name     string `xml:"name"`
		} `xml:"publication"`
	} `xml:"news"`
}

func (m *Sitemap) take(d *xml.Decoder, start xml.StartElement) error {
	var e sitemapEntry
	if err := d.DecodeElement(&e, &start); err != nil {
		return err
	}
	loc := strings.TrimSpace(e.Loc)
	if !web(loc) {
		return nil
	}
	if start.Name.Local == "sitemap" {
		m.Maps = append(m.Maps, loc)
		return nil
	}
	title := Shorten(plainText(e.News.Title), 500)
	if title == "" {
		return nil
	}
	if m.Feed.Title == "" {
		m.Feed.Title, m.Feed.Lang = Shorten(plainText(e.News.Paper.Name), 200), strings.TrimSpace(e.News.Paper.Language)
	}
	it := FeedItem{Key: loc, URL: loc, Text: title, At: w3cTime(e.News.Published)}
	if it.At.IsZero() {
		it.At = w3cTime(e.LastMod)
	}
	m.Feed.Items = append(m.Feed.Items, it)
	return nil
}

// w3cTime reads a date of the W3C's profile of ISO 8601; the zero time when it
// is none.
func w3cTime(s string) time.Time {
	s = strings.TrimSpace(s)
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
