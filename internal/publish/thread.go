package publish

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"sifara/internal/i18n"
)

// MaxPart is how long one part of a thread may be, as Weigh counts: the limit
// of X, the tightest of the networks (Bluesky takes 300 characters, Mastodon 500).
const MaxPart = 280

// linkWeight is what a web address counts on X and on Mastodon, however long
// it is.
const linkWeight = 23

var webAddress = regexp.MustCompile(`https?://[^\s<>"]+`)

// Weigh counts a text as X does (twitter-text, configuration 3): letters of
// alphabets count one, most other signs two, a web address 23. An emoji made
// of several signs counts each of them, which is never less than X counts.
func Weigh(s string) int {
	n := linkWeight * len(webAddress.FindAllString(s, -1))
	for _, r := range norm.NFC.String(webAddress.ReplaceAllString(s, "")) {
		switch {
		case r <= 4351, r >= 8192 && r <= 8205, r >= 8208 && r <= 8223, r >= 8242 && r <= 8247:
			n++
		default:
			n += 2
		}
	}
	return n
}

// Parts are the texts of a thread, in Markdown. Where lines of the body hold
// only "---", these part it; else it is parted where a part would grow too
// long, between paragraphs where that can be, else between sentences or words.
// A text without words has no parts.
func Parts(body string) []string {
	var out []string
	parts := partedAt(body)
	if len(parts) > 1 {
		return parts
	}
	for _, p := range parts {
		out = append(out, fit(p)...)
	}
	return out
}

// partedAt parts a body at lines of "---".
func partedAt(body string) []string {
	var out []string
	var part []string
	end := func() {
		if s := strings.TrimSpace(strings.Join(part, "\n")); s != "" {
			out = append(out, s)
		}
		part = nil
	}
	for line := range strings.SplitSeq(body, "\n") {
		if strings.TrimSpace(line) == "---" {
			end()
			continue
		}
		part = append(part, line)
	}
	end()
	return out
}

// ends of sentences in the scripts of the house's languages, longest first the
// places where a text may be parted.
var seams = []string{"\n\n", "\n", ". ", "؟ ", "? ", "! ", "؛ ", "، ", ", ", " "}

// fit parts a text so that each part weighs at most MaxPart.
func fit(s string) []string {
	var out []string
	for Weigh(s) > MaxPart {
		cut := cutAt(s)
		if head := strings.TrimSpace(s[:cut]); head != "" {
			out = append(out, head)
		}
		s = strings.TrimSpace(s[cut:])
	}
	if s != "" {
		out = append(out, s)
	}
	return out
}

// cutAt is where a text that is too long is parted: after the last seam of the
// best sort that leaves a first part of at least a third of the limit, else in
// the middle of a word.
func cutAt(s string) int {
	room := 0
	for i := range s {
		if Weigh(s[:i]) > MaxPart {
			break
		}
		room = i
	}
	for _, seam := range seams {
		if i := strings.LastIndex(s[:room], seam); i >= 0 && Weigh(s[:i]) >= MaxPart/3 {
			return i + len(strings.TrimRight(seam, " \n"))
		}
	}
	if i := strings.LastIndexByte(s[:room], ' '); i > 0 {
		return i
	}
	if room == 0 {
		_, room = utf8.DecodeRuneInString(s)
	}
	return room
}

// threaded reports what stands against a thread: each language needs at least
// two parts, each of which a network takes.
func (m *Message) threaded() error {
	for _, l := range i18n.Langs {
		v, ok := m.Variant(l)
		if !ok {
			continue
		}
		parts := Parts(v.Body)
		if len(parts) < 2 {
			return errOnePart
		}
		for _, p := range parts {
			if Weigh(Plain(p)) > MaxPart {
				return errLongPart
			}
		}
	}
	return nil
}
