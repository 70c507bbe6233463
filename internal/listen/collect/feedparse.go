package collect

import (
	"bytes"
	"fmt"
	"mime"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"golang.org/x/net/html"

	"sifara/internal/text"
)

// Feed is what a source gives.
type Feed struct {
	Title string
	Site  string
	Lang  string // as declared, a BCP 47 code or empty
	Items []FeedItem
}

// FeedItem is one item of a feed.
type FeedItem struct {
	Key  string    // what tells it from the others of the feed
	At   time.Time // zero when the feed does not say
	URL  string
	Text string // title and summary, without markup
}

const (
	maxItems   = 500
	maxSummary = 2000 // characters
	// maxNesting refuses documents made to exhaust a parser's stack.
	maxNesting = 5000
)

// ParseFeed reads RSS, Atom or JSON Feed of any encoding. It never panics; what
// is no feed is ErrFeed. Items without text are left out.
func ParseFeed(body []byte, contentType string) (f Feed, err error) {
	defer func() {
		if p := recover(); p != nil {
			f, err = Feed{}, fmt.Errorf("%w: %v", ErrFeed, p)
		}
	}()
	doc, _ := text.DecodeBytes(body, declaredCharset(body, contentType))
	doc = strings.TrimSpace(prolog.ReplaceAllString(strings.ReplaceAll(doc, "\x00", ""), ""))
	if doc == "" || nesting(doc) > maxNesting {
		return Feed{}, ErrFeed
	}
	parsed, err := gofeed.NewParser().ParseString(doc)
	if err != nil {
		return Feed{}, fmt.Errorf("%w: %w", ErrFeed, err)
	}
	f = Feed{Title: Shorten(plainText(parsed.Title), 200), Site: strings.TrimSpace(parsed.Link), Lang: strings.TrimSpace(parsed.Language)}
	for _, it := range parsed.Items {
		if it == nil || len(f.Items) == maxItems {
			continue
		}
		if item := feedItem(it); item.Text != "" {
			f.Items = append(f.Items, item)
		}
	}
	return f, nil
}

// prolog is the XML declaration, whose encoding no longer holds.
var prolog = regexp.MustCompile(`^\s*<\?xml[^>]*\?>`)

var xmlEncoding = regexp.MustCompile(`^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']`)

func declaredCharset(body []byte, contentType string) string {
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
		return params["charset"]
	}
	if m := xmlEncoding.FindSubmatch(body[:min(len(body), 300)]); m != nil {
		return string(m[1])
	}
	return ""
}

// nesting is how deep elements or JSON values stand in each other, at most.
func nesting(doc string) int {
	if doc[0] == '{' || doc[0] == '[' {
		return 0 // encoding/json bounds it
	}
	depth, deepest := 0, 0
	for i := 0; i < len(doc); {
		j := strings.IndexByte(doc[i:], '<')
		if j < 0 {
			break
		}
		i += j + 1
		switch {
		case strings.HasPrefix(doc[i:], "![CDATA["):
			if end := strings.Index(doc[i:], "]]>"); end >= 0 {
				i += end
			}
		case strings.HasPrefix(doc[i:], "/"):
			depth--
		case i < len(doc) && doc[i] != '!' && doc[i] != '?':
			end := strings.IndexByte(doc[i:], '>')
			if end < 1 || doc[i+end-1] != '/' {
				depth++
			}
			deepest = max(deepest, depth)
		}
	}
	return deepest
}

func feedItem(it *gofeed.Item) FeedItem {
	title := plainText(it.Title)
	summary := plainText(it.Description)
	if summary == "" {
		summary = plainText(it.Content)
	}
	body := title
	if summary != "" && !strings.HasPrefix(summary, title) {
		body += "\n" + summary
	} else if summary != "" {
		body = summary
	}
	item := FeedItem{URL: strings.TrimSpace(it.Link), Text: strings.TrimSpace(Shorten(body, maxSummary))}
	for _, k := range []string{it.GUID, it.Link, body} {
		if k = strings.TrimSpace(k); k != "" {
			item.Key = k
			break
		}
	}
	for _, t := range []*time.Time{it.PublishedParsed, it.UpdatedParsed} {
		if t != nil && !t.IsZero() {
			item.At = t.UTC()
			break
		}
	}
	return item
}

// hidden are elements whose content is not read.
var hidden = []string{"script", "style", "noscript", "template", "iframe", "svg"}

// plainText is the text of a piece of HTML: no markup, no scripts, entities as
// letters, blocks on lines of their own.
func plainText(s string) string {
	if s == "" {
		return ""
	}
	if !strings.ContainsAny(s, "<&") {
		return strings.TrimSpace(text.Clean(s))
	}
	var b bytes.Buffer
	z := html.NewTokenizer(strings.NewReader(s))
	skip := ""
	for {
		switch z.Next() {
		case html.ErrorToken:
			return squeeze(text.Clean(b.String()))
		case html.TextToken:
			if skip == "" {
				b.Write(z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			if slices.Contains(hidden, string(name)) && skip == "" {
				skip = string(name)
			}
			breakAt(&b, string(name))
		case html.EndTagToken:
			name, _ := z.TagName()
			if string(name) == skip {
				skip = ""
			}
			breakAt(&b, string(name))
		}
	}
}

func breakAt(b *bytes.Buffer, tag string) {
	switch tag {
	case "p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "blockquote":
		b.WriteByte('\n')
	case "td", "th":
		b.WriteByte(' ')
	}
}

// squeeze removes spaces at the ends of lines and empty lines.
func squeeze(s string) string {
	var lines []string
	for l := range strings.SplitSeq(s, "\n") {
		if l = strings.Join(strings.Fields(l), " "); l != "" {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "\n")
}

// Shorten cuts a text to so many characters, at a space where there is one.
func Shorten(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	out := string(r[:most-1])
	if i := strings.LastIndexByte(out, ' '); i > len(out)/2 {
		out = out[:i]
	}
	return out + "…"
}
