package publishweb

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

type searchPage struct {
	Action string
	Query  string
	Asked  bool
	Hits   []found
	Pages  ui.PageLinks
	Lang   i18n.Lang
}

type found struct {
	entry
	Parts []ui.Part
}

// maxQuery bounds a question in characters.
const maxQuery = 200

// search looks into the public texts in the reader's language.
func (s *site) search(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	p := i18n.From(ctx)
	m, err := s.place(r)
	if err != nil {
		return err
	}
	view := searchPage{Action: href(p.Lang(), m.Slug, "/search"), Query: strings.TrimSpace(text.Line(r.FormValue("q"))), Lang: p.Lang()}
	if q := []rune(view.Query); len(q) > maxQuery {
		view.Query = string(q[:maxQuery])
	}
	page := web.Page{Title: p.T("publish.site.search"), NoIndex: true, Mission: m.Slug}
	if view.Query != "" {
		view.Asked = true
		if err := web.Limit(ctx, "search", time.Second, 30); err != nil {
			return err
		}
		before, _ := strconv.ParseInt(r.FormValue("before"), 10, 62) // a wrong one is the first page
		hits, err := s.Log.Search(ctx, publish.SearchFilter{Query: view.Query, Lang: p.Lang(), MissionID: m.ID, Before: max(before, 0), Limit: perPage + 1})
		if err != nil {
			return err
		}
		base := view.Action + "?q=" + url.QueryEscape(view.Query)
		if len(hits) > perPage {
			hits = hits[:perPage]
			view.Pages.OlderHref = base + "&before=" + strconv.FormatInt(hits[perPage-1].ID, 10)
		}
		if before > 0 {
			view.Pages.NewerHref = base
		}
		if view.Hits, err = s.found(r, hits); err != nil {
			return err
		}
	}
	page.Body = searchView(view)
	return web.Render(w, r, page)
}

func (s *site) found(r *http.Request, hits []publish.Hit) ([]found, error) {
	var all []publish.Message
	for _, h := range hits {
		all = append(all, h.Message)
	}
	entries, err := s.list(r.Context(), all)
	if err != nil {
		return nil, err
	}
	var out []found
	for i, e := range entries {
		f := found{entry: e}
		for _, part := range hits[i].Snippet {
			op := ""
			if part.Hit {
				op = "!"
			}
			f.Parts = append(f.Parts, ui.Part{Op: op, Text: part.Text})
		}
		out = append(out, f)
	}
	return out, nil
}
