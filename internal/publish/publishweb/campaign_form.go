package publishweb

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/publish"
	"sifara/internal/publish/campaign"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

var utc = time.UTC

// campaignForm asks what a campaign is.
type campaignForm struct {
	form
	x      campaign.Campaign // as it is stored; without id for a new one
	people []ui.Option
}

// newCampaign asks for a campaign: GET /console/campaigns/new.
func (c *console) newCampaign(w http.ResponseWriter, r *http.Request) error {
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	v := url.Values{"id": {id.New()}, "currency": {campaign.Currencies()[0]}, "owner": {d.actor.ID}}
	if scopes := d.scopes(campaign.Manage, ""); len(scopes) > 0 {
		v.Set("mission", scopes[0].Value)
	}
	for _, l := range i18n.Langs {
		v.Add("langs", string(l))
	}
	v.Add("channels", "site")
	x, from, err := c.fromOccasion(r.Context(), r.URL.Query())
	if err != nil {
		return err
	}
	if from {
		d.fillFrom(v, x)
	}
	return c.showCampaignForm(w, r, campaignForm{form: d.fresh(v)})
}

// editCampaign: GET /console/campaigns/{id}/edit.
func (c *console) editCampaign(w http.ResponseWriter, r *http.Request) error {
	x, d, err := c.runs(r)
	if err != nil {
		return err
	}
	if x.State.Over() {
		return campaign.ErrState
	}
	return c.showCampaignForm(w, r, campaignForm{form: d.fresh(d.campaignValues(x)), x: x})
}

// runs gives the campaign of an address on which the reader works.
func (c *console) runs(r *http.Request) (campaign.Campaign, *desk, error) {
	x, err := c.campaigns.Campaign(r.Context(), r.PathValue("id"))
	if err == nil && !c.campaigns.May(r.Context(), x) {
		err = errs.New(errs.Forbidden, "")
	}
	if err != nil {
		return x, nil, err
	}
	d, err := c.desk(r)
	return x, d, err
}

// campaignValues are the stored values as the form shows them.
func (d *desk) campaignValues(x campaign.Campaign) url.Values {
	v := url.Values{"id": {x.ID}, "version": {strconv.FormatInt(x.Version, 10)}, "mission": {x.MissionID}, "owner": {x.OwnerID}, "currency": {x.Currency}, "partners": x.Partners, "channels": x.Channels}
	for name, t := range map[string]publish.Texts{"names": x.Names, "objective": x.Objective, "messages": x.KeyMessages, "result": x.Result, "indicator": x.Indicator} {
		for l, s := range t {
			v.Set(name+"-"+string(l), s)
		}
	}
	for _, p := range x.Publics {
		v.Add("publics", p.Segment)
		v.Set("public-"+p.Segment, p.Note)
	}
	for _, l := range x.Langs {
		v.Add("langs", string(l))
	}
	var countries []string
	for _, code := range x.Countries {
		countries = append(countries, d.p.Country(code))
	}
	v.Set("countries", strings.Join(countries, "\n"))
	d.putDay(v, "starts", x.StartsOn)
	d.putDay(v, "ends", x.EndsOn)
	if len(x.Indicator) > 0 {
		v.Set("baseline", d.figure(x.Baseline))
		v.Set("target", d.figure(x.Target))
	}
	return v
}

func (c *console) showCampaignForm(w http.ResponseWriter, r *http.Request, f campaignForm) error {
	people, err := c.org.Holders(r.Context(), publish.MayView, f.x.Scope())
	if err != nil {
		return err
	}
	lang, known := f.d.p.Lang(), false
	for _, p := range people {
		known = known || p.ID == f.v.Get("owner")
		f.people = append(f.people, ui.Option{Value: p.ID, Label: p.Called(lang)})
	}
	if owner := f.v.Get("owner"); owner != "" && !known {
		names, err := c.org.PersonNames(r.Context(), []string{owner})
		if err != nil {
			return err
		}
		if n := names[owner]; n != "" {
			f.people = append(f.people, ui.Option{Value: owner, Label: n})
		}
	}
	text.Sort(string(lang), f.people, func(o ui.Option) string { return o.Label })
	title, crumbs := f.d.t("publish.campaign.new"), f.d.campaignCrumbs(nil)
	if f.x.ID != "" {
		title, crumbs = f.d.t("publish.campaign.edit"), f.d.campaignCrumbs(&f.x)
	}
	return web.Render(w, r, web.Page{Title: title, Intro: f.d.t("publish.campaign.form_intro"), Crumbs: crumbs, Body: campaignFormView(f), Status: f.status})
}

func (d *desk) campaignCrumbs(x *campaign.Campaign) []ui.Link {
	out := []ui.Link{{Label: d.t("publish.nav.campaigns"), Href: campaignsPath}}
	if x != nil {
		out = append(out, ui.Link{Label: x.Name(d.p.Lang()), Href: campaignPath(x.ID)})
	}
	return out
}

// beginCampaign: POST /console/campaigns.
func (c *console) beginCampaign(w http.ResponseWriter, r *http.Request) error {
	return c.takeCampaign(w, r, campaign.Campaign{}, c.campaigns.Begin)
}

// saveCampaign: POST /console/campaigns/{id}/edit.
func (c *console) saveCampaign(w http.ResponseWriter, r *http.Request) error {
	x, _, err := c.runs(r)
	if err != nil {
		return err
	}
	return c.takeCampaign(w, r, x, c.campaigns.Edit)
}

func (c *console) takeCampaign(w http.ResponseWriter, r *http.Request, stored campaign.Campaign, take func(context.Context, campaign.Campaign) error) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	x := d.readCampaign(in)
	if stored.ID != "" {
		x.ID, x.ObjectiveID, x.Version = stored.ID, stored.ObjectiveID, int64(number(in.Raw("version")))
	}
	if err = in.Err(); err == nil {
		err = take(r.Context(), x)
	}
	if err == nil {
		return done(w, r, nil, campaignPath(x.ID), "publish.done.saved")
	}
	f := campaignForm{form: d.typed(r), x: stored}
	if !f.refused(r, err) {
		return err
	}
	return c.showCampaignForm(w, r, f)
}

// readCampaign reads the form as far as it can be read.
func (d *desk) readCampaign(in *web.Form) campaign.Campaign {
	x := campaign.Campaign{ID: in.Raw("id"), MissionID: in.OptionalID("mission"), OwnerID: in.Raw("owner"), Currency: in.Raw("currency"), Partners: in.All("partners"), Channels: in.All("channels"),
		Names: textsOf(in, "names"), Objective: textsOf(in, "objective"), KeyMessages: textsOf(in, "messages"), Result: textsOf(in, "result"), Indicator: textsOf(in, "indicator")}
	for _, s := range in.All("publics") {
		x.Publics = append(x.Publics, campaign.Public{Segment: s, Note: in.Raw("public-" + s)})
	}
	for _, l := range in.All("langs") {
		x.Langs = append(x.Langs, i18n.Lang(l))
	}
	var unknown string
	if x.Countries, unknown = d.countryCodes(in.Raw("countries")); unknown != "" {
		in.Fail("countries", "publish.campaign.bad_country", "country", unknown)
	}
	x.StartsOn, x.EndsOn = db.At(in.Date("starts", utc)), db.At(in.Date("ends", utc))
	x.Baseline, x.Target = d.readFixed(in, "baseline", 2, true), d.readFixed(in, "target", 2, true)
	return x
}

// readFixed reads a number with at most so many digits after the separator.
func (d *desk) readFixed(in *web.Form, name string, digits int, optional bool) int64 {
	s := in.Raw(name)
	if optional && strings.TrimSpace(s) == "" {
		return 0
	}
	n, ok := d.p.Lang().ParseFixed(s, digits)
	if !ok {
		in.Fail(name, "publish.campaign.bad_figure", "digits", digits, "example", d.p.Fixed(123456, digits))
	}
	return n
}

func textsOf(in *web.Form, name string) publish.Texts {
	t := publish.Texts{}
	for _, l := range i18n.Langs {
		t[l] = in.Raw(name + "-" + string(l))
	}
	return t
}

// splitList cuts a text at lines and commas.
func splitList(s string) []string {
	var out []string
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == ',' || r == '،' || r == ';' || r == '؛' }) {
		if part = text.Line(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

func (f campaignForm) action() string {
	if f.x.ID == "" {
		return campaignsPath
	}
	return campaignPath(f.x.ID) + "/edit"
}

func (f campaignForm) back() string {
	if f.x.ID == "" {
		return campaignsPath
	}
	return campaignPath(f.x.ID)
}

// inLang describes a field for one language of a text; label has {lang}.
func (f form) inLang(name, label string, l i18n.Lang, rows, limit int) ui.FieldProps {
	p := f.words(name+"-"+string(l), label, "", l, rows, limit)
	p.Label = f.d.t(label, "lang", l)
	p.Optional = true
	return p
}

// several describes a question with several answers; those posted are ticked.
func (f form) several(name, label, hint string, options []ui.Option) ui.ChoiceProps {
	c := f.choice(name, label, hint, options)
	for i, o := range c.Options {
		c.Options[i].Checked = false
		for _, v := range f.v[name] {
			c.Options[i].Checked = c.Options[i].Checked || v == o.Value
		}
	}
	return c
}

func (f campaignForm) publics() ui.ChoiceProps {
	var out []ui.Option
	for _, s := range campaign.Segments {
		note := f.field("public-"+s, "publish.campaign.public_note", "")
		note.Optional, note.MaxLength = true, campaign.MaxNote
		out = append(out, ui.Option{Value: s, Label: f.d.t("publish.segment." + s), Then: ui.Field(note)})
	}
	return f.several("publics", "publish.campaign.publics", "publish.campaign.publics.hint", out)
}

func (f campaignForm) langs() ui.ChoiceProps {
	c := f.several("langs", "publish.campaign.langs", "", f.d.languages())
	c.Inline = true
	return c
}

func (f campaignForm) channels() ui.ChoiceProps {
	var out []ui.Option
	for _, s := range campaign.Channels {
		out = append(out, ui.Option{Value: s, Label: f.d.t("publish.channel." + s)})
	}
	c := f.several("channels", "publish.campaign.channels", "", out)
	c.Optional, c.Inline = true, true
	return c
}

func (f campaignForm) partners() ui.ChoiceProps {
	var out []ui.Option
	list, _ := f.d.org.Missions(f.d.ctx)
	for _, m := range list {
		if m.Open {
			out = append(out, ui.Option{Value: m.ID, Label: m.Name(f.d.p.Lang())})
		}
	}
	c := f.several("partners", "publish.campaign.partners", "publish.campaign.partners.hint", out)
	c.Optional, c.Inline = true, true
	return c
}

func (f campaignForm) currency() ui.ChoiceProps {
	var out []ui.Option
	for _, code := range campaign.Currencies() {
		out = append(out, ui.Option{Value: code, Label: code})
	}
	return f.choice("currency", "publish.campaign.currency", "", out)
}

func (f campaignForm) owner() ui.ChoiceProps {
	return f.choice("owner", "publish.campaign.owner", "publish.campaign.owner.hint", f.people)
}

// day describes the fields of a day that must be given.
func (f form) day(name, label string) ui.DateProps {
	p := f.date(name, label, "")
	p.Optional = false
	return p
}

// count describes a field for a number.
func (f form) count(name, label string) ui.FieldProps {
	p := f.field(name, label, "")
	p.InputMode, p.Width, p.Dir = "decimal", 10, "ltr"
	return p
}
