package app

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"sifara/internal/i18n"
	"sifara/internal/module"
	"sifara/internal/perm"
	"sifara/internal/publish/publishweb"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// consoleShell is what surrounds a console page: the navigation of the
// contexts, as far as the reader may use it, and who the reader is.
func (h *House) consoleShell(r *http.Request) web.Shell {
	ctx := r.Context()
	p := i18n.From(ctx)
	a := perm.From(ctx)
	shell := web.Shell{Nav: h.navigation(ctx), User: h.user(ctx, a)}
	if m, err := h.Org.Ministry(ctx); err == nil {
		shell.Institution = m.Names[p.Lang()]
	}
	for _, m := range h.Modules {
		if m.Banner == nil {
			continue
		}
		b, err := m.Banner(r)
		if err != nil {
			h.Log.ErrorContext(ctx, "banner", "context", m.Name, "err", err)
		} else if b != nil {
			shell.Banners = append(shell.Banners, b)
		}
	}
	return shell
}

// navigation gathers the entries that the actor may use into groups, in the
// order in which the contexts are listed.
func (h *House) navigation(ctx context.Context) []ui.NavGroup {
	p := i18n.From(ctx)
	a := perm.From(ctx)
	groups := []ui.NavGroup{{Items: []ui.NavItem{{Label: p.T("nav.today"), Href: "/console", Icon: "home", Pin: true}}}}
	index := map[string]int{}
	for _, n := range h.navs() {
		if !a.May(n.Permission) {
			continue
		}
		i, ok := index[n.Group]
		if !ok {
			i = len(groups)
			index[n.Group] = i
			groups = append(groups, ui.NavGroup{Label: p.T(n.Group)})
		}
		item := ui.NavItem{Label: p.T(n.Label), Href: n.Href, Icon: n.Icon, Pin: slices.Contains(pinned, n.Href)}
		if n.Badge != nil {
			if count, err := n.Badge(ctx); err == nil && count > 0 {
				item.Badge = p.Int(count)
			}
		}
		groups[i].Items = append(groups[i].Items, item)
	}
	return groups
}

// pinned are the pages in the bar at the bottom of a phone, beside Today.
var pinned = []string{"/console/listen/warnings", "/console/messages", "/console/inbox"}

// groupOrder is the order of the navigation's groups: that of the loop.
var groupOrder = []string{"nav.listen", "nav.plan", "nav.publish", "nav.engage", "nav.assess", "nav.settings"}

func (h *House) navs() []module.Nav {
	var all []module.Nav
	for _, m := range h.Modules {
		all = append(all, m.Nav...)
	}
	slices.SortStableFunc(all, func(x, y module.Nav) int {
		return slices.Index(groupOrder, x.Group) - slices.Index(groupOrder, y.Group)
	})
	return all
}

func (h *House) user(ctx context.Context, a *perm.Actor) ui.User {
	u := ui.User{Name: a.Name, ProfileHref: "/console/account", SignOutHref: "/console/signout"}
	l := i18n.From(ctx).Lang()
	person, err := h.Org.Person(ctx, a.ID)
	if err != nil {
		return u
	}
	u.Name = person.Called(l)
	if post := person.Post.In(l); post != u.Name {
		u.Post = post
	}
	for _, g := range a.Grants {
		if g.StandInFor != "" {
			if other, err := h.Org.Person(ctx, g.StandInFor); err == nil {
				u.ActingFor = other.Post.In(l)
			}
			break
		}
	}
	return u
}

// siteShell is what surrounds a public page of the ministry or of a mission.
func (h *House) siteShell(r *http.Request, mission string) web.SiteShell {
	ctx := r.Context()
	p := i18n.From(ctx)
	home := "/" + string(p.Lang())
	shell := web.SiteShell{HomeHref: home, MinistryHref: home, BaseURL: h.baseURL}
	if m, err := h.Org.Ministry(ctx); err == nil {
		shell.MinistryName = m.Names[p.Lang()]
	}
	missionID := ""
	if mission != "" {
		if m, err := h.Org.MissionBySlug(ctx, mission); err == nil {
			missionID = m.ID
			shell.MissionName = m.Name(p.Lang())
			shell.HomeHref = home + "/missions/" + m.Slug
		}
	}
	if look, err := h.Themes.Look(ctx, missionID); err == nil {
		shell.Theme = publishweb.SiteTheme(look, p.Lang())
	} else {
		h.Log.ErrorContext(ctx, "theme", "mission", mission, "err", err)
	}
	for _, m := range h.Modules {
		for _, n := range m.SiteNav {
			if n.Ministry && mission != "" || n.Mission && mission == "" {
				continue
			}
			shell.Nav = append(shell.Nav, ui.NavItem{Label: p.T(n.Label), Href: shell.HomeHref + n.Path})
		}
	}
	shell.FooterLinks = []ui.Link{
		{Label: p.T("site.verify"), Href: home + "/verify"},
		{Label: p.T("site.accounts"), Href: home + "/accounts"},
		{Label: p.T("site.api"), Href: home + "/developers"},
		{Label: p.T("site.officials"), Href: "/console"},
	}
	return shell
}

// hit is one line of the command palette.
type hit struct {
	Title string `json:"title"`
	Hint  string `json:"hint"`
	Href  string `json:"href"`
	Kind  string `json:"kind"`
}

// maxHits bounds what the palette shows of one kind.
const maxHits = 6

// palette answers the command palette: the pages, acts and objects that match
// and that the person may reach. GET /console/palette?q=…
func (h *House) palette(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	query := strings.TrimSpace(text.Clean(r.URL.Query().Get("q")))
	folded := text.Fold(query)
	matches := func(label string) bool { return folded == "" || strings.Contains(text.Fold(label), folded) }
	p := i18n.From(ctx)
	a := perm.From(ctx)
	hits := []hit{}
	for _, m := range h.Modules {
		for _, c := range m.Commands {
			if label := p.T(c.Label); a.May(c.Permission) && matches(label) {
				hits = append(hits, hit{Title: label, Hint: p.T("palette.act"), Href: c.Href, Kind: "act"})
			}
		}
	}
	for _, g := range h.navigation(ctx) {
		for _, it := range g.Items {
			if matches(it.Label) {
				hits = append(hits, hit{Title: it.Label, Hint: g.Label, Href: it.Href, Kind: "page"})
			}
		}
	}
	if len([]rune(query)) >= 2 {
		found, err := h.find(ctx, query)
		if err != nil {
			return err
		}
		hits = append(hits, found...)
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(hits)
}

func (h *House) find(ctx context.Context, query string) ([]hit, error) {
	p := i18n.From(ctx)
	a := perm.From(ctx)
	var hits []hit
	for _, m := range h.Modules {
		for _, s := range m.Search {
			if !a.May(s.Permission) {
				continue
			}
			found, err := s.Find(ctx, query, maxHits)
			if err != nil {
				return nil, err
			}
			for _, f := range found {
				hits = append(hits, hit{Title: f.Title, Hint: p.T(f.Hint), Href: f.Href, Kind: "object"})
			}
		}
	}
	return hits, nil
}
