package publish

import (
	"slices"
	"strings"

	"sifara/internal/text"
)

// Verdict says how a pasted text stands to what the ministry released.
type Verdict string

// The verdicts, from the best.
const (
	Unchanged  Verdict = "unchanged"  // a whole text of ours, letter by letter
	Formatting Verdict = "formatting" // every word of ours in its order; signs, digits or case are written otherwise
	Part       Verdict = "part"       // a passage of ours, every word of it
	Abridged   Verdict = "abridged"   // passages of ours in their order, with dots for what is left out
	Altered    Verdict = "altered"    // words were changed, added or left out
	Misquoted  Verdict = "misquoted"  // a text that is not ours, with a passage of ours in it that was altered
	Contains   Verdict = "contains"   // a passage of ours within a text that is not ours
	Translated Verdict = "translated" // what we said, in words that are not ours: very likely a translation by others
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

var pieceNames = map[string]string{"": "equal", "-": "removed", "+": "added", "!": "passage"}

// Name is the word for Op that programs are told.
func (p Piece) Name() string { return pieceNames[p.Op] }

// comparison is one text of ours held against the pasted one.
type comparison struct {
	verdict Verdict
	share   float64 // of the pasted words that are ours
	pieces  []Piece
	rows    []row // of the words that both have, where that is not all
}

// compare holds the pasted text against one of ours.
func compare(v Variant, pasted string) comparison {
	return readOriginal(v, Plain(v.Body)).hold(spreadOut(text.Canonical(pasted)))
}

// original is a text of ours, ready to be held against others.
type original struct {
	forms []form
	whole spread // all that a reader sees
}

// form is a way in which people copy a whole text.
type form struct{ canonical, loose string }

// readOriginal reads a text, whose body is plain to its readers, once for several
// comparisons.
func readOriginal(v Variant, plain string) original {
	one := func(s string) form {
		c := text.Canonical(s)
		return form{c, looseIn(c)}
	}
	title, summary, read := one(v.Title), one(v.Summary), one(plain)
	source := read
	if v.Body != plain {
		source = one(v.Body)
	}
	o := original{forms: []form{
		joinForms(title, summary, read), joinForms(title, read), joinForms(summary, read), read,
		joinForms(title, summary, source), joinForms(title, source), source,
	}}
	o.whole = spreadOut(o.forms[0].canonical)
	return o
}

// joinForms is the form of texts one after the other: as if they were joined
// first.
func joinForms(list ...form) (out form) {
	add := func(a, b string) string {
		if a == "" || b == "" {
			return a + b
		}
		return a + " " + b
	}
	for _, f := range list {
		out.canonical, out.loose = add(out.canonical, f.canonical), add(out.loose, f.loose)
	}
	return out
}

// hold compares the pasted text.
func (o original) hold(pasted spread) comparison {
	if len(pasted.words) == 0 {
		return comparison{verdict: NotFound}
	}
	for _, f := range o.forms {
		if f.canonical == pasted.canonical {
			return comparison{verdict: Unchanged, share: 1}
		}
	}
	for _, f := range o.forms {
		if f.loose == pasted.loose {
			return comparison{verdict: Formatting, share: 1, pieces: pieces(text.Diff(f.canonical, pasted.canonical))}
		}
	}
	if at := find(o.whole.words, pasted.words, 0); at >= 0 {
		return comparison{verdict: Part, share: 1, pieces: o.whole.passage(at, len(pasted.words))}
	}
	if at := o.abridged(pasted.canonical); at != nil {
		return comparison{verdict: Abridged, share: 1, pieces: at}
	}
	return o.differs(pasted)
}

// differs compares a text that has words which are not ours.
func (o original) differs(pasted spread) comparison {
	edits := trimDeleted(difference(o.whole, pasted))
	m := measure(edits)
	share := float64(m.ours) / float64(len(pasted.words))
	switch {
	// In a long text the words of any other stand somewhere in their order; a
	// quotation has them near each other, or in rows.
	case share >= mostlyOurs && (m.left <= len(pasted.words) || 2*m.solid >= len(pasted.words)):
		return comparison{verdict: Altered, share: min(share, 1), pieces: pieces(edits), rows: m.rows}
	case m.run >= passageRun:
		return comparison{verdict: Contains, share: share, pieces: marked(edits), rows: m.rows}
	case m.lost:
		// Too different to compare word by word: only what stands in a row speaks.
		share = o.whole.holds(pasted)
		if share >= mostlyOurs {
			return comparison{verdict: Altered, share: share, pieces: pieces(edits)}
		}
	}
	return comparison{verdict: NotFound, share: share, rows: m.rows}
}

// span is a stretch of the pasted words, in loose words: from up to to.
type span struct{ from, to int }

// row are words that both have, and where it begins in ours.
type row struct {
	span
	ours int
}

// after reports that a row follows another so closely in both texts that the words
// between them were put for others.
func (r row) after(b row) bool {
	return r.from-b.to <= 3 && r.ours-b.ours-(b.to-b.from) <= 3
}

// measures are what the edits between two texts count.
type measures struct {
	ours  int   // words that both have
	run   int   // the longest row of them
	solid int   // those in rows of anchor or more
	left  int   // words of ours that are left out
	lost  bool  // the comparison gave up
	rows  []row // those of two words or more
}

func measure(edits []text.Edit) (m measures) {
	at, ours := 0, 0
	pasted, whole := newCounter(), newCounter()
	for _, e := range edits {
		switch e.Op {
		case text.Equal:
			n := pasted.add(e.Text)
			m.ours += n
			m.run = max(m.run, n)
			if n >= anchor {
				m.solid += n
			}
			if n > 1 {
				m.rows = append(m.rows, row{span{at, at + n}, ours})
			}
			at, ours = at+n, ours+whole.add(e.Text)
		case text.Delete:
			n := whole.add(e.Text)
			m.left += n
			ours += n
			m.lost = m.lost || n > lostWords
		case text.Insert:
			n := pasted.add(e.Text)
			m.lost = m.lost || n > lostWords
			at += n
		}
	}
	return m
}

// lostWords is how many words in one piece show that the comparison gave up.
const lostWords = 1500

// trimDeleted cuts off what stands in ours before and after the pasted text: a
// quotation leaves out the rest without altering it.
func trimDeleted(edits []text.Edit) []text.Edit {
	edits = slices.Clone(edits)
	// A full stop or quotation mark at the end of the pasted text may have been
	// paired with the one at the end of ours: it belongs to the words before it.
	if n := len(edits); n > 2 && edits[n-1].Op == text.Equal && edits[n-2].Op == text.Delete && looseCount(edits[n-1].Text) == 0 && strings.HasPrefix(edits[n-2].Text, edits[n-1].Text) {
		edits = append(edits[:n-2], edits[n-1])
	}
	if len(edits) > 2 && edits[0].Op == text.Equal && edits[1].Op == text.Delete && looseCount(edits[0].Text) == 0 && strings.HasSuffix(edits[1].Text, edits[0].Text) {
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
		case e.Op == text.Equal && looseCount(e.Text) >= text.SharedRun:
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

// passage shows n words of ours from a place on with their surroundings.
func (s spread) passage(at, n int) []Piece {
	first, last := s.from[at], s.from[at+n-1]
	before, after := max(0, first-around), min(len(s.fields), last+1+around)
	var out []Piece
	if head := strings.Join(s.fields[before:first], " "); head != "" {
		out = append(out, Piece{Text: ellipsis(before > 0) + head + " "})
	}
	out = append(out, Piece{Op: "!", Text: strings.Join(s.fields[first:last+1], " ")})
	if tail := strings.Join(s.fields[last+1:after], " "); tail != "" {
		dots := ""
		if after < len(s.fields) {
			dots = " …"
		}
		out = append(out, Piece{Text: " " + tail + dots})
	}
	return out
}

func ellipsis(more bool) string {
	if more {
		return "… "
	}
	return ""
}
