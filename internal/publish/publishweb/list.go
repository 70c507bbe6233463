package publishweb

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// pageSize is how many messages a page of the list shows.
const pageSize = 25

// listPage is the list of messages: GET /console/messages.
type listPage struct {
	d       *desk
	query   url.Values
	filter  publish.Filter
	list    []publish.Message
	older   string
	waiting int
}

func (c *console) list(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	p := listPage{query: r.URL.Query(), filter: readFilter(r.URL.Query())}
	p.filter.Limit, p.filter.Brief = pageSize+1, true
	var err error
	if p.list, err = c.svc.Messages(ctx, p.filter); err != nil {
		return err
	}
	if len(p.list) > pageSize && !p.filter.Waiting {
		p.list = p.list[:pageSize]
		p.older = p.with("before", cursor(p.list[pageSize-1]))
	}
	if p.waiting, err = c.svc.WaitingCount(ctx); err != nil {
		return err
	}
	if p.d, err = c.desk(r, p.list...); err != nil {
		return err
	}
	page := web.Page{Title: p.d.t("publish.nav.messages"), Intro: p.d.t("publish.list.intro"), Body: listView(p)}
	if p.d.actor.May(publish.MayDraft) {
		page.Actions = ui.Btn(ui.Button{Label: p.d.t("publish.command.new"), Icon: "plus", Href: "/console/messages/new"})
	}
	return web.Render(w, r, page)
}

// readFilter reads the address of the list. What it does not understand it
// leaves out.
func readFilter(q url.Values) publish.Filter {
	f := publish.Filter{State: publish.State(q.Get("state")), MissionID: q.Get("mission"), Query: q.Get("q")}
	if f.MissionID == ministryChoice {
		f.MissionID, f.Ministry = "", true
	}
	switch show := q.Get("show"); show {
	case "waiting":
		f.Waiting = true
	case "mine":
		f.Mine = true
	case "overdue":
		f.Overdue = true
	case "unjudged":
		f.Unjudged = true
	}
	if what, lang, _ := strings.Cut(q.Get("text"), "-"); what == "stale" {
		f.Stale = true
	} else if l, ok := i18n.Parse(lang); ok && what == "missing" {
		f.Missing = l
	}
	if at, id, ok := strings.Cut(q.Get("before"), "."); ok {
		if n, err := strconv.ParseInt(at, 10, 64); err == nil {
			f.Before = publish.Place{At: db.Time(n), ID: id}
		}
	}
	return f
}

// cursor is the place of a message in the list, for the page after it.
func cursor(m publish.Message) string {
	return strconv.FormatInt(int64(m.UpdatedAt), 10) + "." + m.ID
}

// ministryChoice stands for the ministry itself where an empty choice means
// everything.
const ministryChoice = "ministry"

// with is the address of the list with one value changed, from its beginning.
func (p listPage) with(name, value string) string {
	return p.address("/console/messages", name, value)
}

// address is with for a list at another path.
func (p listPage) address(path, name, value string) string {
	q := url.Values{}
	for k, v := range p.query {
		if k != "before" && len(v) > 0 && v[0] != "" {
			q.Set(k, v[0])
		}
	}
	q.Set(name, value)
	if value == "" {
		q.Del(name)
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func (p listPage) self() string { return p.with("before", p.query.Get("before")) }

func (p listPage) tabs() []ui.Tab {
	show := p.query.Get("show")
	tabs := []ui.Tab{
		{Label: p.d.t("publish.list.all"), Href: p.with("show", ""), Active: show == ""},
		{Label: p.d.t("publish.list.waiting"), Icon: "hourglass", Href: p.with("show", "waiting"), Active: show == "waiting"},
		{Label: p.d.t("publish.list.mine"), Icon: "pencil", Href: p.with("show", "mine"), Active: show == "mine"},
		{Label: p.d.t("publish.list.overdue"), Icon: "alarm", Href: p.with("show", "overdue"), Active: show == "overdue"},
	}
	if p.waiting > 0 {
		tabs[1].Count = p.d.p.Int(p.waiting)
	}
	return tabs
}

func (p listPage) states() ui.ChoiceProps {
	c := ui.ChoiceProps{Name: "state", Label: p.d.t("publish.field.state"), Blank: p.d.t("publish.any")}
	for _, s := range publish.States {
		c.Options = append(c.Options, ui.Option{Value: string(s), Label: p.d.t("publish.state." + string(s)), Checked: p.filter.State == s})
	}
	return c
}

func (p listPage) missions() ui.ChoiceProps {
	c := ui.ChoiceProps{Name: "mission", Label: p.d.t("publish.field.mission"), Blank: p.d.t("publish.any")}
	for _, o := range p.d.scopes(publish.MayView, p.filter.MissionID) {
		if o.Value == "" {
			o.Value, o.Checked = ministryChoice, p.filter.Ministry
		}
		c.Options = append(c.Options, o)
	}
	return c
}

func (p listPage) texts() ui.ChoiceProps {
	c := ui.ChoiceProps{Name: "text", Label: p.d.t("publish.field.languages"), Blank: p.d.t("publish.any")}
	c.Options = append(c.Options, ui.Option{Value: "stale", Label: p.d.t("publish.variant.stale"), Checked: p.filter.Stale})
	for _, l := range i18n.Langs {
		c.Options = append(c.Options, ui.Option{Value: "missing-" + string(l), Label: p.d.t("publish.list.missing", "lang", l), Checked: p.filter.Missing == l})
	}
	return c
}

func (p listPage) table() ui.TableProps {
	t := ui.TableProps{ID: "messages", Caption: p.d.t("publish.nav.messages"), Live: publish.TopicMessages, LiveHref: p.self(),
		Columns: []ui.Column{{Label: p.d.t("publish.field.title")}, {Label: p.d.t("publish.field.state")}, {Label: p.d.t("publish.field.languages")}, {Label: p.d.t("publish.field.due")}, {Label: p.d.t("publish.field.changed")}},
		Empty:   p.empty()}
	for i := range p.list {
		t.Rows = append(t.Rows, p.d.row(&p.list[i]))
	}
	return t
}

func (p listPage) empty() templ.Component {
	if p.filter.Waiting {
		return ui.EmptyState("circle-check", p.d.t("publish.list.nothing_waits"), p.d.t("publish.list.nothing_waits_next"), nil)
	}
	var begin templ.Component
	if p.d.actor.May(publish.MayDraft) {
		begin = ui.Btn(ui.Button{Label: p.d.t("publish.command.new"), Icon: "plus", Href: "/console/messages/new"})
	}
	return ui.EmptyState("speakerphone", p.d.t("publish.list.none"), p.d.t("publish.list.none_next"), begin)
}

// row is one message in a list.
func (d *desk) row(m *publish.Message) ui.Row {
	kind, state := d.state(m)
	row := ui.Row{ID: "message-" + m.ID, Cells: []ui.Cell{
		{Text: d.title(m), Href: messagePath(m.ID), Sub: d.mission(m.MissionID) + " · " + d.t("publish.kind."+string(m.Kind))},
		{Comp: stateCell(kind, state, d.marks(m))},
		{Comp: languageDots(d, m)},
		{Text: cmp.Or(d.due(m), "–")},
		{Text: d.p.Ago(m.UpdatedAt.Std(), d.now)},
	}}
	if m.Overdue(d.now) {
		row.Kind = ui.Danger
	}
	return row
}

// mark is a short sign beside the state.
type mark struct {
	kind ui.Kind
	text string
}

// marks are what must not be overlooked about a message.
func (d *desk) marks(m *publish.Message) []mark {
	var out []mark
	if m.Overdue(d.now) {
		out = append(out, mark{ui.Danger, d.t("publish.mark.overdue")})
	}
	if m.Emergency {
		key := "publish.mark.emergency"
		if m.AwaitsReview() {
			key = "publish.mark.emergency_open"
		}
		out = append(out, mark{ui.Warning, d.t(key)})
	}
	if m.Held() {
		out = append(out, mark{ui.Warning, d.t("publish.mark.held")})
	}
	if m.Failure != "" {
		out = append(out, mark{ui.Danger, d.t("publish.mark.failed")})
	}
	if m.Sensitivity != publish.Routine {
		out = append(out, mark{ui.Neutral, d.t("publish.sensitivity." + string(m.Sensitivity))})
	}
	return out
}

// due says what is expected next and when.
func (d *desk) due(m *publish.Message) string {
	switch {
	case m.State == publish.StateScheduled:
		return d.t("publish.due.release", "time", d.when(m.MissionID, m.ReleaseAt))
	case m.AwaitsReview():
		return d.t("publish.due.step", "step", d.t("publish.step.after_review"), "time", d.when(m.MissionID, m.ReviewDue))
	}
	step, ok := m.Current()
	if !ok {
		return ""
	}
	if m.StepDue.IsZero() {
		return d.step(step)
	}
	return d.t("publish.due.step", "step", d.step(step), "time", d.when(m.MissionID, m.StepDue))
}

// pauseText says what is paused, since when, by whom and why.
func (d *desk) pauseText(p publish.Pause) string {
	return d.t("publish.pause.since", "where", d.what(p), "time", d.when("", p.Since), "name", d.person(p.ActorID), "reason", p.Reason)
}

// mayEnd reports whether the reader may end a pause.
func (d *desk) mayEnd(p publish.Pause) bool {
	at := perm.Everywhere()
	if p.Scope == publish.PauseMission {
		at = perm.InMission(p.Value)
	}
	return d.actor.MayIn(publish.MayEmergency, at)
}
