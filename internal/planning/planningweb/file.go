package planningweb

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/planning"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// filePage is one decision file.
type filePage struct {
	*planning.File
	*names
	Path     string
	Now      time.Time
	Zone     *time.Location
	Speaks   map[string]bool
	Followed []planning.Followed
	Parties  []ui.Option // who may be added

	MayPrepare, MayWeigh, MayDecide bool

	NewID   string // for whatever a form adds
	Act     string // whose errors these are
	Errors  map[string]string
	Problem string
	Typed   url.Values // what was sent, shown again after an error
}

// typed is what was sent in a field.
func (f *filePage) typed(name string) string { return f.Typed.Get(name) }

// fieldID is the id of a field, which some forms have once for each party or act.
func (f *filePage) fieldID(name string) string {
	switch name {
	case "due", "party-due":
		return "party-due-day"
	case "stance", "preferred", "statement":
		return name + "-" + f.typed("party")
	case "words":
		return f.Act + "-words"
	}
	return name
}

func (f *filePage) summary() []ui.FieldError {
	var out []ui.FieldError
	if f.Problem != "" {
		out = append(out, ui.FieldError{Text: f.Problem})
	}
	for _, n := range slices.Sorted(maps.Keys(f.Errors)) {
		out = append(out, ui.FieldError{Field: f.fieldID(n), Text: f.Errors[n]})
	}
	return out
}

// bad is the error of a field of one of the page's forms.
func (f *filePage) bad(act, field string) string {
	if f.Act != act {
		return ""
	}
	return f.Errors[field]
}

// argumentsFor are the arguments on one side of an option.
func (f *filePage) argumentsFor(option string, pro bool) []planning.Argument {
	var out []planning.Argument
	for _, a := range f.Arguments {
		if a.OptionID == option && a.SpeaksFor == pro {
			out = append(out, a)
		}
	}
	return out
}

// message is where a message is begun from the decision.
func (f *filePage) message() string {
	v := url.Values{"decision": {f.ID}}
	for k, x := range map[string]string{"warning": f.WarningID, "topic": f.TopicID, "mission": f.MissionID} {
		if x != "" {
			v.Set(k, x)
		}
	}
	return "/console/messages/new?" + v.Encode()
}

func (p *pages) file(w http.ResponseWriter, r *http.Request) error {
	f, err := p.loadFile(r)
	if err != nil {
		return err
	}
	return p.renderFile(w, r, f, 0)
}

func (p *pages) loadFile(r *http.Request) (*filePage, error) {
	ctx := r.Context()
	if !id.Valid(r.PathValue("id")) {
		return nil, errs.New(errs.NotFound, "")
	}
	file, err := p.svc.File(ctx, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	f := &filePage{File: file, Path: "/console/decisions/" + file.ID, Now: p.svc.Clock.Now(), NewID: id.New()}
	if f.names, err = p.names(ctx, peopleOf(file)...); err != nil {
		return nil, err
	}
	f.Zone = f.zone(file.MissionID)
	if f.Speaks, err = p.svc.SpeaksFor(ctx, file); err != nil {
		return nil, err
	}
	if f.Followed, err = p.svc.Followed(ctx, file.ID); err != nil {
		return nil, err
	}
	open := file.State == planning.Opened
	f.MayPrepare = open && perm.From(ctx).MayIn(planning.Open, file.Scope())
	f.MayDecide = perm.From(ctx).MayIn(planning.Decide, file.Scope())
	f.MayWeigh = f.MayPrepare
	for _, mine := range f.Speaks {
		f.MayWeigh = f.MayWeigh || open && mine
	}
	if f.MayPrepare {
		f.Parties, err = p.partyOptions(ctx, f.names)
	}
	return f, err
}

// partyOptions are departments, missions and people who can be heard.
func (p *pages) partyOptions(ctx context.Context, n *names) ([]ui.Option, error) {
	out := n.all(ctx)
	people, err := p.org.People(ctx, org.PeopleFilter{Visible: true, Limit: 300, Lang: i18n.From(ctx).Lang()})
	for _, x := range people {
		out = append(out, ui.Option{Value: string(planning.PersonParty) + ":" + x.ID, Label: x.Called(i18n.From(ctx).Lang()), Group: i18n.T(ctx, "planning.kind.person")})
	}
	return out, err
}

func peopleOf(f *planning.File) []string {
	ids := []string{f.CreatedBy, f.DecidedBy, f.ClosedBy}
	for _, o := range f.Options {
		ids = append(ids, o.AddedBy)
	}
	for _, a := range f.Arguments {
		ids = append(ids, a.AddedBy)
	}
	for _, p := range f.Parties {
		ids = append(ids, p.RecordedBy)
		if p.Kind == planning.PersonParty {
			ids = append(ids, p.UnitID)
		}
	}
	for _, e := range f.Entries {
		ids = append(ids, e.ActorID)
	}
	return ids
}

func (p *pages) renderFile(w http.ResponseWriter, r *http.Request, f *filePage, status int) error {
	page := web.Page{Title: f.Title, Body: fileView(f), Status: status, Crumbs: []ui.Link{{Label: web.T(r, "planning.title"), Href: "/console/decisions"}}}
	if f.MayPrepare {
		page.Actions = ui.Btn(ui.Button{Label: web.T(r, "planning.edit"), Icon: "pencil", Quiet: true, Href: f.Path + "/edit"})
	}
	return web.Render(w, r, page)
}
