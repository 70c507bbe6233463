package orgweb

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// rolesPage shows which role holds which permission.
type rolesPage struct {
	p      *i18n.Printer
	roles  []org.Role
	groups []permissionGroup
	manage bool
}

// permissionGroup are the permissions of one context.
type permissionGroup struct {
	name        string
	permissions []perm.Permission
}

// roles shows the matrix of roles and permissions: GET /console/org/roles.
func (p pages) roles(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	page := rolesPage{p: i18n.From(ctx), manage: perm.From(ctx).MayIn(org.Manage, perm.Everywhere())}
	var err error
	if page.roles, err = p.org.Roles(ctx); err != nil {
		return err
	}
	known, err := p.org.KnownPermissions(ctx)
	if err != nil {
		return err
	}
	page.groups = groups(page.p, known)
	return web.Render(w, r, web.Page{Title: web.T(r, "org.roles"), Intro: web.T(r, "org.roles_intro"), Crumbs: crumbs(r), Wide: true, Body: rolesBody(page), Actions: actions(
		button(r, org.Manage, perm.Everywhere(), ui.Button{Label: web.T(r, "org.role_new"), Icon: "plus", Href: rolesPath + "/new"}),
	)})
}

func groups(p *i18n.Printer, known []perm.Permission) []permissionGroup {
	var out []permissionGroup
	for i, x := range known {
		if i == 0 || contextOf(x) != contextOf(known[i-1]) {
			out = append(out, permissionGroup{name: contextName(p, contextOf(x))})
		}
		g := &out[len(out)-1]
		g.permissions = append(g.permissions, x)
	}
	return out
}

func roleValues(x org.Role) url.Values {
	v := url.Values{"key": {x.Key}, "version": {number(x.Version)}}
	for _, p := range x.Permissions {
		v.Add("permissions", string(p))
	}
	putNames(v, "names", x.Names)
	return v
}

func roleOf(f form) org.Role {
	x := org.Role{Key: f.v.Get("key"), Names: namesOf(f.v, "names"), Version: versionOf(f.v)}
	for _, s := range f.v["permissions"] {
		x.Permissions = append(x.Permissions, perm.Permission(s))
	}
	return x
}

// newRole asks for a role of one's own: GET /console/org/roles/new?from=KEY
// begins with a copy.
func (p pages) newRole(w http.ResponseWriter, r *http.Request) error {
	v := url.Values{}
	if from := r.URL.Query().Get("from"); from != "" {
		x, err := p.org.Role(r.Context(), from)
		if err != nil {
			return err
		}
		v = roleValues(x)
		v.Set("key", x.Key+"_2")
	}
	v.Del("version")
	return p.showRole(w, r, "org.role_new", fresh(r, rolesPath, rolesPath, v), true)
}

func (p pages) showRole(w http.ResponseWriter, r *http.Request, title string, f form, isNew bool) error {
	known, err := p.org.KnownPermissions(r.Context())
	if err != nil {
		return err
	}
	var deletable templ.Component
	if !isNew {
		deletable = deleteRoleButton(f)
	}
	c := crumbs(r, ui.Link{Label: web.T(r, "org.roles"), Href: rolesPath})
	return web.Render(w, r, web.Page{Title: web.T(r, title), Crumbs: c, Body: roleForm(f, groups(f.p, known), isNew, deletable), Status: f.status})
}

// createRole adds a role: POST /console/org/roles.
func (p pages) createRole(w http.ResponseWriter, r *http.Request) error {
	f, _, err := typed(r, rolesPath, rolesPath)
	if err != nil {
		return err
	}
	err = p.org.CreateRole(r.Context(), roleOf(f))
	if f.refused(r, err) {
		return p.showRole(w, r, "org.role_new", f, true)
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "org.role_created"))
	return web.Redirect(w, r, rolesPath)
}

// editRole asks for changes: GET /console/org/roles/{key}.
func (p pages) editRole(w http.ResponseWriter, r *http.Request) error {
	x, err := p.org.Role(r.Context(), r.PathValue("key"))
	if err != nil {
		return err
	}
	if x.Standard {
		return errs.New(errs.Conflict, "org.role_standard")
	}
	return p.showRole(w, r, "org.role_edit", fresh(r, rolesPath+"/"+x.Key, rolesPath, roleValues(x)), false)
}

// saveRole changes a role: POST /console/org/roles/{key}.
func (p pages) saveRole(w http.ResponseWriter, r *http.Request) error {
	key := r.PathValue("key")
	f, _, err := typed(r, rolesPath+"/"+url.PathEscape(key), rolesPath)
	if err != nil {
		return err
	}
	f.v.Set("key", key)
	err = p.org.EditRole(r.Context(), roleOf(f))
	if f.refused(r, err) {
		if now, err := p.org.Role(r.Context(), key); err == nil {
			f.stale(roleValues(now))
		}
		return p.showRole(w, r, "org.role_edit", f, false)
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "org.saved"))
	return web.Redirect(w, r, rolesPath)
}

// deleteRole removes a role: POST /console/org/roles/{key}/delete.
func (p pages) deleteRole(w http.ResponseWriter, r *http.Request) error {
	if err := p.org.DeleteRole(r.Context(), r.PathValue("key")); err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "org.role_deleted"))
	return web.Redirect(w, r, rolesPath)
}

// permissionOptions offers a group's permissions.
func permissionOptions(f form, g permissionGroup) ui.ChoiceProps {
	c := ui.ChoiceProps{Name: "permissions", ID: "permissions-" + contextOf(g.permissions[0]), Label: g.name}
	for _, x := range g.permissions {
		c.Options = append(c.Options, ui.Option{Value: string(x), Label: permissionName(f.p, x), Checked: slices.Contains(f.v["permissions"], string(x))})
	}
	return c
}
