package publishweb

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/newsletter"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// newsletterPage is one newsletter: GET /console/newsletters/lists/{id}.
type newsletterPage struct {
	form
	list    newsletter.List
	count   int64
	letters []letterLine
	keep    bool // the reader keeps its subscribers
	write   bool
}

func (p *letters) list(w http.ResponseWriter, r *http.Request) error { return p.showList(w, r, nil) }

// showList shows a newsletter, perhaps with a form on it that was not taken.
func (p *letters) showList(w http.ResponseWriter, r *http.Request, problem error) error {
	ctx := r.Context()
	l, err := p.mail.List(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := p.console.desk(r)
	if err != nil {
		return err
	}
	v := newsletterPage{form: d.fresh(url.Values{}), list: l, keep: d.mayLetters(newsletter.MayKeep, l.MissionID), write: d.mayLetters(newsletter.MayWrite, l.MissionID)}
	if problem != nil {
		v.form = d.typed(r)
		if !v.refused(r, problem) {
			return problem
		}
	}
	n, err := p.mail.Reach(ctx, l.ID, newsletter.Segment{})
	if err != nil {
		return err
	}
	v.count = int64(n)
	if v.letters, err = p.lines(r, d, l.ID, []newsletter.Counted{{List: l}}); err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: l.Name(d.p.Lang()), Intro: l.Abouts.In(d.p.Lang()), Status: v.status, Body: newsletterView(v), Actions: newsletterActions(v),
		Crumbs: []ui.Link{{Label: d.t("newsletter.nav"), Href: lettersPath}}})
}

func (v newsletterPage) facts() []ui.KeyValue {
	d := v.d
	open := map[bool]string{true: d.t("publish.yes"), false: d.t("publish.no")}
	facts := []ui.KeyValue{
		{Key: d.t("publish.field.speaker"), Value: d.mission(v.list.MissionID)}, {Key: d.t("newsletter.field.slug"), Value: v.list.Slug, Ltr: true},
		{Key: d.t("newsletter.subscribers"), Value: d.n(v.count)}, {Key: d.t("newsletter.field.open"), Value: open[v.list.Open]}, {Key: d.t("newsletter.field.digest"), Value: d.digest(v.list)},
	}
	if len(v.list.Topics) > 0 {
		var names []string
		for _, t := range v.list.Topics {
			names = append(names, t.Names.In(d.p.Lang()))
		}
		facts = append(facts, ui.KeyValue{Key: d.t("newsletter.field.topics"), Value: d.p.List(names)})
	}
	return facts
}

// listForm makes or changes a newsletter: GET /console/newsletters/lists/new and
// …/{id}/edit.
type listForm struct {
	form
	edit bool
	back string
}

func (p *letters) newList(w http.ResponseWriter, r *http.Request) error {
	d, err := p.console.desk(r)
	if err != nil {
		return err
	}
	return p.showListForm(w, r, listForm{form: d.fresh(url.Values{"id": {id.New()}, "version": {"0"}, "open": {"1"}, "digest": {""}, "digest_hour": {"16"}, "digest_day": {"0"}}), back: lettersPath})
}

func (p *letters) editList(w http.ResponseWriter, r *http.Request) error {
	l, err := p.mail.List(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := p.console.desk(r)
	if err != nil {
		return err
	}
	if !d.mayLetters(newsletter.MayKeep, l.MissionID) {
		return errs.New(errs.Forbidden, "")
	}
	return p.showListForm(w, r, listForm{form: d.fresh(listValues(l)), edit: true, back: listPath(l.ID)})
}

// listValues writes a newsletter into the fields of its form.
func listValues(l newsletter.List) url.Values {
	v := url.Values{"id": {l.ID}, "version": {strconv.Itoa(l.Version)}, "mission": {l.MissionID}, "slug": {l.Slug}, "topics": {newsletter.FormatTopics(l.Topics)},
		"digest": {string(l.Digest)}, "digest_hour": {strconv.Itoa(l.DigestHour)}, "digest_day": {strconv.Itoa(l.DigestDay)}}
	if l.Open {
		v.Set("open", "1")
	}
	for _, lang := range i18n.Langs {
		v.Set("name-"+string(lang), l.Names[lang])
		v.Set("about-"+string(lang), l.Abouts[lang])
	}
	return v
}

func (p *letters) showListForm(w http.ResponseWriter, r *http.Request, f listForm) error {
	title := "newsletter.list.new"
	if f.edit {
		title = "newsletter.list.edit"
	}
	return web.Render(w, r, web.Page{Title: f.d.t(title), Body: listFormView(f), Status: f.status, Crumbs: []ui.Link{{Label: f.d.t("newsletter.nav"), Href: lettersPath}}})
}

func (f listForm) digests() ui.ChoiceProps {
	var options []ui.Option
	for _, x := range newsletter.Digests {
		options = append(options, ui.Option{Value: string(x), Label: f.d.t("newsletter.digest." + string(x) + ".word")})
	}
	return f.choice("digest", "newsletter.field.digest", "newsletter.field.digest.hint", options)
}

func (f listForm) days() ui.ChoiceProps {
	var options []ui.Option
	for i := range 7 {
		options = append(options, ui.Option{Value: strconv.Itoa(i), Label: f.d.t("newsletter.day." + strconv.Itoa(i))})
	}
	return f.choice("digest_day", "newsletter.field.digest_day", "", options)
}

func (f listForm) hour() ui.FieldProps {
	p := f.field("digest_hour", "newsletter.field.digest_hour", "newsletter.field.digest_hour.hint")
	p.Value, p.Width, p.InputMode, p.Dir = f.d.p.Digits(p.Value), 4, "numeric", "ltr"
	return p
}

// saveList saves it: POST /console/newsletters/lists.
func (p *letters) saveList(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	l := newsletter.List{ID: in.ID("id"), Version: max(number(in.Raw("version")), 0), MissionID: in.OptionalID("mission"), Slug: in.Raw("slug"), Open: in.Checked("open"),
		Digest: newsletter.Digest(in.Raw("digest")), DigestHour: in.Int("digest_hour", 0, 23), DigestDay: in.Int("digest_day", 0, 6), Names: publish.Texts{}, Abouts: publish.Texts{}}
	for _, lang := range i18n.Langs {
		l.Names[lang], l.Abouts[lang] = in.Raw("name-"+string(lang)), in.Raw("about-"+string(lang))
	}
	if l.Topics, err = newsletter.ParseTopics(in.Raw("topics")); err == nil {
		if err = in.Err(); err == nil {
			_, err = p.mail.SaveList(r.Context(), l)
		}
	}
	if err == nil {
		return done(w, r, nil, listPath(l.ID), "publish.done.saved")
	}
	d, deskErr := p.console.desk(r)
	if deskErr != nil {
		return deskErr
	}
	f := listForm{form: d.typed(r), edit: l.Version > 0, back: lettersPath}
	if !f.refused(r, err) {
		return err
	}
	if errors.Is(err, newsletter.ErrEdited) {
		if now, err := p.mail.List(r.Context(), l.ID); err == nil {
			f.v.Set("version", strconv.Itoa(now.Version))
		}
	}
	return p.showListForm(w, r, f)
}

// importing takes a file: POST /console/newsletters/lists/{id}/import.
func (p *letters) importing(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	at := in.Date("date", time.UTC)
	lang := in.Lang("lang")
	file, _, err := r.FormFile("file")
	if err != nil {
		in.Fail("file", "web.field.required")
	} else {
		defer file.Close()
	}
	var got newsletter.Imported
	if err = in.Err(); err == nil {
		got, err = p.mail.Import(r.Context(), r.PathValue("id"), file, newsletter.Consent{Source: in.Raw("source"), At: at}, lang)
	}
	if err != nil {
		return p.showList(w, r, err)
	}
	pr := i18n.From(r.Context())
	return done(w, r, nil, listPath(r.PathValue("id")), "newsletter.done.imported", "added", pr.Number(int64(got.Added)), "known", pr.Number(int64(got.Known)), "left", pr.Number(int64(got.Left)), "refused", pr.Number(int64(got.Refused)))
}

// export gives the file: POST /console/newsletters/lists/{id}/export.
func (p *letters) export(w http.ResponseWriter, r *http.Request) error {
	l, err := p.mail.List(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if !perm.From(r.Context()).MayIn(newsletter.MayKeep, l.Scope()) {
		return errs.New(errs.Forbidden, "")
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+l.Slug+`.csv"`)
	w.Header().Set("Cache-Control", "no-store")
	return p.mail.Export(r.Context(), l.ID, w)
}

// forget deletes an address: POST /console/newsletters/lists/{id}/forget.
func (p *letters) forget(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := p.mail.Forget(r.Context(), r.PathValue("id"), in.Raw("address")); err != nil {
		return p.showList(w, r, err)
	}
	return done(w, r, nil, listPath(r.PathValue("id")), "newsletter.done.forgotten")
}

// close ends a newsletter: POST /console/newsletters/lists/{id}/close.
func (p *letters) close(w http.ResponseWriter, r *http.Request) error {
	return done(w, r, p.mail.Close(r.Context(), r.PathValue("id")), lettersPath, "newsletter.done.closed")
}
