package orgweb

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// personPage shows one person: post, history, authority.
type personPage struct {
	p           *i18n.Printer
	person      org.Person
	now         time.Time
	units       units
	history     []org.Posting
	assignments []org.Assignment
	standIns    []org.StandIn
	roles       map[string]string
	names       map[string]string
	actor       *perm.Actor
}

// person shows one person: GET /console/org/staff/{id}.
func (p pages) person(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	page := personPage{p: i18n.From(ctx), now: p.org.Now(), actor: perm.From(ctx)}
	var err error
	if page.person, err = p.org.SeePerson(ctx, r.PathValue("id")); err != nil {
		return err
	}
	if page.units, err = p.units(ctx); err != nil {
		return err
	}
	if page.history, err = p.org.History(ctx, page.person.ID); err != nil {
		return err
	}
	if page.assignments, err = p.org.Assignments(ctx, page.person.ID); err != nil {
		return err
	}
	if page.standIns, err = p.org.StandInsOf(ctx, page.person.ID); err != nil {
		return err
	}
	if page.roles, err = p.org.RoleNames(ctx); err != nil {
		return err
	}
	if page.names, err = p.org.PersonNames(ctx, page.others()); err != nil {
		return err
	}
	scope, here := page.person.Scope(), staffPath+"/"+page.person.ID
	list := []ui.Button{
		button(r, org.Staff, scope, ui.Button{Label: web.T(r, "org.edit"), Icon: "pencil", Quiet: true, Href: here + "/edit"}),
	}
	if page.person.Active {
		list = append(list, button(r, org.Staff, scope, ui.Button{Label: web.T(r, "org.rotate"), Icon: "plane-departure", Quiet: true, Href: here + "/rotate"}))
		if page.person.ID != page.actor.ID {
			list = append([]ui.Button{button(r, org.Grant, scope, ui.Button{Label: web.T(r, "org.grant"), Icon: "user-shield", Href: here + "/grant"})}, list...)
		}
	}
	return web.Render(w, r, web.Page{Title: page.person.Called(page.p.Lang()), Intro: postBelow(page.p, page.person), Crumbs: crumbs(r, ui.Link{Label: web.T(r, "org.staff"), Href: staffPath}), Body: personBody(page), Actions: actions(list...)})
}

// others are the people that the page names beside the person.
func (pg personPage) others() []string {
	var ids []string
	for _, a := range pg.assignments {
		ids = append(ids, a.GrantedBy, a.EndedBy)
	}
	for _, s := range pg.standIns {
		ids = append(ids, s.PersonID, s.ForPersonID)
	}
	return ids
}

// grantForm asks which role: GET /console/org/staff/{id}/grant.
func (p pages) grantForm(w http.ResponseWriter, r *http.Request) error {
	x, err := p.org.SeePerson(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	here := staffPath + "/" + x.ID
	return p.showGrant(w, r, x, fresh(r, here+"/grant", here, url.Values{"id": {id.New()}, "unit": {scopeValue(x.Scope())}}))
}

// showGrant offers the roles that the actor could give somewhere.
func (p pages) showGrant(w http.ResponseWriter, r *http.Request, x org.Person, f form) error {
	ctx := r.Context()
	u, err := p.units(ctx)
	if err != nil {
		return err
	}
	roles, err := p.org.Roles(ctx)
	if err != nil {
		return err
	}
	actor := perm.From(ctx)
	var options []ui.Option
	for _, role := range roles {
		given := !slices.ContainsFunc(role.Permissions, func(p perm.Permission) bool { return !actor.May(p) })
		if given && len(role.Permissions) > 0 {
			options = append(options, ui.Option{Value: role.Key, Label: role.Name(f.p.Lang()), Hint: contextNames(f.p, role.Permissions)})
		}
	}
	return f.show(w, r, web.T(r, "org.grant"), web.T(r, "org.grant_intro"), personCrumbs(r, x), grantFields(f, x, options, u.options(ctx, org.Grant)))
}

// grant gives a role: POST /console/org/staff/{id}/grant.
func (p pages) grant(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	x, err := p.org.SeePerson(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	here := staffPath + "/" + x.ID
	f, wf, err := typed(r, here+"/grant", here)
	if err != nil {
		return err
	}
	u, err := p.units(ctx)
	if err != nil {
		return err
	}
	scope := scopeOf(f.v.Get("unit"))
	zone := u.zone(scope)
	a := org.Assignment{ID: wf.ID("id"), PersonID: x.ID, Role: wf.Raw("role"), Level: scope.Level, Unit: scope.Unit, Reason: f.v.Get("reason")}
	if a.Role == "" {
		wf.Fail("role", "web.field.choice")
	}
	a.From, a.Until = db.At(wf.Date("from", zone)), db.At(lastDay(wf, "until", zone))
	if err = firstError(wf.Err(), wrongUnit(f)); err == nil {
		err = unknownRole(p.org.Grant(ctx, a))
	}
	if f.refused(r, err) {
		return p.showGrant(w, r, x, f)
	}
	if err != nil {
		return err
	}
	web.Flash(ctx, ui.Success, web.T(r, "org.granted", "name", x.Called(i18n.From(ctx).Lang())))
	return web.Redirect(w, r, here)
}

// unknownRole makes a role that does not exist a wrong choice of the form.
func unknownRole(err error) error {
	if errs.KindOf(err) == errs.NotFound {
		return errs.InvalidFields(errs.Field{Name: "role", Key: "web.field.choice"})
	}
	return err
}

func firstError(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

// endAssignment ends authority: POST /console/org/assignments/{id}/end with
// the person to return to.
func (p pages) endAssignment(w http.ResponseWriter, r *http.Request) error {
	f, _, err := typed(r, "", "")
	if err != nil {
		return err
	}
	if err := p.org.EndAssignment(r.Context(), r.PathValue("id"), f.v.Get("reason")); err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "org.ended"))
	if who := f.v.Get("person"); id.Valid(who) {
		return web.Redirect(w, r, staffPath+"/"+who)
	}
	return web.Redirect(w, r, staffPath)
}

// contextNames says with which parts of the house permissions deal.
func contextNames(p *i18n.Printer, permissions []perm.Permission) string {
	var list []string
	for _, x := range permissions {
		if name := contextName(p, contextOf(x)); !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return p.List(list)
}

func contextOf(x perm.Permission) string {
	name, _, _ := strings.Cut(string(x), ".")
	return name
}

func contextName(p *i18n.Printer, name string) string {
	if key := "org.context." + name; p.Has(key) {
		return p.T(key)
	}
	return name
}

// permissionName is what people call a permission; its context says it.
func permissionName(p *i18n.Printer, x perm.Permission) string {
	if key := "perm." + string(x); p.Has(key) {
		return p.T(key)
	}
	return string(x)
}

// grouped brings options of a group together, groups by name.
func grouped(l i18n.Lang, list []ui.Option) []ui.Option {
	text.Sort(string(l), list, func(o ui.Option) string { return o.Group })
	return list
}
