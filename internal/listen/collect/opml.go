package collect

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Outline is a feed of a list of feeds (OPML 2.0, opml.org/spec2.opml).
type Outline struct {
	Title string
	URL   string // of the feed
	Site  string
	Lang  string
}

const (
	maxOutlines = 2000
	// maxDepth bounds folders within folders.
	maxDepth = 50
)

// ErrOutlines: the file is no list of feeds that can be read.
var ErrOutlines = fmt.Errorf("no OPML: %w", ErrFeed)

// ParseOPML reads a list of feeds, folders or not, up to two thousand. What is
// none is ErrOutlines. Each address is given once.
func ParseOPML(body []byte) ([]Outline, error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = false
	var out []Outline
	known, depth, seen := false, 0, map[string]bool{}
	for len(out) < maxOutlines {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrOutlines, err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return nil, ErrOutlines
			}
			known = known || t.Name.Local == "opml"
			if o := outlineOf(t); known && o.URL != "" && !seen[o.URL] {
				seen[o.URL] = true
				out = append(out, o)
			}
		case xml.EndElement:
			depth--
		}
	}
	if !known {
		return nil, ErrOutlines
	}
	return out, nil
}

func outlineOf(t xml.StartElement) (o Outline) {
	if t.Name.Local != "outline" {
		return o
	}
	for _, a := range t.Attr {
		v := strings.TrimSpace(strings.ToValidUTF8(a.Value, ""))
		switch strings.ToLower(a.Name.Local) {
		case "xmlurl":
			if web(v) {
				o.URL = v
			}
		case "htmlurl":
			if web(v) {
				o.Site = v
			}
		case "language":
			o.Lang = Shorten(v, 20)
		case "title":
			o.Title = Shorten(plainText(v), 120)
		case "text":
			if o.Title == "" {
				o.Title = Shorten(plainText(v), 120)
			}
		}
	}
	return o
}

// WriteOPML writes a list of feeds.
func WriteOPML(w io.Writer, title string, list []Outline) error {
	type outline struct {
		Type  string `xml:"type,attr"`
		Text  string `xml:"text,attr"`
		Title string `xml:"title,attr"`
		URL   string `xml:"xmlUrl,attr"`
		Site  string `xml:"htmlUrl,attr,omitempty"`
		Lang  string `xml:"language,attr,omitempty"`
	}
	doc := struct {
		XMLName xml.Name  `xml:"opml"`
		Version string    `xml:"version,attr"`
		Title   string    `xml:"head>title"`
		List    []outline `xml:"body>outline"`
	}{Version: "2.0", Title: title}
	for _, o := range list {
		doc.List = append(doc.List, outline{"rss", o.Title, o.Title, o.URL, o.Site, o.Lang})
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	return e.Encode(doc)
}
