package listenweb

import (
	"context"
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
	done, err := p.addFeeds(r.Context(), file)
	if errs.KindOf(err) == errs.Invalid && err != nil {
		return p.showSources(w, r, web.T(r, "listen.opml.unreadable"))
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "listen.opml.done", "count", done.Added, "refused", done.Refused))
	return web.Redirect(w, r, sourcesPath)
}

// opmlReport says what became of a list of feeds.
type opmlReport struct {
	Added   int `json:"added"`
	Refused int `json:"refused" doc:"Known already, or not allowed"`
}

// addFeeds adds the feeds of a list; errs.Invalid when it is none.
func (p pages) addFeeds(ctx context.Context, in io.Reader) (done opmlReport, err error) {
	body, err := io.ReadAll(io.LimitReader(in, maxOPML))
	if err != nil {
		return done, err
	}
	outlines, err := collect.ParseOPML(body)
	if err != nil {
		return done, errs.Wrap(err, errs.Invalid, "listen.opml.unreadable")
	}
	for _, o := range outlines {
		err := p.svc.AddSource(ctx, listen.Source{ID: id.New(), Kind: listen.FeedSource, Name: o.Title, URL: o.URL, Site: o.Site, Every: 30})
		switch k := errs.KindOf(err); {
		case err == nil:
			done.Added++
		case k == errs.Invalid || k == errs.Conflict:
			done.Refused++ // known already, or an address that may not be asked
		default:
			return done, err
		}
	}
	return done, nil
}

// tokenHint says whether a token is kept already.
func (f sourceForm) tokenHint() string {
	if f.s.Token != "" && !f.isNew {
		return f.T("listen.source.token.kept")
	}
	return f.T(f.key("token"))
}
