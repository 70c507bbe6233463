package listenweb

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/listen/group"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

const (
	groupsPath = root + "/groups"
	looksPath  = groupsPath + "/looks"
	mediaPath  = groupsPath + "/media"
)

func (p pages) groupRoutes() []web.Route {
	one := groupsPath + "/{id}"
	return []web.Route{
		web.Get(groupsPath, listen.View, p.groupList),
		web.Post(looksPath, group.Manage, p.lookForGroups),
		web.Post(mediaPath, group.Manage, p.enterMedia),
		web.Post(mediaPath+"/{id}/remove", group.Manage, p.removeMedia),
		web.Get(one, listen.View, p.group),
		web.Post(one+"/aside", group.Manage, p.groupAside),
		web.Post(one+"/take-up", group.Manage, p.groupTakeUp),
	}
}

// groupTitle says what a group is: how many, and what they have in common.
func (d desk) groupTitle(g group.Group) string {
	return d.T("listen.group.title", "count", g.Accounts, "behaviours", d.behaviours(g.Kinds))
}

// behaviours names what accounts have in common. Who posts the same text also
// posts nearly the same.
func (d desk) behaviours(kinds []string) string {
	var out []string
	for _, k := range kinds {
		if k != "near" || !slices.Contains(kinds, "text") {
			out = append(out, d.T("listen.group.kind."+k))
		}
	}
	return d.p.List(out)
}

// chance writes a probability as people say small ones.
func (d desk) chance(p float64) string {
	if p >= 0.001 {
		return d.p.Percent(p)
	}
	power := 6.0 // beyond a millionth nobody could tell the difference
	if p > 0 {
		power = min(power, math.Floor(-math.Log10(p)))
	}
	return d.T("listen.group.chance.small", "count", int64(math.Pow(10, power)))
}

// spreadLine says how far a group reached.
func (d desk) spreadLine(s group.Spread) string {
	return strings.Join([]string{
		d.T("listen.story.languages", "count", s.Languages), d.T("listen.group.countries", "count", s.Countries), d.T("listen.story.sources", "count", s.Sources),
	}, " · ")
}

type groupsPage struct {
	desk
	tabs    []ui.Tab
	table   ui.TableProps
	looks   ui.TableProps
	media   []mediaRow
	sources []ui.Option
	topics  []ui.Option
	windows []ui.Option
	from    ui.DateProps
	until   ui.DateProps
	reason  string
	live    string
	errors  map[string]string
	may     bool
}

type mediaRow struct{ id, name, reason string }

// groupList lists groups: GET show=open|aside.
func (p pages) groupList(w http.ResponseWriter, r *http.Request) error {
	return p.showGroups(w, r, nil, nil)
}

func (p pages) showGroups(w http.ResponseWriter, r *http.Request, f *web.Form, cause error) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	state := group.Open
	if r.URL.Query().Get("show") == group.Aside {
		state = group.Aside
	}
	list, err := p.groups.Groups(r.Context(), state, 200)
	if err != nil {
		return err
	}
	v := groupsPage{desk: d, table: d.groupTable(list), live: groupsPath + "?show=" + state, errors: web.Errors(r, cause), may: d.actor.May(group.Manage)}
	for _, s := range []string{group.Open, group.Aside} {
		v.tabs = append(v.tabs, ui.Tab{Label: d.T("listen.groups." + s), Href: groupsPath + "?show=" + s, Active: s == state})
	}
	if v.may {
		if err := p.lookForm(r, &v, f); err != nil {
			return err
		}
	}
	status := 0
	if cause != nil {
		status = http.StatusUnprocessableEntity
	}
	return web.Render(w, r, web.Page{Title: d.T("listen.groups"), Intro: d.T("listen.groups.intro"), Status: status, Crumbs: d.crumbs(), Body: groupsBody(v)})
}

func (d desk) groupTable(list []group.Group) ui.TableProps {
	t := ui.TableProps{ID: "groups", Caption: d.T("listen.groups"), Columns: []ui.Column{
		{Label: d.T("listen.group")}, {Label: d.T("listen.story.first"), Short: true}, {Label: d.T("listen.story.last"), Short: true}, {Label: d.T("listen.group.spread")}, {Label: d.T("listen.group.chance")},
	}}
	for _, g := range list {
		t.Rows = append(t.Rows, ui.Row{ID: "group-" + g.ID, Cells: []ui.Cell{
			{Text: d.groupTitle(g), Href: groupsPath + "/" + g.ID, Sub: g.Reason}, ui.TextCell(d.when(g.First)), ui.TextCell(d.when(g.Last)), ui.TextCell(d.spreadLine(g.Spread)), ui.TextCell(d.chance(g.P)),
		}})
	}
	return t
}

// windows are the choices of how close in time acts are together.
var windows = []time.Duration{10 * time.Second, group.UsualWindow, 5 * time.Minute, group.MostWindow}

// lookForm fills in what an officer needs who has posts looked at: the form,
// filled with what was typed or with the last week, the last looks, the media.
func (p pages) lookForm(r *http.Request, v *groupsPage, f *web.Form) error {
	ctx := r.Context()
	typed := func(name string) string { return "" }
	if f != nil {
		typed = f.Raw
	}
	_, last, err := p.svc.Extent(ctx)
	if err != nil {
		return err
	}
	if last.IsZero() {
		last = p.groups.Clock.Now()
	}
	v.from = v.dayField("from", v.T("listen.campaign.from"), last.AddDate(0, 0, -6), f)
	v.until = v.dayField("until", v.T("listen.campaign.until"), last, f)
	topics, err := p.svc.Topics(ctx)
	if err != nil {
		return err
	}
	for _, t := range topics {
		v.topics = append(v.topics, ui.Option{Value: t.ID, Label: t.Name(v.p.Lang()), Checked: t.ID == typed("topic")})
	}
	for _, w := range windows {
		s := strconv.Itoa(int(w.Seconds()))
		v.windows = append(v.windows, ui.Option{Value: s, Label: v.p.Duration(w), Checked: s == typed("window") || typed("window") == "" && w == group.UsualWindow})
	}
	v.reason = typed("reason")
	sources, err := p.svc.Sources(ctx)
	if err != nil {
		return err
	}
	media, err := p.groups.Media(ctx)
	if err != nil {
		return err
	}
	for _, s := range sources {
		i := slices.IndexFunc(media, func(m group.Media) bool { return m.SourceID == s.ID })
		if i >= 0 {
			v.media = append(v.media, mediaRow{s.ID, v.sourceName(s), media[i].Reason})
		} else if s.Kind != listen.FeedSource && s.Kind != listen.SitemapSource && s.Kind != listen.WikimediaSource {
			v.sources = append(v.sources, ui.Option{Value: s.ID, Label: v.sourceName(s), Checked: s.ID == typed("source")})
		}
	}
	runs, err := p.groups.Runs(ctx, 12)
	if err != nil {
		return err
	}
	v.looks = v.lookTable(runs, topicMap(topics))
	return nil
}

func (d desk) dayField(name, label string, t time.Time, f *web.Form) ui.DateProps {
	t = t.In(d.zone)
	v := ui.DateProps{Name: name, Label: label, Day: strconv.Itoa(t.Day()), Month: strconv.Itoa(int(t.Month())), Year: strconv.Itoa(t.Year())}
	if f != nil {
		v.Day, v.Month, v.Year = f.Raw(name+"-day"), f.Raw(name+"-month"), f.Raw(name+"-year")
	}
	return v
}

var lookKind = map[string]ui.Kind{group.Waiting: ui.Waiting, group.Running: ui.Info, group.Done: ui.Success, group.Failed: ui.Danger}

func (d desk) lookTable(list []group.Run, topics map[string]listen.Topic) ui.TableProps {
	t := ui.TableProps{ID: "looks", Caption: d.T("listen.group.looks"), Columns: []ui.Column{
		{Label: d.T("listen.group.asked")}, {Label: d.T("listen.group.period")}, {Label: d.T("listen.posts"), Numeric: true}, {Label: d.T("listen.groups"), Numeric: true}, {Label: d.T("listen.warning.state"), Short: true},
	}}
	for _, r := range list {
		about, by := d.T("listen.group.all_posts"), d.T("listen.group.by_person")
		if r.TopicID != "" {
			about = d.T("listen.topic.gone")
			if x, ok := topics[r.TopicID]; ok {
				about = x.Name(d.p.Lang())
			}
		}
		if r.Nightly() {
			by = d.T("listen.group.by_night")
		}
		period := d.T("listen.group.days", "from", d.p.ShortDate(r.From.In(d.zone)), "until", d.p.ShortDate(lastDay(r.Until.In(d.zone))))
		note := ""
		if r.State == group.Done && r.LeftOut > 0 {
			note = d.T("listen.group.left_out", "count", r.LeftOut)
		}
		if r.More {
			note = d.T("listen.group.more", "count", group.MostPosts)
		}
		if r.State == group.Failed {
			note = d.T(r.Reason)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: d.when(r.AskedAt), Sub: by}, {Text: period, Sub: about}, {Text: d.p.Number(r.Posts), Sub: note}, ui.TextCell(d.p.Number(r.Found)),
			ui.CompCell(ui.Badge(lookKind[r.State], d.T("listen.group.look."+r.State))),
		}})
	}
	return t
}

func (p pages) lookForGroups(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	zone := p.org.Zone(r.Context(), "")
	a := group.Ask{ID: id.New(), TopicID: f.Raw("topic"), From: f.Date("from", zone), Window: time.Duration(f.Int("window", int(group.LeastWindow.Seconds()), int(group.MostWindow.Seconds()))) * time.Second}
	if t := f.Date("until", zone); !t.IsZero() {
		a.Until = t.AddDate(0, 0, 1)
	}
	if err = f.Err(); err == nil {
		err = p.groups.Look(r.Context(), a)
	}
	if errs.KindOf(err) == errs.NotFound && a.TopicID != "" {
		err = errs.InvalidFields(errs.Field{Name: "topic", Key: "web.field.choice"})
	}
	return p.groupsDone(w, r, f, err, "listen.group.look.asked")
}

func (p pages) enterMedia(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	return p.groupsDone(w, r, f, p.groups.EnterMedia(r.Context(), f.Raw("source"), f.Raw("reason")), "listen.group.media.entered")
}

func (p pages) removeMedia(w http.ResponseWriter, r *http.Request) error {
	return p.groupsDone(w, r, nil, p.groups.RemoveMedia(r.Context(), r.PathValue("id")), "listen.group.media.removed")
}

// groupsDone answers an act: back to the list, or the list with what was wrong.
func (p pages) groupsDone(w http.ResponseWriter, r *http.Request, f *web.Form, err error, word string) error {
	if e, ok := errs.Find(err); ok && e.Kind == errs.Invalid && len(e.Fields) > 0 {
		return p.showGroups(w, r, f, err)
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, word))
	return web.Redirect(w, r, groupsPath)
}
