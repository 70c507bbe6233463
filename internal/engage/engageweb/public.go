package engageweb

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/a-h/templ"

	"sifara/internal/engage"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// publicPage is a list of public questions and answers.
type publicPage struct {
	Intro  string
	Path   string
	Items  []publicItem
	Links  ui.PageLinks
	Others []ui.Link // the same list in other languages that have answers
}

// publicItem is one question with its answer.
type publicItem struct {
	engage.Pair
	Title   string
	Href    string
	Mission string // its name, on lists of several missions
	Zone    *time.Location
}

func (p *pages) cached(w http.ResponseWriter, r *http.Request, h web.Handler) error {
	if p.cache == nil {
		return h(w, r)
	}
	return p.cache.Serve(w, r, h)
}

func (p *pages) public(w http.ResponseWriter, r *http.Request) error {
	return p.cached(w, r, func(w http.ResponseWriter, r *http.Request) error {
		return p.list(w, r, engage.PublicFilter{AllMissions: true}, org.Mission{})
	})
}

func (p *pages) publicOfMission(w http.ResponseWriter, r *http.Request) error {
	return p.cached(w, r, func(w http.ResponseWriter, r *http.Request) error {
		m, err := p.org.MissionBySlug(r.Context(), r.PathValue("slug"))
		if err != nil {
			return err
		}
		return p.list(w, r, engage.PublicFilter{Mission: m.ID}, m)
	})
}

func (p *pages) list(w http.ResponseWriter, r *http.Request, f engage.PublicFilter, m org.Mission) error {
	ctx := r.Context()
	f.Lang, f.Cursor = i18n.From(ctx).Lang(), r.URL.Query().Get("after")
	found, err := p.svc.Public(ctx, f)
	if err != nil {
		return err
	}
	page := publicPage{Path: r.URL.Path, Intro: web.T(r, "engage.public.intro")}
	if page.Items, err = p.items(ctx, found.Items, f.AllMissions); err != nil {
		return err
	}
	rest := r.URL.Path[1+len(f.Lang):]
	for _, l := range i18n.Langs {
		if n := found.Langs[l]; l != f.Lang && n > 0 {
			page.Others = append(page.Others, ui.Link{Label: web.T(r, "engage.public.other", "count", n, "language", i18n.From(ctx).LanguageName(string(l))), Href: "/" + string(l) + rest})
		}
	}
	if f.Cursor != "" {
		page.Links.NewerHref = page.Path
	}
	if found.Next != "" {
		page.Links.OlderHref = page.Path + "?" + url.Values{"after": {found.Next}}.Encode()
	}
	return web.Render(w, r, web.Page{
		Title: web.T(r, "engage.public.title"), Description: page.Intro, Body: publicView(page), Mission: m.Slug, NoIndex: f.Cursor != "",
	})
}

func (p *pages) items(ctx context.Context, pairs []engage.Pair, named bool) ([]publicItem, error) {
	all, err := p.missions(ctx)
	if err != nil {
		return nil, err
	}
	l := i18n.From(ctx).Lang()
	var out []publicItem
	for _, pair := range pairs {
		it := publicItem{Pair: pair, Title: pair.Title(l), Href: "/" + string(l) + "/statements/" + pair.Slug, Zone: p.zone(ctx, all, pair.MissionID)}
		if named {
			it.Mission = p.missionName(ctx, all, pair.MissionID)
		}
		out = append(out, it)
	}
	return out, nil
}

// Talk draws what belongs under a statement on its public page. The app hands
// it to the context that publishes.
type Talk struct{ pages *pages }

// NewTalk gives the parts for statement pages.
func NewTalk(svc *engage.Service, o *org.Service) *Talk { return &Talk{&pages{svc: svc, org: o}} }

// Below draws the link to the ask form and the public answers given under a
// statement, in the language of the page with a hint at the others.
func (t *Talk) Below(ctx context.Context, messageID, slug, title string) (templ.Component, error) {
	l := i18n.From(ctx).Lang()
	found, err := t.pages.svc.Public(ctx, engage.PublicFilter{AllMissions: true, MessageID: messageID, Lang: l, Limit: 10})
	if err != nil {
		return nil, err
	}
	items, err := t.pages.items(ctx, found.Items, false)
	if err != nil {
		return nil, err
	}
	return belowView(l, slug, title, items), nil
}

// AskForm draws the link to the ask form of a statement.
func (t *Talk) AskForm(r *http.Request, slug, title string) templ.Component {
	return AskLink(i18n.From(r.Context()).Lang(), slug, title)
}
