package listenweb

import (
	"io"
	"net/http"

	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/listen/collect"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// maxOPML bounds a list of feeds, in bytes.
const maxOPML = 4 << 20

// writeOPML sends the feeds as a list that other readers take.
func (p pages) writeOPML(w http.ResponseWriter, r *http.Request) error {
	list, err := p.svc.Sources(r.Context())
	if err != nil {
		return err
	}
	var out []collect.Outline
	for _, s := range list {
		if s.Kind == listen.FeedSource {
			out = append(out, collect.Outline{Title: s.Name, URL: s.URL, Site: s.Site, Lang: s.Lang})
		}
	}
	w.Header().Set("Content-Type", "text/x-opml; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="sources.opml"`)
	return collect.WriteOPML(w, web.T(r, "listen.sources"), out)
}

// readOPML adds the feeds of a list: POST file.
func (p pages) readOPML(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseMultipartForm(maxOPML); err != nil {
		return errs.Wrap(err, errs.Invalid, "web.form")
	}
	file, _, err := r.FormFile("file")
	if err != nil {
		return p.showSources(w, r, web.T(r, "web.field.required"))
	}
	defer file.Close()
	body, err := io.ReadAll(io.LimitReader(file, maxOPML))
	if err != nil {
		return err
	}
	outlines, err := collect.ParseOPML(body)
	if err != nil {
		return p.showSources(w, r, web.T(r, "listen.opml.unreadable"))
	}
	added, refused := 0, 0
	for _, o := range outlines {
		err := p.svc.AddSource(r.Context(), listen.Source{ID: id.New(), Kind: listen.FeedSource, Name: o.Title, URL: o.URL, Site: o.Site, Every: 30})
		switch k := errs.KindOf(err); {
		case err == nil:
			added++
		case k == errs.Invalid || k == errs.Conflict:
			refused++ // known already, or an address that may not be asked
		default:
			return err
		}
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "listen.opml.done", "count", added, "refused", refused))
	return web.Redirect(w, r, sourcesPath)
}

// tokenHint says whether a token is kept already.
func (f sourceForm) tokenHint() string {
	if f.s.Token != "" && !f.isNew {
		return f.T("listen.source.token.kept")
	}
	return f.T(f.key("token"))
}
