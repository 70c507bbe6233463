package publishweb

import (
	"net/http"
	"net/url"
	"slices"

	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/publish/tone"
	engine "sifara/internal/text/tone"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// toneView is what the check of tone says of a message in one language.
type toneView struct {
	d *desk
	m *publish.Message
	tone.Checked
}

// toneOf checks what is written in one language, saved or not. Nil without a check.
func (c *console) toneOf(r *http.Request, d *desk, m *publish.Message, l i18n.Lang, w publish.Words) (*toneView, error) {
	if c.tone == nil {
		return nil, nil
	}
	checked, err := c.tone.Words(r.Context(), *m, l, w)
	return &toneView{d, m, checked}, err
}

// tones checks every language of a message.
func (c *console) tones(r *http.Request, d *desk, m *publish.Message) ([]toneView, error) {
	if c.tone == nil {
		return nil, nil
	}
	list, err := c.tone.Message(r.Context(), *m)
	var out []toneView
	for _, checked := range list {
		out = append(out, toneView{d, m, checked})
	}
	return out, err
}

// heat writes thousandths as a percentage.
func (d *desk) heat(heat int) string { return d.p.Percent(float64(heat) / 1000) }

// level is the badge of a heat.
func (t toneView) level() (ui.Kind, string) {
	switch {
	case t.Hot:
		return ui.Danger, t.d.t("publish.tone.level.hot")
	case t.Heat >= tone.Standard.CoolFrom:
		return ui.Warning, t.d.t("publish.tone.level.warm")
	}
	return ui.Success, t.d.t("publish.tone.level.calm")
}

// leads says what the heat would lead to if the message were submitted now.
func (t toneView) leads() []string {
	if t.m.WasPublic() {
		return nil
	}
	var out []string
	if t.Weight.Least != t.m.Sensitivity {
		out = append(out, t.d.t("publish.tone.raises", "sensitivity", t.d.t("publish.sensitivity."+string(t.Weight.Least))))
	}
	if t.Weight.Cool > 0 {
		out = append(out, t.d.t("publish.tone.cools", "time", t.d.p.Duration(t.Weight.Cool)))
	}
	return out
}

func (t toneView) reading() string {
	if t.Reading.Value == 0 {
		return ""
	}
	return t.d.t("publish.tone.reading."+t.Reading.Measure, "value", int(t.Reading.Value+0.5))
}

// noteKind is how a finding is drawn.
func noteKind(k engine.Kind) ui.Kind {
	switch k {
	case engine.Threat, engine.Insult, engine.Contradicts, engine.Personal:
		return ui.Danger
	case engine.Attack, engine.Undiplomatic, engine.Link, engine.Alt, engine.TermBase, engine.Language, engine.Direction:
		return ui.Warning
	}
	return ui.Info
}

// noteField names the part of the message that a finding is in.
func (d *desk) noteField(field string) string {
	switch field {
	case "alt":
		return d.t("publish.files.title")
	case "captions", "transcript":
		return d.t("publish.captions." + field)
	}
	return d.t("publish.field." + field)
}

// askLinks asks the servers that links lead to: POST /console/messages/{id}/links.
func (c *console) askLinks(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	m, err := c.svc.Message(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	back := messagePath(m.ID)
	if l, ok := i18n.Parse(in.Raw("lang")); ok && m.Editable() {
		back += "/edit?lang=" + string(l)
	}
	return done(w, r, c.tone.AskLinks(r.Context(), m), back, "publish.done.links")
}

// coolView is what heat led to at the last submission.
type coolView struct {
	publish.Cooling
	known  bool
	mayEnd error // what stands against ending it
}

func (c *console) cooling(r *http.Request, d *desk, m *publish.Message) (coolView, error) {
	out, known, err := c.svc.Cooling(r.Context(), *m)
	if err != nil {
		return coolView{}, err
	}
	err = d.know(c, out.EndedBy, out.EndedFor)
	return coolView{out, known, c.svc.MayEndCooling(r.Context(), *m)}, err
}

// know learns the names of more people.
func (d *desk) know(c *console, ids ...string) error {
	ids = slices.DeleteFunc(ids, func(id string) bool { return id == "" || d.people[id] != "" })
	if len(ids) == 0 {
		return nil
	}
	names, err := c.org.PersonNames(d.ctx, ids)
	for id, name := range names {
		d.people[id] = name
	}
	return err
}

// lasts reports whether the message cools.
func (v coolView) lasts(d *desk) bool { return v.known && !v.Emergency && v.Lasts(d.now) }

// coolingPage ends a cooling-off: GET and POST /console/messages/{id}/cooling.
type coolingPage struct {
	messagePage
	form
	tones []toneView
}

func (p coolingPage) d() *desk { return p.messagePage.d }

func (c *console) coolingForm(w http.ResponseWriter, r *http.Request) error {
	p, err := c.messagePage(r)
	if err != nil {
		return err
	}
	if !p.cool.lasts(p.d) {
		return done(w, r, publish.ErrState, messagePath(p.m.ID), "")
	}
	return c.showCooling(w, r, p, p.d.fresh(url.Values{}))
}

func (c *console) showCooling(w http.ResponseWriter, r *http.Request, mp messagePage, f form) error {
	tones, err := c.tones(r, mp.d, &mp.m)
	if err != nil {
		return err
	}
	p := coolingPage{messagePage: mp, form: f, tones: tones}
	return web.Render(w, r, web.Page{Title: mp.d.t("publish.cool.end"), Crumbs: mp.d.crumbs(&mp.m), Body: coolingView(p), Wide: true, Status: f.status})
}

func (c *console) endCooling(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	messageID := r.PathValue("id")
	if _, err = c.svc.EndCooling(r.Context(), messageID, in.Raw("hash"), in.Raw("reason")); err == nil {
		return done(w, r, nil, messagePath(messageID), "publish.done.cool_ended")
	}
	p, pageErr := c.messagePage(r)
	if pageErr != nil {
		return pageErr
	}
	f := p.d.typed(r)
	if !f.refused(r, err) {
		return err
	}
	return c.showCooling(w, r, p, f)
}

// toneRoutes are the pages of tone and of cooling-off.
func (c *console) toneRoutes() []web.Route {
	out := []web.Route{
		web.Get("/console/messages/{id}/cooling", publish.MayCool, c.coolingForm),
		web.Post("/console/messages/{id}/cooling", publish.MayCool, c.endCooling),
	}
	if c.tone == nil {
		return out
	}
	return append(out,
		web.Post("/console/messages/{id}/links", publish.MayDraft, c.askLinks),
		web.Get(tonePath, publish.MayView, c.toneRules),
		web.Post(tonePath, publish.MayTone, c.saveToneSettings),
		web.Get(tonePath+"/list", publish.MayView, c.toneList),
		web.Post(tonePath+"/list", publish.MayTone, c.saveToneList),
	)
}
