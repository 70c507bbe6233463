package publish

import (
	"hash/maphash"
	"strings"

	"sifara/internal/text"
)

// Bounds of the comparison of long texts, in words.
const (
	wholeWords = 400 // texts up to this length are compared as a whole
	anchor     = 4   // words in a row that both texts must have
	margin     = 60  // that are compared around the anchors
)

// difference is text.Diff of two canonical texts, which for long ones looks
// only at the stretch that both have in common: a quotation from a long speech
// would otherwise be taken for a text of its own.
func difference(whole, pasted spread) []text.Edit {
	ours, theirs := whole.fields, pasted.fields
	if len(ours) <= wholeWords && len(theirs) <= wholeWords {
		return text.Diff(whole.canonical, pasted.canonical)
	}
	runsOurs, runsTheirs := whole.anchors(), pasted.anchors()
	a, b := shared(runsOurs, runsTheirs), shared(runsTheirs, runsOurs)
	if a == nil || b == nil {
		return text.Diff(whole.canonical, pasted.canonical)
	}
	from, to := max(0, a[0]-min(b[0], margin)-margin/2), min(len(ours), a[1]+anchor+margin)
	first, last := max(0, b[0]-margin), min(len(theirs), b[1]+anchor+margin)
	var out []text.Edit
	if from > 0 {
		out = append(out, text.Edit{Op: text.Delete, Text: strings.Join(ours[:from], " ") + " "})
	}
	if first > 0 {
		out = append(out, text.Edit{Op: text.Insert, Text: strings.Join(theirs[:first], " ") + " "})
	}
	out = append(out, text.Diff(strings.Join(ours[from:to], " "), strings.Join(theirs[first:last], " "))...)
	if last < len(theirs) {
		out = append(out, text.Edit{Op: text.Insert, Text: " " + strings.Join(theirs[last:], " ")})
	}
	if to < len(ours) {
		out = append(out, text.Edit{Op: text.Delete, Text: " " + strings.Join(ours[to:], " ")})
	}
	return join(out)
}

// join puts neighbouring edits of one operation together.
func join(edits []text.Edit) []text.Edit {
	var out []text.Edit
	for _, e := range edits {
		if n := len(out); n > 0 && out[n-1].Op == e.Op {
			out[n-1].Text += e.Text
		} else {
			out = append(out, e)
		}
	}
	return out
}

// runs gives every anchor of a text, by its hash, with the words at which it
// begins first and last.
func runs(plain []string) map[uint64][2]int {
	out := make(map[uint64][2]int, len(plain))
	seed := runSeed
	for i := 0; i+anchor <= len(plain); i++ {
		var h maphash.Hash
		h.SetSeed(seed)
		for _, w := range plain[i : i+anchor] {
			_, _ = h.WriteString(w)
			_ = h.WriteByte(' ')
		}
		k := h.Sum64()
		if at, ok := out[k]; ok {
			out[k] = [2]int{at[0], i}
		} else {
			out[k] = [2]int{i, i}
		}
	}
	return out
}

// runSeed makes it impossible to choose texts whose anchors collide.
var runSeed = maphash.MakeSeed()

// shared gives the words at which the first and the last anchor begin that the
// other text has too; nil when there is none. Anchors that stand only once in
// each text count, because set phrases stand everywhere; all do when there is
// no such one.
func shared(these, others map[uint64][2]int) []int {
	if out := sharedAt(these, others, true); out != nil {
		return out
	}
	return sharedAt(these, others, false)
}

func sharedAt(these, others map[uint64][2]int, once bool) []int {
	var out []int
	for k, at := range these {
		other, ok := others[k]
		if !ok || once && (at[0] != at[1] || other[0] != other[1]) {
			continue
		}
		if out == nil {
			out = []int{at[0], at[1]}
		}
		out[0], out[1] = min(out[0], at[0]), max(out[1], at[1])
	}
	return out
}

// holds is the share, 0 to 1, of the different triples of words of another text,
// spelt as for a search, that this one has.
func (s spread) holds(other spread) float64 {
	ours, theirs := triples(s.loose), triples(other.loose)
	if len(theirs) == 0 {
		return 0
	}
	n := 0
	for t := range theirs {
		if ours[t] {
			n++
		}
	}
	return float64(n) / float64(len(theirs))
}

// triples gives every three words in a row by their hash.
func triples(loose string) map[uint64]bool {
	words := strings.Fields(text.Fold(loose))
	hashes := make([]uint64, len(words))
	for i, w := range words {
		hashes[i] = maphash.String(runSeed, w)
	}
	out := make(map[uint64]bool, len(words))
	for i := 0; i+3 <= len(hashes); i++ {
		out[maphash.Comparable(runSeed, [3]uint64(hashes[i:i+3]))] = true
	}
	return out
}
