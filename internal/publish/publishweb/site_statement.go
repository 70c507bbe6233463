package publishweb

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

type statementPage struct {
	Title     string
	Summary   string
	Body      string // our own clean HTML
	Kind      string
	Who       ui.Link
	When      string
	Hijri     string
	DateTime  string
	Langs     []langLink // the other languages
	Lacks     []string   // what the reader must know of languages that were not ready
	Facts     []ui.KeyValue
	Level     int    // of travel advice
	Register  string // where one registers for an event
	Calendar  string // an event's entry for calendar programs
	Newer     string // the page that took the place of this one
	Late      string // the day until which the advice held, when it has passed
	Players   []player
	Pictures  []picture
	Image     string // address of the picture that stands for the page
	Files     []document
	Proof     *proofBox
	Questions templ.Component
	Data      string
	Address   string
}

type picture struct {
	Src, Set, Alt string
	Width, Height int
	Full          string // address of the largest size
	Caption       string
	Credit        string // who made it, and where it comes from
	Licence       string
	LicenceHref   string
	Focus         string // classes that keep its centre of interest in a crop
}

type document struct {
	Name, Href, Alt, Size string
	Credit                string
}

// proofBox says how the text can be checked.
type proofBox struct {
	Number    string // its place in the log, for people
	Hash      string
	Key       string
	ProofHref string
	LogHref   string
	Verify    string
}

// statement is the page of one message: in the reader's language, or, where it
// does not exist in it, the others in which it does.
func (s *site) statement(w http.ResponseWriter, r *http.Request) error {
	m, err := s.Service.ReleasedBySlug(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	return s.show(w, r, m)
}

// show renders the page of one message.
func (s *site) show(w http.ResponseWriter, r *http.Request, m publish.Message) error {
	ctx := r.Context()
	p := i18n.From(ctx)
	who, err := s.speakers(ctx)
	if err != nil {
		return err
	}
	from := who[m.MissionID]
	page := web.Page{Mission: from.Slug, Languages: m.Langs(), Crumbs: []ui.Link{{Label: p.T("publish.site.statements"), Href: href(p.Lang(), from.Slug, "/statements")}},
		Feeds: s.feeds(r, from.Slug, from.Name)}
	if m.Kind == publish.Page {
		page.Canonical = pageHref(p.Lang(), from.Slug, m)
		page.Crumbs = []ui.Link{{Label: from.Name, Href: href(p.Lang(), from.Slug, "")}}
		if m.Details.Section == publish.ProfilePage {
			page.Crumbs = append(page.Crumbs, ui.Link{Label: p.T("publish.site.profile.short"), Href: href(p.Lang(), from.Slug, "/profile")})
		}
	}
	v, has := m.Variant(p.Lang())
	s.mark(r) // nothing is read until the text is shown
	switch {
	case m.State == publish.StateWithdrawn:
		return s.withdrawn(w, r, m, page)
	case !has:
		page.Title, page.NoIndex = p.T("publish.site.other.title"), true
		text := p.T("publish.site.other.text", "language", p.LanguageName(string(p.Lang())))
		if slices.Contains(m.Lacks, publish.Lack{Lang: p.Lang(), State: publish.VariantMissing}) {
			text = p.T("publish.site.lacks.here")
		}
		page.Body = otherLanguages(text, langLinks(m))
		return web.Render(w, r, page)
	}
	view, err := s.statementPage(r, m, v, from)
	if err != nil {
		return err
	}
	s.mark(r, publish.View{MissionID: m.MissionID, MessageID: m.ID, Lang: v.Lang, Kind: publish.PageView},
		publish.View{MissionID: m.MissionID, Kind: publish.PageView, Again: true})
	page.Title, page.Description, page.Body = v.Title, summary(v, 240), statementView(view)
	if gone := s.lapsed(ctx, m); gone != "" {
		page.Description = gone + " – " + page.Description
	}
	if view.Proof != nil {
		page.Proof = publish.ProofPath(m.ID, v.Lang)
	}
	page.OpenGraph = ui.OpenGraph{Type: "article", Published: m.ReleasedAt.Std().Format(time.RFC3339)}
	if view.Image != "" {
		page.OpenGraph.Image = s.BaseURL + view.Image
	}
	return web.Render(w, r, page)
}

func (s *site) statementPage(r *http.Request, m publish.Message, v publish.Variant, from speaker) (statementPage, error) {
	ctx := r.Context()
	p := i18n.From(ctx)
	at := m.ReleasedAt.In(s.Org.Zone(ctx, m.MissionID))
	view := statementPage{
		Title: v.Title, Summary: v.Summary, Body: bodyHTML(m, v), Kind: p.T("publish.kind." + string(m.Kind)),
		Who: ui.Link{Label: from.Name, Href: href(v.Lang, from.Slug, "")}, When: p.DateTime(at), Hijri: p.Hijri(at), DateTime: at.Format(time.RFC3339),
		Address: s.BaseURL + r.URL.Path,
	}
	view.Facts, view.Level, view.Register = s.detailLines(ctx, m, v), m.Details.Level, m.Details.Register
	if m.Kind == publish.Event {
		view.Calendar = icsHref(v.Lang, m)
	}
	if m.Kind == publish.Page {
		view.When, view.Hijri = "", "" // a page has no date
	}
	var err error
	late := false
	if view.Newer, late, err = s.standing(r, m); err != nil {
		return view, err
	}
	if late {
		view.Late = p.Date(m.Details.ValidUntil.In(s.Org.Zone(ctx, m.MissionID)))
	}
	for _, l := range langLinks(m) {
		if l.Code != v.Lang.Tag() {
			view.Langs = append(view.Langs, l)
		}
	}
	view.Lacks = lacking(p, m, v.Lang)
	view.Players, view.Pictures, view.Files = publicFiles(p, m, mediaHref, trackHref)
	var images []string
	for _, x := range view.Pictures {
		images = append(images, s.BaseURL+x.Src)
	}
	view.Data = linked(article(m, v, from.Name, view.Address, s.BaseURL, images))
	view.poster(m.Kind)
	key, err := s.Log.Key(ctx)
	if err != nil {
		return view, err
	}
	e, err := s.Log.Entry(ctx, m.ID, v.Lang)
	if err == nil {
		view.Proof = &proofBox{Number: p.Digits(fmt.Sprint(e.Index)), Hash: e.Canonical, Key: key,
			ProofHref: proofHref(e.Index), LogHref: "/log", Verify: href(v.Lang, "", "/verify")}
	} else if errs.KindOf(err) != errs.NotFound {
		return view, err
	}
	if s.Questions != nil {
		view.Questions, err = s.Questions.Section(r, m.ID, m.Slug)
	} else {
		err = nil
	}
	return view, err
}

// lacking says, in the language of a page, which translations were not ready when
// a message was released though its route requires them.
func lacking(p *i18n.Printer, m publish.Message, here i18n.Lang) []string {
	var out []string
	names := func(list []i18n.Lang) string {
		var names []string
		for _, l := range list {
			names = append(names, p.LanguageName(string(l)))
		}
		return p.List(names)
	}
	stale := m.Lacks.In(publish.VariantStale)
	if slices.Contains(stale, here) {
		out = append(out, p.T("publish.site.lacks.this", "language", p.LanguageName(string(m.SourceLang))))
		stale = slices.DeleteFunc(stale, func(l i18n.Lang) bool { return l == here })
	}
	if len(stale) > 0 {
		out = append(out, p.T("publish.site.lacks.stale", "languages", names(stale)))
	}
	if missing := m.Lacks.In(publish.VariantMissing); len(missing) > 0 {
		out = append(out, p.T("publish.site.lacks.missing", "languages", names(missing)))
	}
	return out
}

// poster has the first picture stand for the page, and for films until they play.
func (v *statementPage) poster(kind publish.Kind) {
	if len(v.Pictures) > 0 {
		v.Image = v.Pictures[0].Src
	}
	v.Pictures = posed(kind, v.Players, v.Pictures)
}

// posed has the first picture stand for the first film until it plays, and gives
// the pictures that are shown by themselves: on the page of a video all others.
func posed(kind publish.Kind, players []player, pictures []picture) []picture {
	i := slices.IndexFunc(players, func(x player) bool { return x.Video })
	if i < 0 || len(pictures) == 0 {
		return pictures
	}
	players[i].Poster = pictures[0].Src
	if kind != publish.Video {
		return pictures
	}
	players[i].Shown = pictures[0].Credit
	return pictures[1:]
}

// publicFiles prepares films, recordings, pictures and files in the reader's
// language; at gives their addresses, and captions those of captions, or none.
func publicFiles(p *i18n.Printer, m publish.Message, at func(file, digest string) string, captions func(file string, l i18n.Lang) string) (players []player, pictures []picture, files []document) {
	for _, a := range m.Attachments {
		src := at(a.ID, a.Digest)
		if a.IsMedia() {
			players = append(players, playerOf(p, a, src, func(l i18n.Lang) string { return captions(a.ID, l) }))
			continue
		}
		if !a.IsImage() {
			files = append(files, document{Name: a.Name, Href: src, Alt: a.Alt[p.Lang()], Size: p.Bytes(a.Size), Credit: creditLine(p, a)})
			continue
		}
		pic := picture{Src: src, Alt: a.Alt[p.Lang()], Width: a.Width, Height: a.Height, Full: src, Caption: a.Caption[p.Lang()], Credit: creditLine(p, a), Focus: focusClass(a)}
		if a.Licence != "" {
			pic.Licence, pic.LicenceHref = p.T("publish.licence."+string(a.Licence)), a.Licence.Address()
		}
		var set []string
		for i, x := range a.Smaller {
			set = append(set, fmt.Sprintf("%s %dw", at(a.ID, x.Digest), x.Width))
			if i == len(a.Smaller)-1 {
				pic.Src, pic.Width, pic.Height = at(a.ID, x.Digest), x.Width, x.Height
			}
		}
		if len(set) > 0 {
			pic.Set = strings.Join(append(set, fmt.Sprintf("%s %dw", src, a.Width)), ", ")
		}
		pictures = append(pictures, pic)
	}
	return players, pictures, files
}

// creditLine says who made a file and where it comes from; empty when that was never
// said.
func creditLine(p *i18n.Printer, a publish.Attachment) string {
	switch {
	case a.Author == "":
		return ""
	case a.Source == "":
		return p.T("publish.site.credit", "author", a.Author)
	}
	return p.T("publish.site.credit_source", "author", a.Author, "source", a.Source)
}

// focusClass names the tenth of a picture, from left and top, around which it is
// cropped.
func focusClass(a publish.Attachment) string {
	return fmt.Sprintf("fx-%d fy-%d", (a.FocusX+publish.MaxFocus+5)/10, (a.FocusY+publish.MaxFocus+5)/10)
}

func mediaHref(file, digest string) string { return "/media/" + file + "/" + digest }

type withdrawnPage struct {
	Title    string
	TitleTag string
	When     string
	Note     string
	NoteLang string
	NoteDir  string
	Expired  bool
	Log      string
}

// withdrawn is the page that stays when a message was taken back.
func (s *site) withdrawn(w http.ResponseWriter, r *http.Request, m publish.Message, page web.Page) error {
	ctx := r.Context()
	p := i18n.From(ctx)
	title, in := m.Title(p.Lang())
	view := withdrawnPage{Title: title, TitleTag: in.Tag(), When: p.Date(m.WithdrawnAt.In(s.Org.Zone(ctx, m.MissionID))), Expired: m.Expired}
	note := p.Lang()
	for _, l := range append([]i18n.Lang{p.Lang(), m.SourceLang}, i18n.Langs...) {
		if m.WithdrawnNote[l] != "" {
			note = l
			break
		}
	}
	view.Note, view.NoteLang, view.NoteDir = m.WithdrawnNote[note], note.Tag(), note.Dir()
	page.Title, page.NoIndex, page.Languages = p.T("publish.site.withdrawn.window"), true, nil
	page.Body = withdrawnView(view)
	return web.Render(w, r, page)
}
