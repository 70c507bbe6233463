package authweb_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"sifara/internal/auth"
	"sifara/internal/auth/authtest"
	"sifara/internal/auth/authweb"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/web"
	"sifara/internal/web/static"
	"sifara/internal/web/ui"
)

// site is a house with its door open on loopback.
type site struct {
	*authtest.House
	url string
	t   *testing.T
}

// each runs a test on both engines.
func each(t *testing.T, o auth.Options, run func(t *testing.T, s *site)) {
	t.Helper()
	dbtest.Each(t, authtest.Migrations(), func(t *testing.T, d *db.DB) { run(t, open(t, d, o)) })
}

func open(t *testing.T, d *db.DB, o auth.Options) *site {
	t.Helper()
	var handler http.Handler
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(srv.Close)
	o.BaseURL = strings.Replace(srv.URL, "127.0.0.1", "localhost", 1)
	h := authtest.New(t, d, o)
	server := web.New(web.Options{
		Catalogue: h.Words, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Sessions: h.Auth.SessionManager(),
		Authenticate: authweb.Authenticate(h.Auth), Live: h.Live,
		Console: func(*http.Request) web.Shell {
			return web.Shell{Institution: "Test", User: ui.User{Name: "Test", ProfileHref: "/console/account", SignOutHref: "/console/signout"}}
		},
	})
	m := authweb.Module(h.Auth)
	server.House()
	server.Add(m.Routes...)
	m.API(web.NewAPI(server, "test"))
	server.Mount(static.Prefix, static.Handler())
	handler = server.Handler()
	return &site{House: h, url: o.BaseURL, t: t}
}

// browser is one browser of somebody who reads a language.
type browser struct {
	s      *site
	lang   i18n.Lang
	client *http.Client
}

func (s *site) browser(l i18n.Lang) *browser {
	jar, err := cookiejar.New(nil)
	s.Must(err)
	u, err := url.Parse(s.url)
	s.Must(err)
	jar.SetCookies(u, []*http.Cookie{{Name: "sifara_lang", Value: string(l)}}) // chosen before signing in
	return &browser{s: s, lang: l, client: &http.Client{Jar: jar}}
}

// page is an answer after all redirects.
type page struct {
	status int
	path   string
	body   string
	doc    *goquery.Document
}

func (b *browser) get(path string) page { return b.do(http.MethodGet, path, nil) }

func (b *browser) post(path string, pairs ...string) page {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return b.do(http.MethodPost, path, form)
}

func (b *browser) do(method, path string, form url.Values) page {
	t := b.s.t
	t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = b.s.url + path
	}
	r, err := http.NewRequestWithContext(t.Context(), method, path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	r.Header.Set("Accept-Language", string(b.lang))
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")
	res, err := b.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	p := page{status: res.StatusCode, path: res.Request.URL.Path, body: string(raw)}
	if p.doc, err = goquery.NewDocumentFromReader(strings.NewReader(p.body)); err != nil {
		t.Fatal(err)
	}
	if i := strings.Index(p.body, "⟦"); i >= 0 {
		t.Errorf("%s %s shows a message key: %s", method, path, p.body[i:min(len(p.body), i+80)])
	}
	if lang, _ := p.doc.Find("html").Attr("lang"); lang != "" && lang != b.lang.Tag() {
		t.Errorf("%s is in %q, want %q", path, lang, b.lang.Tag())
	}
	return p
}

// want fails the test unless the answer has status and path.
func (p page) want(t *testing.T, status int, path string) page {
	t.Helper()
	if p.status != status || p.path != path {
		t.Fatalf("got %d at %s, want %d at %s: %s", p.status, p.path, status, path, p.text("main"))
	}
	return p
}

func (p page) text(selector string) string {
	return strings.Join(strings.Fields(p.doc.Find(selector).Text()), " ")
}

func (p page) attr(selector, name string) string {
	v, _ := p.doc.Find(selector).First().Attr(name)
	return v
}
