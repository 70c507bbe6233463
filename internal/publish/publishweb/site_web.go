package publishweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"

	"sifara/internal/blob"
	"sifara/internal/clock"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/module"
	"sifara/internal/org"
	"sifara/internal/publish"
	"sifara/internal/publish/share"
	"sifara/internal/publish/theme"
	"sifara/internal/publish/websub"
	"sifara/internal/publish/witness"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// Questions draws what citizens asked under a message and the way to ask. It
// is the inbox's.
type Questions interface {
	Section(r *http.Request, messageID, slug string) (templ.Component, error)
}

// SiteOptions are what the public pages need. All but Questions are required.
type SiteOptions struct {
	Service *publish.Service
	Log     *publish.PublicLog
	Witness *witness.Service // nil: the log has no witnesses
	Hub     *websub.Hub      // nil: nobody is told of feeds
	Blobs   *blob.Store      // where pictures are kept; nil: none can be checked
	Themes  *theme.Service   // how sites look; nil: as the program does
	Org     *org.Service
	Clock   clock.Clock
	Pages   *web.Cache
	BaseURL string // absolute address of the house
	// Questions is nil where nobody may ask.
	Questions Questions
	// Shares show named readers what is not public yet; nil where nobody does.
	Shares *share.Service
}

// site holds the handlers of the public pages.
type site struct {
	SiteOptions
	marks sync.Map // path of a cached page → []publish.View that one reading of it counts
}

// AddSite adds the public pages, feeds and operations to what publish offers.
func AddSite(m module.Module, o SiteOptions) module.Module {
	o.BaseURL = strings.TrimSuffix(o.BaseURL, "/")
	s := &site{SiteOptions: o}
	m.Routes = append(m.Routes, s.routes()...)
	m.SiteNav = append(m.SiteNav,
		module.SiteNav{Label: "publish.site.statements", Path: "/statements"},
		module.SiteNav{Label: "publish.site.kind.event", Path: "/events"},
		module.SiteNav{Label: "publish.site.contact", Path: "/contact", Mission: true},
		module.SiteNav{Label: "publish.site.missions", Path: "/missions", Ministry: true},
		module.SiteNav{Label: "publish.verify.nav", Path: "/verify", Ministry: true},
		module.SiteNav{Label: "publish.site.search", Path: "/search", Ministry: true},
	)
	console := m.API
	m.API = func(a *web.API) {
		if console != nil {
			console(a)
		}
		s.api(a)
	}
	return m
}

func (s *site) routes() []web.Route {
	verify := web.PublicPost("/{lang}/verify", s.verify)
	verify.MaxBody = 1 << 30 // the page reads maxPastedBody of it and says in the form that a text is too long
	verifyImage := web.PublicPost("/{lang}/verify/image", s.verifyImage)
	verifyImage.MaxBody = maxUpload
	routes := []web.Route{
		web.PublicGet("/{$}", s.front),
		web.PublicGet("/{lang}", s.cached(s.home)),
		web.PublicGet("/{lang}/{$}", s.trim),
		web.PublicGet("/{lang}/missions", s.cached(s.missions)),
		web.PublicGet("/{lang}/missions/{slug}", s.cached(s.mission)),
		web.PublicGet("/{lang}/statements", s.cached(s.statements, "kind", "before")),
		web.PublicGet("/{lang}/missions/{slug}/statements", s.cached(s.statements, "kind", "before")),
		web.PublicGet("/{lang}/statements/{slug}", s.cached(s.statement)),
		web.PublicGet("/{lang}/statements/{slug}/event.ics", s.eventFile),
		web.PublicGet("/{lang}/search", s.search),
		web.PublicGet("/{lang}/verify", s.verify),
		verify,
		verifyImage,
		web.PublicGet("/{lang}/verify/offline", s.offline),
		web.PublicGet("/media/{file}/{digest}", s.media),
		web.PublicGet("/media/{file}/captions/{track}", s.captionsFile),
		web.PublicGet("/log", s.logFront),
		web.PublicGet("/log/checkpoint", s.checkpoint),
		web.PublicGet("/log/entries", s.entries),
		web.PublicGet("/log/proof/{index}", s.proof),
		web.PublicGet("/log/key", s.key),
		web.PublicGet("/log/keys", s.allKeys),
		web.PublicGet("/log/tile/{path...}", s.tile),
		web.PublicGet("/log/proof/{message}/{lang}", s.proofOf),
		web.PublicGet("/sitemap.xml", s.cached(s.sitemap)),
		web.PublicGet("/sitemap-ministry.xml", s.cached(s.ministrySitemap)),
		web.PublicGet("/robots.txt", s.robots),
		web.PublicGet("/favicon.ico", s.favicon),
		web.PublicGet("/.well-known/security.txt", s.security),
	}
	routes = append(routes, s.siteRoutes()...)
	routes = append(routes, s.embargoRoutes()...)
	if s.Themes != nil {
		routes = append(routes, web.PublicGet(themePath+"{file}", s.themeFile))
	}
	if s.Hub != nil {
		routes = append(routes, web.PublicPost(websub.Path, s.askHub))
	}
	for _, f := range feedFormats {
		h := s.named(s.cached(func(w http.ResponseWriter, r *http.Request) error { return s.feed(w, r, f) }))
		routes = append(routes, web.PublicGet("/{lang}/feed."+f.ending, h), web.PublicGet("/{lang}/missions/{slug}/feed."+f.ending, h))
	}
	return routes
}

// cached serves a page from memory and counts who reads it. Parameters of the
// address that the page does not know are dropped, so that nobody can fill the
// memory with copies of one page.
func (s *site) cached(h web.Handler, params ...string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		r = known(r, params)
		seen := &status{ResponseWriter: w}
		if err := s.Pages.Serve(seen, r, h); err != nil {
			return err
		}
		s.read(r, seen.code)
		return nil
	}
}

// known gives the request with none but the known parameters, in one order.
func known(r *http.Request, params []string) *http.Request {
	if r.URL.RawQuery == "" {
		return r
	}
	have, keep := r.URL.Query(), url.Values{}
	for _, k := range params {
		if v := have.Get(k); v != "" {
			keep.Set(k, v)
		}
	}
	c := *r
	u := *r.URL
	u.RawQuery = keep.Encode()
	c.URL = &u
	return &c
}

// status remembers how a request was answered.
type status struct {
	http.ResponseWriter
	code int
}

// WriteHeader implements http.ResponseWriter.
func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

// front sends to the site in the reader's language.
func (s *site) front(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Vary", "Accept-Language, Cookie")
	w.Header().Set("Cache-Control", "no-cache")
	http.Redirect(w, r, "/"+string(langOf(r)), http.StatusSeeOther)
	return nil
}

// trim sends "/ar/" to "/ar".
func (s *site) trim(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, "/"+string(langOf(r)), http.StatusMovedPermanently)
	return nil
}

func langOf(r *http.Request) i18n.Lang { return i18n.From(r.Context()).Lang() }

// href is an address below the site of a mission, or of the ministry when
// mission is empty.
func href(l i18n.Lang, mission, rest string) string {
	if mission == "" {
		return "/" + string(l) + rest
	}
	return "/" + string(l) + "/missions/" + mission + rest
}

// place is the mission whose pages are asked for; the zero Mission stands for
// the ministry. The slug of none is NotFound.
func (s *site) place(r *http.Request) (org.Mission, error) {
	slug := r.PathValue("slug")
	if slug == "" {
		return org.Mission{}, nil
	}
	return s.Org.MissionBySlug(r.Context(), slug)
}

// speakers are the names of those who speak, by id of their mission; "" is the
// ministry.
type speakers map[string]speaker

type speaker struct {
	Name string
	Slug string // of the mission's pages
}

func (s *site) speakers(ctx context.Context) (speakers, error) {
	l := i18n.From(ctx).Lang()
	all, err := s.Org.Missions(ctx)
	if err != nil {
		return nil, err
	}
	out := speakers{}
	for _, m := range all {
		out[m.ID] = speaker{m.Name(l), m.Slug}
	}
	if m, err := s.Org.Ministry(ctx); err == nil {
		out[""] = speaker{Name: m.Name(l)}
	} else if errs.KindOf(err) != errs.NotFound {
		return nil, err
	}
	return out, nil
}

// entry is a message in a list.
type entry struct {
	Title    string
	Lang     string
	Href     string
	Summary  string
	Kind     string
	Who      string
	When     string
	DateTime string
	Lapsed   string // of travel advice: that its time has passed, and when
}

// entries prepares messages that have a text in the reader's language.
func (s *site) list(ctx context.Context, all []publish.Message) ([]entry, error) {
	p := i18n.From(ctx)
	who, err := s.speakers(ctx)
	if err != nil {
		return nil, err
	}
	var out []entry
	for _, m := range all {
		v, ok := m.Variant(p.Lang())
		if !ok {
			continue
		}
		at := m.ReleasedAt.In(s.Org.Zone(ctx, m.MissionID))
		out = append(out, entry{
			Title: v.Title, Lang: v.Lang.Tag(), Href: href(v.Lang, "", "/statements/"+m.Slug), Summary: summary(v, 240),
			Kind: p.T("publish.kind." + string(m.Kind)), Who: who[m.MissionID].Name, When: p.Date(at), DateTime: at.Format(time.RFC3339), Lapsed: s.lapsed(ctx, m),
		})
	}
	return out, nil
}

// summary is the text's own summary, or else its beginning.
func summary(v publish.Variant, limit int) string {
	if v.Summary != "" {
		return v.Summary
	}
	words := strings.Join(strings.Fields(publish.Plain(v.Body)), " ")
	r := []rune(words)
	if len(r) <= limit {
		return words
	}
	cut := string(r[:limit])
	if i := strings.LastIndexByte(cut, ' '); i > 0 {
		cut = cut[:i]
	}
	return cut + " …"
}

// feeds are the links by which readers find the feeds of a place.
func (s *site) feeds(r *http.Request, mission, name string) []ui.Feed {
	l := langOf(r)
	var out []ui.Feed
	for _, f := range feedFormats {
		out = append(out, ui.Feed{Title: name + " (" + f.name + ")", Type: f.media, Href: href(l, mission, "/feed."+f.ending)})
	}
	return out
}

// langLink leads to the text of a message in another language.
type langLink struct {
	Code, Name, Dir, Title, Href string
}

// shortName is a language's name in itself as the head of the page writes it,
// in letters that the small font of names has.
func shortName(l i18n.Lang) string {
	if l == i18n.Sorani {
		return "کوردی"
	}
	return l.Name()
}

func langLinks(m publish.Message) []langLink {
	var out []langLink
	for _, l := range i18n.Langs {
		if v, ok := m.Variant(l); ok {
			out = append(out, langLink{Code: l.Tag(), Name: shortName(l), Dir: l.Dir(), Title: v.Title, Href: href(l, "", "/statements/"+m.Slug)})
		}
	}
	return out
}

// publicKinds are the kinds that the public list can be narrowed to.
func publicKind(s string) (publish.Kind, bool) {
	k := publish.Kind(s)
	return k, slices.Contains(publish.Kinds, k)
}
