package publishweb

import (
	"context"
	"net/http"
	"slices"

	"sifara/internal/channels"
	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/publish/discuss"
	"sifara/internal/publish/preview"
	"sifara/internal/publish/share"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// Writing is what those who write messages together need beside the messages.
type Writing struct {
	Accounts Accounts         // where missions speak; nil previews the site alone
	Discuss  *discuss.Service // comments and fact checks; nil leaves them out
	Shares   *share.Service   // readers before the release; nil leaves them out
}

// Accounts tells on which platforms the ministry (without id) or a mission
// speaks.
type Accounts interface {
	Public(ctx context.Context, f channels.Filter) ([]channels.PublicAccount, error)
}

// networks are the platforms on which a mission speaks, in the order of the
// preview. None in a house without a register of accounts.
func (c *console) networks(ctx context.Context, missionID string) ([]channels.Platform, error) {
	if c.writing.Accounts == nil {
		return nil, nil
	}
	f := channels.Filter{Mission: missionID, State: channels.Active}
	if missionID == "" {
		f.Mission = "-"
	}
	list, err := c.writing.Accounts.Public(ctx, f)
	if err != nil {
		return nil, err
	}
	var out []channels.Platform
	for _, n := range preview.Networks {
		if slices.ContainsFunc(list, func(a channels.PublicAccount) bool { return a.Platform == n }) {
			out = append(out, n)
		}
	}
	return out, nil
}

// networkView is what goes out on one network, language by language.
type networkView struct {
	on     channels.Platform
	sheets []preview.Sheet
}

// networkViews draws up what a message says on each network of its speaker.
// typed, unless it is nil, takes the place of what is stored in its language.
func (c *console) networkViews(ctx context.Context, m *publish.Message, typed *publish.Variant) ([]networkView, error) {
	on, err := c.networks(ctx, m.MissionID)
	if err != nil {
		return nil, err
	}
	var out []networkView
	for _, n := range on {
		view := networkView{on: n}
		for _, l := range i18n.Langs {
			v, has := m.Variant(l)
			if typed != nil && typed.Lang == l {
				v, has = *typed, typed.Title+typed.Body != ""
			}
			if has {
				view.sheets = append(view.sheets, preview.All(n, m.Kind, v, c.publicAddress(m, l))...)
			}
		}
		out = append(out, view)
	}
	return out, nil
}

// publicAddress is where the text in a language is, or will be, public.
func (c *console) publicAddress(m *publish.Message, l i18n.Lang) string {
	return c.baseURL + "/" + string(l) + "/statements/" + m.PublicSlug()
}

// length says how long a sheet is, and whether it fits.
func (d *desk) length(s preview.Sheet) (ui.Kind, string) {
	if over := s.Length.Over(); over > 0 {
		return ui.Danger, d.t("publish.preview.over", "used", s.Length.Used, "most", s.Length.Most, "count", over)
	}
	return ui.Success, d.t("publish.preview.fits", "used", s.Length.Used, "most", s.Length.Most)
}

// previewPage shows a message on every channel in every language:
// GET /console/messages/{id}/preview.
func (c *console) previewPage(w http.ResponseWriter, r *http.Request) error {
	p, err := c.messagePage(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: p.d.t("publish.preview.title"), Crumbs: p.d.crumbs(&p.m), Body: outgoing(p.d, &p.m, p.networks), Wide: true})
}

// look shows the editor again with the preview of what was typed, which is kept
// but not saved: POST /console/messages/{id}/preview.
func (c *console) look(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	l := in.Lang("lang")
	if err := in.Err(); err != nil {
		return err
	}
	m, err := c.svc.Message(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if !c.svc.Allowed(r.Context(), m).Edit {
		return publish.ErrState
	}
	d, err := c.desk(r, m)
	if err != nil {
		return err
	}
	p := editPage{form: d.typed(r), m: m, lang: l}
	if _, err := c.keep(r, d, m, l, p.typed(), in.Raw("version")); err != nil {
		return err
	}
	return c.showEdit(w, r, p)
}

// preview shows a text as it will look on each channel, with what the check of
// tone says of it: POST /console/messages/preview, by the editor while it is being
// typed.
func (c *console) preview(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	l, _ := i18n.Parse(in.Raw("lang"))
	words := publish.Words{Title: in.Raw("title"), Summary: in.Raw("summary"), Body: in.Raw("body")}
	v := publish.Variant{Lang: l, Title: words.Title, Summary: words.Summary, Body: words.Body}
	if in.Raw("message") == "" {
		return web.Fragment(w, r, textView(l, v))
	}
	m, err := c.svc.Message(r.Context(), in.Raw("message"))
	if err != nil {
		return err
	}
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	t, err := c.toneOf(r, d, &m, l, words)
	if err != nil {
		return err
	}
	on, err := c.networkViews(r.Context(), &m, &v)
	if err != nil {
		return err
	}
	x, err := c.keep(r, d, m, l, words, in.Raw("version"))
	if err != nil {
		return err
	}
	return web.Fragment(w, r, previewView(d, &m, v, on, t, x))
}

// keep keeps what the editor sent while it is being typed and says what others did
// meanwhile. Without the version that the writer has before them it is no editor
// that asks: nil.
func (c *console) keep(r *http.Request, d *desk, m publish.Message, l i18n.Lang, w publish.Words, version string) (*meanwhile, error) {
	if version == "" || !c.svc.Allowed(r.Context(), m).Edit {
		return nil, nil
	}
	if err := c.svc.KeepTyped(r.Context(), m, l, w, number(version)); err != nil {
		return nil, err
	}
	x, err := c.meanwhileOf(r, d, m, l, number(version))
	return &x, err
}
