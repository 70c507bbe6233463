package planningweb

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"

	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/planning"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// listPage is the list of files.
type listPage struct {
	Box   planning.Box
	Query string
	Tabs  []ui.Tab
	Table ui.TableProps
	Links ui.PageLinks
}

func (l listPage) href(b planning.Box, after string) string {
	v := url.Values{"box": {string(b)}}
	if l.Query != "" {
		v.Set("q", l.Query)
	}
	if after != "" {
		v.Set("after", after)
	}
	return "/console/decisions?" + v.Encode()
}

func (p *pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v := r.URL.Query()
	l := listPage{Box: planning.Box(v.Get("box")), Query: v.Get("q")}
	if !slices.Contains(planning.Boxes, l.Box) {
		l.Box = planning.BoxOpen
	}
	found, err := p.svc.List(ctx, planning.Filter{Box: l.Box, Query: l.Query, Cursor: v.Get("after")})
	if err != nil {
		return err
	}
	counts, err := p.svc.Counts(ctx)
	if err != nil {
		return err
	}
	for _, b := range planning.Boxes {
		t := ui.Tab{Label: web.T(r, "planning.box."+string(b)), Href: l.href(b, ""), Active: b == l.Box}
		if n, ok := counts[b]; ok {
			t.Count = i18n.From(ctx).Int(n)
		}
		l.Tabs = append(l.Tabs, t)
	}
	if l.Table, err = p.table(r, l.Box, found.Items); err != nil {
		return err
	}
	if v.Get("after") != "" {
		l.Links.NewerHref = l.href(l.Box, "")
	}
	if found.Next != "" {
		l.Links.OlderHref = l.href(l.Box, found.Next)
	}
	page := web.Page{Title: web.T(r, "planning.title"), Intro: web.T(r, "planning.intro"), Body: listView(l), Wide: true}
	if perm.From(ctx).May(planning.Open) {
		page.Actions = ui.Btn(ui.Button{Label: web.T(r, "planning.new"), Icon: "plus", Href: "/console/decisions/new"})
	}
	return web.Render(w, r, page)
}

func (p *pages) table(r *http.Request, box planning.Box, items []planning.Decision) (ui.TableProps, error) {
	ctx, now := r.Context(), p.svc.Clock.Now()
	n, err := p.names(ctx)
	if err != nil {
		return ui.TableProps{}, err
	}
	t := ui.TableProps{
		ID: "decisions", Caption: web.T(r, "planning.box."+string(box)),
		Columns: []ui.Column{{Label: web.T(r, "planning.col.title")}, {Label: web.T(r, "planning.col.state")}, {Label: web.T(r, "planning.col.unit")}, {Label: web.T(r, "planning.col.due")}, {Label: web.T(r, "planning.col.opened")}},
		Empty:   ui.EmptyState("gavel", web.T(r, "planning.none"), web.T(r, "planning.none_next"), nil),
	}
	for i := range items {
		d := &items[i]
		kind, label := stateOf(ctx, d, now)
		row := ui.Row{ID: d.ID, Cells: []ui.Cell{
			{Text: d.Title, Href: "/console/decisions/" + d.ID}, ui.CompCell(ui.Badge(kind, label)), ui.TextCell(n.unit(d.MissionID, d.DepartmentID)),
			ui.TextCell(dueText(r, d, n.zone(d.MissionID))), ui.TextCell(i18n.From(ctx).Ago(d.CreatedAt.Std(), now)),
		}}
		if d.Overdue(now) {
			row.Kind = ui.Danger
		}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

func dueText(r *http.Request, d *planning.Decision, zone *time.Location) string {
	if d.DueAt.IsZero() {
		return web.T(r, "planning.no_date")
	}
	return moment(r.Context(), d.DueAt, zone)
}

const panelSize = 6

// panel shows files that wait for the actor.
func (p *pages) panel(r *http.Request) (templ.Component, error) {
	list, err := p.svc.Waiting(r.Context(), panelSize)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return panelView(list, p.svc.Clock.Now()), nil
}
