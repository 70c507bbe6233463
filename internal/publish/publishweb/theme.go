package publishweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/theme"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

func (c *console) themeRoutes() []web.Route {
	const at = SitesPath + "/{id}/theme"
	upload := web.Post(at+"/logos", publish.MayRelease, c.addLogo)
	upload.MaxBody = theme.MaxUpload + 1<<20
	return []web.Route{
		web.Get(at, publish.MayRelease, c.theme),
		web.Post(at, publish.MayRelease, c.saveTheme),
		web.Get(at+"/preview", publish.MayRelease, c.tryTheme),
		web.Get(at+"/sheet.css", publish.MayRelease, c.trialSheet),
		upload,
		web.Get(at+"/logos/{logo}", publish.MayRelease, c.logo),
		web.Post(at+"/logos/{logo}/drop", publish.MayRelease, c.dropLogo),
	}
}

// themed is whose look a page is about: the ministry, with an empty id, or a
// mission.
type themed struct{ id, slug, name string }

func (u themed) path() string { return SitesPath + "/" + unit(u.id) + "/theme" }

// themedUnit is that of an address, by its id, where "ministry" is the ministry;
// NotFound for one that the reader may not arrange.
func (c *console) themedUnit(ctx context.Context, unitID string) (themed, error) {
	l := i18n.From(ctx).Lang()
	if unitID != ministryChoice {
		m, err := c.arranged(ctx, unitID)
		return themed{m.ID, m.Slug, m.Name(l)}, err
	}
	if !perm.From(ctx).MayIn(publish.MayRelease, perm.Everywhere()) {
		return themed{}, errs.New(errs.NotFound, "")
	}
	m, err := c.org.Ministry(ctx)
	return themed{name: m.Name(l)}, err
}

// themePage is the form of one unit's look.
type themePage struct {
	form
	of    themed
	logos []theme.Logo
	own   bool // it has a theme of its own
}

// theme asks how a site is to look: GET /console/sites/{id}/theme. With colours in
// its address the form comes back from the preview.
func (c *console) theme(w http.ResponseWriter, r *http.Request) error {
	u, err := c.themedUnit(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	t, err := c.themes.Theme(r.Context(), u.id)
	if err != nil {
		return err
	}
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	v := r.URL.Query()
	if !v.Has("accent") {
		v = themeValues(t)
	}
	return c.showTheme(w, r, themePage{form: d.fresh(v), of: u, own: t.Own})
}

// themeValues are the fields of the form for a theme.
func themeValues(t theme.Theme) url.Values {
	v := url.Values{"version": {strconv.Itoa(t.Version)}, "accent": {t.Accent.String()}, "ink": {t.Ink.String()}, "dark_accent": {t.DarkAccent.String()}, "dark_ink": {t.DarkInk.String()},
		"header": {string(t.Header)}, "logo": {t.LogoID}}
	if t.Follows {
		v.Set("follows", "yes")
	}
	for l, s := range t.Alt {
		v.Set("alt_"+string(l), s)
	}
	return v
}

// readTheme reads what themeValues writes, from a form or an address. The theme is
// checked and complete.
func readTheme(missionID string, v url.Values) (theme.Theme, error) {
	t := theme.Theme{MissionID: missionID, Version: number(v.Get("version")), Own: true, Follows: v.Get("follows") != "", Header: theme.Header(v.Get("header")), LogoID: v.Get("logo"), Alt: publish.Texts{}}
	for _, l := range i18n.Langs {
		t.Alt[l] = v.Get("alt_" + string(l))
	}
	if err := readColours(&t, v.Get); err != nil {
		return t, err
	}
	return t, t.Check()
}

// readColours reads the colours of a theme by the names of their fields.
func readColours(t *theme.Theme, get func(name string) string) error {
	var bad []errs.Field
	for _, f := range []struct {
		name string
		into *theme.Colour
		free bool // not asked for: it follows from the others
	}{{"accent", &t.Accent, false}, {"ink", &t.Ink, false}, {"dark_accent", &t.DarkAccent, t.Follows}, {"dark_ink", &t.DarkInk, t.Follows}} {
		var err error
		if *f.into, err = theme.Parse(get(f.name)); err != nil && !f.free {
			bad = append(bad, errs.Field{Name: f.name, Key: "publish.theme.error.colour"})
		}
	}
	return errs.InvalidFields(bad...)
}

func (c *console) showTheme(w http.ResponseWriter, r *http.Request, p themePage) error {
	var err error
	if p.logos, err = c.themes.Logos(r.Context(), p.of.id); err != nil {
		return err
	}
	crumbs := []ui.Link{{Label: p.d.t("publish.nav.sites"), Href: SitesPath}}
	if p.of.id != "" {
		crumbs = append(crumbs, ui.Link{Label: p.of.name, Href: SitesPath + "/" + url.PathEscape(p.of.id)})
	}
	return web.Render(w, r, web.Page{Title: p.d.t("publish.theme.title", "who", p.of.name), Intro: p.d.t("publish.theme.intro"), Crumbs: crumbs, Body: themeView(p), Status: p.status})
}

// saveTheme saves it, or gives it up: POST /console/sites/{id}/theme.
func (c *console) saveTheme(w http.ResponseWriter, r *http.Request) error {
	if _, err := web.ReadForm(r); err != nil {
		return err
	}
	u, err := c.themedUnit(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	p := themePage{form: d.typed(r), of: u, own: true}
	t, err := readTheme(u.id, p.v)
	if p.v.Get("own") == "no" {
		t, err = theme.Theme{MissionID: u.id, Version: t.Version}, nil
	}
	if err == nil {
		_, err = c.themes.Save(r.Context(), t)
	}
	if err == nil {
		return done(w, r, nil, u.path(), "publish.done.saved")
	}
	if !p.refused(r, err) {
		return err
	}
	if errs.KindOf(err) == errs.Conflict {
		if now, readErr := c.themes.Theme(r.Context(), u.id); readErr == nil {
			p.v.Set("version", strconv.Itoa(now.Version))
		}
	}
	return c.showTheme(w, r, p)
}

// trial is a page of the public site in a theme that is not saved.
type trial struct {
	d     *desk
	of    themed
	query url.Values
	uses  ui.TableProps
}

// tryTheme shows a theme before it is saved: GET /console/sites/{id}/theme/preview.
func (c *console) tryTheme(w http.ResponseWriter, r *http.Request) error {
	u, err := c.themedUnit(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	v := r.URL.Query()
	t, err := readTheme(u.id, v)
	if err != nil {
		p := themePage{form: d.fresh(v), of: u, own: true}
		if !p.refused(r, err) {
			return err
		}
		return c.showTheme(w, r, p)
	}
	look := ui.SiteTheme{Sheet: u.path() + "/sheet.css?" + colours(t).Encode(), Header: string(t.Header), Colour: t.Accent.String()}
	if look.Logo, err = c.trialLogo(r.Context(), u, t); err != nil {
		return err
	}
	x := trial{d: d, of: u, query: v, uses: d.uses(t)}
	return web.Render(w, r, web.Page{Title: d.t("publish.theme.title", "who", u.name), Mission: u.slug, Theme: &look, Body: trialView(x)})
}

// colours are what the sheet of a theme depends on.
func colours(t theme.Theme) url.Values {
	v := themeValues(theme.Theme{Accent: t.Accent, Ink: t.Ink, DarkAccent: t.DarkAccent, DarkInk: t.DarkInk, Header: t.Header})
	v.Del("version")
	v.Del("logo")
	return v
}

// trialLogo is the emblem of a theme that is not saved; one of another unit is
// NotFound.
func (c *console) trialLogo(ctx context.Context, u themed, t theme.Theme) (ui.SiteLogo, error) {
	if t.LogoID == "" {
		return ui.SiteLogo{}, nil
	}
	all, err := c.themes.Logos(ctx, u.id)
	if err != nil {
		return ui.SiteLogo{}, err
	}
	i := slices.IndexFunc(all, func(l theme.Logo) bool { return l.ID == t.LogoID })
	if i < 0 {
		return ui.SiteLogo{}, errs.New(errs.NotFound, "")
	}
	return ui.SiteLogo{Src: logoPath(u, all[i]), Alt: t.Alt.In(i18n.From(ctx).Lang()), Width: all[i].Width, Height: all[i].Height}, nil
}

func logoPath(u themed, l theme.Logo) string { return u.path() + "/logos/" + url.PathEscape(l.ID) }

// uses lists every pair of colours with what it reaches.
func (d *desk) uses(t theme.Theme) ui.TableProps {
	out := ui.TableProps{ID: "uses", Caption: d.t("publish.theme.uses"), Columns: []ui.Column{{Label: d.t("publish.theme.uses.what")}, {Label: d.t("publish.theme.uses.scheme"), Short: true},
		{Label: d.t("publish.theme.uses.ratio"), Numeric: true}, {Label: d.t("publish.theme.uses.need"), Numeric: true}}}
	for _, u := range t.Tokens().Uses() {
		scheme := "publish.theme.light"
		if u.Dark {
			scheme = "publish.theme.dark"
		}
		out.Rows = append(out.Rows, ui.Row{Cells: []ui.Cell{{Text: d.t("publish.theme.use." + u.Name)}, {Text: d.t(scheme)}, {Text: d.p.Decimal(u.Contrast(), 2)}, {Text: d.p.Decimal(u.Need, 1)}}})
	}
	return out
}

// trialSheet is the style sheet of a theme that is not saved:
// GET /console/sites/{id}/theme/sheet.css?accent=….
func (c *console) trialSheet(w http.ResponseWriter, r *http.Request) error {
	u, err := c.themedUnit(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	t, err := readTheme(u.id, r.URL.Query())
	if err != nil {
		return errs.Wrap(err, errs.NotFound, "")
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write([]byte(t.Tokens().Trial())) // the reader may have gone
	return nil
}

// addLogo takes an emblem: POST /console/sites/{id}/theme/logos.
func (c *console) addLogo(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	u, err := c.themedUnit(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	logoID := in.ID("id")
	file, _ := in.File("file", theme.MaxUpload)
	if file != nil {
		defer file.Close()
	} else if in.Err() == nil {
		in.Fail("file", "web.field.required")
	}
	if err = in.Err(); err == nil {
		_, err = c.themes.AddLogo(r.Context(), u.id, logoID, file)
	}
	return done(w, r, tooLarge(err), u.path()+"#logos", "publish.theme.logos.added")
}

// tooLarge makes of a picture that is too large something which the person can
// mend on the page where they are.
func tooLarge(err error) error {
	if e, ok := errs.Find(err); ok && e.Kind == errs.TooLarge {
		return errs.New(errs.Invalid, e.Key, e.Args...)
	}
	return err
}

// dropLogo deletes an emblem: POST /console/sites/{id}/theme/logos/{logo}/drop.
func (c *console) dropLogo(w http.ResponseWriter, r *http.Request) error {
	u, err := c.themedUnit(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return done(w, r, c.themes.DropLogo(r.Context(), u.id, r.PathValue("logo")), u.path()+"#logos", "publish.theme.logos.dropped")
}

// logo shows an emblem to those who may choose it:
// GET /console/sites/{id}/theme/logos/{logo}.
func (c *console) logo(w http.ResponseWriter, r *http.Request) error {
	u, err := c.themedUnit(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	l, content, err := c.themes.Logo(r.Context(), u.id, r.PathValue("logo"))
	if err != nil {
		return err
	}
	defer content.Close()
	sendLogo(w, r, l, content)
	return nil
}
