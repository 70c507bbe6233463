package publishweb

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"sifara/internal/i18n"
	"sifara/internal/jobs"
	"sifara/internal/module"
	"sifara/internal/org"
	"sifara/internal/publish"
	"sifara/internal/publish/share"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

func sharesPath(messageID string) string { return messagePath(messageID) + "/shares" }

func sharePath(x share.Share) string { return sharesPath(x.MessageID) + "/" + url.PathEscape(x.ID) }

// addShares adds what named readers outside are shown.
func (c *console) addShares(m *module.Module) {
	s := c.writing.Shares
	if s == nil {
		return
	}
	m.Permissions = append(m.Permissions, share.Permissions()...)
	m.Routes = append(m.Routes,
		web.Get("/console/messages/{id}/shares", share.Manage, c.shares),
		web.Post("/console/messages/{id}/shares", share.Manage, c.share),
		web.Post("/console/messages/{id}/shares/revoke", share.Manage, c.revokeShares),
		web.Post("/console/messages/{id}/shares/{share}/revoke", share.Manage, c.revokeShare),
		web.Post("/console/messages/{id}/shares/{share}/renew", share.Manage, c.renewShare),
	)
	before := m.Jobs
	m.Jobs = func(q *jobs.Queue) {
		before(q)
		s.Jobs(q)
	}
}

// sharesOf gives the shares of a message to those who may see them; may is false for
// others, and in a house without shares.
func (c *console) sharesOf(r *http.Request, m publish.Message) (list []share.Share, may bool, err error) {
	s := c.writing.Shares
	if s == nil || !s.May(r.Context(), m) {
		return nil, false, nil
	}
	list, err = s.Of(r.Context(), m.ID)
	return list, true, err
}

// sharingPage are the readers of a message and the form for another:
// GET /console/messages/{id}/shares.
type sharingPage struct {
	form
	m    publish.Message
	list []share.Share
	zone string
	link string      // of the share that was just made, which is not shown again
	made share.Share // whose link it is
}

func (c *console) sharingPage(r *http.Request) (sharingPage, error) {
	ctx := r.Context()
	m, err := c.svc.Message(ctx, r.PathValue("id"))
	if err != nil {
		return sharingPage{}, err
	}
	d, err := c.desk(r, m)
	if err != nil {
		return sharingPage{}, err
	}
	p := sharingPage{m: m, zone: c.org.Zone(ctx, m.MissionID).String(), form: d.fresh(url.Values{})}
	if p.list, err = c.writing.Shares.Of(ctx, m.ID); err != nil {
		return p, err
	}
	var ids []string
	for _, x := range p.list {
		ids = append(ids, x.CreatedBy, x.RevokedBy)
	}
	return p, d.know(c, ids...)
}

// empty fills the form for another reader.
func (p *sharingPage) empty() {
	p.v = url.Values{"id": {newID()}, "zone": {p.zone}}
	for _, l := range p.m.Langs() {
		p.v.Add("langs", string(l))
	}
}

func (c *console) shares(w http.ResponseWriter, r *http.Request) error {
	p, err := c.sharingPage(r)
	if err != nil {
		return err
	}
	p.empty()
	return c.showShares(w, r, p)
}

func (c *console) showShares(w http.ResponseWriter, r *http.Request, p sharingPage) error {
	return web.Render(w, r, web.Page{Title: p.d.t("publish.share.title"), Intro: p.d.t("publish.share.intro"), Crumbs: p.d.crumbs(&p.m), Body: sharingView(p), Status: p.status})
}

// share makes a share and shows its link once: POST /console/messages/{id}/shares.
func (c *console) share(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	ctx, messageID := r.Context(), r.PathValue("id")
	m, err := c.svc.Message(ctx, messageID)
	if err != nil {
		return err
	}
	draft := share.Draft{ID: in.Raw("id"), MessageID: messageID, Name: in.Raw("name"), Organisation: in.Raw("organisation"), Email: in.Raw("email"), Zone: in.Raw("zone"), Remark: in.Raw("remark"),
		Until: in.DateTime("until", c.org.Zone(ctx, m.MissionID))}
	for _, l := range in.All("langs") {
		draft.Langs = append(draft.Langs, i18n.Lang(l))
	}
	var made share.Share
	var token string
	if err = in.Err(); err == nil {
		made, token, err = c.writing.Shares.Create(ctx, draft)
	}
	p, pageErr := c.sharingPage(r)
	if pageErr != nil {
		return pageErr
	}
	if err != nil {
		p.form = p.d.typed(r)
		if !p.refused(r, err) {
			return err
		}
		return c.showShares(w, r, p)
	}
	return c.showLink(w, r, p, made, token)
}

// showLink shows the link of a share, this once.
func (c *console) showLink(w http.ResponseWriter, r *http.Request, p sharingPage, of share.Share, token string) error {
	p.empty()
	p.made, p.link = of, c.baseURL+embargoPath+token
	return c.showShares(w, r, p)
}

// renewShare gives a reader another link:
// POST /console/messages/{id}/shares/{share}/renew.
func (c *console) renewShare(w http.ResponseWriter, r *http.Request) error {
	x, token, err := c.writing.Shares.Renew(r.Context(), r.PathValue("id"), r.PathValue("share"))
	if err != nil {
		return done(w, r, err, sharesPath(r.PathValue("id")), "")
	}
	p, err := c.sharingPage(r)
	if err != nil {
		return err
	}
	return c.showLink(w, r, p, x, token)
}

// revokeShare ends a share: POST /console/messages/{id}/shares/{share}/revoke.
func (c *console) revokeShare(w http.ResponseWriter, r *http.Request) error {
	messageID := r.PathValue("id")
	return done(w, r, c.writing.Shares.Revoke(r.Context(), messageID, r.PathValue("share")), sharesPath(messageID), "publish.share.revoked")
}

// revokeShares ends all: POST /console/messages/{id}/shares/revoke.
func (c *console) revokeShares(w http.ResponseWriter, r *http.Request) error {
	messageID := r.PathValue("id")
	n, err := c.writing.Shares.RevokeAll(r.Context(), messageID)
	return done(w, r, err, sharesPath(messageID), "publish.share.revoked_all", "count", n)
}

// sharing is the badge of a share.
func (d *desk) sharing(x share.Share, m *publish.Message) (ui.Kind, string) {
	state := x.State(*m, d.now)
	kind := map[share.State]ui.Kind{share.Made: ui.Waiting, share.Anew: ui.Warning, share.Accepted: ui.Info, share.Opened: ui.Success, share.Public: ui.Live, share.Over: ui.Neutral, share.Revoked: ui.Danger}[state]
	return kind, d.t("publish.share.state." + string(state))
}

// shareFacts are what is known of a reader.
func (p sharingPage) shareFacts(x share.Share) []ui.KeyValue {
	d, m := p.d, &p.m
	var langs []string
	for _, l := range x.Langs.List() {
		langs = append(langs, d.p.LanguageName(string(l)))
	}
	facts := []ui.KeyValue{
		{Key: d.t("publish.share.langs"), Value: d.p.List(langs)},
		{Key: d.t("publish.share.until"), Value: d.when(m.MissionID, x.Until)},
		{Key: d.t("publish.share.by"), Value: d.t("publish.share.by_at", "name", d.person(x.CreatedBy), "time", d.when(m.MissionID, x.CreatedAt))},
	}
	add := func(key, value string, ltr bool) {
		if value != "" {
			facts = append(facts, ui.KeyValue{Key: d.t(key), Value: value, Ltr: ltr})
		}
	}
	add("publish.share.accepted", d.when(m.MissionID, x.AcceptedAt), false)
	if x.Openings > 0 {
		add("publish.share.first", d.when(m.MissionID, x.FirstAt), false)
		add("publish.share.last", d.when(m.MissionID, x.LastAt), false)
		add("publish.share.openings", d.p.Int(x.Openings), false)
	}
	if !x.RevokedAt.IsZero() {
		add("publish.share.revoked_by", d.t("publish.share.by_at", "name", d.person(x.RevokedBy), "time", d.when(m.MissionID, x.RevokedAt)), false)
	}
	add("publish.share.email", x.Email, true)
	add("publish.share.remark", x.Remark, false)
	return facts
}

// valid reports whether any link still leads to the text.
func (p sharingPage) valid() bool {
	return slices.ContainsFunc(p.list, func(x share.Share) bool { return x.Valid(p.m, p.d.now) })
}

// letter opens the official's own mail program with the link in it. The link stands
// alone, so that no sign of direction sticks to it.
func (p sharingPage) letter() string {
	d := p.d
	body := d.t("publish.share.mail_before", "name", p.made.Name) + "\n\n" + p.link + "\n\n" + d.t("publish.share.mail_after", "time", d.when(p.m.MissionID, p.made.Until))
	return "mailto:" + url.PathEscape(p.made.Email) + "?subject=" + mailText(d.t("publish.share.mail_subject", "ministry", d.mission(p.m.MissionID))) + "&body=" + mailText(body)
}

// mailText writes a text as part of an address, in which mail programs take "+" for
// itself.
func mailText(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// zonesOf offers the time zones under their countries.
func zonesOf(p *i18n.Printer) []ui.Option {
	var out []ui.Option
	for _, z := range org.Zones() {
		o := ui.Option{Value: z.Name, Label: z.Name}
		if z.Country != "" {
			o.Group = p.Country(z.Country)
		}
		out = append(out, o)
	}
	text.Sort(string(p.Lang()), out, func(o ui.Option) string { return o.Group })
	return out
}
