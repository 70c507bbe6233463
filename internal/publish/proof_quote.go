package publish

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"sifara/internal/i18n"
	"sifara/internal/text"
)

// dots stand for what a quotation leaves out, in canonical form.
var dots = regexp.MustCompile(`[\[(]\s*\.{2,}\s*[\])]|\.{2,}`)

// Bounds of a quotation with dots: how many passages it may have, and how many
// words each, the longest and all of them must have. Three words in a row stand
// somewhere in any long text.
const (
	maxPassages  = 40
	leastPassage = 3
	longPassage  = 5
	leastQuoted  = 8
	shownLeft    = 60 // words of ours that are shown of what was left out
)

// abridged finds the passages between dots in ours, in their order, and shows
// what was left out between them; nil when one is not there.
func (o original) abridged(canonical string) []Piece {
	if !strings.Contains(canonical, "..") {
		return nil
	}
	var passages [][]string
	longest, all := 0, 0
	for _, s := range dots.Split(canonical, maxPassages+1) {
		words := strings.Fields(looseIn(s))
		if len(words) == 0 {
			continue
		}
		if len(words) < leastPassage || len(passages) == maxPassages {
			return nil
		}
		passages = append(passages, words)
		longest, all = max(longest, len(words)), all+len(words)
	}
	if len(passages) < 2 || longest < longPassage || all < leastQuoted {
		return nil
	}
	w := o.whole
	var out []Piece
	at := 0
	for i, words := range passages {
		next := find(w.words, words, at)
		if next < 0 {
			return nil
		}
		if i > 0 {
			out = append(out, Piece{Text: " "})
			if left := w.between(at, next); left != "" {
				out = append(out, Piece{Op: "-", Text: left}, Piece{Text: " "})
			}
		}
		at = next + len(words)
		out = append(out, Piece{Text: strings.Join(w.fields[w.from[next]:w.from[at-1]+1], " ")})
	}
	return out
}

// between are the words of ours between two passages, the middle of many left out.
func (s spread) between(from, to int) string {
	if from >= to {
		return ""
	}
	left := s.fields[min(s.from[from-1]+1, s.from[to]):s.from[to]]
	if len(left) <= shownLeft {
		return strings.Join(left, " ")
	}
	return strings.Join(left[:shownLeft/2], " ") + " … " + strings.Join(left[len(left)-shownLeft/2:], " ")
}

// Quote is a passage of a pasted text that was checked by itself: what stands in
// quotation marks, or what comes from a text of ours.
type Quote struct {
	Text    string // as it was pasted
	Verdict Verdict
	Message Message
	Lang    i18n.Lang
	Index   int64 // of the record in the log; -1 when nothing of ours was found
	Pieces  []Piece

	at span
}

// Found reports that something of ours was found.
func (q Quote) Found() bool { return q.Message.ID != "" }

// Bounds of quotations.
const (
	maxQuotes    = 8
	nearlyOurs   = 0.8
	leastQuote   = 5  // words of what stands in quotation marks
	nearRows     = 10 // words between two rows of ours that are one passage
	leastMatched = 12 // words of ours in a passage without a row of passageRun
)

// sources holds a quotation against the texts of ours from which it may come.
type sources func(quotation string, given spread) ([]heldText, error)

// judge says what a pasted text is, which was held against texts of ours.
func judge(pasted string, whole spread, held []heldText, from sources) (Finding, error) {
	out := best(held)
	switch out.Verdict {
	case Altered, Contains, NotFound:
		return out, out.quotes(pasted, whole, held, from)
	}
	return out, nil
}

// quotes looks at the passages of a pasted text one by one, and says of the whole
// what follows from them.
func (out *Finding) quotes(pasted string, whole spread, held []heldText, from sources) error {
	if out.Verdict == Altered && held[0].share > nearlyOurs && held[0].seq == out.Index {
		return nil // no room for a fifth of another
	}
	list, err := inMarks(pasted, whole, from)
	if err != nil {
		return err
	}
	list = append(list, passages(list, whole, held)...)
	if len(list) == 0 {
		return nil
	}
	altered, others, found := false, 0, Quote{}
	for _, x := range list {
		switch {
		case !x.Found():
			continue
		case !found.Found():
			found = x
		}
		altered = altered || x.Verdict == Altered
		if x.Message.ID != out.Message.ID {
			others += x.at.to - x.at.from
		}
	}
	if !found.Found() || out.Verdict == Altered && 5*others < len(whole.words) {
		return nil // the whole is one text of ours with changes, whatever parts of it are
	}
	out.Quotes = list
	if !out.Found() {
		out.Message, out.Lang, out.Index = found.Message, found.Lang, found.Index
	}
	if out.Verdict == Altered {
		out.Pieces = nil // of two texts at once the passages tell more
	}
	out.Verdict = Contains
	if altered {
		out.Verdict = Misquoted
	}
	out.Others = slices.DeleteFunc(out.Others, func(o Other) bool {
		return slices.ContainsFunc(list, func(x Quote) bool { return x.Message.ID == o.Message.ID })
	})
	return nil
}

// inMarks checks what stands in quotation marks, when something else does not.
func inMarks(pasted string, whole spread, from sources) ([]Quote, error) {
	var out []Quote
	next, found := 0, false
	for _, s := range quoted(pasted) {
		given := spreadOut(text.Canonical(s))
		at := find(whole.words, given.words, next)
		if at < 0 || len(given.words) < leastQuote || 10*len(given.words) > 9*len(whole.words) {
			continue
		}
		held, err := from(s, given)
		if err != nil {
			return nil, err
		}
		x := Quote{Text: s, Verdict: NotFound, Index: -1, at: span{at, at + len(given.words)}}
		if f := best(held); f.Found() && f.Verdict != Contains {
			x.Verdict, x.Message, x.Lang, x.Index, x.Pieces = f.Verdict, f.Message, f.Lang, f.Index, f.Pieces
			found = true
		}
		out = append(out, x)
		if next = at + len(given.words); len(out) == maxQuotes {
			break
		}
	}
	if !found {
		return nil, nil
	}
	return out, nil
}

// marks are the signs that begin a quotation, with those that end it.
var marks = map[rune]string{'“': "”“", '«': "»", '„': "“”‟", '"': `"`, '”': "”", '»': "«", '「': "」", '＂': "＂"}

// Bounds of what stands in quotation marks: beyond so many bytes a mark was
// forgotten, and no more than so many are looked at.
const (
	maxQuoted = 4000
	maxMarked = 4 * maxQuotes
)

// quoted gives what stands in quotation marks, in its order: at most maxMarked of
// at most maxQuoted bytes each, within a paragraph. A mark that is never closed
// quotes nothing. Its time grows with the length of the text alone.
func quoted(s string) []string {
	var out []string
	paragraph := ahead{at: -1, find: func(s string) int { return strings.Index(s, "\n\n") }}
	closing := map[string]*ahead{}
	for i := 0; len(out) < maxMarked; {
		at := strings.IndexFunc(s[i:], func(r rune) bool { return marks[r] != "" })
		if at < 0 {
			return out
		}
		opens, n := utf8.DecodeRuneInString(s[i+at:])
		i += at + n
		closes := marks[opens]
		if closing[closes] == nil {
			closing[closes] = &ahead{at: -1, find: func(s string) int { return strings.IndexAny(s, closes) }}
		}
		end := closing[closes].from(s, i)
		if end-i > maxQuoted || end == len(s) || paragraph.from(s, i) < end {
			continue
		}
		out = append(out, s[i:end])
		_, n = utf8.DecodeRuneInString(s[end:])
		i = end + n
	}
	return out
}

// ahead is the next place of something in a text, which is not looked for again
// before it is passed.
type ahead struct {
	at   int
	find func(string) int
}

// from gives the first place at i or behind it; the end of the text when there is
// none. i never goes back.
func (a *ahead) from(s string, i int) int {
	if a.at < i {
		a.at = len(s)
		if n := a.find(s[i:]); n >= 0 {
			a.at = i + n
		}
	}
	return a.at
}

// passages are the stretches of a pasted text that come from texts of ours which
// the quotations did not name.
func passages(known []Quote, whole spread, held []heldText) []Quote {
	var out []Quote
	for _, h := range held {
		if named(known, out, h.m.ID) || h.verdict == Unchanged || h.verdict == Formatting || h.verdict == Part {
			continue
		}
		for _, at := range clusters(h.rows) {
			if len(known)+len(out) == maxQuotes || overlaps(known, at) || overlaps(out, at) {
				continue
			}
			pasted := strings.Join(whole.fields[whole.from[at.from]:whole.from[at.to-1]+1], " ")
			c := h.text.hold(spreadOut(pasted))
			if c.verdict == NotFound || c.verdict == Contains {
				continue
			}
			out = append(out, Quote{Text: pasted, Verdict: c.verdict, Message: h.m, Lang: h.v.Lang, Index: h.seq, Pieces: c.pieces, at: at})
		}
	}
	return out
}

// named reports that a message was quoted in marks: its passages are known.
func named(known, out []Quote, id string) bool {
	for _, q := range known {
		if q.Message.ID == id {
			return true
		}
	}
	// The same message in another text of it is no second source.
	for _, q := range out {
		if q.Message.ID == id {
			return true
		}
	}
	return false
}

func overlaps(list []Quote, at span) bool {
	for _, q := range list {
		if q.Found() && q.at.from < at.to && at.from < q.at.to {
			return true
		}
	}
	return false
}

// clusters joins rows of ours that stand near each other, and leaves out those
// that may stand there by chance. Short rows count beside others in both texts only.
func clusters(rows []row) []span {
	var out []span
	for i := 0; i < len(rows); {
		at, matched, longest := rows[i].span, 0, 0
		for first := i; i < len(rows); i++ {
			n := rows[i].to - rows[i].from
			if i > first && !rows[i].after(rows[i-1]) && (n < anchor || longest < anchor || rows[i].from-at.to > nearRows) {
				break
			}
			matched, longest, at.to = matched+n, max(longest, n), rows[i].to
		}
		if longest >= passageRun || matched >= leastMatched && longest >= anchor {
			out = append(out, at)
		}
	}
	return out
}
