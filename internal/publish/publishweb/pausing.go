package publishweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// Addresses of the pages of pauses.
const (
	pausePath = "/console/pause"
	heldPath  = "/console/held"
)

// pausePage says what is paused, and leads to pausing, to resuming and to what
// was held up: GET /console/pause.
type pausePage struct {
	form
	pauses []publish.Pause
	rules  publish.PauseRules
	held   int
}

func (c *console) pausing(w http.ResponseWriter, r *http.Request) error {
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	return c.showPausing(w, r, pausePage{form: d.fresh(url.Values{})})
}

func (c *console) showPausing(w http.ResponseWriter, r *http.Request, p pausePage) (err error) {
	ctx := r.Context()
	if p.pauses, err = c.pauses(ctx, p.d); err != nil {
		return err
	}
	if p.rules, err = c.svc.PauseRules(ctx); err != nil {
		return err
	}
	held, err := c.svc.Held(ctx)
	if err != nil {
		return err
	}
	p.held = len(held)
	return web.Render(w, r, web.Page{Title: p.d.t("publish.pause.page"), Intro: p.d.t("publish.pause.text"), Body: pausingView(p), Status: p.status})
}

// pauses gives the pauses in force, with the people and topics they name known
// to the desk.
func (c *console) pauses(ctx context.Context, d *desk) ([]publish.Pause, error) {
	list, err := c.svc.Pauses(ctx)
	if err != nil {
		return nil, err
	}
	return list, c.namePauses(ctx, d, list)
}

func (c *console) namePauses(ctx context.Context, d *desk, list []publish.Pause) error {
	var ids []string
	for _, p := range list {
		ids = append(ids, p.ActorID)
		if p.Scope == publish.PauseTopic {
			name, err := c.topic(ctx, p.Value)
			if err != nil {
				return err
			}
			d.topics[p.Value] = name
		}
	}
	names, err := c.org.PersonNames(ctx, ids)
	for who, name := range names {
		d.people[who] = name
	}
	return err
}

// topic is the name of a topic, or its number where it is not known.
func (c *console) topic(ctx context.Context, topicID string) (string, error) {
	from, err := c.svc.Origins(ctx, publish.Message{TopicID: topicID})
	if err != nil {
		return "", err
	}
	for _, o := range from {
		if name := o.Title.In(i18n.From(ctx).Lang()); name != "" {
			return name, nil
		}
	}
	return topicID, nil
}

// what names what a pause stops.
func (d *desk) what(p publish.Pause) string {
	switch p.Scope {
	case publish.PauseAll:
		return d.t("publish.pause.scope.all")
	case publish.PauseCountry:
		return d.t("publish.pause.in_country", "country", d.p.Country(p.Value))
	case publish.PauseTopic:
		if name := d.topics[p.Value]; name != "" {
			return d.t("publish.pause.on_topic", "topic", name)
		}
		return d.t("publish.pause.on_topic", "topic", p.Value)
	}
	return d.mission(p.Value)
}

// Banner says on every page of the console that publishing is paused.
func (c *console) banner(r *http.Request) (templ.Component, error) {
	list, err := c.svc.Pauses(r.Context())
	if err != nil || len(list) == 0 {
		return nil, err
	}
	d, err := c.desk(r)
	if err != nil {
		return nil, err
	}
	return pauseBanner(d, list), c.namePauses(r.Context(), d, list)
}

// proved reports whether the person has shown a moment ago who they are; when
// not, it has sent them to do so, from where they come back.
func (c *console) proved(w http.ResponseWriter, r *http.Request, back string) (bool, error) {
	if c.reauth == nil {
		return true, nil
	}
	href, fresh := c.reauth(r, back)
	if fresh {
		return true, nil
	}
	return false, web.Redirect(w, r, href)
}

// pauseForm asks what to pause and why: GET /console/pause/new.
type pauseForm struct {
	form
	countries, missions, topics []ui.Option
	all                         bool // the reader may pause more than missions
}

func (c *console) beginPause(w http.ResponseWriter, r *http.Request) error {
	if ok, err := c.proved(w, r, r.URL.RequestURI()); !ok {
		return err
	}
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	return c.showPauseForm(w, r, d.fresh(r.URL.Query()))
}

func (c *console) showPauseForm(w http.ResponseWriter, r *http.Request, f form) error {
	ctx := r.Context()
	p := pauseForm{form: f, all: f.d.actor.MayIn(publish.MayEmergency, perm.Everywhere())}
	missions, err := c.org.Missions(ctx)
	if err != nil {
		return err
	}
	for _, m := range missions {
		if !m.Open {
			continue
		}
		if f.d.actor.MayIn(publish.MayEmergency, perm.InMission(m.ID)) {
			p.missions = append(p.missions, ui.Option{Value: m.ID, Label: m.Name(f.d.p.Lang())})
		}
		if !slices.ContainsFunc(p.countries, func(o ui.Option) bool { return o.Value == m.Country }) {
			p.countries = append(p.countries, ui.Option{Value: m.Country, Label: f.d.p.Country(m.Country)})
		}
	}
	slices.SortFunc(p.countries, func(a, b ui.Option) int { return strings.Compare(a.Label, b.Label) })
	ids, err := c.svc.Topics(ctx)
	if err != nil {
		return err
	}
	for _, topicID := range ids {
		name, err := c.topic(ctx, topicID)
		if err != nil {
			return err
		}
		p.topics = append(p.topics, ui.Option{Value: topicID, Label: name})
	}
	return web.Render(w, r, web.Page{Title: f.d.t("publish.command.pause"), Intro: f.d.t("publish.pause.text"), Body: pauseFormView(p), Status: f.status,
		Crumbs: []ui.Link{{Label: f.d.t("publish.pause.page"), Href: pausePath}}})
}

// scopes offers what the reader may pause; each choice asks which one.
func (p pauseForm) scopes() ui.ChoiceProps {
	ask := map[publish.PauseScope][]ui.Option{publish.PauseCountry: p.countries, publish.PauseMission: p.missions, publish.PauseTopic: p.topics}
	var options []ui.Option
	for _, s := range publish.PauseScopes {
		if !p.all && s != publish.PauseMission || s != publish.PauseAll && len(ask[s]) == 0 {
			continue
		}
		o := ui.Option{Value: string(s), Label: p.d.t("publish.pause.scope." + string(s)), Hint: p.d.t("publish.pause.scope." + string(s) + ".hint")}
		if s != publish.PauseAll {
			o.Then = ui.Select(p.choice(string(s), "publish.pause.which."+string(s), "", ask[s]))
		}
		options = append(options, o)
	}
	return p.choice("scope", "publish.pause.where", "", options)
}

// pause stops publishing: POST /console/pause/new.
func (c *console) pause(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if ok, err := c.proved(w, r, pausePath+"/new"); !ok {
		return err
	}
	z := publish.Pause{Scope: publish.PauseScope(in.Raw("scope")), Reason: in.Raw("reason")}
	if z.Scope != publish.PauseAll {
		z.Value = in.Raw(string(z.Scope))
	}
	if _, err = c.svc.Pause(r.Context(), z); err == nil {
		return done(w, r, nil, pausePath, "publish.done.paused")
	}
	d, deskErr := c.desk(r)
	if deskErr != nil {
		return deskErr
	}
	f := d.typed(r)
	if !f.refused(r, err) {
		return err
	}
	return c.showPauseForm(w, r, f)
}

// resumePage asks before a pause ends: GET /console/pause/{id}/resume.
func (c *console) resuming(w http.ResponseWriter, r *http.Request) error {
	if ok, err := c.proved(w, r, r.URL.RequestURI()); !ok {
		return err
	}
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	list, err := c.pauses(r.Context(), d)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(p publish.Pause) bool { return p.ID == r.PathValue("id") })
	if i < 0 || !d.mayEnd(list[i]) {
		return errs.New(errs.NotFound, "")
	}
	return web.Render(w, r, web.Page{Title: d.t("publish.pause.end"), Body: resumeView(d, list[i]), Crumbs: []ui.Link{{Label: d.t("publish.pause.page"), Href: pausePath}}})
}

// resume ends a pause: POST /console/pause/{id}/resume.
func (c *console) resume(w http.ResponseWriter, r *http.Request) error {
	if ok, err := c.proved(w, r, r.URL.RequestURI()); !ok {
		return err
	}
	_, err := c.svc.Resume(r.Context(), r.PathValue("id"))
	back := heldPath
	if err != nil {
		back = pausePath
	}
	return done(w, r, err, back, "publish.done.resumed")
}

// passing offers what no pause stops.
func (p pausePage) passing() ui.ChoiceProps {
	c := p.choice("passes", "publish.pause.passes", "publish.pause.passes.hint", nil)
	add := func(word, label string) {
		c.Options = append(c.Options, ui.Option{Value: word, Label: p.d.t(label), Checked: slices.Contains(p.rules.Passes, word)})
	}
	for _, x := range publish.Exemptions {
		add(string(x), "publish.exempt."+string(x))
	}
	for _, k := range publish.Kinds {
		add(string(k), "publish.kind."+string(k))
	}
	return c
}

func (p pausePage) gap() ui.FieldProps {
	f := p.field("gap", "publish.pause.gap", "publish.pause.gap.hint")
	f.Value, f.Width, f.InputMode, f.Dir = p.d.p.Int(p.rules.Gap), 5, "numeric", "ltr"
	return f
}

// passNames lists what passes in words.
func (p pausePage) passNames() string {
	var out []string
	for _, o := range p.passing().Options {
		if o.Checked {
			out = append(out, o.Label)
		}
	}
	return p.d.p.List(out)
}

// pauseRules saves the rules: POST /console/pause/rules.
func (c *console) pauseRules(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	rules := publish.PauseRules{Passes: in.All("passes"), Gap: in.Int("gap", 1, 3600)}
	rules.Version, _ = strconv.ParseInt(in.Raw("version"), 10, 64) // another one is refused
	if err = in.Err(); err == nil {
		err = c.svc.SetPauseRules(r.Context(), rules)
	}
	if err == nil {
		return done(w, r, nil, pausePath, "publish.done.saved")
	}
	d, deskErr := c.desk(r)
	if deskErr != nil {
		return deskErr
	}
	f := d.typed(r)
	if !f.refused(r, err) {
		return err
	}
	return c.showPausing(w, r, pausePage{form: f})
}

// heldPage is the queue of what pauses held up: GET /console/held.
type heldPage struct {
	form
	list  []publish.Held
	rules publish.PauseRules
}

func (c *console) heldUp(w http.ResponseWriter, r *http.Request) error {
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	return c.showHeld(w, r, d.fresh(url.Values{}))
}

func (c *console) showHeld(w http.ResponseWriter, r *http.Request, f form) (err error) {
	p := heldPage{form: f}
	if p.list, err = c.svc.Held(r.Context()); err != nil {
		return err
	}
	if p.rules, err = c.svc.PauseRules(r.Context()); err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: f.d.t("publish.held.title"), Intro: f.d.t("publish.held.intro", "count", p.rules.Gap), Body: heldView(p), Status: f.status})
}

func (p heldPage) title(h publish.Held) string {
	if p.d.p.Has(h.Word) {
		return p.d.t(h.Word)
	}
	if s := h.Title.In(p.d.p.Lang()); s != "" {
		return s
	}
	return p.d.t("publish.untitled")
}

// judgeHeld lets out or drops one thing of the queue: POST /console/held.
// Messages are let out on their own page, which shows them.
func (c *console) judgeHeld(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	ctx, source, item, said := r.Context(), in.Raw("source"), in.ID("id"), "publish.done.dropped"
	err = in.Err()
	switch act := in.Raw("act"); {
	case err != nil:
	case act == "release":
		said = "publish.done.let_go"
		_, err = c.svc.LetGoOther(ctx, source, item)
	case source == publish.MessageSource:
		_, err = c.svc.Drop(ctx, item, in.Raw("reason"))
	default:
		err = c.svc.DropOther(ctx, source, item, in.Raw("reason"))
	}
	return done(w, r, err, heldPath, said)
}
