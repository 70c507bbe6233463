package publishweb

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/module"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/discuss"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// askedPath is the page of what colleagues ask of the reader.
const askedPath = "/console/asked"

// talk is what colleagues say about a message.
type talk struct {
	comments []discuss.Comment
	checks   []discuss.Check
	people   []ui.Option // whom the reader may call
	of       []ui.Option // of whom facts can be asked; nil when the reader may not ask
	units    map[string]string
	// said and asks are the forms, as they were sent when they were refused.
	said, asks form
}

// talkOf gives what was said about a message; nil in a house without comments.
func (c *console) talkOf(r *http.Request, d *desk, m publish.Message) (*talk, error) {
	s, ctx := c.writing.Discuss, r.Context()
	if s == nil {
		return nil, nil
	}
	t := &talk{said: d.fresh(url.Values{"id": {newID()}}), asks: d.fresh(url.Values{"id": {newID()}})}
	var err error
	if t.comments, err = s.Comments(ctx, m.ID); err != nil {
		return nil, err
	}
	if t.checks, err = s.Checks(ctx, m.ID); err != nil {
		return nil, err
	}
	around, err := s.Colleagues(ctx, m)
	if err != nil {
		return nil, err
	}
	for _, p := range around {
		t.people = append(t.people, ui.Option{Value: p.ID, Label: p.Called(d.p.Lang())})
	}
	if t.units, err = c.unitNames(r, d); err != nil {
		return nil, err
	}
	if s.MayAsk(ctx, m) {
		if t.of, err = c.askable(r, d, t.units); err != nil {
			return nil, err
		}
	}
	return t, d.know(c, t.ids()...)
}

// ids are the people whom the talk names.
func (t *talk) ids() []string {
	var out []string
	for _, x := range t.comments {
		out = append(out, x.AuthorID, x.ResolvedBy)
		for _, y := range x.Mentions {
			out = append(out, y.PersonID)
		}
	}
	for _, x := range t.checks {
		out = append(out, x.PersonID, x.AskedBy, x.AnsweredBy)
	}
	return out
}

// open counts the fact checks that wait for an answer.
func (t *talk) open() int {
	n := 0
	for _, x := range t.checks {
		if x.Open() {
			n++
		}
	}
	return n
}

// unitNames are the names of missions and departments by their ids.
func (c *console) unitNames(r *http.Request, d *desk) (map[string]string, error) {
	out := map[string]string{}
	for id, name := range d.missions {
		out[id] = name
	}
	list, err := c.org.Departments(r.Context())
	for _, x := range list {
		out[x.ID] = x.Name(d.p.Lang())
	}
	return out, err
}

// askable offers desks and people of whom facts can be asked.
func (c *console) askable(r *http.Request, d *desk, units map[string]string) ([]ui.Option, error) {
	var out []ui.Option
	for id, name := range units {
		out = append(out, ui.Option{Value: "unit:" + id, Label: name, Group: d.t("publish.discuss.desks")})
	}
	slices.SortFunc(out, func(a, b ui.Option) int { return strings.Compare(a.Label+a.Value, b.Label+b.Value) })
	people, err := c.org.People(r.Context(), org.PeopleFilter{Lang: d.p.Lang()})
	for _, p := range people {
		if p.ID != d.actor.ID {
			out = append(out, ui.Option{Value: "person:" + p.ID, Label: p.Called(d.p.Lang()), Group: d.t("publish.discuss.people")})
		}
	}
	return out, err
}

// stands reports whether the words that a comment or a check is about are still in
// the text.
func stands(m *publish.Message, l i18n.Lang, quote string) bool {
	v, _ := m.Variant(l)
	return strings.Contains(v.Title+"\n"+v.Summary+"\n"+v.Body+"\n"+publish.Plain(v.Body), quote)
}

// languages offers the languages that a message has.
func languagesOf(d *desk, m *publish.Message) []ui.Option {
	var out []ui.Option
	for _, l := range m.Langs() {
		out = append(out, ui.Option{Value: string(l), Label: d.p.LanguageName(string(l)), Checked: l == m.SourceLang})
	}
	return out
}

// verdict is the badge of a fact check.
func (d *desk) verdict(c discuss.Check) (ui.Kind, string) {
	if c.Open() {
		return ui.Waiting, d.t("publish.discuss.open")
	}
	kind := map[discuss.Verdict]ui.Kind{discuss.Right: ui.Success, discuss.Partly: ui.Warning, discuss.Wrong: ui.Danger, discuss.Unclear: ui.Neutral}[c.Verdict]
	return kind, d.t("publish.discuss.verdict." + string(c.Verdict))
}

// askedOf names of whom a fact check is asked.
func (t *talk) askedOf(d *desk, c discuss.Check) string {
	if c.PersonID != "" {
		return d.person(c.PersonID)
	}
	return t.units[c.UnitID]
}

// comment adds a comment: POST /console/messages/{id}/comments.
func (c *console) comment(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	messageID := r.PathValue("id")
	l, _ := i18n.Parse(in.Raw("lang"))
	if in.Raw("quote") == "" {
		l = ""
	}
	var call []string
	if p := in.Raw("call"); p != "" {
		call = []string{p}
	}
	err = c.writing.Discuss.Say(r.Context(), discuss.Comment{ID: in.Raw("id"), MessageID: messageID, Lang: l, Quote: in.Raw("quote"), Body: in.Raw("body")}, call...)
	if err != nil {
		return c.talkRefused(w, r, "comment", err)
	}
	return done(w, r, nil, messagePath(messageID)+"#comments", "publish.done.commented")
}

// talkRefused shows the message again with the comment, or the fact check, as it
// was typed and with what stands against it.
func (c *console) talkRefused(w http.ResponseWriter, r *http.Request, which string, cause error) error {
	p, err := c.messagePage(r)
	if err != nil {
		return err
	}
	f := p.d.typed(r)
	if p.talk == nil || !f.refused(r, cause) {
		return cause
	}
	for i := range f.summary {
		f.summary[i].Field = which + "-" + f.summary[i].Field
	}
	if which == "comment" {
		p.talk.said = f
	} else {
		p.talk.asks = f
	}
	return p.render(w, r, f.status)
}

// field describes a field of one of the forms, which stand on one page.
func (t *talk) field(f form, which, name, label, hint string) ui.FieldProps {
	p := f.field(name, label, hint)
	p.ID = which + "-" + name
	return p
}

// limited bounds what is typed into a field of some rows.
func limited(p ui.FieldProps, rows, most int) ui.FieldProps {
	p.Rows, p.MaxLength = rows, most
	return p
}

// comment describes the text of a comment, in which names are offered after "@".
func (t *talk) comment() ui.FieldProps {
	p := limited(t.field(t.said, "comment", "body", "publish.discuss.body", "publish.discuss.body_hint"), 3, discuss.MaxBody)
	p.Attrs = templ.Attributes{"data-mentions": "comment-call"}
	return p
}

// calling offers the colleagues who can be called.
func (t *talk) calling() ui.ChoiceProps {
	c := t.choose(t.said, "comment", "call", "publish.discuss.call", "", t.people)
	c.Optional, c.Blank = true, t.said.d.t("publish.discuss.nobody_called")
	return c
}

// whom offers those of whom a fact can be asked.
func (t *talk) whom() ui.ChoiceProps {
	c := t.choose(t.asks, "check", "of", "publish.discuss.of", "publish.discuss.of_hint", t.of)
	c.Blank = t.asks.d.t("publish.discuss.choose")
	return c
}

// choose describes a choice of one of them.
func (t *talk) choose(f form, which, name, label, hint string, options []ui.Option) ui.ChoiceProps {
	c := f.choice(name, label, hint, options)
	c.ID = which + "-" + name
	if !f.v.Has(name) {
		c.Options = options
	}
	return c
}

// closeComment closes a comment, or says that the reader has seen to it:
// POST /console/messages/{id}/comments/{comment}.
func (c *console) closeComment(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	messageID, comment := r.PathValue("id"), r.PathValue("comment")
	if in.Raw("act") == "done" {
		return done(w, r, c.writing.Discuss.Done(r.Context(), messageID, comment), askedPath, "publish.done.seen")
	}
	return done(w, r, c.writing.Discuss.Resolve(r.Context(), messageID, comment), messagePath(messageID)+"#comments", "publish.done.resolved")
}

// askCheck asks for a fact check: POST /console/messages/{id}/checks.
func (c *console) askCheck(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	messageID := r.PathValue("id")
	l, _ := i18n.Parse(in.Raw("lang"))
	x := discuss.Check{ID: in.Raw("id"), MessageID: messageID, Lang: l, Claim: in.Raw("claim"), Question: in.Raw("question")}
	kind, of, _ := strings.Cut(in.Raw("of"), ":")
	if kind == "unit" {
		x.UnitID = of
	} else {
		x.PersonID = of
	}
	if err := c.writing.Discuss.Ask(r.Context(), x); err != nil {
		return c.talkRefused(w, r, "check", err)
	}
	return done(w, r, nil, messagePath(messageID)+"#checks", "publish.done.asked")
}

// dropCheck takes a fact check back: POST /console/messages/{id}/checks/{check}.
func (c *console) dropCheck(w http.ResponseWriter, r *http.Request) error {
	messageID := r.PathValue("id")
	return done(w, r, c.writing.Discuss.Drop(r.Context(), messageID, r.PathValue("check")), messagePath(messageID)+"#checks", "publish.done.dropped")
}

// askedPage is what colleagues ask of the reader: GET /console/asked.
type askedPage struct {
	d        *desk
	calls    []discuss.Comment
	checks   []discuss.Check
	messages map[string]publish.Message
}

func (c *console) askedOf(r *http.Request) (askedPage, error) {
	p := askedPage{messages: map[string]publish.Message{}}
	s, ctx := c.writing.Discuss, r.Context()
	var err error
	if p.calls, err = s.Calls(ctx); err != nil {
		return p, err
	}
	if p.checks, err = s.Asked(ctx); err != nil {
		return p, err
	}
	if p.d, err = c.desk(r); err != nil {
		return p, err
	}
	var ids []string
	for _, x := range p.calls {
		ids = append(ids, x.AuthorID)
		if p.messages[x.MessageID], err = c.svc.Message(ctx, x.MessageID); err != nil {
			return p, err
		}
	}
	for _, x := range p.checks {
		ids = append(ids, x.AskedBy)
	}
	return p, p.d.know(c, ids...)
}

func (c *console) asked(w http.ResponseWriter, r *http.Request) error {
	p, err := c.askedOf(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: p.d.t("publish.discuss.asked"), Intro: p.d.t("publish.discuss.asked_intro"), Body: askedView(p)})
}

// askedPanel is the part of Today; nil when nothing is asked.
func (c *console) askedPanel(r *http.Request) (templ.Component, error) {
	p, err := c.askedOf(r)
	if err != nil || len(p.calls)+len(p.checks) == 0 {
		return nil, err
	}
	return askedView(p), nil
}

// checkPage answers a fact check: GET and POST /console/asked/{check}.
type checkPage struct {
	form
	x discuss.Check
}

func (c *console) check(w http.ResponseWriter, r *http.Request) error {
	return c.showCheck(w, r, nil)
}

func (c *console) showCheck(w http.ResponseWriter, r *http.Request, cause error) error {
	x, err := c.writing.Discuss.Check(r.Context(), r.PathValue("check"))
	if err != nil {
		return err
	}
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	p := checkPage{form: d.fresh(url.Values{}), x: x}
	if cause != nil {
		p.form = d.typed(r)
		if !p.refused(r, cause) {
			return cause
		}
	}
	if err := d.know(c, x.AskedBy, x.AnsweredBy); err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: d.t("publish.discuss.check"), Crumbs: []ui.Link{{Label: d.t("publish.discuss.asked"), Href: askedPath}}, Body: checkView(p), Status: p.status})
}

func (c *console) answerCheck(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	err = c.writing.Discuss.Answer(r.Context(), r.PathValue("check"), discuss.Verdict(in.Raw("verdict")), in.Raw("answer"), in.Raw("sources"))
	if err != nil {
		return c.showCheck(w, r, err)
	}
	return done(w, r, nil, askedPath, "publish.done.answered")
}

// verdicts offers what a fact check may find.
func (p checkPage) verdicts() ui.ChoiceProps {
	var list []ui.Option
	for _, v := range discuss.Verdicts {
		list = append(list, ui.Option{Value: string(v), Label: p.d.t("publish.discuss.verdict." + string(v))})
	}
	return p.choice("verdict", "publish.discuss.verdict", "", list)
}

// addDiscuss adds what colleagues say to each other. Whoever is asked for a fact
// may open their own page, whatever else they may.
func (c *console) addDiscuss(m *module.Module) {
	if c.writing.Discuss == nil {
		return
	}
	m.Routes = append(m.Routes,
		web.Post("/console/messages/{id}/comments", publish.MayView, c.comment),
		web.Post("/console/messages/{id}/comments/{comment}", publish.MayView, c.closeComment),
		web.Post("/console/messages/{id}/checks", publish.MayView, c.askCheck),
		web.Post("/console/messages/{id}/checks/{check}", publish.MayView, c.dropCheck),
		web.Route{Method: http.MethodGet, Pattern: askedPath, SignedIn: true, Handler: c.asked},
		web.Route{Method: http.MethodGet, Pattern: askedPath + "/{check}", SignedIn: true, Handler: c.check},
		web.Route{Method: http.MethodPost, Pattern: askedPath + "/{check}", SignedIn: true, Handler: c.answerCheck},
	)
	m.Panels = append(m.Panels, module.Panel{Title: "publish.discuss.asked", Href: askedPath, Permission: publish.MayView, Topics: []string{discuss.Topic}, Body: c.askedPanel})
	m.Commands = append(m.Commands, module.Command{Label: "publish.discuss.asked", Href: askedPath, Permission: publish.MayView})
}

// newID is an id for a form, so that a form that is sent twice acts once.
func newID() string { return id.New() }

// mayClose reports whether a comment calls the reader and waits for them.
func mayClose(c discuss.Comment, a *perm.Actor) bool {
	return slices.ContainsFunc(c.Mentions, func(x discuss.Mention) bool { return x.PersonID == a.ID && x.DoneAt.IsZero() })
}

// confirmSubmit is what is asked before a message is submitted while facts are
// still being checked; empty when none is.
func (p messagePage) confirmSubmit() string {
	if p.talk == nil || p.talk.open() == 0 {
		return ""
	}
	return p.d.t("publish.discuss.warn", "count", p.talk.open()) + ". " + p.d.t("publish.discuss.warn_text")
}
