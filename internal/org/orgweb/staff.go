package orgweb

import (
	"context"
	"net/http"
	"net/url"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// perPage is how many people a page of the list shows.
const perPage = 50

// staffPage lists people.
type staffPage struct {
	p      *i18n.Printer
	units  units
	query  url.Values
	people []org.Person
	where  []ui.Option
	links  ui.PageLinks
}

// staff lists people: GET /console/org/staff?q=…&unit=…&left=1.
func (p pages) staff(w http.ResponseWriter, r *http.Request) error {
	ctx, q := r.Context(), r.URL.Query()
	page := staffPage{p: i18n.From(ctx), query: q}
	var err error
	if page.units, err = p.units(ctx); err != nil {
		return err
	}
	f := org.PeopleFilter{Query: text.Line(q.Get("q")), Left: q.Get("left") != "", Visible: true, Lang: page.p.Lang(), Limit: perPage + 1}
	f.MissionID, f.DepartmentID = split(scopeOf(q.Get("unit")))
	if after := q.Get("after"); after != "" {
		if f.After, err = p.org.SeePerson(ctx, after); err != nil {
			return err
		}
		page.links.NewerHref = staffPath + "?" + without(q, "after").Encode()
	}
	if page.people, err = p.org.People(ctx, f); err != nil {
		return err
	}
	if len(page.people) > perPage {
		page.people = page.people[:perPage]
		next := without(q, "after")
		next.Set("after", page.people[perPage-1].ID)
		page.links.OlderHref = staffPath + "?" + next.Encode()
	}
	page.where = page.units.options(ctx, org.View)
	return web.Render(w, r, web.Page{Title: web.T(r, "org.staff"), Intro: web.T(r, "org.staff_intro"), Crumbs: crumbs(r), Body: staffBody(page), Actions: actions(p.newPersonButton(r))})
}

func (p pages) newPersonButton(r *http.Request) ui.Button {
	if !perm.From(r.Context()).May(org.Staff) {
		return ui.Button{}
	}
	return ui.Button{Label: web.T(r, "org.person_new"), Icon: "user-plus", Href: staffPath + "/new"}
}

func without(q url.Values, name string) url.Values {
	out := url.Values{}
	for k, v := range q {
		if k != name {
			out[k] = v
		}
	}
	return out
}

func personValues(x org.Person) url.Values {
	v := url.Values{"id": {x.ID}, "version": {number(x.Version)}, "name": {x.Name}, "email": {x.Email}, "language": {string(x.Language)}, "unit": {scopeValue(x.Scope())}}
	for _, l := range x.Reads {
		v.Add("reads", string(l))
	}
	putNames(v, "post", x.Post)
	return v
}

func personOf(f form) org.Person {
	x := org.Person{ID: f.v.Get("id"), Name: f.v.Get("name"), Post: namesOf(f.v, "post"), Email: f.v.Get("email"), Language: i18n.Lang(f.v.Get("language")), Reads: langsOf(f.v, "reads"), Version: versionOf(f.v)}
	x.MissionID, x.DepartmentID = split(scopeOf(f.v.Get("unit")))
	return x
}

// wrongUnit refuses a unit that is none, before it is taken for the ministry.
func wrongUnit(f form) error {
	if scopeOf(f.v.Get("unit")).Level == "none" {
		return errs.InvalidFields(errs.Field{Name: "unit", Key: "web.field.choice"})
	}
	return nil
}

// newPerson asks for a new official: GET /console/org/staff/new?unit=….
func (p pages) newPerson(w http.ResponseWriter, r *http.Request) error {
	v := url.Values{"id": {id.New()}, "unit": {r.URL.Query().Get("unit")}, "language": {string(i18n.From(r.Context()).Lang())}}
	return p.showPerson(w, r, "org.person_new", fresh(r, staffPath, staffPath, v), true)
}

func (p pages) showPerson(w http.ResponseWriter, r *http.Request, title string, f form, unit bool) error {
	u, err := p.units(r.Context())
	if err != nil {
		return err
	}
	var where []ui.Option
	if unit {
		where = u.options(r.Context(), org.Staff)
	}
	return f.show(w, r, web.T(r, title), "", crumbs(r, ui.Link{Label: web.T(r, "org.staff"), Href: staffPath}), personFields(f, where))
}

// createPerson adds an official: POST /console/org/staff.
func (p pages) createPerson(w http.ResponseWriter, r *http.Request) error {
	f, wf, err := typed(r, staffPath, staffPath)
	if err != nil {
		return err
	}
	if wf.ID("id"); wf.Err() != nil {
		return wf.Err()
	}
	if err = wrongUnit(f); err == nil {
		err = p.org.AddPerson(r.Context(), personOf(f))
	}
	if f.refused(r, err) {
		return p.showPerson(w, r, "org.person_new", f, true)
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "org.person_created"))
	return web.Redirect(w, r, staffPath+"/"+f.v.Get("id"))
}

// editPerson asks for changes: GET /console/org/staff/{id}/edit.
func (p pages) editPerson(w http.ResponseWriter, r *http.Request) error {
	x, err := p.manageable(r, org.Staff)
	if err != nil {
		return err
	}
	here := staffPath + "/" + x.ID
	return p.showPerson(w, r, "org.person_edit", fresh(r, here, here, personValues(x)), false)
}

// manageable gives the person of the address when the actor holds p where they
// serve.
func (p pages) manageable(r *http.Request, permission perm.Permission) (org.Person, error) {
	x, err := p.org.SeePerson(r.Context(), r.PathValue("id"))
	if err == nil && !perm.From(r.Context()).MayIn(permission, x.Scope()) {
		err = errs.New(errs.Forbidden, "")
	}
	return x, err
}

// savePerson changes a person: POST /console/org/staff/{id}.
func (p pages) savePerson(w http.ResponseWriter, r *http.Request) error {
	here := staffPath + "/" + r.PathValue("id")
	f, _, err := typed(r, here, here)
	if err != nil {
		return err
	}
	f.v.Set("id", r.PathValue("id"))
	err = p.org.EditPerson(r.Context(), personOf(f))
	if f.refused(r, err) {
		if now, err := p.org.SeePerson(r.Context(), r.PathValue("id")); err == nil {
			f.stale(personValues(now))
		}
		return p.showPerson(w, r, "org.person_edit", f, false)
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "org.saved"))
	return web.Redirect(w, r, here)
}

// activatePerson lets a person leave or return: POST
// /console/org/staff/{id}/state.
func (p pages) activatePerson(w http.ResponseWriter, r *http.Request) error {
	f, wf, err := typed(r, "", "")
	if err != nil {
		return err
	}
	active := wf.Choice("state", "active", "left") == "active"
	if err := wf.Err(); err != nil {
		return err
	}
	if err := p.org.Activate(r.Context(), r.PathValue("id"), active, versionOf(f.v)); err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "org.saved"))
	return web.Redirect(w, r, staffPath+"/"+r.PathValue("id"))
}

// rotateForm asks for the new post: GET /console/org/staff/{id}/rotate.
func (p pages) rotateForm(w http.ResponseWriter, r *http.Request) error {
	x, err := p.manageable(r, org.Staff)
	if err != nil {
		return err
	}
	here := staffPath + "/" + x.ID
	v := personValues(x)
	v.Del("unit")
	return p.showRotation(w, r, x, fresh(r, here+"/rotate", here, v))
}

func (p pages) showRotation(w http.ResponseWriter, r *http.Request, x org.Person, f form) error {
	u, err := p.units(r.Context())
	if err != nil {
		return err
	}
	return f.show(w, r, web.T(r, "org.rotate"), web.T(r, "org.rotate_intro"), personCrumbs(r, x), rotateFields(f, u.place(x.Scope()), u.options(r.Context(), org.Staff)))
}

func personCrumbs(r *http.Request, x org.Person) []ui.Link {
	return crumbs(r, ui.Link{Label: web.T(r, "org.staff"), Href: staffPath}, ui.Link{Label: x.Called(i18n.From(r.Context()).Lang()), Href: staffPath + "/" + x.ID})
}

// rotate moves a person: POST /console/org/staff/{id}/rotate.
func (p pages) rotate(w http.ResponseWriter, r *http.Request) error {
	x, err := p.manageable(r, org.Staff)
	if err != nil {
		return err
	}
	here := staffPath + "/" + x.ID
	f, _, err := typed(r, here+"/rotate", here)
	if err != nil {
		return err
	}
	to := org.Rotation{PersonID: x.ID, Post: namesOf(f.v, "post"), Version: versionOf(f.v)}
	to.MissionID, to.DepartmentID = split(scopeOf(f.v.Get("unit")))
	if err = wrongUnit(f); err == nil {
		err = p.org.Rotate(r.Context(), to)
	}
	if f.refused(r, err) {
		return p.showRotation(w, r, x, f)
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "org.rotated"))
	if _, err := p.org.SeePerson(r.Context(), x.ID); err != nil {
		return web.Redirect(w, r, staffPath) // the new post is out of the actor's sight
	}
	return web.Redirect(w, r, here)
}

// deputies offers the people who may stand in.
func (p pages) deputies(ctx context.Context, absent string) ([]ui.Option, error) {
	all, err := p.org.People(ctx, org.PeopleFilter{Lang: i18n.From(ctx).Lang()})
	if err != nil {
		return nil, err
	}
	u, err := p.units(ctx)
	if err != nil {
		return nil, err
	}
	var out []ui.Option
	for _, x := range all {
		if x.ID != absent {
			out = append(out, ui.Option{Value: x.ID, Label: nameAndPost(u.p, x), Group: u.place(x.Scope())})
		}
	}
	return grouped(u.p.Lang(), out), nil
}

// nameAndPost names a person with their post, once when the name is the post.
func nameAndPost(p *i18n.Printer, x org.Person) string {
	name, post := x.Called(p.Lang()), x.Post.In(p.Lang())
	if name == post {
		return name
	}
	return name + " – " + post
}

// postBelow is the post under a name; empty when the name is the post.
func postBelow(p *i18n.Printer, x org.Person) string {
	if post := x.Post.In(p.Lang()); post != x.Called(p.Lang()) {
		return post
	}
	return ""
}
