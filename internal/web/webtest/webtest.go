// Package webtest runs a context's pages in the process of a test, as any
// actor and in any language, and reads the answers by selector.
package webtest

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/alexedwards/scs/v2"
	"github.com/alexedwards/scs/v2/memstore"

	"sifara/internal/i18n"
	"sifara/internal/i18n/i18ntest"
	"sifara/internal/perm"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// Site is a server with the routes of a test.
type Site struct {
	Server  *web.Server
	handler http.Handler
}

type actorKey struct{}

// New gives a site with the given words (beside those of web and ui) and
// routes. Missing words fail the test.
func New(t testing.TB, locales []fs.FS, routes ...web.Route) *Site {
	t.Helper()
	cat := i18ntest.Words(t, append([]fs.FS{web.Locales(), ui.Locales()}, locales...)...)
	sessions := scs.New()
	sessions.Store = memstore.NewWithCleanupInterval(0)
	s := web.New(web.Options{
		Catalogue: cat, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Sessions: sessions, Hosts: []string{"example.test"},
		Authenticate: func(r *http.Request) (*perm.Actor, error) {
			a, _ := r.Context().Value(actorKey{}).(*perm.Actor)
			if a == nil {
				a = &perm.Actor{Kind: perm.Nobody}
			}
			return a, nil
		},
		Console: func(*http.Request) web.Shell { return web.Shell{Institution: "Test"} },
		Site: func(_ *http.Request, mission string) web.SiteShell {
			return web.SiteShell{MinistryName: "Test", MissionName: mission, HomeHref: "/", BaseURL: "https://example.test"}
		},
	})
	s.House()
	s.Add(routes...)
	return &Site{Server: s, handler: s.Handler()}
}

// Client is a browser of one actor in one language. It keeps cookies.
type Client struct {
	site    *Site
	actor   *perm.Actor
	lang    i18n.Lang
	cookies map[string]*http.Cookie
}

// As gives a client for an actor; nil is a visitor.
func (s *Site) As(a *perm.Actor, l i18n.Lang) *Client {
	return &Client{site: s, actor: a, lang: l, cookies: map[string]*http.Cookie{}}
}

// Answer is what came back. Doc is nil when it is not HTML.
type Answer struct {
	Status int
	Header http.Header
	Body   string
	Doc    *goquery.Document
}

// Get asks for a page.
func (c *Client) Get(t testing.TB, path string) Answer {
	t.Helper()
	return c.Do(t, httptest.NewRequest(http.MethodGet, path, nil))
}

// Post sends a form.
func (c *Client) Post(t testing.TB, path string, form url.Values) Answer {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return c.Do(t, r)
}

// Do sends any request as the client.
func (c *Client) Do(t testing.TB, r *http.Request) Answer {
	t.Helper()
	ctx, cancel := context.WithTimeout(r.Context(), 30*time.Second)
	defer cancel()
	r = r.WithContext(context.WithValue(ctx, actorKey{}, c.actor))
	if r.Host == "example.com" {
		r.Host = "example.test"
	}
	r.Header.Set("Accept-Language", string(c.lang))
	for _, k := range c.cookies {
		r.AddCookie(k)
	}
	w := httptest.NewRecorder()
	c.site.handler.ServeHTTP(w, r)
	res := w.Result()
	for _, k := range res.Cookies() {
		c.cookies[k.Name] = k
	}
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := Answer{Status: res.StatusCode, Header: res.Header, Body: string(b)}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		if a.Doc, err = goquery.NewDocumentFromReader(strings.NewReader(a.Body)); err != nil {
			t.Fatal(err)
		}
	}
	if strings.Contains(a.Body, "⟦") {
		t.Errorf("%s %s shows a message key: …%s…", r.Method, r.URL, around(a.Body, "⟦"))
	}
	return a
}

func around(s, mark string) string {
	i := strings.Index(s, mark)
	return s[max(0, i-40):min(len(s), i+80)]
}

// Text gives the text of the first element that matches, with white space
// folded; empty when there is none.
func (a Answer) Text(selector string) string {
	if a.Doc == nil {
		return ""
	}
	return strings.Join(strings.Fields(a.Doc.Find(selector).First().Text()), " ")
}

// Official gives an actor who holds the permissions in a scope.
func Official(id string, scope perm.Scope, p ...perm.Permission) *perm.Actor {
	return &perm.Actor{Kind: perm.Person, ID: id, Name: id, Grants: []perm.Grant{{Role: "test", Permissions: p, Scope: scope}}}
}
