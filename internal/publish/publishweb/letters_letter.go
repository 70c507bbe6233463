package publishweb

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/publish"
	"sifara/internal/publish/newsletter"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// letterForm prepares a letter: GET /console/newsletters/letters/new, with list
// and message when it comes from there.
type letterForm struct {
	form
	lists    []ui.Option
	messages []ui.Option
	topics   []ui.Option
	chosen   map[string][]string
}

func (p *letters) newLetter(w http.ResponseWriter, r *http.Request) error {
	d, err := p.console.desk(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	f := letterForm{form: d.fresh(url.Values{"id": {id.New()}, "list": {q.Get("list")}, "message": {q.Get("message")}, "test_share": {"20"}, "test_hours": {"4"}}), chosen: map[string][]string{}}
	return p.showLetterForm(w, r, f)
}

func (p *letters) showLetterForm(w http.ResponseWriter, r *http.Request, f letterForm) error {
	ctx := r.Context()
	lists, err := p.mail.Lists(ctx)
	if err != nil {
		return err
	}
	for _, l := range lists {
		if !l.ClosedAt.IsZero() || !f.d.mayLetters(newsletter.MayWrite, l.MissionID) {
			continue
		}
		name := l.Name(f.d.p.Lang()) + " – " + f.d.mission(l.MissionID)
		f.lists = append(f.lists, ui.Option{Value: l.ID, Label: name})
		for _, t := range l.Topics {
			f.topics = append(f.topics, ui.Option{Value: t.Key, Label: t.Names.In(f.d.p.Lang()), Checked: contains(f.chosen["topics"], t.Key)})
		}
	}
	list, err := p.svc.Released(ctx, publish.ReleasedFilter{Limit: 60})
	if err != nil {
		return err
	}
	for i := range list {
		f.messages = append(f.messages, ui.Option{Value: list[i].ID, Label: f.d.title(&list[i]) + " – " + f.d.when(list[i].MissionID, list[i].ReleasedAt)})
	}
	return web.Render(w, r, web.Page{Title: f.d.t("newsletter.letter.new"), Intro: f.d.t("newsletter.letter.new.intro"), Body: letterFormView(f), Status: f.status,
		Crumbs: []ui.Link{{Label: f.d.t("newsletter.nav"), Href: lettersPath}}})
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func (f letterForm) langs() ui.ChoiceProps {
	c := ui.ChoiceProps{Name: "langs", Label: f.d.t("newsletter.field.langs"), Hint: f.d.t("newsletter.field.langs.hint"), Error: f.errors["langs"], Optional: true, Inline: true}
	for _, l := range i18n.Langs {
		c.Options = append(c.Options, ui.Option{Value: string(l), Label: f.d.p.LanguageName(string(l)), Checked: contains(f.chosen["langs"], string(l))})
	}
	return c
}

func (f letterForm) topicChoice() ui.ChoiceProps {
	return ui.ChoiceProps{Name: "topics", Label: f.d.t("newsletter.field.topics"), Hint: f.d.t("newsletter.field.topics.segment"), Options: f.topics, Optional: true}
}

func (f letterForm) count(name, label, hint string) ui.FieldProps {
	p := f.field(name, label, hint)
	p.Value, p.Width, p.InputMode, p.Dir = f.d.p.Digits(p.Value), 4, "numeric", "ltr"
	return p
}

// writeLetter saves the draft: POST /console/newsletters/letters.
func (p *letters) writeLetter(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	plan := newsletter.Plan{ID: in.ID("id"), ListID: in.ID("list"), MessageID: in.ID("message"), UTM: in.Checked("utm"),
		Subjects: newsletter.Subjects{A: publish.Texts{}, B: publish.Texts{}}, TestShare: in.Int("test_share", 2, 100), TestHours: in.Int("test_hours", 1, 48)}
	chosen := map[string][]string{"langs": in.All("langs"), "topics": in.All("topics")}
	for _, l := range chosen["langs"] {
		plan.Segment.Langs = append(plan.Segment.Langs, i18n.Lang(l))
	}
	plan.Segment.Topics = chosen["topics"]
	plan.Segment.Countries = strings.FieldsFunc(strings.ToUpper(in.Raw("countries")), func(r rune) bool { return r == ',' || r == ' ' || r == '،' })
	for _, lang := range i18n.Langs {
		plan.Subjects.A[lang], plan.Subjects.B[lang] = in.Raw("a-"+string(lang)), in.Raw("b-"+string(lang))
	}
	var t newsletter.Letter
	if err = in.Err(); err == nil {
		t, err = p.mail.Write(r.Context(), plan)
	}
	if err == nil {
		return done(w, r, nil, letterPath(t.ID), "publish.done.saved")
	}
	d, deskErr := p.console.desk(r)
	if deskErr != nil {
		return deskErr
	}
	f := letterForm{form: d.typed(r), chosen: chosen}
	if !f.refused(r, err) {
		return err
	}
	return p.showLetterForm(w, r, f)
}

// letterPageView is one letter: GET /console/newsletters/letters/{id}.
type letterPageView struct {
	form
	t        newsletter.Letter
	list     newsletter.List
	title    string
	reach    int64
	rows     newsletter.Progress
	editions []editionLine
	clicks   []newsletter.LinkClicks
	trial    newsletter.Trial
	write    bool
	send     bool
	own      bool // the reader worded the subject
	by       map[string]string
}

type editionLine struct {
	newsletter.Edition
	Name string
}

func (p *letters) letter(w http.ResponseWriter, r *http.Request) error {
	return p.showLetter(w, r, nil)
}

func (p *letters) showLetter(w http.ResponseWriter, r *http.Request, problem error) error {
	ctx := r.Context()
	t, err := p.mail.Letter(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := p.console.desk(r)
	if err != nil {
		return err
	}
	v := letterPageView{form: d.fresh(url.Values{}), t: t, title: p.letterTitle(r, d, t), write: d.mayLetters(newsletter.MayWrite, t.MissionID), send: d.mayLetters(newsletter.MaySend, t.MissionID), own: t.WordedBy != "" && t.WordedBy == d.actor.ID}
	if problem != nil {
		v.form = d.typed(r)
		if !v.refused(r, problem) {
			return problem
		}
	}
	if err := p.fillLetter(ctx, &v); err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: v.title, Body: letterPageBody(v), Status: v.status,
		Crumbs: []ui.Link{{Label: d.t("newsletter.nav"), Href: lettersPath}, {Label: v.list.Name(d.p.Lang()), Href: listPath(v.list.ID)}}})
}

func (p *letters) fillLetter(ctx context.Context, v *letterPageView) (err error) {
	if v.list, err = p.mail.List(ctx, v.t.ListID); err != nil {
		return err
	}
	n, err := p.mail.Reach(ctx, v.t.ListID, v.t.Segment)
	if err != nil {
		return err
	}
	v.reach = int64(n)
	if v.rows, err = p.mail.Progress(ctx, v.t.ID); err != nil {
		return err
	}
	for _, l := range i18n.Langs {
		e, err := p.mail.Preview(ctx, v.t.ID, l)
		if errors.Is(err, newsletter.ErrNotPublic) {
			break // its message was withdrawn: there is nothing to show
		}
		if err != nil {
			return err
		}
		v.editions = append(v.editions, editionLine{e, v.d.p.LanguageName(string(l))})
	}
	if v.clicks, err = p.mail.Clicks(ctx, v.t.ID); err != nil {
		return err
	}
	if v.t.Tested() {
		if v.trial, err = p.mail.Trial(ctx, v.t.ID); err != nil {
			return err
		}
	}
	v.by, err = p.org.PersonNames(ctx, []string{v.t.CreatedBy, v.t.SentBy})
	return err
}

func (v letterPageView) facts() []ui.KeyValue {
	d := v.d
	kind, state := d.letterState(v.t)
	facts := []ui.KeyValue{
		{Key: d.t("newsletter.field.state"), Comp: ui.Badge(kind, state)}, {Key: d.t("newsletter.field.list"), Value: v.list.Name(d.p.Lang())},
		{Key: d.t("newsletter.field.segment"), Value: v.segment()}, {Key: d.t("newsletter.field.by"), Value: v.name(v.t.CreatedBy)},
	}
	if v.t.State == newsletter.Draft {
		return append(facts, ui.KeyValue{Key: d.t("newsletter.reach"), Value: d.n(v.reach)})
	}
	facts = append(facts, ui.KeyValue{Key: d.t("newsletter.field.sent_by"), Value: v.name(v.t.SentBy)}, ui.KeyValue{Key: d.t("newsletter.field.when"), Value: d.when(v.t.MissionID, v.t.StartedAt)},
		ui.KeyValue{Key: d.t("newsletter.field.until"), Value: d.when(v.t.MissionID, v.t.NotAfter)})
	if !v.t.EndedAt.IsZero() {
		facts = append(facts, ui.KeyValue{Key: d.t("newsletter.field.ended"), Value: d.when(v.t.MissionID, v.t.EndedAt)})
	}
	return facts
}

func (v letterPageView) name(personID string) string {
	if n := v.by[personID]; n != "" {
		return n
	}
	return v.d.t("publish.person.house")
}

func (v letterPageView) segment() string {
	var parts []string
	for _, l := range v.t.Segment.Langs {
		parts = append(parts, v.d.p.LanguageName(string(l)))
	}
	for _, c := range v.t.Segment.Countries {
		parts = append(parts, v.d.p.Country(c))
	}
	for _, t := range v.list.Topics {
		if contains(v.t.Segment.Topics, t.Key) {
			parts = append(parts, t.Names.In(v.d.p.Lang()))
		}
	}
	if len(parts) == 0 {
		return v.d.t("newsletter.segment.all")
	}
	return v.d.p.List(parts)
}

// table shows the ledger: every state that has somebody.
func (v letterPageView) table() ui.TableProps {
	t := ui.TableProps{ID: "ledger", Caption: v.d.t("newsletter.ledger"), Columns: []ui.Column{{Label: v.d.t("newsletter.field.state")}, {Label: v.d.t("newsletter.recipients"), Numeric: true}}}
	for _, s := range newsletter.Rows {
		if n := v.rows[s]; n > 0 {
			row := ui.Row{Cells: []ui.Cell{ui.TextCell(v.d.t("newsletter.row." + s)), ui.TextCell(v.d.n(n))}}
			if s == newsletter.RowUnknown {
				row.Kind = ui.Warning
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

// clickTable shows which links were followed, and how often.
func (v letterPageView) clickTable() ui.TableProps {
	t := ui.TableProps{ID: "clicks", Caption: v.d.t("newsletter.clicks"), Columns: []ui.Column{{Label: v.d.t("newsletter.field.link")}, {Label: v.d.t("newsletter.field.lang")}, {Label: v.d.t("newsletter.clicks"), Numeric: true}}}
	for _, c := range v.clicks {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: c.URL, Ltr: true}, ui.TextCell(v.d.p.LanguageName(string(c.Lang))), ui.TextCell(v.d.n(c.ClicksA + c.ClicksB))}})
	}
	return t
}

// trialTable shows how a test of two wordings stands.
func (v letterPageView) trialTable() ui.TableProps {
	t := ui.TableProps{ID: "trial", Caption: v.d.t("newsletter.trial"), Columns: []ui.Column{{Label: v.d.t("newsletter.field.wording")}, {Label: v.d.t("newsletter.row.sent"), Numeric: true}, {Label: v.d.t("newsletter.clicks"), Numeric: true}}}
	for _, x := range []struct {
		name         string
		sent, clicks int64
	}{{"A", v.trial.SentA, v.trial.ClicksA}, {"B", v.trial.SentB, v.trial.ClicksB}} {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: x.name, Ltr: true}, ui.TextCell(v.d.n(x.sent)), ui.TextCell(v.d.n(x.clicks))}})
	}
	return t
}

func (v letterPageView) trialText() string {
	if v.t.Outcome != "" {
		return v.d.t("newsletter.trial.ended", "outcome", v.d.t("newsletter.outcome."+v.t.Outcome), "p", v.d.p.Digits(strconv.FormatFloat(v.trial.P(), 'f', 3, 64)))
	}
	if v.t.DecideAt.IsZero() {
		return v.d.t("newsletter.trial.plan", "share", v.d.n(int64(v.t.TestShare)), "hours", v.d.n(int64(v.t.TestHours)))
	}
	return v.d.t("newsletter.trial.runs", "when", v.d.when(v.t.MissionID, v.t.DecideAt))
}

// preview gives the page of a letter as mail programs get it.
func (p *letters) preview(w http.ResponseWriter, r *http.Request) error {
	lang, ok := i18n.Parse(r.PathValue("in"))
	if !ok {
		return errs.New(errs.NotFound, "")
	}
	e, err := p.mail.Preview(r.Context(), r.PathValue("id"), lang)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(e.HTML)) // the reader may have gone
	return nil
}

// acts are what may be done with a letter by who may send.
func (p *letters) acts() map[string]func(ctx context.Context, letterID, reason string) (newsletter.Letter, error) {
	return map[string]func(ctx context.Context, letterID, reason string) (newsletter.Letter, error){
		"send": func(ctx context.Context, letterID, _ string) (newsletter.Letter, error) {
			return p.mail.Send(ctx, letterID)
		},
		"pause":         p.mail.Pause,
		"resume":        p.mail.Resume,
		"cancel":        p.mail.Cancel,
		"retry":         p.mail.Retry,
		"retry_unknown": p.mail.RetryUnknown,
	}
}

func (p *letters) act(name string, do func(ctx context.Context, letterID, reason string) (newsletter.Letter, error)) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		in, err := web.ReadForm(r)
		if err != nil {
			return err
		}
		if _, err := do(r.Context(), r.PathValue("id"), in.Raw("reason")); err != nil {
			return p.showLetter(w, r, err)
		}
		return done(w, r, nil, letterPath(r.PathValue("id")), "newsletter.done."+name)
	}
}

// test sends it to the one who asks.
func (p *letters) test(w http.ResponseWriter, r *http.Request) error {
	if err := p.mail.Test(r.Context(), r.PathValue("id")); err != nil {
		return p.showLetter(w, r, err)
	}
	return done(w, r, nil, letterPath(r.PathValue("id")), "newsletter.done.test")
}

func (p *letters) deleteLetter(w http.ResponseWriter, r *http.Request) error {
	return done(w, r, p.mail.Delete(r.Context(), r.PathValue("id")), lettersPath, "newsletter.done.deleted")
}

// sendingForm sets how letters are sent: GET /console/newsletters/settings.
type sendingForm struct {
	form
	keys   []newsletter.SigningKey
	domain string
}

func (p *letters) settings(w http.ResponseWriter, r *http.Request) error {
	d, err := p.console.desk(r)
	if err != nil {
		return err
	}
	s, err := p.mail.Settings(r.Context())
	if err != nil {
		return err
	}
	return p.showSettings(w, r, sendingForm{form: d.fresh(url.Values{"version": {strconv.Itoa(s.Version)}, "workers": {strconv.Itoa(s.Workers)}, "per_second": {strconv.Itoa(s.PerSecond)},
		"per_domain": {strconv.Itoa(s.PerDomain)}, "bounce_rate": {strconv.Itoa(s.BounceRate)}})})
}

func (p *letters) showSettings(w http.ResponseWriter, r *http.Request, f sendingForm) (err error) {
	if f.keys, err = p.mail.SigningKeys(r.Context()); err != nil {
		return err
	}
	f.domain = p.mail.SigningDomain()
	return web.Render(w, r, web.Page{Title: f.d.t("newsletter.settings"), Intro: f.d.t("newsletter.settings.intro"), Body: sendingView(f), Status: f.status, Crumbs: []ui.Link{{Label: f.d.t("newsletter.nav"), Href: lettersPath}}})
}

func (f sendingForm) number(name string) ui.FieldProps {
	p := f.field(name, "newsletter.setting."+name, "newsletter.setting."+name+".hint")
	p.Value, p.Width, p.InputMode, p.Dir = f.d.p.Digits(p.Value), 10, "numeric", "ltr"
	return p
}

func (p *letters) configure(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	const most = 1 << 30
	s := newsletter.Settings{Version: number(in.Raw("version")), Workers: in.Int("workers", 0, most), PerSecond: in.Int("per_second", 0, most), PerDomain: in.Int("per_domain", 0, most), BounceRate: in.Int("bounce_rate", 0, most)}
	if err = in.Err(); err == nil {
		err = p.mail.Configure(r.Context(), s)
	}
	if err == nil {
		return done(w, r, nil, lettersPath+"/settings", "publish.done.saved")
	}
	d, deskErr := p.console.desk(r)
	if deskErr != nil {
		return deskErr
	}
	f := sendingForm{form: d.typed(r)}
	if !f.refused(r, err) {
		return err
	}
	return p.showSettings(w, r, f)
}

func (p *letters) makeKey(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	_, err = p.mail.MakeKey(r.Context(), in.Raw("algorithm"))
	return done(w, r, err, lettersPath+"/settings", "newsletter.done.key")
}

func (p *letters) useKey(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	return done(w, r, p.mail.UseKey(r.Context(), in.Raw("selector")), lettersPath+"/settings", "publish.done.saved")
}

// withReason are the acts for which a reason is asked and whose time it is.
func (v letterPageView) withReason() []string {
	switch v.t.State {
	case newsletter.Preparing, newsletter.Sending:
		return []string{"pause", "cancel"}
	case newsletter.Paused:
		return []string{"resume", "cancel"}
	case newsletter.Done:
		var out []string
		if v.rows[newsletter.RowExpired] > 0 {
			out = append(out, "retry")
		}
		if v.rows[newsletter.RowUnknown] > 0 {
			out = append(out, "retry_unknown")
		}
		return out
	}
	return nil
}

func (v letterPageView) reason(act string) ui.FieldProps {
	p := v.field("reason", "newsletter.field.reason", "")
	p.ID = "reason-" + act
	return p
}

// record is what the name server must say of a key.
func (f sendingForm) record(k newsletter.SigningKey) []ui.KeyValue {
	state := f.d.t("newsletter.keys.idle")
	if k.Active {
		state = f.d.t("newsletter.keys.active")
	}
	return []ui.KeyValue{{Key: f.d.t("newsletter.field.state"), Value: state}, {Key: f.d.t("newsletter.keys.name"), Value: k.DNSName(f.domain), Ltr: true},
		{Key: f.d.t("newsletter.keys.type"), Value: "TXT", Ltr: true}, {Key: f.d.t("newsletter.keys.value"), Value: k.DNSValue(), Ltr: true}}
}

// subject is the field of a wording in a language.
func (f letterForm) subject(wording string, l i18n.Lang) ui.FieldProps {
	p := f.words(wording+"-"+string(l), "newsletter.field.subject", "", l, 0, 0)
	p.Label = f.d.p.LanguageName(string(l))
	return p
}

// addressField is a field for what is written in Latin letters.
func addressField(p ui.FieldProps) ui.FieldProps {
	p.Dir, p.Width = "ltr", 30
	return p
}
