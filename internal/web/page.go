package web

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"sifara/internal/i18n"
	"sifara/internal/web/ui"
)

// Page is what a handler knows of its page; the frame around it is the
// server's. Texts are already in the reader's language.
type Page struct {
	Title   string
	Intro   string // one sentence under the title
	Crumbs  []ui.Link
	Actions templ.Component // console: buttons beside the title
	Body    templ.Component
	Status  int  // zero means 200
	Wide    bool // console: boards, calendars, networks
	Bare    bool // the body brings its own heading
	Plain   bool // console: stands alone, without navigation (sign-in, invitation)

	// The rest is for the public site.

	Mission     string      // slug of the mission whose site this is, empty for the ministry's
	Description string      // for search engines and previews
	Languages   []i18n.Lang // in which this page exists; nil means all
	Feeds       []ui.Feed
	OpenGraph   ui.OpenGraph
	Proof       string // where the text of the page can be checked
	Canonical   string // the path at which the page stands first, when it has several; empty: its own
	NoIndex     bool
	Private     bool // for the holder of a secret link: travels uncompressed, since a length can tell what stands beside the reader's own words (BREACH)
	Alone       bool // nothing around it leads elsewhere or tells search engines of it: for a page of a secret link
	Back        ui.Link

	// Theme shows a page of the console as one of the public site in a theme that is
	// not saved; nil does not.
	Theme *ui.SiteTheme
}

// Shell is what surrounds a console page and depends on who reads it.
type Shell struct {
	Institution  string
	Nav          []ui.NavGroup
	User         ui.User
	NoticesHref  string
	NoticesCount string
	Banners      []templ.Component // what every page must say now
}

// SiteShell is what surrounds a public page.
type SiteShell struct {
	MinistryName string
	MissionName  string
	HomeHref     string
	MinistryHref string
	Nav          []ui.NavItem
	FooterLinks  []ui.Link
	FooterNote   string
	BaseURL      string // absolute address of the house without trailing slash
	Theme        ui.SiteTheme
}

// Render sends a page in the frame of its area.
func Render(w http.ResponseWriter, r *http.Request, p Page) error {
	s := of(r.Context())
	var c templ.Component
	switch {
	case p.Theme != nil && s.o.Site != nil:
		c = s.siteFrame(r, p)
	case areaOf(r.URL.Path) == areaConsole && !p.Plain && s.o.Console != nil:
		c = s.consoleFrame(w, r, p)
	case areaOf(r.URL.Path) == areaSite && s.o.Site != nil:
		c = s.siteFrame(r, p)
		if !p.Private {
			w = Press(w, r)
		}
	default:
		c = s.plainFrame(w, r, p)
	}
	return send(w, r, c, p.Status)
}

// Fragment sends a part of a page, for a live update or an htmx request.
func Fragment(w http.ResponseWriter, r *http.Request, c templ.Component) error {
	return send(w, r, c, 0)
}

// send renders wholly before the first byte, so that an error still becomes an
// error page.
func send(w http.ResponseWriter, r *http.Request, c templ.Component, status int) error {
	var b bytes.Buffer
	if err := c.Render(r.Context(), &b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if status == 0 {
		status = http.StatusOK
	}
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the reader may have gone
	return nil
}

func (s *Server) consoleFrame(w http.ResponseWriter, r *http.Request, p Page) templ.Component {
	shell := s.o.Console(r)
	if it := nearest(shell.Nav, r.URL.Path); it != nil {
		it.Active = true
	}
	return ui.ConsoleLayout(ui.ConsolePage{
		Title: p.Title, Intro: p.Intro, Institution: shell.Institution, Nav: shell.Nav, User: shell.User,
		Langs: consoleLangs(r), Breadcrumbs: p.Crumbs, Flash: s.takeFlash(r), Actions: p.Actions,
		NoticesHref: shell.NoticesHref, NoticesCount: shell.NoticesCount,
		Banners: shell.Banners, DemoBanner: s.demo(), BareTitle: p.Bare, Wide: p.Wide,
	}, p.Body)
}

// nearest is the item of the navigation a path belongs to: the one with the
// longest address above it, so that only one is marked. It is nil for none.
func nearest(nav []ui.NavGroup, path string) *ui.NavItem {
	var best *ui.NavItem
	for g := range nav {
		for i := range nav[g].Items {
			it := &nav[g].Items[i]
			under := path == it.Href || (it.Href != "/console" && strings.HasPrefix(path, it.Href+"/"))
			if under && (best == nil || len(it.Href) > len(best.Href)) {
				best = it
			}
		}
	}
	return best
}

func (s *Server) plainFrame(w http.ResponseWriter, r *http.Request, p Page) templ.Component {
	page := ui.PlainPage{Title: p.Title, Intro: p.Intro, Flash: s.takeFlash(r), Demo: s.demo(), Wide: p.Wide}
	if areaOf(r.URL.Path) == areaConsole {
		page.Langs = consoleLangs(r)
	}
	return ui.PlainLayout(page, p.Body)
}

func consoleLangs(r *http.Request) []ui.LangLink {
	back := r.URL.Path
	if r.Method != http.MethodGet {
		back = "/console"
	} else if r.URL.RawQuery != "" {
		back += "?" + r.URL.RawQuery
	}
	now := i18n.From(r.Context()).Lang()
	var links []ui.LangLink
	for _, l := range i18n.Langs {
		q := url.Values{"lang": {string(l)}, "back": {back}}
		links = append(links, ui.LangLink{Code: l.Tag(), Name: l.Name(), Href: "/console/language?" + q.Encode(), Current: l == now})
	}
	return links
}

func (s *Server) siteFrame(r *http.Request, p Page) templ.Component {
	shell := s.o.Site(r, p.Mission)
	now := i18n.From(r.Context()).Lang()
	page := ui.SitePage{
		Title: p.Title, Description: p.Description, MinistryName: shell.MinistryName, MissionName: shell.MissionName,
		HomeHref: shell.HomeHref, MinistryHref: shell.MinistryHref, Nav: shell.Nav, Breadcrumbs: p.Crumbs,
		FooterLinks: shell.FooterLinks, FooterNote: shell.FooterNote, FeedLinks: p.Feeds, OpenGraph: p.OpenGraph, Proof: p.Proof,
		Demo: s.demo(), NoIndex: p.NoIndex || p.Status >= 400, Back: p.Back,
		Canonical: shell.BaseURL + cmp.Or(p.Canonical, r.URL.Path), Theme: shell.Theme,
	}
	if p.Theme != nil {
		page.Theme, page.Canonical, page.NoIndex = *p.Theme, "", true
	}
	for i, it := range page.Nav {
		page.Nav[i].Active = r.URL.Path == it.Href || strings.HasPrefix(r.URL.Path, it.Href+"/")
	}
	if p.Theme != nil {
		return ui.SiteLayout(page, p.Body) // stands at one address, in the reader's language
	}
	for _, l := range i18n.Langs {
		link := ui.LangLink{Code: l.Tag(), Name: l.Name(), Href: swapLanguage(r.URL.Path, l), Current: l == now}
		if p.Languages != nil && !slices.Contains(p.Languages, l) {
			link.Missing = true
		} else {
			alt := link
			alt.Href = shell.BaseURL + alt.Href
			page.Alternates = append(page.Alternates, alt)
		}
		page.LangLinks = append(page.LangLinks, link)
	}
	if p.Alone {
		page.Nav, page.FooterLinks, page.Canonical, page.Alternates = nil, nil, "", nil
		page.LangLinks = slices.DeleteFunc(page.LangLinks, func(l ui.LangLink) bool { return l.Missing })
	}
	return ui.SiteLayout(page, p.Body)
}

// swapLanguage gives the address of the same page in another language.
func swapLanguage(path string, l i18n.Lang) string {
	_, rest, ok := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if !ok {
		return "/" + string(l)
	}
	return "/" + string(l) + "/" + rest
}

// Redirect sends the person to another page of ours after an act.
func Redirect(w http.ResponseWriter, r *http.Request, path string) error {
	if r.Header.Get("HX-Request") == "true" {
		w.Header().Set("HX-Redirect", path)
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}

// T is a message of the catalogue in the request's language.
func T(r *http.Request, key string, args ...any) string { return i18n.T(r.Context(), key, args...) }

// flashKey is where the session keeps the message that the next page shows.
const flashKey = "flash"

// Flash has the next console page say what has been done.
func Flash(ctx context.Context, kind ui.Kind, text string) {
	if s := of(ctx); s != nil && s.o.Sessions != nil {
		s.o.Sessions.Put(ctx, flashKey, string(kind)+"\n"+text)
	}
}

func (s *Server) takeFlash(r *http.Request) []ui.Flash {
	if s.o.Sessions == nil || areaOf(r.URL.Path) != areaConsole {
		return nil
	}
	kind, text, ok := strings.Cut(s.o.Sessions.PopString(r.Context(), flashKey), "\n")
	if !ok {
		return nil
	}
	return []ui.Flash{{Kind: ui.Kind(kind), Text: text}}
}
