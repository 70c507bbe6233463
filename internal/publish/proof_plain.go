package publish

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Plain is a body as readers see it, without markup: paragraphs apart by an
// empty line, cells of a table by a space.
func Plain(body string) string { return plainHTML(HTML(body)) }

// plainHTML takes the words out of our own clean HTML.
func plainHTML(page string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(page))
	pre := false // lines of code stay lines
	for {
		kind := z.Next()
		switch kind {
		case html.ErrorToken:
			return tidy(b.String())
		case html.TextToken:
			words := string(z.Text())
			if !pre {
				words = strings.ReplaceAll(words, "\n", " ")
			}
			b.WriteString(words)
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			tag := atom.Lookup(name)
			if tag == atom.Pre {
				pre = kind == html.StartTagToken
			}
			switch tag {
			case atom.Br, atom.Tr, atom.Li:
				if kind != html.EndTagToken {
					b.WriteString("\n")
				}
			case atom.Td, atom.Th:
				b.WriteString(" ")
			case atom.P, atom.H2, atom.H3, atom.H4, atom.Blockquote, atom.Ul, atom.Ol, atom.Pre, atom.Table, atom.Hr:
				b.WriteString("\n\n")
			}
		}
	}
}

// tidy folds the white space of plain text: no more than one empty line.
func tidy(s string) string {
	var out []string
	blank := true
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.Join(strings.Fields(line), " ")
		if line == "" && blank {
			continue
		}
		blank = line == ""
		out = append(out, line)
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

// wholeText is all that a reader sees of a text, in its order.
func wholeText(v Variant) string { return joined(v.Title, v.Summary, Plain(v.Body)) }

// forms are the ways in which people copy a whole text: with or without title
// and summary, and its source.
func forms(v Variant) []string {
	plain := Plain(v.Body)
	return []string{
		joined(v.Title, v.Summary, plain), joined(v.Title, plain), joined(v.Summary, plain), plain,
		joined(v.Title, v.Summary, v.Body), joined(v.Title, v.Body), v.Body,
	}
}

func joined(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "\n\n")
}
