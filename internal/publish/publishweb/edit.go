package publishweb

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/publish"
	"sifara/internal/publish/campaign"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// editPage is the editor of one language, beside its source:
// GET /console/messages/{id}/edit?lang=ckb.
type editPage struct {
	form
	m      publish.Message
	lang   i18n.Lang
	src    publish.Variant
	hasSrc bool
	stale  bool
	now    publish.Words // what is stored, when someone else saved meanwhile
	clash  bool
	joined bool           // what was typed has been put together with what somebody else saved
	kept   *publish.Typed // what the writer typed before and has not saved
	meanwhile
	moved  []ui.Part // what changed in the source since the translation was made
	upload form
	media  int64             // bytes of a film or recording that may be sent; 0: none are taken
	plan   campaign.Campaign // that the message is part of, if any
	plans  []ui.Option       // that it may join
	tone   *toneView         // nil without a check
	way    publish.Path      // the route the message is on, or would take
	// networks is what goes out on each network, with what is typed in its language.
	networks []networkView
}

func (c *console) edit(w http.ResponseWriter, r *http.Request) error {
	m, err := c.svc.Message(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if !c.svc.Allowed(r.Context(), m).Edit {
		return errs.New(errs.Conflict, "publish.error.state")
	}
	d, err := c.desk(r, m)
	if err != nil {
		return err
	}
	l := languageOf(r.URL.Query().Get("lang"), m)
	v, _ := m.Variant(l)
	src, _ := m.Source()
	f := d.fresh(url.Values{"title": {v.Title}, "summary": {v.Summary}, "body": {v.Body}, "version": {strconv.Itoa(v.Version)}, "source": {src.Hash}, "lang": {string(l)}})
	p := editPage{form: f, m: m, lang: l}
	if own, _, err := c.svc.TypedOf(r.Context(), m, l); err != nil {
		return err
	} else if own != nil && r.URL.Query().Has("typed") {
		p.v.Set("title", own.Title)
		p.v.Set("summary", own.Summary)
		p.v.Set("body", own.Body)
		if err := c.join(r, &p, own.Base); err != nil {
			return err
		}
	} else {
		p.kept = own
	}
	return c.showEdit(w, r, p)
}

// languageOf is the language asked for, else the source's.
func languageOf(s string, m publish.Message) i18n.Lang {
	if l, ok := i18n.Parse(s); ok {
		return l
	}
	return m.SourceLang
}

func (c *console) showEdit(w http.ResponseWriter, r *http.Request, p editPage) error {
	p.src, p.hasSrc = p.m.Source()
	p.stale = p.m.Stale(p.lang)
	_, p.media = c.svc.MaxUpload()
	if p.stale {
		then, known, err := c.svc.SourceThen(r.Context(), p.m, p.lang)
		if err != nil {
			return err
		}
		if known {
			p.moved = parts(then.Title+"\n\n"+then.Body, p.src.Title+"\n\n"+p.src.Body)
		}
	}
	var err error
	if p.way, err = c.svc.Way(r.Context(), p.m); err != nil {
		return err
	}
	if p.plan, p.plans, err = c.plansOf(r, p.d, p.m); err != nil {
		return err
	}
	words := p.typed()
	if p.tone, err = c.toneOf(r, p.d, &p.m, p.lang, words); err != nil {
		return err
	}
	if p.networks, err = c.networkViews(r.Context(), &p.m, &publish.Variant{Lang: p.lang, Title: words.Title, Summary: words.Summary, Body: words.Body}); err != nil {
		return err
	}
	if p.meanwhile, err = c.meanwhileOf(r, p.d, p.m, p.lang, number(p.v.Get("version"))); err != nil {
		return err
	}
	if p.upload.d == nil {
		p.upload = p.d.fresh(url.Values{"id": {id.New()}})
	}
	return web.Render(w, r, web.Page{Title: p.d.t("publish.edit.title"), Crumbs: p.d.crumbs(&p.m), Body: editView(p), Wide: true, Status: p.status, Actions: editActions(p)})
}

// parts is the difference between two texts as pages draw it.
func parts(old, now string) []ui.Part {
	var out []ui.Part
	for _, e := range text.Diff(old, now) {
		op := ""
		switch e.Op {
		case text.Insert:
			op = "+"
		case text.Delete:
			op = "-"
		}
		out = append(out, ui.Part{Op: op, Text: e.Text})
	}
	return out
}

// write saves one language: POST /console/messages/{id}/edit.
func (c *console) write(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	ctx, messageID := r.Context(), r.PathValue("id")
	l := in.Lang("lang")
	if err := in.Err(); err != nil {
		return err
	}
	e := publish.Edit{
		Words:   publish.Words{Title: in.Raw("title"), Summary: in.Raw("summary"), Body: in.Raw("body")},
		Version: number(in.Raw("version")), SourceHash: in.Raw("source"), Matches: in.Checked("still_matches"),
	}
	m, err := c.svc.Write(ctx, messageID, l, e)
	if err == nil {
		return done(w, r, nil, afterWrite(in.Raw("then"), m, l), "publish.done.saved")
	}
	return c.writeRefused(w, r, l, err)
}

// afterWrite is where the writer goes on: the next language that misses a
// text or is stale, or the message.
func afterWrite(then string, m publish.Message, l i18n.Lang) string {
	switch then {
	case "message":
		return messagePath(m.ID)
	case "next":
		for _, next := range i18n.Langs {
			if _, ok := m.Variant(next); !ok || m.Stale(next) {
				return messagePath(m.ID) + "/edit?lang=" + string(next)
			}
		}
	}
	return messagePath(m.ID) + "/edit?lang=" + string(l)
}

// writeRefused shows the editor again with what was typed; when someone else
// saved meanwhile, put together with what they saved, or, where both changed the
// same words, beside what is stored now and with the difference. Saving again then
// replaces it knowingly.
func (c *console) writeRefused(w http.ResponseWriter, r *http.Request, l i18n.Lang, cause error) error {
	m, err := c.svc.Message(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := c.desk(r, m)
	if err != nil {
		return err
	}
	p := editPage{form: d.typed(r), m: m, lang: l}
	if !p.refused(r, cause) {
		return cause
	}
	if errors.Is(cause, publish.ErrEdited) {
		if err := c.join(r, &p, number(p.v.Get("version"))); err != nil {
			return err
		}
	}
	return c.showEdit(w, r, p)
}

// typed is the text in the fields of the form.
func (p editPage) typed() publish.Words {
	return publish.Words{Title: p.v.Get("title"), Summary: p.v.Get("summary"), Body: p.v.Get("body")}
}

// typedText is what the writer has typed, as one text.
func (p editPage) typedText() string { return p.v.Get("title") + "\n\n" + p.v.Get("body") }

func (p editPage) tabs() []ui.LangTab {
	var out []ui.LangTab
	for _, l := range i18n.Langs {
		kind, state := p.d.textOn(&p.m, l, p.way)
		if l == p.m.SourceLang {
			state = p.d.t("publish.edit.source_state", "state", state)
		}
		out = append(out, ui.LangTab{Code: l.Tag(), Name: l.Name(), Href: messagePath(p.m.ID) + "/edit?lang=" + string(l), Kind: kind, State: state, Active: l == p.lang})
	}
	return out
}
