package listenweb

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"sifara/internal/errs"
	"sifara/internal/listen"
	"sifara/internal/listen/campaign"
	"sifara/internal/perm"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

const campaignsPath = root + "/campaigns"

func (p pages) campaignRoutes() []web.Route {
	upload := web.Post(campaignsPath+"/framework", campaign.Manage, p.loadFramework)
	upload.MaxBody = campaign.MaxFramework + 1<<20
	one := campaignsPath + "/{id}"
	return []web.Route{
		web.Get(campaignsPath, campaign.Manage, p.campaigns),
		web.Get(campaignsPath+"/new", campaign.Manage, p.newCampaign),
		web.Post(campaignsPath, campaign.Manage, p.openCampaign),
		web.Get(campaignsPath+"/framework", campaign.Manage, p.framework),
		upload,
		web.Get(one, campaign.Manage, p.campaign),
		web.Get(one+"/edit", campaign.Manage, p.editCampaign),
		web.Post(one, campaign.Manage, p.saveCampaign),
		web.Get(one+"/evidence", campaign.Manage, p.chooseEvidence),
		web.Post(one+"/evidence", campaign.Manage, p.takeEvidence),
		web.Post(one+"/hand", campaign.Manage, p.handCampaign),
		web.Post(one+"/link", campaign.Manage, p.linkCampaign),
		web.Post(one+"/answered", campaign.Manage, p.answerCampaign),
		web.Post(one+"/close", campaign.Manage, p.closeCampaign),
		web.Get(one+"/stix", campaign.Manage, p.campaignSTIX),
	}
}

var campaignKind = map[string]ui.Kind{campaign.Open: ui.Waiting, campaign.Answered: ui.Success, campaign.Closed: ui.Neutral}

func (d desk) campaignState(f campaign.File) templ.Component {
	return ui.Badge(campaignKind[f.State], d.T("listen.campaign.state."+f.State))
}

// deskOf names the desk that works on a file.
func (d desk) deskOf(f campaign.File) string {
	if f.HandedAt.IsZero() {
		return d.owner(f.MissionID, f.DepartmentID)
	}
	return d.owner(f.DeskMissionID, f.DeskDepartmentID)
}

// likely writes a confidence in words and in numbers.
func (d desk) likely(percent int64) string {
	s := campaign.InWords(percent)
	return d.T("listen.campaign.likely", "words", d.T("listen.campaign.likely."+string(s.Words)), "percent", d.p.Percent(float64(percent)/100))
}

func (d desk) campaignTable(list []campaign.File) ui.TableProps {
	t := ui.TableProps{ID: "campaigns", Caption: d.T("listen.campaigns"), Columns: []ui.Column{
		{Label: d.T("listen.campaign")}, {Label: d.T("listen.campaign.confidence")}, {Label: d.T("listen.desk")}, {Label: d.T("listen.campaign.opened")}, {Label: d.T("listen.warning.state"), Short: true},
	}}
	for _, f := range list {
		t.Rows = append(t.Rows, ui.Row{ID: "campaign-" + f.ID, Cells: []ui.Cell{
			{Text: f.Title(d.p.Lang()), Href: campaignsPath + "/" + f.ID}, ui.TextCell(d.likely(f.Confidence)), ui.TextCell(d.deskOf(f)),
			ui.TextCell(d.when(f.CreatedAt)), ui.CompCell(d.campaignState(f)),
		}})
	}
	return t
}

type campaignsPage struct {
	desk
	tabs  []ui.Tab
	table ui.TableProps
	live  string
}

// campaigns lists files: GET show=open|all.
func (p pages) campaigns(w http.ResponseWriter, r *http.Request) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	show, states := "open", []string{campaign.Open, campaign.Answered}
	if r.URL.Query().Get("show") == "all" {
		show, states = "all", nil
	}
	list, err := p.campaignSvc.Files(r.Context(), states...)
	if err != nil {
		return err
	}
	v := campaignsPage{desk: d, table: d.campaignTable(list), live: r.URL.RequestURI()}
	for _, s := range []string{"open", "all"} {
		v.tabs = append(v.tabs, ui.Tab{Label: d.T("listen.campaigns." + s), Href: campaignsPath + "?show=" + s, Active: s == show})
	}
	return web.Render(w, r, web.Page{Title: d.T("listen.campaigns"), Intro: d.T("listen.campaigns.intro"), Crumbs: d.crumbs(), Actions: campaignsActions(v), Body: campaignsBody(v)})
}

func (p pages) campaignsPanel(r *http.Request) (templ.Component, error) {
	d, err := p.desk(r)
	if err != nil {
		return nil, err
	}
	list, err := p.campaignSvc.Files(r.Context(), campaign.Open)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return campaignList(d, list[:min(len(list), 5)]), nil
}

type snapshotView struct {
	campaign.Snapshot
	when  string
	posts []postView
	check templ.Component
}

var checkKind = map[string]ui.Kind{campaign.Unchanged: ui.Success, campaign.Changed: ui.Danger, campaign.Expired: ui.Neutral}

type campaignPage struct {
	desk
	f           campaign.File
	facts       []ui.KeyValue
	behaviour   []ui.KeyValue
	reach       []ui.KeyValue
	days        ui.ChartProps
	snaps       []snapshotView
	decision    string
	answer      []ui.KeyValue
	answerState string
	desks       []ui.Option
	errors      map[string]string
	reason      string
}

func (p pages) campaign(w http.ResponseWriter, r *http.Request) error {
	return p.showCampaign(w, r, nil, "")
}

func (p pages) showCampaign(w http.ResponseWriter, r *http.Request, cause error, reason string) error {
	ctx := r.Context()
	f, err := p.campaignSvc.File(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	v := campaignPage{desk: d, f: f, errors: web.Errors(r, cause), reason: reason, desks: d.allDesks()}
	snaps, err := p.campaignSvc.Snapshots(ctx, f.ID)
	if err != nil {
		return err
	}
	for _, s := range snaps {
		v.snaps = append(v.snaps, d.snapshot(s))
	}
	v.tell()
	if err := p.tellGroup(ctx, &v); err != nil {
		return err
	}
	if err := p.follow(r, &v); err != nil {
		return err
	}
	status := 0
	if cause != nil {
		status = http.StatusUnprocessableEntity
	}
	return web.Render(w, r, web.Page{
		Title: f.Title(d.p.Lang()), Intro: d.likely(f.Confidence), Status: status, Actions: campaignActions(v),
		Crumbs: d.crumbs(ui.Link{Label: d.T("listen.campaigns"), Href: campaignsPath}), Body: campaignBody(v),
	})
}

// tellGroup leads to the group that the file came from, as long as it is kept.
func (p pages) tellGroup(ctx context.Context, v *campaignPage) error {
	if v.f.Group == "" {
		return nil
	}
	fact := ui.KeyValue{Key: v.T("listen.campaign.group"), Value: v.T("listen.group.gone")}
	switch g, err := p.groups.Group(ctx, v.f.Group); errs.KindOf(err) {
	case errs.NotFound, errs.Forbidden:
	default:
		if err != nil {
			return err
		}
		fact.Value, fact.Comp = "", link(v.groupTitle(g), groupsPath+"/"+g.ID)
	}
	v.facts = append(v.facts, fact)
	return nil
}

// tell writes the facts of the file.
func (v *campaignPage) tell() {
	f := v.f
	var places []string
	for _, c := range f.Countries {
		places = append(places, v.p.Country(c))
	}
	v.facts = []ui.KeyValue{
		{Key: v.T("listen.warning.state"), Comp: v.campaignState(f)},
		{Key: v.T("listen.campaign.confidence"), Value: v.likely(f.Confidence)},
		{Key: v.T("listen.campaign.basis"), Value: v.orNone(f.Basis)},
		{Key: v.T("listen.campaign.countries"), Value: v.orNone(v.p.List(places))},
		{Key: v.T("listen.campaign.owner"), Value: v.owner(f.MissionID, f.DepartmentID)},
		{Key: v.T("listen.campaign.desk"), Value: v.deskOf(f)},
		{Key: v.T("listen.campaign.tlp"), Value: "TLP:" + strings.ToUpper(f.TLP), Ltr: true},
		{Key: v.T("listen.campaign.keep"), Value: v.p.Date(f.KeepUntil.In(v.zone))},
	}
	if f.HandedAt > 0 {
		v.facts = append(v.facts, ui.KeyValue{Key: v.T("listen.campaign.handed"), Value: v.when(f.HandedAt)})
	}
	if f.Reason != "" {
		v.facts = append(v.facts, ui.KeyValue{Key: v.T("listen.campaign.reason"), Value: f.Reason})
	}
	for _, t := range f.Behaviour {
		name := t.Name
		if name == "" {
			name = v.T("listen.campaign.behaviour.unnamed")
		}
		v.behaviour = append(v.behaviour, ui.KeyValue{Key: t.ID, Value: name})
	}
	v.tellReach()
}

func (v *campaignPage) tellReach() {
	r := v.f.Reach
	measured := ui.KeyValue{Key: v.T("listen.campaign.measured"), Value: v.when(r.At)}
	if r.Few {
		v.reach = []ui.KeyValue{{Key: v.T("listen.posts"), Value: v.T("listen.campaign.few", "count", campaign.K)}, measured}
		return
	}
	authors := v.p.Number(r.Authors)
	if r.Authors == 0 {
		authors = v.T("listen.campaign.few", "count", campaign.K)
	}
	posts := v.p.Number(r.Posts)
	if r.More {
		posts = v.T("listen.search.more", "count", r.Posts)
	}
	var places []string
	for _, c := range r.Places {
		places = append(places, v.p.Country(c))
	}
	v.reach = []ui.KeyValue{
		{Key: v.T("listen.posts"), Value: posts}, {Key: v.T("listen.campaign.authors"), Value: authors},
		{Key: v.T("listen.sources"), Value: v.p.Number(r.Sources)}, {Key: v.T("listen.campaign.places"), Value: v.orNone(v.p.List(places))},
		measured,
	}
	v.days = ui.ChartProps{ID: "reach-days", Title: v.T("listen.campaign.days"), Kind: ui.ChartBar, Unit: v.T("listen.unit.posts"), Label: v.T("listen.time")}
	s := ui.Series{Name: v.T("listen.posts"), Accent: true}
	for _, d := range r.Days {
		v.days.Day(v.p, d.Day)
		s.Values = append(s.Values, float64(d.Posts))
	}
	v.days.Series = []ui.Series{s}
}

func (d desk) snapshot(s campaign.Snapshot) snapshotView {
	v := snapshotView{Snapshot: s, when: d.when(s.TakenAt), check: ui.Badge(checkKind[s.Check], d.T("listen.campaign.check."+s.Check))}
	for _, r := range s.Records {
		x := postView{parts: []ui.Part{{Text: r.Text}}, when: d.p.DateTime(r.At.In(d.zone)), source: d.sourceName(listen.Source{ID: r.SourceID, Name: r.Source}), grade: r.Grade, langN: d.language(r.Lang), dir: text.Direction(r.Text)}
		if r.Lang != "und" {
			x.lang = r.Lang
		}
		if r.Author != "" {
			x.author = d.T("listen.author", "code", strings.ToUpper(r.Author))
		}
		if r.Country != "" {
			x.place = d.p.Country(r.Country)
		}
		v.posts = append(v.posts, x)
	}
	return v
}

// allDesks are the desks a file can be handed to.
func (d desk) allDesks() []ui.Option {
	out := []ui.Option{{Value: "", Label: d.T("listen.desk.ministry")}}
	for id, name := range d.departments {
		out = append(out, ui.Option{Value: "d:" + id, Label: name, Group: d.T("listen.desk.departments")})
	}
	text.Sort(string(d.p.Lang()), out[1:], func(o ui.Option) string { return o.Label })
	for _, m := range d.order {
		out = append(out, ui.Option{Value: "m:" + m.ID, Label: d.missions[m.ID], Group: d.T("listen.desk.missions")})
	}
	return out
}

// ownDesks are the desks at which the reader holds a permission.
func (d desk) ownDesks(p perm.Permission, chosen string) []ui.Option {
	var out []ui.Option
	for _, o := range d.allDesks() {
		mission, department := unitOf(o.Value)
		scope := perm.InMission(mission)
		if department != "" {
			scope = perm.InDepartment(department)
		}
		if d.actor.MayIn(p, scope) {
			o.Checked = o.Value == chosen
			out = append(out, o)
		}
	}
	return out
}

func (p pages) campaignSTIX(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.campaignSvc.File(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	ministry, err := p.org.Ministry(r.Context())
	if err != nil {
		return err
	}
	b, err := p.campaignSvc.STIX(r.Context(), r.PathValue("id"), ministry.Name("en"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/stix+json;version=2.1")
	w.Header().Set("Content-Disposition", `attachment; filename="campaign-`+r.PathValue("id")+`.json"`)
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write(b)
	return err
}

// lastDay is the day before an end that is exclusive.
func lastDay(until time.Time) time.Time { return until.Add(-time.Minute) }
