package publishweb

import (
	"net/http"
	"net/url"

	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/publish"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// begin asks what is needed to begin a message: GET /console/messages/new,
// with decision, warning, topic and mission when it comes from there.
func (c *console) begin(w http.ResponseWriter, r *http.Request) error {
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	v := url.Values{"id": {id.New()}, "kind": {string(publish.Statement)}, "sensitivity": {string(publish.Routine)}, "source_lang": {string(d.p.Lang())}}
	for _, name := range []string{"decision", "warning", "topic", "campaign"} {
		if s := q.Get(name); id.Valid(s) {
			v.Set(name, s)
		}
	}
	v.Set("occasion", q.Get("occasion"))
	v.Set("day", q.Get("day"))
	scopes := d.scopes(publish.MayDraft, q.Get("mission"))
	if len(scopes) > 0 {
		v.Set("mission", scopes[0].Value)
	}
	for _, o := range scopes {
		if o.Checked {
			v.Set("mission", o.Value)
		}
	}
	return c.showBegin(w, r, d.fresh(v))
}

func (c *console) showBegin(w http.ResponseWriter, r *http.Request, f form) error {
	var from []publish.Origin
	plan, err := c.planChoice(r, f)
	if err != nil {
		return err
	}
	if f.status == 0 {
		from, err = c.svc.Origins(r.Context(), publish.Message{DecisionID: f.v.Get("decision"), WarningID: f.v.Get("warning"), TopicID: f.v.Get("topic")})
		if err != nil {
			return err
		}
	}
	return web.Render(w, r, web.Page{Title: f.d.t("publish.new.title"), Intro: f.d.t("publish.new.intro"), Crumbs: f.d.crumbs(nil), Body: newView(f, from, plan), Status: f.status})
}

// planChoice offers the campaigns that a message of the reader may join.
func (c *console) planChoice(r *http.Request, f form) (ui.ChoiceProps, error) {
	list, err := c.campaigns.Open(r.Context(), f.v.Get("mission"), f.d.p.Lang())
	var options []ui.Option
	for _, x := range list {
		options = append(options, ui.Option{Value: x.ID, Label: x.Name(f.d.p.Lang())})
	}
	choice := f.choice("campaign", "publish.campaign", "", options)
	choice.Blank, choice.Optional = f.d.t("publish.campaign.none"), true
	return choice, err
}

// create begins the message: POST /console/messages.
func (c *console) create(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	b := publish.Beginning{
		ID: in.ID("id"), MissionID: in.OptionalID("mission"), Kind: publish.Kind(in.Raw("kind")), Sensitivity: publish.Sensitivity(in.Raw("sensitivity")),
		SourceLang: in.Lang("source_lang"), DecisionID: in.OptionalID("decision"), WarningID: in.OptionalID("warning"), TopicID: in.OptionalID("topic"),
	}
	x, from, err := c.fromOccasion(r.Context(), r.PostForm)
	if err != nil {
		return err
	}
	if from {
		// A draft has a title and a text: the writer takes it from there.
		b.Words = publish.Words{Title: x.Name(b.SourceLang), Body: x.Name(b.SourceLang)}
	}
	err = in.Err()
	var m publish.Message
	if err == nil {
		m, err = c.svc.Create(r.Context(), b)
	}
	if err == nil && from {
		err = c.embargoFor(r.Context(), m, x)
	}
	if plan := in.OptionalID("campaign"); err == nil && plan != "" {
		err = c.campaigns.Join(r.Context(), m.ID, plan)
	}
	if err == nil {
		return afterBegin(w, r, m)
	}
	d, deskErr := c.desk(r)
	if deskErr != nil {
		return deskErr
	}
	f := d.typed(r)
	if !f.refused(r, err) {
		return err
	}
	return c.showBegin(w, r, f)
}

func (d *desk) kinds() []ui.Option {
	var out []ui.Option
	for _, k := range publish.Kinds {
		out = append(out, ui.Option{Value: string(k), Label: d.t("publish.kind." + string(k)), Hint: d.t("publish.kind." + string(k) + ".hint")})
	}
	return out
}

func (d *desk) sensitivities() []ui.Option {
	var out []ui.Option
	for _, s := range publish.Sensitivities {
		out = append(out, ui.Option{Value: string(s), Label: d.t("publish.sensitivity." + string(s)), Hint: d.t("publish.sensitivity." + string(s) + ".hint")})
	}
	return out
}

func (d *desk) languages() []ui.Option {
	var out []ui.Option
	for _, l := range i18n.Langs {
		out = append(out, ui.Option{Value: string(l), Label: l.Name(), Lang: l.Tag()})
	}
	return out
}
