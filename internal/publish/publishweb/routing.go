package publishweb

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// routesPage lists who must approve what: GET /console/routes.
type routesPage struct {
	d      *desk
	routes []publish.Route
	where  []ui.Option // where the reader may set a route
	topics []ui.Option
}

func (c *console) approvalRoutes(w http.ResponseWriter, r *http.Request) error {
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	p := routesPage{d: d, where: d.scopes(publish.MayRoutes, "")}
	if p.routes, err = c.svc.Routes(r.Context()); err != nil {
		return err
	}
	if err = c.nameRoutes(r.Context(), d, p.routes...); err != nil {
		return err
	}
	if p.topics, err = c.topicOptions(r.Context()); err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: d.t("publish.nav.routes"), Intro: d.t("publish.routes.intro"), Body: routesView(p)})
}

// routeSteps are the steps of a route with when they begin.
func (d *desk) routeSteps(steps []publish.Step) []ui.Step {
	var out []ui.Step
	for _, s := range steps {
		note := d.t("publish.routes.no_deadline")
		if s.Hours > 0 {
			note = d.t("publish.routes.within", "count", s.Hours)
		}
		switch {
		case s.AnyOf:
			note += " · " + d.t("publish.routes.one_suffices")
		case s.Parallel:
			note += " · " + d.t("publish.routes.together")
		}
		if e := s.Escalate; e != nil {
			note += " · " + d.t("publish.routes.escalates", "count", e.After, "who", d.asked(e.Named))
		}
		out = append(out, ui.Step{Title: d.step(s), Note: note})
	}
	return out
}

func (p routesPage) facts(r publish.Route) []ui.KeyValue {
	yes := map[bool]string{true: p.d.t("publish.yes"), false: p.d.t("publish.no")}
	return []ui.KeyValue{
		{Key: p.d.t("publish.routes.one_step_each"), Value: yes[r.OneStepEach]},
		{Key: p.d.t("publish.routes.two_people"), Value: yes[r.TwoPeople]},
		{Key: p.d.t("publish.routes.required"), Value: cmp.Or(p.d.p.List(p.d.langNames(r.Required)), p.d.t("publish.routes.required_none"))},
		{Key: p.d.t("publish.routes.incomplete"), Value: p.d.t("publish.routes.incomplete." + cmp.Or(string(r.Incomplete), "never"))},
		{Key: p.d.t("publish.routes.answers"), Value: yes[r.AnswerNeedsApproval]},
		{Key: p.d.t("publish.routes.review_within"), Value: p.d.t("publish.routes.within", "count", r.ReviewWithin)},
	}
}

func matchValues(m publish.Match) url.Values {
	return url.Values{"mission": {m.MissionID}, "topic": {m.TopicID}, "kind": {string(m.Kind)}, "channel": {string(m.Channel)}, "sensitivity": {string(m.Sensitivity)}}
}

// readMatch reads for which messages a route is.
func readMatch(v url.Values) publish.Match {
	return publish.Match{MissionID: v.Get("mission"), TopicID: v.Get("topic"), Kind: publish.Kind(v.Get("kind")), Channel: publish.Channel(v.Get("channel")), Sensitivity: publish.Sensitivity(v.Get("sensitivity"))}
}

func routeAddress(m publish.Match) string {
	return "/console/routes/edit?" + matchValues(m).Encode()
}

// routeForm changes the route of a match:
// GET /console/routes/edit?mission=…&topic=…&kind=…&sensitivity=…. One that is
// not there yet begins with a copy of the one that counts now.
type routeForm struct {
	form
	route        publish.Route
	rows         int
	own          bool        // there is a route for exactly this match
	people       []ui.Option // and offices
	doubts       []string    // what of the stored route would hold messages up
	certificates []publish.Certificate
}

func (c *console) editRoute(w http.ResponseWriter, r *http.Request) error {
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	m := readMatch(r.URL.Query())
	if m.Sensitivity != "" && !slices.Contains(publish.Sensitivities, m.Sensitivity) || m == (publish.Match{}) || !d.actor.MayIn(publish.MayRoutes, perm.InMission(m.MissionID)) {
		return errs.New(errs.NotFound, "")
	}
	route, err := c.svc.RouteFor(r.Context(), publish.Match{MissionID: m.MissionID, TopicID: m.TopicID, Kind: m.Kind, Channel: m.Channel, Sensitivity: cmp.Or(m.Sensitivity, publish.Routine)})
	if err != nil {
		return err
	}
	p := routeForm{route: route, own: route.Match() == m}
	v := url.Values{"version": {"0"}}
	if p.own {
		v.Set("version", strconv.Itoa(route.Version))
	}
	p.route.MissionID, p.route.TopicID, p.route.Kind, p.route.Channel, p.route.Sensitivity = m.MissionID, m.TopicID, m.Kind, m.Channel, m.Sensitivity
	p.form = d.fresh(routeValues(v, route))
	if err := c.nameRoutes(r.Context(), d, p.route); err != nil {
		return err
	}
	doubts, err := c.svc.DoubtsOf(r.Context(), p.route)
	if err != nil {
		return err
	}
	p.doubts = d.doubts(m.MissionID, doubts)
	return c.showRoute(w, r, p)
}

// routeValues writes a route into the fields of its form.
func routeValues(v url.Values, r publish.Route) url.Values {
	for i, s := range r.Steps[:len(r.Steps)-1] {
		n := strconv.Itoa(i)
		v.Set("kind-"+n, string(s.Kind))
		v.Set("hours-"+n, strconv.Itoa(s.Hours))
		if s.Ministry {
			v.Set("ministry-"+n, "1")
		}
		v.Set("begins-"+n, begins(r.Steps, i))
		refined(v, n, s)
	}
	last := r.Steps[len(r.Steps)-1]
	v.Set("hours-release", strconv.Itoa(last.Hours))
	if last.Ministry {
		v.Set("ministry-release", "1")
	}
	refined(v, "release", last)
	for name, on := range map[string]bool{"one_step_each": r.OneStepEach, "two_people": r.TwoPeople, "answers": r.AnswerNeedsApproval} {
		if on {
			v.Set(name, "1")
		}
	}
	for _, l := range r.Required {
		v.Add("required", string(l))
	}
	v.Set("incomplete", string(r.Incomplete))
	v.Set("review_within", strconv.Itoa(r.ReviewWithin))
	return v
}

// maxRows is how many steps before the release a form offers.
const maxRows = 6

func (c *console) showRoute(w http.ResponseWriter, r *http.Request, p routeForm) error {
	p.rows = p.filled()
	if err := c.nameRoutes(r.Context(), p.d, p.route); err != nil {
		return err
	}
	var err error
	if p.certificates, err = c.svc.Certificates(r.Context()); err != nil {
		return err
	}
	if p.people, err = c.offices(r.Context(), p.d, p.route.MissionID); err != nil {
		return err
	}
	people, err := c.org.People(r.Context(), org.PeopleFilter{Lang: p.d.p.Lang(), Visible: true})
	if err != nil {
		return err
	}
	for _, x := range people {
		p.people = append(p.people, ui.Option{Value: "person:" + x.ID, Label: x.Called(p.d.p.Lang()), Group: p.d.t("publish.routes.people")})
	}
	title := p.d.routeTitle(p.route.Match())
	return web.Render(w, r, web.Page{Title: title, Intro: p.d.t("publish.routes.edit_intro"), Body: routeView(p), Status: p.status,
		Crumbs: []ui.Link{{Label: p.d.t("publish.nav.routes"), Href: "/console/routes"}}})
}

// offices offers the posts that somebody holds: those of the departments, and of
// the mission that a route is for.
func (c *console) offices(ctx context.Context, d *desk, missionID string) ([]ui.Option, error) {
	list, err := c.org.Offices(ctx)
	var out []ui.Option
	for _, o := range list {
		if o.Level == perm.Department || o.Unit == missionID {
			out = append(out, ui.Option{Value: officeValue(o.Role, o.Unit), Label: d.asked(publish.Named{Offices: []publish.Office{{Role: o.Role, Unit: o.Unit}}}), Group: d.t("publish.routes.offices")})
		}
	}
	slices.SortStableFunc(out, func(a, b ui.Option) int { return cmp.Compare(a.Label, b.Label) })
	return out, err
}

// filled is how many rows the form shows: those in use and two more.
func (p routeForm) filled() int {
	used := 0
	for i := range maxRows {
		if p.v.Get("kind-"+strconv.Itoa(i)) != "" {
			used = i + 1
		}
	}
	return min(maxRows, used+2)
}

// saveRoute saves it: POST /console/routes/edit.
func (c *console) saveRoute(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	route := readRoute(in)
	if err = in.Err(); err == nil {
		_, err = c.svc.SaveRoute(ctx, route)
	}
	if err == nil {
		return c.savedRoute(w, r, route)
	}
	d, deskErr := c.desk(r)
	if deskErr != nil {
		return deskErr
	}
	p := routeForm{form: d.typed(r), route: route}
	if !p.refused(r, err) {
		return err
	}
	if now, readErr := c.svc.RouteFor(ctx, route.Match()); readErr == nil && now.Match() == route.Match() {
		p.own = true
		if errors.Is(err, publish.ErrEdited) {
			p.v.Set("version", strconv.Itoa(now.Version))
		}
	}
	return c.showRoute(w, r, p)
}

// savedRoute leads to the routes, or back to one that would hold messages up.
func (c *console) savedRoute(w http.ResponseWriter, r *http.Request, route publish.Route) error {
	doubts, err := c.svc.DoubtsOf(r.Context(), route)
	if err != nil {
		return err
	}
	back := "/console/routes"
	if len(doubts) > 0 {
		back = routeAddress(route.Match())
	}
	return done(w, r, nil, back, "publish.done.saved")
}

// longest is what a deadline may be, in hours.
const longest = 24 * 30

func readRoute(in *web.Form) publish.Route {
	route := publish.Route{ID: id.New(), MissionID: in.OptionalID("mission"), TopicID: in.OptionalID("topic"), Kind: publish.Kind(in.Raw("kind")), Channel: publish.Channel(in.Raw("channel")), Sensitivity: publish.Sensitivity(in.Raw("sensitivity")), Version: number(in.Raw("version")),
		OneStepEach: in.Checked("one_step_each"), TwoPeople: in.Checked("two_people"), AnswerNeedsApproval: in.Checked("answers"), ReviewWithin: in.Int("review_within", 1, longest)}
	for i := range maxRows {
		n := strconv.Itoa(i)
		if kind := publish.StepKind(in.Raw("kind-" + n)); kind != "" {
			step := publish.NewStep(kind, in.Int("hours-"+n, 0, longest), in.Checked("ministry-"+n))
			route.Steps = append(route.Steps, step)
			beginWith(route.Steps, in.Raw("begins-"+n))
			refine(&route.Steps[len(route.Steps)-1], in, n)
		}
	}
	route.Required = languagesIn(in.All("required"))
	route.Incomplete = publish.Incomplete(in.Raw("incomplete"))
	route.Steps = append(route.Steps, publish.NewStep(publish.ReleaseStep, in.Int("hours-release", 0, longest), in.Checked("ministry-release")))
	refine(&route.Steps[len(route.Steps)-1], in, "release")
	return route
}

func (p routeForm) kind(n string) ui.ChoiceProps {
	c := p.choice("kind-"+n, "publish.routes.step", "", nil)
	c.Blank = p.d.t("publish.routes.no_step")
	for _, k := range []publish.StepKind{publish.LanguageReview, publish.Clearance} {
		c.Options = append(c.Options, ui.Option{Value: string(k), Label: p.d.t("publish.step." + string(k)), Checked: p.v.Get("kind-"+n) == string(k)})
	}
	return c
}

func (p routeForm) hours(name, label string) ui.FieldProps {
	f := p.field(name, label, "")
	f.Value, f.Width, f.InputMode, f.Dir = p.d.p.Digits(f.Value), 5, "numeric", "ltr"
	return f
}

func (p routeForm) box(name, label string) ui.ChoiceProps {
	return ui.ChoiceProps{Name: name, Label: p.d.t(label)}
}

// dropRoute gives up a mission's own route: POST /console/routes/drop.
func (c *console) dropRoute(w http.ResponseWriter, r *http.Request) error {
	if _, err := web.ReadForm(r); err != nil {
		return err
	}
	err := c.svc.DropRoute(r.Context(), readMatch(r.PostForm))
	return done(w, r, err, "/console/routes", "publish.done.route_dropped")
}
