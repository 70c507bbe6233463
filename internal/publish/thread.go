package publish

import (
	"sort"
	"strings"
	"unicode/utf8"

	"sifara/internal/channels"
	"sifara/internal/i18n"
)

// MaxPart is how long one part of a thread may be, as Weigh counts: the limit
// of X, the tightest of the networks (Bluesky takes 300 characters, Mastodon 500).
var MaxPart = channels.X.Length("").Most

// Weigh counts a text as X does.
func Weigh(s string) int { return channels.X.Length(s).Used }

// Parts are the texts of a thread, in Markdown. Where lines of the body hold
// only "---", these part it; else it is parted where a part would grow too
// long, between paragraphs where that can be, else between sentences or words.
// A text without words has no parts.
func Parts(body string) []string {
	var out []string
	// In a run of bytes that are no characters every place would be tried.
	parts := partedAt(strings.ToValidUTF8(body, "\uFFFD"))
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
	for s != "" {
		cut := cutAt(s)
		if head := strings.TrimSpace(s[:cut]); head != "" {
			out = append(out, head)
		}
		s = strings.TrimSpace(s[cut:])
	}
	return out
}

// cutAt is where a text is parted: behind its end when it fits, else after the
// last seam of the best sort that leaves a first part of at least a third of the
// limit, else in the middle of a word.
func cutAt(s string) int {
	room := roomIn(s)
	if room == len(s) {
		return room
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

// roomIn is how much of a text one part takes, in bytes up to the end of a
// character. It weighs no more of the text than some times what fits.
func roomIn(s string) int {
	upTo := func(n int) int {
		for n > 0 && n < len(s) && !utf8.RuneStart(s[n]) {
			n--
		}
		return n
	}
	far := MaxPart
	for far < len(s) && Weigh(s[:upTo(far)]) <= MaxPart {
		far *= 2
	}
	far = min(far, len(s))
	return upTo(sort.Search(far, func(n int) bool { return Weigh(s[:upTo(n+1)]) > MaxPart }))
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
