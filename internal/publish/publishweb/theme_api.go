package publishweb

import (
	"context"
	"net/http"

	"sifara/internal/publish"
	"sifara/internal/publish/theme"
	"sifara/internal/web"
)

// The machine face of how sites look. Emblems are uploaded on the page.

type apiTheme struct {
	Own        bool          `json:"own" doc:"False: the mission wears the ministry's look, the ministry that of the program; set so, a look is given up and nothing else counts"`
	Accent     string        `json:"accent,omitempty" doc:"Links, buttons, lines and the header, such as #0f4c45"`
	Ink        string        `json:"ink,omitempty" doc:"Text on the accent"`
	Follows    bool          `json:"follows,omitempty" doc:"The dark colours follow from the light ones; what is sent of them does not count"`
	DarkAccent string        `json:"dark_accent,omitempty" doc:"For readers who asked for dark pages"`
	DarkInk    string        `json:"dark_ink,omitempty"`
	Header     string        `json:"header,omitempty" doc:"full, plain or band"`
	Logo       *string       `json:"logo,omitempty" doc:"Id of an emblem that was uploaded for the unit; empty: the mark of the program; left out: as it is"`
	Alt        publish.Texts `json:"alt,omitempty" doc:"What the emblem shows, by language; errors name alt_ar and so on; left out: as it is"`
	Version    int           `json:"version" doc:"As it was read; 0 when there never was one"`
}

// SiteInput names whose site it is; exported for huma.
type SiteInput struct {
	ID string `path:"id" maxLength:"40" doc:"Id of a mission, or \"ministry\""`
}

type themeIn struct {
	SiteInput
	Body apiTheme
}

type themeOut struct{ Body apiTheme }

func toAPITheme(t theme.Theme) *themeOut {
	if !t.Own {
		return &themeOut{apiTheme{Version: t.Version}}
	}
	return &themeOut{apiTheme{Own: true, Accent: t.Accent.String(), Ink: t.Ink.String(), Follows: t.Follows, DarkAccent: t.DarkAccent.String(), DarkInk: t.DarkInk.String(),
		Header: string(t.Header), Logo: &t.LogoID, Alt: t.Alt, Version: t.Version}}
}

// themeAPI adds the operations on looks.
func (c *console) themeAPI(a *web.API) {
	if c.themes == nil {
		return
	}
	web.Operation(a, publish.MayRelease, tagged(http.MethodGet, "/sites/{id}/theme", "get-site-theme", "Read how a site looks", "sites"), func(ctx context.Context, in *SiteInput) (*themeOut, error) {
		u, err := c.themedUnit(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		t, err := c.themes.Theme(ctx, u.id)
		return toAPITheme(t), err
	})
	web.Operation(a, publish.MayRelease, tagged(http.MethodPut, "/sites/{id}/theme", "set-site-theme", "Set how a site looks, or give its own look up; colours that could not be read are refused with one that could", "sites"), c.apiSetTheme)
}

func (c *console) apiSetTheme(ctx context.Context, in *themeIn) (*themeOut, error) {
	u, err := c.themedUnit(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	b, t := in.Body, theme.Theme{MissionID: u.id, Version: in.Body.Version}
	if b.Own {
		if t, err = c.readAPITheme(ctx, t, b); err != nil {
			return nil, err
		}
	}
	if t, err = c.themes.Save(ctx, t); err != nil {
		return nil, err
	}
	return toAPITheme(t), nil
}

// readAPITheme completes a theme by what was sent, and by what is worn where
// nothing was.
func (c *console) readAPITheme(ctx context.Context, t theme.Theme, b apiTheme) (theme.Theme, error) {
	now, err := c.themes.Theme(ctx, t.MissionID)
	if err != nil {
		return t, err
	}
	t.Own, t.Follows, t.Header, t.LogoID, t.Alt = true, b.Follows, theme.Header(b.Header), now.LogoID, now.Alt
	if b.Logo != nil {
		t.LogoID = *b.Logo
	}
	if b.Alt != nil {
		t.Alt = b.Alt
	}
	sent := map[string]string{"accent": b.Accent, "ink": b.Ink, "dark_accent": b.DarkAccent, "dark_ink": b.DarkInk}
	return t, readColours(&t, func(name string) string { return sent[name] })
}
