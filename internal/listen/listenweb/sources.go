package listenweb

import (
	"net/http"
	"strconv"

	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/perm"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

type sourcesPage struct {
	desk
	table ui.TableProps
}

// sources lists where posts come from, and how each does.
func (p pages) sources(w http.ResponseWriter, r *http.Request) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	list, err := p.svc.Sources(r.Context())
	if err != nil {
		return err
	}
	s := sourcesPage{desk: d}
	s.table = ui.TableProps{ID: "source-list", Caption: d.T("listen.sources"), Columns: []ui.Column{
		{Label: d.T("listen.source")}, {Label: d.T("listen.source.health")}, {Label: d.T("listen.source.grade")}, {Label: d.T("listen.source.last")}, {Label: d.T("listen.posts"), Numeric: true},
	}, Live: listen.LivePosts, LiveHref: sourcesPath}
	for _, x := range list {
		sub := x.URL
		if x.Kind == listen.ImportSource {
			sub = d.T("listen.source.kind.import")
		}
		kind := ui.Neutral
		if x.Health() == listen.Dead {
			kind = ui.Danger
		}
		posts := d.p.Number(x.Posts)
		if x.Kind == listen.ImportSource {
			posts = "–"
		}
		s.table.Rows = append(s.table.Rows, ui.Row{Kind: kind, Cells: []ui.Cell{
			{Text: d.sourceName(x), Href: sourcesPath + "/" + x.ID, Sub: sub}, ui.CompCell(d.health(x)), ui.TextCell(d.T("listen.grade." + x.Grade)), ui.TextCell(d.when(x.LastSuccessAt)), ui.TextCell(posts),
		}})
	}
	page := web.Page{Title: d.T("listen.sources"), Intro: d.T("listen.sources.intro"), Crumbs: d.crumbs(), Body: sourcesBody(s)}
	if d.actor.May(listen.ManageSources) {
		page.Actions = ui.Btn(ui.Button{Label: d.T("listen.source.new"), Icon: "plus", Href: sourcesPath + "/new"})
	}
	return web.Render(w, r, page)
}

type sourcePage struct {
	desk
	s     listen.Source
	facts []ui.KeyValue
	posts []postView
	may   bool
}

// source shows one source: its health and its newest posts.
func (p pages) source(w http.ResponseWriter, r *http.Request) error {
	s, err := p.svc.Source(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	v := sourcePage{desk: d, s: s, may: d.actor.MayIn(listen.ManageSources, s.Scope())}
	v.facts = d.sourceFacts(s)
	found, err := p.svc.Search(r.Context(), listen.SearchQuery{Sources: []string{s.ID}, Limit: 10})
	if err != nil {
		return err
	}
	for _, f := range found.Posts {
		v.posts = append(v.posts, d.post(f.Post, f.Source, nil))
	}
	page := web.Page{Title: d.sourceName(s), Crumbs: d.crumbs(ui.Link{Label: d.T("listen.sources"), Href: sourcesPath}), Body: sourceBody(v)}
	if v.may {
		page.Actions = sourceActions(v)
	}
	return web.Render(w, r, page)
}

func (d desk) sourceFacts(s listen.Source) []ui.KeyValue {
	facts := []ui.KeyValue{{Key: d.T("listen.source.health"), Comp: d.health(s)}, {Key: d.T("listen.source.grade"), Value: d.T("listen.grade." + s.Grade)}}
	if s.Kind == listen.FeedSource {
		facts = append(facts,
			ui.KeyValue{Key: d.T("listen.source.url"), Value: s.URL, Ltr: true},
			ui.KeyValue{Key: d.T("listen.source.last"), Value: d.when(s.LastSuccessAt)},
			ui.KeyValue{Key: d.T("listen.source.last_new"), Value: d.when(s.LastNewAt)},
			ui.KeyValue{Key: d.T("listen.source.next"), Value: d.when(s.NextAt)})
	}
	if s.LastError != "" {
		facts = append(facts, ui.KeyValue{Key: d.T("listen.source.error"), Value: d.T("listen.source.error.value", "error", d.T(s.LastError), "count", s.Failures)})
	}
	if s.MovedFrom != "" {
		facts = append(facts, ui.KeyValue{Key: d.T("listen.source.moved"), Value: s.MovedFrom, Ltr: true})
	}
	facts = append(facts, ui.KeyValue{Key: d.T("listen.source.keep"), Value: d.days(s.KeepDays)})
	if s.Country != "" {
		facts = append(facts, ui.KeyValue{Key: d.T("listen.country"), Value: d.p.Country(s.Country)})
	}
	return append(facts, ui.KeyValue{Key: d.T("listen.desk"), Value: d.owner(s.MissionID, "")})
}

type sourceForm struct {
	desk
	s      listen.Source
	errors map[string]string
	isNew  bool
	stale  bool
	feed   *listen.Feed // what a test gave
	posts  []postView
	failed string
}

func (p pages) newSource(w http.ResponseWriter, r *http.Request) error {
	return p.sourceForm(w, r, listen.Source{ID: id.New(), Kind: listen.FeedSource, Grade: "F", Every: 15}, nil, true, nil)
}

func (p pages) editSource(w http.ResponseWriter, r *http.Request) error {
	s, err := p.svc.Source(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return p.sourceForm(w, r, s, nil, false, nil)
}

func (p pages) sourceForm(w http.ResponseWriter, r *http.Request, s listen.Source, cause error, isNew bool, feed *listen.Feed) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	f := sourceForm{desk: d, s: s, errors: web.Errors(r, cause), isNew: isNew, stale: errs.KindOf(cause) == errs.Conflict, feed: feed}
	if e, ok := errs.Find(cause); ok && len(f.errors) == 0 && !f.stale {
		f.failed = web.Message(d.p, e)
	}
	if feed != nil {
		for _, it := range feed.Items[:min(len(feed.Items), 5)] {
			f.posts = append(f.posts, d.post(listen.Post{At: it.At, Text: it.Text, Lang: "und", URL: it.URL}, listen.Source{ID: "x", Name: feed.Title}, nil))
		}
	}
	title, status := d.T("listen.source.edit"), 0
	if isNew {
		title = d.T("listen.source.new")
	}
	if cause != nil {
		status = http.StatusUnprocessableEntity
		if f.stale {
			status = http.StatusConflict
		}
	}
	return web.Render(w, r, web.Page{Title: title, Status: status, Crumbs: d.crumbs(ui.Link{Label: d.T("listen.sources"), Href: sourcesPath}), Body: sourceFormBody(f)})
}

func (p pages) createSource(w http.ResponseWriter, r *http.Request) error {
	s, test, err := p.readSource(r)
	if err == nil && test {
		return p.testSource(w, r, s, true)
	}
	if err == nil {
		err = p.svc.AddSource(r.Context(), s)
	}
	return p.sourceSaved(w, r, s, err, true)
}

func (p pages) saveSource(w http.ResponseWriter, r *http.Request) error {
	old, err := p.svc.Source(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	s, test, err := p.readSource(r)
	s.ID, s.Kind, s.Paused = old.ID, old.Kind, old.Paused
	if err == nil && test {
		return p.testSource(w, r, s, false)
	}
	if err == nil {
		err = p.svc.SaveSource(r.Context(), s)
	}
	return p.sourceSaved(w, r, s, err, false)
}

// testSource asks the address once and shows what it gives below the form.
func (p pages) testSource(w http.ResponseWriter, r *http.Request, s listen.Source, isNew bool) error {
	feed, err := p.svc.TestSource(r.Context(), s.URL)
	if err != nil {
		if errs.KindOf(err) == errs.Forbidden || errs.KindOf(err) == errs.Internal {
			return err
		}
		return p.sourceForm(w, r, s, err, isNew, nil)
	}
	if s.Name == "" {
		s.Name = feed.Title
	}
	return p.sourceForm(w, r, s, nil, isNew, &feed)
}

func (p pages) sourceSaved(w http.ResponseWriter, r *http.Request, s listen.Source, err error, isNew bool) error {
	if k := errs.KindOf(err); err != nil && (k == errs.Invalid || k == errs.Conflict) {
		return p.sourceForm(w, r, s, err, isNew, nil)
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "listen.source.saved"))
	return web.Redirect(w, r, sourcesPath+"/"+s.ID)
}

func (p pages) readSource(r *http.Request) (s listen.Source, test bool, err error) {
	f, err := web.ReadForm(r)
	if err != nil {
		return s, false, err
	}
	s = listen.Source{Kind: listen.FeedSource, Name: f.Optional("name", 120), URL: f.Raw("url"), Grade: f.Choice("grade", listen.Grades...), Every: 15}
	if r.PathValue("id") == "" {
		s.ID = f.ID("id")
	} else {
		s.Version = int64(f.Int("version", 1, 1<<30))
	}
	if v := f.Raw("every"); v != "" {
		s.Every = f.Int("every", 5, 1440)
	}
	if v := f.Raw("keep"); v != "" {
		s.KeepDays = f.Int("keep", 0, 3660)
	}
	if c := f.Raw("country"); c != "" {
		s.Country = f.Choice("country", countryCodes...)
	}
	if s.MissionID = f.OptionalID("mission"); s.MissionID != "" {
		if _, err := p.org.Mission(r.Context(), s.MissionID); err != nil {
			f.Fail("mission", "web.field.choice")
		}
	}
	return s, f.Raw("do") == "test", f.Err()
}

func (p pages) pauseSource(w http.ResponseWriter, r *http.Request) error {
	s, err := p.svc.Source(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	pause := f.Raw("pause") == "yes"
	if s.Paused != pause {
		s.Paused = pause
		if err := p.svc.SaveSource(r.Context(), s); err != nil {
			return err
		}
	}
	key := "listen.source.resumed"
	if pause {
		key = "listen.source.paused"
	}
	web.Flash(r.Context(), ui.Success, web.T(r, key))
	return web.Redirect(w, r, sourcesPath+"/"+s.ID)
}

func (f sourceForm) grades() []ui.Option {
	var out []ui.Option
	for _, g := range listen.Grades {
		out = append(out, ui.Option{Value: g, Label: f.T("listen.grade." + g), Checked: f.s.Grade == g})
	}
	return out
}

func (f sourceForm) owners() []ui.Option {
	var out []ui.Option
	if f.actor.MayIn(listen.ManageSources, perm.Everywhere()) {
		out = append(out, ui.Option{Label: f.T("listen.desk.ministry"), Checked: f.s.MissionID == ""})
	}
	for _, m := range f.order {
		if f.actor.MayIn(listen.ManageSources, perm.InMission(m.ID)) {
			out = append(out, ui.Option{Value: m.ID, Label: f.missions[m.ID], Checked: f.s.MissionID == m.ID})
		}
	}
	return out
}

func (f sourceForm) action() string {
	if f.isNew {
		return sourcesPath
	}
	return sourcesPath + "/" + f.s.ID
}

func (f sourceForm) isFeed() bool { return f.s.Kind == listen.FeedSource }

func (f sourceForm) every() string { return strconv.Itoa(f.s.Every) }
