package publish

import (
	"context"

	"sifara/internal/i18n"
	"sifara/internal/text"
	"sifara/internal/text/parallel"
)

// Rendering is what speaks for a pasted text being what we said, in words that
// are not ours. It proves nothing about who wrote it.
type Rendering struct {
	Lang   string // of the pasted text, BCP 47; "und" when nobody can tell
	Same   bool   // Finding.Lang is that language too: our own text in it is worded otherwise
	Strong bool   // the signs are many; else it is likely, but look
	Shared int    // numbers, dates, names and, within a language, words that both have
	Pairs  []RenderedPair
}

// RenderedPair are sentences that belong together, ours and the pasted ones. In
// their pieces "!" is what both have, "-" what only ours has and "+" what only the
// other has: a number, a date or a name.
type RenderedPair struct {
	Ours, Theirs []Piece
	Changed      bool // something stands on one side only
	Denied       bool // one side denies what the other does not, as far as words show it
}

// Changes counts the pairs in which something differs.
func (r *Rendering) Changes() (n int) {
	for _, p := range r.Pairs {
		if p.Changed || p.Denied {
			n++
		}
	}
	return n
}

// Names knows official names in several languages: equal ones have equal keys. It
// is the term base.
type Names interface {
	Named(ctx context.Context, lang, s string) ([]parallel.Known, error)
}

// UseNames has renderings recognised by official names too. Call it before
// anything is asked.
func (l *PublicLog) UseNames(n Names) { l.names = n }

// leastRendered is how many words a text must have to be held for a rendering.
const leastRendered = 20

// measured are the bounds of a rendering: see docs/models/parallel.md. Of texts on
// the same matters by others fewer than one in a hundred reach likely.
var measured = struct{ same, other, sameStrong, otherStrong bound }{
	same: bound{0.30, 9, 10, 0.7, 5}, sameStrong: bound{0.42, 14, 14, 0.7, 7},
	other: bound{0.40, 6, 4, 0.5, 3}, otherStrong: bound{0.55, 10, 6, 0.6, 6},
}

// bound is the least of each measure of parallel.Match, and of score times
// evidence: what is less alike must have more to show.
type bound struct {
	score, evidence float64
	shared          int
	cover           float64
	both            float64
}

func (b bound) holds(m parallel.Match) bool {
	return m.Score >= b.score && m.Evidence >= b.evidence && m.Shared >= b.shared && m.Cover >= b.cover && m.Score*m.Evidence >= b.both
}

// rendering looks for a text of ours that the pasted one renders, and puts it into
// the answer.
func (q *asking) rendering(ctx context.Context, out *Finding, pasted string) error {
	lang, sure := text.Identify(pasted)
	if sure < 0.5 {
		lang = "und"
	}
	theirs, err := q.log.read(ctx, lang, pasted)
	if err != nil || theirs.Words() < leastRendered {
		return err
	}
	keys := theirs.Keys()
	r := rarity{texts: map[int64]float64{}}
	if r.all, err = q.log.seenTexts(ctx); err != nil {
		return err
	}
	if err := q.log.learned(ctx, r, keys); err != nil {
		return err
	}
	seqs, err := q.log.alikeByAnchors(ctx, keys, r)
	if err != nil {
		return err
	}
	top, quoting := 0.0, *out
	for _, seq := range seqs {
		m, v, whole, err := q.log.releasedWhole(ctx, seq)
		if gone(err) {
			continue
		}
		if err != nil {
			return err
		}
		if len(m.Langs()) == 1 && string(v.Lang) == lang {
			continue // nothing of it is there to be translated
		}
		ours, err := q.log.read(ctx, string(v.Lang), whole)
		if err != nil {
			return err
		}
		if err := q.log.learned(ctx, r, ours.Keys()); err != nil {
			return err
		}
		match := parallel.Compare(ours, theirs, r.weigh)
		likely, strong := measured.other, measured.otherStrong
		if match.Same {
			likely, strong = measured.same, measured.sameStrong
		}
		worth := match.Score * min(1, match.Evidence/strong.evidence)
		if m.State == StateReleased {
			worth += 0.01
		}
		if !likely.holds(match) || worth <= top || quoting.Verdict == Contains && (!strong.holds(match) || quoting.Message.ID != m.ID) {
			continue
		}
		top = worth
		*out = Finding{Verdict: Translated, Message: m, Lang: v.Lang, Index: seq, Quotes: quoting.Quotes,
			Rendering: &Rendering{Lang: lang, Same: match.Same, Strong: strong.holds(match), Shared: match.Shared, Pairs: renderedPairs(match.Pairs, whole, pasted)}}
	}
	return nil
}

// maxPairs bounds the sentences that are shown.
const maxPairs = 60

func renderedPairs(list []parallel.Pair, ours, theirs string) []RenderedPair {
	var out []RenderedPair
	for _, p := range list[:min(len(list), maxPairs)] {
		out = append(out, RenderedPair{Ours: sidePieces(p.Ours, ours, "-"), Theirs: sidePieces(p.Theirs, theirs, "+"), Changed: changed(p), Denied: p.Denied})
	}
	return out
}

func changed(p parallel.Pair) bool {
	p.Denied = false
	return p.Changed()
}

// sidePieces marks a stretch of a text.
func sidePieces(s parallel.Side, body, alone string) []Piece {
	var out []Piece
	at := s.From
	add := func(op string, to int) {
		if to > at {
			out = append(out, Piece{Op: op, Text: body[at:to]})
			at = to
		}
	}
	for _, m := range s.Marks {
		add("", m.From)
		if m.Shared {
			add("!", m.To)
		} else {
			add(alone, m.To)
		}
	}
	add("", s.To)
	return out
}

// Official is the language of the pasted text when what was found has a text of
// ours in it too: there our own words are to be read.
func (f Finding) Official() (i18n.Lang, bool) {
	if f.Rendering == nil {
		return "", false
	}
	l, ok := i18n.Parse(f.Rendering.Lang)
	if !ok {
		return "", false
	}
	_, has := f.Message.Variant(l)
	return l, has
}
