package authweb

import (
	"net/http"
	"net/url"
	"time"

	"sifara/internal/auth"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// peoplePage lists the accounts that the reader governs.
type peoplePage struct {
	p     *i18n.Printer
	query string
	list  []auth.Overview
	zone  *time.Location
	links ui.PageLinks
}

const peoplePerPage = 50

// peopleList: GET /console/account/people?q=…&after=…
func (p *pages) peopleList(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	query := text.Clean(r.URL.Query().Get("q"))
	var after org.Person
	if a := r.URL.Query().Get("after"); a != "" {
		var err error
		if after, err = p.svc.Org.Person(ctx, a); err != nil {
			return err
		}
	}
	list, next, err := p.svc.FindUsers(ctx, query, after, peoplePerPage)
	if err != nil {
		return err
	}
	page := peoplePage{p: i18n.From(ctx), query: query, list: list, zone: p.zone(r)}
	if next.ID != "" {
		page.links.OlderHref = peoplePath + "?" + url.Values{"q": {query}, "after": {next.ID}}.Encode()
	}
	return web.Render(w, r, web.Page{Title: page.p.T("auth.people.title"), Intro: page.p.T("auth.people.intro"), Body: peopleBody(page)})
}

// personPage is one account seen by those who govern it.
type personPage struct {
	p    *i18n.Printer
	o    auth.Overview
	zone *time.Location
	self bool
}

// person: GET /console/account/people/{id}.
func (p *pages) person(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	o, err := p.svc.Overview(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	if !perm.From(ctx).MayIn(auth.Users, o.Person.Scope()) {
		return errs.New(errs.NotFound, "")
	}
	page := personPage{p: i18n.From(ctx), o: o, zone: p.zone(r), self: o.Person.ID == perm.From(ctx).ID}
	return web.Render(w, r, web.Page{
		Title: o.Person.Called(page.p.Lang()), Intro: postBelow(page.p, o.Person),
		Crumbs: []ui.Link{{Label: page.p.T("auth.people.title"), Href: peoplePath}}, Body: personBody(page),
	})
}

// govern: POST /console/account/people/{id}/{act}, act being invite, reset,
// disable or enable. The actor must have proved lately who they are.
func (p *pages) govern(w http.ResponseWriter, r *http.Request) error {
	ctx, person := r.Context(), r.PathValue("id")
	if err := p.svc.Confirmed(ctx, p.sessions.GetString(ctx, keySignIn)); err != nil {
		if errs.KindOf(err) == errs.Forbidden {
			return web.Redirect(w, r, confirmPath+"?"+url.Values{"back": {PersonPath(person)}}.Encode())
		}
		return err
	}
	var err error
	act := r.PathValue("act")
	switch act {
	case "invite":
		err = p.svc.Invite(ctx, person)
	case "reset":
		err = p.svc.ResetAccess(ctx, person)
	case "disable":
		err = p.svc.Disable(ctx, person)
	case "enable":
		err = p.svc.Enable(ctx, person)
	default:
		return errs.New(errs.NotFound, "")
	}
	if err != nil {
		return err
	}
	web.Flash(ctx, ui.Success, web.T(r, "auth.people.done."+act))
	return web.Redirect(w, r, PersonPath(person))
}

// profilePage is the tab of what the house knows of the person.
type profilePage struct {
	p      *i18n.Printer
	person org.Person
	grants []grantLine
	quiet  bool // wants no digests
}

// grantLine is one role of the person as it is shown.
type grantLine struct{ role, place, until, borrowed string }

// profile: GET /console/account/profile.
func (p *pages) profile(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	me := perm.From(ctx)
	person, err := p.svc.Org.Person(ctx, me.ID)
	if err != nil {
		return err
	}
	page := profilePage{p: i18n.From(ctx), person: person}
	if page.quiet, err = p.svc.Quiet(ctx, me.ID); err != nil {
		return err
	}
	names := map[string]string{}
	for _, g := range me.Grants {
		line := grantLine{role: g.Role, until: when(page.p, db.At(g.Until), p.zone(r))}
		if role, err := p.svc.Org.Role(ctx, g.Role); err == nil {
			line.role = role.Name(page.p.Lang())
		}
		line.place = p.placeName(r, g.Scope)
		if g.StandInFor != "" {
			if names[g.StandInFor] == "" {
				if other, err := p.svc.Org.Person(ctx, g.StandInFor); err == nil {
					names[g.StandInFor] = other.Called(page.p.Lang())
				}
			}
			line.borrowed = names[g.StandInFor]
		}
		page.grants = append(page.grants, line)
	}
	return web.Render(w, r, web.Page{Title: page.p.T("auth.account.title"), Body: profileBody(page)})
}

// placeName names a scope in the reader's language.
func (p *pages) placeName(r *http.Request, s perm.Scope) string {
	l := i18n.From(r.Context()).Lang()
	switch s.Level {
	case perm.Mission:
		if m, err := p.svc.Org.Mission(r.Context(), s.Unit); err == nil {
			return m.Name(l)
		}
	case perm.Department:
		if d, err := p.svc.Org.Department(r.Context(), s.Unit); err == nil {
			return d.Names.In(l)
		}
	}
	return web.T(r, "auth.everywhere")
}

// language: POST /console/account/language remembers the console's language in
// this browser.
func (p *pages) language(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	l := f.Lang("lang")
	if err := f.Err(); err != nil {
		return err
	}
	web.SetLanguage(w, r, l)
	return web.Redirect(w, r, accountPath+"/profile")
}

// digests: POST /console/account/digests switches one's own letters of what
// waits on or off.
func (p *pages) digests(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	choice := f.Choice("digests", "on", "off")
	if err := f.Err(); err != nil {
		return err
	}
	if err := p.svc.SetQuiet(r.Context(), choice == "off"); err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "auth.digest.saved"))
	return web.Redirect(w, r, accountPath+"/profile")
}

// digestOptions offers to get letters of what waits, or none.
func (f profilePage) digestOptions() []ui.Option {
	return []ui.Option{{Value: "on", Label: f.p.T("auth.digest.yes"), Checked: !f.quiet}, {Value: "off", Label: f.p.T("auth.digest.no"), Checked: f.quiet}}
}
