package channelsweb

import (
	"context"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"sifara/internal/channels"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// listPage lists the register.
type listPage struct {
	names
	form     form
	accounts []channels.Account
	due      map[string]bool
	people   map[string]string
	missions []ui.Option
	filtered bool
}

// list shows the register: GET /console/accounts?mission=…&platform=…&state=…
func (p pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx, q := r.Context(), r.URL.Query()
	n, err := p.names(ctx)
	if err != nil {
		return err
	}
	page := listPage{names: n, form: fresh(r, q)}
	f := channels.Filter{Mission: q.Get("mission"), Platform: channels.Platform(q.Get("platform")), State: channels.State(q.Get("state")), Due: q.Get("due") != ""}
	page.filtered = f != channels.Filter{}
	if page.accounts, err = p.Accounts(ctx, f); err != nil {
		return err
	}
	if err := p.readPeople(ctx, &page); err != nil {
		return err
	}
	if page.missions, err = p.missionOptions(ctx, n, channels.View, "-"); err != nil {
		return err
	}
	var actions templ.Component
	if perm.From(ctx).May(channels.Manage) {
		actions = ui.Btn(ui.Button{Label: web.T(r, "channels.new"), Icon: "plus", Href: accountsPath + "/new"})
	}
	if q.Get("part") == "list" {
		return web.Fragment(w, r, accountTable(page))
	}
	return web.Render(w, r, web.Page{Title: web.T(r, "channels.title"), Intro: web.T(r, "channels.intro"), Body: listBody(page), Actions: actions})
}

func (p pages) readPeople(ctx context.Context, page *listPage) (err error) {
	var ids []string
	page.due = map[string]bool{}
	for _, a := range page.accounts {
		ids = append(ids, a.OwnerID, a.CustodianID)
		page.due[a.ID] = a.CheckDue(p.Now())
	}
	page.people, err = p.Org.PersonNames(ctx, ids)
	return err
}

// duePanel reminds of security checks on the Today page.
func (p pages) duePanel(r *http.Request) (templ.Component, error) {
	n, err := p.names(r.Context())
	if err != nil {
		return nil, err
	}
	list, err := p.Accounts(r.Context(), channels.Filter{Due: true})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return dueList(n, list[:min(len(list), 6)], len(list)), nil
}

// accountPage shows one account.
type accountPage struct {
	names
	account  channels.Account
	people   map[string]string
	history  []channels.Entry
	alike    []channels.PublicAccount
	recovery string
	manages  bool
	checks   bool // may note a security check
	due      bool
	form     form
}

// show shows one account: GET /console/accounts/{id}
func (p pages) show(w http.ResponseWriter, r *http.Request) error {
	return p.draw(w, r, fresh(r, url.Values{}))
}

func (p pages) draw(w http.ResponseWriter, r *http.Request, f form) error {
	page, err := p.read(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	page.form = f
	var actions templ.Component
	if page.manages && page.account.State != channels.Closed {
		actions = ui.Btn(ui.Button{Label: web.T(r, "channels.edit"), Icon: "pencil", Quiet: true, Href: accountsPath + "/" + page.account.ID + "/edit"})
	}
	return web.Render(w, r, web.Page{Title: page.account.Handle, Crumbs: crumbs(r), Body: accountBody(page), Actions: actions, Status: f.status})
}

func (p pages) read(ctx context.Context, accountID string) (page accountPage, err error) {
	if page.account, err = p.Account(ctx, accountID); err != nil {
		return page, err
	}
	if page.names, err = p.names(ctx); err != nil {
		return page, err
	}
	if page.history, err = p.History(ctx, accountID); err != nil {
		return page, err
	}
	a, actor := page.account, perm.From(ctx)
	page.manages = actor.MayIn(channels.Manage, a.Scope())
	page.checks = page.manages || actor.ID == a.CustodianID
	page.due = a.CheckDue(p.Now())
	ids := []string{a.OwnerID, a.CustodianID, a.CheckedBy}
	for _, e := range page.history {
		ids = append(ids, e.ActorID)
	}
	if page.people, err = p.Org.PersonNames(ctx, ids); err != nil {
		return page, err
	}
	if page.manages {
		if page.recovery, err = p.RecoveryContact(ctx, a); err != nil {
			return page, err
		}
		page.alike, err = p.Lookalikes(ctx, channels.Draft{ID: a.ID, Platform: a.Platform, Handle: a.Handle, URL: a.URL})
	}
	return page, err
}

// newForm asks for an account: GET /console/accounts/new
func (p pages) newForm(w http.ResponseWriter, r *http.Request) error {
	v := url.Values{"id": {id.New()}, "mission": {r.URL.Query().Get("mission")}, "owner": {perm.From(r.Context()).ID}}
	return p.ask(w, r, fresh(r, v), "channels.new", accountsPath, accountsPath)
}

// editForm changes an account: GET /console/accounts/{id}/edit
func (p pages) editForm(w http.ResponseWriter, r *http.Request) error {
	a, err := p.Account(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	recovery, err := p.RecoveryContact(r.Context(), a)
	if err != nil {
		return err
	}
	v := url.Values{"id": {a.ID}, "version": {itoa(a.Version)}, "mission": {a.MissionID}, "platform": {string(a.Platform)}, "handle": {a.Handle}, "url": {a.URL},
		"owner": {a.OwnerID}, "custodian": {a.CustodianID}, "recovery": {recovery}}
	href := accountsPath + "/" + a.ID
	return p.ask(w, r, fresh(r, v), "channels.edit", href, href)
}

// askPage is the form of an account.
type askPage struct {
	names
	form
	action, cancel string
	missions       []ui.Option
	people         []ui.Option
}

func (p pages) ask(w http.ResponseWriter, r *http.Request, f form, title, action, cancel string) error {
	ctx := r.Context()
	n, err := p.names(ctx)
	if err != nil {
		return err
	}
	page := askPage{names: n, form: f, action: action, cancel: cancel}
	if page.missions, err = p.missionOptions(ctx, n, channels.Manage, ""); err != nil {
		return err
	}
	if page.people, err = p.peopleOptions(ctx, n); err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: web.T(r, title), Crumbs: crumbs(r), Body: askBody(page), Status: f.status})
}

// peopleOptions are the officials in service, by the place where they serve.
func (p pages) peopleOptions(ctx context.Context, n names) ([]ui.Option, error) {
	l := i18n.From(ctx).Lang()
	people, err := p.Org.People(ctx, org.PeopleFilter{Lang: l})
	if err != nil {
		return nil, err
	}
	groups := map[string][]ui.Option{}
	var order []string
	for _, x := range people {
		place := n.mission(x.MissionID)
		if groups[place] == nil {
			order = append(order, place)
		}
		label := x.Called(l)
		if post := x.Post.In(l); post != "" && post != label {
			label += " – " + post
		}
		groups[place] = append(groups[place], ui.Option{Value: x.ID, Label: label, Group: place})
	}
	var out []ui.Option
	for _, place := range order {
		out = append(out, groups[place]...)
	}
	return out, nil
}

func draftOf(f form) channels.Draft {
	recovery := f.get("recovery")
	return channels.Draft{ID: f.get("id"), MissionID: f.get("mission"), Platform: channels.Platform(f.get("platform")), Handle: f.get("handle"), URL: f.get("url"),
		OwnerID: f.get("owner"), CustodianID: f.get("custodian"), Recovery: &recovery, Version: f.version()}
}

// register proposes an account: POST /console/accounts
func (p pages) register(w http.ResponseWriter, r *http.Request) error {
	f, err := typed(r)
	if err != nil {
		return err
	}
	if !id.Valid(f.get("id")) {
		return errs.New(errs.Invalid, "web.form")
	}
	if err := p.Register(r.Context(), draftOf(f)); err != nil {
		if f.refused(r, err) {
			return p.ask(w, r, f, "channels.new", accountsPath, accountsPath)
		}
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "channels.registered"))
	return web.Redirect(w, r, accountsPath+"/"+f.get("id"))
}

// save changes an account: POST /console/accounts/{id}
func (p pages) save(w http.ResponseWriter, r *http.Request) error {
	f, err := typed(r)
	if err != nil {
		return err
	}
	href := accountsPath + "/" + r.PathValue("id")
	d := draftOf(f)
	d.ID = r.PathValue("id")
	if err := p.Edit(r.Context(), d); err != nil {
		if f.refused(r, err) {
			return p.ask(w, r, f, "channels.edit", href, href)
		}
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "channels.saved"))
	return web.Redirect(w, r, href)
}

// setState moves an account to another state: POST /console/accounts/{id}/state
func (p pages) setState(w http.ResponseWriter, r *http.Request) error {
	f, err := typed(r)
	if err != nil {
		return err
	}
	return p.done(w, r, f, p.SetState(r.Context(), r.PathValue("id"), channels.State(f.get("state")), f.get("reason"), f.version()), "channels.state_set")
}

// check notes a security check: POST /console/accounts/{id}/check
func (p pages) check(w http.ResponseWriter, r *http.Request) error {
	f, err := typed(r)
	if err != nil {
		return err
	}
	return p.done(w, r, f, p.Check(r.Context(), r.PathValue("id"), f.get("note"), f.version()), "channels.checked")
}

// done answers for an act on the page of an account.
func (p pages) done(w http.ResponseWriter, r *http.Request, f form, err error, said string) error {
	if err != nil {
		if f.refused(r, err) {
			return p.draw(w, r, f)
		}
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, said))
	return web.Redirect(w, r, accountsPath+"/"+r.PathValue("id"))
}
