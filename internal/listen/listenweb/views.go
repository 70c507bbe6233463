package listenweb

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"sifara/internal/errs"
	"sifara/internal/id"

	"sifara/internal/listen/brief"
	"sifara/internal/perm"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

const (
	viewsPath  = root + "/views"
	exportPath = searchPath + "/export"
	// maxExport bounds a file of posts.
	maxExport = 50_000
)

// kept adds what the reader keeps to the page of searching.
func (p pages) kept(r *http.Request, s *searchPage) error {
	s.asked = brief.Asked{Text: s.q.Get("q"), Language: s.q.Get("lang"), SourceID: s.q.Get("source"), Country: s.q.Get("country")}
	s.mayKeep, s.newID = s.actor.Kind == perm.Person, id.New()
	var err error
	if s.views, err = p.briefs.Views(r.Context()); err != nil {
		return err
	}
	for _, v := range s.views {
		if v.ID == s.q.Get("view") && v.Asked == s.asked {
			s.kept = v
		}
	}
	return nil
}

func (s searchPage) export(format string) string {
	v := s.asked.Values()
	for _, name := range []string{"from-year", "from-month", "from-day", "to-year", "to-month", "to-day"} {
		if x := s.q.Get(name); x != "" {
			v.Set(name, x)
		}
	}
	v.Set("format", format)
	return exportPath + "?" + v.Encode()
}

// keepView keeps a search: POST id, name, shared, q, lang, source, country.
func (p pages) keepView(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v := brief.View{ID: f.Raw("id"), Name: f.Raw("name"), Shared: f.Raw("shared") == "yes", Asked: brief.Asked{Text: f.Raw("q"), Language: f.Raw("lang"), SourceID: f.Raw("source"), Country: f.Raw("country")}}
	if !id.Valid(v.ID) {
		v.ID = id.New()
	}
	back := searchPath + "?" + v.Asked.Values().Encode()
	err = p.briefs.Keep(r.Context(), v)
	if e, ok := errs.Find(err); ok && (e.Kind == errs.Invalid || e.Kind == errs.Conflict) {
		word := web.T(r, e.Key, e.Args...)
		if len(e.Fields) > 0 {
			word = web.T(r, e.Fields[0].Key, e.Fields[0].Args...)
		}
		web.Flash(r.Context(), ui.Warning, word)
		return web.Redirect(w, r, back)
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "listen.view.kept", "name", v.Name))
	return web.Redirect(w, r, back+"&view="+v.ID)
}

func (p pages) dropView(w http.ResponseWriter, r *http.Request) error {
	if err := p.briefs.Drop(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "listen.view.dropped"))
	return web.Redirect(w, r, searchPath)
}

// exported is a post in a file: what the API tells of it, without pseudonym.
type exported struct {
	ID       string    `json:"id"`
	At       time.Time `json:"at"`
	Language string    `json:"language"`
	Country  string    `json:"country,omitempty"`
	Source   string    `json:"source"`
	Grade    string    `json:"grade"`
	Official string    `json:"official,omitempty"`
	URL      string    `json:"url,omitempty"`
	Text     string    `json:"text"`
}

// exportPosts sends what a search finds as CSV or JSONL, the newest first, up
// to maxExport: GET format and the fields of the search.
func (p pages) exportPosts(w http.ResponseWriter, r *http.Request) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	s := searchPage{desk: d, q: r.URL.Query(), errors: map[string]string{}}
	q, err := p.question(r, &s)
	if err != nil {
		return err
	}
	if len(s.errors) > 0 {
		return errs.New(errs.Invalid, "web.field.date")
	}
	q.Limit, q.Count, q.Before = 200, 0, 0
	found, err := p.svc.Search(r.Context(), q) // before the first byte: it may be refused
	if err != nil {
		return err
	}
	write, flush := exporter(w, s.q.Get("format"))
	for n := 0; ; {
		for _, f := range found.Posts {
			if err := write(exported{
				ID: strconv.FormatInt(f.ID, 10), At: f.At, Language: f.Lang, Country: f.Country, Source: d.sourceName(f.Source), Grade: f.Source.Grade,
				Official: f.Official, URL: f.URL, Text: f.Text,
			}); err != nil {
				return nil // the browser went away
			}
		}
		if n += len(found.Posts); found.Next == 0 || n >= maxExport {
			break
		}
		q.Before = found.Next
		if found, err = p.svc.Search(r.Context(), q); err != nil {
			return err
		}
	}
	return flush()
}

// exporter writes posts in a format, with the headers of a file.
func exporter(w http.ResponseWriter, format string) (write func(exported) error, flush func() error) {
	h := w.Header()
	if format == "csv" {
		h.Set("Content-Type", "text/csv; charset=utf-8")
		h.Set("Content-Disposition", `attachment; filename="posts.csv"`)
		c := csv.NewWriter(w)
		_ = c.Write([]string{"id", "at", "language", "country", "source", "grade", "official", "url", "text"})
		return func(e exported) error {
				return c.Write([]string{e.ID, e.At.Format(time.RFC3339), e.Language, e.Country, inert(e.Source), e.Grade, inert(e.Official), e.URL, inert(e.Text)})
			}, func() error {
				c.Flush()
				return c.Error()
			}
	}
	h.Set("Content-Type", "application/jsonl; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="posts.jsonl"`)
	enc := json.NewEncoder(w)
	return func(e exported) error { return enc.Encode(e) }, func() error { return nil }
}

// inert keeps a spreadsheet from taking a stranger's text for a formula.
func inert(s string) string {
	if s != "" && (s[0] == '=' || s[0] == '+' || s[0] == '-' || s[0] == '@' || s[0] == '\t' || s[0] == '\r') {
		return "'" + s
	}
	return s
}
