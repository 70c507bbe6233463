package publishweb

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"sifara/internal/errs"
	"sifara/internal/id"
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
	return web.Render(w, r, web.Page{Title: d.t("publish.nav.routes"), Intro: d.t("publish.routes.intro"), Body: routesView(p)})
}

func (p routesPage) steps(r publish.Route) []ui.Step {
	var out []ui.Step
	for _, s := range r.Steps {
		note := p.d.t("publish.routes.no_deadline")
		if s.Hours > 0 {
			note = p.d.t("publish.routes.within", "count", s.Hours)
		}
		out = append(out, ui.Step{Title: p.d.step(s), Note: note})
	}
	return out
}

func (p routesPage) facts(r publish.Route) []ui.KeyValue {
	yes := map[bool]string{true: p.d.t("publish.yes"), false: p.d.t("publish.no")}
	return []ui.KeyValue{
		{Key: p.d.t("publish.routes.one_step_each"), Value: yes[r.OneStepEach]},
		{Key: p.d.t("publish.routes.answers"), Value: yes[r.AnswerNeedsApproval]},
		{Key: p.d.t("publish.routes.review_within"), Value: p.d.t("publish.routes.within", "count", r.ReviewWithin)},
	}
}

func routeAddress(missionID string, s publish.Sensitivity) string {
	return "/console/routes/edit?" + url.Values{"mission": {missionID}, "sensitivity": {string(s)}}.Encode()
}

// routeForm changes the route of a mission and sensitivity:
// GET /console/routes/edit?mission=…&sensitivity=…. A mission without a route
// of its own begins with a copy of the ministry's.
type routeForm struct {
	form
	route publish.Route
	rows  int
	own   bool // the mission has a route of its own
}

func (c *console) editRoute(w http.ResponseWriter, r *http.Request) error {
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	missionID, sens := r.URL.Query().Get("mission"), publish.Sensitivity(r.URL.Query().Get("sensitivity"))
	if !slices.Contains(publish.Sensitivities, sens) || !d.actor.MayIn(publish.MayRoutes, perm.InMission(missionID)) {
		return errs.New(errs.NotFound, "")
	}
	route, err := c.svc.RouteFor(r.Context(), missionID, sens)
	if err != nil {
		return err
	}
	p := routeForm{route: route, own: route.MissionID == missionID}
	v := url.Values{"version": {"0"}}
	if p.own {
		v.Set("version", strconv.Itoa(route.Version))
	}
	p.route.MissionID = missionID
	p.form = d.fresh(routeValues(v, route))
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
	}
	last := r.Steps[len(r.Steps)-1]
	v.Set("hours-release", strconv.Itoa(last.Hours))
	if last.Ministry {
		v.Set("ministry-release", "1")
	}
	for name, on := range map[string]bool{"one_step_each": r.OneStepEach, "answers": r.AnswerNeedsApproval} {
		if on {
			v.Set(name, "1")
		}
	}
	v.Set("review_within", strconv.Itoa(r.ReviewWithin))
	return v
}

// maxRows is how many steps before the release a form offers.
const maxRows = 6

func (c *console) showRoute(w http.ResponseWriter, r *http.Request, p routeForm) error {
	p.rows = p.filled()
	title := p.d.t("publish.routes.title", "where", p.d.mission(p.route.MissionID), "sensitivity", p.d.t("publish.sensitivity."+string(p.route.Sensitivity)))
	return web.Render(w, r, web.Page{Title: title, Intro: p.d.t("publish.routes.edit_intro"), Body: routeView(p), Status: p.status,
		Crumbs: []ui.Link{{Label: p.d.t("publish.nav.routes"), Href: "/console/routes"}}})
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
		return done(w, r, nil, "/console/routes", "publish.done.saved")
	}
	d, deskErr := c.desk(r)
	if deskErr != nil {
		return deskErr
	}
	p := routeForm{form: d.typed(r), route: route}
	if !p.refused(r, err) {
		return err
	}
	if now, readErr := c.svc.RouteFor(ctx, route.MissionID, route.Sensitivity); readErr == nil && now.MissionID == route.MissionID {
		p.own = true
		if errors.Is(err, publish.ErrEdited) {
			p.v.Set("version", strconv.Itoa(now.Version))
		}
	}
	return c.showRoute(w, r, p)
}

func readRoute(in *web.Form) publish.Route {
	const longest = 24 * 30
	route := publish.Route{ID: id.New(), MissionID: in.OptionalID("mission"), Sensitivity: publish.Sensitivity(in.Raw("sensitivity")), Version: number(in.Raw("version")),
		OneStepEach: in.Checked("one_step_each"), AnswerNeedsApproval: in.Checked("answers"), ReviewWithin: in.Int("review_within", 1, longest)}
	for i := range maxRows {
		n := strconv.Itoa(i)
		if kind := publish.StepKind(in.Raw("kind-" + n)); kind != "" {
			route.Steps = append(route.Steps, publish.NewStep(kind, in.Int("hours-"+n, 0, longest), in.Checked("ministry-"+n)))
		}
	}
	route.Steps = append(route.Steps, publish.NewStep(publish.ReleaseStep, in.Int("hours-release", 0, longest), in.Checked("ministry-release")))
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
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	err = c.svc.DropRoute(r.Context(), in.Raw("mission"), publish.Sensitivity(in.Raw("sensitivity")))
	return done(w, r, err, "/console/routes", "publish.done.route_dropped")
}
