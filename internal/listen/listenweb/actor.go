package listenweb

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/listen/influence"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

type actorForm struct {
	desk
	a        influence.Actor
	accounts string
	ends     ui.DateProps
	kinds    []ui.Option
	places   []ui.Option
	public   bool // the declaration is ticked
	errors   map[string]string
}

func (p pages) newActor(w http.ResponseWriter, r *http.Request) error {
	return p.actorForm(w, r, influence.Actor{ID: id.New()}, nil, nil)
}

func (p pages) actorForm(w http.ResponseWriter, r *http.Request, a influence.Actor, f *web.Form, cause error) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	v := actorForm{desk: d, a: a, errors: web.Errors(r, cause), places: d.countries(a.Country)}
	v.ends = d.dayField("ends", d.T("listen.actor.ends"), p.influence.Clock.Now().AddDate(0, 6, 0), f)
	v.ends.Hint = d.T("listen.actor.ends.hint")
	for _, k := range influence.Kinds() {
		v.kinds = append(v.kinds, ui.Option{Value: k, Label: d.T("listen.actor.kind." + k), Hint: d.T("listen.actor.kind." + k + ".hint"), Checked: k == a.Kind})
	}
	status := 0
	if f != nil {
		v.accounts, v.public, status = f.Raw("accounts"), f.Checked("public"), http.StatusUnprocessableEntity
	}
	return web.Render(w, r, web.Page{
		Title: d.T("listen.actor.new"), Intro: d.T("listen.actor.rule"), Status: status, Crumbs: d.crumbs(ui.Link{Label: d.T("listen.actors"), Href: actorsPath}), Body: actorFormBody(v),
	})
}

func (p pages) proposeActor(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	a := influence.Actor{
		ID: f.ID("id"), Name: f.Raw("name"), Kind: f.Raw("kind"), Country: f.Choice("country", append([]string{""}, countryCodes...)...), Reason: f.Raw("reason"),
		Accounts: readAccounts(f.Raw("accounts")), EndsAt: endOfDay(f, d),
	}
	if !f.Checked("public") {
		f.Fail("public", "listen.actor.must_be_public")
	}
	if err = f.Err(); err == nil {
		err = p.influence.Propose(r.Context(), a)
	}
	if errs.KindOf(err) == errs.Invalid {
		return p.actorForm(w, r, a, f, err)
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "listen.actor.proposed"))
	return web.Redirect(w, r, actorsPath+"/"+a.ID)
}

// endOfDay reads the last day of an entry: it counts to its end.
func endOfDay(f *web.Form, d desk) db.Time {
	t := f.Date("ends", d.zone)
	if t.IsZero() {
		return 0
	}
	return db.At(t.AddDate(0, 0, 1).Add(-time.Second))
}

type actorPage struct {
	desk
	a          influence.Actor
	told       bool
	last       influence.Kept
	stats      []ui.StatProps
	facts      []ui.KeyValue
	measures   []ui.KeyValue
	series     ui.ChartProps
	responders ui.ChartProps
	langs      ui.ChartProps
	countries  ui.ChartProps
	topics     ui.ChartProps
	posts      []ui.Link
	ends       ui.DateProps
	reason     string
	endReason  string
	errors     map[string]string
	may        bool
	mayConfirm bool
}

func (p pages) actor(w http.ResponseWriter, r *http.Request) error {
	return p.showActor(w, r, nil, nil)
}

func (p pages) showActor(w http.ResponseWriter, r *http.Request, f *web.Form, cause error) error {
	ctx := r.Context()
	a, err := p.influence.Actor(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	v := actorPage{desk: d, a: a, errors: web.Errors(r, cause), may: d.actor.May(influence.Manage) && a.State != influence.Ended, mayConfirm: mayConfirm(a, d.actor)}
	v.ends = d.dayField("ends", d.T("listen.actor.ends"), p.influence.Clock.Now().AddDate(0, 11, 0), f)
	status := 0
	if f != nil {
		v.reason, v.endReason, status = f.Raw("reason"), f.Raw("end_reason"), http.StatusUnprocessableEntity
	}
	if err := p.actorFacts(r, &v); err != nil {
		return err
	}
	days := influence.Stretches[0]
	points, err := p.influence.Series(ctx, a.ID, days)
	if err != nil {
		return err
	}
	topics, err := p.svc.Topics(ctx)
	if err != nil {
		return err
	}
	v.figures(points, topicMap(topics))
	intro := d.T("listen.actor.kind." + a.Kind)
	if a.Country != "" {
		intro += " · " + d.p.Country(a.Country)
	}
	return web.Render(w, r, web.Page{Title: a.Name, Intro: intro, Status: status, Crumbs: d.crumbs(ui.Link{Label: d.T("listen.actors"), Href: actorsPath}), Body: actorBody(v)})
}

// actorFacts tells who is in the register, why, and until when.
func (p pages) actorFacts(r *http.Request, v *actorPage) error {
	a := v.a
	names, err := p.org.PersonNames(r.Context(), []string{a.EnteredBy, a.ConfirmedBy, a.EndedBy, a.RenewedBy})
	if err != nil {
		return err
	}
	who := func(id string, at db.Time) string {
		return strings.Join([]string{cmp.Or(names[id], id), v.when(at)}, " · ")
	}
	v.facts = []ui.KeyValue{{Key: v.T("listen.warning.state"), Comp: v.actorState(a)}, {Key: v.T("listen.actor.reason"), Value: a.Reason}, {Key: v.T("listen.actor.entered"), Value: who(a.EnteredBy, a.EnteredAt)}}
	if a.ConfirmedBy != "" {
		v.facts = append(v.facts, ui.KeyValue{Key: v.T("listen.actor.confirmed"), Value: who(a.ConfirmedBy, a.ConfirmedAt)})
	}
	v.facts = append(v.facts, ui.KeyValue{Key: v.T("listen.actor.ends"), Value: v.p.Date(a.EndsAt.In(v.zone))})
	if !a.RenewsTo.IsZero() {
		v.facts = append(v.facts, ui.KeyValue{Key: v.T("listen.actor.renews_to"), Value: v.p.Date(a.RenewsTo.In(v.zone)) + " · " + cmp.Or(names[a.RenewedBy], a.RenewedBy) + " · " + a.RenewReason})
	}
	if a.State == influence.Ended {
		ended := v.T("listen.actor.ended_by_date")
		if a.EndedBy != "" {
			ended = who(a.EndedBy, a.EndedAt) + " · " + a.EndReason
		}
		v.facts = append(v.facts, ui.KeyValue{Key: v.T("listen.actor.state.ended"), Value: ended})
	}
	for _, x := range a.Accounts {
		v.facts = append(v.facts, ui.KeyValue{Key: v.T("listen.actor.network." + x.Network), Value: x.Handle, Ltr: true})
		if a.State == influence.Active && !strings.ContainsAny(x.Handle, "@:") {
			v.posts = append(v.posts, ui.Link{Label: "@" + x.Handle, Href: searchHref("@" + x.Handle)})
		}
	}
	return nil
}

// figures fills in what was measured, last and over time.
func (v *actorPage) figures(points []influence.Point, topics map[string]listen.Topic) {
	if len(points) == 0 {
		return
	}
	v.last = points[len(points)-1].Kept
	v.told = v.last.Told
	if !v.told {
		return
	}
	k := v.last
	followers := v.T("listen.actor.unknown")
	if k.Followers > 0 {
		followers = v.p.Number(k.Followers)
	}
	v.stats = []ui.StatProps{
		{Label: v.T("listen.actor.rank"), Value: v.place(k.Figure), Icon: "star"},
		{Label: v.T("listen.actor.score"), Value: v.p.Decimal(k.Score, 1), Note: v.between(k.Low, k.High), Icon: "chart-dots"},
		{Label: v.T("listen.actor.responders"), Value: v.p.Int(k.Responders), Note: v.T("listen.actor.voices", "count", k.Voices), Icon: "users-group"},
		{Label: v.T("listen.actor.followers"), Value: followers, Icon: "user-check"},
	}
	v.measures = []ui.KeyValue{
		{Key: v.T("listen.actor.h_posts"), Value: v.p.Int(k.HPosts)}, {Key: v.T("listen.actor.h_days.long"), Value: v.p.Int(k.HDays)},
		{Key: v.T("listen.actor.bridging"), Value: v.shareOrNone(k.Bridging)}, {Key: v.T("listen.actor.publics"), Value: v.shareOrNone(k.Publics)},
		{Key: v.T("listen.actor.reposts"), Value: v.orFew(k.Reposts)}, {Key: v.T("listen.actor.replies"), Value: v.orFew(k.Replies)}, {Key: v.T("listen.actor.mentions"), Value: v.orFew(k.Mentions)},
		{Key: v.T("listen.actor.reach"), Value: v.p.Number(k.Reach)},
	}
	v.series = ui.ChartProps{ID: "score-series", Title: v.T("listen.actor.series"), Kind: ui.ChartLine, Label: v.T("listen.actor.day"), Unit: v.T("listen.actor.score.unit"), Decimal: 1}
	score, band := ui.Series{Name: v.T("listen.actor.score"), Accent: true}, ui.Band{Name: v.T("listen.actor.error")}
	v.responders = ui.ChartProps{ID: "responder-series", Title: v.T("listen.actor.responders"), Kind: ui.ChartLine, Label: v.T("listen.actor.day"), Unit: v.T("listen.actor.accounts.unit")}
	people := ui.Series{Name: v.T("listen.actor.responders")}
	for _, x := range points {
		v.series.Day(v.p, x.Day)
		v.responders.Day(v.p, x.Day)
		at, low, high, n := ui.Gap, ui.Gap, ui.Gap, ui.Gap
		if x.Told {
			at, low, high, n = x.Score, x.Low, x.High, float64(x.Responders)
		}
		score.Values, band.Low, band.High, people.Values = append(score.Values, at), append(band.Low, low), append(band.High, high), append(people.Values, n)
	}
	v.series.Series, v.series.Bands, v.responders.Series = []ui.Series{score}, []ui.Band{band}, []ui.Series{people}
	v.langs = v.accountsChart(v.shareChart("actor-langs", v.T("listen.by_language"), shares(k.Languages), func(s listen.Share) string { return v.language(s.Key) }))
	v.countries = v.accountsChart(v.countryChart("actor-countries", shares(k.Countries)))
	var seen []listen.Share
	for _, s := range shares(k.Topics) {
		if _, ok := topics[s.Key]; ok {
			seen = append(seen, s)
		}
	}
	v.topics = v.shareChart("actor-topics", v.T("listen.topics"), seen, func(s listen.Share) string { return topics[s.Key].Name(v.p.Lang()) })
}

// accountsChart has a chart of shares count accounts in place of posts.
func (d desk) accountsChart(c ui.ChartProps) ui.ChartProps {
	c.Unit = d.T("listen.actor.accounts.unit")
	for i := range c.Series {
		c.Series[i].Name = d.T("listen.actor.responders")
	}
	return c
}

func shares(list []influence.Portion) (out []listen.Share) {
	for _, s := range list {
		out = append(out, listen.Share{Key: s.Key, Posts: s.Count})
	}
	return out
}

// orFew writes a count, or that it is too small to be told.
func (d desk) orFew(n int) string {
	if n == 0 {
		return d.T("listen.actor.few")
	}
	return d.p.Int(n)
}

// actDone goes back to the actor, or shows its page again with what is wrong.
func (p pages) actDone(w http.ResponseWriter, r *http.Request, f *web.Form, err error, key string) error {
	if errs.KindOf(err) == errs.Invalid {
		return p.showActor(w, r, f, err)
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, key))
	return web.Redirect(w, r, actorsPath+"/"+r.PathValue("id"))
}

func (p pages) confirmActor(w http.ResponseWriter, r *http.Request) error {
	return p.actDone(w, r, nil, p.influence.Confirm(r.Context(), r.PathValue("id")), "listen.actor.is_confirmed")
}

func (p pages) keepActorEnd(w http.ResponseWriter, r *http.Request) error {
	return p.actDone(w, r, nil, p.influence.KeepEnd(r.Context(), r.PathValue("id")), "listen.actor.end_kept")
}

func (p pages) renewActor(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	end := endOfDay(f, d)
	if err = f.Err(); err == nil {
		err = p.influence.Renew(r.Context(), r.PathValue("id"), end, f.Raw("reason"))
	}
	return p.actDone(w, r, f, err, "listen.actor.renewed")
}

func (p pages) endActor(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	return p.actDone(w, r, f, p.influence.End(r.Context(), r.PathValue("id"), f.Raw("end_reason")), "listen.actor.is_ended")
}
