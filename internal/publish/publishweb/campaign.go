package publishweb

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/publish"
	"sifara/internal/publish/campaign"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// campaignPage is one campaign: what it is for, its messages, events, figures
// and money. GET /console/campaigns/{id}, with view=board, calendar or money.
type campaignPage struct {
	d        *desk
	x        campaign.Campaign
	view     string
	may      bool // the reader works on it
	messages []publish.Message
	hidden   int // messages that the reader may not view
	figures  campaign.Figures
	money    campaign.Money
	values   []campaign.Value
	events   []campaign.Event
	choices  []ui.Option // messages that may join
	origin   string      // name of the campaign it was copied from
	typed    form        // what was refused
	chosen   string      // id of the event or line that the address asks to change
	days     []calendarDay
}

var campaignViews = []string{"", "board", "calendar", "money"}

func (c *console) campaign(w http.ResponseWriter, r *http.Request) error {
	return c.showCampaign(w, r, form{})
}

func (c *console) showCampaign(w http.ResponseWriter, r *http.Request, typed form) error {
	p, err := c.campaignPage(r)
	if err != nil {
		return err
	}
	if p.typed = typed; typed.d == nil {
		p.typed = p.d.fresh(url.Values{})
	}
	return web.Render(w, r, web.Page{Title: p.x.Name(p.d.p.Lang()), Intro: p.d.mission(p.x.MissionID) + " · " + p.d.span(p.x), Crumbs: p.d.campaignCrumbs(nil),
		Actions: campaignActions(p), Body: campaignView(p), Wide: p.view == "board", Status: typed.status})
}

func (c *console) campaignPage(r *http.Request) (p campaignPage, err error) {
	ctx := r.Context()
	if p.x, err = c.campaigns.Campaign(ctx, r.PathValue("id")); err != nil {
		return p, err
	}
	p.may, p.chosen = c.campaigns.May(ctx, p.x), r.URL.Query().Get("change")
	if v := r.URL.Query().Get("view"); slices.Contains(campaignViews, v) {
		p.view = v
	}
	if p.messages, p.hidden, err = c.campaigns.Messages(ctx, p.x.ID); err != nil {
		return p, err
	}
	if p.figures, err = c.campaigns.Figures(ctx, p.messages); err != nil {
		return p, err
	}
	if p.money, err = c.campaigns.Money(ctx, p.x.ID); err != nil {
		return p, err
	}
	if p.values, err = c.campaigns.Values(ctx, p.x.ID); err != nil {
		return p, err
	}
	if p.events, err = c.campaigns.Events(ctx, p.x.ID); err != nil {
		return p, err
	}
	if p.d, err = c.desk(r, p.messages...); err != nil {
		return p, err
	}
	if err := c.campaignPeople(r, &p); err != nil {
		return p, err
	}
	if p.view == "calendar" {
		if p.days, err = c.campaignDays(r, p); err != nil {
			return p, err
		}
	}
	return p, c.campaignChoices(r, &p)
}

// campaignPeople names those who acted, and the campaign that it came from.
func (c *console) campaignPeople(r *http.Request, p *campaignPage) error {
	ids := []string{p.x.OwnerID, p.x.CreatedBy}
	for _, s := range p.money.Spends {
		ids = append(ids, s.RecordedBy, s.StruckBy)
	}
	for _, v := range p.values {
		ids = append(ids, v.RecordedBy, v.StruckBy)
	}
	names, err := c.org.PersonNames(r.Context(), ids)
	if err != nil {
		return err
	}
	for id, n := range names {
		p.d.people[id] = n
	}
	if p.x.CopiedFrom != "" {
		if old, err := c.campaigns.Campaign(r.Context(), p.x.CopiedFrom); err == nil {
			p.origin = old.Name(p.d.p.Lang())
		}
	}
	return nil
}

// campaignChoices offers the latest messages that are in no campaign.
func (c *console) campaignChoices(r *http.Request, p *campaignPage) error {
	if p.x.State.Over() {
		return nil
	}
	const offered = 50
	list, err := c.svc.Messages(r.Context(), publish.Filter{Brief: true, Limit: offered})
	if err != nil {
		return err
	}
	ids := make([]string, len(list))
	for i, m := range list {
		ids[i] = m.ID
	}
	of, err := c.campaigns.Of(r.Context(), ids...)
	if err != nil {
		return err
	}
	for i := range list {
		m := &list[i]
		taken := of[m.ID].ID != ""
		if !taken && (p.may || p.d.actor.MayIn(publish.MayDraft, m.Scope())) {
			p.choices = append(p.choices, ui.Option{Value: m.ID, Label: p.d.title(m), Group: p.d.t("publish.state." + string(m.State))})
		}
	}
	slices.SortStableFunc(p.choices, func(a, b ui.Option) int { return stateOrder(p.d, a.Group) - stateOrder(p.d, b.Group) })
	return nil
}

// stateOrder is the place of a state by its name.
func stateOrder(d *desk, name string) int {
	return slices.IndexFunc(publish.States, func(s publish.State) bool { return d.t("publish.state."+string(s)) == name })
}

func (p campaignPage) address(view string) string {
	if view == "" {
		return campaignPath(p.x.ID)
	}
	return campaignPath(p.x.ID) + "?view=" + view
}

func (p campaignPage) tabs() []ui.Tab {
	icons := map[string]string{"": "target", "board": "columns", "calendar": "calendar", "money": "report-analytics"}
	var out []ui.Tab
	for _, v := range campaignViews {
		key := v
		if v == "" {
			key = "overview"
		}
		out = append(out, ui.Tab{Label: p.d.t("publish.campaign.view." + key), Icon: icons[v], Href: p.address(v), Active: v == p.view})
	}
	return out
}

// facts are what a campaign is.
func (p campaignPage) facts() []ui.KeyValue {
	d, x := p.d, p.x
	var publics, countries, langs, channels, partners []string
	for _, s := range x.Publics {
		name := d.t("publish.segment." + s.Segment)
		if s.Note != "" {
			name = d.t("publish.campaign.public_named", "public", name, "note", s.Note)
		}
		publics = append(publics, name)
	}
	for _, code := range x.Countries {
		countries = append(countries, d.p.Country(code))
	}
	for _, l := range x.Langs {
		langs = append(langs, d.p.LanguageName(string(l)))
	}
	for _, s := range x.Channels {
		channels = append(channels, d.t("publish.channel."+s))
	}
	for _, m := range x.Partners {
		partners = append(partners, d.mission(m))
	}
	out := []ui.KeyValue{{Key: d.t("publish.field.state"), Comp: d.campaignState(x)}}
	if x.Reason != "" {
		out = append(out, ui.KeyValue{Key: d.t("publish.campaign.reason"), Value: x.Reason})
	}
	out = append(out, ui.KeyValue{Key: d.t("publish.campaign.days"), Value: d.span(x)},
		ui.KeyValue{Key: d.t("publish.campaign.lead"), Value: d.mission(x.MissionID)}, ui.KeyValue{Key: d.t("publish.campaign.owner"), Value: d.person(x.OwnerID)})
	for _, f := range []struct {
		key  string
		list []string
	}{{"partners", partners}, {"publics", publics}, {"countries", countries}, {"langs", langs}, {"channels", channels}} {
		if len(f.list) > 0 {
			out = append(out, ui.KeyValue{Key: d.t("publish.campaign." + f.key), Value: d.p.List(f.list)})
		}
	}
	if p.origin != "" {
		out = append(out, ui.KeyValue{Key: d.t("publish.campaign.copied_from"), Comp: originLink(p.origin, campaignPath(x.CopiedFrom))})
	}
	return out
}

// stats are the figures of the campaign on one line.
func (p campaignPage) stats() []ui.StatProps {
	d := p.d
	out := []ui.StatProps{
		{Label: d.t("publish.campaign.released"), Value: d.p.Int(p.figures.Released), Note: d.t("publish.campaign.of_messages", "count", len(p.messages)+p.hidden), Href: p.address("board")},
		{Label: d.t("publish.campaign.views"), Value: d.p.Number(p.figures.Reading.Views), Note: d.t("publish.campaign.readers", "count", p.figures.Reading.Readers)},
		{Label: d.t("publish.campaign.asked"), Value: d.p.Int(p.figures.Asked.Asked), Note: d.t("publish.campaign.answered", "count", p.figures.Asked.Answered)},
		{Label: d.t("publish.campaign.spent"), Value: p.sum(p.money.Spent), Unit: p.x.Currency, Note: d.t("publish.campaign.of_budget", "amount", d.amount(p.money.Planned, p.x.Currency)), Href: p.address("money")},
	}
	if v, ok := campaign.Latest(p.values); ok {
		s := ui.StatProps{Label: p.x.Indicator.In(d.p.Lang()), Value: d.figure(v.Value), Note: d.t("publish.campaign.of_target", "target", d.figure(p.x.Target)), Href: "#result"}
		for _, v := range p.values {
			if v.StruckAt.IsZero() {
				s.Trend = append(s.Trend, float64(v.Value)/100)
			}
		}
		out = append(out, s)
	}
	return out
}

func (p campaignPage) sum(n int64) string {
	digits, _ := campaign.Exponent(p.x.Currency)
	return p.d.p.Fixed(n, digits)
}

// column is one column of the board.
type column struct {
	title string
	kind  ui.Kind
	list  []*publish.Message
}

// board sorts the messages by their state.
func (p campaignPage) board() []column {
	var out []column
	for _, s := range publish.States {
		kind, title := p.d.state(&publish.Message{State: s})
		col := column{title: title, kind: kind}
		for i := range p.messages {
			if p.messages[i].State == s {
				col.list = append(col.list, &p.messages[i])
			}
		}
		if len(col.list) > 0 || s != publish.StateRejected && s != publish.StateWithdrawn {
			out = append(out, col)
		}
	}
	return out
}

// messageTable lists the messages with their figures.
func (p campaignPage) messageTable() ui.TableProps {
	d := p.d
	t := ui.TableProps{Caption: d.t("publish.nav.messages"), Columns: []ui.Column{{Label: d.t("publish.field.title")}, {Label: d.t("publish.field.state")}, {Label: d.t("publish.field.languages")},
		{Label: d.t("publish.campaign.views"), Numeric: true}, {Label: d.t("publish.campaign.asked"), Numeric: true}, {Label: d.t("publish.campaign.leave"), Hidden: true}}}
	for i := range p.messages {
		m := &p.messages[i]
		kind, state := d.state(m)
		views, asked := "–", "–"
		if f, ok := p.figures.ByMessage[m.ID]; ok {
			views, asked = d.p.Number(f.Reading.Views), d.p.Int(f.Asked.Asked)
		}
		row := ui.Row{Cells: []ui.Cell{{Text: d.title(m), Href: messagePath(m.ID), Sub: d.mission(m.MissionID)}, ui.CompCell(stateCell(kind, state, d.marks(m))), ui.CompCell(languageDots(d, m)), {Text: views}, {Text: asked}}}
		if p.may || d.actor.MayIn(publish.MayDraft, m.Scope()) {
			row.Cells = append(row.Cells, ui.CompCell(campaignButton(p, "messages/"+m.ID+"/leave", ui.Button{Label: d.t("publish.campaign.leave"), Small: true, Quiet: true})))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// valueTable lists what was measured, the latest first.
func (p campaignPage) valueTable() ui.TableProps {
	d := p.d
	t := ui.TableProps{Caption: d.t("publish.campaign.measured"), Columns: []ui.Column{{Label: d.t("publish.campaign.day")}, {Label: p.x.Indicator.In(d.p.Lang()), Numeric: true}, {Label: d.t("publish.campaign.source")}, {Label: d.t("publish.campaign.by")}, {Label: d.t("publish.campaign.strike"), Hidden: true}}}
	for _, v := range slices.Backward(p.values) {
		row := ui.Row{Cells: []ui.Cell{{Text: d.p.Date(v.Day.Std())}, {Text: d.figure(v.Value)}, {Text: v.Note}, {Text: d.person(v.RecordedBy)}}}
		row.Cells = append(row.Cells, p.strike("values/"+v.ID, v.StruckBy, v.StruckAt))
		t.Rows = append(t.Rows, row)
	}
	return t
}

// strike is the cell that says who struck an entry out, or offers it.
func (p campaignPage) strike(entry, by string, at db.Time) ui.Cell {
	switch {
	case !at.IsZero():
		return ui.CompCell(ui.Badge(ui.Neutral, p.d.t("publish.campaign.struck", "name", p.d.person(by))))
	case p.may:
		return ui.CompCell(campaignButton(p, entry+"/strike", ui.Button{Label: p.d.t("publish.campaign.strike"), Small: true, Quiet: true, Confirm: p.d.t("publish.campaign.strike_confirm")}))
	}
	return ui.Cell{}
}

// valueChart draws the way from the baseline to the target; nil-like without
// two values.
func (p campaignPage) valueChart() (ui.ChartProps, bool) {
	c := ui.ChartProps{ID: "values", Title: p.x.Indicator.In(p.d.p.Lang()), Kind: ui.ChartLine, Label: p.d.t("publish.campaign.day")}
	got := ui.Series{Name: p.d.t("publish.campaign.measured"), Accent: true}
	goal := ui.Series{Name: p.d.t("publish.campaign.target"), Dashed: true}
	base := ui.Series{Name: p.d.t("publish.campaign.baseline"), Dashed: true}
	for _, v := range p.values {
		if v.StruckAt.IsZero() {
			c.Day(p.d.p, v.Day.Std())
			got.Values = append(got.Values, float64(v.Value)/100)
			goal.Values = append(goal.Values, float64(p.x.Target)/100)
			base.Values = append(base.Values, float64(p.x.Baseline)/100)
			if v.Value%100 != 0 {
				c.Decimal = 2
			}
		}
	}
	c.Series = []ui.Series{got, goal, base}
	return c, len(got.Values) > 1
}

// lineTable is the budget.
func (p campaignPage) lineTable() ui.TableProps {
	d := p.d
	t := ui.TableProps{Caption: d.t("publish.campaign.lines"), Columns: []ui.Column{{Label: d.t("publish.campaign.line")}, {Label: d.t("publish.campaign.planned"), Numeric: true}, {Label: d.t("publish.campaign.spent"), Numeric: true}, {Label: d.t("publish.campaign.left_over"), Numeric: true}, {Label: d.t("publish.campaign.change"), Hidden: true}}}
	for _, l := range p.money.Lines {
		row := ui.Row{Cells: []ui.Cell{{Text: l.Title}, {Text: d.amount(l.Planned, p.x.Currency)}, {Text: d.amount(l.Spent, p.x.Currency)}, {Text: d.amount(l.Planned-l.Spent, p.x.Currency)}}}
		if l.Spent > l.Planned {
			row.Kind = ui.Danger
		}
		if p.may && !p.x.State.Over() {
			row.Cells = append(row.Cells, ui.CompCell(lineActs(p, l)))
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) > 1 {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: d.t("publish.campaign.total")}, {Text: d.amount(p.money.Planned, p.x.Currency)}, {Text: d.amount(p.money.Spent, p.x.Currency)}, {Text: d.amount(p.money.Planned-p.money.Spent, p.x.Currency)}}})
	}
	return t
}

func (p campaignPage) spendTable() ui.TableProps {
	d := p.d
	t := ui.TableProps{Caption: d.t("publish.campaign.spend"), Columns: []ui.Column{{Label: d.t("publish.campaign.day")}, {Label: d.t("publish.campaign.amount_of"), Numeric: true}, {Label: d.t("publish.campaign.line")}, {Label: d.t("publish.campaign.note")}, {Label: d.t("publish.campaign.by")}, {Label: d.t("publish.campaign.strike"), Hidden: true}}}
	for _, s := range p.money.Spends {
		line := ""
		if i := slices.IndexFunc(p.money.Lines, func(l campaign.Line) bool { return l.ID == s.LineID }); i >= 0 {
			line = p.money.Lines[i].Title
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: d.p.Date(s.Day.Std())}, {Text: d.amount(s.Amount, p.x.Currency)}, {Text: line}, {Text: s.Note}, {Text: d.person(s.RecordedBy)}, p.strike("spend/"+s.ID, s.StruckBy, s.StruckAt)}})
	}
	return t
}

// form is one of the page's forms: as it was refused, or fresh with values.
func (p campaignPage) form(name string, v url.Values) form {
	if p.typed.v.Get("form") == name {
		return p.typed
	}
	if v == nil {
		v = url.Values{}
	}
	if v.Get("id") == "" {
		v.Set("id", id.New())
	}
	return p.d.fresh(v)
}

// lineForm is filled with the line that the address names.
func (p campaignPage) lineForm() form {
	v := url.Values{}
	for _, l := range p.money.Lines {
		if l.ID == p.chosen {
			v = url.Values{"id": {l.ID}, "title": {l.Title}, "planned": {p.sum(l.Planned)}}
		}
	}
	return p.form("line", v)
}

// eventForm is filled with the event that the address names.
func (p campaignPage) eventForm() form {
	v := url.Values{}
	zone := p.d.org.Zone(p.d.ctx, p.x.MissionID)
	for _, e := range p.events {
		if e.ID != p.chosen {
			continue
		}
		v = url.Values{"id": {e.ID}, "place": {e.Place}}
		for l, s := range e.Titles {
			v.Set("title-"+string(l), s)
		}
		p.d.putTime(v, "at", e.StartsAt, zone)
		p.d.putTime(v, "until", e.EndsAt, zone)
		if e.Attended >= 0 {
			v.Set("attended", strconv.FormatInt(e.Attended, 10))
		}
	}
	return p.form("event", v)
}

func (p campaignPage) lines() ui.ChoiceProps {
	var out []ui.Option
	for _, l := range p.money.Lines {
		out = append(out, ui.Option{Value: l.ID, Label: l.Title})
	}
	return p.form("spend", url.Values{}).choice("line", "publish.campaign.line", "", out)
}

// eventWhen writes when an event is, in the time of the mission that leads.
func (p campaignPage) eventWhen(e campaign.Event) string {
	d := p.d
	if e.EndsAt.IsZero() {
		return d.when(p.x.MissionID, e.StartsAt)
	}
	return d.t("publish.calendar.off_days", "from", d.when(p.x.MissionID, e.StartsAt), "until", d.when(p.x.MissionID, e.EndsAt))
}

// keyMessages are the languages in which there are key messages.
func (p campaignPage) keyLangs() []i18n.Lang {
	var out []i18n.Lang
	for _, l := range i18n.Langs {
		if p.x.KeyMessages[l] != "" {
			out = append(out, l)
		}
	}
	return out
}

// asks reports whether a form is open: it was refused, or something is to be
// changed with it.
func (p campaignPage) asks(name string, f form) bool {
	return p.typed.v.Get("form") == name || p.chosen != "" && f.v.Get("id") == p.chosen
}

// stopForm asks for the reason of a stop.
func (p campaignPage) stopForm() form { return p.form("stop", url.Values{}) }

func suffixed(p ui.FieldProps, suffix string) ui.FieldProps {
	p.Suffix = suffix
	return p
}
