package publishweb

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// How a step of a form begins.
const (
	beginsAfter  = ""       // after the one before
	beginsBeside = "beside" // with the one before; all must be taken
	beginsEither = "either" // with the one before; one of them suffices
)

// begins reads from a route how its step i begins.
func begins(steps publish.Steps, i int) string {
	if !steps[i].Parallel {
		return beginsAfter
	}
	for i > 0 && steps[i].Parallel {
		i--
	}
	if steps[i].AnyOf {
		return beginsEither
	}
	return beginsBeside
}

// beginWith says of the last step how it begins.
func beginWith(steps publish.Steps, how string) {
	last := len(steps) - 1
	if how == beginsAfter || last == 0 {
		return
	}
	steps[last].Parallel = true
	for last > 0 && steps[last].Parallel {
		last--
	}
	steps[last].AnyOf = how == beginsEither
}

// who writes whom a step asks for as values of a form: "role:…" and "person:…".
func who(s publish.Step) []string {
	var out []string
	for _, r := range s.Roles {
		out = append(out, "role:"+r)
	}
	for _, p := range s.People {
		out = append(out, "person:"+p)
	}
	return out
}

// askFor reads them.
func askFor(s *publish.Step, values []string) {
	for _, v := range values {
		if r, ok := strings.CutPrefix(v, "role:"); ok {
			s.Roles = append(s.Roles, r)
		} else if p, ok := strings.CutPrefix(v, "person:"); ok {
			s.People = append(s.People, p)
		}
	}
}

// asked names whom a step asks for; empty for anyone with the permission.
func (d *desk) asked(s publish.Step) string {
	var out []string
	for _, r := range s.Roles {
		if name := d.roles[r]; name != "" {
			r = name
		}
		out = append(out, r)
	}
	for _, p := range s.People {
		out = append(out, d.person(p))
	}
	return d.p.List(out)
}

func (p routeForm) begins(n string) ui.ChoiceProps {
	return p.choice("begins-"+n, "publish.routes.begins", "", []ui.Option{
		{Value: beginsAfter, Label: p.d.t("publish.routes.begins.after")},
		{Value: beginsBeside, Label: p.d.t("publish.routes.begins.beside")},
		{Value: beginsEither, Label: p.d.t("publish.routes.begins.either")},
	})
}

// who asks for a role or a person of a step; k counts from 0.
func (p routeForm) who(n string, k int) ui.ChoiceProps {
	c := ui.ChoiceProps{Name: "who-" + n, ID: "who-" + n + "-" + strconv.Itoa(k), Label: p.d.t("publish.routes.who"), Blank: p.d.t("publish.routes.anyone")}
	if k > 0 {
		c.Label, c.Blank = p.d.t("publish.routes.or_who"), p.d.t("publish.routes.nobody_else")
	}
	for key, name := range p.d.roles {
		c.Options = append(c.Options, ui.Option{Value: "role:" + key, Label: name, Group: p.d.t("publish.routes.roles")})
	}
	slices.SortFunc(c.Options, func(a, b ui.Option) int { return strings.Compare(a.Label, b.Label) })
	c.Options = append(c.Options, p.people...)
	chosen := ""
	if values := p.v["who-"+n]; k < len(values) {
		chosen = values[k]
	}
	for i := range c.Options {
		c.Options[i].Checked = c.Options[i].Value == chosen
	}
	return c
}

// removable reports whether a less specific route would count instead.
func (p routeForm) removable() bool {
	return p.route.MissionID != "" || p.route.TopicID != "" || p.route.Kind != ""
}

// routeTitle says for which messages a route is.
func (d *desk) routeTitle(m publish.Match) string {
	parts := []string{d.mission(m.MissionID)}
	if m.TopicID != "" {
		name := m.TopicID
		if d.topics[m.TopicID] != "" {
			name = d.topics[m.TopicID]
		}
		parts = append(parts, d.t("publish.pause.on_topic", "topic", name))
	}
	if m.Kind != "" {
		parts = append(parts, d.t("publish.kind."+string(m.Kind)))
	}
	if m.Sensitivity != "" {
		parts = append(parts, d.t("publish.sensitivity."+string(m.Sensitivity)))
	}
	return strings.Join(parts, " – ")
}

// why says why a message takes its route.
func (d *desk) why(m publish.Match) string {
	if m == (publish.Match{}) {
		return d.t("publish.routes.why_old")
	}
	return d.t("publish.routes.why", "route", d.routeTitle(m))
}

// nameRoutes has the desk know the topics and people of routes.
func (c *console) nameRoutes(ctx context.Context, d *desk, list ...publish.Route) error {
	var people []string
	for _, r := range list {
		for _, s := range r.Steps {
			people = append(people, s.People...)
		}
		if r.TopicID == "" {
			continue
		}
		name, err := c.topic(ctx, r.TopicID)
		if err != nil {
			return err
		}
		d.topics[r.TopicID] = name
	}
	names, err := c.org.PersonNames(ctx, people)
	for who, name := range names {
		d.people[who] = name
	}
	return err
}

// topicOptions offers the topics of messages.
func (c *console) topicOptions(ctx context.Context) ([]ui.Option, error) {
	ids, err := c.svc.Topics(ctx)
	var out []ui.Option
	for _, topicID := range ids {
		name, err := c.topic(ctx, topicID)
		if err != nil {
			return nil, err
		}
		out = append(out, ui.Option{Value: topicID, Label: name})
	}
	return out, err
}

// takers names who could take a step of a message today.
func (c *console) takers(ctx context.Context, m publish.Message, i int) ([]string, error) {
	people, err := c.svc.Takers(ctx, m, i)
	var out []string
	for _, p := range people {
		out = append(out, p.Called(i18n.From(ctx).Lang()))
	}
	return out, err
}

// matchFields ask for which messages; any says that fields may be left open.
func (p routesPage) matchFields(any bool, chosen publish.Match, missions []ui.Option) []ui.ChoiceProps {
	d, blank := p.d, ""
	if any {
		blank = d.t("publish.routes.any")
	}
	mark := func(list []ui.Option, value string) []ui.Option {
		out := slices.Clone(list)
		for i := range out {
			out[i].Checked = out[i].Value == value
		}
		return out
	}
	return []ui.ChoiceProps{
		{Name: "mission", Label: d.t("publish.field.speaker"), Options: mark(missions, chosen.MissionID)},
		{Name: "topic", Label: d.t("publish.pause.which.topic"), Blank: d.t("publish.routes.any"), Options: mark(p.topics, chosen.TopicID)},
		{Name: "kind", Label: d.t("publish.field.kind"), Blank: blank, Options: mark(d.plain(d.kinds()), string(chosen.Kind))},
		{Name: "sensitivity", Label: d.t("publish.field.sensitivity"), Blank: blank, Options: mark(d.plain(d.sensitivities()), string(chosen.Sensitivity))},
	}
}

// tryPage shows which route a message would take, why, and who could take each
// step today: GET /console/routes/try?mission=…&topic=…&kind=…&sensitivity=….
type tryPage struct {
	routesPage
	match publish.Match
	route publish.Path
	steps []ui.Step
	all   []ui.Option
}

func (c *console) tryRoute(w http.ResponseWriter, r *http.Request) error {
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	p := tryPage{routesPage: routesPage{d: d}, match: readMatch(r.URL.Query()), all: d.scopes(publish.MayView, "")}
	if !slices.Contains(publish.Kinds, p.match.Kind) {
		p.match.Kind = publish.Statement
	}
	if !slices.Contains(publish.Sensitivities, p.match.Sensitivity) {
		p.match.Sensitivity = publish.Routine
	}
	if p.topics, err = c.topicOptions(ctx); err != nil {
		return err
	}
	m, err := c.svc.Try(ctx, p.match)
	if err != nil {
		return err
	}
	p.route = m.Route
	if err := c.nameRoutes(ctx, d, publish.Route{TopicID: m.Route.Match.TopicID, Steps: m.Route.Steps}); err != nil {
		return err
	}
	p.steps = d.routeSteps(m.Route.Steps)
	for i := range p.steps {
		names, err := c.takers(ctx, m, i)
		if err != nil {
			return err
		}
		if len(names) == 0 {
			p.steps[i].Note += " · " + d.t("publish.next.nobody")
			p.steps[i].State = ui.Failed
		} else {
			p.steps[i].Note += " · " + d.t("publish.routes.takers", "names", d.p.List(names))
		}
	}
	return web.Render(w, r, web.Page{Title: d.t("publish.routes.try"), Intro: d.t("publish.routes.try_intro"), Body: tryView(p), Crumbs: []ui.Link{{Label: d.t("publish.nav.routes"), Href: "/console/routes"}}})
}
