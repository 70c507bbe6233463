package publish

import (
	"slices"
	"strings"
	"unicode"

	"sifara/internal/i18n"
	"sifara/internal/text"
)

// Verdict says how a pasted text stands to what the ministry released.
type Verdict string

// The verdicts, from the best.
const (
	Unchanged  Verdict = "unchanged"  // a whole text of ours, letter by letter
	Formatting Verdict = "formatting" // every word of ours in its order; signs, digits or case are written otherwise
	Part       Verdict = "part"       // a passage of ours, every word of it
	Altered    Verdict = "altered"    // words were changed, added or left out
	Contains   Verdict = "contains"   // a passage of ours within a text that is not ours
	NotFound   Verdict = "not_found"
	TooShort   Verdict = "too_short" // fewer than MinWords words: they prove nothing
)

// MinWords is how many words a text must have to be recognised.
const MinWords = 3

// Thresholds of the comparison, in shares of the pasted words.
const (
	mostlyOurs = 0.5 // from here on the text is ours with changes
	passageRun = 8   // so many words of ours in a row are a passage
)

// Piece is a part of a text that is shown to prove a verdict. Op is "" for
// words of ours, "-" for words of ours that are missing, "+" for words that are
// not ours, "!" for the passage in its surroundings.
type Piece struct {
	Op   string
	Text string
}

// comparison is one text of ours held against the pasted one.
type comparison struct {
	verdict Verdict
	share   float64 // of the pasted words that are ours
	pieces  []Piece
}

// compare holds the pasted text against one of ours.
func compare(v Variant, pasted string) comparison {
	canonical, spare := text.Canonical(pasted), loose(pasted)
	words := strings.Fields(spare)
	if len(words) == 0 {
		return comparison{verdict: NotFound}
	}
	all := forms(v)
	for _, form := range all {
		if text.Canonical(form) == canonical {
			return comparison{verdict: Unchanged, share: 1}
		}
	}
	for _, form := range all {
		if loose(form) == spare {
			return comparison{verdict: Formatting, share: 1, pieces: pieces(text.Diff(text.Canonical(form), canonical))}
		}
	}
	whole := text.Canonical(wholeText(v))
	if at := passage(whole, spare); at != nil {
		return comparison{verdict: Part, share: 1, pieces: at}
	}
	edits := trimDeleted(difference(whole, canonical))
	ours, run, lost := measure(edits)
	solid, left := density(edits)
	share := float64(ours) / float64(len(words))
	switch {
	// In a long text the words of any other stand somewhere in their order; a
	// quotation has them near each other, or in rows.
	case share >= mostlyOurs && (left <= len(words) || 2*solid >= len(words)):
		return comparison{verdict: Altered, share: min(share, 1), pieces: pieces(edits)}
	case run >= passageRun:
		return comparison{verdict: Contains, share: share, pieces: marked(edits)}
	case lost:
		// Too different to compare word by word: only the fingerprints speak.
		share = text.Contained(text.Fingerprints(pasted), text.Fingerprints(whole))
		if share >= mostlyOurs {
			return comparison{verdict: Altered, share: share, pieces: pieces(edits)}
		}
	}
	return comparison{verdict: NotFound, share: share}
}

// density counts the words that both have in rows of four or more, and the words
// of ours that are left out between those that both have.
func density(edits []text.Edit) (solid, left int) {
	for _, e := range edits {
		n := len(strings.Fields(loose(e.Text)))
		switch {
		case e.Op == text.Equal && n >= anchor:
			solid += n
		case e.Op == text.Delete:
			left += n
		}
	}
	return solid, left
}

// measure counts the words that both have, the longest run of them, and
// whether the comparison gave up.
func measure(edits []text.Edit) (ours, run int, lost bool) {
	for _, e := range edits {
		n := len(strings.Fields(loose(e.Text)))
		switch e.Op {
		case text.Equal:
			ours += n
			run = max(run, n)
		default:
			lost = lost || n > 1500
		}
	}
	return ours, run, lost
}

// trimDeleted cuts off what stands in ours before and after the pasted text: a
// quotation leaves out the rest without altering it.
func trimDeleted(edits []text.Edit) []text.Edit {
	edits = slices.Clone(edits)
	// A full stop or quotation mark at the end of the pasted text may have been
	// paired with the one at the end of ours: it belongs to the words before it.
	if n := len(edits); n > 2 && edits[n-1].Op == text.Equal && edits[n-2].Op == text.Delete && loose(edits[n-1].Text) == "" && strings.HasPrefix(edits[n-2].Text, edits[n-1].Text) {
		edits = append(edits[:n-2], edits[n-1])
	}
	if len(edits) > 2 && edits[0].Op == text.Equal && edits[1].Op == text.Delete && loose(edits[0].Text) == "" && strings.HasSuffix(edits[1].Text, edits[0].Text) {
		edits = slices.Delete(edits, 1, 2)
	}
	// What was added before or after may stand on either side of what is left
	// out there.
	for _, i := range []int{1, 0} {
		if len(edits) > i+1 && edits[i].Op == text.Delete && (i == 0 || edits[0].Op == text.Insert) {
			edits = slices.Delete(edits, i, i+1)
		}
	}
	for _, i := range []int{2, 1} {
		if n := len(edits); n > i && edits[n-i].Op == text.Delete && (i == 1 || edits[n-1].Op == text.Insert) {
			edits = slices.Delete(edits, n-i, n-i+1)
		}
	}
	return edits
}

func pieces(edits []text.Edit) []Piece {
	out := make([]Piece, 0, len(edits))
	for _, e := range edits {
		out = append(out, Piece{Op: map[text.Op]string{text.Delete: "-", text.Insert: "+"}[e.Op], Text: e.Text})
	}
	return out
}

// marked shows the pasted text with the passages that are ours.
func marked(edits []text.Edit) []Piece {
	var out []Piece
	for _, e := range edits {
		switch {
		case e.Op == text.Delete:
		case e.Op == text.Equal && len(strings.Fields(loose(e.Text))) >= text.SharedRun:
			out = append(out, Piece{Op: "!", Text: e.Text})
		case len(out) > 0 && out[len(out)-1].Op == "":
			out[len(out)-1].Text += e.Text
		default:
			out = append(out, Piece{Text: e.Text})
		}
	}
	return out
}

// around is how many words are shown before and after a passage.
const around = 25

// passage finds the pasted words in a row in ours and shows them with their
// surroundings; nil when they are not there.
func passage(whole, spare string) []Piece {
	ours := strings.Fields(whole)
	plain := make([]string, 0, len(ours)) // loose words of ours
	from := make([]int, 0, len(ours))     // the word of ours that each comes from
	for i, w := range ours {
		for _, p := range strings.Fields(looseIn(w)) {
			plain, from = append(plain, p), append(from, i)
		}
	}
	words := strings.Fields(spare)
	for at := 0; at+len(words) <= len(plain); at++ {
		if !equalWords(plain[at:at+len(words)], words) {
			continue
		}
		first, last := from[at], from[at+len(words)-1]
		before, after := max(0, first-around), min(len(ours), last+1+around)
		var out []Piece
		if head := strings.Join(ours[before:first], " "); head != "" {
			out = append(out, Piece{Text: ellipsis(before > 0) + head + " "})
		}
		out = append(out, Piece{Op: "!", Text: strings.Join(ours[first:last+1], " ")})
		if tail := strings.Join(ours[last+1:after], " "); tail != "" {
			dots := ""
			if after < len(ours) {
				dots = " …"
			}
			out = append(out, Piece{Text: " " + tail + dots})
		}
		return out
	}
	return nil
}

func ellipsis(more bool) string {
	if more {
		return "… "
	}
	return ""
}

func equalWords(a, b []string) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// loose leaves of a text its words, in lower case and with ASCII digits,
// separated by single spaces: what stays when formatting, punctuation and the
// script of digits are taken away. Letters, vowel signs, "%" and the minus of a
// number stay, because they carry meaning.
func loose(s string) string { return looseIn(text.Canonical(s)) }

func looseIn(canonical string) string {
	var b strings.Builder
	runes := []rune(i18n.ParseDigits(canonical))
	gap := false
	for i, r := range runes {
		switch {
		case r == '٪':
			r = '%'
		case r == '%', r == '-' && minus(runes, i):
		case r == 'ـ', unicode.IsSpace(r), unicode.IsPunct(r), strings.ContainsRune("`~|^", r):
			gap = gap || r != 'ـ' // the tatweel only stretches a word
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// minus reports whether the dash at i is the sign of a number.
func minus(runes []rune, i int) bool {
	return i+1 < len(runes) && unicode.IsDigit(runes[i+1]) && (i == 0 || unicode.IsSpace(runes[i-1]))
}
