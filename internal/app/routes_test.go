package app

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/clock"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/web"
	"sifara/internal/web/static"
)

// opened gives a migrated, empty house.
func opened(t *testing.T) *House {
	t.Helper()
	h, err := Open(t.Context(), Config{Data: t.TempDir(), MailFrom: "sifara@mofa.example"}, slog.New(slog.DiscardHandler), clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close() })
	if err := h.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h
}

// actorHeader lets a test say as whom it calls.
const actorHeader = "X-Test-Actor"

// impersonated has the house believe the test's header.
func impersonated(h *House) http.Handler {
	actors := map[string]*perm.Actor{"": {Kind: perm.Nobody}, "stranger": {Kind: perm.Person, ID: id.New(), Name: "stranger"}, "program": {Kind: perm.Token, ID: id.New(), Name: "program"}}
	h.authenticate = func(r *http.Request) (*perm.Actor, error) { return actors[r.Header.Get(actorHeader)], nil }
	return h.Server.Handler()
}

func call(h http.Handler, method, path, actor string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(""))
	r.Host = "localhost"
	r.RemoteAddr = fmt.Sprintf("[2001:db8:%x:%x::1]:1234", rand.IntN(1<<16), rand.IntN(1<<16)) // rates are limited by network
	r.Header.Set(actorHeader, actor)
	if actor == "program" {
		r.Header.Set("Authorization", "Bearer of-the-program")
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

var wildcard = regexp.MustCompile(`\{[^}]*\}`)

// concrete fills the wildcards of a pattern.
func concrete(pattern string) string {
	pattern = strings.ReplaceAll(pattern, "{lang}", "en")
	return wildcard.ReplaceAllStringFunc(strings.ReplaceAll(pattern, "{$}", ""), func(string) string { return id.New() })
}

// TestEveryRouteRefusesStrangers calls each route as a visitor and as an
// official who holds no permission at all.
func TestEveryRouteRefusesStrangers(t *testing.T) {
	h := opened(t)
	handler := impersonated(h)
	routes := h.Server.Routes()
	if len(routes) < 100 {
		t.Fatalf("only %d routes: the list is broken", len(routes))
	}
	for _, rt := range routes {
		if rt.Public {
			continue
		}
		path := concrete(rt.Pattern)
		w := call(handler, rt.Method, path, "")
		toSignIn := rt.Method == http.MethodGet && w.Code == http.StatusSeeOther && strings.HasPrefix(w.Header().Get("Location"), web.SignInPath)
		if w.Code != http.StatusUnauthorized && !toSignIn {
			t.Errorf("%s %s as a visitor: %d, want 401 or the sign-in page", rt.Method, rt.Pattern, w.Code)
		}
		if rt.SignedIn {
			continue
		}
		if w := call(handler, rt.Method, path, "stranger"); w.Code != http.StatusForbidden {
			t.Errorf("%s %s as an official without permissions: %d, want 403", rt.Method, rt.Pattern, w.Code)
		}
	}
}

// TestEveryOperationRefusesStrangers does the same for the API.
func TestEveryOperationRefusesStrangers(t *testing.T) {
	h := opened(t)
	handler := impersonated(h)
	seen := 0
	for path, item := range h.API.OpenAPI().Paths {
		for method, op := range map[string]any{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete} {
			text, ok := operationPermission(op)
			if !ok {
				continue
			}
			seen++
			want := map[string]int{"": http.StatusUnauthorized, "program": http.StatusForbidden}
			for actor, status := range want {
				w := call(handler, method, web.APIPrefix+concrete(path), actor)
				if text == string(perm.Public) {
					if path == "/me" {
						continue // anybody may ask, only a token is told
					}
					if w.Code == http.StatusUnauthorized || w.Code == http.StatusForbidden {
						t.Errorf("%s %s is public and answers %d", method, path, w.Code)
					}
					continue
				}
				// A body that the schema refuses is refused before anything is read.
				if w.Code != status && w.Code != http.StatusUnprocessableEntity && w.Code != http.StatusBadRequest {
					t.Errorf("%s %s as %q: %d, want %d", method, path, actor, w.Code, status)
				}
				if ct := w.Header().Get("Content-Type"); ct != "application/problem+json" {
					t.Errorf("%s %s as %q: content type %q", method, path, actor, ct)
				}
			}
		}
	}
	if seen < 20 {
		t.Fatalf("only %d operations: the list is broken", seen)
	}
}

// operationPermission is the permission an operation asks for; ok is false for
// an operation that does not exist.
func operationPermission(op any) (p string, ok bool) {
	o, _ := op.(*huma.Operation)
	if o == nil {
		return "", false
	}
	p, ok = o.Extensions["x-permission"].(string)
	return p, ok
}

// TestSecurityHeaders wants pages bound to our own files, and what they load
// inert when it is opened by itself.
func TestSecurityHeaders(t *testing.T) {
	handler := impersonated(opened(t))
	want := map[string]map[string]string{
		"/en":                     {"Content-Security-Policy": "script-src 'self'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "Permissions-Policy": "camera=()", "Content-Language": "en"},
		"/console/signin":         {"Content-Security-Policy": "frame-ancestors 'none'", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "X-Robots-Tag": "noindex"},
		"/api/v1/openapi.json":    {"Content-Security-Policy": "default-src 'self'", "X-Content-Type-Options": "nosniff"},
		static.Path("site.css"):   {"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff"},
		static.Path("world.svg"):  {"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff"},
		static.Prefix + "nothing": {"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff"},
	}
	for path, headers := range want {
		got := call(handler, http.MethodGet, path, "").Header()
		for name, part := range headers {
			if !strings.Contains(got.Get(name), part) {
				t.Errorf("%s: %s is %q, want %q in it", path, name, got.Get(name), part)
			}
		}
	}
}

// TestMetrics wants the figures that docs/operations.md names, with the pattern
// of a route in place of its address.
func TestMetrics(t *testing.T) {
	h := opened(t)
	public := impersonated(h)
	call(public, http.MethodGet, "/en/statements/no-such-statement", "")
	call(public, http.MethodGet, "/healthz", "")
	w := call(h.admin(), http.MethodGet, "/metrics", "")
	if got := w.Header().Get("Content-Type"); got != "text/plain; version=0.0.4; charset=utf-8" {
		t.Errorf("type: %q", got)
	}
	got := w.Body.String()
	for _, want := range []string{
		"\nsifara_http_requests_total{method=\"GET\",route=\"/healthz\",outcome=\"ok\"} 1\n",
		"route=\"/{lang}/statements/{slug}\",outcome=\"not_found\"} 1\n",
		"\nsifara_http_request_seconds_bucket{method=\"GET\",route=\"/healthz\",le=\"3\"} 1\n",
		"\nsifara_jobs_waiting ", "\nsifara_jobs_given_up 0\n", "\nsifara_emergency_releases_overdue 0\n", "\nsifara_up_seconds ", "\ngo_goroutines ", "\nprocess_resident_memory_bytes ",
		"\n# TYPE sifara_http_requests_total counter\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "no-such-statement") {
		t.Error("an address stands among the figures")
	}
}
