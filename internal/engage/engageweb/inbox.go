package engageweb

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"sifara/internal/engage"
	"sifara/internal/i18n"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// inboxPage is the list of questions.
type inboxPage struct {
	Box      engage.Box
	Query    string
	Mission  string
	Missions []ui.Option
	Tabs     []ui.Tab
	Table    ui.TableProps
	Links    ui.PageLinks
}

// inboxMinistry stands for the ministry's own questions in addresses.
const inboxMinistry = "ministry"

func (p *pages) inbox(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v := r.URL.Query()
	page := inboxPage{Box: engage.Box(v.Get("box")), Query: v.Get("q"), Mission: v.Get("mission")}
	f := engage.Filter{Box: page.Box, Mission: page.Mission, Query: page.Query, Cursor: v.Get("after")}
	if !slices.Contains(engage.Boxes, page.Box) {
		page.Box = engage.BoxOpen
	}
	list, err := p.svc.List(ctx, f)
	if err != nil {
		return err
	}
	if page.Missions, err = p.missionOptions(ctx, engage.View, page.Mission, inboxMinistry); err != nil {
		return err
	}
	counts, err := p.svc.Counts(ctx)
	if err != nil {
		return err
	}
	for _, b := range engage.Boxes {
		t := ui.Tab{Label: web.T(r, "engage.box."+string(b)), Href: page.href(b, ""), Active: b == page.Box}
		if n, ok := counts[b]; ok {
			t.Count = i18n.From(ctx).Int(n)
		}
		page.Tabs = append(page.Tabs, t)
	}
	if page.Table, err = p.table(r, page, list.Items); err != nil {
		return err
	}
	if f.Cursor != "" {
		page.Links.NewerHref = page.href(page.Box, "")
	}
	if list.Next != "" {
		page.Links.OlderHref = page.href(page.Box, list.Next)
	}
	return web.Render(w, r, web.Page{Title: web.T(r, "engage.inbox.title"), Intro: web.T(r, "engage.inbox.intro"), Body: inboxView(page), Wide: true})
}

// href is the address of the list with the same filters.
func (i inboxPage) href(b engage.Box, after string) string {
	v := url.Values{}
	for k, x := range map[string]string{"box": string(b), "q": i.Query, "mission": i.Mission, "after": after} {
		if x != "" {
			v.Set(k, x)
		}
	}
	return "/console/inbox?" + v.Encode()
}

func (p *pages) table(r *http.Request, page inboxPage, items []engage.Question) (ui.TableProps, error) {
	ctx := r.Context()
	now := p.svc.Clock.Now()
	all, err := p.missions(ctx)
	if err != nil {
		return ui.TableProps{}, err
	}
	var ids []string
	for _, q := range items {
		ids = append(ids, q.AssigneeID)
	}
	name, err := p.people(ctx, ids...)
	if err != nil {
		return ui.TableProps{}, err
	}
	t := ui.TableProps{
		ID: "inbox", Caption: web.T(r, "engage.box."+string(page.Box)),
		Empty:   ui.EmptyState("inbox", web.T(r, "engage.inbox.none"), web.T(r, "engage.inbox.none_next"), nil),
		Columns: []ui.Column{{Label: web.T(r, "engage.col.question")}, {Label: web.T(r, "engage.col.state")}, {Label: web.T(r, "engage.col.mission")}, {Label: web.T(r, "engage.col.assignee")}, {Label: web.T(r, "engage.col.asked")}, {Label: web.T(r, "engage.col.due")}},
	}
	for i := range items {
		q := &items[i]
		kind, label := state(ctx, q, now)
		row := ui.Row{ID: "q-" + q.ID, Cells: []ui.Cell{
			ui.CompCell(inboxCell(q)), ui.CompCell(ui.Badge(kind, label)), ui.TextCell(p.missionName(ctx, all, q.MissionID)), ui.TextCell(name(q.AssigneeID)),
			ui.TextCell(i18n.From(ctx).Ago(q.AskedAt.Std(), now)), ui.TextCell(p.due(r, q, now, p.zone(ctx, all, q.MissionID))),
		}}
		if q.Overdue(now) {
			row.Kind = ui.Danger
		}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

// due is until when a question should be answered, or when it was.
func (p *pages) due(r *http.Request, q *engage.Question, now time.Time, zone *time.Location) string {
	switch {
	case q.State.Open():
		return i18n.From(r.Context()).Ago(q.DueAt.Std(), now)
	case q.State == engage.Answered:
		return web.T(r, "engage.col.answered_on", "date", day(r.Context(), q.AnsweredAt, zone))
	}
	return web.T(r, "engage.reason."+string(q.Reason))
}
