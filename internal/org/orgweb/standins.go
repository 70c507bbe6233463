package orgweb

import (
	"net/http"
	"net/url"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// standInsPage lists who stands in for whom.
type standInsPage struct {
	p     *i18n.Printer
	units units
	list  []standIn
}

// standIn is one line of the list.
type standIn struct {
	org.StandIn
	deputy, absent string
	phase          org.Phase
	mayEnd         bool
}

// standIns lists stand-ins in force and to come: GET /console/org/standins.
func (p pages) standIns(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	page := standInsPage{p: i18n.From(ctx)}
	var err error
	if page.units, err = p.units(ctx); err != nil {
		return err
	}
	all, err := p.org.StandIns(ctx)
	if err != nil {
		return err
	}
	if page.list, err = p.named(r, all); err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: web.T(r, "org.standins"), Intro: web.T(r, "org.standins_intro"), Crumbs: crumbs(r), Body: standInsBody(page),
		Actions: actions(ui.Button{Label: web.T(r, "org.standin_mine"), Icon: "replace", Href: deputyPath})})
}

// named gives stand-ins the names of the people concerned.
func (p pages) named(r *http.Request, all []org.StandIn) ([]standIn, error) {
	var ids []string
	for _, s := range all {
		ids = append(ids, s.PersonID, s.ForPersonID)
	}
	names, err := p.org.PersonNames(r.Context(), ids)
	if err != nil {
		return nil, err
	}
	actor, now := perm.From(r.Context()), p.org.Now()
	var out []standIn
	for _, s := range all {
		line := standIn{StandIn: s, deputy: names[s.PersonID], absent: names[s.ForPersonID], phase: s.Phase(now)}
		if line.phase == org.InForce || line.phase == org.Coming {
			absent, err := p.org.Person(r.Context(), s.ForPersonID)
			if err != nil {
				return nil, err
			}
			line.mayEnd = actor.ID == s.PersonID || actor.ID == s.ForPersonID || actor.MayIn(org.Grant, absent.Scope())
		}
		out = append(out, line)
	}
	return out, nil
}

// standInForm asks who stands in for a person: GET
// /console/org/staff/{id}/standin.
func (p pages) standInForm(w http.ResponseWriter, r *http.Request) error {
	x, err := p.manageable(r, org.Grant)
	if err != nil {
		return err
	}
	here := staffPath + "/" + x.ID
	return p.showStandIn(w, r, x, fresh(r, here+"/standin", here, url.Values{"id": {id.New()}}))
}

func (p pages) showStandIn(w http.ResponseWriter, r *http.Request, x org.Person, f form) error {
	people, err := p.deputies(r.Context(), x.ID)
	if err != nil {
		return err
	}
	return f.show(w, r, web.T(r, "org.standin_new"), web.T(r, "org.standin_intro", "name", x.Called(f.p.Lang())), personCrumbs(r, x), standInFields(f, people))
}

// appointStandIn appoints one: POST /console/org/staff/{id}/standin.
func (p pages) appointStandIn(w http.ResponseWriter, r *http.Request) error {
	x, err := p.manageable(r, org.Grant)
	if err != nil {
		return err
	}
	here := staffPath + "/" + x.ID
	f, err := p.appoint(r, x, here+"/standin", here)
	if f.refused(r, err) {
		return p.showStandIn(w, r, x, f)
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "org.standin_appointed"))
	return web.Redirect(w, r, here)
}

// appoint reads the form of a stand-in for x and appoints them.
func (p pages) appoint(r *http.Request, x org.Person, to, cancel string) (form, error) {
	f, wf, err := typed(r, to, cancel)
	if err != nil {
		return form{p: i18n.From(r.Context())}, err
	}
	zone := p.org.Zone(r.Context(), x.MissionID)
	in := org.StandIn{
		ID: wf.ID("id"), PersonID: wf.ID("person"), ForPersonID: x.ID, Reason: f.v.Get("reason"),
		From: db.At(wf.Date("from", zone)), Until: db.At(lastDay(wf, "until", zone)),
	}
	if err := wf.Err(); err != nil {
		return f, err
	}
	return f, p.org.AppointStandIn(r.Context(), in)
}

// endStandIn ends one: POST /console/org/standins/{id}/end with the page to
// return to.
func (p pages) endStandIn(w http.ResponseWriter, r *http.Request) error {
	f, _, err := typed(r, "", "")
	if err != nil {
		return err
	}
	if err := p.org.EndStandIn(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "org.ended"))
	return web.Redirect(w, r, web.LocalPath(f.v.Get("back"), deputyPath))
}

// deputyPage is an official's own stand-ins and the form for another.
type deputyPage struct {
	p     *i18n.Printer
	units units
	list  []standIn
	form  form
	names []ui.Option
	back  string
}

// deputy shows an official's own stand-ins: GET /console/deputy.
func (p pages) deputy(w http.ResponseWriter, r *http.Request) error {
	return p.showDeputy(w, r, fresh(r, deputyPath, "", url.Values{"id": {id.New()}}))
}

func (p pages) showDeputy(w http.ResponseWriter, r *http.Request, f form) error {
	ctx := r.Context()
	me := perm.From(ctx).ID
	page := deputyPage{p: f.p, form: f, back: deputyPath}
	all, err := p.org.StandInsOf(ctx, me)
	if err != nil {
		return err
	}
	if page.list, err = p.named(r, all); err != nil {
		return err
	}
	if page.units, err = p.units(ctx); err != nil {
		return err
	}
	if page.names, err = p.deputies(ctx, me); err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: web.T(r, "org.standin_mine"), Intro: web.T(r, "org.standin_mine_intro"), Body: deputyBody(page), Status: f.status})
}

// appointDeputy appoints one's own stand-in: POST /console/deputy.
func (p pages) appointDeputy(w http.ResponseWriter, r *http.Request) error {
	me, err := p.org.Person(r.Context(), perm.From(r.Context()).ID)
	if err != nil {
		return err
	}
	f, err := p.appoint(r, me, deputyPath, "")
	if f.refused(r, err) {
		return p.showDeputy(w, r, f)
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "org.standin_appointed"))
	return web.Redirect(w, r, deputyPath)
}
