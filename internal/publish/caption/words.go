package caption

import (
	"html"
	"regexp"
	"slices"
	"strings"
)

// Marks within a cue. Kept are those of keep; those of drop go and their words
// stay; all others are an error in WebVTT, and go in SubRip, which has no rules.
var (
	keep    = []string{"i", "b", "u", "v", "lang"}
	drop    = []string{"c", "ruby", "rt"}
	moments = regexp.MustCompile(`^(\d{2,3}:)?[0-5]\d:[0-5]\d\.\d{3}$`)
	braces  = regexp.MustCompile(`\{\\[^{}]*\}`) // {\an8} of SubRip
	tongue  = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`)
)

// escaper writes what WebVTT takes for marks.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// words cleans the text of a cue, whose first line has the given number.
func (r *reader) words(lines []string, first int) (string, error) {
	in := strings.Join(lines, "\n")
	if r.srt {
		in = braces.ReplaceAllString(in, "")
	}
	var b strings.Builder
	var open []string
	for rest := in; rest != ""; {
		before, after, found := strings.Cut(rest, "<")
		b.WriteString(escaper.Replace(html.UnescapeString(before)))
		if !found {
			break
		}
		at := first + strings.Count(in[:len(in)-len(after)], "\n")
		tag, next, closed := strings.Cut(after, ">")
		if !closed {
			if !r.srt {
				return "", &Error{at, keyTag}
			}
			tag, next = "", after
			b.WriteString("&lt;")
		}
		written, ok := mark(tag, &open, r.srt)
		if !ok {
			return "", &Error{at, keyTag}
		}
		b.WriteString(written)
		rest = next
	}
	for _, name := range slices.Backward(open) {
		b.WriteString("</" + name + ">")
	}
	return tidy(b.String()), nil
}

// mark gives a mark as it is written, empty when it is left out; false when it is
// none that captions have.
func mark(tag string, open *[]string, lenient bool) (string, bool) {
	if name, ends := strings.CutPrefix(tag, "/"); ends {
		i := len(*open) - 1
		switch {
		case i >= 0 && (*open)[i] == strings.TrimSpace(name):
			*open = (*open)[:i]
			return "</" + strings.TrimSpace(name) + ">", true
		case slices.Contains(drop, name) || lenient:
			return "", true
		}
		return "", false
	}
	label, said, _ := strings.Cut(strings.ReplaceAll(strings.ReplaceAll(tag, "\n", " "), "\t", " "), " ")
	name, _, _ := strings.Cut(label, ".")
	said = strings.Join(strings.Fields(html.UnescapeString(said)), " ")
	switch {
	case name == "v" && said != "":
		said = " " + escaper.Replace(said)
	case name == "lang" && tongue.MatchString(said):
		said = " " + said
	case slices.Contains(keep[:3], name):
		said = ""
	case slices.Contains(drop, name) || moments.MatchString(tag) || lenient:
		return "", true
	default:
		return "", false
	}
	if len(*open) >= 16 {
		return "", false
	}
	*open = append(*open, name)
	return "<" + name + said + ">", true
}

// tidy trims every line and leaves empty ones out, which would end the cue.
func tidy(s string) string {
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}
