package publishweb

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/publish/newsletter"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

func (p *letters) siteRoutes() []web.Route {
	return []web.Route{
		web.PublicGet("/{lang}/newsletter", p.signUpPage),
		web.PublicPost("/{lang}/newsletter", p.signUp),
		web.PublicGet("/{lang}/missions/{slug}/newsletter", p.signUpPage),
		web.PublicGet("/{lang}/newsletter/confirm/{token}", p.confirmPage),
		web.PublicPost("/{lang}/newsletter/confirm/{token}", p.confirm),
		web.PublicGet("/{lang}/newsletter/preferences/{token}", p.preferencesPage),
		web.PublicPost("/{lang}/newsletter/preferences/{token}", p.prefer),
		web.PublicGet("/{lang}/newsletter/unsubscribe/{token}", p.unsubscribePage),
		web.PublicPost("/{lang}/newsletter/unsubscribe/{token}", p.unsubscribe),
		web.PublicGet("/{lang}/newsletter/archive", p.archive),
		web.PublicGet("/{lang}/newsletter/archive/{slug}", p.kept),
		web.PublicGet("/newsletter/unsubscribe/{token}", p.unsubscribeDoor),
		web.PublicPost("/newsletter/unsubscribe/{token}", p.oneClick),
		web.PublicGet("/newsletter/go/{code}", p.follow),
	}
}

// The rates at which one network may sign up.
const (
	signUpEvery = 20 * time.Second
	signUpBurst = 8
)

// trapName is a field that people neither see nor hear; many robots fill every
// field there is.
const trapName = "website"

// signUpView is the form of newsletters: GET /{lang}/newsletter.
type signUpView struct {
	Lang      i18n.Lang
	Lists     []siteList
	Address   string
	Country   string
	Chosen    i18n.Lang
	Countries []ui.Option
	Errors    map[string]string
	Kept      []newsletter.Kept
	Mission   string
}

// siteList is a newsletter as visitors see it.
type siteList struct {
	newsletter.List
	Name, About, Rhythm string
	On                  bool
	Topics              []ui.Option
}

func (v signUpView) summary() []ui.FieldError {
	var out []ui.FieldError
	for _, f := range []string{"lists", "address", "lang", "country"} {
		if t := v.Errors[f]; t != "" {
			out = append(out, ui.FieldError{Field: f, Text: t})
		}
	}
	return out
}

func (p *letters) signUpPage(w http.ResponseWriter, r *http.Request) error {
	return p.showSignUp(w, r, signUpView{Chosen: langOf(r)}, map[string]bool{}, 0)
}

func (p *letters) showSignUp(w http.ResponseWriter, r *http.Request, v signUpView, on map[string]bool, status int) error {
	ctx := r.Context()
	mission, err := p.missionOf(r)
	if err != nil {
		return err
	}
	lists, err := p.mail.OpenLists(ctx, mission.ID)
	if err != nil {
		return err
	}
	v.Lang, v.Mission = langOf(r), mission.Slug
	pr := i18n.From(ctx)
	for _, l := range lists {
		v.Lists = append(v.Lists, siteListOf(pr, l, on[l.ID] || len(lists) == 1, nil))
	}
	v.Countries = countryOptions(pr, v.Country)
	if v.Kept, err = p.mail.Archive(ctx, mission.ID, v.Lang, 5); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.Render(w, r, web.Page{Title: pr.T("newsletter.nav"), Description: pr.T("newsletter.site.lead"), Mission: mission.Slug, Status: status, Body: signUpBody(v)})
}

// missionOf is the mission whose page is asked for; the zero Mission stands for
// the whole house.
func (p *letters) missionOf(r *http.Request) (org.Mission, error) {
	if slug := r.PathValue("slug"); slug != "" {
		return p.org.MissionBySlug(r.Context(), slug)
	}
	return org.Mission{}, nil
}

func siteListOf(pr *i18n.Printer, l newsletter.List, on bool, topics []string) siteList {
	out := siteList{List: l, Name: l.Name(pr.Lang()), About: l.Abouts.In(pr.Lang()), On: on}
	if l.Digest != newsletter.NoDigest {
		out.Rhythm = pr.T("newsletter.digest." + string(l.Digest) + ".word")
	}
	for _, t := range l.Topics {
		out.Topics = append(out.Topics, ui.Option{Value: t.Key, Label: t.Names.In(pr.Lang()), Checked: contains(topics, t.Key)})
	}
	return out
}

func countryOptions(pr *i18n.Printer, chosen string) []ui.Option {
	var out []ui.Option
	for _, c := range org.Countries(pr) {
		out = append(out, ui.Option{Value: c, Label: pr.Country(c), Checked: c == chosen})
	}
	return out
}

// signUp takes the form: POST /{lang}/newsletter. What it answers does not tell
// whether the address was known.
func (p *letters) signUp(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	wish := newsletter.Wish{Email: in.Raw("address"), Lang: i18n.Lang(in.Raw("lang")), Country: in.Raw("country"), Lists: in.All("lists"), Topics: map[string][]string{}}
	on := map[string]bool{}
	for _, l := range wish.Lists {
		on[l], wish.Topics[l] = true, in.All("topics-"+l)
	}
	if err = web.Limit(r.Context(), "newsletter", signUpEvery, signUpBurst); err == nil && in.Raw(trapName) == "" {
		err = p.mail.SignUp(r.Context(), wish)
	}
	if err == nil {
		pr := i18n.From(r.Context())
		return p.said(w, r, "newsletter.site.asked", pr.T("newsletter.site.asked.text"))
	}
	if e, ok := errs.Find(err); !ok || e.Kind != errs.Invalid {
		return err
	}
	v := signUpView{Address: text.Line(wish.Email), Country: wish.Country, Chosen: wish.Lang, Errors: web.Errors(r, err)}
	return p.showSignUp(w, r, v, on, http.StatusUnprocessableEntity)
}

// said is a page that says one thing.
func (p *letters) said(w http.ResponseWriter, r *http.Request, title, what string) error {
	w.Header().Set("Cache-Control", "no-store")
	return web.Render(w, r, web.Page{Title: web.T(r, title), NoIndex: true, Body: saidBody(web.T(r, title), what), Back: ui.Link{Label: web.T(r, "newsletter.nav"), Href: "/" + string(langOf(r)) + "/newsletter"}})
}

// lost says that a link does not hold any more.
func (p *letters) lost(w http.ResponseWriter, r *http.Request, err error) error {
	if errors.Is(err, newsletter.ErrLink) {
		w.Header().Set("Cache-Control", "no-store")
		return web.Render(w, r, web.Page{Title: web.T(r, "newsletter.nav"), NoIndex: true, Status: http.StatusNotFound, Body: saidBody(web.T(r, "newsletter.site.lost"), web.T(r, "newsletter.error.link")),
			Back: ui.Link{Label: web.T(r, "newsletter.nav"), Href: "/" + string(langOf(r)) + "/newsletter"}})
	}
	return err
}

// private has a page of a secret link kept nowhere and its address told to
// nobody.
func private(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
}

// confirmPage asks for the click that confirms; opening the link, which mail
// programs do by themselves, does nothing.
func (p *letters) confirmPage(w http.ResponseWriter, r *http.Request) error {
	lists, err := p.mail.Pending(r.Context(), r.PathValue("token"))
	if err != nil {
		return p.lost(w, r, err)
	}
	var names []string
	for _, l := range lists {
		names = append(names, l.Name(langOf(r)))
	}
	private(w)
	return web.Render(w, r, web.Page{Title: web.T(r, "newsletter.site.confirm"), NoIndex: true, Private: true, Body: buttonBody(web.T(r, "newsletter.site.confirm"), web.T(r, "newsletter.site.confirm.text"), names, r.URL.Path, web.T(r, "newsletter.site.confirm"), nil)})
}

func (p *letters) confirm(w http.ResponseWriter, r *http.Request) error {
	if err := p.mail.Confirm(r.Context(), r.PathValue("token")); err != nil {
		return p.lost(w, r, err)
	}
	return p.said(w, r, "newsletter.site.confirmed", web.T(r, "newsletter.site.confirmed.text"))
}

// preferencesView is the page of a subscriber's own.
type preferencesView struct {
	Action      string
	Unsubscribe string
	Masked      string
	Chosen      i18n.Lang
	Countries   []ui.Option
	Lists       []siteList
	Errors      map[string]string
	Saved       bool
}

func (p *letters) preferencesPage(w http.ResponseWriter, r *http.Request) error {
	return p.showPreferences(w, r, nil)
}

func (p *letters) showPreferences(w http.ResponseWriter, r *http.Request, problem error) error {
	token := r.PathValue("token")
	pref, err := p.mail.Preferences(r.Context(), token)
	if err != nil {
		return p.lost(w, r, err)
	}
	pr := i18n.From(r.Context())
	v := preferencesView{Action: r.URL.Path, Unsubscribe: "/" + string(pr.Lang()) + "/newsletter/unsubscribe/" + token, Masked: pref.Masked, Chosen: pref.Lang,
		Countries: countryOptions(pr, pref.Country), Saved: r.URL.Query().Get("saved") != ""}
	for _, l := range pref.Lists {
		v.Lists = append(v.Lists, siteListOf(pr, l, pref.On[l.ID], pref.Topics[l.ID]))
	}
	status := 0
	if problem != nil {
		v.Errors, status = web.Errors(r, problem), http.StatusUnprocessableEntity
	}
	private(w)
	return web.Render(w, r, web.Page{Title: pr.T("newsletter.site.preferences"), NoIndex: true, Private: true, Status: status, Body: preferencesBody(v)})
}

func (p *letters) prefer(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	c := newsletter.Change{Lang: i18n.Lang(in.Raw("lang")), Country: in.Raw("country"), Lists: in.All("lists"), Topics: map[string][]string{}}
	for _, l := range c.Lists {
		c.Topics[l] = in.All("topics-" + l)
	}
	err = p.mail.Change(r.Context(), r.PathValue("token"), c)
	switch {
	case err == nil && len(c.Lists) == 0:
		return p.said(w, r, "newsletter.site.gone", web.T(r, "newsletter.site.gone.text"))
	case err == nil:
		return web.Redirect(w, r, r.URL.Path+"?saved=1")
	case errs.KindOf(err) == errs.Invalid:
		return p.showPreferences(w, r, err)
	}
	return p.lost(w, r, err)
}

// unsubscribePage asks once; opening the link does nothing.
func (p *letters) unsubscribePage(w http.ResponseWriter, r *http.Request) error {
	private(w)
	pref, err := p.mail.Preferences(r.Context(), r.PathValue("token"))
	if errors.Is(err, newsletter.ErrLink) { // gone already, or a link of nobody: which, is not told
		return p.said(w, r, "newsletter.site.gone", web.T(r, "newsletter.site.gone.text"))
	}
	if err != nil {
		return err
	}
	more := &ui.Link{Label: web.T(r, "newsletter.letter.preferences"), Href: "/" + string(langOf(r)) + "/newsletter/preferences/" + r.PathValue("token")}
	return web.Render(w, r, web.Page{Title: web.T(r, "newsletter.letter.unsubscribe"), NoIndex: true, Private: true,
		Body: buttonBody(web.T(r, "newsletter.letter.unsubscribe"), pref.Masked, []string{pref.Here.Name(langOf(r))}, r.URL.Path, web.T(r, "newsletter.letter.unsubscribe"), more)})
}

func (p *letters) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	if err := p.mail.Unsubscribe(r.Context(), r.PathValue("token"), r.FormValue("all") != ""); err != nil {
		return p.lost(w, r, err)
	}
	return p.said(w, r, "newsletter.site.gone", web.T(r, "newsletter.site.gone.text"))
}

// unsubscribeDoor leads people who open the address of the letter's header to
// the page in their language.
func (p *letters) unsubscribeDoor(w http.ResponseWriter, r *http.Request) error {
	private(w)
	http.Redirect(w, r, "/"+string(langOf(r))+"/newsletter/unsubscribe/"+r.PathValue("token"), http.StatusSeeOther)
	return nil
}

// oneClick is what mail programs call when their reader unsubscribes (RFC 8058):
// a POST without sign-in, cookies or questions.
func (p *letters) oneClick(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if in.Raw("List-Unsubscribe") != "One-Click" {
		return errs.New(errs.Invalid, "web.form")
	}
	if err := p.mail.Unsubscribe(r.Context(), r.PathValue("token"), false); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("unsubscribed\n"))
	return nil
}

// follow counts a link and leads on. What a mail program asks for beforehand is
// not counted.
func (p *letters) follow(w http.ResponseWriter, r *http.Request) error {
	early := r.Method == http.MethodHead || strings.Contains(r.Header.Get("Sec-Purpose")+r.Header.Get("Purpose"), "prefetch")
	to, err := p.mail.Follow(r.Context(), r.PathValue("code"), !early)
	if err != nil {
		return err
	}
	private(w)
	http.Redirect(w, r, to, http.StatusFound)
	return nil
}

// archive lists what was sent: GET /{lang}/newsletter/archive.
func (p *letters) archive(w http.ResponseWriter, r *http.Request) error {
	list, err := p.mail.Archive(r.Context(), "", langOf(r), 100)
	if err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: web.T(r, "newsletter.archive"), Description: web.T(r, "newsletter.archive.lead"), Body: archiveBody(p.archived(r, list)),
		Crumbs: []ui.Link{{Label: web.T(r, "newsletter.nav"), Href: "/" + string(langOf(r)) + "/newsletter"}}})
}

func (p *letters) archived(r *http.Request, list []newsletter.Kept) []entry {
	pr := i18n.From(r.Context())
	var out []entry
	for _, k := range list {
		at := k.SentAt.In(p.org.Zone(r.Context(), k.List.MissionID))
		out = append(out, entry{Title: k.Subject, Lang: pr.Lang().Tag(), Href: "/" + string(pr.Lang()) + "/newsletter/archive/" + k.Slug, Kind: k.List.Name(pr.Lang()), When: pr.Date(at), DateTime: at.Format(time.RFC3339)})
	}
	return out
}

// kept is one letter as it was sent, for everyone.
func (p *letters) kept(w http.ResponseWriter, r *http.Request) error {
	k, err := p.mail.InArchive(r.Context(), r.PathValue("slug"), langOf(r))
	if err != nil {
		return err
	}
	pr := i18n.From(r.Context())
	at := k.SentAt.In(p.org.Zone(r.Context(), k.List.MissionID))
	return web.Render(w, r, web.Page{Title: k.Subject, Body: keptBody(k, pr.DateTime(at)),
		Crumbs: []ui.Link{{Label: pr.T("newsletter.archive"), Href: "/" + string(pr.Lang()) + "/newsletter/archive"}}})
}

// about is what a newsletter says of itself, with its rhythm.
func (l siteList) about() string {
	if l.Rhythm == "" {
		return l.About
	}
	return strings.TrimSpace(l.About + " · " + l.Rhythm)
}

// siteLangs asks for the language of letters.
func siteLangs(label string, chosen i18n.Lang, problem string) ui.ChoiceProps {
	c := ui.ChoiceProps{Name: "lang", Label: label, Error: problem, Inline: true}
	for _, l := range i18n.Langs {
		c.Options = append(c.Options, ui.Option{Value: string(l), Label: l.Name(), Lang: l.Tag(), Checked: l == chosen})
	}
	return c
}
