package listenweb

import (
	"net/http"
	"strings"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

type topicForm struct {
	desk
	kind      kindOf
	t         listen.Topic
	countries string
	owner     string // "m:ID", "d:ID" or ""
	rate      string // of false alarms that is in force
	errors    map[string]string
	isNew     bool
	stale     bool
	found     *foundTopic
}

// foundTopic is what a topic that is not saved yet would find.
type foundTopic struct {
	summary string
	posts   []postView
}

func (p pages) newTopic(w http.ResponseWriter, r *http.Request) error {
	t := listen.Topic{ID: id.New(), Kind: listen.KindTopic, Watched: true, Names: map[i18n.Lang]string{}}
	if err := p.proposal(r, &t); err != nil {
		return err
	}
	return p.topicForm(w, r, t, nil, true)
}

func (p pages) newNarrative(w http.ResponseWriter, r *http.Request) error {
	t := listen.Topic{ID: id.New(), Kind: listen.KindNarrative, Watched: true, Names: map[i18n.Lang]string{}}
	return p.topicForm(w, r, t, nil, true)
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
	f := topicForm{desk: d, kind: kind(t), t: t, isNew: isNew, errors: web.Errors(r, cause), stale: errs.KindOf(cause) == errs.Conflict}
	set, err := p.svc.AlarmRates(r.Context())
	if err != nil {
		return err
	}
	f.rate = d.T("listen.topic.rate", "rate", d.rateText(rateIn(set, t.ID)))
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
	if cause == nil && r.Method == http.MethodPost {
		if f.found, err = p.wouldFind(r, d, t); err != nil {
			return err
		}
	}
	title, status := d.T(f.kind.words+".edit"), 0
	if isNew {
		title = d.T(f.kind.words + ".new")
	}
	if cause != nil {
		status = http.StatusUnprocessableEntity
		if f.stale {
			status = http.StatusConflict
		}
	}
	return web.Render(w, r, web.Page{Title: title, Status: status, Crumbs: d.crumbs(ui.Link{Label: d.T(f.kind.list("")), Href: f.kind.path}), Body: topicFormBody(f)})
}

// wouldFind asks the stored posts.
func (p pages) wouldFind(r *http.Request, d desk, t listen.Topic) (*foundTopic, error) {
	found, err := p.svc.PreviewTopic(r.Context(), t)
	if err != nil {
		return nil, err
	}
	key := "listen.topic.preview.found"
	switch {
	case found.Total == 0:
		key = "listen.topic.preview.none"
	case found.More:
		key = "listen.topic.preview.more"
	}
	return &foundTopic{d.T(key, "count", found.Total), d.foundPosts(found.Posts)}, nil
}

// owners are the desks in which the reader may manage topics.
func (f topicForm) owners() []ui.Option { return f.ownDesks(listen.ManageTopics, f.owner) }

func (p pages) createTopic(w http.ResponseWriter, r *http.Request) error {
	return p.addTopic(w, r, listen.KindTopic)
}

func (p pages) createNarrative(w http.ResponseWriter, r *http.Request) error {
	return p.addTopic(w, r, listen.KindNarrative)
}

func (p pages) addTopic(w http.ResponseWriter, r *http.Request, kind string) error {
	t, err := p.readTopic(r)
	t.Kind = kind
	if err == nil && previews(r) {
		return p.preview(w, r, t, true)
	}
	if err == nil {
		err = p.svc.AddTopic(r.Context(), t)
	}
	return p.topicSaved(w, r, t, err, true)
}

// previews reports whether the form only asks what the topic would find.
func previews(r *http.Request) bool { return r.PostForm.Get("preview") != "" }

func (p pages) preview(w http.ResponseWriter, r *http.Request, t listen.Topic, isNew bool) error {
	if _, err := p.svc.PreviewTopic(r.Context(), t); errs.KindOf(err) == errs.Invalid {
		return p.topicForm(w, r, t, err, isNew)
	}
	return p.topicForm(w, r, t, nil, isNew)
}

func (p pages) saveTopic(w http.ResponseWriter, r *http.Request) error {
	old, err := p.svc.Topic(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	t, err := p.readTopic(r)
	t.ID, t.Kind = old.ID, old.Kind
	if err == nil && previews(r) {
		return p.preview(w, r, t, false)
	}
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
		return web.Redirect(w, r, kind(t).path)
	}
	web.Flash(r.Context(), ui.Success, web.T(r, kind(t).words+".saved"))
	return web.Redirect(w, r, topicHref(t))
}

// readTopic reads the form. The topic is filled as far as it could be read,
// so that it can be shown again.
func (p pages) readTopic(r *http.Request) (listen.Topic, error) {
	f, err := web.ReadForm(r)
	if err != nil {
		return listen.Topic{}, err
	}
	t := listen.Topic{Names: map[i18n.Lang]string{}, TermsIn: map[i18n.Lang][]string{}, Wordings: map[i18n.Lang][]string{}, Watched: f.Checked("watched"), Archived: f.Raw("archive") != ""}
	if r.PathValue("id") == "" {
		t.ID = f.ID("id")
	} else {
		t.Version = int64(f.Int("version", 1, 1<<30))
	}
	for _, l := range i18n.Langs {
		t.Names[l] = f.Optional("name_"+string(l), 120)
		t.TermsIn[l] = splitLines(f.Raw("terms_" + string(l)))
		t.Wordings[l] = splitLines(f.Raw("wordings_" + string(l)))
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
	if err := p.deskExists(r.Context(), t); err != nil {
		f.Fail("owner", "web.field.choice")
	}
	return t, f.Err()
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

// lines asks for lines of text in a language of ours.
func (f topicForm) lines(field, label string, l i18n.Lang, lines []string) ui.FieldProps {
	name := field + "_" + string(l)
	return ui.FieldProps{Name: name, Label: f.T(label, "language", l.Name()), Value: strings.Join(lines, "\n"), Error: f.errors[name], Lang: l.Tag(), Dir: l.Dir(), Rows: 3, Optional: true}
}

// namesTitle says what the names are: of a narrative, the claim itself.
func (f topicForm) namesTitle() string {
	if f.t.Narrative() {
		return f.T("listen.narrative.claim")
	}
	return f.T("listen.topic.names")
}

// otherTerms asks for the terms in languages that are not ours.
func (f topicForm) otherTerms() ui.FieldProps {
	return ui.FieldProps{Name: "terms", Label: f.T("listen.topic.terms_other"), Value: strings.Join(f.t.Terms, "\n"), Error: f.errors["terms"], Rows: 3, Optional: true}
}

// syntax are examples of expressions and what they mean.
func (f topicForm) syntax() []ui.KeyValue {
	var out []ui.KeyValue
	for _, x := range [][2]string{
		{`visa AND embassy`, "and"}, {`visa OR تأشيرة`, "or"}, {`visa AND NOT football`, "not"}, {`visa AND (fee OR price)`, "group"},
		{`embassy NEAR/5 closed`, "near"}, {`"foreign ministry"`, "phrase"}, {`passport*`, "prefix"}, {`بغداد AND lang:ckb`, "lang"},
	} {
		out = append(out, ui.KeyValue{Key: x[0], Value: f.T("listen.topic.syntax." + x[1])})
	}
	return out
}

func (f topicForm) action() string {
	if f.isNew {
		return f.kind.path
	}
	return topicHref(f.t)
}
