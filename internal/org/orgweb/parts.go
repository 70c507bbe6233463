package orgweb

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/module"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

func has[T comparable](list []T, x T) bool { return slices.Contains(list, x) }

func short(f ui.FieldProps) ui.FieldProps {
	f.Rows = 2
	return f
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// crumbs leads back to the part of the institution a page belongs to.
func crumbs(r *http.Request, more ...ui.Link) []ui.Link {
	return append([]ui.Link{{Label: web.T(r, "org.title"), Href: root}}, more...)
}

// actions draws those buttons that the reader may use.
func actions(list ...ui.Button) templ.Component {
	list = slices.DeleteFunc(list, func(b ui.Button) bool { return b.Label == "" })
	if len(list) == 0 {
		return nil
	}
	return buttons(list)
}

// button gives a button to those who hold the permission in a scope; others
// get none.
func button(r *http.Request, p perm.Permission, scope perm.Scope, b ui.Button) ui.Button {
	if !perm.From(r.Context()).MayIn(p, scope) {
		return ui.Button{}
	}
	return b
}

// units knows the names of missions and departments.
type units struct {
	p           *i18n.Printer
	missions    []org.Mission
	departments []org.Department
	ministry    *time.Location
}

func (p pages) units(ctx context.Context) (units, error) {
	u := units{p: i18n.From(ctx), ministry: p.org.Zone(ctx, "")}
	var err error
	if u.missions, err = p.org.Missions(ctx); err != nil {
		return u, err
	}
	u.departments, err = p.org.Departments(ctx)
	return u, err
}

// name is that of a scope.
func (u units) name(s perm.Scope) string {
	l := u.p.Lang()
	switch s.Level {
	case perm.Mission:
		for _, m := range u.missions {
			if m.ID == s.Unit {
				return m.Name(l)
			}
		}
	case perm.Department:
		for _, d := range u.departments {
			if d.ID == s.Unit {
				return d.Name(l)
			}
		}
	case perm.Ministry:
		return u.p.T("org.whole_ministry")
	}
	return s.Unit
}

// place is where a person serves; the ministry itself when no unit is given.
func (u units) place(s perm.Scope) string {
	if s.Level == perm.Ministry {
		return u.p.T("org.ministry")
	}
	return u.name(s)
}

// href leads to the page of a scope.
func (u units) href(s perm.Scope) string {
	switch s.Level {
	case perm.Mission:
		return missionsPath + "/" + s.Unit
	case perm.Department:
		return departmentsPath + "/" + s.Unit
	}
	return root
}

// zone is that in which times of a scope are shown.
func (u units) zone(s perm.Scope) *time.Location {
	for _, m := range u.missions {
		if s.Level == perm.Mission && m.ID == s.Unit {
			return m.Location()
		}
	}
	return u.ministry
}

// options offers the scopes in which the actor holds a permission, as
// "level:unit". Closed units are left out.
func (u units) options(ctx context.Context, p perm.Permission) []ui.Option {
	a, l := perm.From(ctx), u.p.Lang()
	var out []ui.Option
	if a.MayIn(p, perm.Everywhere()) {
		out = append(out, ui.Option{Value: string(perm.Ministry) + ":", Label: u.p.T("org.whole_ministry")})
	}
	for _, b := range org.Tree(u.departments) {
		if b.Open && a.MayIn(p, perm.InDepartment(b.ID)) {
			out = append(out, ui.Option{Value: string(perm.Department) + ":" + b.ID, Label: b.Name(l), Group: u.p.T("org.departments")})
		}
	}
	for _, m := range u.missions {
		if m.Open && a.MayIn(p, perm.InMission(m.ID)) {
			out = append(out, ui.Option{Value: string(perm.Mission) + ":" + m.ID, Label: m.Name(l), Group: u.p.T("org.missions")})
		}
	}
	return out
}

// scopeValue writes a scope as options do; scopeOf reads it. What is no scope
// is covered by no grant.
func scopeValue(s perm.Scope) string { return string(s.Level) + ":" + s.Unit }

func scopeOf(value string) perm.Scope {
	for _, level := range []perm.Level{perm.Ministry, perm.Department, perm.Mission} {
		if unit, ok := cut(value, string(level)+":"); ok && (level == perm.Ministry) == (unit == "") {
			return perm.Scope{Level: level, Unit: unit}
		}
	}
	return perm.Scope{Level: "none"}
}

func cut(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || s[:len(prefix)] != prefix {
		return "", false
	}
	return s[len(prefix):], true
}

// split gives the ids of a unit as a person carries them.
func split(s perm.Scope) (mission, department string) {
	switch s.Level {
	case perm.Mission:
		return s.Unit, ""
	case perm.Department:
		return "", s.Unit
	}
	return "", ""
}

// period says from when until when, by whole days of the zone. The last day
// is included.
func period(p *i18n.Printer, from, until db.Time, zone *time.Location) string {
	if until.IsZero() {
		return p.T("org.period_open", "from", from.In(zone))
	}
	return p.T("org.period", "from", from.In(zone), "until", until.Std().Add(-time.Microsecond).In(zone))
}

// phaseBadge shows where an authority stands in time.
func phaseBadge(p *i18n.Printer, phase org.Phase) templ.Component {
	kind := map[org.Phase]ui.Kind{org.InForce: ui.Success, org.Coming: ui.Waiting, org.Over: ui.Neutral, org.Revoked: ui.Neutral}[phase]
	return ui.Badge(kind, p.T("org.phase."+string(phase)))
}

// find serves the command palette.
func (p pages) find(ctx context.Context, query string, limit int) ([]module.Found, error) {
	l := i18n.From(ctx).Lang()
	people, err := p.org.People(ctx, org.PeopleFilter{Query: query, Visible: true, Lang: l, Limit: limit})
	if err != nil {
		return nil, err
	}
	var out []module.Found
	for _, m := range p.matching(ctx, query) {
		out = append(out, module.Found{Title: m.Name(l), Hint: "org.mission", Href: missionsPath + "/" + m.ID})
	}
	for _, x := range people {
		out = append(out, module.Found{Title: x.Called(l), Hint: "org.person", Href: staffPath + "/" + x.ID})
	}
	return out[:min(limit, len(out))], nil
}
