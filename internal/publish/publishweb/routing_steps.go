package publishweb

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
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

// who writes who is named as values of a form: "role:…", "person:…" and
// "office:ROLE@UNIT".
func who(n publish.Named) []string {
	var out []string
	for _, r := range n.Roles {
		out = append(out, "role:"+r)
	}
	for _, o := range n.Offices {
		out = append(out, officeValue(o.Role, o.Unit))
	}
	for _, p := range n.People {
		out = append(out, "person:"+p)
	}
	return out
}

func officeValue(role, unit string) string { return "office:" + role + "@" + unit }

// named reads them.
func named(values []string) publish.Named {
	var n publish.Named
	for _, v := range values {
		kind, what, _ := strings.Cut(v, ":")
		switch kind {
		case "role":
			n.Roles = append(n.Roles, what)
		case "person":
			n.People = append(n.People, what)
		case "office":
			role, unit, _ := strings.Cut(what, "@")
			n.Offices = append(n.Offices, publish.Office{Role: role, Unit: unit})
		}
	}
	return n
}

// refine reads what a row of the form says of a step besides its kind: whom it
// asks for, to whom it is passed on, and which certificate it takes.
func refine(s *publish.Step, in *web.Form, n string) {
	s.Named = named(in.All("who-" + n))
	s.Certificate = in.Raw("certificate-" + n)
	if to := named(in.All("escalate-" + n)); !to.Nobody() {
		s.Escalate = &publish.Escalation{After: in.Int("after-"+n, 1, longest), Named: to}
	}
}

// refined writes it into the fields of the row.
func refined(v url.Values, n string, s publish.Step) {
	v["who-"+n] = who(s.Named)
	v.Set("certificate-"+n, s.Certificate)
	if s.Escalate != nil {
		v.Set("after-"+n, strconv.Itoa(s.Escalate.After))
		v["escalate-"+n] = who(s.Escalate.Named)
	}
}

// asked names who is named; empty for nobody.
func (d *desk) asked(n publish.Named) string {
	role := func(key string) string { return cmp.Or(d.roles[key], key) }
	var out []string
	for _, r := range n.Roles {
		out = append(out, role(r))
	}
	for _, o := range n.Offices {
		out = append(out, role(o.Role)+" – "+d.unit(o.Unit))
	}
	for _, p := range n.People {
		out = append(out, d.person(p))
	}
	return d.p.List(out)
}

// unit names a mission or a department.
func (d *desk) unit(id string) string {
	if name := d.missions[id]; name != "" {
		return name
	}
	all, err := d.org.Departments(d.ctx)
	if err != nil {
		return id
	}
	for _, x := range all {
		if x.ID == id {
			return x.Name(d.p.Lang())
		}
	}
	return id
}

func (p routeForm) begins(n string) ui.ChoiceProps {
	return p.choice("begins-"+n, "publish.routes.begins", "", []ui.Option{
		{Value: beginsAfter, Label: p.d.t("publish.routes.begins.after")},
		{Value: beginsBeside, Label: p.d.t("publish.routes.begins.beside")},
		{Value: beginsEither, Label: p.d.t("publish.routes.begins.either")},
	})
}

// who asks for a role, an office or a person of a step; k counts from 0.
func (p routeForm) who(n string, k int) ui.ChoiceProps {
	if k > 0 {
		return p.somebody("who-"+n, k, "publish.routes.or_who", "publish.routes.nobody_else")
	}
	return p.somebody("who-"+n, 0, "publish.routes.who", "publish.routes.anyone")
}

// escalate asks to whom a step is passed on that waits too long.
func (p routeForm) escalate(n string) ui.ChoiceProps {
	return p.somebody("escalate-"+n, 0, "publish.routes.escalate", "publish.routes.escalate_none")
}

// certificate asks for a competence; it is empty where nobody certifies.
func (p routeForm) certificate(n string) ui.ChoiceProps {
	var list []ui.Option
	for _, x := range p.certificates {
		list = append(list, ui.Option{Value: x.Key, Label: x.Names.In(p.d.p.Lang())})
	}
	c := p.choice("certificate-"+n, "publish.routes.certificate", "", list)
	c.Blank = p.d.t("publish.routes.certificate_none")
	return c
}

func (p routeForm) somebody(name string, k int, label, blank string) ui.ChoiceProps {
	c := ui.ChoiceProps{Name: name, ID: name + "-" + strconv.Itoa(k), Label: p.d.t(label), Blank: p.d.t(blank)}
	for key, name := range p.d.roles {
		c.Options = append(c.Options, ui.Option{Value: "role:" + key, Label: name, Group: p.d.t("publish.routes.roles")})
	}
	slices.SortFunc(c.Options, func(a, b ui.Option) int { return strings.Compare(a.Label, b.Label) })
	c.Options = append(c.Options, p.people...)
	chosen := ""
	if values := p.v[name]; k < len(values) {
		chosen = values[k]
	}
	// Somebody whom the reader may not look up, or who holds the office no more,
	// stays named.
	if chosen != "" && !slices.ContainsFunc(c.Options, func(o ui.Option) bool { return o.Value == chosen }) {
		c.Options = append(c.Options, ui.Option{Value: chosen, Label: p.d.asked(named([]string{chosen}))})
	}
	for i := range c.Options {
		c.Options[i].Checked = c.Options[i].Value == chosen
	}
	return c
}

// channels offers the channels of messages.
func (d *desk) channels() []ui.Option {
	var out []ui.Option
	for _, c := range publish.ChannelList {
		out = append(out, ui.Option{Value: string(c), Label: d.t("publish.channel." + string(c))})
	}
	return out
}

// removable reports whether a less specific route would count instead.
func (p routeForm) removable() bool {
	return p.route.MissionID != "" || p.route.TopicID != "" || p.route.Kind != "" || p.route.Channel != ""
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
	if m.Channel != "" {
		parts = append(parts, d.t("publish.channel."+string(m.Channel)))
	}
	if m.Sensitivity != "" {
		parts = append(parts, d.t("publish.sensitivity."+string(m.Sensitivity)))
	}
	return strings.Join(parts, " – ")
}

// why says why a message takes its route.
func (d *desk) why(p publish.Path) string {
	switch {
	case p.Match == (publish.Match{}):
		return d.t("publish.routes.why_old")
	case p.Raised:
		return d.t("publish.routes.why", "route", d.routeTitle(p.Match)) + " " + d.t("publish.routes.why_raised")
	}
	return d.t("publish.routes.why", "route", d.routeTitle(p.Match))
}

// nameRoutes has the desk know the topics and people of routes.
func (c *console) nameRoutes(ctx context.Context, d *desk, list ...publish.Route) error {
	var people []string
	for _, r := range list {
		for _, s := range r.Steps {
			people = append(people, s.People...)
			if s.Escalate != nil {
				people = append(people, s.Escalate.People...)
			}
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
		{Name: "channel", Label: d.t("publish.field.channel"), Blank: d.t("publish.routes.any"), Options: mark(d.channels(), string(chosen.Channel))},
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
	// doubts is what of the route would hold the message up.
	doubts []string
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
	doubts, err := c.svc.Doubts(ctx, m)
	if err != nil {
		return err
	}
	p.doubts = d.doubts(p.match.MissionID, doubts)
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

// doubts says what of a route would hold messages of a speaker up.
func (d *desk) doubts(missionID string, list []publish.Doubt) []string {
	var out []string
	for _, x := range list {
		if x.Lang != "" {
			out = append(out, d.t("publish.routes.doubt_lang", "lang", x.Lang, "speaker", d.mission(missionID)))
		} else {
			out = append(out, d.t("publish.routes.doubt_step", "number", x.Step+1, "who", d.asked(x.To)))
		}
	}
	return out
}
