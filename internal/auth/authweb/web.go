// Package authweb is the door of the console: signing in and out, invitations
// and resets, one's own account, and the accounts of others for those who
// govern them. The way by password needs no script.
package authweb

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"sifara/internal/auth"
	"sifara/internal/db"
	"sifara/internal/module"
	"sifara/internal/perm"
	"sifara/internal/web"
)

// Paths of the pages.
const (
	signInPath  = web.SignInPath
	accountPath = "/console/account"
	peoplePath  = "/console/account/people"
	confirmPath = "/console/account/confirm"
	home        = "/console"
)

// PersonPath is the page of a person's access, for those with auth.users.
func PersonPath(personID string) string { return peoplePath + "/" + personID }

// Authenticate tells who sends a request: by a bearer token for the API, by
// the session elsewhere. A token that is refused is an error; a missing one is
// nobody.
func Authenticate(svc *auth.Service) func(*http.Request) (*perm.Actor, error) {
	sessions := svc.SessionManager()
	return func(r *http.Request) (*perm.Actor, error) {
		if strings.HasPrefix(r.URL.Path, web.APIPrefix+"/") {
			scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
			if scheme == "" {
				return &perm.Actor{Kind: perm.Nobody}, nil
			}
			if !strings.EqualFold(scheme, "Bearer") {
				return nil, auth.ErrToken
			}
			return svc.ActorOfToken(r.Context(), strings.TrimSpace(token))
		}
		return svc.ActorOfSignIn(r.Context(), sessions.GetString(r.Context(), keySignIn))
	}
}

// Reauth tells whether the person at the keyboard proved lately who they are;
// if not, href is where they do so and come back to the given page. Other
// contexts ask it before acts that cannot be undone.
func Reauth(svc *auth.Service) func(r *http.Request, back string) (href string, fresh bool) {
	sessions := svc.SessionManager()
	return func(r *http.Request, back string) (string, bool) {
		if svc.Confirmed(r.Context(), sessions.GetString(r.Context(), keySignIn)) == nil {
			return "", true
		}
		return confirmPath + "?" + url.Values{"back": {back}}.Encode(), false
	}
}

// pages serve the door.
type pages struct {
	svc      *auth.Service
	sessions *scs.SessionManager
}

// Module offers the context to the house.
func Module(svc *auth.Service) module.Module {
	p := &pages{svc: svc, sessions: svc.SessionManager()}
	return module.Module{
		Name: "auth", Migrations: []db.Migrations{auth.Migrations()}, Locales: auth.Locales(), Permissions: auth.Permissions(),
		Jobs: svc.Jobs, API: p.api,
		Nav:      []module.Nav{{Group: "nav.settings", Label: "auth.people.title", Href: peoplePath, Icon: "user-shield", Permission: auth.Users}},
		Commands: []module.Command{{Label: "auth.people.title", Href: peoplePath, Permission: auth.Users}},
		Routes:   append(append(p.door(), p.account()...), p.people()...),
	}
}

// door are the pages of those who are not signed in.
func (p *pages) door() []web.Route {
	return []web.Route{
		web.PublicGet(signInPath, p.signIn),
		web.PublicPost(signInPath, p.postPassword),
		web.PublicPost(signInPath+"/passkey/begin", p.beginPasskeySignIn),
		web.PublicPost(signInPath+"/passkey/finish", p.finishPasskeySignIn),
		web.PublicGet(signInPath+"/code", p.code),
		web.PublicPost(signInPath+"/code", p.postCode),
		web.PublicGet(signInPath+"/enrol", p.enrol),
		web.PublicPost(signInPath+"/enrol", p.postEnrol),
		web.PublicGet(signInPath+"/oidc", p.beginOIDC),
		web.PublicGet(auth.CallbackPath, p.finishOIDC),
		web.PublicPost(signInPath+"/demo", p.demo),
		web.PublicPost("/console/signout", p.signOut),
		web.PublicGet("/console/reset", p.reset),
		web.PublicPost("/console/reset", p.postReset),
		web.PublicGet("/console/reset/{secret}", p.resetLink),
		web.PublicPost("/console/reset/{secret}", p.postResetLink),
		web.PublicGet("/console/invitation/{secret}", p.invitation),
		web.PublicPost("/console/invitation/{secret}", p.postInvitation),
		web.PublicPost("/console/invitation/{secret}/passkey/begin", p.beginInvited),
		web.PublicPost("/console/invitation/{secret}/passkey/finish", p.finishInvited),
	}
}

// account are the pages of one's own account.
func (p *pages) account() []web.Route {
	get := func(path string, h web.Handler) web.Route {
		return web.Route{Method: http.MethodGet, Pattern: accountPath + path, SignedIn: true, Handler: h}
	}
	post := func(path string, h web.Handler) web.Route {
		return web.Route{Method: http.MethodPost, Pattern: accountPath + path, SignedIn: true, Handler: h}
	}
	return []web.Route{
		get("", p.security),
		post("/passkeys/begin", p.sensitive("", p.beginPasskey)),
		post("/passkeys/finish", p.sensitive("", p.finishPasskey)),
		post("/passkeys/remove", p.sensitive("", p.removePasskey)),
		get("/password", p.sensitive("/password", p.password)),
		post("/password", p.sensitive("/password", p.postOwnPassword)),
		get("/authenticator", p.sensitive("/authenticator", p.authenticator)),
		post("/authenticator", p.sensitive("/authenticator", p.postAuthenticator)),
		post("/recovery", p.sensitive("", p.recovery)),
		get("/sessions", p.sessionList),
		post("/sessions/end", p.endSession),
		post("/sessions/others", p.endOthers),
		get("/tokens", p.tokens),
		post("/tokens", p.sensitive("/tokens", p.postToken)),
		post("/tokens/revoke", p.revokeToken),
		get("/profile", p.profile),
		post("/language", p.language),
		post("/digests", p.digests),
		get("/confirm", p.confirm),
		post("/confirm", p.postConfirm),
		post("/confirm/passkey/begin", p.beginPasskeySignIn),
		post("/confirm/passkey/finish", p.finishConfirm),
	}
}

// people are the pages of those who govern access.
func (p *pages) people() []web.Route {
	return []web.Route{
		web.Get(peoplePath, auth.Users, p.peopleList),
		web.Get(peoplePath+"/{id}", auth.Users, p.person),
		web.Post(peoplePath+"/{id}/{act}", auth.Users, p.govern),
	}
}

// Keys of the session.
const (
	keySignIn   = "auth.signin"
	keyHalf     = "auth.half"
	keyHalfTill = "auth.half_till"
	keyEnrol    = "auth.enrol"
	keyBack     = "auth.back"
	keyTOTP     = "auth.totp" // sealed
	keyOIDC     = "auth.oidc"
)

// languageCookie is where web keeps the chosen language.
const languageCookie = "sifara_lang"

// halfLife is how long somebody may take for the second factor.
const halfLife = 10 * time.Minute

// visit says from where the request comes.
func (p *pages) visit(r *http.Request) auth.Visit {
	v := auth.Visit{Addr: web.ClientAddr(r.Context()), Agent: r.UserAgent()}
	if c, err := r.Cookie(p.svc.CookieName("device")); err == nil {
		v.Device = c.Value
	}
	return v
}

// limit bounds how often one network knocks, whatever the account: hashing
// passwords is dear.
func limit(r *http.Request) error {
	return web.Limit(r.Context(), "auth.door", time.Second, 60)
}

// enter lets a person in: a new session token, so that one planted before is
// worth nothing, and the browser's own secret.
func (p *pages) enter(w http.ResponseWriter, r *http.Request, in auth.Admitted) (back string, err error) {
	ctx := r.Context()
	back = web.LocalPath(p.sessions.GetString(ctx, keyBack), home)
	if back != home && !strings.HasPrefix(back, home+"/") {
		back = home
	}
	if err := p.sessions.Clear(ctx); err != nil {
		return "", fmt.Errorf("clear session: %w", err)
	}
	if err := p.sessions.RenewToken(ctx); err != nil {
		return "", fmt.Errorf("renew session: %w", err)
	}
	p.sessions.Put(ctx, keySignIn, in.SignIn.ID)
	if in.Device != "" {
		http.SetCookie(w, &http.Cookie{
			Name: p.svc.CookieName("device"), Value: in.Device, Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()),
			HttpOnly: true, Secure: p.svc.Secure(), SameSite: http.SameSiteLaxMode,
		})
	}
	// Who has not chosen a language in this browser reads the console in their
	// own; a visitor of the demonstration keeps the browser's.
	if _, err := r.Cookie(languageCookie); err != nil && in.Person.Language != "" && in.SignIn.Method != auth.ByDemo {
		web.SetLanguage(w, r, in.Person.Language)
	}
	return back, nil
}

// setHalf remembers whose password was right.
func (p *pages) setHalf(r *http.Request, h auth.Half) error {
	ctx := r.Context()
	if err := p.sessions.RenewToken(ctx); err != nil {
		return fmt.Errorf("renew session: %w", err)
	}
	p.sessions.Put(ctx, keyHalf, h.PersonID)
	p.sessions.Put(ctx, keyEnrol, h.Enrol)
	p.sessions.Put(ctx, keyHalfTill, time.Now().Add(halfLife).Unix())
	p.sessions.Remove(ctx, keyTOTP)
	return nil
}

// half gives whose password was right in this session, empty when nobody's or
// when it is too long ago.
func (p *pages) half(r *http.Request) (personID string, enrol bool) {
	ctx := r.Context()
	if time.Now().Unix() > p.sessions.GetInt64(ctx, keyHalfTill) {
		return "", false
	}
	return p.sessions.GetString(ctx, keyHalf), p.sessions.GetBool(ctx, keyEnrol)
}
