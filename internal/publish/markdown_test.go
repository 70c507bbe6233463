package publish

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestHTML(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"paragraph", "سلام", "<p>سلام</p>\n"},
		{"strong", "**a** *b* ~~c~~", "<p><strong>a</strong> <em>b</em> <del>c</del></p>\n"},
		{"heading", "# a\n## b\n### c\n##### d", "<h2>a</h2>\n<h3>b</h3>\n<h4>c</h4>\n<h4>d</h4>\n"},
		{"link", "[a](https://mofa.example/x)", "<p><a href=\"https://mofa.example/x\">a</a></p>\n"},
		{"script link", "[a](javascript:alert(1))", "<p>a</p>\n"},
		{"raw HTML", "a <script>alert(1)</script> b", "<p>a alert(1) b</p>\n"},
		{"block HTML", "<div onclick=x>\nhi\n</div>", "\n"},
		{"picture", "![x](https://elsewhere.example/p.png)", "<p></p>\n"},
		{"handler", `<a href="/" onmouseover="x">a</a>`, "<p>a</p>\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := HTML(tt.in); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzHTML(f *testing.F) {
	for _, s := range []string{"# a\n\n* b\n", "[x](data:text/html,y)", "<svg/onload=alert(1)>", "| a | b |\n|---|---|\n| c | d |", "&lt;script&gt;", "[a]: javascript:x\n[a]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		z := html.NewTokenizer(strings.NewReader(HTML(s)))
		for {
			switch z.Next() {
			case html.ErrorToken:
				return
			case html.StartTagToken, html.SelfClosingTagToken:
				tok := z.Token()
				switch tok.Data {
				case "script", "style", "iframe", "img", "svg", "object", "form", "input", "h1":
					t.Fatalf("%q gives a %s", s, tok.Data)
				}
				for _, a := range tok.Attr {
					if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "href" && strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
						t.Fatalf("%q gives %s=%q", s, a.Key, a.Val)
					}
				}
			}
		}
	})
}
