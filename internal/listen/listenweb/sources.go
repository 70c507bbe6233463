package listenweb

import (
	"net/http"
	"strconv"
	"strings"

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
	may   bool
	opml  string // what was wrong with a list of feeds
}

// sources lists where posts come from, and how each does.
func (p pages) sources(w http.ResponseWriter, r *http.Request) error {
	return p.showSources(w, r, "")
}

func (p pages) showSources(w http.ResponseWriter, r *http.Request, problem string) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	list, err := p.svc.Sources(r.Context())
	if err != nil {
		return err
	}
	s := sourcesPage{desk: d, may: d.actor.May(listen.ManageSources), opml: problem}
	s.table = ui.TableProps{ID: "source-list", Caption: d.T("listen.sources"), Columns: []ui.Column{
		{Label: d.T("listen.source")}, {Label: d.T("listen.source.health")}, {Label: d.T("listen.source.grade")}, {Label: d.T("listen.source.last")}, {Label: d.T("listen.posts"), Numeric: true},
	}, Live: listen.LivePosts, LiveHref: sourcesPath}
	for _, x := range list {
		sub := d.T("listen.source.kind." + string(x.Kind))
		if at := x.URL + " " + x.Asks; at != " " {
			sub += " · " + strings.TrimSpace(at)
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
			{Text: d.sourceName(x), Href: sourcesPath + "/" + x.ID, Sub: sub}, ui.CompCell(d.health(x)), {Text: x.Grade + strconv.Itoa(x.Credibility), Ltr: true}, ui.TextCell(d.when(x.LastSuccessAt)), ui.TextCell(posts),
		}})
	}
	page := web.Page{Title: d.T("listen.sources"), Intro: d.T("listen.sources.intro"), Crumbs: d.crumbs(), Body: sourcesBody(s)}
	if problem != "" {
		page.Status = http.StatusUnprocessableEntity
	}
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
	facts := []ui.KeyValue{
		{Key: d.T("listen.source.health"), Comp: d.health(s)}, {Key: d.T("listen.privacy.kind"), Value: d.T("listen.source.kind." + string(s.Kind))},
		{Key: d.T("listen.source.grade"), Value: d.T("listen.grade." + s.Grade)}, {Key: d.T("listen.source.credibility"), Value: d.T("listen.credibility." + strconv.Itoa(s.Credibility))},
	}
	for _, x := range []struct{ key, value string }{
		{"listen.source.url", s.URL}, {"listen.source.asks." + string(s.Kind), s.Asks}, {"listen.source.keep_if", s.KeepIf}, {"listen.source.drop_if", s.DropIf},
		{"listen.source.owner", s.Owner}, {"listen.source.terms", s.Terms},
	} {
		if x.value != "" {
			facts = append(facts, ui.KeyValue{Key: d.T(x.key), Value: x.value, Ltr: x.key == "listen.source.url"})
		}
	}
	if s.Kind != listen.ImportSource {
		facts = append(facts,
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
	kinds  []ui.Option // to choose from first
	tried  *listen.FilterTest
}

func (p pages) newSource(w http.ResponseWriter, r *http.Request) error {
	kind := listen.SourceKind(r.URL.Query().Get("kind"))
	s := listen.Source{ID: id.New(), Kind: kind, Grade: "F", Credibility: 6, Every: 15}
	if s.Rules() == (listen.KindRules{Kind: kind}) {
		return p.chooseKind(w, r)
	}
	if s.Rules().Address {
		s.URL = listen.UsualAddress(kind)
	}
	return p.sourceForm(w, r, s, nil, true, nil)
}

// chooseKind asks what kind of source it is to be.
func (p pages) chooseKind(w http.ResponseWriter, r *http.Request) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	f := sourceForm{desk: d}
	for _, k := range listen.Kinds() {
		name := string(k.Kind)
		f.kinds = append(f.kinds, ui.Option{Value: name, Label: d.T("listen.source.kind." + name), Hint: d.T("listen.source.kind." + name + ".hint"), Checked: k.Kind == listen.FeedSource})
	}
	return web.Render(w, r, web.Page{Title: d.T("listen.source.new"), Crumbs: d.crumbs(ui.Link{Label: d.T("listen.sources"), Href: sourcesPath}), Body: kindBody(f)})
}

func (p pages) editSource(w http.ResponseWriter, r *http.Request) error {
	s, err := p.svc.Source(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return p.sourceForm(w, r, s, nil, false, nil)
}

func (p pages) sourceForm(w http.ResponseWriter, r *http.Request, s listen.Source, cause error, isNew bool, feed *listen.Feed) error {
	return p.sourceFormWith(w, r, s, cause, isNew, feed, nil)
}

func (p pages) sourceFormWith(w http.ResponseWriter, r *http.Request, s listen.Source, cause error, isNew bool, feed *listen.Feed, tried *listen.FilterTest) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	f := sourceForm{desk: d, s: s, errors: web.Errors(r, cause), isNew: isNew, stale: errs.KindOf(cause) == errs.Conflict, feed: feed, tried: tried}
	if tried != nil {
		for _, x := range tried.Posts {
			f.posts = append(f.posts, d.post(x, s, nil))
		}
	}
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
	if !old.Rules().Address {
		s.URL = old.URL // the form has no field for it
	}
	if err == nil && r.PostForm.Get("do") == "filter" {
		return p.tryFilter(w, r, s)
	}
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
	feed, err := p.svc.TestSource(r.Context(), s)
	if err != nil {
		if k := errs.KindOf(err); k == errs.Forbidden && !collectRefused(err) || k == errs.Internal {
			return err
		}
		return p.sourceForm(w, r, s, err, isNew, nil)
	}
	if s.Name == "" {
		s.Name = feed.Title
	}
	return p.sourceForm(w, r, s, nil, isNew, &feed)
}

// collectRefused tells a refusal by the source from one by this house.
func collectRefused(err error) bool {
	e, ok := errs.Find(err)
	return ok && e.Key == "listen.source.refused"
}

// tryFilter shows what the filter would do to stored posts.
func (p pages) tryFilter(w http.ResponseWriter, r *http.Request, s listen.Source) error {
	t, err := p.svc.TestFilter(r.Context(), s)
	if errs.KindOf(err) == errs.Invalid && err != nil {
		return p.sourceForm(w, r, s, err, false, nil)
	}
	if err != nil {
		return err
	}
	return p.sourceFormWith(w, r, s, nil, false, nil, &t)
}

// applyFilter applies the saved filter to what is stored.
func (p pages) applyFilter(w http.ResponseWriter, r *http.Request) error {
	if err := p.svc.ApplyFilter(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "listen.source.filter.applied"))
	return web.Redirect(w, r, sourcesPath+"/"+r.PathValue("id"))
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
	s = listen.Source{
		Kind: listen.FeedSource, Name: f.Optional("name", 120), URL: f.Raw("url"), Grade: f.Choice("grade", listen.Grades...), Every: 15,
		Asks: f.Raw("asks"), KeepIf: f.Raw("keep_if"), DropIf: f.Raw("drop_if"), Owner: f.Optional("owner", 500), Terms: f.Optional("terms", 500), Credibility: 6,
	}
	if v := f.Raw("credibility"); v != "" {
		s.Credibility = f.Int("credibility", 1, 6)
	}
	if r.PathValue("id") == "" {
		s.ID = f.ID("id")
		if k := f.Raw("kind"); k != "" {
			s.Kind = listen.SourceKind(k)
		}
		s.Token = p.svc.SealToken(s.ID, f.Raw("token"))
	} else {
		s.Token = p.svc.SealToken(r.PathValue("id"), f.Raw("token"))
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

func (f sourceForm) credibility() []ui.Option {
	var out []ui.Option
	for i := range 6 {
		n := strconv.Itoa(i + 1)
		out = append(out, ui.Option{Value: n, Label: f.T("listen.credibility." + n), Checked: f.s.Credibility == i+1})
	}
	return out
}

// collected reports whether posts are fetched; others are brought in files.
func (f sourceForm) collected() bool { return f.s.Kind != listen.ImportSource }

func (f sourceForm) key(name string) string { return "listen.source." + name + "." + string(f.s.Kind) }

func (f sourceForm) every() string { return strconv.Itoa(f.s.Every) }
