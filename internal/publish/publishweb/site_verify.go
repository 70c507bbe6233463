package publishweb

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/publish"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

type verifyPage struct {
	Pasted string
	Error  string
	Result *verifyResult
	Keys   []keyLine
	Log    string
	Lang   i18n.Lang
	// Pictures are asked about where the house keeps any.
	Pictures   bool
	MaxPicture string
	ImageError string
}

type verifyResult struct {
	Kind    ui.Kind
	Title   string
	Text    string
	Found   bool
	Message entry
	Note    string // of a withdrawal
	NoteTag string
	Pieces  []ui.Part
	Show    string // what the pieces show
	Diff    bool   // they are a difference, else a passage
	Lang    string
	Others  []langLink
	Proof   string
	Picture *shownPicture // ours, of an answer about a picture
	// Official are the texts of the same message in other languages: what a
	// quotation is to be compared with in those.
	Official []langLink
	Rendered *renderedView
	Quotes   []passageView
}

// The rate of checks of one network: each may cost as much as a search.
const (
	verifyEvery = 2 * time.Second
	verifyBurst = 20
)

// verify shows the form, and the answer for a pasted text or address: by GET
// for short ones, so that a link can carry the question, by POST for all.
func (s *site) verify(w http.ResponseWriter, r *http.Request) error {
	view, page, err := s.verifyStart(r)
	if err != nil {
		return err
	}
	view.Pasted, err = pasted(r)
	asked := r.Method == http.MethodPost || view.Pasted != "" // a form that cannot be read was asked too
	page.NoIndex = asked
	if asked {
		if err := web.Limit(r.Context(), "verify", verifyEvery, verifyBurst); err != nil {
			return err
		}
		var f publish.Finding
		if err == nil {
			f, err = s.Log.Verify(r.Context(), view.Pasted)
		}
		switch {
		case web.Errors(r, err)["q"] != "":
			view.Error = web.Errors(r, err)["q"]
			page.Status = http.StatusUnprocessableEntity
			if errors.Is(err, errCutOff) {
				page.Status = http.StatusRequestEntityTooLarge
			}
		case err != nil:
			return err
		default:
			if view.Result, err = s.result(r, f); err != nil {
				return err
			}
			page.Title = view.Result.Title
		}
	}
	page.Body = verifyView(view)
	return web.Render(w, r, page)
}

// verifyStart is the page before anything was asked.
func (s *site) verifyStart(r *http.Request) (verifyPage, web.Page, error) {
	p := i18n.From(r.Context())
	view := verifyPage{Log: s.Log.Origin(), Lang: p.Lang(), Pictures: s.Blobs != nil, MaxPicture: p.Bytes(publish.MaxAttachment)}
	var err error
	view.Keys, err = s.keys(r.Context())
	return view, web.Page{Title: p.T("publish.verify.title"), Description: p.T("publish.verify.lead")}, err
}

// verdictTone is how an answer looks.
var verdictTone = map[publish.Verdict]ui.Kind{
	publish.Unchanged: ui.Success, publish.Formatting: ui.Success, publish.Part: ui.Success,
	publish.Abridged: ui.Warning, publish.Misquoted: ui.Danger, publish.Translated: ui.Warning,
	publish.Altered: ui.Danger, publish.Contains: ui.Warning, publish.NotFound: ui.Warning, publish.TooShort: ui.Info,
}

// maxPastedBody holds a text of publish.MaxPasted characters, encoded as a form
// or escaped as JSON. A longer one is not read to its end.
const maxPastedBody = 2 << 20

// errCutOff means that a form was not read to its end.
var errCutOff = errors.New("form longer than a text may be")

// pasted is what was asked about, by address or by form.
func pasted(r *http.Request) (string, error) {
	if r.Method != http.MethodPost {
		return text.Clean(r.URL.Query().Get("q")), nil
	}
	r.Body = http.MaxBytesReader(nil, r.Body, maxPastedBody)
	form, err := web.ReadForm(r)
	if errs.KindOf(err) == errs.TooLarge {
		return "", fmt.Errorf("%w: %w", errCutOff, publish.TooLong())
	}
	if err != nil {
		return "", err
	}
	return form.Raw("q"), nil
}

// result puts a finding into words.
func (s *site) result(r *http.Request, f publish.Finding) (*verifyResult, error) {
	ctx := r.Context()
	p := i18n.From(ctx)
	out := &verifyResult{Kind: verdictTone[f.Verdict], Found: f.Found()}
	key := "publish.verify." + string(f.Verdict)
	if f.IsAddress {
		key = "publish.verify.address." + map[bool]string{true: "ours", false: "foreign"}[f.Found()]
		if f.OurHost && !f.Found() {
			key = "publish.verify.address.nothing"
		}
	}
	out.Title, out.Text = p.T(key), p.T(key+".text")
	if !f.Found() {
		return out, nil
	}
	m, l := f.Message, f.Lang
	title, in := m.Title(p.Lang())
	if v, ok := m.Variant(l); ok && l != "" {
		title, in = v.Title, l
	}
	who, err := s.speakers(ctx)
	if err != nil {
		return nil, err
	}
	zone := s.Org.Zone(ctx, m.MissionID)
	out.Lang = in.Tag()
	out.Message = entry{Title: title, Lang: in.Tag(), Href: href(in, "", "/statements/"+m.Slug), Kind: p.T("publish.kind." + string(m.Kind)),
		Who: who[m.MissionID].Name, When: p.DateTime(m.ReleasedAt.In(zone)), DateTime: m.ReleasedAt.In(zone).Format(time.RFC3339), Lapsed: s.lapsed(ctx, m)}
	s.tellWithdrawn(p, out, f, zone)
	out.Pieces = pieceParts(f.Pieces)
	out.Diff = isDiff(f.Verdict)
	out.Quotes = passageViews(p, f)
	s.tellRendered(p, out, f)
	if len(out.Pieces) > 0 {
		out.Show = p.T("publish.verify." + string(f.Verdict) + ".show")
	}
	if f.Index >= 0 {
		out.Proof = proofHref(f.Index)
	}
	if !f.Withdrawn() {
		for _, x := range langLinks(m) {
			if x.Code != out.Lang {
				out.Official = append(out.Official, x)
			}
		}
	}
	for _, o := range f.Others {
		if v, ok := o.Message.Variant(o.Lang); ok {
			out.Others = append(out.Others, langLink{Code: o.Lang.Tag(), Dir: o.Lang.Dir(), Title: v.Title, Href: href(o.Lang, "", "/statements/"+o.Message.Slug)})
		}
	}
	return out, nil
}

// tellWithdrawn says first of all that a text is not in force any more.
func (s *site) tellWithdrawn(p *i18n.Printer, out *verifyResult, f publish.Finding, zone *time.Location) {
	if !f.Withdrawn() {
		return
	}
	m := f.Message
	out.Kind = ui.Danger
	out.Title = p.T("publish.verify.withdrawn")
	out.Text = p.T("publish.verify.withdrawn.text", "date", p.Date(m.WithdrawnAt.In(zone))) + " " + out.Text
	note := org.Names(m.WithdrawnNote)
	out.Note = note.In(p.Lang())
	for _, l := range i18n.Langs {
		if note[l] == out.Note {
			out.NoteTag = l.Tag()
		}
	}
}
