package authweb

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"sifara/internal/auth"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// signInPage is the first page at the door.
type signInPage struct {
	p        *i18n.Printer
	email    string
	problem  string
	provider string
	demo     []auth.DemoPerson
}

// signIn: GET /console/signin.
func (p *pages) signIn(w http.ResponseWriter, r *http.Request) error {
	back := web.LocalPath(r.URL.Query().Get("back"), home)
	if perm.From(r.Context()).Kind != perm.Nobody {
		return web.Redirect(w, r, back)
	}
	if back != home {
		p.sessions.Put(r.Context(), keyBack, back)
	}
	return p.showSignIn(w, r, "", nil)
}

func (p *pages) showSignIn(w http.ResponseWriter, r *http.Request, email string, problem error) error {
	demo, err := p.svc.DemoPeople(r.Context())
	if err != nil {
		return err
	}
	page := signInPage{p: i18n.From(r.Context()), email: email, provider: p.svc.OIDCName(), demo: demo}
	status := http.StatusOK
	if problem != nil {
		if page.problem, status, err = explain(r, problem); err != nil {
			return err
		}
	}
	return web.Render(w, r, web.Page{Title: page.p.T("auth.signin.title"), Intro: page.p.T("auth.signin.intro"), Plain: true, Status: status, Body: signInBody(page)})
}

// explain gives the sentence and status of what went wrong at the door; what is
// our own fault is given back.
func explain(r *http.Request, problem error) (text string, status int, err error) {
	e, ok := errs.Find(problem)
	if !ok || e.Kind == errs.Internal {
		return "", 0, problem
	}
	status = http.StatusUnprocessableEntity
	switch e.Kind {
	case errs.TooMany:
		status = http.StatusTooManyRequests
	case errs.Unavailable:
		status = http.StatusServiceUnavailable
	case errs.Forbidden:
		status = http.StatusForbidden
	}
	return web.Message(i18n.From(r.Context()), e), status, nil
}

// postPassword: POST /console/signin with email and password.
func (p *pages) postPassword(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	email := f.Raw("email")
	if err := limit(r); err != nil {
		return p.showSignIn(w, r, email, err)
	}
	// The password is taken as typed: cleaning would change it.
	h, err := p.svc.CheckPassword(r.Context(), p.visit(r), email, r.PostForm.Get("password"))
	if err != nil {
		return p.showSignIn(w, r, email, err)
	}
	return p.toSecond(w, r, h)
}

// toSecond goes on to the second factor.
func (p *pages) toSecond(w http.ResponseWriter, r *http.Request, h auth.Half) error {
	if err := p.setHalf(r, h); err != nil {
		return err
	}
	if h.Enrol {
		return web.Redirect(w, r, signInPath+"/enrol")
	}
	return web.Redirect(w, r, signInPath+"/code")
}

// codePage asks for the second factor.
type codePage struct {
	p       *i18n.Printer
	problem string
}

// code: GET /console/signin/code.
func (p *pages) code(w http.ResponseWriter, r *http.Request) error {
	if id, enrol := p.half(r); id == "" || enrol {
		return web.Redirect(w, r, signInPath)
	}
	return p.showCode(w, r, "", 0)
}

func (p *pages) showCode(w http.ResponseWriter, r *http.Request, problem string, status int) error {
	pr := i18n.From(r.Context())
	return web.Render(w, r, web.Page{Title: pr.T("auth.code.title"), Intro: pr.T("auth.code.intro"), Plain: true, Status: status, Body: codeBody(codePage{p: pr, problem: problem})})
}

// postCode: POST /console/signin/code.
func (p *pages) postCode(w http.ResponseWriter, r *http.Request) error {
	id, enrol := p.half(r)
	if id == "" || enrol {
		return p.showSignIn(w, r, "", errs.New(errs.Gone, "auth.code.late"))
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	in, err := p.svc.CheckCode(r.Context(), p.visit(r), id, f.Raw("code"))
	if errors.Is(err, auth.ErrCode) {
		return p.showCode(w, r, web.T(r, "auth.code.wrong"), http.StatusUnprocessableEntity)
	}
	if err != nil {
		text, status, err := explain(r, err)
		if err != nil {
			return err
		}
		return p.showCode(w, r, text, status)
	}
	back, err := p.enter(w, r, in)
	if err != nil {
		return err
	}
	if in.SignIn.Method == auth.ByRecovery {
		web.Flash(r.Context(), ui.Warning, web.T(r, "auth.recovery.used"))
	}
	return web.Redirect(w, r, back)
}

// beginPasskeySignIn: POST …/passkey/begin answers the options for the browser.
func (p *pages) beginPasskeySignIn(w http.ResponseWriter, r *http.Request) error {
	if err := limit(r); err != nil {
		return err
	}
	options, kept, err := p.svc.BeginPasskeySignIn(r.Context())
	if err != nil {
		return err
	}
	return answer(w, begun{PublicKey: options.Response, State: kept})
}

// begun is what the page's script takes: the options for the browser, and the
// ceremony that it hands back with the browser's answer.
type begun struct {
	PublicKey any           `json:"publicKey"`
	State     auth.Ceremony `json:"state"`
}

// state is the ceremony that the script hands back.
func state(r *http.Request) auth.Ceremony { return auth.Ceremony(r.URL.Query().Get("state")) }

// finishPasskeySignIn: POST /console/signin/passkey/finish.
func (p *pages) finishPasskeySignIn(w http.ResponseWriter, r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	in, err := p.svc.FinishPasskeySignIn(r.Context(), p.visit(r), state(r), body)
	if err != nil {
		return err
	}
	return p.enterByScript(w, r, in)
}

func (p *pages) enterByScript(w http.ResponseWriter, r *http.Request, in auth.Admitted) error {
	back, err := p.enter(w, r, in)
	if err != nil {
		return err
	}
	return answer(w, map[string]string{"redirect": back})
}

func answer(w http.ResponseWriter, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, err = w.Write(b)
	return err
}

// beginOIDC: GET /console/signin/oidc.
func (p *pages) beginOIDC(w http.ResponseWriter, r *http.Request) error {
	if err := limit(r); err != nil {
		return err
	}
	address, kept, err := p.svc.BeginOIDC(r.Context())
	if errs.KindOf(err) == errs.Unavailable {
		return p.showSignIn(w, r, "", err)
	}
	if err != nil {
		return err
	}
	p.sessions.Put(r.Context(), keyOIDC, kept)
	http.Redirect(w, r, address, http.StatusSeeOther)
	return nil
}

// finishOIDC: GET /console/signin/oidc/callback.
func (p *pages) finishOIDC(w http.ResponseWriter, r *http.Request) error {
	kept := p.sessions.PopString(r.Context(), keyOIDC)
	q := r.URL.Query()
	in, err := p.svc.FinishOIDC(r.Context(), p.visit(r), kept, q.Get("state"), q.Get("code"))
	if k := errs.KindOf(err); err != nil && k != errs.Internal && k != errs.NotFound {
		return p.showSignIn(w, r, "", err)
	}
	if err != nil {
		return err
	}
	back, err := p.enter(w, r, in)
	if err != nil {
		return err
	}
	return web.Redirect(w, r, back)
}

// demo: POST /console/signin/demo with person; only in a demonstration.
func (p *pages) demo(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := limit(r); err != nil {
		return err
	}
	in, err := p.svc.DemoSignIn(r.Context(), p.visit(r), f.Raw("person"))
	if err != nil {
		return err
	}
	back, err := p.enter(w, r, in)
	if err != nil {
		return err
	}
	return web.Redirect(w, r, back)
}

// signOut: POST /console/signout. Without a session there is nothing to end.
func (p *pages) signOut(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if perm.From(ctx).Kind == perm.Person {
		if err := p.svc.SignOut(ctx, p.sessions.GetString(ctx, keySignIn)); err != nil && errs.KindOf(err) != errs.NotFound {
			return err
		}
	}
	if err := p.sessions.Destroy(ctx); err != nil {
		return err
	}
	return web.Redirect(w, r, signInPath)
}
