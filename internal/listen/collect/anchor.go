package collect

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// anchors are the web addresses that a piece of HTML links to, without those of
// mentions and hashtags, each once.
func anchors(s string) (out []string) {
	if !strings.Contains(s, "<a") {
		return nil
	}
	z := html.NewTokenizer(strings.NewReader(s))
	for len(out) < 50 {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.StartTagToken:
			t := z.Token()
			href, class := "", ""
			for _, a := range t.Attr {
				switch a.Key {
				case "href":
					href = a.Val
				case "class":
					class = a.Val
				}
			}
			if t.Data == "a" && !strings.Contains(class, "mention") && !strings.Contains(class, "hashtag") && web(href) && !slices.Contains(out, href) {
				out = append(out, href)
			}
		}
	}
	return out
}

// web reports whether a text is an address of the Web.
func web(s string) bool {
	return len(s) <= 2000 && (strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://"))
}
