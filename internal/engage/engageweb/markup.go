package engageweb

import (
	"bytes"
	"context"
	"io"

	"github.com/a-h/templ"
	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
)

// markup draws an answer: paragraphs, lists, emphasis and links of Markdown,
// nothing else. HTML in the text is left out by the parser and, should the
// parser be wrong, by the policy behind it.
func markup(source string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b bytes.Buffer
		if err := goldmark.Convert([]byte(source), &b); err != nil {
			return err
		}
		policy := bluemonday.NewPolicy()
		policy.AllowElements("p", "br", "strong", "em", "ul", "ol", "li", "blockquote")
		policy.AllowAttrs("href").OnElements("a")
		policy.AllowURLSchemes("https", "http", "mailto")
		policy.RequireNoFollowOnLinks(true)
		_, err := w.Write(policy.SanitizeBytes(b.Bytes()))
		return err
	})
}
