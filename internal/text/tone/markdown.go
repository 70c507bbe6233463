package tone

import (
	"net/url"
	"strings"
)

// maxLabel and maxAddress are how long the two parts of a link may be, in bytes.
const (
	maxLabel   = 600
	maxAddress = 2000
)

// markdown finds pictures without alternative text and links that cannot lead
// anywhere. Whether the others do, the engine cannot know.
func (l *look) markdown() {
	for at := 0; ; {
		i := strings.Index(l.s[at:], "](")
		if i < 0 {
			break
		}
		i += at
		at = i + 2
		before := max(0, i-maxLabel)
		open := before + strings.LastIndexByte(l.s[before:i], '[')
		end := strings.IndexAny(l.s[at:min(len(l.s), at+maxAddress)], ")\n")
		if open < before || strings.Contains(l.s[open:i], "\n") {
			continue
		}
		if end < 0 || l.s[at+end] == '\n' {
			l.add(Link, open, at, l.wordAt(open), 0, "", "link_open")
			continue
		}
		l.target(open, i, at+end)
	}
	for _, p := range []string{"http:/", "https:/"} {
		l.bare(p)
	}
}

// target looks at one [label](address) whose label ends at byte mid and whose
// address ends at byte end.
func (l *look) target(open, mid, end int) {
	label, to := strings.TrimSpace(l.s[open+1:mid]), strings.TrimSpace(l.s[mid+2:end])
	if i := strings.IndexAny(to, " \t"); i > 0 && strings.HasSuffix(to, `"`) {
		to = to[:i] // the rest is its title
	}
	from, word := open, l.wordAt(open)
	picture := open > 0 && l.s[open-1] == '!'
	if picture {
		from--
		if label == "" || named(label) {
			l.add(Alt, from, end+1, word, 0, "", "alt")
		}
	} else if label == "" {
		l.add(Link, from, end+1, word, 0, "", "link_unnamed")
	}
	if !leads(to) {
		l.add(Link, from, end+1, word, 0, "", "link_broken", "address", Excerpt(to))
	}
}

// named tells whether an alternative text is only the name of a file.
func named(label string) bool {
	label = strings.ToLower(label)
	for _, e := range []string{".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg"} {
		if strings.HasSuffix(label, e) {
			return true
		}
	}
	return false
}

// leads tells whether an address could lead somewhere: a page of our own, mail, a
// telephone, or a server with a name.
func leads(address string) bool {
	if address == "" || strings.ContainsAny(address, " \t<>") {
		return false
	}
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "":
		return u.Host == "" && (strings.HasPrefix(address, "/") || strings.HasPrefix(address, "#") && len(address) > 1)
	case "http", "https":
		host := u.Hostname()
		return strings.Contains(strings.Trim(host, "."), ".") && !strings.Contains(host, "..")
	case "mailto":
		return strings.Contains(u.Opaque, "@")
	case "tel":
		return u.Opaque != ""
	}
	return false
}

// bare finds addresses in running text that are misspelt.
func (l *look) bare(prefix string) {
	for at := 0; ; {
		i := strings.Index(l.s[at:], prefix)
		if i < 0 {
			return
		}
		i += at
		end := min(len(l.s), i+maxAddress)
		if k := strings.IndexAny(l.s[i:end], " \n\t)>]\""); k >= 0 {
			end = i + k
		}
		at = end
		if i > 0 && l.s[i-1] == '(' {
			continue // a target, see above
		}
		if address := strings.TrimRight(l.s[i:end], ".,;:!?…"); !leads(address) && !strings.HasSuffix(l.s[i:end], "…") {
			l.add(Link, i, i+len(address), l.wordAt(i), 0, "", "link_broken", "address", Excerpt(address))
		}
	}
}
