package listenweb

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/perm"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

type topicsPage struct {
	desk
	table ui.TableProps
	mayDo bool
}

// topics lists what is watched, with the volume of the last week of posts.
func (p pages) topics(w http.ResponseWriter, r *http.Request) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	list, err := p.svc.Topics(ctx)
	if err != nil {
		return err
	}
	_, last, err := p.svc.Extent(ctx)
	if err != nil {
		return err
	}
	t := topicsPage{desk: d, mayDo: d.actor.May(listen.ManageTopics)}
	t.table = ui.TableProps{ID: "topics", Caption: d.T("listen.topics"), Columns: []ui.Column{
		{Label: d.T("listen.topic")}, {Label: d.T("listen.topic.week"), Numeric: true}, {Label: d.T("listen.trend")}, {Label: d.T("listen.desk")}, {Label: d.T("listen.topic.watched")},
	}}
	for _, x := range list {
		var bins []listen.Bin
		if !last.IsZero() {
			if bins, err = p.svc.Volume(ctx, x.ID, last.Add(-7*24*time.Hour), last.Add(time.Hour), 6*time.Hour); err != nil {
				return err
			}
		}
		t.table.Rows = append(t.table.Rows, d.topicRow(x, bins))
	}
	return web.Render(w, r, web.Page{Title: d.T("listen.topics"), Intro: d.T("listen.topics.intro"), Crumbs: d.crumbs(), Actions: topicsActions(t), Body: topicsBody(t)})
}

func (d desk) topicRow(x listen.Topic, bins []listen.Bin) ui.Row {
	var trend []float64
	for _, b := range bins {
		trend = append(trend, float64(b.Posts))
	}
	watched := ui.Badge(ui.Neutral, d.T("listen.topic.only_counted"))
	if x.Watched {
		watched = ui.Badge(ui.Success, d.T("listen.topic.warns"))
	}
	return ui.Row{ID: "topic-" + x.ID, Cells: []ui.Cell{
		{Text: x.Name(d.p.Lang()), Href: topicsPath + "/" + x.ID, Sub: strings.Join(x.Terms[:min(len(x.Terms), 4)], " · ")},
		ui.TextCell(d.p.Number(sum(bins))), ui.CompCell(ui.Spark(trend)), ui.TextCell(d.owner(x.MissionID, x.DepartmentID)), ui.CompCell(watched),
	}}
}

type topicPage struct {
	desk
	t        listen.Topic
	volume   ui.ChartProps
	facts    []ui.KeyValue
	terms    []ui.Link
	posts    []postView
	search   string
	warnings []warningRow
	may      bool
}

// topic shows one topic: its words, its month, its warnings, its newest posts.
func (p pages) topic(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	t, err := p.svc.Topic(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	v := topicPage{desk: d, t: t, may: d.actor.MayIn(listen.ManageTopics, t.Scope()), search: searchHref(t.Query())}
	_, last, err := p.svc.Extent(ctx)
	if err != nil {
		return err
	}
	bins, err := p.svc.Volume(ctx, t.ID, last.Add(-30*24*time.Hour), last.Add(time.Hour), 24*time.Hour)
	if err != nil {
		return err
	}
	v.volume = d.volumeChart("volume", d.T("listen.volume.month"), bins, 24*time.Hour, true)
	list, _, err := p.svc.Warnings(ctx, listen.WarningFilter{TopicID: t.ID, Limit: 5})
	if err != nil {
		return err
	}
	if v.warnings, err = p.rows(ctx, d, list); err != nil {
		return err
	}
	found, err := p.svc.Search(ctx, listen.SearchQuery{Text: t.Query(), Limit: 10})
	if err != nil {
		return err
	}
	for _, f := range found.Posts {
		v.posts = append(v.posts, d.post(f.Post, f.Source, parts(f.Snippet)))
	}
	for _, term := range t.Terms {
		v.terms = append(v.terms, ui.Link{Label: term, Href: searchHref(quoted(term))})
	}
	var places []string
	for _, c := range t.Countries {
		places = append(places, d.p.Country(c))
	}
	v.facts = []ui.KeyValue{
		{Key: d.T("listen.desk"), Value: d.owner(t.MissionID, t.DepartmentID)},
		{Key: d.T("listen.topic.countries"), Value: d.orNone(d.p.List(places))},
		{Key: d.T("listen.topic.updated"), Value: d.when(t.UpdatedAt)},
	}
	page := web.Page{Title: t.Name(d.p.Lang()), Crumbs: d.crumbs(ui.Link{Label: d.T("listen.topics"), Href: topicsPath}), Body: topicBody(v)}
	if v.may {
		page.Actions = ui.Btn(ui.Button{Label: d.T("listen.topic.edit"), Icon: "edit", Href: topicsPath + "/" + t.ID + "/edit", Quiet: true})
	}
	return web.Render(w, r, page)
}

func (d desk) orNone(s string) string {
	if s == "" {
		return d.T("listen.none")
	}
	return s
}

func quoted(term string) string {
	if strings.ContainsAny(term, " \t") {
		return `"` + term + `"`
	}
	return term
}

type topicForm struct {
	desk
	t         listen.Topic
	terms     string
	countries string
	owner     string // "m:ID", "d:ID" or ""
	errors    map[string]string
	isNew     bool
	stale     bool
}

func (p pages) newTopic(w http.ResponseWriter, r *http.Request) error {
	return p.topicForm(w, r, listen.Topic{ID: id.New(), Watched: true, Names: map[i18n.Lang]string{}}, nil, true)
}

func (p pages) editTopic(w http.ResponseWriter, r *http.Request) error {
	t, err := p.svc.Topic(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return p.topicForm(w, r, t, nil, false)
}

func (p pages) topicForm(w http.ResponseWriter, r *http.Request, t listen.Topic, cause error, isNew bool) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	f := topicForm{desk: d, t: t, terms: strings.Join(t.Terms, "\n"), isNew: isNew, errors: web.Errors(r, cause), stale: errs.KindOf(cause) == errs.Conflict}
	var names []string
	for _, c := range t.Countries {
		names = append(names, d.p.Country(c))
	}
	f.countries = strings.Join(names, "\n")
	switch {
	case t.MissionID != "":
		f.owner = "m:" + t.MissionID
	case t.DepartmentID != "":
		f.owner = "d:" + t.DepartmentID
	}
	title, status := d.T("listen.topic.edit"), 0
	if isNew {
		title = d.T("listen.topic.new")
	}
	if cause != nil {
		status = http.StatusUnprocessableEntity
		if f.stale {
			status = http.StatusConflict
		}
	}
	return web.Render(w, r, web.Page{Title: title, Status: status, Crumbs: d.crumbs(ui.Link{Label: d.T("listen.topics"), Href: topicsPath}), Body: topicFormBody(f)})
}

// owners are the desks in which the reader may manage topics.
func (f topicForm) owners() []ui.Option {
	var out []ui.Option
	if f.actor.MayIn(listen.ManageTopics, perm.Everywhere()) {
		out = append(out, ui.Option{Value: "", Label: f.T("listen.desk.ministry"), Checked: f.owner == ""})
	}
	for dep, name := range f.departments {
		if f.actor.MayIn(listen.ManageTopics, perm.InDepartment(dep)) {
			out = append(out, ui.Option{Value: "d:" + dep, Label: name, Group: f.T("listen.desk.departments"), Checked: f.owner == "d:"+dep})
		}
	}
	slices.SortFunc(out, func(a, b ui.Option) int {
		return strings.Compare(a.Group+text.Fold(a.Label), b.Group+text.Fold(b.Label))
	})
	for _, m := range f.order {
		if f.actor.MayIn(listen.ManageTopics, perm.InMission(m.ID)) {
			out = append(out, ui.Option{Value: "m:" + m.ID, Label: f.missions[m.ID], Group: f.T("listen.desk.missions"), Checked: f.owner == "m:"+m.ID})
		}
	}
	return out
}

func (p pages) createTopic(w http.ResponseWriter, r *http.Request) error {
	t, err := p.readTopic(r)
	if err == nil {
		err = p.svc.AddTopic(r.Context(), t)
	}
	return p.topicSaved(w, r, t, err, true)
}

func (p pages) saveTopic(w http.ResponseWriter, r *http.Request) error {
	old, err := p.svc.Topic(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	t, err := p.readTopic(r)
	t.ID = old.ID
	if err == nil {
		err = p.svc.SaveTopic(r.Context(), t)
	}
	return p.topicSaved(w, r, t, err, false)
}

func (p pages) topicSaved(w http.ResponseWriter, r *http.Request, t listen.Topic, err error, isNew bool) error {
	if k := errs.KindOf(err); err != nil && (k == errs.Invalid || k == errs.Conflict) {
		return p.topicForm(w, r, t, err, isNew)
	}
	if err != nil {
		return err
	}
	if t.Archived {
		web.Flash(r.Context(), ui.Success, web.T(r, "listen.topic.archived"))
		return web.Redirect(w, r, topicsPath)
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "listen.topic.saved"))
	return web.Redirect(w, r, topicsPath+"/"+t.ID)
}

// readTopic reads the form. The topic is filled as far as it could be read,
// so that it can be shown again.
func (p pages) readTopic(r *http.Request) (listen.Topic, error) {
	f, err := web.ReadForm(r)
	if err != nil {
		return listen.Topic{}, err
	}
	t := listen.Topic{Names: map[i18n.Lang]string{}, Watched: f.Checked("watched"), Archived: f.Raw("archive") != ""}
	if r.PathValue("id") == "" {
		t.ID = f.ID("id")
	} else {
		t.Version = int64(f.Int("version", 1, 1<<30))
	}
	for _, l := range i18n.Langs {
		t.Names[l] = f.Optional("name_"+string(l), 120)
	}
	t.Terms = splitLines(f.Raw("terms"))
	codes, unknown := countriesOf(r, splitLines(strings.NewReplacer("،", "\n", ",", "\n").Replace(f.Raw("countries"))))
	t.Countries = codes
	if len(unknown) > 0 {
		f.Fail("countries", "listen.topic.bad_country", "country", unknown[0])
	}
	switch kind, unit, _ := strings.Cut(f.Raw("owner"), ":"); kind {
	case "m":
		t.MissionID = unit
	case "d":
		t.DepartmentID = unit
	}
	if err := p.checkOwner(r, t); err != nil {
		f.Fail("owner", "web.field.choice")
	}
	return t, f.Err()
}

// checkOwner refuses a desk that does not exist.
func (p pages) checkOwner(r *http.Request, t listen.Topic) error {
	if t.MissionID != "" {
		_, err := p.org.Mission(r.Context(), t.MissionID)
		return err
	}
	if t.DepartmentID != "" {
		_, err := p.org.Department(r.Context(), t.DepartmentID)
		return err
	}
	return nil
}

func splitLines(s string) []string {
	var out []string
	for l := range strings.Lines(s) {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// countriesOf finds countries by code or by name in any of the languages'
// spelling that the reader sees.
func countriesOf(r *http.Request, names []string) (codes, unknown []string) {
	p := i18n.From(r.Context())
	byName := map[string]string{}
	for _, c := range countryCodes {
		byName[text.Fold(p.Country(c))] = c
		byName[text.Fold(c)] = c
	}
	for _, n := range names {
		if c, ok := byName[text.Fold(n)]; ok {
			codes = append(codes, c)
		} else {
			unknown = append(unknown, n)
		}
	}
	return codes, unknown
}

func (f topicForm) nameProps(l i18n.Lang) ui.FieldProps {
	name := "name_" + string(l)
	return ui.FieldProps{Name: name, Label: f.T("listen.topic.name", "language", l.Name()), Value: f.t.Names[l], Error: f.errors[name], Lang: l.Tag(), Dir: l.Dir(), MaxLength: 120, Optional: true}
}

func (f topicForm) action() string {
	if f.isNew {
		return topicsPath
	}
	return topicsPath + "/" + f.t.ID
}
