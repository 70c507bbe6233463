package authweb

import (
	"slices"
	"strconv"
	"time"

	"sifara/internal/auth"
	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/web/ui"
)

const minPassword = auth.MinPassword

// problems gives the messages of a form in the order of its fields.
func problems(errors map[string]string, fields ...string) []ui.FieldError {
	var list []ui.FieldError
	for _, f := range fields {
		if errors[f] != "" {
			list = append(list, ui.FieldError{Field: f, Text: errors[f]})
		}
	}
	return list
}

// when is a time as people read it; empty when not set.
func when(p *i18n.Printer, t db.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return p.DateTime(t.In(zone))
}

func orNever(p *i18n.Printer, t db.Time, zone *time.Location) string {
	if t.IsZero() {
		return p.T("auth.never")
	}
	return when(p, t, zone)
}

// setSince says whether something is set and since when.
func setSince(p *i18n.Printer, set bool, since db.Time, zone *time.Location) string {
	if !set {
		return p.T("auth.not_set")
	}
	return p.T("auth.set", "time", when(p, since, zone))
}

// device is what a sign-in is recognised by.
func device(p *i18n.Printer, in auth.SignIn) string {
	switch {
	case in.Browser == "" && in.System == "":
		return p.T("auth.device.unknown")
	case in.Browser == "" || in.System == "":
		return in.Browser + in.System
	}
	return p.T("auth.device", "browser", in.Browser, "system", in.System)
}

// permissionName is what a permission lets one do, in words.
func permissionName(p *i18n.Printer, q perm.Permission) string {
	if key := "perm." + string(q); p.Has(key) {
		return p.T(key)
	}
	return string(q)
}

func permissionNames(p *i18n.Printer, list []perm.Permission) string {
	names := make([]string, len(list))
	for i, q := range list {
		names[i] = permissionName(p, q)
	}
	return p.List(names)
}

// typed is what was typed into a field of the form that is shown again.
func (t tokensPage) typed(name string) string {
	if t.form == nil {
		return ""
	}
	return t.form.Raw(name)
}

func (t tokensPage) lives() []ui.Option {
	var list []ui.Option
	for _, d := range lives {
		chosen := t.typed("days")
		list = append(list, ui.Option{Value: strconv.Itoa(d), Label: t.p.T("auth.token.days", "count", d), Checked: chosen == strconv.Itoa(d) || chosen == "" && d == 90})
	}
	return list
}

func (t tokensPage) choices() []ui.Option {
	var list []ui.Option
	for _, q := range t.held {
		list = append(list, ui.Option{Value: string(q), Label: permissionName(t.p, q), Checked: slices.Contains(t.checked, string(q))})
	}
	return list
}

func (f profilePage) rows() []ui.Row {
	var rows []ui.Row
	for _, g := range f.grants {
		role := ui.Cell{Text: g.role}
		if g.borrowed != "" {
			role.Sub = f.p.T("auth.roles.for", "name", g.borrowed)
		}
		until := g.until
		if until == "" {
			until = f.p.T("auth.roles.no_end")
		}
		rows = append(rows, ui.Row{Cells: []ui.Cell{role, {Text: g.place}, {Text: until}}})
	}
	return rows
}

func langOptions(p *i18n.Printer) []ui.Option {
	var list []ui.Option
	for _, l := range i18n.Langs {
		list = append(list, ui.Option{Value: string(l), Label: l.Name(), Lang: l.Tag(), Checked: l == p.Lang()})
	}
	return list
}

// access names the state of an account, the end of a message key.
func access(o auth.Overview) string {
	switch {
	case o.Disabled:
		return "disabled"
	case !o.Person.Active:
		return "left"
	case o.Ready():
		return "ready"
	case o.Invited:
		return "invited"
	}
	return "none"
}

func accessKind(o auth.Overview) ui.Kind {
	switch access(o) {
	case "disabled":
		return ui.Danger
	case "ready":
		return ui.Success
	case "invited":
		return ui.Waiting
	}
	return ui.Neutral
}

// ways lists how a person can sign in.
func ways(p *i18n.Printer, o auth.Overview) string {
	var list []string
	if n := len(o.Passkeys); n > 0 {
		list = append(list, p.T("auth.ways.passkeys", "count", n))
	}
	if o.HasPassword {
		list = append(list, p.T("auth.ways.password"))
	}
	if o.HasTOTP {
		list = append(list, p.T("auth.ways.second"))
	}
	if o.Subjects > 0 {
		list = append(list, p.T("auth.ways.oidc"))
	}
	if len(list) == 0 {
		return p.T("auth.ways.none")
	}
	return p.List(list)
}

func (l peoplePage) rows() []ui.Row {
	var rows []ui.Row
	for _, o := range l.list {
		rows = append(rows, ui.Row{Cells: []ui.Cell{
			{Text: o.Person.Called(l.p.Lang()), Href: PersonPath(o.Person.ID), Sub: postBelow(l.p, o.Person)},
			ui.CompCell(accessBadge(l.p, o)), ui.TextCell(ways(l.p, o)), ui.TextCell(orNever(l.p, o.LastSignIn, l.zone)),
		}})
	}
	return rows
}

// postBelow is the post under a name; empty when the name is the post.
func postBelow(p *i18n.Printer, x org.Person) string {
	if post := x.Post.In(p.Lang()); post != x.Called(p.Lang()) {
		return post
	}
	return ""
}
