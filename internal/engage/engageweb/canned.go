package engageweb

import (
	"net/http"
	"slices"

	"sifara/internal/engage"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// cannedPage is the form of a prepared answer.
type cannedPage struct {
	engage.Canned
	Missions []ui.Option
	Errors   map[string]string
	Problem  string
}

func (c cannedPage) summary() []ui.FieldError {
	var out []ui.FieldError
	if c.Problem != "" {
		out = append(out, ui.FieldError{Text: c.Problem})
	}
	names := []string{"mission"}
	for _, l := range i18n.Langs {
		names = append(names, "title-"+string(l), "body-"+string(l))
	}
	for _, n := range names {
		if t := c.Errors[n]; t != "" {
			out = append(out, ui.FieldError{Field: n, Text: t})
		}
	}
	return out
}

func (p *pages) cannedList(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	list, err := p.svc.CannedList(ctx)
	if err != nil {
		return err
	}
	all, err := p.missions(ctx)
	if err != nil {
		return err
	}
	t := ui.TableProps{
		ID: "canned", Caption: web.T(r, "engage.canned.title"),
		Columns: []ui.Column{{Label: web.T(r, "engage.canned.name")}, {Label: web.T(r, "engage.col.mission")}, {Label: web.T(r, "engage.canned.langs")}, {Label: web.T(r, "engage.col.state")}},
		Empty:   ui.EmptyState("template", web.T(r, "engage.canned.none"), web.T(r, "engage.canned.none_next"), nil),
	}
	for i := range list {
		c := &list[i]
		var langs []string
		for _, l := range i18n.Langs {
			if c.Bodies[l] != "" {
				langs = append(langs, i18n.From(ctx).LanguageName(string(l)))
			}
		}
		name := ui.TextCell(c.Title(i18n.From(ctx).Lang()))
		if perm.From(ctx).MayIn(engage.Moderate, perm.InMission(c.MissionID)) {
			name = ui.LinkCell(name.Text, "/console/answers/"+c.ID)
		}
		badge := ui.Badge(ui.Success, web.T(r, "engage.canned.in_use"))
		if c.Retired {
			badge = ui.Badge(ui.Neutral, web.T(r, "engage.canned.retired"))
		}
		whose := web.T(r, "engage.canned.for_all")
		if c.MissionID != "" {
			whose = p.missionName(ctx, all, c.MissionID)
		}
		t.Rows = append(t.Rows, ui.Row{ID: c.ID, Cells: []ui.Cell{name, ui.TextCell(whose), ui.TextCell(i18n.From(ctx).List(langs)), ui.CompCell(badge)}})
	}
	page := web.Page{Title: web.T(r, "engage.canned.title"), Intro: web.T(r, "engage.canned.intro"), Body: ui.Table(t)}
	if perm.From(ctx).May(engage.Moderate) {
		page.Actions = ui.Btn(ui.Button{Label: web.T(r, "engage.canned.new"), Icon: "plus", Href: "/console/answers/new"})
	}
	return web.Render(w, r, page)
}

func (p *pages) cannedNew(w http.ResponseWriter, r *http.Request) error {
	return p.renderCanned(w, r, cannedPage{Canned: engage.Canned{ID: id.New()}}, 0)
}

func (p *pages) cannedEdit(w http.ResponseWriter, r *http.Request) error {
	c, err := p.svc.Canned(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if !perm.From(r.Context()).MayIn(engage.Moderate, perm.InMission(c.MissionID)) {
		return errs.New(errs.Forbidden, "")
	}
	return p.renderCanned(w, r, cannedPage{Canned: *c}, 0)
}

func (p *pages) renderCanned(w http.ResponseWriter, r *http.Request, c cannedPage, status int) error {
	chosen := c.MissionID
	if chosen == "" && c.Version > 0 {
		chosen = inboxMinistry
	}
	var err error
	if c.Missions, err = p.missionOptions(r.Context(), engage.Moderate, chosen, inboxMinistry); err != nil {
		return err
	}
	if i := slices.IndexFunc(c.Missions, func(o ui.Option) bool { return o.Value == inboxMinistry }); i >= 0 {
		c.Missions[i].Label = web.T(r, "engage.canned.for_all")
	}
	title := c.Title(i18n.From(r.Context()).Lang())
	if c.Version == 0 {
		title = web.T(r, "engage.canned.new")
	}
	return web.Render(w, r, web.Page{
		Title: title, Intro: web.T(r, "engage.canned.form_intro"), Body: cannedView(c), Status: status,
		Crumbs: []ui.Link{{Label: web.T(r, "engage.canned.title"), Href: "/console/answers"}},
	})
}

func (p *pages) cannedSave(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if !id.Valid(r.PathValue("id")) {
		return errs.New(errs.NotFound, "")
	}
	c := cannedPage{Canned: engage.Canned{
		ID: r.PathValue("id"), Titles: map[i18n.Lang]string{}, Bodies: map[i18n.Lang]string{},
		Retired: f.Checked("retired"), Version: int64(f.Int("version", 0, 1<<31-1)),
	}}
	if f.Raw("mission") != inboxMinistry {
		c.MissionID = f.ID("mission")
	}
	for _, l := range i18n.Langs {
		c.Titles[l] = f.Optional("title-"+string(l), 120)
		c.Bodies[l] = f.Optional("body-"+string(l), engage.MaxBody)
	}
	if err = f.Err(); err == nil {
		err = p.svc.SaveCanned(r.Context(), c.Canned)
	}
	if e, ok := errs.Find(err); ok && (e.Kind == errs.Invalid || e.Kind == errs.Conflict) {
		c.Errors = web.Errors(r, err)
		if len(c.Errors) == 0 {
			c.Problem = web.Message(i18n.From(r.Context()), e)
		}
		return p.renderCanned(w, r, c, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "engage.done.canned"))
	return web.Redirect(w, r, "/console/answers")
}
