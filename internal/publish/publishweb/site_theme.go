package publishweb

import (
	"net/http"
	"strings"

	"sifara/internal/blob"
	"sifara/internal/i18n"
	"sifara/internal/publish/theme"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// themePath is below which style sheets and emblems of themes have their
// addresses, each made of its content.
const themePath = web.ThemePrefix

// kept is for what never changes its meaning.
const kept = "public, max-age=31536000, immutable"

// SiteTheme is how pages wear a look, in a language.
func SiteTheme(look theme.Look, l i18n.Lang) ui.SiteTheme {
	if look.Sheet == "" {
		return ui.SiteTheme{}
	}
	out := ui.SiteTheme{Sheet: themePath + look.Sheet + ".css", Header: string(look.Header), Colour: look.Accent.String()}
	if look.Logo.ID != "" {
		out.Logo = ui.SiteLogo{Src: themePath + look.Logo.File(), Alt: look.Alt.In(l), Width: look.Logo.Width, Height: look.Logo.Height}
	}
	return out
}

// themeFile is the style sheet of a theme, or its emblem:
// GET /theme/{digest}.css, GET /theme/{digest}.png.
func (s *site) themeFile(w http.ResponseWriter, r *http.Request) error {
	file := r.PathValue("file")
	digest, sheet := strings.CutSuffix(file, ".css")
	if !sheet {
		l, content, err := s.Themes.PublicLogo(r.Context(), file)
		if err != nil {
			return err
		}
		defer content.Close()
		w.Header().Set("Cache-Control", kept)
		sendLogo(w, r, l, content)
		return nil
	}
	text, err := s.Themes.Sheet(r.Context(), digest)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/css; charset=utf-8")
	h.Set("Cache-Control", kept)
	w = web.Press(w, r)
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write([]byte(text)) // the reader may have gone
	return nil
}

// sendLogo sends the bytes of an emblem. Nothing in them may run, whatever a
// browser takes them for.
func sendLogo(w http.ResponseWriter, r *http.Request, l theme.Logo, content *blob.Content) {
	h := w.Header()
	h.Set("Content-Type", l.MediaType)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	http.ServeContent(w, r, "", content.Modified, content)
}
