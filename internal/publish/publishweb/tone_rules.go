package publishweb

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/tone"
	engine "sifara/internal/text/tone"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

const tonePath = "/console/tone"

// tonePage shows the word lists of one language and what heat leads to:
// GET /console/tone?lang=ar.
type tonePage struct {
	form
	lang     i18n.Lang
	lists    []tone.List
	settings tone.Settings
	may      bool
}

func (c *console) toneRules(w http.ResponseWriter, r *http.Request) error {
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	s, err := c.tone.Settings(r.Context())
	if err != nil {
		return err
	}
	return c.showRules(w, r, tonePage{form: d.fresh(url.Values{
		"version": {strconv.Itoa(s.Version)}, "raise_at": {strconv.Itoa(s.RaiseAt / 10)}, "cool_from": {strconv.Itoa(s.CoolFrom / 10)}, "cool_hours": {strconv.Itoa(s.CoolHours)},
	}), settings: s})
}

func (c *console) showRules(w http.ResponseWriter, r *http.Request, p tonePage) error {
	p.may = p.d.actor.MayIn(publish.MayTone, perm.Everywhere())
	p.lang = p.d.p.Lang()
	if l, ok := i18n.Parse(r.URL.Query().Get("lang")); ok {
		p.lang = l
	}
	var err error
	if p.lists, err = c.tone.Lists(r.Context(), p.lang); err != nil {
		return err
	}
	ids := []string{p.settings.EditedBy}
	for _, l := range p.lists {
		ids = append(ids, l.EditedBy)
	}
	if err := p.d.know(c, ids...); err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: p.d.t("publish.tone.title"), Intro: p.d.t("publish.tone.intro"), Body: toneRulesView(p), Status: p.status})
}

// saveToneSettings: POST /console/tone.
func (c *console) saveToneSettings(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	s := tone.Settings{Version: number(in.Raw("version")),
		RaiseAt:   10 * in.Int("raise_at", tone.RaiseBounds[0]/10, tone.RaiseBounds[1]/10),
		CoolFrom:  10 * in.Int("cool_from", tone.CoolBounds[0]/10, tone.CoolBounds[1]/10),
		CoolHours: in.Int("cool_hours", tone.HourBounds[0], tone.HourBounds[1])}
	if err = in.Err(); err == nil {
		_, err = c.tone.SaveSettings(r.Context(), s)
	}
	if err == nil {
		return done(w, r, nil, tonePath, "publish.done.saved")
	}
	d, deskErr := c.desk(r)
	if deskErr != nil {
		return deskErr
	}
	p := tonePage{form: d.typed(r)}
	if !p.refused(r, err) {
		return err
	}
	if p.settings, deskErr = c.tone.Settings(r.Context()); deskErr != nil {
		return deskErr
	}
	if errors.Is(err, publish.ErrEdited) {
		p.v.Set("version", strconv.Itoa(p.settings.Version))
	}
	return c.showRules(w, r, p)
}

func (p tonePage) tabs() []ui.Tab {
	var out []ui.Tab
	for _, l := range i18n.Langs {
		out = append(out, ui.Tab{Label: l.Name(), Href: tonePath + "?lang=" + string(l), Active: l == p.lang})
	}
	return out
}

// figure describes a field for a whole number.
func (f form) figure(name, label, hint string) ui.FieldProps {
	p := f.field(name, label, hint)
	p.Value, p.Width, p.InputMode, p.Dir = f.d.p.Digits(p.Value), 5, "numeric", "ltr"
	return p
}

func (p tonePage) facts() []ui.KeyValue {
	return []ui.KeyValue{
		{Key: p.d.t("publish.tone.raise_at"), Value: p.d.heat(p.settings.RaiseAt)},
		{Key: p.d.t("publish.tone.cool_from"), Value: p.d.heat(p.settings.CoolFrom)},
		{Key: p.d.t("publish.tone.cool_hours"), Value: p.d.p.Int(p.settings.CoolHours)},
	}
}

func listAddress(l tone.List) string {
	return tonePath + "/list?" + url.Values{"lang": {string(l.Lang)}, "list": {string(l.List)}}.Encode()
}

func (d *desk) edition(l tone.List) string {
	if l.Version == 0 {
		return d.t("publish.tone.list.reset")
	}
	return d.t("publish.tone.list.history_line", "version", l.Version, "name", d.person(l.EditedBy), "time", d.when("", l.EditedAt))
}

func (p tonePage) table() ui.TableProps {
	t := ui.TableProps{Caption: p.d.t("publish.tone.lists", "lang", p.lang), Columns: []ui.Column{{Label: p.d.t("publish.tone.list.one")}, {Label: p.d.t("publish.tone.list.terms")}, {Label: p.d.t("publish.tone.list.edition")}}}
	for _, l := range p.lists {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: p.d.t("publish.tone.list.name." + string(l.List)), Href: listAddress(l)}, {Text: p.d.t("publish.tone.list.count", "count", l.Count())}, {Text: p.d.edition(l)}}})
	}
	return t
}

// toneListPage is one word list with its history: GET /console/tone/list?lang=&list=.
type toneListPage struct {
	form
	now    tone.List
	before []tone.List
	may    bool
}

func (c *console) toneList(w http.ResponseWriter, r *http.Request) error {
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	lang, _ := i18n.Parse(q.Get("lang"))
	p := toneListPage{}
	if p.now, p.before, err = c.tone.List(r.Context(), lang, engine.List(q.Get("list"))); err != nil {
		return err
	}
	p.form = d.fresh(url.Values{"terms": {p.now.Terms}, "version": {strconv.Itoa(p.now.Version)}})
	return c.showToneList(w, r, p)
}

func (c *console) showToneList(w http.ResponseWriter, r *http.Request, p toneListPage) error {
	p.may = p.d.actor.MayIn(publish.MayTone, perm.Everywhere())
	ids := []string{p.now.EditedBy}
	for _, l := range p.before {
		ids = append(ids, l.EditedBy)
	}
	if err := p.d.know(c, ids...); err != nil {
		return err
	}
	title := p.d.t("publish.tone.list.edit_title", "list", p.d.t("publish.tone.list.name."+string(p.now.List)), "lang", p.now.Lang)
	return web.Render(w, r, web.Page{Title: title, Crumbs: []ui.Link{{Label: p.d.t("publish.tone.title"), Href: tonePath + "?lang=" + string(p.now.Lang)}}, Body: toneListView(p), Status: p.status})
}

// saveToneList: POST /console/tone/list.
func (c *console) saveToneList(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	lang, list := in.Lang("lang"), engine.List(in.Raw("list"))
	if err := in.Err(); err != nil {
		return err
	}
	_, err = c.tone.SaveList(r.Context(), lang, list, number(in.Raw("version")), in.Raw("terms"))
	if err == nil {
		return done(w, r, nil, tonePath+"?lang="+string(lang), "publish.done.saved")
	}
	d, deskErr := c.desk(r)
	if deskErr != nil {
		return deskErr
	}
	p := toneListPage{form: d.typed(r)}
	if !p.refused(r, err) {
		return err
	}
	if p.now, p.before, deskErr = c.tone.List(r.Context(), lang, list); deskErr != nil {
		return deskErr
	}
	if errors.Is(err, publish.ErrEdited) {
		p.v.Set("version", strconv.Itoa(p.now.Version))
	}
	return c.showToneList(w, r, p)
}

// after is the version that followed an earlier one.
func (p toneListPage) after(i int) tone.List {
	if i == 0 {
		return p.now
	}
	return p.before[i-1]
}
