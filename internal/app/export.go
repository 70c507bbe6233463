package app

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/web"
	"sifara/internal/web/export"
	"sifara/internal/web/static"
)

// needsHouse are the last parts of addresses of the site that only the house
// can answer: a copy leads there.
var needsHouse = []string{"search", "verify", "ask"}

// copied tells whether a path of the house belongs into a copy of its site.
func copied(p string) bool {
	if strings.HasPrefix(p, static.Prefix) || strings.HasPrefix(p, "/media/") || strings.HasPrefix(p, web.ThemePrefix) || strings.HasPrefix(p, "/sitemaps/") || path.Dir(p) == "/" && path.Ext(p) != "" || strings.HasPrefix(p, "/.well-known/") {
		return true
	}
	lang, rest, _ := strings.Cut(strings.TrimPrefix(p, "/"), "/")
	if l, ok := i18n.Parse(lang); !ok || string(l) != lang || strings.HasSuffix(p, "/") {
		return false
	}
	return !slices.Contains(needsHouse, path.Base(p)) && !strings.HasPrefix(rest, "questions/")
}

// Export writes the public site into a folder, as a visitor sees it, or brings
// an earlier copy there up to date.
func (h *House) Export(ctx context.Context, dir string) (export.Report, error) {
	now := h.Clock.Now()
	starts := []string{"/sitemap.xml", "/robots.txt", "/.well-known/security.txt"}
	for _, l := range i18n.Langs {
		starts = append(starts, "/"+string(l))
	}
	r, err := export.Write(ctx, dir, export.Options{
		Handler: h.Server.Handler(), BaseURL: h.baseURL, Starts: starts, Keep: copied, Front: "/" + string(i18n.Langs[0]), Now: now,
		Note: func(lang string) string {
			l, _ := i18n.Parse(lang)
			p := h.Words.Printer(l)
			return p.T("app.copy", "date", p.Date(now), "address", h.baseURL)
		},
	})
	if errors.Is(err, export.ErrNotOurs) {
		return r, errs.Wrap(err, errs.Invalid, "app.export_folder", "dir", dir)
	}
	return r, err
}
