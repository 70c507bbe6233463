package channelsweb

import (
	"context"
	"net/http"
	"time"

	"sifara/internal/channels"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// publicPage answers "is this account ours?" and lists the register.
type publicPage struct {
	names
	query  string
	asked  bool
	answer channels.Answer
	groups []publicGroup
}

// publicGroup are the accounts of the ministry or of one mission.
type publicGroup struct {
	name     string
	href     string
	accounts []channels.PublicAccount
}

// public is the public page: GET /{lang}/accounts?q=… Without a question it is
// the same for all and is kept.
func (p pages) public(w http.ResponseWriter, r *http.Request) error {
	if !r.URL.Query().Has("q") {
		return p.cache.Serve(w, r, p.drawPublic)
	}
	if err := web.Limit(r.Context(), "accounts", 2*time.Second, 60); err != nil {
		return err
	}
	return p.drawPublic(w, r)
}

func (p pages) drawPublic(w http.ResponseWriter, r *http.Request) error {
	if _, ok := i18n.Parse(r.PathValue("lang")); !ok {
		return errs.New(errs.NotFound, "")
	}
	ctx := r.Context()
	n, err := p.names(ctx)
	if err != nil {
		return err
	}
	page := publicPage{names: n, query: text.Line(r.URL.Query().Get("q")), asked: r.URL.Query().Has("q")}
	if page.asked {
		if page.answer, err = p.Lookup(ctx, page.query); err != nil {
			return err
		}
	}
	if page.groups, err = p.groups(ctx, n); err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: web.T(r, "channels.public_title"), Description: web.T(r, "channels.public_intro"), Body: publicBody(page), NoIndex: page.asked})
}

// groups lists the register by mission, the ministry first.
func (p pages) groups(ctx context.Context, n names) ([]publicGroup, error) {
	list, err := p.Public(ctx, channels.Filter{})
	if err != nil {
		return nil, err
	}
	missions, err := p.Org.Missions(ctx)
	if err != nil {
		return nil, err
	}
	by := map[string][]channels.PublicAccount{}
	for _, a := range list {
		by[a.MissionID] = append(by[a.MissionID], a)
	}
	home := "/" + string(n.p.Lang())
	groups := []publicGroup{{n.ministry, home, by[""]}}
	for _, m := range missions {
		groups = append(groups, publicGroup{n.missions[m.ID], home + "/missions/" + m.Slug, by[m.ID]})
	}
	var out []publicGroup
	for _, g := range groups {
		if len(g.accounts) > 0 {
			out = append(out, g)
		}
	}
	return out, nil
}

var verdictKinds = map[channels.Verdict]ui.Kind{
	channels.Ours: ui.Success, channels.NotTrusted: ui.Danger, channels.NoLonger: ui.Warning, channels.Resembles: ui.Danger, channels.NotOurs: ui.Warning, channels.Unreadable: ui.Info,
}
