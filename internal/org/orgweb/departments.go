package orgweb

import (
	"net/http"
	"net/url"

	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// departmentPage shows one department.
type departmentPage struct {
	p          *i18n.Printer
	department org.Department
	units      units
	people     []org.Person
	below      []org.Department
}

// department shows one department: GET /console/org/departments/{id}.
func (p pages) department(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	page := departmentPage{p: i18n.From(ctx)}
	var err error
	if page.department, err = p.org.Department(ctx, r.PathValue("id")); err != nil {
		return err
	}
	if page.units, err = p.units(ctx); err != nil {
		return err
	}
	for _, d := range page.units.departments {
		if d.ParentID == page.department.ID {
			page.below = append(page.below, d)
		}
	}
	if page.people, err = p.org.People(ctx, org.PeopleFilter{DepartmentID: page.department.ID, Visible: true, Lang: i18n.From(ctx).Lang()}); err != nil {
		return err
	}
	scope := perm.InDepartment(page.department.ID)
	return web.Render(w, r, web.Page{Title: page.department.Name(page.p.Lang()), Crumbs: crumbs(r), Body: departmentBody(page), Actions: actions(
		button(r, org.Staff, scope, ui.Button{Label: web.T(r, "org.person_new"), Icon: "user-plus", Href: staffPath + "/new?unit=" + url.QueryEscape(scopeValue(scope))}),
		button(r, org.Manage, scope, ui.Button{Label: web.T(r, "org.edit"), Icon: "pencil", Quiet: true, Href: departmentsPath + "/" + page.department.ID + "/edit"}),
	)})
}

func departmentValues(d org.Department) url.Values {
	v := url.Values{"id": {d.ID}, "version": {number(d.Version)}, "kind": {string(d.Kind)}, "parent": {d.ParentID}}
	putNames(v, "names", d.Names)
	return v
}

func departmentOf(f form) org.Department {
	return org.Department{ID: f.v.Get("id"), ParentID: f.v.Get("parent"), Kind: org.DepartmentKind(f.v.Get("kind")), Names: namesOf(f.v, "names"), Version: versionOf(f.v)}
}

// newDepartment asks for a new department: GET /console/org/departments/new.
func (p pages) newDepartment(w http.ResponseWriter, r *http.Request) error {
	v := url.Values{"id": {id.New()}, "kind": {string(org.DivisionKind)}, "parent": {r.URL.Query().Get("parent")}}
	return p.showDepartment(w, r, "org.department_new", fresh(r, departmentsPath, root, v))
}

func (p pages) showDepartment(w http.ResponseWriter, r *http.Request, title string, f form) error {
	departments, err := p.org.Departments(r.Context())
	if err != nil {
		return err
	}
	var parents, kinds []ui.Option
	for _, b := range org.Tree(departments) {
		if b.Open && b.ID != f.v.Get("id") {
			parents = append(parents, ui.Option{Value: b.ID, Label: indent(b.Depth) + b.Name(f.p.Lang())})
		}
	}
	for _, k := range org.DepartmentKinds() {
		kinds = append(kinds, ui.Option{Value: string(k), Label: f.t("org.department_kind." + string(k))})
	}
	return f.show(w, r, web.T(r, title), "", crumbs(r), departmentFields(f, kinds, parents))
}

// createDepartment adds a department: POST /console/org/departments.
func (p pages) createDepartment(w http.ResponseWriter, r *http.Request) error {
	f, wf, err := typed(r, departmentsPath, root)
	if err != nil {
		return err
	}
	if wf.ID("id"); wf.Err() != nil {
		return wf.Err()
	}
	err = p.org.CreateDepartment(r.Context(), departmentOf(f))
	if f.refused(r, err) {
		return p.showDepartment(w, r, "org.department_new", f)
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "org.department_created"))
	return web.Redirect(w, r, departmentsPath+"/"+f.v.Get("id"))
}

// editDepartment asks for changes: GET /console/org/departments/{id}/edit.
func (p pages) editDepartment(w http.ResponseWriter, r *http.Request) error {
	d, err := p.org.Department(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	here := departmentsPath + "/" + d.ID
	return p.showDepartment(w, r, "org.department_edit", fresh(r, here, here, departmentValues(d)))
}

// saveDepartment changes a department: POST /console/org/departments/{id}.
func (p pages) saveDepartment(w http.ResponseWriter, r *http.Request) error {
	here := departmentsPath + "/" + r.PathValue("id")
	f, _, err := typed(r, here, here)
	if err != nil {
		return err
	}
	f.v.Set("id", r.PathValue("id"))
	err = p.org.EditDepartment(r.Context(), departmentOf(f))
	if f.refused(r, err) {
		if now, err := p.org.Department(r.Context(), r.PathValue("id")); err == nil {
			f.stale(departmentValues(now))
		}
		return p.showDepartment(w, r, "org.department_edit", f)
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "org.saved"))
	return web.Redirect(w, r, here)
}

// openDepartment closes or reopens one: POST /console/org/departments/{id}/state.
func (p pages) openDepartment(w http.ResponseWriter, r *http.Request) error {
	f, wf, err := typed(r, "", "")
	if err != nil {
		return err
	}
	open := wf.Choice("state", "open", "closed") == "open"
	if err := wf.Err(); err != nil {
		return err
	}
	if err := p.org.OpenDepartment(r.Context(), r.PathValue("id"), open, versionOf(f.v)); err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "org.saved"))
	return web.Redirect(w, r, departmentsPath+"/"+r.PathValue("id"))
}
