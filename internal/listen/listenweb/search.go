package listenweb

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/listen"
	"sifara/internal/listen/brief"
	"sifara/internal/listen/privacy"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// countTo bounds how far the browser's total is counted.
const countTo = 10_000

type searchPage struct {
	desk
	q       url.Values
	errors  map[string]string
	langs   []ui.Option
	sources []ui.Option
	places  []ui.Option
	posts   []postView
	summary string
	links   ui.PageLinks
	open    bool

	asked   brief.Asked
	views   []brief.View
	kept    brief.View // the one that is shown
	mayKeep bool
	newID   string
}

// search finds posts: GET q, lang, source, country, from-*, to-*, before.
func (p pages) search(w http.ResponseWriter, r *http.Request) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	s := searchPage{desk: d, q: r.URL.Query(), errors: map[string]string{}}
	q, err := p.question(r, &s)
	if err != nil {
		return err
	}
	if err := p.kept(r, &s); err != nil {
		return err
	}
	if len(s.errors) == 0 {
		found, err := p.svc.Search(r.Context(), q)
		if e, ok := errs.Find(err); ok && e.Kind == errs.Invalid && len(e.Fields) > 0 {
			s.errors = web.Errors(r, err)
		} else if err != nil && errs.KindOf(err) != errs.NotFound {
			return err
		}
		s.show(found)
	}
	status := 0
	if len(s.errors) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return web.Render(w, r, web.Page{Title: d.T("listen.search"), Intro: d.T("listen.search.intro"), Crumbs: d.crumbs(), Status: status, Body: searchBody(s)})
}

// question reads what is asked, and fills the choices of the form.
func (p pages) question(r *http.Request, s *searchPage) (listen.SearchQuery, error) {
	list, err := p.svc.Sources(r.Context())
	if err != nil {
		return listen.SearchQuery{}, err
	}
	for _, src := range list {
		s.sources = append(s.sources, ui.Option{Value: src.ID, Label: s.sourceName(src), Checked: s.q.Get("source") == src.ID})
	}
	s.langs, s.places = s.languages(s.q.Get("lang")), s.countries(s.q.Get("country"))
	s.open = s.q.Get("lang")+s.q.Get("source")+s.q.Get("country")+s.q.Get("from-year")+s.q.Get("to-year") != ""
	q := listen.SearchQuery{Text: text.Clean(s.q.Get("q")), Limit: 25, Count: countTo, Country: pick(s.q.Get("country"), s.places)}
	if l := pick(s.q.Get("lang"), s.langs); l != "" {
		q.Langs = []string{l}
	}
	if src := pick(s.q.Get("source"), s.sources); src != "" {
		q.Sources = []string{src}
	}
	q.From = s.date("from", s.zone)
	if q.To = s.date("to", s.zone); !q.To.IsZero() {
		q.To = q.To.AddDate(0, 0, 1)
	}
	q.Before, _ = strconv.ParseInt(s.q.Get("before"), 10, 64)
	return q, nil
}

func (s *searchPage) show(found listen.SearchResult) {
	for _, f := range found.Posts {
		s.posts = append(s.posts, s.post(f.Post, f.Source, parts(f.Snippet)))
	}
	key := "listen.search.total"
	if found.More {
		key = "listen.search.more"
	}
	if s.summary = s.T(key, "count", found.Total); found.Few {
		s.summary = s.T("listen.search.few", "count", privacy.K)
	}
	if found.Next > 0 {
		s.links.OlderHref = s.with("before", strconv.FormatInt(found.Next, 10))
	}
	if s.q.Get("before") != "" {
		s.links.NewerHref = s.with("before", "")
	}
}

func (s searchPage) with(name, value string) string {
	q := url.Values{}
	for k, v := range s.q {
		q[k] = v
	}
	q.Set(name, value)
	if value == "" {
		q.Del(name)
	}
	return searchPath + "?" + q.Encode()
}

// date reads the three fields of a day; the zero time when none is given.
func (s *searchPage) date(name string, zone *time.Location) time.Time {
	var n [3]int
	given := ""
	for i, part := range []string{"-year", "-month", "-day"} {
		v := strings.TrimSpace(i18n.ParseDigits(s.q.Get(name + part)))
		given += v
		n[i], _ = strconv.Atoi(v)
	}
	if given == "" {
		return time.Time{}
	}
	t := time.Date(n[0], time.Month(n[1]), n[2], 0, 0, 0, 0, zone)
	if n[0] < 1990 || n[0] > 2200 || t.Day() != n[2] || int(t.Month()) != n[1] {
		s.errors[name] = s.T("web.field.date")
		return time.Time{}
	}
	return t
}

func (s searchPage) dateField(name, label string) ui.DateProps {
	return ui.DateProps{Name: name, Label: label, Optional: true, Error: s.errors[name], Day: s.q.Get(name + "-day"), Month: s.q.Get(name + "-month"), Year: s.q.Get(name + "-year")}
}

// pick gives the value when it is among the options.
func pick(v string, options []ui.Option) string {
	for _, o := range options {
		if o.Value == v {
			return v
		}
	}
	return ""
}

// crumbs lead from a page below the overview.
func (d desk) crumbs(more ...ui.Link) []ui.Link {
	return append([]ui.Link{{Label: d.T("listen.overview"), Href: root}}, more...)
}
