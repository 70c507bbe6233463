package web_test

import (
	"context"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/web"
	"sifara/internal/web/webtest"
)

const shelf perm.Permission = "test.shelf"

type book struct {
	Title string  `json:"title" minLength:"1" maxLength:"20"`
	Kind  string  `json:"kind" enum:"poem,novel"`
	Pages int     `json:"pages" minimum:"1" maximum:"5000"`
	At    db.Time `json:"at,omitempty"`
}

type kept struct {
	mu   sync.Mutex
	done map[string]*web.KeptAnswer
	hash map[string]string
}

func (k *kept) Begin(_ context.Context, actor, key, request string) (*web.KeptAnswer, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if h, ok := k.hash[actor+key]; ok && h != request {
		return nil, errs.New(errs.Conflict, "web.error.conflict")
	}
	k.hash[actor+key] = request
	return k.done[actor+key], nil
}

func (k *kept) End(_ context.Context, actor, key string, a web.KeptAnswer) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.done[actor+key] = &a
	return nil
}

func (k *kept) Abandon(_ context.Context, actor, key string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.hash, actor+key)
	return nil
}

type library struct {
	site  *webtest.Site
	api   *web.API
	made  int
	fails bool
}

func newLibrary(t *testing.T) *library {
	l := &library{site: webtest.New(t, []fs.FS{})}
	l.api = web.NewAPI(l.site.Server, "1.0")
	l.api.UseIdempotency(&kept{done: map[string]*web.KeptAnswer{}, hash: map[string]string{}})
	type listed struct{ Body web.List[book] }
	web.Operation(l.api, perm.Public, huma.Operation{OperationID: "list-books", Method: http.MethodGet, Path: "/books", Summary: "List books", Tags: []string{"Books"}},
		func(_ context.Context, in *struct {
			Limit  int    `query:"limit" default:"10" minimum:"1" maximum:"100" doc:"How many"`
			Cursor string `query:"cursor"`
		}) (*listed, error) {
			from := 0
			if err := web.ReadCursor(in.Cursor, &from); err != nil {
				return nil, err
			}
			return &listed{web.NewList([]book{{Title: "A", Kind: "poem", Pages: from + 1}}, web.Cursor(from+1))}, nil
		})
	type one struct{ Body book }
	web.Operation(l.api, shelf, huma.Operation{OperationID: "add-book", Method: http.MethodPost, Path: "/books", Summary: "Add a book", Tags: []string{"Books"}},
		func(_ context.Context, in *one) (*one, error) {
			if l.fails {
				return nil, errs.New(errs.Unavailable, "")
			}
			l.made++
			return in, nil
		})
	l.api.Webhook("books.added", "A book was added", struct {
		BookID string `json:"book_id"`
	}{})
	return l
}

// call sends a request; a token makes the actor count.
func (l *library) call(t *testing.T, a *perm.Actor, lang i18n.Lang, method, path, body string, head ...string) webtest.Answer {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	return l.site.As(a, lang).Do(t, r)
}

var bearer = []string{"Authorization", "Bearer test"}

func problem(t *testing.T, a webtest.Answer) web.Problem {
	t.Helper()
	var p web.Problem
	if ct := a.Header.Get("Content-Type"); ct != "application/problem+json" {
		t.Errorf("content type %q, want problem+json; body %s", ct, a.Body)
	}
	if err := json.Unmarshal([]byte(a.Body), &p); err != nil {
		t.Fatalf("%v in %s", err, a.Body)
	}
	if p.Status != a.Status || p.Title == "" || p.Type == "" {
		t.Errorf("problem %+v with status %d", p, a.Status)
	}
	return p
}

func TestEveryErrorIsAProblemInTheCallersLanguage(t *testing.T) {
	l := newLibrary(t)
	librarian := webtest.Official("lib", perm.Everywhere(), shelf)
	reader := webtest.Official("reader", perm.Everywhere(), "test.other")
	for name, tc := range map[string]struct {
		actor              *perm.Actor
		method, path, body string
		head               []string
		status             int
		field, detail      string
	}{
		"nobody":             {nil, "POST", "/api/v1/books", `{}`, nil, 401, "", ""},
		"a cookie's session": {librarian, "POST", "/api/v1/books", `{"title":"A","kind":"poem","pages":1}`, nil, 401, "", ""},
		"without permission": {reader, "POST", "/api/v1/books", `{"nonsense":1}`, bearer, 403, "", ""},
		"not JSON":           {librarian, "POST", "/api/v1/books", `{"title":`, bearer, 400, "", ""},
		"no body":            {librarian, "POST", "/api/v1/books", ``, bearer, 400, "", ""},
		"wrong media":        {librarian, "POST", "/api/v1/books", `<x/>`, append(bearer, "Content-Type", "text/xml"), 415, "", ""},
		"missing field":      {librarian, "POST", "/api/v1/books", `{"kind":"poem","pages":1}`, bearer, 422, "title", "املأ"},
		"too long":           {librarian, "POST", "/api/v1/books", `{"title":"` + strings.Repeat("x", 30) + `","kind":"poem","pages":1}`, bearer, 422, "title", "٢٠"},
		"not among":          {librarian, "POST", "/api/v1/books", `{"title":"A","kind":"film","pages":1}`, bearer, 422, "kind", "novel"},
		"too small":          {librarian, "POST", "/api/v1/books", `{"title":"A","kind":"poem","pages":0}`, bearer, 422, "pages", "١"},
		"wrong type":         {librarian, "POST", "/api/v1/books", `{"title":"A","kind":"poem","pages":"many"}`, bearer, 422, "pages", "integer"},
		"unknown field":      {librarian, "POST", "/api/v1/books", `{"title":"A","kind":"poem","pages":1,"colour":1}`, bearer, 422, "colour", ""},
		"too large":          {librarian, "POST", "/api/v1/books", `{"title":"` + strings.Repeat("x", 2<<20) + `"}`, bearer, 413, "", ""},
		"bad query":          {nil, "GET", "/api/v1/books?limit=0", "", nil, 422, "limit", "١"},
		"bad number":         {nil, "GET", "/api/v1/books?limit=ten", "", nil, 422, "limit", ""},
		"forged cursor":      {nil, "GET", "/api/v1/books?cursor=AAAAAAAAMTIz", "", nil, 422, "cursor", ""},
		"no such path":       {nil, "GET", "/api/v1/nothing", "", nil, 404, "", ""},
		"no such method":     {nil, "DELETE", "/api/v1/books", "", nil, 405, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := l.call(t, tc.actor, i18n.Arabic, tc.method, tc.path, tc.body, tc.head...)
			if a.Status != tc.status {
				t.Fatalf("status %d, want %d: %s", a.Status, tc.status, a.Body)
			}
			p := problem(t, a)
			if !strings.ContainsAny(p.Title, "ابتجدرسعلمنهوي") {
				t.Errorf("title %q is not Arabic", p.Title)
			}
			if tc.field == "" {
				return
			}
			if len(p.Errors) == 0 || p.Errors[0].Field != tc.field || !strings.Contains(p.Errors[0].Detail, tc.detail) {
				t.Errorf("errors %+v, want field %q with %q", p.Errors, tc.field, tc.detail)
			}
		})
	}
	if got := l.call(t, librarian, i18n.English, "POST", "/api/v1/books", `{"title":"","kind":"poem","pages":1}`, bearer...); problem(t, got).Errors[0].Detail != "Fill in this field." {
		t.Errorf("in English: %s", got.Body)
	}
}

func TestIdempotencyKeyRunsAnActOnce(t *testing.T) {
	l := newLibrary(t)
	a := webtest.Official("lib", perm.Everywhere(), shelf)
	send := func(key, body string) webtest.Answer {
		return l.call(t, a, i18n.English, "POST", "/api/v1/books", body, append(bearer, "Idempotency-Key", key)...)
	}
	const body = `{"title":"A","kind":"poem","pages":1}`
	first, again := send("k1", body), send("k1", body)
	if l.made != 1 || first.Status != 200 || again.Status != first.Status || again.Body != first.Body || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("made %d; %d %q, then %d %q", l.made, first.Status, first.Body, again.Status, again.Body)
	}
	if got := send("k1", `{"title":"B","kind":"poem","pages":1}`); got.Status != 409 {
		t.Errorf("the key for another request: %d, want 409", got.Status)
	}
	l.fails = true
	if got := send("k2", body); got.Status != 503 {
		t.Errorf("failure: %d, want 503", got.Status)
	}
	l.fails = false
	if got := send("k2", body); got.Status != 200 || l.made != 2 {
		t.Errorf("after a failure: %d with %d made, want 200 with 2", got.Status, l.made)
	}
}

func TestRatesAreLimitedAndTold(t *testing.T) {
	l := newLibrary(t)
	a := l.call(t, nil, i18n.English, "GET", "/api/v1/books", "")
	if got := a.Header.Get("RateLimit-Policy"); got != `"network";q=200;w=20` {
		t.Errorf("policy %q", got)
	}
	if got := a.Header.Get("RateLimit"); !strings.HasPrefix(got, `"network";r=199;t=`) {
		t.Errorf("limit %q", got)
	}
	start := time.Now()
	for range 2000 {
		if a = l.call(t, nil, i18n.English, "GET", "/api/v1/books", ""); a.Status == 429 {
			break
		}
	}
	if a.Status != 429 || a.Header.Get("Retry-After") != "1" {
		t.Fatalf("after %s: %d with Retry-After %q", time.Since(start), a.Status, a.Header.Get("Retry-After"))
	}
	problem(t, a)
}

func TestCursorsAreReadBack(t *testing.T) {
	l := newLibrary(t)
	var page web.List[book]
	next := ""
	for want := 1; want <= 3; want++ {
		a := l.call(t, nil, i18n.English, "GET", "/api/v1/books?cursor="+next, "")
		if err := json.Unmarshal([]byte(a.Body), &page); err != nil || len(page.Items) != 1 || page.Items[0].Pages != want {
			t.Fatalf("page %d: %s, %v", want, a.Body, err)
		}
		next = page.Next
	}
	if a := l.call(t, nil, i18n.English, "GET", "/api/v1/books", ""); a.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Error("public data cannot be read from other sites' pages")
	}
}

func FuzzReadCursor(f *testing.F) {
	f.Add(web.Cursor([]string{"a"}))
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, s string) {
		var v any
		if err := web.ReadCursor(s, &v); err != nil && errs.KindOf(err) != errs.Invalid {
			t.Errorf("ReadCursor(%q): %v", s, err)
		}
	})
}

func TestDescriptionAndPages(t *testing.T) {
	l := newLibrary(t)
	if err := l.api.Check(); err != nil {
		t.Error(err)
	}
	a := l.call(t, nil, i18n.English, "GET", "/api/v1/openapi.json", "")
	var spec struct {
		OpenAPI    string
		Paths      map[string]map[string]struct{ Security []map[string][]string }
		Webhooks   map[string]any
		Components struct {
			SecuritySchemes map[string]any
			Schemas         map[string]any
		}
	}
	if err := json.Unmarshal([]byte(a.Body), &spec); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(spec.OpenAPI, "3.1") || len(spec.Paths["/books"]["post"].Security) != 1 || len(spec.Paths["/books"]["get"].Security) != 0 {
		t.Errorf("description %s", a.Body)
	}
	if spec.Webhooks["books.added"] == nil || spec.Components.SecuritySchemes["token"] == nil || spec.Components.Schemas["Problem"] == nil {
		t.Errorf("webhooks, security or problem are missing: %s", a.Body)
	}
	for _, lang := range i18n.Langs {
		first := l.site.As(nil, lang).Get(t, "/"+string(lang)+"/developers")
		if first.Status != 200 || first.Doc.Find(`a[href="/`+string(lang)+`/developers/books#add-book"]`).Length() != 1 || first.Doc.Find("#event-books\\.added").Length() != 1 {
			t.Errorf("%s: overview %d %s", lang, first.Status, first.Text("main"))
		}
		page := l.site.As(nil, lang).Get(t, "/"+string(lang)+"/developers/books")
		if page.Status != 200 || !strings.Contains(page.Text("main"), "POST /api/v1/books") || page.Doc.Find("#add-book-body").Length() != 1 {
			t.Errorf("%s: group %d %s", lang, page.Status, page.Text("main"))
		}
		if scripts := page.Doc.Find(`script[src^="http"]`).Length(); scripts != 0 {
			t.Errorf("%s: %d scripts of others", lang, scripts)
		}
	}
	if got := l.site.As(nil, i18n.English).Get(t, "/en/developers/nothing"); got.Status != 404 {
		t.Errorf("unknown group: %d, want 404", got.Status)
	}
}

func TestOperationWithoutPermissionStops(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("an operation without permission was taken")
		}
	}()
	l := newLibrary(t)
	web.Operation(l.api, "", huma.Operation{OperationID: "x", Method: http.MethodGet, Path: "/x"}, func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
}
