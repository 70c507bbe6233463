package authweb

import (
	"encoding/base64"
	"errors"
	"io"
	"net/http"

	"sifara/internal/auth"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// linkPage is what somebody sees who followed the link of a letter.
type linkPage struct {
	p      *i18n.Printer
	person org.Person
	action string
	errors map[string]string
	invite bool
}

// reset: GET /console/reset asks for the address to send a letter to.
func (p *pages) reset(w http.ResponseWriter, r *http.Request) error {
	pr := i18n.From(r.Context())
	return web.Render(w, r, web.Page{Title: pr.T("auth.reset.title"), Intro: pr.T("auth.reset.intro"), Plain: true, Body: resetBody(pr)})
}

// postReset: POST /console/reset. The answer is the same for every address.
func (p *pages) postReset(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := limit(r); err != nil {
		return err
	}
	// An address that is tried too often is answered as any other.
	if err := p.svc.RequestReset(r.Context(), p.visit(r), f.Raw("email")); err != nil && errs.KindOf(err) != errs.TooMany {
		return err
	}
	pr := i18n.From(r.Context())
	return web.Render(w, r, web.Page{Title: pr.T("auth.reset.sent"), Plain: true, Body: resetSentBody(pr)})
}

// resetLink: GET /console/reset/{secret}.
func (p *pages) resetLink(w http.ResponseWriter, r *http.Request) error {
	return p.showLink(w, r, auth.Reset, nil)
}

// postResetLink: POST /console/reset/{secret} with the new password.
func (p *pages) postResetLink(w http.ResponseWriter, r *http.Request) error {
	return p.passwordByLink(w, r, auth.Reset)
}

// invitation: GET /console/invitation/{secret}.
func (p *pages) invitation(w http.ResponseWriter, r *http.Request) error {
	return p.showLink(w, r, auth.Invitation, nil)
}

// postInvitation: POST /console/invitation/{secret} with a password.
func (p *pages) postInvitation(w http.ResponseWriter, r *http.Request) error {
	return p.passwordByLink(w, r, auth.Invitation)
}

func (p *pages) showLink(w http.ResponseWriter, r *http.Request, kind auth.LinkKind, problem error) error {
	if err := limit(r); err != nil {
		return err
	}
	person, err := p.svc.FollowLink(r.Context(), kind, r.PathValue("secret"))
	if err != nil {
		return err
	}
	page := linkPage{p: i18n.From(r.Context()), person: person, action: r.URL.Path, errors: web.Errors(r, problem), invite: kind == auth.Invitation}
	status := 0
	if problem != nil {
		status = http.StatusUnprocessableEntity
	}
	return web.Render(w, r, web.Page{
		Title: page.p.T("auth." + string(kind) + ".link.title"), Intro: page.p.T("auth."+string(kind)+".link.intro", "name", person.Called(page.p.Lang())),
		Plain: true, Status: status, Body: linkBody(page),
	})
}

func (p *pages) passwordByLink(w http.ResponseWriter, r *http.Request, kind auth.LinkKind) error {
	password, err := newPassword(r)
	if err != nil {
		return p.orAgain(w, r, kind, err)
	}
	h, err := p.svc.PasswordByLink(r.Context(), kind, r.PathValue("secret"), password)
	if err != nil {
		return p.orAgain(w, r, kind, err)
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "auth.password.saved"))
	return p.toSecond(w, r, h)
}

func (p *pages) orAgain(w http.ResponseWriter, r *http.Request, kind auth.LinkKind, problem error) error {
	if errs.KindOf(problem) != errs.Invalid {
		return problem
	}
	return p.showLink(w, r, kind, problem)
}

// newPassword reads a new password that was typed twice, as typed.
func newPassword(r *http.Request) (string, error) {
	f, err := web.ReadForm(r)
	if err != nil {
		return "", err
	}
	password := r.PostForm.Get("password")
	if password != r.PostForm.Get("again") {
		f.Fail("again", "auth.password.differ")
		return "", f.Err()
	}
	return password, nil
}

// beginInvited: POST /console/invitation/{secret}/passkey/begin.
func (p *pages) beginInvited(w http.ResponseWriter, r *http.Request) error {
	if err := limit(r); err != nil {
		return err
	}
	person, err := p.svc.FollowLink(r.Context(), auth.Invitation, r.PathValue("secret"))
	if err != nil {
		return err
	}
	options, kept, err := p.svc.BeginPasskey(r.Context(), person.ID, "")
	if err != nil {
		return err
	}
	return answer(w, begun{PublicKey: options.Response, State: kept})
}

// finishInvited: POST /console/invitation/{secret}/passkey/finish.
func (p *pages) finishInvited(w http.ResponseWriter, r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	in, err := p.svc.PasskeyByLink(r.Context(), p.visit(r), r.PathValue("secret"), state(r), body)
	if err != nil {
		return err
	}
	return p.enterByScript(w, r, in)
}

// enrolPage sets up the second factor.
type enrolPage struct {
	p      *i18n.Printer
	qr     string // data URL
	secret string
	url    string
	action string
	errors map[string]string
	plain  bool
}

// enrol: GET /console/signin/enrol.
func (p *pages) enrol(w http.ResponseWriter, r *http.Request) error {
	id, enrol := p.half(r)
	if id == "" || !enrol {
		return web.Redirect(w, r, signInPath)
	}
	return p.showEnrol(w, r, id, signInPath+"/enrol", true, nil)
}

// showEnrol shows the secret that is being set up, the same one until its
// first code was right.
func (p *pages) showEnrol(w http.ResponseWriter, r *http.Request, personID, action string, plain bool, problem error) error {
	ctx := r.Context()
	e, err := p.svc.ResumeTOTP(ctx, personID, p.sessions.GetString(ctx, keyTOTP))
	if err != nil {
		return err
	}
	p.sessions.Put(ctx, keyTOTP, e.Sealed)
	page := enrolPage{p: i18n.From(ctx), qr: "data:image/png;base64," + base64.StdEncoding.EncodeToString(e.QR), secret: e.Secret, url: e.URL, action: action, errors: web.Errors(r, problem), plain: plain}
	status := 0
	if problem != nil {
		status = http.StatusUnprocessableEntity
	}
	return web.Render(w, r, web.Page{Title: page.p.T("auth.enrol.title"), Intro: page.p.T("auth.enrol.intro"), Plain: plain, Status: status, Crumbs: crumbs(r, plain), Body: enrolBody(page)})
}

// postEnrol: POST /console/signin/enrol with the first code.
func (p *pages) postEnrol(w http.ResponseWriter, r *http.Request) error {
	id, enrol := p.half(r)
	if id == "" || !enrol {
		return p.showSignIn(w, r, "", errs.New(errs.Gone, "auth.code.late"))
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := limit(r); err != nil {
		return err
	}
	in, codes, err := p.svc.EnrolAndEnter(r.Context(), p.visit(r), id, p.sessions.GetString(r.Context(), keyTOTP), f.Raw("code"))
	if errors.Is(err, auth.ErrCode) {
		return p.showEnrol(w, r, id, signInPath+"/enrol", true, err)
	}
	if err != nil {
		return err
	}
	back, err := p.enter(w, r, in)
	if err != nil {
		return err
	}
	return p.showCodes(w, r, codes, back, true)
}

// showCodes shows fresh recovery codes, this once.
func (p *pages) showCodes(w http.ResponseWriter, r *http.Request, codes []string, onward string, plain bool) error {
	pr := i18n.From(r.Context())
	return web.Render(w, r, web.Page{Title: pr.T("auth.codes.title"), Intro: pr.T("auth.codes.intro"), Plain: plain, Crumbs: crumbs(r, plain), Body: codesBody(pr, codes, onward)})
}

func crumbs(r *http.Request, plain bool) []ui.Link {
	if plain {
		return nil
	}
	return []ui.Link{{Label: web.T(r, "auth.account.title"), Href: accountPath}}
}
