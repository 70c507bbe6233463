package authweb

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"sifara/internal/auth"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// sensitive has the person prove first who they are, when they have not done so
// lately; they come back to the tab that belongs to the act.
func (p *pages) sensitive(tab string, h web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		err := p.svc.Confirmed(r.Context(), p.sessions.GetString(r.Context(), keySignIn))
		if errors.Is(err, auth.ErrConfirm) && r.Header.Get("Content-Type") != "application/json" {
			return web.Redirect(w, r, confirmPath+"?"+url.Values{"back": {accountPath + tab}}.Encode())
		}
		if err != nil {
			return err
		}
		return h(w, r)
	}
}

// tabs are the parts of one's account.
func tabs(p *i18n.Printer, active string) []ui.Tab {
	var list []ui.Tab
	for _, t := range []struct{ path, key, icon string }{
		{"", "auth.tab.security", "shield-lock"}, {"/sessions", "auth.tab.sessions", "device-floppy"},
		{"/tokens", "auth.tab.tokens", "key"}, {"/profile", "auth.tab.profile", "user-circle"},
	} {
		icon := t.icon
		if t.path == "/sessions" {
			icon = "world"
		}
		list = append(list, ui.Tab{Label: p.T(t.key), Href: accountPath + t.path, Icon: icon, Active: t.path == active})
	}
	return list
}

// securityPage is the tab of what one proves oneself with.
type securityPage struct {
	p    *i18n.Printer
	o    auth.Overview
	zone *time.Location
}

// security: GET /console/account.
func (p *pages) security(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	o, err := p.svc.Overview(ctx, perm.From(ctx).ID)
	if err != nil {
		return err
	}
	page := securityPage{p: i18n.From(ctx), o: o, zone: p.zone(r)}
	return web.Render(w, r, web.Page{Title: page.p.T("auth.account.title"), Body: securityBody(page)})
}

// zone is where the person's times are shown.
func (p *pages) zone(r *http.Request) *time.Location {
	person, err := p.svc.Org.Person(r.Context(), perm.From(r.Context()).ID)
	if err != nil {
		return time.UTC
	}
	return p.svc.Org.Zone(r.Context(), person.MissionID)
}

// beginPasskey: POST /console/account/passkeys/begin.
func (p *pages) beginPasskey(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	var form struct {
		Name string `json:"name"`
	}
	if err := json.NewDecoder(r.Body).Decode(&form); err != nil && !errors.Is(err, io.EOF) {
		return errs.Wrap(err, errs.Invalid, "web.form")
	}
	options, kept, err := p.svc.BeginPasskey(ctx, perm.From(ctx).ID, form.Name)
	if err != nil {
		return err
	}
	return answer(w, begun{PublicKey: options.Response, State: kept})
}

// finishPasskey: POST /console/account/passkeys/finish.
func (p *pages) finishPasskey(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	if err := p.svc.FinishPasskey(ctx, p.visit(r), perm.From(ctx).ID, state(r), body); err != nil {
		return err
	}
	web.Flash(ctx, ui.Success, web.T(r, "auth.passkey.added"))
	return answer(w, map[string]string{"redirect": accountPath})
}

// removePasskey: POST /console/account/passkeys/remove.
func (p *pages) removePasskey(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := p.svc.RemovePasskey(r.Context(), f.Raw("id")); err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "auth.passkey.removed"))
	return web.Redirect(w, r, accountPath)
}

// password: GET /console/account/password.
func (p *pages) password(w http.ResponseWriter, r *http.Request) error {
	return p.showPassword(w, r, nil)
}

func (p *pages) showPassword(w http.ResponseWriter, r *http.Request, problem error) error {
	pr := i18n.From(r.Context())
	status := 0
	if problem != nil {
		status = http.StatusUnprocessableEntity
	}
	return web.Render(w, r, web.Page{Title: pr.T("auth.password.title"), Intro: pr.T("auth.password.intro"), Crumbs: crumbs(r, false), Status: status, Body: passwordBody(pr, web.Errors(r, problem))})
}

// postOwnPassword: POST /console/account/password. A first password is followed
// by setting up the second factor.
func (p *pages) postOwnPassword(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	password, err := newPassword(r)
	if err == nil {
		err = p.svc.ChangePassword(ctx, p.sessions.GetString(ctx, keySignIn), password)
	}
	if errs.KindOf(err) == errs.Invalid {
		return p.showPassword(w, r, err)
	}
	if err != nil {
		return err
	}
	if err := p.sessions.RenewToken(ctx); err != nil {
		return err
	}
	web.Flash(ctx, ui.Success, web.T(r, "auth.password.saved"))
	o, err := p.svc.Overview(ctx, perm.From(ctx).ID)
	if err != nil {
		return err
	}
	if !o.HasTOTP {
		return web.Redirect(w, r, accountPath+"/authenticator")
	}
	return web.Redirect(w, r, accountPath)
}

// authenticator: GET /console/account/authenticator.
func (p *pages) authenticator(w http.ResponseWriter, r *http.Request) error {
	return p.showEnrol(w, r, perm.From(r.Context()).ID, accountPath+"/authenticator", false, nil)
}

// postAuthenticator: POST /console/account/authenticator with the first code.
func (p *pages) postAuthenticator(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	me := perm.From(ctx).ID
	codes, err := p.svc.ConfirmTOTP(ctx, me, p.sessions.GetString(ctx, keyTOTP), f.Raw("code"))
	if errors.Is(err, auth.ErrCode) {
		return p.showEnrol(w, r, me, accountPath+"/authenticator", false, err)
	}
	if err != nil {
		return err
	}
	p.sessions.Remove(ctx, keyTOTP)
	return p.showCodes(w, r, codes, accountPath, false)
}

// recovery: POST /console/account/recovery makes new recovery codes.
func (p *pages) recovery(w http.ResponseWriter, r *http.Request) error {
	codes, err := p.svc.NewRecoveryCodes(r.Context())
	if err != nil {
		return err
	}
	return p.showCodes(w, r, codes, accountPath, false)
}

// sessionsPage is the tab of sign-ins.
type sessionsPage struct {
	p    *i18n.Printer
	list []auth.SignIn
	this string
	zone *time.Location
}

// sessionList: GET /console/account/sessions.
func (p *pages) sessionList(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	list, err := p.svc.SignIns(ctx)
	if err != nil {
		return err
	}
	page := sessionsPage{p: i18n.From(ctx), list: list, this: p.sessions.GetString(ctx, keySignIn), zone: p.zone(r)}
	return web.Render(w, r, web.Page{Title: page.p.T("auth.account.title"), Body: sessionsBody(page)})
}

// endSession: POST /console/account/sessions/end.
func (p *pages) endSession(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := p.svc.SignOut(r.Context(), f.Raw("id")); err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "auth.sessions.ended"))
	return web.Redirect(w, r, accountPath+"/sessions")
}

// endOthers: POST /console/account/sessions/others.
func (p *pages) endOthers(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if err := p.svc.SignOutElsewhere(ctx, p.sessions.GetString(ctx, keySignIn)); err != nil {
		return err
	}
	web.Flash(ctx, ui.Success, web.T(r, "auth.sessions.others_ended"))
	return web.Redirect(w, r, accountPath+"/sessions")
}

// tokensPage is the tab of API tokens.
type tokensPage struct {
	p       *i18n.Printer
	now     time.Time
	zone    *time.Location
	list    []auth.Token
	held    []perm.Permission
	made    string // the secret of a token that was just made
	errors  map[string]string
	form    *web.Form
	fresh   string
	checked []string
}

// lives are the offered lives of a token in days.
var lives = []int{7, 30, 90, 365}

// tokens: GET /console/account/tokens.
func (p *pages) tokens(w http.ResponseWriter, r *http.Request) error {
	return p.showTokens(w, r, "", nil, nil)
}

func (p *pages) showTokens(w http.ResponseWriter, r *http.Request, made string, f *web.Form, problem error) error {
	ctx := r.Context()
	list, err := p.svc.Tokens(ctx)
	if err != nil {
		return err
	}
	page := tokensPage{p: i18n.From(ctx), now: p.svc.Clock.Now(), zone: p.zone(r), list: list, made: made, errors: web.Errors(r, problem), form: f, fresh: id.New()}
	for _, g := range perm.From(ctx).Grants {
		page.held = append(page.held, g.Permissions...)
	}
	slices.Sort(page.held)
	page.held = slices.Compact(page.held)
	status := 0
	if problem != nil {
		status = http.StatusUnprocessableEntity
		page.checked = f.All("permissions")
	}
	return web.Render(w, r, web.Page{Title: page.p.T("auth.account.title"), Status: status, Body: tokensBody(page)})
}

// postToken: POST /console/account/tokens.
func (p *pages) postToken(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := auth.NewToken{ID: f.ID("id"), Name: f.Text("name", 60)}
	days := f.Int("days", 1, 365)
	n.ExpiresAt = p.svc.Clock.Now().Add(time.Duration(days) * 24 * time.Hour)
	for _, x := range f.All("permissions") {
		n.Permissions = append(n.Permissions, perm.Permission(x))
	}
	err = f.Err()
	secret := ""
	if err == nil {
		secret, err = p.svc.CreateToken(r.Context(), n)
	}
	if errs.KindOf(err) == errs.Invalid {
		return p.showTokens(w, r, "", f, err)
	}
	if err != nil {
		return err
	}
	return p.showTokens(w, r, secret, nil, nil)
}

// revokeToken: POST /console/account/tokens/revoke.
func (p *pages) revokeToken(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := p.svc.RevokeToken(r.Context(), f.Raw("id")); err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "auth.token.revoked"))
	return web.Redirect(w, r, accountPath+"/tokens")
}

// confirmPage asks again who one is.
type confirmPage struct {
	p      *i18n.Printer
	o      auth.Overview
	errors map[string]string
}

// confirm: GET /console/account/confirm?back=…
func (p *pages) confirm(w http.ResponseWriter, r *http.Request) error {
	p.sessions.Put(r.Context(), keyBack, web.LocalPath(r.URL.Query().Get("back"), accountPath))
	return p.showConfirm(w, r, nil)
}

func (p *pages) showConfirm(w http.ResponseWriter, r *http.Request, problem error) error {
	o, err := p.svc.Overview(r.Context(), perm.From(r.Context()).ID)
	if err != nil {
		return err
	}
	page := confirmPage{p: i18n.From(r.Context()), o: o, errors: web.Errors(r, problem)}
	status := 0
	if problem != nil {
		status = http.StatusUnprocessableEntity
	}
	return web.Render(w, r, web.Page{Title: page.p.T("auth.confirm.title"), Intro: page.p.T("auth.confirm.intro"), Plain: true, Status: status, Body: confirmBody(page)})
}

// postConfirm: POST /console/account/confirm with the password.
func (p *pages) postConfirm(w http.ResponseWriter, r *http.Request) error {
	if _, err := web.ReadForm(r); err != nil {
		return err
	}
	ctx := r.Context()
	err := p.svc.ConfirmByPassword(ctx, p.visit(r), p.sessions.GetString(ctx, keySignIn), r.PostForm.Get("password"))
	if errs.KindOf(err) == errs.Invalid {
		return p.showConfirm(w, r, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, p.afterConfirm(r))
}

func (p *pages) afterConfirm(r *http.Request) string {
	return web.LocalPath(p.sessions.PopString(r.Context(), keyBack), accountPath)
}

// finishConfirm: POST /console/account/confirm/passkey/finish.
func (p *pages) finishConfirm(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	if err := p.svc.ConfirmByPasskey(ctx, p.sessions.GetString(ctx, keySignIn), state(r), body); err != nil {
		return err
	}
	return answer(w, map[string]string{"redirect": p.afterConfirm(r)})
}
