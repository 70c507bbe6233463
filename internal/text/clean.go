package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxMarks is how many combining marks in a row a text may stack on a letter:
// enough for every living script, too few to paint over neighbouring lines.
const maxMarks = 8

// Clean makes a foreign text safe to store and to show without changing how an
// honest text reads: valid UTF-8 in NFC, line ends "\n", no NUL or other control
// characters but tab and line end, no bidirectional embeddings, overrides or
// isolates, no tag characters or noncharacters, at most eight combining marks in
// a row. Joiners (ZWNJ, ZWJ) and direction marks (LRM, RLM, ALM) stay, they belong
// to the spelling. It does not trim, shorten or escape: HTML is the view's work.
// Idempotent; returns s itself when nothing changes.
func Clean(s string) string {
	if tidy(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		switch {
		case r == utf8.RuneError && n == 1:
			b.WriteString("\uFFFD")
		case r == '\r':
			if i < len(s) && s[i] == '\n' {
				i++
			}
			b.WriteByte('\n')
		case r == 0x85, r == '\v', r == '\f', r == 0x2028, r == 0x2029:
			b.WriteByte('\n')
		case !unsafeRune(r):
			b.WriteRune(r)
		}
	}
	return limitMarks(norm.NFC.String(b.String()))
}

// tidy reports that s is printable ASCII, the common case of addresses and codes.
func tidy(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < 0x20 && c != '\n' && c != '\t' || c >= 0x7F {
			return false
		}
	}
	return true
}

// unsafeRune reports characters that a stored text must not contain.
func unsafeRune(r rune) bool {
	switch {
	case r < 0x20:
		return r != '\n' && r != '\t'
	case r >= 0x7F && r < 0xA0:
		return true
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x206F:
		return true
	case r == 0xFEFF, r >= 0xFFF9 && r <= 0xFFFB, r >= 0xFDD0 && r <= 0xFDEF:
		return true
	}
	return r&0xFFFE == 0xFFFE || r >= 0xE0000 && r <= 0xE0FFF && (r < 0xE0100 || r > 0xE01EF)
}

func limitMarks(s string) string {
	run, ok := 0, true
	for _, r := range s {
		if run = nextRun(run, r); run > maxMarks {
			ok = false
			break
		}
	}
	if ok {
		return s
	}
	run = 0
	return strings.Map(func(r rune) rune {
		if run = nextRun(run, r); run > maxMarks {
			return -1
		}
		return r
	}, s)
}

func nextRun(run int, r rune) int {
	if r >= 0x0300 && unicode.IsMark(r) {
		return run + 1
	}
	return 0
}

// Line is [Clean] for a single line such as a title or a name: white space of
// every kind, line ends included, becomes one space, none at the ends.
func Line(s string) string { return strings.Join(strings.Fields(Clean(s)), " ") }
