package link

import "strings"

// Most bounds the addresses that are taken of one text.
const Most = 20

// In finds the addresses of Web pages in a text, as they stand there, in their
// order and at most Most of them. Signs that end a sentence are no part of one.
func In(s string) (out []string) {
	for len(out) < Most {
		i := strings.Index(s, "http")
		if i < 0 {
			return out
		}
		s = s[i:]
		end := strings.IndexAny(s, " \t\r\n\"'<>()[]{}|\\")
		if end < 0 {
			end = len(s)
		}
		if strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") {
			out = append(out, strings.TrimRight(s[:end], ".,;:!?…"))
		}
		s = s[min(len(s), max(4, end)):]
	}
	return out
}
