// Package web serves the three faces of the house over HTTP: the public site
// under /{lang}/, the console under /console/ and the machine face under
// /api/v1/.
//
// It knows no context. Contexts hand it routes; each route names the
// permission it needs or says that it is public, and one without either stops
// the program at start.
package web

import (
	"fmt"
	"net/http"
	"strings"

	"sifara/internal/i18n"
	"sifara/internal/perm"
)

// Handler answers a request or returns an error, which the server shows in the
// person's language and, when it is our fault, logs.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Route is one page or act.
//
// Pattern is that of http.ServeMux without the method: "/console/missions/{id}"
// or, for the public site, "/{lang}/verify". Exactly one of Permission, Public
// and SignedIn is set.
type Route struct {
	Method     string
	Pattern    string
	Permission perm.Permission // needed in at least one scope; the service checks the object
	Public     bool            // anybody may
	SignedIn   bool            // any official may: their own session, their own day
	Handler    Handler
	MaxBody    int64 // bytes of request body; zero means 1 MiB
}

// defaultMaxBody bounds a request that uploads nothing.
const defaultMaxBody = 1 << 20

// Get is a route for reading that needs a permission.
func Get(pattern string, p perm.Permission, h Handler) Route {
	return Route{Method: http.MethodGet, Pattern: pattern, Permission: p, Handler: h}
}

// Post is a route for an act that needs a permission.
func Post(pattern string, p perm.Permission, h Handler) Route {
	return Route{Method: http.MethodPost, Pattern: pattern, Permission: p, Handler: h}
}

// PublicGet is a route anybody may read.
func PublicGet(pattern string, h Handler) Route {
	return Route{Method: http.MethodGet, Pattern: pattern, Public: true, Handler: h}
}

// PublicPost is an act anybody may do.
func PublicPost(pattern string, h Handler) Route {
	return Route{Method: http.MethodPost, Pattern: pattern, Public: true, Handler: h}
}

// check panics on a route that does not say who may use it: that is a mistake
// in the code, found at start.
func (rt Route) check() {
	said := 0
	for _, b := range []bool{rt.Permission != "", rt.Public, rt.SignedIn} {
		if b {
			said++
		}
	}
	if said != 1 {
		panic(fmt.Sprintf("web: route %s %s must have one of Permission, Public and SignedIn", rt.Method, rt.Pattern))
	}
	if rt.Handler == nil || rt.Method == "" || !strings.HasPrefix(rt.Pattern, "/") {
		panic(fmt.Sprintf("web: route %q %q is incomplete", rt.Method, rt.Pattern))
	}
}

// area is the part of the house a path belongs to. Each has a mux of its own,
// because "/{lang}/verify" and "/console/{page}" would contradict each other
// in one.
type area int

const (
	areaRoot area = iota
	areaSite
	areaConsole
	areaAPI
	areas
)

// areaOf tells the area by the first segment of the path or pattern.
func areaOf(path string) area {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch first {
	case "console":
		return areaConsole
	case "api":
		return areaAPI
	case "{lang}":
		return areaSite
	}
	if _, ok := i18n.Parse(first); ok {
		return areaSite
	}
	return areaRoot
}
