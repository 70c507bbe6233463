package publish

import (
	"bytes"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

// markdown reads CommonMark with tables and strike-through. Raw HTML is left
// out, and what remains is cleaned again: two fences, because this text is
// shown to the public under the ministry's name.
type markdown struct {
	parser goldmark.Markdown
	policy *bluemonday.Policy
}

var theMarkdown = sync.OnceValue(func() *markdown {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "strong", "em", "del", "blockquote", "ul", "ol", "li", "h2", "h3", "h4", "code", "pre",
		"table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.RequireParseableURLs(true)
	p.RequireNoFollowOnLinks(false)
	return &markdown{
		parser: goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.Linkify)),
		policy: p,
	}
})

// HTML turns a body into safe HTML. Headings begin at the second level,
// because the title of the message is the first. Pictures of other sites are
// dropped: they would tell others who reads us.
func HTML(body string) string {
	md := theMarkdown()
	var b bytes.Buffer
	if err := md.parser.Convert([]byte(body), &b); err != nil {
		return "" // a bytes.Buffer does not fail
	}
	return string(md.policy.SanitizeBytes(lowerHeadings(b.Bytes())))
}

// lowerHeadings makes room for the page's own h1.
func lowerHeadings(html []byte) []byte {
	for _, h := range [][2]string{{"h4", "h4"}, {"h3", "h4"}, {"h2", "h3"}, {"h1", "h2"}, {"h5", "h4"}, {"h6", "h4"}} {
		html = bytes.ReplaceAll(html, []byte("<"+h[0]+">"), []byte("<"+h[1]+">"))
		html = bytes.ReplaceAll(html, []byte("</"+h[0]+">"), []byte("</"+h[1]+">"))
	}
	return html
}
