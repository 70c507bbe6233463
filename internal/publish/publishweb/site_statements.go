package publishweb

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/publish"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// perPage is how many messages a public list shows at once.
const perPage = 15

type statementsPage struct {
	Title   string
	Lead    string
	Tabs    []ui.Tab
	Entries []entry
	Pages   ui.PageLinks
}

// statements lists what the ministry, or one mission, has said, newest first.
func (s *site) statements(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	p := i18n.From(ctx)
	m, err := s.place(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	f := publish.ReleasedFilter{MissionID: m.ID, Lang: p.Lang(), Limit: perPage + 1}
	if k, ok := publicKind(q.Get("kind")); ok {
		f.Kind = k
	}
	if f.Before, err = readCursor(q.Get("before")); err != nil {
		return err
	}
	all, err := s.Service.Released(ctx, f)
	if err != nil {
		return err
	}
	kinds, err := s.Service.ReleasedKinds(ctx, m.ID, p.Lang())
	if err != nil {
		return err
	}
	who, err := s.speakers(ctx)
	if err != nil {
		return err
	}
	view := statementsPage{Title: p.T("publish.site.statements"), Lead: p.T("publish.site.statements.lead", "who", who[m.ID].Name)}
	if m.ID == "" {
		view.Lead = p.T("publish.site.statements.all")
	}
	base := href(p.Lang(), m.Slug, "/statements")
	if len(all) > perPage {
		all = all[:perPage]
		view.Pages.OlderHref = listHref(base, f.Kind, listPlace(publish.PlaceOf(all[perPage-1])))
	}
	if f.Before.At != 0 {
		view.Pages.NewerHref = listHref(base, f.Kind, "")
	}
	view.Tabs = kindTabs(p, base, kinds, f.Kind)
	if view.Entries, err = s.list(ctx, all); err != nil {
		return err
	}
	s.mark(r, publish.View{MissionID: m.ID, Lang: p.Lang(), Kind: publish.PageView})
	page := web.Page{Title: view.Title, Description: view.Lead, Mission: m.Slug, Body: statementsView(view), Feeds: s.feeds(r, m.Slug, who[m.ID].Name), NoIndex: f.Before.At != 0}
	if m.Slug != "" {
		page.Crumbs = []ui.Link{{Label: who[m.ID].Name, Href: href(p.Lang(), m.Slug, "")}}
	}
	return web.Render(w, r, page)
}

// kindTabs leads to the kinds of which there is something.
func kindTabs(p *i18n.Printer, base string, kinds []publish.Kind, now publish.Kind) []ui.Tab {
	tabs := []ui.Tab{{Label: p.T("publish.site.kind.all"), Href: base, Active: now == ""}}
	for _, k := range kinds {
		tabs = append(tabs, ui.Tab{Label: p.T("publish.site.kind." + string(k)), Href: listHref(base, k, ""), Active: now == k})
	}
	return tabs
}

func listHref(base string, kind publish.Kind, before string) string {
	var q []string
	if kind != "" {
		q = append(q, "kind="+string(kind))
	}
	if before != "" {
		q = append(q, "before="+before)
	}
	if len(q) == 0 {
		return base
	}
	return base + "?" + strings.Join(q, "&")
}

// listPlace writes a place of the list for an address.
func listPlace(p publish.Place) string { return fmt.Sprintf("%d.%s", int64(p.At), p.ID) }

func readCursor(s string) (publish.Place, error) {
	if s == "" {
		return publish.Place{}, nil
	}
	at, message, ok := strings.Cut(s, ".")
	n, err := strconv.ParseInt(at, 10, 64)
	if !ok || err != nil || n <= 0 || !id.Valid(message) {
		return publish.Place{}, fmt.Errorf("place %q of a public list: %w", s, errs.New(errs.NotFound, ""))
	}
	return publish.Place{At: db.Time(n), ID: message}, nil
}
