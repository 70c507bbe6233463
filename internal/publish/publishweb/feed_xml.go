package publishweb

import (
	"bytes"
	"encoding/xml"
	"html"
	"time"
)

// paragraph is plain text as HTML.
func paragraph(text string) string { return "<p>" + html.EscapeString(text) + "</p>\n" }

// rssFile is RSS 2.0 (rssboard.org/rss-specification) with the whole text in
// content:encoded and the feed's own address in atom:link.
type rssFile struct {
	XMLName xml.Name `xml:"rss"`
	Version string   `xml:"version,attr"`
	Atom    string   `xml:"xmlns:atom,attr"`
	Content string   `xml:"xmlns:content,attr"`
	DC      string   `xml:"xmlns:dc,attr"`
	Media   string   `xml:"xmlns:media,attr"`
	Channel rssChannel
}

type rssChannel struct {
	XMLName     xml.Name   `xml:"channel"`
	Title       string     `xml:"title"`
	Link        string     `xml:"link"`
	Description string     `xml:"description"`
	Language    string     `xml:"language"`
	LastBuild   string     `xml:"lastBuildDate,omitempty"`
	Generator   string     `xml:"generator"`
	TTL         int        `xml:"ttl"`
	Links       []atomLink `xml:"atom:link"`
	Items       []rssItem  `xml:"item"`
}

type rssItem struct {
	Title       string     `xml:"title"`
	Link        string     `xml:"link"`
	GUID        rssGUID    `xml:"guid"`
	PubDate     string     `xml:"pubDate"`
	Updated     string     `xml:"atom:updated"`
	Creator     string     `xml:"dc:creator"`
	Category    string     `xml:"category"`
	Description string     `xml:"description"`
	Content     string     `xml:"content:encoded"`
	Enclosure   *rssMedium `xml:"enclosure"`     // RSS knows one at most
	Media       []rssMedia `xml:"media:content"` // all, as Media RSS tells of them
	Proof       atomLink   `xml:"atom:link"`
}

type rssGUID struct {
	IsPermaLink bool   `xml:"isPermaLink,attr"`
	ID          string `xml:",chardata"`
}

type rssMedium struct {
	URL    string `xml:"url,attr"`
	Length int64  `xml:"length,attr"`
	Type   string `xml:"type,attr"`
}

type rssMedia struct {
	URL    string `xml:"url,attr"`
	Size   int64  `xml:"fileSize,attr,omitempty"`
	Type   string `xml:"type,attr"`
	Length int64  `xml:"duration,attr,omitempty"` // seconds
	Title  string `xml:"media:title,omitempty"`
	Credit string `xml:"media:credit,omitempty"`
}

func rss(f feed) ([]byte, error) {
	file := rssFile{
		Version: "2.0", Atom: "http://www.w3.org/2005/Atom", Content: "http://purl.org/rss/1.0/modules/content/", DC: "http://purl.org/dc/elements/1.1/", Media: "http://search.yahoo.com/mrss/",
		Channel: rssChannel{Title: plainXML(f.Title), Link: f.Home, Description: plainXML(f.Description), Language: f.Lang.Tag(),
			Generator: "Sifara", TTL: 15, Links: append([]atomLink{{Rel: "self", Href: f.Self, Type: "application/rss+xml"}}, hubLinks(f)...)},
	}
	if !f.Updated.IsZero() {
		file.Channel.LastBuild = f.Updated.UTC().Format(time.RFC1123Z)
	}
	for _, it := range f.Items {
		x := rssItem{Title: plainXML(it.Title), Link: it.Address, GUID: rssGUID{false, it.ID}, PubDate: it.Published.UTC().Format(time.RFC1123Z),
			Updated: feedTime(it.Updated), Creator: plainXML(it.Author), Category: plainXML(it.Kind), Description: plainXML(it.Summary), Content: plainXML(it.HTML), Proof: proofLink(it)}
		if len(it.Attachment) > 0 {
			a := it.Attachment[0]
			x.Enclosure = &rssMedium{a.Address, a.Size, a.Type}
		}
		for _, a := range it.Attachment {
			x.Media = append(x.Media, rssMedia{a.Address, a.Size, a.Type, a.Seconds, plainXML(a.Title), plainXML(a.Credit)})
		}
		file.Channel.Items = append(file.Channel.Items, x)
	}
	return xmlDocument(file)
}

// atomFile is Atom 1.0 (RFC 4287).
type atomFile struct {
	XMLName   xml.Name    `xml:"feed"`
	NS        string      `xml:"xmlns,attr"`
	Lang      string      `xml:"xml:lang,attr"`
	ID        string      `xml:"id"`
	Title     string      `xml:"title"`
	Subtitle  string      `xml:"subtitle"`
	Updated   string      `xml:"updated"`
	Author    atomAuthor  `xml:"author"`
	Icon      string      `xml:"icon"`
	Generator string      `xml:"generator"`
	Links     []atomLink  `xml:"link"`
	Entries   []atomEntry `xml:"entry"`
}

type atomEntry struct {
	ID        string       `xml:"id"`
	Title     string       `xml:"title"`
	Published string       `xml:"published"`
	Updated   string       `xml:"updated"`
	Author    atomAuthor   `xml:"author"`
	Category  atomCategory `xml:"category"`
	Links     []atomLink   `xml:"link"`
	Summary   string       `xml:"summary"`
	Content   atomText     `xml:"content"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

type atomLink struct {
	Rel    string `xml:"rel,attr"`
	Href   string `xml:"href,attr"`
	Type   string `xml:"type,attr,omitempty"`
	Lang   string `xml:"hreflang,attr,omitempty"`
	Title  string `xml:"title,attr,omitempty"`
	Length int64  `xml:"length,attr,omitempty"`
}

func atom(f feed) ([]byte, error) {
	file := atomFile{
		NS: "http://www.w3.org/2005/Atom", Lang: f.Lang.Tag(), ID: f.ID, Title: plainXML(f.Title), Subtitle: plainXML(f.Description), Updated: feedTime(f.Updated),
		Author: atomAuthor{plainXML(f.Author)}, Icon: f.Icon, Generator: "Sifara",
		Links: []atomLink{{Rel: "self", Href: f.Self, Type: "application/atom+xml"}, {Rel: "alternate", Href: f.Home, Type: "text/html", Lang: f.Lang.Tag()}},
	}
	file.Links = append(file.Links, hubLinks(f)...)
	for _, it := range f.Items {
		x := atomEntry{ID: it.ID, Title: plainXML(it.Title), Published: feedTime(it.Published), Updated: feedTime(it.Updated), Author: atomAuthor{plainXML(it.Author)},
			Category: atomCategory{plainXML(it.Kind)}, Summary: plainXML(it.Summary), Content: atomText{"html", plainXML(it.HTML)},
			Links: []atomLink{{Rel: "alternate", Href: it.Address, Type: "text/html", Lang: f.Lang.Tag()}, proofLink(it)}}
		for _, a := range it.Attachment {
			x.Links = append(x.Links, atomLink{Rel: "enclosure", Href: a.Address, Type: a.Type, Title: plainXML(a.Title), Length: a.Size})
		}
		file.Entries = append(file.Entries, x)
	}
	return xmlDocument(file)
}

// hubLinks lead to the hub that tells of changes, when there is one.
func hubLinks(f feed) []atomLink {
	if f.Hub == "" {
		return nil
	}
	return []atomLink{{Rel: "hub", Href: f.Hub}}
}

// proofLink leads to the proof of an item's text.
func proofLink(it item) atomLink {
	return atomLink{Rel: "related", Href: it.Proof, Type: "application/json", Title: "Proof of authenticity"}
}

// xmlDocument writes an XML document.
func xmlDocument(v any) ([]byte, error) {
	b := bytes.NewBufferString(xml.Header)
	e := xml.NewEncoder(b)
	e.Indent("", " ")
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}
