package publishweb

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// SitesPath is where the ministry and missions arrange their sites.
const SitesPath = "/console/sites"

// sites lists the missions whose sites the reader may arrange:
// GET /console/sites.
func (c *console) sites(w http.ResponseWriter, r *http.Request) error {
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	var links []ui.Link
	for _, o := range d.scopes(publish.MayRelease, "") {
		switch {
		case o.Value == "" && c.themes != nil:
			links = append(links, ui.Link{Label: d.t("publish.theme.title", "who", o.Label), Href: themed{}.path()})
		case o.Value != "":
			links = append(links, ui.Link{Label: o.Label, Href: SitesPath + "/" + url.PathEscape(o.Value)})
		}
	}
	return web.Render(w, r, web.Page{Title: d.t("publish.nav.sites"), Intro: d.t("publish.sites.intro"), Body: sitesView(d, links)})
}

// sitePage is the form of one mission's site.
type sitePage struct {
	form
	mission org.Mission
	people  []org.Person
	theme   string // address of the page about its look; empty: none
	chosen  []string
}

// missionOf is the mission of a page that the reader may arrange; NotFound for
// any other.
func (c *console) missionOf(r *http.Request) (org.Mission, error) {
	return c.arranged(r.Context(), r.PathValue("id"))
}

// arranged is missionOf by the mission's id.
func (c *console) arranged(ctx context.Context, missionID string) (org.Mission, error) {
	m, err := c.org.Mission(ctx, missionID)
	if err == nil && !perm.From(ctx).MayIn(publish.MayRelease, perm.InMission(m.ID)) {
		err = errs.New(errs.NotFound, "")
	}
	return m, err
}

// site asks what a mission says of itself: GET /console/sites/{id}.
func (c *console) site(w http.ResponseWriter, r *http.Request) error {
	m, err := c.missionOf(r)
	if err != nil {
		return err
	}
	x, err := c.svc.Site(r.Context(), m.ID)
	if err != nil {
		return err
	}
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	v := url.Values{"version": {strconv.Itoa(x.Version)}, "opens-time": {d.p.Digits(x.Opens)}, "closes-time": {d.p.Digits(x.Closes)}}
	for l, s := range x.Note {
		v.Set("note_"+string(l), s)
	}
	return c.showSite(w, r, sitePage{form: d.fresh(v), mission: m, chosen: x.Speakers})
}

func (c *console) showSite(w http.ResponseWriter, r *http.Request, p sitePage) error {
	var err error
	if p.people, err = c.svc.AtMission(r.Context(), p.mission.ID); err != nil {
		return err
	}
	if c.themes != nil {
		p.theme = themed{id: p.mission.ID}.path()
	}
	return web.Render(w, r, web.Page{Title: p.mission.Name(p.d.p.Lang()), Crumbs: []ui.Link{{Label: p.d.t("publish.nav.sites"), Href: SitesPath}}, Body: siteView(p), Status: p.status})
}

// saveSite saves it: POST /console/sites/{id}.
func (c *console) saveSite(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	m, err := c.missionOf(r)
	if err != nil {
		return err
	}
	x := publish.Site{MissionID: m.ID, Opens: i18n.ParseDigits(in.Raw("opens-time")), Closes: i18n.ParseDigits(in.Raw("closes-time")), Note: readTexts(in, "note"), Speakers: in.All("speakers"), Version: number(in.Raw("version"))}
	if _, err = c.svc.SaveSite(r.Context(), x); err == nil {
		return done(w, r, nil, SitesPath+"/"+url.PathEscape(m.ID), "publish.done.saved")
	}
	d, deskErr := c.desk(r)
	if deskErr != nil {
		return deskErr
	}
	p := sitePage{form: d.typed(r), mission: m, chosen: x.Speakers}
	if !p.refused(r, err) {
		return err
	}
	if errors.Is(err, publish.ErrEdited) {
		if now, readErr := c.svc.Site(r.Context(), m.ID); readErr == nil {
			p.v.Set("version", strconv.Itoa(now.Version))
		}
	}
	return c.showSite(w, r, p)
}

// hour asks for a time of day.
func (p sitePage) hour(name string) ui.FieldProps {
	f := p.clock(name, p.d.t("publish.field."+name))
	f.Error = p.errors[name]
	return f
}

// speakers offers the officials of the mission, those chosen first.
func (p sitePage) speakers() ui.ChoiceProps {
	var options []ui.Option
	for _, x := range p.people {
		options = append(options, ui.Option{Value: x.ID, Label: x.Called(p.d.p.Lang()), Hint: x.Post.In(p.d.p.Lang()), Checked: slices.Contains(p.chosen, x.ID)})
	}
	return ui.ChoiceProps{Name: "speakers", Label: p.d.t("publish.field.speakers"), Hint: p.d.t("publish.field.speakers.hint"), Error: p.errors["speakers"], Options: options, Optional: true}
}
