package publishweb

import (
	"net/http"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/publish"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

type homePage struct {
	Name      string
	Lead      string
	Entries   []entry
	Regions   []region
	Lang      i18n.Lang
	Questions bool
	Menu      []ui.Link
	Data      string // schema.org
}

// home is the ministry's first page: what it said last, where it is, and how to
// check what is said in its name. The map is on the page of missions: here it
// would take the page over the weight that a slow line bears.
func (s *site) home(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	p := i18n.From(ctx)
	ministry, err := s.Org.Ministry(ctx)
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return err
	}
	released, err := s.Service.Released(ctx, publish.ReleasedFilter{Lang: p.Lang(), Limit: 8})
	if err != nil {
		return err
	}
	view := homePage{Name: ministry.Name(p.Lang()), Lang: p.Lang(), Questions: s.Questions != nil}
	if view.Name == "" {
		view.Name = p.T("publish.site.unnamed")
	}
	view.Lead = p.T("publish.site.lead")
	if view.Menu, err = s.menu(ctx, org.Mission{}); err != nil {
		return err
	}
	if view.Entries, err = s.list(ctx, released); err != nil {
		return err
	}
	open, err := s.openMissions(ctx)
	if err != nil {
		return err
	}
	view.Regions = regions(p, open)
	view.Data = linked(organisation(view.Name, s.BaseURL+"/"+string(p.Lang()), s.BaseURL, contactOf(ministry.Email, ministry.Phone)))
	s.mark(r, publish.View{Lang: p.Lang(), Kind: publish.PageView})
	return web.Render(w, r, web.Page{Title: view.Name, Description: view.Lead, Body: homeView(view), Feeds: s.feeds(r, "", view.Name)})
}

func contactOf(email, phone string) map[string]any {
	out := map[string]any{}
	if email != "" {
		out["email"] = email
	}
	if phone != "" {
		out["telephone"] = phone
	}
	return out
}

// points are the missions on the map.
func points(p *i18n.Printer, all []org.Mission) []ui.MapPoint {
	var out []ui.MapPoint
	for _, m := range all {
		if m.Lat != 0 || m.Lon != 0 {
			out = append(out, ui.MapPoint{Label: m.Name(p.Lang()), Note: p.Country(m.Country), Href: href(p.Lang(), m.Slug, ""), Lat: m.Lat, Lon: m.Lon})
		}
	}
	return out
}
