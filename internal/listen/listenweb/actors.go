package listenweb

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"sifara/internal/listen"
	"sifara/internal/listen/influence"
	"sifara/internal/perm"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

const actorsPath = root + "/actors"

func (p pages) actorRoutes() []web.Route {
	one := actorsPath + "/{id}"
	return []web.Route{
		web.Get(actorsPath, listen.View, p.actors),
		web.Get(actorsPath+"/new", influence.Manage, p.newActor),
		web.Post(actorsPath, influence.Manage, p.proposeActor),
		web.Post(actorsPath+"/measure", influence.Manage, p.measureActors),
		web.Get(one, listen.View, p.actor),
		web.Post(one+"/confirm", influence.Manage, p.confirmActor),
		web.Post(one+"/renew", influence.Manage, p.renewActor),
		web.Post(one+"/keep-end", influence.Manage, p.keepActorEnd),
		web.Post(one+"/end", influence.Manage, p.endActor),
	}
}

// untold stands for a figure of which nothing is known or told.
const untold = "–"

// showRegister is the tab of the register among those of the stretches.
const showRegister = "register"

type actorsPage struct {
	desk
	tabs     []ui.Tab
	table    ui.TableProps
	measured string // what the figures were made of; empty before the first measure
	waiting  int
	register bool
	may      bool
	live     string
}

// actors lists public actors by influence, or the register: GET
// show=28|90|register.
func (p pages) actors(w http.ResponseWriter, r *http.Request) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	show := r.URL.Query().Get("show")
	days, err := strconv.Atoi(show)
	if err != nil || !slices.Contains(influence.Stretches, days) {
		days = influence.Stretches[0]
	}
	v := actorsPage{desk: d, register: show == showRegister, may: d.actor.May(influence.Manage)}
	v.live = actorsPath + "?show=" + strconv.Itoa(days)
	if v.register {
		v.live = actorsPath + "?show=" + showRegister
	}
	for _, n := range influence.Stretches {
		href := actorsPath + "?show=" + strconv.Itoa(n)
		v.tabs = append(v.tabs, ui.Tab{Label: d.T("listen.privacy.days", "count", n), Href: href, Active: href == v.live})
	}
	v.tabs = append(v.tabs, ui.Tab{Label: d.T("listen.actors.register"), Href: actorsPath + "?show=" + showRegister, Active: v.register})
	if v.waiting, err = p.influence.CountWaiting(r.Context()); err != nil {
		return err
	}
	if v.register {
		list, err := p.influence.Actors(r.Context())
		if err != nil {
			return err
		}
		if v.table, err = p.registerTable(r, d, list); err != nil {
			return err
		}
	} else {
		m, list, err := p.influence.Ranking(r.Context(), days)
		if err != nil {
			return err
		}
		v.table = d.rankingTable(list)
		if m.Days > 0 {
			v.measured = d.T("listen.actors.measured", "time", d.p.DateTime(m.MeasuredAt.In(d.zone)), "count", m.Responses, "accounts", d.p.Int(m.Accounts), "voices", d.p.Int(m.Voices))
		}
	}
	return web.Render(w, r, web.Page{Title: d.T("listen.actors"), Intro: d.T("listen.actors.intro"), Crumbs: d.crumbs(), Actions: actorsActions(v), Body: actorsBody(v)})
}

// rankingTable lists actors with what was measured of them. Followers stand
// beside the rank, with the place that they alone would give.
func (d desk) rankingTable(list []influence.Ranked) ui.TableProps {
	t := ui.TableProps{ID: "ranking", Caption: d.T("listen.actors"), Columns: []ui.Column{
		{Label: d.T("listen.actor")}, {Label: d.T("listen.actor.rank"), Short: true}, {Label: d.T("listen.actor.score"), Short: true}, {Label: d.T("listen.actor.followers"), Short: true},
		{Label: d.T("listen.actor.responders"), Short: true}, {Label: d.T("listen.actor.h"), Short: true}, {Label: d.T("listen.actor.bridging"), Short: true},
	}}
	for _, a := range list {
		name := ui.Cell{Text: a.Name, Href: actorsPath + "/" + a.ID, Sub: d.T("listen.actor.kind." + a.Kind)}
		row := ui.Row{ID: "actor-" + a.ID, Cells: []ui.Cell{name}}
		if a.Told {
			row.Cells[0].Sub += " · " + d.T("listen.actor.where") + ": " + d.fromWhere(a.Countries)
			row.Cells = append(row.Cells,
				ui.TextCell(d.place(a.Figure)), ui.Cell{Text: d.p.Decimal(a.Score, 1), Sub: d.between(a.Low, a.High)},
				d.followersCell(a, list), ui.Cell{Text: d.p.Int(a.Responders), Sub: d.T("listen.actor.voices", "count", a.Voices)},
				ui.Cell{Text: d.p.Int(a.HPosts), Sub: d.T("listen.actor.h_days", "days", d.p.Int(a.HDays))}, ui.Cell{Text: d.shareOrNone(a.Bridging), Sub: d.T("listen.actor.publics.short", "share", d.shareOrNone(a.Publics))})
		} else {
			none := ui.TextCell(untold)
			row.Cells = append(row.Cells, ui.TextCell(d.T("listen.actor.too_few")), none, d.followersCell(a, list), none, none, none)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// place writes a rank, with the range in which it may lie.
func (d desk) place(f influence.Figure) string {
	if f.RankHigh == f.RankLow {
		return d.p.Int(f.Rank)
	}
	return d.T("listen.actor.range", "rank", d.p.Int(f.Rank), "from", d.p.Int(f.RankHigh), "to", d.p.Int(f.RankLow))
}

func (d desk) between(low, high float64) string {
	return d.T("listen.actor.between", "from", d.p.Decimal(low, 1), "to", d.p.Decimal(high, 1))
}

func (d desk) shareOrNone(x *float64) string {
	if x == nil {
		return untold
	}
	return d.p.Percent(*x)
}

// followersCell tells followers, and which place they would give.
func (d desk) followersCell(a influence.Ranked, all []influence.Ranked) ui.Cell {
	if a.Followers == 0 {
		return ui.TextCell(d.T("listen.actor.unknown"))
	}
	place := 1
	for _, b := range all {
		if b.Followers > a.Followers {
			place++
		}
	}
	return ui.Cell{Text: d.p.Number(a.Followers), Sub: d.T("listen.actor.followers.place", "place", d.p.Int(place))}
}

// fromWhere names the countries from which most respond.
func (d desk) fromWhere(countries []influence.Portion) string {
	var out []string
	for _, c := range countries {
		if c.Key != "" && c.Key != listen.OtherKey && len(out) < 3 {
			out = append(out, d.p.Country(c.Key))
		}
	}
	return d.orNone(d.p.List(out))
}

var actorKind = map[string]ui.Kind{influence.Proposed: ui.Waiting, influence.Active: ui.Success, influence.Ended: ui.Neutral}

func (d desk) actorState(a influence.Actor) templ.Component {
	if a.State == influence.Active && a.Waits() {
		return ui.Badge(ui.Waiting, d.T("listen.actor.renewal_waits"))
	}
	return ui.Badge(actorKind[a.State], d.T("listen.actor.state."+a.State))
}

// registerTable lists all entries with their reasons, those that wait first.
func (p pages) registerTable(r *http.Request, d desk, list []influence.Actor) (ui.TableProps, error) {
	t := ui.TableProps{ID: "register", Caption: d.T("listen.actors.register"), Columns: []ui.Column{
		{Label: d.T("listen.actor")}, {Label: d.T("listen.actor.reason")}, {Label: d.T("listen.actor.entered")}, {Label: d.T("listen.actor.ends"), Short: true}, {Label: d.T("listen.warning.state"), Short: true},
	}}
	var ids []string
	for _, a := range list {
		ids = append(ids, a.EnteredBy, a.ConfirmedBy)
	}
	names, err := p.org.PersonNames(r.Context(), ids)
	if err != nil {
		return t, err
	}
	order := []string{influence.Proposed, influence.Active, influence.Ended}
	slices.SortStableFunc(list, func(a, b influence.Actor) int {
		return cmp.Compare(slices.Index(order, a.State), slices.Index(order, b.State))
	})
	for _, a := range list {
		by := []string{cmp.Or(names[a.EnteredBy], a.EnteredBy)}
		if a.ConfirmedBy != "" {
			by = append(by, cmp.Or(names[a.ConfirmedBy], a.ConfirmedBy))
		}
		t.Rows = append(t.Rows, ui.Row{ID: "entry-" + a.ID, Cells: []ui.Cell{
			{Text: a.Name, Href: actorsPath + "/" + a.ID, Sub: d.T("listen.actor.kind." + a.Kind)}, ui.TextCell(a.Reason), {Text: d.p.List(by), Sub: d.when(a.EnteredAt)},
			ui.TextCell(d.p.Date(a.EndsAt.In(d.zone))), ui.CompCell(d.actorState(a)),
		}})
	}
	return t, nil
}

func (p pages) measureActors(w http.ResponseWriter, r *http.Request) error {
	if err := p.influence.Ask(r.Context()); err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "listen.actors.asked"))
	return web.Redirect(w, r, actorsPath)
}

// readAccounts reads "network handle" line by line.
func readAccounts(s string) (out []influence.Account) {
	for line := range strings.Lines(s) {
		network, handle, _ := strings.Cut(strings.TrimSpace(line), " ")
		if network != "" {
			out = append(out, influence.Account{Network: strings.ToLower(network), Handle: strings.TrimSpace(handle)})
		}
	}
	return out
}

// mayConfirm reports whether the reader is the second person.
func mayConfirm(a influence.Actor, who *perm.Actor) bool { return a.MayConfirm(who) == nil }
