package orgweb

import (
	"net/http"
	"net/url"

	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// overviewPage shows the ministry and its departments.
type overviewPage struct {
	p        *i18n.Printer
	ministry org.Ministry
	branches []org.Branch
	people   map[string]int // active people by department
	missions int            // open ones
	staff    int
}

// overview shows the ministry: GET /console/org.
func (p pages) overview(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	page := overviewPage{p: i18n.From(ctx), people: map[string]int{}}
	var err error
	if page.ministry, err = p.org.Ministry(ctx); err != nil {
		return err
	}
	departments, err := p.org.Departments(ctx)
	if err != nil {
		return err
	}
	page.branches = org.Tree(departments)
	missions, err := p.org.Missions(ctx)
	if err != nil {
		return err
	}
	for _, m := range missions {
		if m.Open {
			page.missions++
		}
	}
	people, err := p.org.People(ctx, org.PeopleFilter{Visible: true})
	if err != nil {
		return err
	}
	page.staff = len(people)
	for _, x := range people {
		page.people[x.DepartmentID]++
	}
	return web.Render(w, r, web.Page{Title: web.T(r, "org.title"), Intro: web.T(r, "org.intro"), Body: overviewBody(page), Actions: actions(
		button(r, org.Manage, perm.Everywhere(), ui.Button{Label: web.T(r, "org.department_new"), Icon: "plus", Href: departmentsPath + "/new"}),
		button(r, org.Manage, perm.Everywhere(), ui.Button{Label: web.T(r, "org.ministry_edit"), Icon: "pencil", Href: root + "/ministry", Quiet: true}),
	)})
}

func ministryValues(m org.Ministry) url.Values {
	v := url.Values{"version": {number(m.Version)}, "country": {m.Country}, "zone": {m.TimeZone}, "email": {m.Email}, "phone": {m.Phone}}
	putNames(v, "names", m.Names)
	putNames(v, "city", m.City)
	putNames(v, "address", m.Address)
	for _, d := range m.Weekend {
		v.Add("weekend", number(int64(d)))
	}
	for _, l := range m.Languages {
		v.Add("languages", string(l))
	}
	return v
}

// ministryForm asks for the ministry's data: GET /console/org/ministry.
func (p pages) ministryForm(w http.ResponseWriter, r *http.Request) error {
	m, err := p.org.Ministry(r.Context())
	if err != nil {
		return err
	}
	return p.showMinistry(w, r, fresh(r, root+"/ministry", root, ministryValues(m)))
}

func (p pages) showMinistry(w http.ResponseWriter, r *http.Request, f form) error {
	return f.show(w, r, web.T(r, "org.ministry_edit"), "", crumbs(r), ministryFields(f))
}

// saveMinistry changes the ministry: POST /console/org/ministry.
func (p pages) saveMinistry(w http.ResponseWriter, r *http.Request) error {
	f, _, err := typed(r, root+"/ministry", root)
	if err != nil {
		return err
	}
	err = p.org.EditMinistry(r.Context(), org.Ministry{
		Names: namesOf(f.v, "names"), City: namesOf(f.v, "city"), Address: namesOf(f.v, "address"), Country: f.v.Get("country"), TimeZone: f.v.Get("zone"),
		Weekend: daysOf(f.v, "weekend"), Languages: langsOf(f.v, "languages"), Email: f.v.Get("email"), Phone: f.v.Get("phone"), Version: versionOf(f.v),
	})
	if f.refused(r, err) {
		if now, err := p.org.Ministry(r.Context()); err == nil {
			f.stale(ministryValues(now))
		}
		return p.showMinistry(w, r, f)
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "org.saved"))
	return web.Redirect(w, r, root)
}
