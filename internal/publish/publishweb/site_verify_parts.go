package publishweb

import (
	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/text"
	"sifara/internal/web/ui"
)

// renderedView shows a text of ours beside another that may render it.
type renderedView struct {
	Sure     string // how sure the answer is, in words
	Shared   string
	Changes  string
	Official *langLink // our text in the language of the pasted one; nil when there is none
	Pairs    []renderedPair
}

type renderedPair struct {
	Ours, Theirs sideView
	Denied       bool
	Changed      bool
}

// sideView is a stretch of a text with what is marked in it.
type sideView struct {
	Lang, Dir string
	Parts     []ui.Part
}

// passageView is a passage of the pasted text with the answer to it alone.
type passageView struct {
	Kind   ui.Kind
	Answer string
	Text   string // as it was pasted
	Dir    string
	Source *langLink // nil when nothing of ours was found
	Lang   string
	Pieces []ui.Part // the difference, of one that was altered
}

// isDiff reports that the pieces of a verdict are what differs.
func isDiff(v publish.Verdict) bool {
	return v == publish.Altered || v == publish.Formatting || v == publish.Abridged
}

func pieceParts(list []publish.Piece) []ui.Part {
	out := make([]ui.Part, len(list))
	for i, x := range list {
		out[i] = ui.Part{Op: x.Op, Text: x.Text}
	}
	return out
}

func passageViews(p *i18n.Printer, f publish.Finding) []passageView {
	var out []passageView
	for _, q := range f.Quotes {
		v := passageView{Kind: verdictTone[q.Verdict], Answer: p.T("publish.verify.quote." + string(q.Verdict)), Text: q.Text, Dir: text.Direction(q.Text), Lang: q.Lang.Tag()}
		if q.Found() {
			title, in := q.Message.Title(q.Lang)
			v.Source = &langLink{Code: in.Tag(), Dir: in.Dir(), Title: title, Href: href(in, "", "/statements/"+q.Message.Slug)}
		}
		if isDiff(q.Verdict) {
			v.Pieces = pieceParts(q.Pieces)
		}
		out = append(out, v)
	}
	return out
}

// tellRendered says how sure it is that a text renders one of ours, and that it is
// not our own wording.
func (s *site) tellRendered(p *i18n.Printer, out *verifyResult, f publish.Finding) {
	r := f.Rendering
	if r == nil {
		return
	}
	v := &renderedView{Sure: p.T(sureKey(r)), Shared: p.T("publish.verify.translated.shared", "count", r.Shared), Changes: p.T("publish.verify.translated.same")}
	if r.Strong && !f.Withdrawn() {
		out.Title = p.T("publish.verify.translated.strong")
	}
	if n := r.Changes(); n > 0 {
		v.Changes = p.T("publish.verify.translated.changes", "count", n)
	}
	if l, has := f.Official(); has {
		title, _ := f.Message.Title(l)
		v.Official = &langLink{Code: l.Tag(), Dir: l.Dir(), Title: title, Href: href(l, "", "/statements/"+f.Message.Slug)}
	}
	for _, x := range r.Pairs {
		v.Pairs = append(v.Pairs, renderedPair{
			Ours:   sideView{f.Lang.Tag(), f.Lang.Dir(), pieceParts(x.Ours)},
			Theirs: sideView{r.Lang, text.Direction(joinPieces(x.Theirs)), pieceParts(x.Theirs)},
			Denied: x.Denied, Changed: x.Changed,
		})
	}
	out.Rendered = v
}

// sureKey is the message that says how sure a rendering is.
func sureKey(r *publish.Rendering) string {
	if r.Strong {
		return "publish.verify.translated.sure.strong"
	}
	return "publish.verify.translated.sure.likely"
}

func joinPieces(list []publish.Piece) string {
	s := ""
	for _, x := range list {
		s += x.Text
	}
	return s
}
