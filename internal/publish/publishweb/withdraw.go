package publishweb

import (
	"net/http"
	"net/url"

	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/web"
)

// withdrawing asks for the public note: GET /console/messages/{id}/withdraw.
func (c *console) withdrawing(w http.ResponseWriter, r *http.Request) error {
	p, err := c.messagePage(r)
	if err != nil {
		return err
	}
	if !p.acts.Withdraw {
		return done(w, r, publish.ErrState, messagePath(p.m.ID), "")
	}
	return c.showWithdraw(w, r, p, p.d.fresh(url.Values{}))
}

func (c *console) showWithdraw(w http.ResponseWriter, r *http.Request, p messagePage, f form) error {
	return web.Render(w, r, web.Page{Title: p.d.t("publish.withdraw.title"), Intro: p.d.t("publish.withdraw.intro"), Crumbs: p.d.crumbs(&p.m), Body: withdrawView(releasePage{messagePage: p, form: f}), Status: f.status})
}

// withdraw takes a message back: POST /console/messages/{id}/withdraw.
func (c *console) withdraw(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	note := publish.Texts{}
	for _, l := range i18n.Langs {
		note[l] = in.Raw("note-" + string(l))
	}
	if _, err = c.svc.Withdraw(r.Context(), r.PathValue("id"), note); err == nil {
		return done(w, r, nil, messagePath(r.PathValue("id")), "publish.done.withdrawn")
	}
	p, pageErr := c.messagePage(r)
	if pageErr != nil {
		return pageErr
	}
	f := p.d.typed(r)
	if !f.refused(r, err) {
		return err
	}
	return c.showWithdraw(w, r, p, f)
}
