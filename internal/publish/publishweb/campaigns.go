package publishweb

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/module"
	"sifara/internal/org"
	"sifara/internal/publish"
	"sifara/internal/publish/campaign"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

const campaignsPath = "/console/campaigns"

func campaignPath(id string) string { return campaignsPath + "/" + url.PathEscape(id) }

// CampaignLinks lead from the objects of campaigns and of the calendar that the
// record names to their pages.
func CampaignLinks() map[string]string {
	return map[string]string{"public_campaign": campaignsPath + "/{id}", "publish_hours": hoursPath, "publish_occasion": occasionsPath + "/{id}"}
}

func (c *console) campaignRoutes() []web.Route {
	one := campaignsPath + "/{id}"
	return []web.Route{
		web.Get(campaignsPath, publish.MayView, c.listCampaigns),
		web.Get(campaignsPath+"/new", campaign.Manage, c.newCampaign),
		web.Post(campaignsPath, campaign.Manage, c.beginCampaign),
		web.Get(one, publish.MayView, c.campaign),
		web.Get(one+"/edit", campaign.Manage, c.editCampaign),
		web.Post(one+"/edit", campaign.Manage, c.saveCampaign),
		web.Get(one+"/copy", campaign.Manage, c.copying),
		web.Post(one+"/copy", campaign.Manage, c.copyCampaign),
		web.Post(one+"/state", campaign.Manage, c.moveCampaign),
		web.Post(one+"/messages", publish.MayView, c.joinCampaign),
		web.Post(one+"/messages/{message}/leave", publish.MayView, c.leaveCampaign),
		web.Post(one+"/lines", campaign.Manage, c.putLine),
		web.Post(one+"/lines/{line}/drop", campaign.Manage, c.dropLine),
		web.Post(one+"/spend", campaign.Manage, c.pay),
		web.Post(one+"/spend/{spend}/strike", campaign.Manage, c.strikeSpend),
		web.Post(one+"/values", campaign.Manage, c.measure),
		web.Post(one+"/values/{value}/strike", campaign.Manage, c.strikeValue),
		web.Post(one+"/events", campaign.Manage, c.putEvent),
		web.Post(one+"/events/{event}/drop", campaign.Manage, c.dropEvent),
		web.Post("/console/messages/{id}/campaign", publish.MayView, c.chooseCampaign),
	}
}

// findCampaigns answers the command palette.
func (c *console) findCampaigns(ctx context.Context, query string, limit int) ([]module.Found, error) {
	list, err := c.campaigns.List(ctx, campaign.Filter{Query: query, Limit: limit})
	if err != nil {
		return nil, err
	}
	var out []module.Found
	for _, x := range list {
		out = append(out, module.Found{Title: x.Name(i18n.From(ctx).Lang()), Hint: "publish.campaign", Href: campaignPath(x.ID)})
	}
	return out, nil
}

// campaignsPage is the list of campaigns: GET /console/campaigns.
type campaignsPage struct {
	d      *desk
	query  url.Values
	filter campaign.Filter
	list   []campaign.Campaign
	older  string
}

func (c *console) listCampaigns(w http.ResponseWriter, r *http.Request) error {
	p := campaignsPage{query: r.URL.Query(), filter: campaignFilter(r.URL.Query())}
	p.filter.Limit = pageSize + 1
	var err error
	if p.list, err = c.campaigns.List(r.Context(), p.filter); err != nil {
		return err
	}
	if len(p.list) > pageSize {
		p.list = p.list[:pageSize]
		p.older = p.with("before", campaignCursor(p.list[pageSize-1]))
	}
	if p.d, err = c.desk(r); err != nil {
		return err
	}
	if err := c.owners(r, p.d, p.list...); err != nil {
		return err
	}
	page := web.Page{Title: p.d.t("publish.nav.campaigns"), Intro: p.d.t("publish.campaigns.intro"), Body: campaignsView(p)}
	if p.d.actor.May(campaign.Manage) {
		page.Actions = ui.Btn(ui.Button{Label: p.d.t("publish.command.campaign"), Icon: "plus", Href: campaignsPath + "/new"})
	}
	return web.Render(w, r, page)
}

// owners lets the desk name who answers for campaigns.
func (c *console) owners(r *http.Request, d *desk, list ...campaign.Campaign) error {
	var ids []string
	for _, x := range list {
		ids = append(ids, x.OwnerID, x.CreatedBy)
	}
	names, err := c.org.PersonNames(r.Context(), ids)
	for id, n := range names {
		d.people[id] = n
	}
	return err
}

// campaignFilter reads the address of the list; what it does not understand it
// leaves out.
func campaignFilter(q url.Values) campaign.Filter {
	f := campaign.Filter{State: campaign.State(q.Get("state")), MissionID: q.Get("mission"), Query: q.Get("q"), Country: q.Get("country"), Segment: q.Get("public")}
	if f.MissionID == ministryChoice {
		f.MissionID, f.Ministry = "", true
	}
	if l, ok := i18n.Parse(q.Get("lang")); ok {
		f.Lang = l
	}
	f.Before = readPlace(q.Get("before"))
	return f
}

func campaignCursor(x campaign.Campaign) string {
	return strconv.FormatInt(int64(x.UpdatedAt), 10) + "." + x.ID
}

func (p campaignsPage) with(name, value string) string {
	return listPage{query: p.query}.address(campaignsPath, name, value)
}

func (p campaignsPage) self() string { return p.with("before", p.query.Get("before")) }

func (p campaignsPage) filters() []ui.ChoiceProps {
	d := p.d
	states := ui.ChoiceProps{Name: "state", Label: d.t("publish.field.state"), Blank: d.t("publish.any")}
	for _, s := range campaign.States {
		states.Options = append(states.Options, ui.Option{Value: string(s), Label: d.t("publish.campaign.state." + string(s)), Checked: p.filter.State == s})
	}
	missions := listPage{d: d, filter: publish.Filter{MissionID: p.filter.MissionID, Ministry: p.filter.Ministry}}.missions()
	langs := ui.ChoiceProps{Name: "lang", Label: d.t("publish.field.languages"), Blank: d.t("publish.any")}
	for _, o := range d.languages() {
		o.Checked = o.Value == string(p.filter.Lang)
		langs.Options = append(langs.Options, o)
	}
	publics := ui.ChoiceProps{Name: "public", Label: d.t("publish.campaign.publics"), Blank: d.t("publish.any")}
	for _, s := range campaign.Segments {
		publics.Options = append(publics.Options, ui.Option{Value: s, Label: d.t("publish.segment." + s), Checked: s == p.filter.Segment})
	}
	countries := ui.ChoiceProps{Name: "country", Label: d.t("publish.campaign.country"), Blank: d.t("publish.any")}
	for _, code := range d.hosts() {
		countries.Options = append(countries.Options, ui.Option{Value: code, Label: d.p.Country(code), Checked: code == p.filter.Country})
	}
	return []ui.ChoiceProps{states, missions, langs, publics, countries}
}

// hosts are the countries with which the missions deal, by name.
func (d *desk) hosts() []string {
	list, err := d.org.Missions(d.ctx)
	if err != nil {
		return nil
	}
	seen := map[string]bool{}
	var out []string
	for _, m := range list {
		for _, code := range m.Countries() {
			if !seen[code] {
				seen[code] = true
				out = append(out, code)
			}
		}
	}
	text.Sort(string(d.p.Lang()), out, d.p.Country)
	return out
}

func (p campaignsPage) table() ui.TableProps {
	d := p.d
	t := ui.TableProps{ID: "campaigns", Caption: d.t("publish.nav.campaigns"), Live: campaign.Live, LiveHref: p.self(), Empty: p.empty(),
		Columns: []ui.Column{{Label: d.t("publish.campaign")}, {Label: d.t("publish.field.state")}, {Label: d.t("publish.campaign.days")}, {Label: d.t("publish.campaign.publics")}, {Label: d.t("publish.campaign.owner")}}}
	for _, x := range p.list {
		var publics []string
		for _, s := range x.Publics {
			publics = append(publics, d.t("publish.segment."+s.Segment))
		}
		t.Rows = append(t.Rows, ui.Row{ID: "campaign-" + x.ID, Cells: []ui.Cell{
			{Text: x.Name(d.p.Lang()), Href: campaignPath(x.ID), Sub: d.mission(x.MissionID)}, ui.CompCell(d.campaignState(x)),
			ui.TextCell(d.span(x)), ui.TextCell(d.p.List(publics)), ui.TextCell(d.person(x.OwnerID)),
		}})
	}
	return t
}

func (p campaignsPage) empty() templ.Component {
	var begin templ.Component
	if p.d.actor.May(campaign.Manage) {
		begin = ui.Btn(ui.Button{Label: p.d.t("publish.command.campaign"), Icon: "plus", Href: campaignsPath + "/new"})
	}
	return ui.EmptyState("target", p.d.t("publish.campaigns.none"), p.d.t("publish.campaigns.none_next"), begin)
}

var campaignKinds = map[campaign.State]ui.Kind{campaign.Planned: ui.Draft, campaign.Running: ui.Live, campaign.Ended: ui.Success, campaign.Stopped: ui.Neutral}

func (d *desk) campaignState(x campaign.Campaign) templ.Component {
	return ui.Badge(campaignKinds[x.State], d.t("publish.campaign.state."+string(x.State)))
}

// span writes the days of a campaign.
func (d *desk) span(x campaign.Campaign) string {
	return d.t("publish.calendar.off_days", "from", d.p.Date(x.StartsOn.Std()), "until", d.p.Date(x.EndsOn.Std()))
}

// amount writes money in the currency of a campaign.
func (d *desk) amount(n int64, currency string) string {
	digits, _ := campaign.Exponent(currency)
	return d.t("publish.campaign.amount", "amount", d.p.Fixed(n, digits), "currency", currency)
}

// figure writes a value of the indicator without zeros that say nothing.
func (d *desk) figure(hundredths int64) string {
	digits := 2
	for digits > 0 && hundredths%10 == 0 {
		hundredths /= 10
		digits--
	}
	return d.p.Fixed(hundredths, digits)
}

// countryCodes reads names of countries in the reader's language, or codes,
// one a line or between commas; the second result is the first that is none.
func (d *desk) countryCodes(typed string) (codes []string, unknown string) {
	byName := map[string]string{}
	for _, code := range org.Countries(d.p) {
		byName[text.Fold(d.p.Country(code))], byName[text.Fold(code)] = code, code
	}
	for _, name := range splitList(typed) {
		code, ok := byName[text.Fold(name)]
		if !ok && unknown == "" {
			unknown = name
		}
		codes = append(codes, code)
	}
	return codes, unknown
}

// readPlace is the place that a cursor names, zero for none.
func readPlace(s string) (p publish.Place) {
	f := readFilter(url.Values{"before": {s}})
	return f.Before
}

// putDay writes a day into the fields of a date.
func (d *desk) putDay(v url.Values, name string, day db.Time) {
	d.putTime(v, name, day, utc)
	v.Del(name + "-time")
}
